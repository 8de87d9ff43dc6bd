"""One `record` element of OAI-PMH: a paper in one of the formats `arXiv`, `arXivRaw` and `oai_dc`, or a deletion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element

from papers import identifiers
from papers.ingest.checks import InvalidRecord
from papers.ingest.machine_dates import or_warning, read_day
from papers.ingest.readers.documents.streams import read_or_reject
from papers.ingest.readers.documents.xml_fields import Fields, children, first, one
from papers.ingest.readers.documents.xml_stream import raw_of, text_of
from papers.ingest.readers.oai_pmh.arxiv_formats import from_arxiv, from_arxiv_raw
from papers.ingest.readers.oai_pmh.dublin_core import from_dublin_core, slug_of_name
from papers.ingest.readers.oai_pmh.sources import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE
from papers.ingest.records import Deletion, PaperRecord, Rejection

ARXIV = "{http://arxiv.org/OAI/arXiv/}arXiv"
ARXIV_RAW = "{http://arxiv.org/OAI/arXivRaw/}arXivRaw"
DUBLIN_CORE = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"

OaiItem = PaperRecord | Rejection | Deletion


def read_record(element: Element, place: str, base_url: str = "") -> OaiItem:
    """The paper, deletion or rejection in one `record` element of the repository at this address."""
    return read_or_reject(lambda: record(element, base_url), place, lambda: raw_of(element))


def record(element: Element, base_url: str = "") -> PaperRecord | Deletion:
    """The paper, or the word that it is taken back, in one `record` element; raises InvalidRecord naming the field."""
    header, metadata = _parts(element)
    name = one(header, "identifier")
    if _is_deleted(element):
        source = ARXIV_SOURCE if name.lower().startswith(OF_ARXIV) else OTHER_SOURCE
        datestamp = read_day("datestamp", one(header, "datestamp"))
        return Deletion(_identifier(name), datestamp, _arxiv_id_in(name), source)
    warnings: list[str] = []
    datestamp = or_warning(read_day, "datestamp", one(header, "datestamp"), warnings)
    if metadata is None:
        raise InvalidRecord("metadata", "the record has none, and is not marked as deleted")
    found = _paper(metadata, name, header, datestamp, base_url)
    return replace(found, warnings=(*warnings, *found.warnings)) if warnings else found


def _paper(metadata: Element, name: str, header: Fields, datestamp: date | None, base_url: str) -> PaperRecord:
    fields = children(metadata)
    if metadata.tag == ARXIV:
        return from_arxiv(fields, datestamp)
    if metadata.tag == ARXIV_RAW:
        return from_arxiv_raw(fields, datestamp)
    if metadata.tag == DUBLIN_CORE:
        codes = [text_of(spec).strip() for spec in header.get("setSpec", [])]
        return from_dublin_core(fields, name, codes, datestamp, base_url)
    raise InvalidRecord("metadata", f"{metadata.tag} is not one of the formats arXiv, arXivRaw and oai_dc")


def _identifier(name: str) -> str:
    if not name.lower().startswith(OF_ARXIV):
        return slug_of_name(name)
    try:
        return identifiers.ArxivId.parse(name.rpartition(":")[2]).canonical
    except identifiers.InvalidIdentifier as error:
        raise InvalidRecord("identifier", str(error)) from error


def _arxiv_id_in(name: str) -> str:
    """The arXiv id at the end of another repository's identifier: "oai:papers.example.org:math/0611800"."""
    start, _, local = name.rpartition(":")
    if start.lower() == "oai:arxiv.org":
        return ""
    try:
        found = identifiers.ArxivId.parse(local).canonical
    except identifiers.InvalidIdentifier:
        return ""
    return found if found == local else ""


def _parts(record: Element) -> tuple[Fields, Element | None]:
    fields = children(record)
    header = first(fields, "header")
    if header is None:
        raise InvalidRecord("header", "the record has none")
    metadata = first(fields, "metadata")
    return children(header), next(iter(metadata), None) if metadata is not None else None


def _is_deleted(record: Element) -> bool:
    header = first(children(record), "header")
    return header is not None and header.get("status") == "deleted"


def datestamp_of(record: Element) -> date | None:
    """The record's datestamp where it has a good one; a bad one is told when the record is read."""
    header = first(children(record), "header")
    try:
        return read_day("datestamp", one(children(header), "datestamp")) if header is not None else None
    except InvalidRecord:
        return None
