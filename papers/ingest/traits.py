"""Traits by which two papers are told apart, or are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papers.ingest.records import PaperRecord
from papers.ingest.words import LISTS
from papers.models import Paper
from papers.publications import parse_journal_ref
from papers.text.folding import fold
from papers.text.words import words_of

YEAR = re.compile(r"\((\d{4})\)|^(\d{4})$")


FEWEST_WORDS = 3  # "Introduction" of one year is many papers


ALIKE = 0.5  # share of their words that two titles of one entry have in common when it was corrected


COLUMNS = ("identifier", "arxiv_id", "title", "published", "journal_ref", "byline", "details", "doi", "source")


@dataclass(frozen=True, slots=True)
class Traits:
    """What papers are told apart by: words of the title, year, surnames, DOIs in small letters, journal, volume, pages."""

    arxiv_id: str | None
    words: Sequence[str]
    year: int | None
    surnames: frozenset[str]
    dois: frozenset[str]
    container: tuple[str, ...] = ()
    volume: str = ""
    pages: str = ""
    line: str = ""  # where a list's paper appeared, as lists were kept before their fields were

    @classmethod
    def of_record(cls, record: PaperRecord) -> Traits:
        names = (entry.name.surname for entry in record.byline.entries)
        year = record.published.year if record.published else None
        details = record.details
        where = (details.container, details.volume, details.pages)
        return cls(
            record.arxiv_id,
            record.title_words,
            year or year_in(record.journal_ref),
            frozenset(map(fold, names)),
            frozenset(doi.lower() for doi in record.dois),
            *_place(where, record.journal_ref),
        )

    @classmethod
    def of_paper(cls, paper: Paper, dois: Iterable[str]) -> Traits:
        names = (entry["surname"] for entry in paper.byline)
        where = tuple(paper.details.get(name, "") for name in ("container", "volume", "pages"))
        line = paper.journal_ref if paper.source in LISTS and not paper.details else ""
        return cls(
            paper.arxiv_id,
            words_of(paper.title),
            paper.published.year if paper.published else year_in(paper.journal_ref),
            frozenset(map(fold, names)),
            frozenset(dois) | ({paper.doi.lower()} if paper.doi else set()),  # one that is hidden has no rows of DOIs
            *_place(where, "" if line else paper.journal_ref),
            line=line,
        )

    @property
    def tells_by_title(self) -> bool:
        """Whether it has a year, and a title of words enough to tell papers apart."""
        return self.year is not None and len(self.words) >= FEWEST_WORDS


def year_in(journal_ref: str) -> int | None:
    """The year in a printed reference, None for none."""
    found = YEAR.search(journal_ref)
    return int(found[1] or found[2]) if found else None


def _place(where: Sequence[str], journal_ref: str) -> tuple[tuple[str, ...], str, str]:
    container, volume, pages = where
    if not container and journal_ref and (journal := parse_journal_ref(journal_ref)):
        container, volume, pages = journal.name, journal.volume, journal.pages
    return tuple(words_of(container)), volume.strip(), re.sub(r"\s*[-–]+\s*", "-", pages.strip())


def have_one_doi(one: Traits, other: Traits) -> bool:
    return bool(one.dois & other.dois)


def differ(one: Traits, other: Traits) -> bool:
    """Whether two are different publications, whatever their titles say: by DOI, or by journal, volume or pages."""
    if one.dois and other.dois:
        return not one.dois & other.dois
    if any(a.line and b.pages and b.pages not in a.line for a, b in ((one, other), (other, one))):
        return True
    if not one.container or not other.container:
        return False
    volumes, pages = _agree(one.volume, other.volume), _agree(one.pages, other.pages)
    if volumes is False or pages is False:
        return True
    return not _is_one_container(one.container, other.container) and not (volumes and pages)


def _agree(one: str, other: str) -> bool | None:
    """Whether two texts are equal; None where one isn't known."""
    return one == other if one and other else None


SMALL_WORDS = frozenset("a an and at de der des for in la of on the und von".split())


def _is_one_container(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one name is the other, perhaps abbreviated: "Phys Rev Lett" for "Physical Review Letters"."""
    mine, theirs = ([word for word in words if word not in SMALL_WORDS] for words in (one, other))
    return len(mine) == len(theirs) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(mine, theirs, strict=True)
    )


def same_title(one: Traits, other: Traits) -> bool:
    """Whether two, of which one at least has no arXiv id, are one by title, authors and year, and nothing speaks against it."""
    if not (one.tells_by_title and other.tells_by_title) or list(one.words) != list(other.words):
        return False
    if one.surnames and other.surnames and not one.surnames & other.surnames:
        return False
    listed, on_arxiv = (one, other) if one.arxiv_id is None else (other, one)
    # A paper is often published the year after it was put on arXiv; of two lists' years neither comes first.
    years_later = (listed.year or 0) - (on_arxiv.year or 0)
    return 0 <= years_later <= (on_arxiv.arxiv_id is not None) and not differ(one, other)


def same_entry(one: Traits, other: Traits) -> bool:
    """Whether entries of one key are one that was corrected: a key is a name that different lists use for different papers."""
    if one.dois and other.dois:
        return have_one_doi(one, other)
    if one.surnames and other.surnames and not one.surnames & other.surnames:
        return False
    if list(one.words) == list(other.words) and len(one.words) >= FEWEST_WORDS:
        return True  # its volume or pages were mended
    mine, theirs = set(one.words), set(other.words)
    return not differ(one, other) and len(mine & theirs) >= ALIKE * len(mine | theirs)
