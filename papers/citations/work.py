"""The facts that a citation needs of a paper, as plain values that every format is written from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from anyascii import anyascii

from papers import identifiers
from papers.publications.journal_refs import Journal, parse_journal_ref
from papers.text.plain_text import plain_line

STOP_WORDS = frozenset(
    """a an and are as at be by can do does for from has how in into is it its of on or over some that the their them
    this to toward towards under via was we what when where which who why with without""".split()
)
LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who signed a paper: a person by the parts of the shown name, or a group by its whole name.

    `url` is the person's page here, if there is one.
    """

    name: str
    surname: str = ""
    forenames: str = ""
    suffix: str = ""
    is_group: bool = False
    url: str = ""
    affiliations: tuple[str, ...] = ()

    @property
    def particle(self) -> str:
        """The small words before the surname: "van der" of "van der Waerden"."""
        words = self.surname.split()
        count = 0
        while count < len(words) - 1 and words[count][:1].islower():
            count += 1
        return " ".join(words[:count])

    @property
    def family(self) -> str:
        """The surname without its particle."""
        return self.surname[len(self.particle) :].strip()


@dataclass(frozen=True)
class Work:
    """One paper as it is cited. Title, abstract and the like are as the source prints them, TeX included."""

    identifier: str
    arxiv_id: str
    title: str
    url: str
    source_url: str = ""
    abstract: str = ""
    abstract_is_cut: bool = False
    authors: tuple[Contributor, ...] = ()
    is_complete: bool = True
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    doi: str = ""
    journal_ref: str = ""
    license: str = ""

    @cached_property
    def plain_title(self) -> str:
        return plain_line(self.title)

    @cached_property
    def journal(self) -> Journal | None:
        """Where it appeared, if the printed reference could be read whole."""
        return parse_journal_ref(plain_line(self.journal_ref))

    @property
    def arxiv_doi(self) -> str:
        """The DOI that arXiv itself gives the paper."""
        return identifiers.arxiv_doi(self.arxiv_id) if self.arxiv_id else ""

    @property
    def any_doi(self) -> str:
        """The publisher's DOI, or else arXiv's."""
        return self.doi or self.arxiv_doi

    @property
    def address(self) -> str:
        """Where to read it: at its source, or else its record here."""
        return self.source_url or self.url

    @property
    def people(self) -> list[Contributor]:
        return [who for who in self.authors if not who.is_group]

    @property
    def groups(self) -> list[Contributor]:
        return [who for who in self.authors if who.is_group]

    @property
    def key(self) -> str:
        """A name to cite it by, of a-z, 0-9, hyphen and dot: "kaplan2020scaling-2001.08361".

        The identifier makes it unique, and the same in every file. Surname, year and a word are there for people to read.
        """
        first = next((who.surname or who.name for who in self.authors), "")
        year = str(self.published.year) if self.published else ""
        words = (word for word in _letters(self.plain_title) if word not in STOP_WORDS and not word.isdigit())
        spoken = "".join(_letters(first)) + year + next(words, "")[:LONGEST_WORD]
        tail = "-".join(re.findall(r"[a-z0-9.]+", anyascii(self.identifier).lower()))
        return f"{spoken}-{tail}" if spoken else tail


def _letters(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", ""))
