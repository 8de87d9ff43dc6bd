"""A record of a paper as one source gives it: plain values that can't be held when they are invalid.

Every reader (papers/ingest/readers/) ends here: it fills `SourceFields` with the texts it found and `PaperRecord.from_source`
makes of them a checked record, or raises `InvalidRecord`. papers/ingest/importer.py stores what comes out. Nothing here needs
Django.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import orjson

from papers import identifiers, taxonomy
from papers.bylines import Byline, parse_byline
from papers.field_rules import LONGEST, RULES, too_long, too_many
from papers.publications import FIELDS, KINDS_OF_URL, Details, Url, parse_journal_ref
from papers.publications.details import NO_DETAILS
from papers.taxonomy.types import PREPRINT, type_of
from papers.text.control_characters import CONTROLS
from papers.text.dates import PartialDate, earliest, iso
from papers.text.normalization import normalized
from papers.text.words import words_of

Found = TypeVar("Found")


class InvalidRecord(ValueError):
    """A record that can't be a paper. `field` names the culprit, the message says why in a sentence."""

    def __init__(self, field_name: str, reason: str):
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason


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
    `base_url` is the repository's address. `warnings` are sentences about what its reader left out.
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


@dataclass(frozen=True)
class PaperRecord:
    """One paper as one source describes it, checked and normalised, LaTeX left as it came.

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
    giver: str = field(default="", compare=False)
    base_url: str = field(default="", compare=False)
    other_dates: tuple[tuple[str, PartialDate], ...] = field(
        default=(), compare=False
    )  # of other sources, with their kinds

    @classmethod
    def from_source(cls, given: SourceFields) -> PaperRecord:
        """The checked record for what a source printed; raises InvalidRecord naming the field and the reason."""
        identifier = cls._identifier(given.arxiv_id, given.slug)
        title = one_line(given.title)
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
            abstract=paragraphs(given.abstract),
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
            journal_ref=one_line(given.journal_ref),
            comments=one_line(given.comments),
            license=identifiers.normal_license(one_line(given.license)),
            report_no=one_line(given.report_no),
            msc_class=one_line(given.msc_class),
            acm_class=one_line(given.acm_class),
            submitter=one_line(given.submitter),
            source=given.source,
            datestamp=possible_datestamp(given.datestamp, warnings),
            warnings=(*warnings, *doi_warnings, *code_warnings),
            giver=one_line(given.giver)[: LONGEST["giver"]],
            base_url=given.base_url[: LONGEST["base_url"]],
        )
        for name in TEXTS:
            check_length(name, getattr(record, name))
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

PARAGRAPH = re.compile(r"\n(?=[ \t])|\n[ \t]*\n")


def clean(text: str | None) -> str:
    """The text in NFC without control characters, and stripped."""
    if not text:
        return ""
    text = normalized("NFC", text)
    # Nearly no text has a control character but line breaks, and asking is ten times cheaper than replacing.
    return (text if text.replace("\n", "").isprintable() else CONTROLS.sub("", text)).strip()


def one_line(text: str | None) -> str:
    """The text with every run of white space (sources wrap lines with "\\n  ") made one space."""
    if not text:
        return ""
    if not text.isascii():
        return " ".join(clean(text).split())
    line = " ".join(text.split())
    return line if line.isprintable() else CONTROLS.sub("", line)


def paragraphs(text: str | None) -> str:
    """The abstract with wrapped lines joined; a line that starts with white space begins a paragraph, as at arXiv."""
    text = clean(text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(joined for part in PARAGRAPH.split(text) if (joined := " ".join(part.split())))


def as_date(moment: datetime | date) -> date:
    """The day of a moment, in UTC."""
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment


def iso_of(day: PartialDate | None) -> str:
    """The date in ISO 8601, nothing for None."""
    return day.iso() if day else ""


def possible_date(name: str, day: PartialDate | None, warnings: list[str]) -> PartialDate | None:
    """The date, or None and a warning where it is before there were journals or further ahead than two years."""
    if day and not SURELY_FROM <= day.first <= SURELY_TO and (reason := RULES["day"](day)):
        warnings.append(f"{name}: {reason}, and was left out")
        return None
    return day


# Nearly every day lies between, and needs no asking.
SURELY_FROM, SURELY_TO = date(1900, 1, 1), datetime.now(UTC).date()


def possible_day(name: str, day: date | None, warnings: list[str]) -> date | None:
    """The day, or None and a warning where it can't be a paper's."""
    if day and not SURELY_FROM <= day <= SURELY_TO and (reason := RULES["day"](day)):
        warnings.append(f"{name}: {reason}, and was left out")
        return None
    return day


def possible_datestamp(day: date | None, warnings: list[str]) -> date | None:
    """The source's date for its record, or None and a warning: one in the future would keep later ones out."""
    if day and (reason := RULES["datestamp"](day)):
        warnings.append(f"datestamp: {reason}, and was left out")
        return None
    return day


def check_length(name: str, text: str) -> None:
    """Raise InvalidRecord for a text that is longer than this field may be."""
    if reason := too_long(name, text):
        raise InvalidRecord(name, reason)


def check_count(name: str, count: int) -> None:
    """Raise InvalidRecord for more of something than one record may have."""
    if reason := too_many(name, count):
        raise InvalidRecord(name, reason)


def check_counts(byline: Byline) -> None:
    """Raise InvalidRecord for more people, groups or affiliations of a person than a byline may have."""
    check_count("authors", len(byline.entries))
    check_count("collaborations", len(byline.collaborations))
    characters = 0
    for entry in byline.entries:
        if entry.affiliations:
            check_count("affiliations", len(entry.affiliations))
            for place in entry.affiliations:
                check_length("affiliation", place)
                characters += len(place)
    if characters > LONGEST["affiliations"]:
        reason = f"have {characters:,} characters together, {LONGEST['affiliations']:,} are allowed"
        raise InvalidRecord("affiliations", reason)


def checked_versions(versions: Sequence[Version], warnings: list[str]) -> tuple[Version, ...]:
    """The versions, a day that can't be left out with a warning; raises InvalidRecord for too many, or a label that is none."""
    check_count("versions", len(versions))
    kept = []
    for version in versions:
        for name, text in (("version", version.label), ("size", version.size), ("source_type", version.source_type)):
            if reason := RULES[name](text):
                raise InvalidRecord("versions", f"{name} {text!r:.40} {reason}")
        is_possible = version.created and possible_day("versions", as_date(version.created), warnings)
        kept.append(version if is_possible or version.created is None else replace(version, created=None))
    return tuple(kept)


def checked_details(given: Details, warnings: list[str]) -> Details:
    """The details in one line each; raises InvalidRecord for a field that is too long, an address that is none is a warning."""
    if not given:
        return NO_DETAILS
    values: dict[str, Any] = {}
    for name in LINES_OF_DETAILS:
        values[name] = one_line(getattr(given, name))
        if reason := too_long("detail", values[name]):
            raise InvalidRecord(name, reason)
    check_count("editors", len(given.editors))
    check_count("keywords", len(given.keywords))
    check_count("urls", len(given.urls))
    keywords = tuple(dict.fromkeys(filter(None, map(one_line, given.keywords))))
    if reason := next(filter(None, (too_long("detail", keyword) for keyword in keywords)), ""):
        raise InvalidRecord("keywords", reason)
    urls: dict[str, Url] = {}
    for url, kind in given.urls:
        if reason := RULES["url"](url):
            warnings.append(f"url: {url!r:.80} {reason}, and was left out")
        elif url not in urls:
            urls[url] = Url(url, kind if kind in KINDS_OF_URL else "other")
    return replace(given, **values, keywords=keywords, urls=tuple(urls.values()))


LINES_OF_DETAILS = tuple(name for name in FIELDS if name not in ("editors", "keywords", "urls"))
WITHDRAWN = re.compile(
    r"(?:this (?:paper|article|manuscript|submission|work|preprint) (?:has been|is|was)(?: temporarily)? )?withdrawn\b|"
    r"(?:the authors? (?:has|have) )withdrawn\b",
    re.IGNORECASE,
)


def checked_dois(text: str) -> tuple[list[str], list[str]]:
    """The DOIs in a field, and a warning for each piece that is none; raises InvalidRecord for too many of either."""
    check_length("dois", text)
    found, others = identifiers.split_dois(text)
    check_count("dois", len(found) + len(others))
    return found, [f"doi: {other!r:.80} is not a DOI and was left out" for other in others]


def checked_codes(given: str | Iterable[str]) -> tuple[list[str], list[str]]:
    """The codes of categories that can be, each once, and a warning for each that can't be or that nobody knows."""
    if isinstance(given, str):
        check_length("categories", given)
        given = given.split()
    codes = list(dict.fromkeys(filter(None, map(one_line, given))))
    check_count("categories", len(codes))
    kept, warnings = [], []
    for code in codes:
        if code not in taxonomy.ALL:
            if reason := RULES["category"](code):
                warnings.append(f"categories: {code!r:.80} {reason}, and was left out")
                continue
            warnings.append(f"categories: {code!r} is not in the taxonomy and was kept")
        kept.append(code)
    return kept, warnings


MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
USUAL_DATE = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT")


def read_moment(name: str, text: str) -> datetime:
    """The moment in UTC that an RFC 1123 or ISO 8601 text names; raises InvalidRecord with the text if it names none."""
    usual = USUAL_DATE.fullmatch(text.strip())
    try:
        if usual:  # ten times faster than the e-mail parser, and nearly every record is written this way
            day, month, *rest = usual.groups()
            year, hour, minute, second = map(int, rest)
            return datetime(year, MONTHS[month], int(day), hour, minute, second, tzinfo=UTC)
        if text[:4].isdigit():
            moment = datetime.fromisoformat(text.strip())
        else:
            moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise InvalidRecord(name, f"{text!r} is not a date") from error


def read_day(name: str, text: str | None) -> date | None:
    """The day that an ISO 8601 text names, None for none; raises InvalidRecord with the text if it names no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise InvalidRecord(name, f"{text!r} is not a date") from error


def or_warning(read: Callable[[str, str], Found], name: str, text: str, warnings: list[str]) -> Found | None:
    """What `read_moment` or `read_day` makes of the text, None and a warning where it is no date."""
    try:
        return read(name, text)
    except InvalidRecord as error:
        warnings.append(f"{error}, and was left out")
        return None
