"""Rules for the fields of a paper or a person: form, length, range. The one description of them; needs no Django.

Who takes something in asks here: readers (papers/ingest/records.py), datasets (profiles/dataset/), models and forms
(papers/models/fields.py makes validators of these rules). A rule takes a value of the right type and gives the reason why
the field can't be that, as the end of a sentence that begins with the field's name, or "" where it can:

    >>> category("cs.LG")
    ''
    >>> category("a/b")
    'is not letters, digits, dots and hyphens, a letter or digit first'
    >>> RULES["doi"]("10.1/x")
    "'10.1/x': not a DOI, such as 10.1002/spe.2984"

The rules by name are RULES for texts and numbers and days one at a time; MOST has how many of something one record may
have, LONGEST how many characters a text may have. `too_many(name, count)` and `too_long(name, text)` say the reason for those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from papers import identifiers
from papers.taxonomy.types import TYPES
from papers.text.control_characters import UNWRITABLE
from papers.text.dates import PartialDate

# Characters. Far above what real records have: 5,154 authors with their addresses are some 300,000.
LONGEST = {
    "identifier": 200,
    "category": 64,
    "categories": 10_000,
    "doi": identifiers.LONGEST_DOI,
    "dois": 50_000,
    "license": 255,
    "source": 32,
    "title": 10_000,
    "abstract": 2_000_000,
    "authors": 500_000,
    "journal_ref": 50_000,
    "comments": 50_000,
    "report_no": 50_000,
    "msc_class": 50_000,
    "acm_class": 50_000,
    "submitter": 10_000,
    "version": 16,
    "size": 32,
    "source_type": 32,
    "name": 255,
    "forenames": 255,
    "surname": 255,
    "suffix": 32,
    "affiliation": 10_000,
    "affiliations": 5_000_000,
    "collaboration": 1_000,
    "slug": 120,
    "homepage": 500,
    "author_affiliation": 500,
    "bio": 50_000,
    "note": 500,
    "expanded": 100_000,
    "giver": 200,
    "base_url": 500,
    "detail": 10_000,
    "url": 2_000,
    "citation_key": 200,
}
# Of one record; "expanded" above is what abbreviations of a BibTeX file may come to.
MOST = {
    "authors": 10_000,
    "affiliations": 200,
    "other_names": 20,
    "collaborations": 1_000,
    "categories": 100,
    "dois": 100,
    "versions": 1_000,
    "elements": 250_000,
    "attributes": 100_000,
    "depth": 100,
    "fields": 1_000,
    "editors": 1_000,
    "keywords": 1_000,
    "urls": 200,
}

FIRST_JOURNAL = date(1665, 1, 1)  # a lab's own list may be old, but not older than the first scholarly journal
FARTHEST_AHEAD_IN_DAYS = 2  # a source's clock may be a time zone ahead of ours, not more
FARTHEST_AHEAD_IN_YEARS = 2  # an issue is printed under next spring's date
LAST_YEAR_OF_A_MOMENT = 2199  # of what a clock wrote, which may go wrong; before it there is room for every time zone

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
AUTHOR_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
PUBLIC_ID = re.compile(r"[0-9a-z]{10}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
SOURCE = re.compile(r"[a-z0-9][a-z0-9 _-]*")
VERSION = re.compile(r"v?[0-9]{1,4}")
CITATION_KEY = re.compile(r"[^\s,\"'{}%#\\~()=@]+")
LETTER = re.compile(r"[^\W\d_]")
UNSAFE_IN_ADDRESS = re.compile(r"[\s\"'<>\\^`{|}]")
HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\W_](?:[\w.-]*[^\W_])?\.?)")

RESERVED_SLUGS = frozenset({"autocomplete", "batch", "papers", "with"})  # addresses of the site's own below an author
RESERVED_IDENTIFIERS = frozenset({"batch", "feed"})  # and beside a paper

Rule = Callable[[Any], str]


def too_long(name: str, text: str) -> str:
    """Why the text is too long for the field of this name in LONGEST, or nothing."""
    return f"has {len(text):,} characters, {LONGEST[name]:,} are allowed" if len(text) > LONGEST[name] else ""


def too_many(name: str, count: int) -> str:
    """Why a record can't have so many of what this name in MOST counts, or nothing."""
    return f"the record has {count:,}, {MOST[name]:,} are allowed" if count > MOST[name] else ""


def text(name: str) -> Rule:
    """The rule for a text without a form of its own: its length, and nothing that no page and no database can hold."""

    def rule(value: str) -> str:
        return too_long(name, value) or ("has control characters" if UNWRITABLE.search(value) else "")

    return rule


def identifier(value: str) -> str:
    """A paper's: an arXiv id in its canonical form, or a slug."""
    if reason := too_long("identifier", value):
        return reason
    if SLUG.fullmatch(value):
        return "is an address of the site's own" if value in RESERVED_IDENTIFIERS else ""
    return "" if not arxiv_id(value) else "is neither an arXiv id without version nor small letters, digits and hyphens"


def arxiv_id(value: str) -> str:
    """An arXiv id as it is stored: canonical, without its version."""
    try:
        canonical = identifiers.ArxivId.parse(value).canonical
    except identifiers.InvalidIdentifier as error:
        return str(error)
    return "" if canonical == value else f"is written {canonical}"


def category(value: str) -> str:
    """A code of arXiv's taxonomy or any other one that can stand in an address."""
    if reason := too_long("category", value):
        return reason
    return "" if CODE.fullmatch(value) else "is not letters, digits, dots and hyphens, a letter or digit first"


def doi(value: str) -> str:
    """A DOI as it is stored: without prefix, in the case printed."""
    try:
        normal = identifiers.normal_doi(value)
    except identifiers.InvalidIdentifier as error:
        return str(error)
    return "" if normal == value else f"is written {normal}"


def orcid(value: str) -> str:
    """An ORCID iD as it is stored: with hyphens."""
    return _parsed(lambda: identifiers.Orcid.parse(value).value, value)


def arxiv_author_id(value: str) -> str:
    """An arXiv author id as it is stored."""
    return _parsed(lambda: identifiers.parse_arxiv_author_id(value), value)


def homepage(value: str) -> str:
    """An address that may be linked: http or https, with a host, nothing in it that needs escaping."""
    if reason := too_long("homepage", value):
        return reason
    return _address(value, ("http", "https"))


def _address(value: str, schemes: tuple[str, ...]) -> str:
    if not value.isprintable() or UNSAFE_IN_ADDRESS.search(value):
        return "has signs that an address can't have"
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 raises ValueError for one that is none
    except ValueError:
        return "is not an address"
    if parts.scheme not in schemes:
        return f"is not an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes[:2])}"
    if not HOST.fullmatch(parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc):
        return "names no host, or more than a host"
    return ""


def name(value: str) -> str:
    """A person's whole printed name."""
    return text("name")(value) or ("" if LETTER.search(value) else "has no letter, so it is no name")


def surname(value: str) -> str:
    return text("surname")(value) or ("" if LETTER.search(value) else "has no letter, so it is no name")


def author_slug(value: str) -> str:
    """The last part of a profile's address."""
    if reason := too_long("slug", value):
        return reason
    if not AUTHOR_SLUG.fullmatch(value):
        return "may have letters without accents, digits, hyphens and underscores"
    return "is an address of the site's own" if value in RESERVED_SLUGS else ""


def public_id(value: str) -> str:
    """An author's permanent id."""
    return "" if PUBLIC_ID.fullmatch(value) else "is not ten small letters and digits"


def source(value: str) -> str:
    """The name of a source of papers."""
    return too_long("source", value) or (
        "" if SOURCE.fullmatch(value) else "may have small letters, digits and hyphens"
    )


def version(value: str) -> str:
    """The label of a version."""
    return "" if VERSION.fullmatch(value) else "is not a version, such as v1"


def title(value: str) -> str:
    return text("title")(value) or ("" if value.strip() else "the record has no title")


def day(value: date | PartialDate) -> str:
    """A day, month or year of a paper or a version: since there are journals and not far in the future."""
    return _too_early(value) or year(value.year)


def datestamp(value: date) -> str:
    """A source's own date for its record: not in the future, for it decides which of two records is the newer one."""
    if reason := _too_early(value):
        return reason
    if (value - datetime.now(UTC).date()).days > FARTHEST_AHEAD_IN_DAYS:
        return f"{value.isoformat()} lies in the future"
    return ""


def _too_early(value: date | PartialDate) -> str:
    first, written = (value.first, value.iso()) if isinstance(value, PartialDate) else (value, value.isoformat())
    return f"{written} is before there were any papers to read" if first < FIRST_JOURNAL else ""


def moment(value: datetime) -> str:
    """A moment that a program wrote down. Such a clock may be wrong; the ends of time can't be counted with."""
    if FIRST_JOURNAL.year < value.year <= LAST_YEAR_OF_A_MOMENT:
        return ""
    return f"{value.isoformat()} is not between {FIRST_JOURNAL.year + 1} and {LAST_YEAR_OF_A_MOMENT}"


def year(value: int) -> str:
    """A year of a paper."""
    last = datetime.now(UTC).year + FARTHEST_AHEAD_IN_YEARS
    return "" if FIRST_JOURNAL.year <= value <= last else f"{value} is not between {FIRST_JOURNAL.year} and {last}"


def url(value: str) -> str:
    """An address that a page may link: http, https or ftp."""
    return too_long("url", value) or _address(value, ("http", "https", "ftp"))


def citation_key(value: str) -> str:
    """The key of a paper in files of BibTeX: nothing that ends it there."""
    if reason := too_long("citation_key", value):
        return reason
    return (
        "" if CITATION_KEY.fullmatch(value) else "may not have white space, commas, quotes, braces, %, # or backslashes"
    )


def _parsed(read: Callable[[], str], value: str) -> str:
    try:
        normal = read()
    except identifiers.InvalidIdentifier as error:
        return str(error)
    return "" if normal == value else f"is written {normal}"


RULES: dict[str, Rule] = {
    "identifier": identifier,
    "arxiv_id": arxiv_id,
    "category": category,
    "doi": doi,
    "orcid": orcid,
    "arxiv_author_id": arxiv_author_id,
    "homepage": homepage,
    "license": text("license"),
    "source": source,
    "title": title,
    "abstract": text("abstract"),
    "authors": text("authors"),
    "journal_ref": text("journal_ref"),
    "comments": text("comments"),
    "report_no": text("report_no"),
    "msc_class": text("msc_class"),
    "acm_class": text("acm_class"),
    "submitter": text("submitter"),
    "version": version,
    "size": text("size"),
    "source_type": text("source_type"),
    "name": name,
    "forenames": text("forenames"),
    "surname": surname,
    "suffix": text("suffix"),
    "affiliation": text("affiliation"),
    "collaboration": text("collaboration"),
    "author_slug": author_slug,
    "public_id": public_id,
    "author_affiliation": text("author_affiliation"),
    "bio": text("bio"),
    "note": text("note"),
    "day": day,
    "datestamp": datestamp,
    "url": url,
    "citation_key": citation_key,
    "detail": text("detail"),
    "type": lambda value: "" if value in ("", *TYPES) else "is not a type of CSL 1.0.2",
    "moment": moment,
    "year": year,
}
