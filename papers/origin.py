"""Whose papers these are: what may be said of arXiv's papers alone is said where all are arXiv's, or some."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Sum

from papers.models import PaperCount, TitleKey

SEED = "seed"  # lists papers that are on arXiv, one of them without its id


class Origin(StrEnum):
    """Which of the papers are arXiv's."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


def all_are_arxivs() -> bool:
    """Whether no paper is of another source. One query, whose cost does not grow with the papers."""
    return not TitleKey.objects.exclude(paper__source=SEED).exists()


def origin_of_papers() -> Origin:
    """Which of the site's papers are arXiv's, by the kept counts."""
    papers = PaperCount.objects.filter(category=None).aggregate(n=Sum("papers", default=0))["n"]
    if papers <= TitleKey.objects.count():  # every visible paper without arXiv id has one
        return Origin.NONE
    return Origin.ALL if all_are_arxivs() else Origin.SOME


def is_arxivs(arxiv_id: str | None, source: str) -> bool:
    """Whether a paper with this id, from this source, is on arXiv."""
    return arxiv_id is not None or source == SEED
