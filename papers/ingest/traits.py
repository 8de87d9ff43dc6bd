"""Traits by which two papers are told apart, or are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papers.ingest.records import PaperRecord
from papers.ingest.words import LISTS
from papers.models import Paper
from papers.publications import Details, Publication, publication_of, same_container
from papers.publications.publication import NOWHERE
from papers.text.dates import PartialDate
from papers.text.folding import fold
from papers.text.plain_text import plain_line
from papers.text.words import words_of

YEAR = re.compile(r"\((\d{4})\)|^(\d{4})$")
FEWEST_WORDS = 3  # "Introduction" of one year is many papers
ALIKE = 0.5  # share of their words that two titles of one entry have in common when it was corrected
COLUMNS = tuple(
    """identifier arxiv_id title published published_precision issued issued_precision journal_ref byline details doi
    source""".split()
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What papers are told apart by: words of the title, years of all dates, surnames, DOIs in small letters, the place."""

    arxiv_id: str | None
    words: Sequence[str]
    years: frozenset[int]
    surnames: frozenset[str]
    dois: frozenset[str]
    publication: Publication = NOWHERE
    line: str = ""  # where a list's paper appeared, as lists were kept before their fields were

    @classmethod
    def of_record(cls, record: PaperRecord) -> Traits:
        names = (entry.name.surname for entry in record.byline.entries)
        return cls(
            record.arxiv_id,
            record.title_words,
            years_of((record.posted, record.issued), record.journal_ref),
            frozenset(map(fold, names)),
            frozenset(doi.lower() for doi in record.dois),
            publication_of(record.details, record.journal_ref),
        )

    @classmethod
    def of_paper(cls, paper: Paper, dois: Iterable[str]) -> Traits:
        details = Details.from_json(paper.details)
        posted = PartialDate.from_iso(details.posted) if details.posted else None
        line = paper.journal_ref if paper.source in LISTS and not paper.details else ""
        return cls(
            paper.arxiv_id,
            words_of(paper.title),
            years_of((paper.published_date, paper.issued_date, posted), paper.journal_ref),
            frozenset(fold(entry["surname"]) for entry in paper.byline),
            frozenset(dois) | ({paper.doi.lower()} if paper.doi else set()),  # one that is hidden has no rows of DOIs
            NOWHERE if line else publication_of(details, paper.journal_ref),
            _with_hyphens(plain_line(line)),
        )

    @property
    def tells_by_title(self) -> bool:
        """Whether it has a year, and a title of words enough to tell papers apart."""
        return bool(self.years) and len(self.words) >= FEWEST_WORDS


def years_of(dates: Iterable[PartialDate | None], journal_ref: str) -> frozenset[int]:
    """The years of the dates, or else the one in a printed reference."""
    years = {day.year for day in dates if day}
    found = None if years else YEAR.search(journal_ref)
    return frozenset(years or ({int(found[1] or found[2])} if found else ()))


def _with_hyphens(text: str) -> str:
    """The text with its ranges written alike: "1 -- 10" is "1-10"."""
    return re.sub(r"\s*[-–]+\s*", "-", text)


def have_one_doi(one: Traits, other: Traits) -> bool:
    return bool(one.dois & other.dois)


def differ(one: Traits, other: Traits) -> bool:
    """Whether two are different publications, whatever their titles say: by DOI, or by journal, volume or pages."""
    if one.dois and other.dois:
        return not one.dois & other.dois
    here, there = one.publication, other.publication
    lines = ((one.line, there.pages), (other.line, here.pages))
    if any(line and _with_hyphens(printed) not in line for line, printed in lines):
        return True
    if not here.container or not there.container:
        return False
    volumes = _agree(here.volume, there.volume)
    pages = _agree(_with_hyphens(here.pages), _with_hyphens(there.pages))
    if volumes is False or pages is False:
        return True
    return not same_container(here.container, there.container) and not (volumes and pages)


def _agree(one: str, other: str) -> bool | None:
    """Whether two texts are equal; None where one isn't known."""
    return one == other if one and other else None


def same_title(one: Traits, other: Traits) -> bool:
    """Whether two, of which one at least has no arXiv id, are one by title, authors and year, and nothing speaks against it."""
    if not (one.tells_by_title and other.tells_by_title) or list(one.words) != list(other.words):
        return False
    if one.surnames and other.surnames and not one.surnames & other.surnames:
        return False
    listed, on_arxiv = (one, other) if one.arxiv_id is None else (other, one)
    # A paper is often published the year after it was put on arXiv; of two lists' years neither comes first.
    allowed = (0, 1) if on_arxiv.arxiv_id else (0,)
    years_fit = any(year - first in allowed for year in listed.years for first in on_arxiv.years)
    return years_fit and not differ(one, other)


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
