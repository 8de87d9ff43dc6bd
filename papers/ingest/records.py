"""A record of a paper as one source gives it: plain values that can't be held when they are invalid.

Every reader (papers/ingest/readers/) ends here: it fills `SourceFields` with the texts it found and `PaperRecord.from_source`
makes of them a checked record, or raises `InvalidRecord`. papers/ingest/importer.py stores what comes out. Nothing here needs
Django.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

import orjson

from papers import identifiers, taxonomy
from papers.bylines import Byline, parse_byline
from papers.field_rules import LONGEST, RULES
from papers.ingest.checks import (
    InvalidRecord,
    check_count,
    check_counts,
    check_length,
    checked_codes,
    checked_details,
    checked_dois,
    checked_versions,
    one_line,
    paragraphs,
    possible_date,
    possible_datestamp,
    possible_day,
)
from papers.publications import Details, parse_journal_ref
from papers.publications.details import NO_DETAILS
from papers.taxonomy.types import PREPRINT, type_of
from papers.text.dates import PartialDate, as_date, earliest, iso
from papers.text.plain_text import kept_text
from papers.text.words import words_of


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was not taken: where it stood, why, and the record itself so that it can be mended and read again."""

    place: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """A source's word that it has withdrawn a record (an OAI-PMH header with status "deleted").

    `arxiv_id` is the arXiv id that a repository other than arXiv has made part of its identifier, if it looks like that.
    `source` is that of its records; without one it is taken for whoever gave the paper.
    """

    identifier: str
    datestamp: date | None
    arxiv_id: str = ""
    source: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What a source holds that is no paper, such as a person's page: where it stood, and what it is ("entry type www")."""

    place: str
    kind: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper: its label ("v1"), when it was made (UTC), its size and arXiv's source flags where known."""

    label: str
    created: datetime | date | None
    size: str = ""
    source_type: str = ""

    def as_json(self) -> dict[str, str]:
        row = {"version": self.label, "created": iso(self.created), "size": self.size, "source_type": self.source_type}
        return {key: value for key, value in row.items() if value}


@dataclass(slots=True, kw_only=True)
class SourceFields:
    """What a source says of one paper, as its reader found it: nothing is checked, None is as good as nothing.

    A paper has an `arxiv_id` or a `slug`. `authors` is the author string as printed, or a Byline where the source gives names
    in parts; `authors_hint` are arXiv's `authors_parsed` rows, used where the string alone is ambiguous and never against it.
    `posted` is when it was put where the source keeps it, `updated` when that was changed last; they default to the first and
    last version's days. `issued` is when it was published, as a list or publisher says. `type` defaults to what the details'
    `source_type` means. `giver` is what the source calls its record: an entry's key, a repository's identifier as one here.
    `base_url` is the repository's address. `warnings` are sentences about what its reader left out, `unread` the names of
    fields that it has no use for.
    """

    source: str
    arxiv_id: str | None = None
    slug: str = ""
    title: str | None = ""
    abstract: str | None = ""
    abstract_is_cut: bool = False
    authors: str | Byline | None = ""
    authors_hint: Sequence[Sequence[str]] | None = None
    categories: str | Iterable[str] | None = ""
    posted: date | PartialDate | None = None
    issued: PartialDate | None = None
    updated: date | None = None
    versions: Sequence[Version] = ()
    type: str = ""
    details: Details = NO_DETAILS
    dois: str | None = ""
    journal_ref: str | None = ""
    comments: str | None = ""
    license: str | None = ""
    report_no: str | None = ""
    msc_class: str | None = ""
    acm_class: str | None = ""
    submitter: str | None = ""
    datestamp: date | None = None
    giver: str = ""
    base_url: str = ""
    warnings: Sequence[str] = ()
    unread: Iterable[str] = ()


@dataclass(frozen=True)
class PaperRecord:
    """One paper as one source describes it, checked and normalised, LaTeX left as it came but for braces that guard capitals.

    `categories` are the codes as printed, primary first; `canonical_codes` are what they mean today. `datestamp` is the
    source's own date for the record and decides which of two records is the newer one. `giver` is what its source calls the
    record: a repository's identifier as one here, the key of a list's entry; nothing for arXiv's records. `base_url` is the
    repository's address, where it is known.
    """

    identifier: str
    arxiv_id: str | None
    title: str
    abstract: str
    abstract_is_cut: bool
    authors_text: str
    byline: Byline
    categories: tuple[str, ...]
    posted: PartialDate | None
    issued: PartialDate | None
    updated: date | None
    versions: tuple[Version, ...]
    type: str
    details: Details
    dois: tuple[str, ...]
    journal_ref: str
    comments: str
    license: str
    report_no: str
    msc_class: str
    acm_class: str
    submitter: str
    source: str
    datestamp: date | None
    warnings: tuple[str, ...] = field(default=(), compare=False)
    unread: tuple[str, ...] = field(default=(), compare=False)
    giver: str = field(default="", compare=False)
    base_url: str = field(default="", compare=False)
    other_dates: tuple[tuple[str, PartialDate], ...] = field(
        default=(), compare=False
    )  # of other sources, with their kinds

    @classmethod
    def from_source(cls, given: SourceFields) -> PaperRecord:
        """The checked record for what a source printed; raises InvalidRecord naming the field and the reason."""
        identifier = cls._identifier(given.arxiv_id, given.slug)
        kept = as_it_came if given.source in IN_TEX else kept_text
        title = one_line(kept(given.title or ""))
        if not title:
            raise InvalidRecord("title", "the record has no title")
        authors_text = one_line(given.authors.text if isinstance(given.authors, Byline) else given.authors)
        check_length("authors", authors_text)
        check_count("authors", len(given.authors_hint or ()))
        byline = (
            given.authors if isinstance(given.authors, Byline) else parse_byline(authors_text, hint=given.authors_hint)
        )
        check_counts(byline)
        warnings = list(given.warnings)
        versions = checked_versions(given.versions, warnings)
        dated = [version.created for version in versions if version.created]
        posted = given.posted or (as_date(dated[0]) if dated else None)
        posted = posted if isinstance(posted, PartialDate) or posted is None else PartialDate(posted)
        posted = possible_date("published", posted, warnings)
        issued = possible_date("issued", given.issued, warnings)
        updated = given.updated or (as_date(dated[-1]) if dated else None)
        updated = possible_day("updated", updated, warnings)
        if updated is None and posted and posted.precision == "day":
            updated = posted.first
        details = checked_details(given.details, warnings)
        dois, doi_warnings = checked_dois(given.dois or "")
        codes, code_warnings = checked_codes(given.categories or "")
        record = cls(
            identifier=identifier,
            arxiv_id=identifier if given.arxiv_id else None,
            title=title,
            abstract=paragraphs(kept(given.abstract)) if given.abstract else "",
            abstract_is_cut=given.abstract_is_cut,
            authors_text=authors_text,
            byline=byline,
            categories=tuple(codes),
            posted=posted,
            issued=issued,
            updated=updated,
            versions=versions,
            type=given.type or type_of(details.source_type) or (PREPRINT if given.arxiv_id else ""),
            details=details,
            dois=tuple(dois),
            journal_ref=one_line(kept(given.journal_ref)) if given.journal_ref else "",
            comments=one_line(kept(given.comments)) if given.comments else "",
            license=identifiers.normal_license(one_line(given.license)),
            report_no=one_line(given.report_no),
            msc_class=one_line(given.msc_class),
            acm_class=one_line(given.acm_class),
            submitter=one_line(given.submitter),
            source=given.source,
            datestamp=possible_datestamp(given.datestamp, warnings),
            warnings=(*warnings, *doi_warnings, *code_warnings),
            unread=tuple(given.unread),
            giver=one_line(given.giver)[: LONGEST["giver"]],
            base_url=given.base_url[: LONGEST["base_url"]],
        )
        for name in TEXTS:
            if text := getattr(record, name):
                check_length(name, text)
        return record

    @cached_property
    def published(self) -> PartialDate | None:
        """The earliest date known (papers.text.dates.earliest)."""
        return earliest((self.posted, self.issued, *(day for _kind, day in self.other_dates)))

    @property
    def doi(self) -> str:
        """The DOI of the publication, not that of a preprint of it."""
        return next((doi for doi in self.dois if doi.lower() != self.details.preprint_doi.lower()), "")

    @property
    def is_withdrawn(self) -> bool:
        """Whether its last version is one that takes the paper back."""
        if self.versions and "I" in self.versions[-1].source_type.split():
            return True
        return bool(WITHDRAWN.match(self.comments))

    @cached_property
    def shown_type(self) -> str:
        """The type of what is cited: of a preprint whose journal is known by its reference that of the article."""
        is_article = self.type == PREPRINT and self.journal_ref and parse_journal_ref(self.journal_ref)
        return "article-journal" if is_article else self.type

    @cached_property
    def canonical_codes(self) -> tuple[str, ...]:
        """The codes of today's categories, primary first (papers.taxonomy.canonical_codes)."""
        return taxonomy.canonical_codes(self.categories)

    @cached_property
    def title_words(self) -> list[str]:
        """The words of the title as search knows them."""
        return words_of(self.title)

    @cached_property
    def title_key(self) -> int:
        """A number of 64 bits that titles of the same words have in common."""
        return key_of_words(self.title_words)

    @staticmethod
    def _identifier(arxiv_id: str | None, slug: str) -> str:
        if arxiv_id:
            try:
                return identifiers.ArxivId.parse(arxiv_id).canonical
            except identifiers.InvalidIdentifier as error:
                raise InvalidRecord("id", str(error)) from error
        if not slug:
            raise InvalidRecord("id", "the record has no identifier")
        if reason := RULES["identifier"](slug):
            raise InvalidRecord("identifier", reason)
        return slug

    @property
    def has_details(self) -> bool:
        """Whether it says more than arXiv's formats have room for."""
        return bool(self.issued or self.details) or self.type not in ("", PREPRINT)

    def digest(self) -> bytes:
        """Sixteen bytes that are equal for equal facts, whatever day they were read or stamped on."""
        facts = (
            self.title,
            self.abstract,
            self.abstract_is_cut,
            self.authors_text,
            self.byline.as_json(),
            self.categories,
            iso(self.published.first) if self.published else "",
            iso(self.updated),
            [version.as_json() for version in self.versions],
            self.dois,
            self.journal_ref,
            self.comments,
            self.license,
            self.report_no,
            self.msc_class,
            self.acm_class,
            self.submitter,
            self.source,
            # Left out where there are none, for records that came before these were kept.
            *(
                [[iso_of(self.posted), iso_of(self.issued), self.type, self.details.as_json()]]
                if self.has_details
                else []
            ),
        )
        return hashlib.blake2b(orjson.dumps(facts), digest_size=16).digest()


Item = PaperRecord | Rejection | Deletion | PassedOver  # what a reader gives out


class IncomingRecord(NamedTuple):
    """A record with the place it stood at, in words, and its digest, which is dear enough to be taken once."""

    place: str
    record: PaperRecord
    digest: bytes


def key_of_words(words: Sequence[str]) -> int:
    """A number of 64 bits for these words in this order."""
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest(), "big", signed=True)


# Those with a length alone; the others are checked where they are made.
TEXTS = (
    "title",
    "abstract",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
    "submitter",
)


def iso_of(day: PartialDate | None) -> str:
    """The date in ISO 8601, nothing for None."""
    return day.iso() if day else ""


# Sources whose texts are TeX and nothing else: there "<" is mathematics, and a brace what the author typed.
IN_TEX = frozenset({"arxiv-api", "arxiv-oai", "arxiv-snapshot", "seed"})


def as_it_came(text: str) -> str:
    return text


WITHDRAWN = re.compile(
    r"(?:this (?:paper|article|manuscript|submission|work|preprint) (?:has been|is|was)(?: temporarily)? )?withdrawn\b|"
    r"this (?:paper|article|work) has been retracted\b|"
    r"(?:the authors? (?:has|have) )withdrawn\b",
    re.IGNORECASE,
)
