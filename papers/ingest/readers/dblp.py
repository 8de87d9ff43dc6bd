"""Publications as dblp gives them out in XML: a person's page, one record, or its whole dump; see https://dblp.org/xml/.

The dump names letters by the entities of HTML, which its DTD declares; that isn't read, and those of a table stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from papers import identifiers
from papers.ingest.checks import one_line
from papers.ingest.machine_dates import or_warning, read_day
from papers.ingest.readers.documents.streams import Stream, check_reached, read_or_reject
from papers.ingest.readers.documents.xml_fields import Fields, children, one
from papers.ingest.readers.documents.xml_stream import Broken, elements, raw_of, text_of
from papers.ingest.readers.fields.addresses import is_pdf, urls_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of, orcid_of
from papers.ingest.readers.fields.preprints import OF_ARXIV
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import Item, PaperRecord, PassedOver, Rejection, SourceFields
from papers.publications import Details, Url
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in, month_and_day
from papers.text.scripts import lowered, raised

FORMAT = "dblp"
PUBLICATIONS = ("article", "inproceedings", "proceedings", "book", "incollection", "phdthesis", "mastersthesis", "data")
PEOPLE = ("www", "person")
ENTRIES = frozenset(PUBLICATIONS + PEOPLE)
CHARACTERS = {name: chr(code) for name, code in name2codepoint.items()}
BEGINNING = re.compile(rf"<(?:dblp|dblpperson)[\s>]|<(?:{'|'.join(PUBLICATIONS + PEOPLE)})\s[^<>]*?\bkey\s*=".encode())
NOTES = "dblpnote/"  # records that stand for no publication: "(error)"
NAMESAKE = re.compile(r"\s\d{4}$")  # dblp tells people of one name apart: "Wei Wang 0001"
RESOLVER = re.compile(r"https?://doi\.[a-z.]+/(10\.\d{4,9}(?:/|%2F).+)", re.IGNORECASE)  # publishers': doi.acm.org
TYPES = {"informal": PREPRINT, "encyclopedia": "entry-encyclopedia", "data": "dataset", "software": "software"}
WITHDRAWN = "withdrawn"
BOOKS = frozenset({"book", "proceedings"})  # whose `booktitle` is their own
READ = frozenset(
    """author editor title booktitle journal volume number pages year month publisher address series isbn issn school note
    ee url""".split()
)


def recognizes(head: bytes) -> bool:
    """Whether the file begins like one of dblp's, or like a record from one."""
    return head.startswith(b"<") and bool(BEGINNING.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Item]]:
    """The number of each record after the first `skip` ones, its place ("record conf/x/Doe19"), and what it holds."""
    number = 0
    for element in elements(stream, ENTRIES, CHARACTERS):
        number += 1
        if number <= skip:
            continue
        if isinstance(element, Broken):
            yield number, f"record {number}", Rejection(f"record {number}", element.reason, element.raw)
        else:
            place = f"record {element.get('key', '')[:100] or number}"
            yield number, place, _item(element, place)
    check_reached(stream, number, skip, "record")


def _item(element: Element, place: str) -> Item:
    if element.tag in PEOPLE:
        return PassedOver(place, f"entry type {element.tag}")
    if element.get("key", "").startswith(NOTES):
        return PassedOver(place, "dblp's own note")
    return read_or_reject(lambda: record(element), place, lambda: raw_of(element))


def record(element: Element) -> PaperRecord:
    """The publication in one element; raises InvalidRecord naming the field."""
    fields = children(element)
    warnings: list[str] = []
    title = one_line(_plain(fields["title"][0])) if "title" in fields else ""
    byline = byline_of(_people(fields, "author", warnings))
    arxiv_id, dois, addresses = _electronic_editions(fields)
    arxiv_id = _arxiv_id_of_volume(fields) or arxiv_id
    issued = _issued(fields, warnings)
    kinds = element.get("publtype", "").split() or [element.tag]
    notes = [text_of(note).strip() for note in fields.get("note", []) if "type" not in note.attrib]
    typed = [f"note {note.get('type')}" for note in fields.get("note", []) if "type" in note.attrib]
    return PaperRecord.from_source(
        SourceFields(
            source=FORMAT,
            giver=element.get("key", ""),
            arxiv_id=arxiv_id or None,
            slug="" if arxiv_id else slug_of(byline, str(issued.year) if issued else "", title),
            title=title if title.endswith("...") else title.removesuffix("."),
            authors=byline,
            issued=issued,
            type=PREPRINT if _is_arxivs(fields) else next((TYPES[kind] for kind in kinds if kind in TYPES), ""),
            details=_details(fields, element.tag, urls_of(addresses, dois, arxiv_id), warnings),
            dois=" ".join(dois),
            comments="; ".join(filter(None, [WITHDRAWN.capitalize() if WITHDRAWN in kinds else "", *notes])),
            datestamp=or_warning(read_day, "mdate", element.get("mdate", ""), warnings),
            warnings=warnings,
            unread=[*(name for name in fields if name not in READ), *typed],
        )
    )


def _plain(element: Element) -> str:
    """The text of a title; what is raised or lowered in it stays so: "H₂O", "O(n²)"."""
    pieces = [element.text or ""]
    for child in element:
        inner = _plain(child)
        pieces.append(raised(inner) if child.tag == "sup" else lowered(inner) if child.tag == "sub" else inner)
        pieces.append(child.tail or "")
    return "".join(pieces)


def _people(fields: Fields, name: str, warnings: list[str]) -> Iterator[Printed]:
    for element in fields.get(name, []):
        printed = NAMESAKE.sub("", one_line(text_of(element)))
        yield Printed(whole=printed, orcid=orcid_of(element.get("orcid", ""), warnings))


def _electronic_editions(fields: Fields) -> tuple[str, list[str], list[tuple[str, str]]]:
    """The arXiv id, the DOIs and the other addresses in `ee` and `url`."""
    arxiv_id = ""
    addresses: list[tuple[str, str]] = []
    dois: dict[str, str] = {}
    for element in [*fields.get("ee", []), *fields.get("url", [])]:
        address = text_of(element).strip()
        publishers = RESOLVER.fullmatch(address)
        doi = identifiers.find_doi(unquote(publishers[1]) if publishers else address)
        paper = identifiers.find_arxiv_id(address)
        if paper:
            arxiv_id = arxiv_id or paper.canonical
        elif doi:
            dois.setdefault(doi.lower(), doi)
        elif address.startswith(("http://", "https://", "ftp://")):  # others are those of dblp's own pages
            kind = "other" if element.get("type") == "archive" else "pdf" if is_pdf(address) else "landing"
            addresses.append((address, kind))
    return arxiv_id, list(dois.values()), addresses


def _is_arxivs(fields: Fields) -> bool:
    return bool(OF_ARXIV.match(one(fields, "journal")))


def _arxiv_id_of_volume(fields: Fields) -> str:
    """The arXiv id that CoRR has as its volume: "abs/1706.03762", "cs.AI/0101001"."""
    volume = one(fields, "volume") if _is_arxivs(fields) else ""
    found = identifiers.find_arxiv_id(f"arXiv:{volume.removeprefix('abs/')}") if volume else None
    return found.canonical if found else ""


def _issued(fields: Fields, warnings: list[str]) -> PartialDate | None:
    """The year, with the month where there is one: of "July/August" the first."""
    text = one(fields, "year")
    try:
        year = date_in(text, is_year=True)
    except ValueError as error:
        warnings.append(f"year: {text!r:.80} {error}, and was left out")
        return None
    month, _day = month_and_day(one(fields, "month"), names_only=True)
    return PartialDate.of(year.year, month) if year and month else year


def _details(fields: Fields, entry_type: str, urls: tuple[Url, ...], warnings: list[str]) -> Details:
    is_arxivs = _is_arxivs(fields)
    container = one(fields, "journal") or ("" if entry_type in BOOKS else one(fields, "booktitle"))
    return Details(
        source_type=entry_type,
        container="" if is_arxivs else container,
        volume="" if is_arxivs else one(fields, "volume"),
        issue="" if is_arxivs else one(fields, "number"),
        pages="" if is_arxivs else page_range(one(fields, "pages")),
        publisher=one(fields, "publisher") or one(fields, "school"),
        place=one(fields, "address"),
        editors=editors_of([*_people(fields, "editor", warnings)]),
        series=one(fields, "series"),
        isbn=one(fields, "isbn"),
        issn=one(fields, "issn"),
        urls=urls,
    )
