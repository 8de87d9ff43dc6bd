"""Atom feeds as arXiv's API and author pages give them out; see https://info.arxiv.org/help/api/user-manual.html.

A file may hold one feed or several behind one another. arXiv tells errors as a feed with one entry called "Error",
which becomes a Rejection.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papers import taxonomy
from papers.ingest.checks import InvalidRecord
from papers.ingest.machine_dates import or_warning, read_moment
from papers.ingest.readers.documents.streams import Stream, check_reached, read_or_reject
from papers.ingest.readers.documents.xml_stream import Broken, elements, raw_of, text_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of
from papers.ingest.records import PaperRecord, Rejection, SourceFields
from papers.text.dates import as_date

FORMAT = "atom"
SOURCE = "arxiv-api"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
ENTRIES = frozenset({ATOM + "entry"})


def recognizes(head: bytes) -> bool:
    """Whether the file begins like a feed."""
    return head.startswith(b"<") and b"http://www.w3.org/2005/Atom" in head


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each entry after the first `skip` ones, its place in words, and the paper or rejection in it."""
    number = 0
    for entry in elements(stream, ENTRIES):
        number += 1
        if number <= skip:
            continue
        place = f"record {number}"
        if isinstance(entry, Broken):
            yield number, place, Rejection(place, entry.reason, entry.raw)
        else:
            yield number, place, read_entry(entry, place)
    check_reached(stream, number, skip, "record")


def read_entry(entry: Element, place: str) -> PaperRecord | Rejection:
    """The paper that one `entry` element describes, or the rejection that says why it describes none."""
    return read_or_reject(lambda: record(entry), place, lambda: raw_of(entry))


def record(entry: Element) -> PaperRecord:
    """The paper that one `entry` element describes; raises InvalidRecord naming the field."""
    identifier = _one(entry, ATOM + "id")
    if "arxiv.org/api/errors" in identifier:
        raise InvalidRecord("entry", f"arXiv answered with an error: {_one(entry, ATOM + 'summary')}")
    updated = _one(entry, ATOM + "updated")
    published = _one(entry, ATOM + "published")
    warnings: list[str] = []
    moment = or_warning(read_moment, "updated", updated, warnings) if updated else None
    first = or_warning(read_moment, "published", published, warnings) if published else None
    day_updated = as_date(moment) if moment else None
    return PaperRecord.from_source(
        SourceFields(
            source=SOURCE,
            arxiv_id=identifier,
            title=text_of(entry.find(ATOM + "title")),
            abstract=text_of(entry.find(ATOM + "summary")),
            authors=byline_of([_author(author) for author in entry.iterfind(ATOM + "author")]),
            categories=_categories(entry),
            posted=as_date(first) if first else None,
            updated=day_updated,
            dois=" ".join(text_of(doi).strip() for doi in entry.iterfind(ARXIV + "doi")),
            journal_ref=_one(entry, ARXIV + "journal_ref"),
            comments=_one(entry, ARXIV + "comment"),
            datestamp=day_updated,
            warnings=warnings,
        )
    )


def _author(author: Element) -> Printed:
    affiliations = tuple(text_of(place) for place in author.iterfind(ARXIV + "affiliation"))
    return Printed(whole=_one(author, ATOM + "name"), affiliations=affiliations)


def _categories(entry: Element) -> list[str]:
    """The codes, primary first. ACM and MSC classes come under the same scheme and aren't categories of arXiv's."""
    marked = [*entry.iterfind(ARXIV + "primary_category"), *entry.iterfind(ATOM + "category")]
    return [term for one in marked if (term := one.get("term", "")) in taxonomy.ALL]


def _one(element: Element, name: str) -> str:
    return text_of(element.find(name)).strip()
