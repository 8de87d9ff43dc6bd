"""The facts that a citation needs of a paper, as plain values that every format is written from.

A preprint and the article that came of it are one paper. `Work.form` says which of the two is cited; date, type,
publication, DOI and addresses are those of that one and never of the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from papers import identifiers
from papers.bylines.groups import bare_name, has_kind
from papers.publications import KINDS_OF_URL, Details, Publication, Url, publication_of
from papers.publications.citation_keys import citation_key
from papers.publications.details import NO_DETAILS
from papers.publications.publication import NOWHERE
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line

Form = Literal["preprint", "article"]
FORMS: tuple[Form, ...] = ("preprint", "article")
AS = "as"  # the parameter of an address that asks for one of them

# What lists name as journal or publisher of a preprint; dblp's word for arXiv is CoRR.
ARXIV = re.compile(r"arxiv\b|corr\b|computing research repository\b", re.IGNORECASE)
NUMBERED = frozenset({"patent", "report", "standard"})
# Types that say nothing of a publication where there is an arXiv id.
UNPUBLISHED = frozenset({"", PREPRINT, "document", "manuscript", "post", "webpage"})


class UnknownForm(ValueError):
    """A word that names neither a preprint nor an article."""


def form_named(word: str) -> Form | Literal[""]:
    """The form of this name, "" for no word; raises UnknownForm."""
    if word and word not in FORMS:
        raise UnknownForm(word)
    return word


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who signed or edited a paper: a person by the parts of the shown name, or a group by its whole name.

    `url` is the person's page here, if there is one, `orcid` the iD that the paper prints.
    """

    name: str
    surname: str = ""
    forenames: str = ""
    suffix: str = ""
    is_group: bool = False
    url: str = ""
    affiliations: tuple[str, ...] = ()
    orcid: str = ""

    @classmethod
    def group(cls, name: str) -> Contributor:
        return cls(name, is_group=True)

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
    """One paper as it is cited. Title, abstract, details and the like are as the source prints them, TeX included.

    `published` is the earliest date known, `issued` when its publisher or a list says it was published. `subjects` are the
    names of its categories. `asked` is the form that somebody asked for (as_preprint, as_article), "" if nobody did.
    """

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
    subjects: tuple[str, ...] = ()
    published: PartialDate | None = None
    issued: PartialDate | None = None
    updated: date | None = None
    type: str = ""
    details: Details = NO_DETAILS
    doi: str = ""
    journal_ref: str = ""
    comments: str = ""
    report_no: str = ""
    license: str = ""
    is_withdrawn: bool = False
    citation_key: str = ""
    asked: Form | Literal[""] = ""

    # --- What is cited

    @cached_property
    def stated(self) -> Publication:
        """Where it appeared, as its sources say, whichever form is cited."""
        return publication_of(self.details, self.journal_ref)

    @cached_property
    def is_published(self) -> bool:
        """Whether it is known where an article of it appeared, beside the preprint if there is one."""
        if not self.stated or (self.type == PREPRINT and not self.arxiv_id):
            return False
        return not (self.arxiv_id and ARXIV.match(self.stated.container or self.stated.publisher))

    @property
    def has_preprint(self) -> bool:
        return bool(self.arxiv_id or self.details.preprint_doi) or self.type == PREPRINT

    @property
    def has_article(self) -> bool:
        return self.is_published or not (self.has_preprint and self.type in UNPUBLISHED)

    @cached_property
    def form(self) -> Form:
        """What is cited: what was asked for, else the article where it is known where that appeared."""
        return self.asked or ("article" if self.is_published or not self.has_preprint else "preprint")

    def as_preprint(self) -> Work | None:
        """The work cited as a preprint; None if there is none."""
        return replace(self, asked="preprint") if self.has_preprint else None

    def as_article(self) -> Work | None:
        """The work cited as it was published; None where nothing is known of that."""
        return replace(self, asked="article") if self.has_article else None

    def as_form(self, form: Form | Literal[""]) -> Work | None:
        """The work as its preprint or its article, None where there is no such; for "" the work as it is."""
        return {"": lambda: self, "preprint": self.as_preprint, "article": self.as_article}[form]()

    @cached_property
    def shown_details(self) -> Details:
        """The details of what is cited: none of a preprint whose details are the article's."""
        return NO_DETAILS if self.form == "preprint" and self.is_published else self.details

    @cached_property
    def publication(self) -> Publication:
        """Where what is cited appeared; a preprint at arXiv, where it may be named in a list's words."""
        if self.form == "article":
            return self.stated
        stated = NOWHERE if self.is_published else self.stated
        return replace(stated, publisher="arXiv") if self.arxiv_id else stated

    @property
    def date(self) -> PartialDate | None:
        """The date of what is cited, as far as it is known: when it was posted, or issued."""
        if self.form == "preprint":
            if self.details.posted:
                return PartialDate.from_iso(self.details.posted)
            return self.published if self.published != self.issued or not self.is_published else None
        if self.issued:
            return self.issued
        if year := self.stated.year:
            return PartialDate.of(int(year))
        return None if self.has_preprint else self.published

    @property
    def cited_type(self) -> str:
        """The type of what is cited, in the words of CSL; a document where nothing is known."""
        if self.form == "preprint":
            return PREPRINT
        if self.type in ("", PREPRINT):
            return "article-journal" if self.publication.container else "document"
        return self.type

    @property
    def number(self) -> str:
        """The number of a report, patent or standard in plain text; what has a journal or is at arXiv has theirs."""
        is_own = self.type in NUMBERED or not (self.publication.container or self.arxiv_id)
        return plain_line(self.report_no) if is_own else ""

    @property
    def cited_doi(self) -> str:
        """The DOI of what is cited; that of an arXiv preprint is arXiv's own."""
        if self.form == "preprint":
            return self.arxiv_doi or self.details.preprint_doi or self.doi
        return self.doi

    @property
    def arxiv_doi(self) -> str:
        """The DOI that arXiv itself gives the paper."""
        return identifiers.arxiv_doi(self.arxiv_id) if self.arxiv_id else ""

    @cached_property
    def addresses(self) -> tuple[Url, ...]:
        """The addresses of what is cited by kind, where it is read first: at arXiv, on its page, or where its DOI leads."""
        known = sorted(self.details.urls, key=lambda url: KINDS_OF_URL.index(url.kind))
        if self.form == "preprint" and self.source_url:
            others = [url for url in known if url.url != self.source_url]
            if self.is_published:  # then pages are the article's
                others = [url for url in others if url.kind != "landing"]
            return (Url(self.source_url), *others)
        pages = [url for url in known if url.kind == "landing"]
        if not pages and (address := identifiers.doi_url(self.cited_doi) or self.source_url):
            pages = [Url(address)]
        return (*pages, *(url for url in known if url.kind != "landing"))

    @property
    def address(self) -> str:
        """Where to read it; "" if that isn't known."""
        return next((url.url for url in self.addresses[:1] if url.kind == "landing"), "")

    @property
    def note(self) -> str:
        """What is to be said besides, TeX as the source prints it: that it was withdrawn, comments, a reference unread."""
        said = [self.comments] if self.comments else []
        if self.is_withdrawn and "withdrawn" not in self.comments.lower():
            said.insert(0, "Withdrawn")
        if self.journal_ref and not self.stated.container and self.journal_ref not in self.comments:
            said.append(self.journal_ref)
        return ". ".join(said)

    # --- Words

    @cached_property
    def editors(self) -> tuple[Contributor, ...]:
        """The editors of what is cited."""
        return tuple(
            Contributor(
                one.name, one.surname, one.forenames, one.suffix, is_group=has_kind(one.name) and not one.forenames
            )
            for one in self.shown_details.editors
        )

    @cached_property
    def plain_title(self) -> str:
        return plain_line(self.title)

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The subjects, and the words that a source gives, each once."""
        return tuple(dict.fromkeys((*self.subjects, *map(plain_line, self.details.keywords))))

    @property
    def people(self) -> list[Contributor]:
        return [who for who in self.authors if not who.is_group]

    @property
    def groups(self) -> list[Contributor]:
        return [who for who in self.authors if who.is_group]

    @property
    def key(self) -> str:
        """A name to cite it by: that of its source, or one of names, year, title and identifier."""
        if self.citation_key:
            return self.citation_key
        first = next((who.surname or bare_name(who.name) for who in self.authors), "")
        return citation_key(first, self.published.year if self.published else None, self.plain_title, self.identifier)
