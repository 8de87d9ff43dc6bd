"""One response of a server that speaks OAI-PMH: its records, and what it says of itself."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import unescape

from papers.field_rules import RULES
from papers.ingest.checks import InvalidRecord
from papers.ingest.machine_dates import read_moment
from papers.ingest.readers.documents.streams import SourceError
from papers.ingest.readers.documents.xml_stream import STEP, Broken, Elements, Malformed, text_of
from papers.ingest.readers.oai_pmh.records import OaiItem, datestamp_of, read_record
from papers.ingest.records import Rejection

OAI = "{http://www.openarchives.org/OAI/2.0/}"
RESPONSE_DATE, TOKEN, ERROR, ASKED = "responseDate", "resumptionToken", "error", "request"
ENVELOPE = frozenset(prefix + name for name in (RESPONSE_DATE, TOKEN, ERROR, ASKED) for prefix in ("", OAI))
RECORDS = frozenset({OAI + "record", "record"})  # bare records often come without the namespace
MOST_OF_A_PAGE = 100_000  # elements; repositories give a hundred records at a time, or a few thousand
DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
START = re.compile(rb"<(?:[\w.-]+:)?OAI-PMH[\s>]")
END = re.compile(rb"</(?:[\w.-]+:)?OAI-PMH\s*>")
REQUEST = re.compile(rb"<((?:[\w.-]+:)?request)\b[^<]*</\1\s*>")  # a repository's own address, with a bare & in it


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
            errors.append(error_of(element))
        elif tag == RESPONSE_DATE:
            response_date = _moment(text_of(element))
        elif tag == ASKED:
            base_url = address_of(element) or base_url
        else:
            items.append(read_record(element, f"record {len(items) + 1}", base_url))
            if day := datestamp_of(element):
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


def error_of(element: Element) -> tuple[str, str]:
    """The code and the sentence of an `error` element."""
    return element.get("code", ""), " ".join(text_of(element).split())


def address_of(element: Element) -> str:
    """The repository's address in a `request` element, "" where there is none."""
    address = text_of(element).strip().partition("?")[0]
    return "" if RULES["url"](address) else address


def _moment(text: str) -> datetime | None:
    try:
        return read_moment("responseDate", text).astimezone(UTC)
    except InvalidRecord:
        return None
