"""An OAI-PMH server on loopback that behaves like arXiv's, with its deviations from the protocol and with bad days.

Like arXiv's: errors come with HTTP 200; a token is the quoted query it stands for, with the records to skip; its
expiry is called `expires`; the last page has no token at all; a first day before `earliest`, and any `until`, are
refused. Unlike arXiv's it tells of deletions, as other repositories do, where an Entry is deleted.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from xml.sax.saxutils import escape

SETS = {"cs", "cs:cs", "cs:cs:LG", "math", "math:math", "math:math:CO"}
METADATA = {
    "arXiv": (
        '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{id}</id><created>{created}</created>'
        "<authors><author><keyname>Abel</keyname><forenames>Ada</forenames></author></authors>"
        "<title>{title}</title><categories>cs.LG</categories><abstract>On {title}.</abstract></arXiv>"
    ),
    "arXivRaw": (
        '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{id}</id><submitter>Ada Abel</submitter>'
        '<version version="v1"><date>Mon, 05 Jan 2015 10:00:00 GMT</date><size>14kb</size></version>'
        "<title>{title}</title><authors>Ada Abel (MIT)</authors><categories>cs.LG</categories>"
        "<abstract>On {title}.</abstract></arXivRaw>"
    ),
    "oai_dc": (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>Abel, Ada</dc:creator>'
        "<dc:subject>Machine Learning</dc:subject><dc:description>On {title}.</dc:description>"
        "<dc:date>{created}</dc:date><dc:identifier>http://arxiv.org/abs/{id}</dc:identifier></oai_dc:dc>"
    ),
}


@dataclass(frozen=True)
class Entry:
    """A record as the server has it; `datestamp` and `id` give its place in every list."""

    id: str
    datestamp: str
    title: str
    is_deleted: bool = False
    is_twice: bool = False
    spec: str = "cs:cs:LG"


@dataclass(frozen=True)
class Asked:
    """One request: its arguments, its headers and when it came by the test's clock."""

    arguments: dict[str, str]
    headers: dict[str, str]
    at: float


Fault = Callable[["_Handler", bytes], None]


def refusing(status: int, **headers: str) -> Fault:
    """Answer with this HTTP status."""

    def fault(handler: _Handler, content: bytes) -> None:
        handler.answer(b"", status, headers)

    return fault


def saying(content: bytes) -> Fault:
    """Answer 200 with something else than was asked for."""
    return lambda handler, _: handler.answer(content)


def cut_off(handler: _Handler, content: bytes) -> None:
    """Promise the whole answer, send half of it and close the connection."""
    handler.answer(content[: len(content) // 2], promised=len(content))


def cut_off_while_packed(handler: _Handler, content: bytes) -> None:
    """The same with gzip, which has an end of its own that is missing."""
    packed = gzip.compress(content)
    handler.answer(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})


def truncated(handler: _Handler, content: bytes) -> None:
    """A complete HTTP answer that holds half an XML document, cut between two records."""
    handler.answer(content[: content.rindex(b"<record>")])


def packed_as(encoding: str) -> Fault:
    """A whole answer, packed by gzip, that calls its packing so."""
    return lambda handler, content: handler.answer(gzip.compress(content), headers={"Content-Encoding": encoding})


def trickling(time: Any) -> Fault:
    """Send an answer bit by bit, a minute of the test's clock for each, without an end."""

    def fault(handler: _Handler, content: bytes) -> None:
        with suppress(OSError):  # the client hangs up
            handler.answer(b"", promised=2**40)
            while True:
                time.now += 60
                handler.wfile.write(b" ")
                handler.wfile.flush()

    return fault


def silent(handler: _Handler, content: bytes) -> None:
    """Hang up without a word."""
    handler.close_connection = True


class OaiServer:
    """The server in a thread of its own: `with OaiServer(entries) as server: ... server.url`.

    `faults` are used up one a request, None being a good answer; `is_down` makes it hang up on everybody.
    """

    def __init__(self, entries: Sequence[Entry], clock: Callable[[], float], *, page_size: int = 3):
        self.entries = list(entries)
        self.clock = clock
        self.page_size = page_size
        self.earliest = "2005-09-16"
        self.today = "2026-11-20"
        self.formats = dict(METADATA)
        self.ends_with_empty_token = False
        self.packs = True
        self.is_down = False
        self.faults: list[Fault | None] = []
        self.asked: list[Asked] = []
        self.valid_tokens: set[str] = set()
        self.http = _HTTPServer(("127.0.0.1", 0), _Handler)
        self.http.oai = self
        self.url = f"http://127.0.0.1:{self.http.server_port}/oai"

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()

    def arguments(self) -> list[dict[str, str]]:
        """The arguments of every request so far."""
        return [asked.arguments for asked in self.asked]

    def forget_tokens(self) -> None:
        """What arXiv does at midnight, UTC."""
        self.valid_tokens.clear()

    def change(self, identifier: str, **changes: Any) -> None:
        self.entries = [replace(each, **changes) if each.id == identifier else each for each in self.entries]

    def respond(self, arguments: dict[str, str]) -> str:
        """The XML for these arguments."""
        if arguments.get("verb") == "Identify":
            return self._envelope(
                f"<Identify><repositoryName>arXiv</repositoryName><earliestDatestamp>{self.earliest}"
                "</earliestDatestamp><deletedRecord>persistent</deletedRecord></Identify>"
            )
        if arguments.get("verb") != "ListRecords":
            return self._error("badVerb", "no such verb")
        query, skip = arguments, 0
        if token := arguments.get("resumptionToken"):
            if arguments.keys() != {"verb", "resumptionToken"}:
                return self._error("badArgument", "No other paramters allowed with resumptionToken")
            if token not in self.valid_tokens:
                return self._error("badResumptionToken", "Token is invalid or expired")
            query = dict(parse_qsl(unquote(token)))
            skip = int(query.pop("skip"))
        prefix, first, spec = query.get("metadataPrefix"), query.get("from", self.earliest), query.get("set", "")
        if query.keys() - {"verb", "metadataPrefix", "from", "set"} or not prefix:
            return self._error("badArgument", "Unallowed or missing parameter")
        if prefix not in self.formats:
            return self._error("cannotDisseminateFormat", "Did not recognize requested format")
        if spec and spec not in SETS:
            return self._error("badArgument", "Set does not exist")
        if first < self.earliest:
            return self._error("badArgument", "start date too early")
        found = sorted((each.datestamp, each.id, each) for each in self.entries if each.datestamp >= first)
        listed = [each for _, _, each in found if f"{each.spec}:".startswith(f"{spec}:" if spec else "")][skip:]
        if not listed:
            return self._error("noRecordsMatch", "")
        page = listed[: self.page_size]
        records = "".join(self._record(each, prefix) * (1 + each.is_twice) for each in page)
        ending = "<resumptionToken/>" if self.ends_with_empty_token else ""
        if len(listed) > len(page):
            ending = self._token(query, page, skip, first)
        return self._envelope(f"<ListRecords>{records}{ending}</ListRecords>")

    def _token(self, query: dict[str, str], page: list[Entry], skip: int, first: str) -> str:
        last_day = page[-1].datestamp
        on_last_day = sum(each.datestamp == last_day for each in page)
        skip = on_last_day + (skip if page[0].datestamp == last_day == first else 0)
        token = quote(urlencode({**query, "from": last_day, "skip": skip}))
        self.valid_tokens.add(token)
        return f'<resumptionToken expires="2026-11-21T00:00:00Z">{escape(token)}</resumptionToken>'

    def _record(self, entry: Entry, prefix: str) -> str:
        facts = {"id": entry.id, "title": escape(entry.title), "created": "2015-01-05"}
        status = ' status="deleted"' if entry.is_deleted else ""
        metadata = "" if entry.is_deleted else f"<metadata>{self.formats[prefix].format(**facts)}</metadata>"
        return (
            f"<record><header{status}><identifier>oai:arXiv.org:{entry.id}</identifier>"
            f"<datestamp>{entry.datestamp}</datestamp><setSpec>{entry.spec}</setSpec></header>{metadata}</record>"
        )

    def _error(self, code: str, message: str) -> str:
        return self._envelope(f'<error code="{code}">{message}</error>')

    def _envelope(self, content: str) -> str:
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f"<responseDate>{self.today}T10:00:00Z</responseDate><request>{self.url}</request>{content}</OAI-PMH>"
        )


class _HTTPServer(HTTPServer):
    oai: OaiServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _HTTPServer

    def do_GET(self) -> None:
        oai = self.server.oai
        query = urlsplit(self.path).query
        oai.asked.append(Asked(dict(parse_qsl(query)), dict(self.headers), oai.clock()))
        if oai.is_down:
            silent(self, b"")
            return
        content = oai.respond(dict(parse_qsl(query))).encode()
        fault = oai.faults.pop(0) if oai.faults else None
        if fault:
            fault(self, content)
        elif oai.packs and "gzip" in self.headers.get("Accept-Encoding", ""):
            self.answer(gzip.compress(content), headers={"Content-Encoding": "gzip"})
        else:
            self.answer(content)

    def answer(
        self, content: bytes, status: int = 200, headers: dict[str, str] | None = None, promised: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are kept in `asked` and not printed."""
