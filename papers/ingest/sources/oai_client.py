"""Asking an OAI-PMH repository for its lists: one request at a time, at the pace it asks for, again after a failure.

The protocol is http://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's terms and habits are described at
https://info.arxiv.org/help/oa/index.html. What was answered is read by papers/ingest/readers/oai_pmh.py.
"""

from __future__ import annotations

import gzip
import re
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from ssl import SSLCertVerificationError
from typing import IO, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from papers.ingest.readers import SourceError
from papers.ingest.readers.oai_pmh import OAI, OaiPage, read_response, response_elements
from papers.ingest.readers.xml_stream import Broken, text_of
from papers.ingest.records import read_day

ARXIV = "https://oaipmh.arxiv.org/oai"

SECONDS_BETWEEN_REQUESTS = 3.0  # arXiv's terms of use, together with one connection at a time
SECONDS_OF_SILENCE = 120.0  # arXiv takes up to a minute to put a page together
ATTEMPTS = 8
FIRST_PAUSE = 5.0  # doubled after each failure: ten minutes in all, which outlasts a restarted server
LONGEST_WAIT = 3600.0  # a server that wants to be left alone for longer is asked again by the next run
BIGGEST_RESPONSE = 64 * 1024 * 1024  # ten times a usual page of 2,000 records

Answer = TypeVar("Answer")
Tell = Callable[[str], None]


class HarvestError(Exception):
    """The harvest can't go on now. The message says why and what to do; what was stored stays stored."""


class UnknownFormat(HarvestError):
    """The repository doesn't give out records in the format that was asked for."""


class _TryAgain(Exception):
    """An answer that may be better the next time; `wait` is how many seconds the server wants to be left alone."""

    def __init__(self, reason: str, wait: float = 0.0):
        super().__init__(reason)
        self.wait = wait


class _Redirects(HTTPRedirectHandler):
    """Follows a redirect at the pace of any other request, within HTTP and never from https back to http."""

    def __init__(self, keep_pace: Callable[[], None]):
        self.keep_pace = keep_pace

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        allowed = ("https",) if req.type == "https" else ("http", "https")
        if urlsplit(newurl).scheme not in allowed:
            raise HTTPError(req.full_url, code, f"a redirect to {newurl}, which is not followed", headers, fp)
        self.keep_pace()
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Client:
    """Asks one OAI-PMH server: one request in so many seconds, and again when an answer is late, cut short or garbled.

    Every method raises HarvestError when the server can't be read, after telling of each pause through `tell`; so does
    making one that would be faster than arXiv asks for, at arXiv.
    """

    def __init__(
        self,
        base_url: str,
        tell: Tell,
        *,
        contact: str = "",
        pause: float = SECONDS_BETWEEN_REQUESTS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.base_url = checked_base_url(base_url)
        if pause < SECONDS_BETWEEN_REQUESTS and is_arxiv(self.base_url):
            raise HarvestError(
                f"arXiv asks for {SECONDS_BETWEEN_REQUESTS:.0f} seconds between requests, from everybody. A shorter pause "
                "is for other repositories (--base-url)."
            )
        self.pause = pause
        self.tell = tell
        self.clock = clock
        self.sleep = sleep
        self.next_request = clock()
        self.headers = {
            "User-Agent": f"Coterie (mailto:{contact})" if contact else "Coterie",
            "Accept": "text/xml, application/xml",
            "Accept-Encoding": "gzip",
        }
        # Put together by hand: urllib's own opener also reads ftp:, file: and data: addresses.
        self.opener = OpenerDirector()
        for handler in (
            ProxyHandler(),
            HTTPHandler(),
            HTTPSHandler(),
            _Redirects(self._keep_pace),
            HTTPErrorProcessor(),
            HTTPDefaultErrorHandler(),
            UnknownHandler(),
        ):
            self.opener.add_handler(handler)

    def list_records(self, arguments: Mapping[str, str]) -> OaiPage:
        """The page that these arguments of ListRecords ask for, or one that holds the protocol's errors."""
        return self._ask({"verb": "ListRecords", **arguments}, _read_list)

    def earliest_datestamp(self) -> date | None:
        """The day on which the repository begins by its own account; None if it doesn't say."""
        return self._ask({"verb": "Identify"}, _read_earliest_datestamp)

    def _ask(self, arguments: Mapping[str, str], read: Callable[[bytes], Answer]) -> Answer:
        url = f"{self.base_url}?{urlencode(arguments)}"
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            self._keep_pace()
            try:
                return read(self._fetch(url))
            except (_TryAgain, SourceError) as error:
                reason = str(error).rstrip(".")
                wait = max(pause, getattr(error, "wait", 0.0))
            if wait > LONGEST_WAIT:
                raise HarvestError(
                    f"{reason}, and asks to be left alone for {wait / 60:,.0f} minutes; a harvest waits "
                    f"{LONGEST_WAIT / 60:.0f} at most. Give the same command again after that: it goes on from here."
                )
            if attempt < ATTEMPTS:
                self.tell(f"{reason}. Attempt {attempt + 1} of {ATTEMPTS} in {wait:.0f} seconds.")
                self.sleep(wait)
                pause *= 2
        raise HarvestError(
            f"{reason}, {ATTEMPTS} times in a row, for {url}. Give the same command again later: it goes on from here. "
            "If this very answer stays as it is, --from with a later day goes on behind it."
        )

    def _keep_pace(self) -> None:
        wait = self.next_request - self.clock()
        if wait > 0:
            self.sleep(wait)
        self.next_request = self.clock() + self.pause

    def _fetch(self, url: str) -> bytes:
        request = Request(url, headers=self.headers)  # noqa: S310  nothing but HTTP, see the opener
        try:
            with self.opener.open(request, timeout=SECONDS_OF_SILENCE) as response:
                is_packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
                body = gzip.GzipFile(fileobj=response) if is_packed else response
                content = body.read(BIGGEST_RESPONSE + 1)
        except HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except URLError as error:
            if isinstance(error.reason, SSLCertVerificationError):
                raise HarvestError(
                    f"{self.base_url} can't prove that it is who it says: {error.reason.verify_message}. "
                    "Check the address, this machine's clock and its certificates (the package ca-certificates)."
                ) from error
            raise _TryAgain(f"{self.base_url} can't be reached ({error.reason})") from error
        except (OSError, EOFError, HTTPException, zlib.error) as error:
            raise _TryAgain(f"{self.base_url} broke off its answer ({error!r})") from error
        if len(content) > BIGGEST_RESPONSE:
            raise HarvestError(
                f"{url} answers with more than {BIGGEST_RESPONSE // 1024**2} MB, which no page of records has. "
                "Check that --base-url is the address of an OAI-PMH service."
            )
        return content

    def _refusal(self, error: HTTPError) -> Exception:
        reason = f"{self.base_url} answered {error.code} {error.reason}".rstrip()
        if error.code in (408, 429) or error.code >= 500:
            return _TryAgain(reason, seconds_asked_for(error.headers.get("Retry-After"), datetime.now(UTC)))
        return HarvestError(f"{reason}. Check that --base-url is the address of an OAI-PMH service.")


def seconds_asked_for(retry_after: str | None, now: datetime) -> float:
    """How many seconds a Retry-After header asks to wait, 0 for none; it has seconds or a date (RFC 9110, 10.2.3)."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def checked_base_url(text: str) -> str:
    """The address of an OAI-PMH service as it is asked; raises HarvestError for what can't be one."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        is_good = False
    if not is_good or "?" in url or "#" in url or not re.fullmatch(r"[!-~]+", url):
        raise HarvestError(f"{text!r} is not the address of an OAI-PMH service. arXiv's is {ARXIV}.")
    return url


def is_arxiv(base_url: str) -> bool:
    """Whether the address is one of arXiv's machines."""
    return f".{urlsplit(base_url).hostname}".endswith(".arxiv.org")


def _read_list(content: bytes) -> OaiPage:
    page = read_response(content)
    if not (page.items or page.errors or page.response_date):
        # Perhaps a page that says the service is down; taking it for the list's end would lose the rest.
        raise SourceError("The server's response is XML, but not an answer of an OAI-PMH service.")
    return page


def _read_earliest_datestamp(content: bytes) -> date | None:
    found = response_elements(content, frozenset({OAI + "earliestDatestamp"}))
    try:
        days = [read_day("earliestDatestamp", text_of(each)) for each in found if not isinstance(each, Broken)]
    except ValueError as error:
        raise SourceError(f"The server's response to Identify can't be read: {error}.") from error
    return next(iter(days), None)
