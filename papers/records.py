"""What one source says about one paper, as plain values that can't be held when they are invalid.

Every reader (papers/readers/) ends here: it calls `PaperRecord.from_source` with the texts it found and gets a
checked record or an `InvalidRecord`. papers/importing.py stores what comes out. Nothing here needs Django.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import orjson

from papers import identifiers, taxonomy
from papers.bylines import Byline, parse_byline

FIRST_JOURNAL = date(1665, 1, 1)  # a lab's own list may be old, but not older than the first scholarly journal
FARTHEST_AHEAD_IN_DAYS = 2  # a source's clock may be a time zone ahead of ours, not more


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
    """

    identifier: str
    datestamp: date | None
    arxiv_id: str = ""


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


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """One paper as one source describes it, checked and normalised, LaTeX left as it came.

    `categories` are the codes as printed, primary first; what they mean today is the taxonomy's affair. `datestamp`
    is the source's own date for the record and decides which of two records is the newer one.
    """

    identifier: str
    arxiv_id: str | None
    title: str
    abstract: str
    abstract_is_cut: bool
    authors_text: str
    byline: Byline
    categories: tuple[str, ...]
    published: date | None
    updated: date | None
    versions: tuple[Version, ...]
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

    @classmethod
    def from_source(
        cls,
        *,
        source: str,
        arxiv_id: str | None = None,
        slug: str = "",
        title: str | None = "",
        abstract: str | None = "",
        abstract_is_cut: bool = False,
        authors: str | Byline | None = "",
        authors_hint: Sequence[Sequence[str]] | None = None,
        categories: str | Iterable[str] | None = "",
        published: date | None = None,
        updated: date | None = None,
        versions: Sequence[Version] = (),
        dois: str | None = "",
        journal_ref: str | None = "",
        comments: str | None = "",
        license: str | None = "",
        report_no: str | None = "",
        msc_class: str | None = "",
        acm_class: str | None = "",
        submitter: str | None = "",
        datestamp: date | None = None,
    ) -> PaperRecord:
        """The checked record for what a source printed; raises InvalidRecord naming the field and the reason.

        `authors` is the author string as printed, or a Byline where the source gives names in parts; `authors_hint`
        are arXiv's `authors_parsed` rows, used where the string alone is ambiguous and never against it. The dates
        `published` and `updated` default to the first and last version's.
        """
        identifier = cls._identifier(arxiv_id, slug)
        title = one_line(title)
        if not title:
            raise InvalidRecord("title", "the record has no title")
        if isinstance(authors, Byline):
            byline, authors_text = authors, authors.text
        else:
            authors_text = one_line(authors)
            byline = parse_byline(authors_text, hint=authors_hint)
        dated = [version.created for version in versions if version.created]
        published = published or (as_date(dated[0]) if dated else None)
        updated = updated or (as_date(dated[-1]) if dated else published)
        for name, day in (("published", published), ("updated", updated), ("datestamp", datestamp)):
            check_day(name, day)
        codes = categories.split() if isinstance(categories, str) else list(categories or ())
        warnings: list[str] = []
        dois_found, bad_dois = identifiers.split_dois(dois or "")
        warnings += [f"doi: {text!r} is not a DOI and was left out" for text in bad_dois]
        codes = list(dict.fromkeys(filter(None, map(one_line, codes))))
        warnings += [
            f"categories: {code!r} is not in the taxonomy and was kept" for code in codes if code not in taxonomy.ALL
        ]
        return cls(
            identifier=identifier,
            arxiv_id=identifier if arxiv_id else None,
            title=title,
            abstract=paragraphs(abstract),
            abstract_is_cut=abstract_is_cut,
            authors_text=authors_text,
            byline=byline,
            categories=tuple(codes),
            published=published,
            updated=updated,
            versions=tuple(versions),
            dois=tuple(dois_found),
            journal_ref=one_line(journal_ref),
            comments=one_line(comments),
            license=identifiers.normal_license(one_line(license)),
            report_no=one_line(report_no),
            msc_class=one_line(msc_class),
            acm_class=one_line(acm_class),
            submitter=one_line(submitter),
            source=source,
            datestamp=datestamp,
            warnings=tuple(warnings),
        )

    @staticmethod
    def _identifier(arxiv_id: str | None, slug: str) -> str:
        if arxiv_id:
            try:
                return identifiers.ArxivId.parse(arxiv_id).canonical
            except identifiers.InvalidIdentifier as error:
                raise InvalidRecord("id", str(error)) from error
        if slug:
            return slug
        raise InvalidRecord("id", "the record has no identifier")

    def digest(self) -> bytes:
        """Sixteen bytes that are equal for equal facts, whatever day they were read or stamped on."""
        facts = (
            self.title, self.abstract, self.abstract_is_cut, self.authors_text, self.byline.as_json(), self.categories,
            iso(self.published), iso(self.updated), [version.as_json() for version in self.versions], self.dois,
            self.journal_ref, self.comments, self.license, self.report_no, self.msc_class, self.acm_class,
            self.submitter, self.source,
        )  # fmt: skip
        return hashlib.blake2b(orjson.dumps(facts), digest_size=16).digest()


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
PARAGRAPH = re.compile(r"\n(?=[ \t])|\n[ \t]*\n")


def clean(text: str | None) -> str:
    """The text in NFC without control characters, and stripped."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
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


def check_day(name: str, day: date | None) -> None:
    """Raise InvalidRecord for a day before there were journals or in the future."""
    if day is None:
        return
    if day < FIRST_JOURNAL:
        raise InvalidRecord(name, f"{day.isoformat()} is before there were any papers to read")
    if (day - datetime.now(UTC).date()).days > FARTHEST_AHEAD_IN_DAYS:
        raise InvalidRecord(name, f"{day.isoformat()} lies in the future")


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


def iso(moment: datetime | date | None) -> str:
    """The moment in ISO 8601, UTC written as Z; nothing for None."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
