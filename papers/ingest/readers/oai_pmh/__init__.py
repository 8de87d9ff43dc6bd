"""OAI-PMH 2.0: records as repositories give them out, in the formats `arXiv`, `arXivRaw` and `oai_dc`.

A file may hold one response, several behind one another as harvesters store them, or bare `record` elements. The
formats are told by their namespaces: http://arxiv.org/OAI/arXiv/, http://arxiv.org/OAI/arXivRaw/ and
http://www.openarchives.org/OAI/2.0/oai_dc/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from papers.ingest.readers.documents.streams import Stream, check_reached, raw_excerpt
from papers.ingest.readers.documents.xml_stream import Broken, elements, raw_of
from papers.ingest.readers.oai_pmh.records import OaiItem, read_record
from papers.ingest.readers.oai_pmh.responses import ASKED, ERROR, OAI, RECORDS, address_of, error_of
from papers.ingest.records import Rejection

FORMAT = "oai-pmh"
RESPONSE = re.compile(rb"<(?:[\w.-]+:)?(?:OAI-PMH|ListRecords|GetRecord|record)[\s>]")


def recognizes(head: bytes) -> bool:
    """Whether the file begins like a response of a repository, or like a record from one."""
    return head.startswith(b"<") and bool(RESPONSE.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, OaiItem]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    number = 0
    base_url = ""
    for element in elements(stream, RECORDS | {OAI + ERROR, OAI + ASKED}):
        if isinstance(element, Element) and element.tag == OAI + ASKED:
            base_url = address_of(element)
            continue
        number += 1
        if number <= skip:
            continue
        place = f"record {number}"
        if isinstance(element, Broken):
            yield number, place, Rejection(place, element.reason, element.raw)
        elif element.tag == OAI + ERROR:
            reason = "the repository answered " + ": ".join(error_of(element))
            yield number, place, Rejection(place, reason, raw_excerpt(raw_of(element)))
        else:
            yield number, place, read_record(element, place, base_url)
    check_reached(stream, number, skip, "record")
