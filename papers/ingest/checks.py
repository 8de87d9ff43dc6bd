"""Checks of what a source says: what can't be is left out with a warning, or refuses the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from papers import identifiers, taxonomy
from papers.bylines import Byline
from papers.field_rules import LONGEST, RULES, too_long, too_many
from papers.publications import FIELDS, KINDS_OF_URL, Details, Url
from papers.publications.details import NO_DETAILS, REPEATED
from papers.text.control_characters import without_layout
from papers.text.dates import PartialDate, as_date
from papers.text.normalization import normalized
from papers.text.plain_text import kept_text

if TYPE_CHECKING:
    from papers.ingest.records import Version


class InvalidRecord(ValueError):
    """A record that can't be a paper. `field` names the culprit, the message says why in a sentence."""

    def __init__(self, field_name: str, reason: str):
        super().__init__(f"{field_name}: {reason}")
        self.field = field_name
        self.reason = reason


PARAGRAPH = re.compile(r"\n(?=[ \t])|\n[ \t]*\n")


def clean(text: str | None) -> str:
    """The text in NFC without characters that control or lay out a line, and stripped."""
    if not text:
        return ""
    text = normalized("NFC", text)
    # Nearly no text has a control character but line breaks, and asking is ten times cheaper than replacing.
    return (text if text.replace("\n", "").isprintable() else without_layout(text)).strip()


def one_line(text: str | None) -> str:
    """The text with every run of white space (sources wrap lines with "\\n  ") made one space."""
    if not text:
        return ""
    if not text.isascii():
        return " ".join(clean(text).split())
    line = " ".join(text.split())
    return without_layout(line)


def paragraphs(text: str | None) -> str:
    """The abstract with wrapped lines joined; a line that starts with white space begins a paragraph, as at arXiv."""
    text = clean(text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(joined for part in PARAGRAPH.split(text) if (joined := " ".join(part.split())))


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
    """The details in one line each, without guarding braces and HTML; an address that is none is a warning.

    Raises InvalidRecord for a field that is too long.
    """
    if not given:
        return NO_DETAILS
    values: dict[str, Any] = {}
    for name in LINES_OF_DETAILS:
        if text := getattr(given, name):
            line = one_line(kept_text(text))
            if reason := too_long("detail", line):
                raise InvalidRecord(name, reason)
            if line != text:
                values[name] = line
    if given.editors or given.keywords or given.urls:
        for name in REPEATED:
            check_count(name, len(getattr(given, name)))
        values |= _checked_lists(given, warnings)
    return replace(given, **values) if values else given


def _checked_lists(given: Details, warnings: list[str]) -> dict[str, Any]:
    """The keywords and addresses, each once."""
    keywords = tuple(dict.fromkeys(filter(None, (one_line(kept_text(keyword)) for keyword in given.keywords))))
    if reason := next(filter(None, (too_long("detail", keyword) for keyword in keywords)), ""):
        raise InvalidRecord("keywords", reason)
    urls: dict[str, Url] = {}
    for url, kind in given.urls:
        if reason := RULES["url"](url):
            warnings.append(f"url: {url!r:.80} {reason}, and was left out")
        elif url not in urls:
            urls[url] = Url(url, kind if kind in KINDS_OF_URL else "other")
    return {"keywords": keywords, "urls": tuple(urls.values())}


LINES_OF_DETAILS = tuple(name for name in FIELDS if name not in REPEATED)


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
