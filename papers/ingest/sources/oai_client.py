"""Asking an OAI-PMH repository for its lists: one request at a time, at the pace it asks for, again after a failure.

The protocol is http://www.openarchives.org/OAI/openarchivesprotocol.html; arXiv's terms and habits are described at
https://info.arxiv.org/help/oa/index.html. What was answered is read by papers/ingest/readers/oai_pmh/responses.py.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx

from papers.ingest.machine_dates import read_day
from papers.ingest.readers import SourceError
from papers.ingest.readers.documents.xml_stream import Broken, text_of
from papers.ingest.readers.oai_pmh.responses import OAI, OaiPage, read_response, response_elements

ARXIV = "https://oaipmh.arxiv.org/oai"

SECONDS_BETWEEN_REQUESTS = 3.0  # arXiv's terms of use, together with one connection at a time
SECONDS_OF_SILENCE = 120.0  # arXiv takes up to a minute to put a page together
ATTEMPTS = 8
FIRST_PAUSE = 5.0  # doubled after each failure: ten minutes in all, which outlasts a restarted server
LONGEST_WAIT = 3600.0  # a server that wants to be left alone for longer is asked again by the next run
LONGEST_ANSWER = 900.0  # from the first byte to the last
BIGGEST_RESPONSE = 64 * 1024 * 1024  # ten times a usual page of 2,000 records
MOST_REDIRECTS = 10

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
        try:
            self.http = httpx.Client(
                headers={
                    "User-Agent": f"Coterie (mailto:{quote(contact, safe='@+')})" if contact else "Coterie",
                    "Accept": "text/xml, application/xml",
                    "Accept-Encoding": "gzip",
                    "Connection": "close",  # a pause may be longer than a server keeps one open
                },
                timeout=SECONDS_OF_SILENCE,
                limits=httpx.Limits(max_keepalive_connections=0),
                verify=ssl.create_default_context(),  # this machine's certificates
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise HarvestError(f"The proxy that the environment names (HTTPS_PROXY) can't be used: {error}") from error

    def list_records(self, arguments: Mapping[str, str]) -> OaiPage:
        """The page that these arguments of ListRecords ask for, or one that holds the protocol's errors."""
        return self._ask({"verb": "ListRecords", **arguments}, partial(_read_list, base_url=self.base_url))

    def earliest_datestamp(self) -> date | None:
        """The day on which the repository begins by its own account; None if it doesn't say."""
        return self._ask({"verb": "Identify"}, _read_earliest_datestamp)

    def _ask(self, arguments: Mapping[str, str], read: Callable[[bytes], Answer]) -> Answer:
        url = f"{self.base_url}?{urlencode(arguments)}"
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
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
        """The content at the address, or where redirects lead from there; each request keeps the pace."""
        request = self.http.build_request("GET", url)
        try:
            for _ in range(MOST_REDIRECTS):
                self._keep_pace()
                with closing(self.http.send(request, stream=True)) as response:
                    if response.next_request is None:
                        return self._content(response, url)
                    request = self._redirected(response, response.next_request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            if isinstance(cause := _first_cause(error), ssl.SSLCertVerificationError):
                raise HarvestError(
                    f"{self.base_url} can't prove that it is who it says: {cause.verify_message}. "
                    "Check the address, this machine's clock and its certificates (the package ca-certificates)."
                ) from error
            raise _TryAgain(f"{self.base_url} can't be reached ({error})") from error
        except httpx.RequestError as error:
            raise _TryAgain(f"{self.base_url} broke off its answer ({error})") from error
        raise HarvestError(
            f"{self.base_url} answered with more than {MOST_REDIRECTS} redirects, one after the other. "
            "Check that --base-url is the address of an OAI-PMH service."
        )

    def _redirected(self, response: httpx.Response, request: httpx.Request) -> httpx.Request:
        """The request that a redirect asks for: within HTTP, and never from https back to http."""
        allowed = ("https",) if response.url.scheme == "https" else ("http", "https")
        if request.url.scheme not in allowed:
            raise self._refusal(response, f"a redirect to {response.headers['Location']}, which is not followed")
        return request

    def _content(self, response: httpx.Response, url: str) -> bytes:
        if not response.is_success:
            raise self._refusal(response, response.reason_phrase)
        packing = response.headers.get("Content-Encoding", "identity").lower()
        if packing == "x-gzip":  # an older name of gzip (RFC 9110, 8.4.1.3)
            response.headers["Content-Encoding"] = "gzip"
        elif packing not in ("gzip", "identity"):
            raise _TryAgain(f"{self.base_url} packed its answer as {packing}, which it was not asked for")
        content = bytearray()
        latest = self.clock() + LONGEST_ANSWER
        for piece in response.iter_bytes():
            content += piece
            if len(content) > BIGGEST_RESPONSE:
                raise HarvestError(
                    f"{url} answers with more than {BIGGEST_RESPONSE // 1024**2} MB, which no page of records has. "
                    "Check that --base-url is the address of an OAI-PMH service."
                )
            if self.clock() > latest:
                raise _TryAgain(f"{self.base_url} took more than {LONGEST_ANSWER / 60:.0f} minutes for an answer")
        return bytes(content)

    def _refusal(self, response: httpx.Response, reason: str) -> Exception:
        code = response.status_code
        answer = f"{self.base_url} answered {code} {reason}".rstrip()
        if code in (408, 429) or code >= 500:
            return _TryAgain(answer, seconds_asked_for(response.headers.get("Retry-After"), datetime.now(UTC)))
        return HarvestError(f"{answer}. Check that --base-url is the address of an OAI-PMH service.")


def _first_cause(error: BaseException) -> BaseException:
    return _first_cause(error.__context__) if error.__context__ else error


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
        is_good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and httpx.URL(url).host
    except (ValueError, httpx.InvalidURL):
        is_good = False
    if not is_good or "?" in url or "#" in url or not re.fullmatch(r"[!-~]+", url):
        raise HarvestError(f"{text!r} is not the address of an OAI-PMH service. arXiv's is {ARXIV}.")
    return url


def is_arxiv(base_url: str) -> bool:
    """Whether the address is one of arXiv's machines."""
    return f".{urlsplit(base_url).hostname}".endswith(".arxiv.org")


def _read_list(content: bytes, base_url: str) -> OaiPage:
    page = read_response(content, base_url)
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
