"""Particulars of a publication beside title, byline and dates: a value that can be kept as JSON, empty fields left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from papers.bylines.names import Name

KINDS_OF_URL = ("landing", "pdf", "code", "data", "slides", "poster", "video", "other")


class Url(NamedTuple):
    """An address of a paper and what is to be found there, one of KINDS_OF_URL."""

    url: str
    kind: str = "landing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A publication's particulars. Texts are as the source prints them, TeX left as it came; "" and () are unknown.

    `source_type` is the source's own word for what it is ("inproceedings"), `container` the journal, book or conference,
    `publisher` also the school of a thesis and the institution of a report, `place` the publisher's. `pages` are "1-10",
    `language` is what the source says. `posted` is the day of the preprint where a paper was published before that
    (ISO 8601); elsewhere the preprint's date is the paper's. `preprint_doi` is that of a preprint which is not at arXiv,
    where the article is known too.
    """

    source_type: str = ""
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    publisher: str = ""
    place: str = ""
    editors: tuple[Name, ...] = ()
    edition: str = ""
    series: str = ""
    isbn: str = ""
    issn: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    urls: tuple[Url, ...] = ()
    posted: str = ""
    preprint_doi: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Details:
        """The details whose `as_json` is this row."""
        if not row:
            return NO_DETAILS
        values = dict(row)
        if "editors" in row:
            values["editors"] = tuple(Name(**editor) for editor in row["editors"])
        if "keywords" in row:
            values["keywords"] = tuple(row["keywords"])
        if "urls" in row:
            values["urls"] = tuple(Url(**each) for each in row["urls"])
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """The fields that are known; names of editors in parts, addresses with their kinds."""
        if not self:
            return {}
        row: dict[str, Any] = {name: value for name in FIELDS if (value := getattr(self, name))}
        if self.editors:
            row["editors"] = [name_as_json(editor) for editor in self.editors]
        if self.keywords:
            row["keywords"] = list(self.keywords)
        if self.urls:
            row["urls"] = [each._asdict() for each in self.urls]
        return row

    def with_editors(self, editors: Iterable[Name]) -> Details:
        return replace(self, editors=tuple(editors))

    def completed(self, other: Details) -> Details:
        """These details, with what the others know beside them."""
        missing = {name: value for name in FIELDS if not getattr(self, name) and (value := getattr(other, name))}
        return replace(self, **missing) if missing else self

    def __bool__(self) -> bool:
        return self is not NO_DETAILS and self != NO_DETAILS


FIELDS = tuple(field.name for field in fields(Details))
REPEATED = ("editors", "keywords", "urls")  # the fields that hold several
NO_DETAILS = Details()
# Those that say where and how a paper was published, and come from one source together.
OF_PUBLICATION = (
    "source_type",
    "container",
    "volume",
    "issue",
    "pages",
    "article_number",
    "publisher",
    "place",
    "editors",
    "edition",
    "series",
    "isbn",
    "issn",
)


def name_as_json(name: Name) -> dict[str, str]:
    """The parts of a name, as a byline keeps them."""
    row = {"name": name.name, "forenames": name.forenames, "surname": name.surname}
    return row | {"suffix": name.suffix} if name.suffix else row


def united_urls(lists: Iterable[Iterable[Url]]) -> tuple[Url, ...]:
    """The addresses of several lists, each address once, with the kind that came first."""
    return tuple({each.url: each for urls in reversed(list(lists)) for each in reversed(list(urls))}.values())[::-1]
