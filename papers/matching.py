"""Whether a record without arXiv id is a paper that is here already: by DOI, else by title and year."""

from __future__ import annotations

import re

from papers import search
from papers.folding import fold
from papers.models import Paper, PaperDoi
from papers.records import PaperRecord
from papers.search import Query, Term
from papers.search.words import words_of

YEAR = re.compile(r"\((\d{4})\)|^(\d{4})$")
MOST_CANDIDATES = 50
FEWEST_WORDS = 3  # "Introduction" of one year is many papers


def same_paper(record: PaperRecord) -> Paper | None:
    """The stored paper that the record is about, or None. Two or three queries."""
    keys = [doi.lower() for doi in record.dois]
    by_doi = (
        PaperDoi.objects.filter(key__in=keys).order_by("paper_id").select_related("paper").first() if keys else None
    )
    return by_doi.paper if by_doi else _by_title(record)


def _by_title(record: PaperRecord) -> Paper | None:
    year, words = year_of(record), words_of(record.title)
    if year is None or len(words) < FEWEST_WORDS:
        return None
    phrase = Query((Term(tuple(words), "title"),))
    candidates = (
        search.matching(Paper.objects.visible(), phrase).order_by("id").only("identifier", "title", "published")
    )
    title = fold(record.title)
    for paper in candidates[:MOST_CANDIDATES]:
        # A paper is often published the year after it was put on arXiv.
        if fold(paper.title) == title and paper.published and 0 <= year - paper.published.year <= 1:
            return paper
    return None


def year_of(record: PaperRecord) -> int | None:
    """The year a record names: of its date, or the one in its journal reference."""
    if record.published:
        return record.published.year
    found = YEAR.search(record.journal_ref)
    return int(found[1] or found[2]) if found else None
