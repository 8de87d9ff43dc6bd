"""The place where a paper appeared, from its details or, where these name no container, from its printed reference."""

from __future__ import annotations

from dataclasses import dataclass

from papers.publications.details import Details
from papers.publications.journal_refs import Journal, parse_journal_ref
from papers.text.plain_text import plain_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A place in a journal, a book or the papers of a conference, in plain text; "" is unknown.

    `pages` are "1-10", one page or, in a printed reference, an article number. `year` is what a printed reference says,
    "" where the details name the container.
    """

    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    publisher: str = ""
    year: str = ""

    def __bool__(self) -> bool:
        """Whether it says that there is a published article: a container or a publisher is known."""
        return bool(self.container or self.publisher)

    @property
    def first_page(self) -> str:
        return self.pages.partition("-")[0].strip()

    @property
    def last_page(self) -> str:
        return self.pages.partition("-")[2].strip()


def publication_of(details: Details, journal_ref: str) -> Publication:
    """The place; of a paper without container that of its reference, if this could be read whole.

    What the details say of volume, issue and pages goes before the reference.
    """
    if not details and not journal_ref:
        return NOWHERE
    read = None if details.container or not journal_ref else parse_journal_ref(plain_line(journal_ref))
    read = read or NO_JOURNAL
    return Publication(
        container=plain_line(details.container) or read.name,
        volume=plain_line(details.volume) or read.volume,
        issue=plain_line(details.issue) or read.issue,
        pages=plain_line(details.pages) or read.pages,
        article_number=plain_line(details.article_number),
        publisher=plain_line(details.publisher),
        year=read.year,
    )


NO_JOURNAL = Journal("", "")
NOWHERE = Publication()
