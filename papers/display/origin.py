"""The origin of a site's papers: what is true of arXiv's papers alone is said where all are arXiv's, or some.

That a paper is on arXiv goes by its id, or the seed; that its metadata are arXiv's, and free, by where they were read.
"""

from __future__ import annotations

from enum import StrEnum

from papers.models import OF_OTHERS, SEED, Paper, PaperCount, PaperQuerySet, TitleKey


class Origin(StrEnum):
    """Of which papers the metadata are arXiv's."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


def all_are_arxivs() -> bool:
    """Whether every paper is on arXiv. One query, whose cost does not grow with the papers."""
    return not TitleKey.objects.exclude(paper__source=SEED).exists()


def origin_of_papers() -> Origin:
    """Of which of the site's papers the metadata are arXiv's, by the kept counts and an index of the others."""
    papers = PaperCount.objects.total()
    others = papers_of_others().count()
    if papers <= others:
        return Origin.NONE
    return Origin.SOME if others else Origin.ALL


def papers_of_others() -> PaperQuerySet:
    """The papers whose metadata are not arXiv's, by an index that SQLite takes for the condition on the id alone."""
    return Paper.objects.filter(OF_OTHERS, pk__gt=0).order_by()


def is_arxivs(arxiv_id: str | None, source: str) -> bool:
    """Whether a paper with this id, from this source, is on arXiv."""
    return arxiv_id is not None or source == SEED
