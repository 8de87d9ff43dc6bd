"""OAI-PMH 2.0: records as repositories give them out, in the formats `arXiv`, `arXivRaw` and `oai_dc`.

A file may hold one response, several behind one another as harvesters store them, or bare `record` elements. The
formats are told by their namespaces: http://arxiv.org/OAI/arXiv/, http://arxiv.org/OAI/arXivRaw/ and
http://www.openarchives.org/OAI/2.0/oai_dc/.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import unescape

from papers import identifiers
from papers.field_rules import RULES
from papers.ingest.checks import InvalidRecord
from papers.ingest.machine_dates import or_warning, read_day, read_moment
from papers.ingest.readers.arxiv_formats import from_arxiv, from_arxiv_raw
from papers.ingest.readers.dublin_core import from_dublin_core, slug_of
from papers.ingest.readers.oai_fields import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE, Fields, children, first, one
from papers.ingest.readers.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.readers.xml_stream import STEP, Broken, Elements, Malformed, elements, raw_of, text_of
from papers.ingest.records import Deletion, PaperRecord, Rejection

FORMAT = "oai-pmh"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
ARXIV = "{http://arxiv.org/OAI/arXiv/}arXiv"
ARXIV_RAW = "{http://arxiv.org/OAI/arXivRaw/}arXivRaw"
DUBLIN_CORE = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
RESPONSE_DATE, TOKEN, ERROR, ASKED = "responseDate", "resumptionToken", "error", "request"
ENVELOPE = frozenset(prefix + name for name in (RESPONSE_DATE, TOKEN, ERROR, ASKED) for prefix in ("", OAI))
RECORDS = frozenset({OAI + "record", "record"})  # bare records often come without the namespace
MOST_OF_A_PAGE = 100_000  # elements; repositories give a hundred records at a time, or a few thousand
DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
RESPONSE = re.compile(rb"<(?:[\w.-]+:)?(?:OAI-PMH|ListRecords|GetRecord|record)[\s>]")
START = re.compile(rb"<(?:[\w.-]+:)?OAI-PMH[\s>]")
END = re.compile(rb"</(?:[\w.-]+:)?OAI-PMH\s*>")
REQUEST = re.compile(rb"<((?:[\w.-]+:)?request)\b[^<]*</\1\s*>")  # a repository's own address, with a bare & in it

OaiItem = PaperRecord | Rejection | Deletion


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One response: its items in order, the token for the next page ("" at the end), and the protocol's error codes.

    `last_datestamp` is the latest datestamp of its records, None if it has none.
    """

    items: list[OaiItem]
    resumption_token: str
    errors: list[tuple[str, str]]
    response_date: datetime | None
    last_datestamp: date | None


def recognizes(head: bytes) -> bool:
    """Whether the file begins like a response of a repository, or like a record from one."""
    return head.startswith(b"<") and bool(RESPONSE.search(head))


def read_response(content: bytes, base_url: str = "") -> OaiPage:
    """The page that one response of a server holds; raises SourceError saying where it is malformed.

    The repository's address is what the response says it is, `base_url` where it says nothing.

    A page that is cut short is no page: none of its records are given out, and it should be asked for again. One that is
    whole but malformed gives its good records, and a rejection for each of the others.
    """
    items: list[OaiItem] = []
    datestamps: list[date] = []
    token = ""
    errors: list[tuple[str, str]] = []
    response_date = None
    damaged: set[str] = set()
    for element in response_elements(content, RECORDS | ENVELOPE):
        tag = element.tag.rpartition("}")[2]
        if isinstance(element, Broken):
            if tag in (TOKEN, ERROR):
                damaged.add(tag)
            elif tag not in (RESPONSE_DATE, ASKED):
                items.append(Rejection(f"record {len(items) + 1}", element.reason, element.raw))
        elif tag == TOKEN:
            token = text_of(element).strip()
        elif tag == ERROR:
            errors.append(_error(element))
        elif tag == RESPONSE_DATE:
            response_date = _moment(text_of(element))
        elif tag == ASKED:
            base_url = _address(element) or base_url
        else:
            items.append(read_record(element, f"record {len(items) + 1}", base_url))
            if day := _datestamp(element):
                datestamps.append(day)
    if TOKEN in damaged:  # without it the rest of the list would be lost
        token = _text_within(b"resumptionToken", content)
    if ERROR in damaged:
        code = re.search(rb"<(?:[\w.-]+:)?error\b[^<>]*?\bcode\s*=\s*[\"'](\w+)", content)
        errors.append((code[1].decode() if code else "", _text_within(b"error", content)))
    return OaiPage(items, token, errors, response_date, max(datestamps, default=None))


def response_elements(content: bytes, wanted: frozenset[str]) -> list[Element | Broken]:
    """The wanted elements of a server's response, with what is broken among them if the response is whole all the same.

    Raises SourceError for a response that is cut short or that nothing can be made of.
    """
    try:
        found = _parsed(content, wanted)
    except Malformed as error:
        found = _mended(content, wanted)
        if all(isinstance(element, Broken) for element in found):
            raise SourceError(f"The server's response is not the XML it should be: {error}.") from error
        return found
    for element in found:
        if isinstance(element, Broken) and not element.tag:
            raise SourceError(f"The server's response is not the XML it should be: {element.reason}.")
    return found


def _parsed(content: bytes, wanted: frozenset[str], *, mending: bool = False) -> list[Element | Broken]:
    parser = Elements(wanted, mending=mending)
    found: list[Element | Broken] = []
    for start in range(0, len(content), STEP):
        found += parser.feed(content[start : start + STEP])
        if len(found) > MOST_OF_A_PAGE:
            raise Malformed(f"more than {MOST_OF_A_PAGE:,} records in one page")
    parser.close()
    return found


def _mended(content: bytes, wanted: frozenset[str]) -> list[Element | Broken]:
    """What can be read of a response that ends in its closing tag: nothing before its first tag counts, nor after the last."""
    start, end = START.search(content), _last(END, content)
    if not start or not end:
        return []
    envelope = REQUEST.sub(_blank, content[start.start() : end.end()], count=1)
    lines = b"\n" * content.count(b"\n", 0, start.start())
    declaration = DECLARATION.search(content, 0, start.start())
    for before in (declaration[0] if declaration else b"", b""):
        try:
            return _parsed(before + lines + envelope, wanted, mending=True)
        except Malformed:  # the declaration names an encoding that there isn't
            continue
    return []


def _blank(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\n]", b" ", found[0])  # what follows keeps its line and column


def _last(pattern: re.Pattern[bytes], content: bytes) -> re.Match[bytes] | None:
    return next(iter(deque(pattern.finditer(content), maxlen=1)), None)


def _text_within(name: bytes, content: bytes) -> str:
    """What stands in the last element of this name, however it is written."""
    found = _last(re.compile(rb"<(?:[\w.-]+:)?" + name + rb"\b[^<>]*>([^<]*)"), content)
    text = found[1].decode(errors="replace") if found else ""
    return " ".join(unescape(text, {"&quot;": '"', "&apos;": "'"}).split())


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, OaiItem]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    number = 0
    base_url = ""
    for element in elements(stream, RECORDS | {OAI + ERROR, OAI + ASKED}):
        if isinstance(element, Element) and element.tag == OAI + ASKED:
            base_url = _address(element)
            continue
        number += 1
        if number <= skip:
            continue
        place = f"record {number}"
        if isinstance(element, Broken):
            yield number, place, Rejection(place, element.reason, element.raw)
        elif element.tag == OAI + ERROR:
            reason = "the repository answered " + ": ".join(_error(element))
            yield number, place, Rejection(place, reason, raw_excerpt(raw_of(element)))
        else:
            yield number, place, read_record(element, place, base_url)
    check_reached(stream, number, skip, "record")


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
        return slug_of(name)
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


def _datestamp(record: Element) -> date | None:
    """The record's datestamp where it has a good one; a bad one is told when the record is read."""
    header = first(children(record), "header")
    try:
        return read_day("datestamp", one(children(header), "datestamp")) if header is not None else None
    except InvalidRecord:
        return None


def _error(element: Element) -> tuple[str, str]:
    return element.get("code", ""), " ".join(text_of(element).split())


def _address(element: Element) -> str:
    """The repository's address in a `request` element, "" where there is none."""
    address = text_of(element).strip().partition("?")[0]
    return "" if RULES["url"](address) else address


def _moment(text: str) -> datetime | None:
    try:
        return read_moment("responseDate", text).astimezone(UTC)
    except InvalidRecord:
        return None
