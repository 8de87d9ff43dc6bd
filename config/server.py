"""The application that the server runs (`make run`): the site's WSGI application behind a door where nobody holds a thread by
dawdling.

An event loop reads what a request brings and sends what it is answered, and waits for a thousand clients as for one. A thread
works for a request while its answer is made: from the last byte that came until the last is written, and what of a long answer
is not read yet lies in a file without a name. Who sends or reads nothing for a while, or too slowly on the whole, is cut off.

To the server it is an ASGI 3.0 application, so that others than granian will do.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from config import BODY_TROUBLE
from config.wsgi import application as site
from papers.http.addresses import prefix

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

THREADS = 4  # of a process: more would wait for each other
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS", "TRACE")
MOST_DRAINED = 20_000_000  # bytes of a body that is too large: who is still sending would not see the answer
MOST_HELD = 64_000_000  # bytes of all bodies in a process that are not whole yet
SEND_STALL = 10  # seconds in which nothing of a body comes, or nearly nothing
READ_STALL = 30  # seconds in which nothing of an answer is taken
SLOWEST = 20_000  # bytes a second on the average, of who sends or reads for longer than that
PIECE = 65_536  # bytes
LARGE = 1_000_000  # bytes; what is larger waits in a file, and not in memory
AHEAD = 32_000_000  # bytes of an answer that wait to be read; what comes then is made as it is read
MOST_WAITING = 32  # answers of a process that wait so: a gigabyte


class Disconnected(Exception):
    """The client went, or is no longer waited for."""


class UnreadableBody(Exception):
    """A body that will not be read; `status` says what is answered."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Server:
    """The WSGI application as an ASGI one that works in so many threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(threads, "site")
        self.pulse = ThreadPoolExecutor(1, "pulse")  # says that the process is alive, however busy the others are
        self.held = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"This site speaks no {scope['type']}.")
        environ, loop = environ_of(scope), asyncio.get_running_loop()
        try:
            body = await self.body(environ, receive)
        except UnreadableBody as trouble:
            environ[BODY_TROUBLE], body = trouble.status, b""
        environ["wsgi.input"] = BytesIO(body)
        answer = Answer(loop)
        is_pulse = environ["PATH_INFO"] in ("/healthz", f"{prefix()}/healthz")
        workers = self.pulse if is_pulse else self.threads
        work = loop.run_in_executor(workers, self.work, environ, answer)
        try:
            await answer.give(send, is_head=environ["REQUEST_METHOD"] == "HEAD", is_last=BODY_TROUBLE in environ)
        except Disconnected:
            hang_up(scope.get("client"))
        finally:
            answer.abandon()
            await work

    async def body(self, environ: Environ, receive: Receive) -> bytes:
        """The whole body, nothing of one that is too large or of a request that needs none; raises Trouble."""
        stated = environ.get("CONTENT_LENGTH", "")
        if environ["REQUEST_METHOD"] in WITHOUT_BODY or not (stated or "HTTP_TRANSFER_ENCODING" in environ):
            environ["CONTENT_LENGTH"] = ""
            return b""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or MOST_HELD
        length = int(stated) if stated.isdecimal() and len(stated) < 20 else 0
        body, read, is_whole, now = bytearray(), 0, False, asyncio.get_running_loop().time
        ends = now() + SEND_STALL
        try:
            async with asyncio.timeout(None) as patience:
                while not is_whole and read <= max(most, MOST_DRAINED):
                    patience.reschedule(min(ends + read / SLOWEST, now() + SEND_STALL))
                    message = await receive()
                    if message["type"] != "http.request":
                        raise UnreadableBody(400)  # in pieces that make no sense, or the client went
                    piece, is_whole = message.get("body", b""), not message.get("more_body")
                    read += len(piece)
                    if max(read, length) <= most:
                        body += self.taken_in(piece)
        except TimeoutError:
            raise UnreadableBody(408) from None
        finally:
            self.held -= len(body)
        environ["CONTENT_LENGTH"] = str(max(read, length))
        return bytes(body) if read <= most else b""

    def taken_in(self, piece: bytes) -> bytes:
        if self.held + len(piece) > MOST_HELD:
            raise UnreadableBody(503)
        self.held += len(piece)
        return piece

    def work(self, environ: Environ, answer: Answer) -> None:
        """Make the answer, in a thread."""
        try:
            found = self.application(environ, answer.begin)
            if isinstance(found, File):
                answer.finish(found)
                return
            try:
                if getattr(found, "streaming", False):
                    for piece in found:
                        answer.write(piece)
                    answer.finish(None)
                elif len(body := b"".join(found)) > LARGE:
                    answer.write(body)
                    answer.finish(None)
                else:
                    answer.finish(BytesIO(body))
            finally:
                if close := getattr(found, "close", None):
                    close()
        except Disconnected:
            pass
        except Exception as error:
            logger.exception("The answer to %s broke off.", environ["PATH_INFO"])
            answer.fail(503 if isinstance(error, OSError) else 500)


class File:
    """A file that is sent as it lies there: what PEP 3333 calls wsgi.file_wrapper."""

    def __init__(self, file: Any, _block_size: int = PIECE) -> None:
        self.read = file.read
        self.close = getattr(file, "close", lambda: None)


class Answer:
    """An answer on its way from the thread that makes it to the loop that sends it."""

    waiting = threading.BoundedSemaphore(MOST_WAITING)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.status, self.headers = 500, list[tuple[str, str]]()
        self.news = asyncio.Event()
        self.room = threading.Condition()
        self.ring: SpoolFile | None = None
        self.file: Any = None
        self.is_begun = self.is_whole = self.is_broken = self.is_abandoned = False

    # --- In the thread

    def begin(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    def write(self, piece: bytes) -> None:
        """Lay a piece down to be sent, when there is room for it; raises Gone, and OSError without a place to lay it."""
        with self.room:
            if self.ring is None:
                if not self.waiting.acquire(blocking=False):
                    raise OSError("Too many answers wait to be read.")
                self.ring = SpoolFile(AHEAD)
            while not self.is_abandoned and not self.ring.takes(len(piece)):
                self.tell()
                self.room.wait()
            if self.is_abandoned:
                raise Disconnected
            self.ring.write(piece)
        if self.is_begun:
            self.tell()

    def finish(self, file: Any) -> None:
        """Nothing more comes but what the file holds."""
        self.file, self.is_whole = file, True
        self.tell()

    def fail(self, status: int) -> None:
        self.status, self.is_broken = status, True
        self.tell()

    def tell(self) -> None:
        self.loop.call_soon_threadsafe(self.news.set)

    # --- In the loop

    async def give(self, send: Send, *, is_head: bool, is_last: bool) -> None:
        """Send it; raises Gone for a client that takes nothing, or too slowly, and for an answer that broke off."""
        await self.news.wait()
        self.is_begun = True
        if self.is_broken:  # before anything was sent
            self.headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "60")]
            self.file = BytesIO(b"This could not be answered now. Please try again later.\n")
            self.is_broken, self.is_whole = False, True
        if self.is_whole and not is_head and "content-length" not in {name.lower() for name, _ in self.headers}:
            if isinstance(self.file, BytesIO):
                self.headers.append(("Content-Length", str(len(self.file.getbuffer()))))
            elif self.ring:
                self.headers.append(("Content-Length", str(self.ring.written)))
        if is_last:
            self.headers.append(("Connection", "close"))
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if is_head:
            await send({"type": "http.response.body"})
        elif isinstance(self.file, BytesIO) and len(self.file.getbuffer()) <= PIECE:
            await send({"type": "http.response.body", "body": self.file.getvalue()})
        else:
            await self._give_pieces(send)

    async def _give_pieces(self, send: Send) -> None:
        waited, sent = 0.0, 0
        while piece := await self._next():
            asked_at = self.loop.time()
            try:
                async with asyncio.timeout(READ_STALL):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except TimeoutError:
                raise Disconnected from None
            sent += len(piece)
            waited += self.loop.time() - asked_at
            if waited > READ_STALL and sent < SLOWEST * waited:
                raise Disconnected
        await send({"type": "http.response.body"})

    async def _next(self) -> bytes:
        """What is to be sent next; nothing at the end. Raises Gone where it broke off."""
        while True:
            self.news.clear()
            is_whole = self.is_whole
            if self.ring:
                with self.room:
                    if piece := self.ring.read():
                        self.room.notify()
                        return piece
            if self.is_broken:
                raise Disconnected
            if is_whole:
                return self.file.read(PIECE) if self.file else b""
            await self.news.wait()

    def abandon(self) -> None:
        """Nothing more will be sent."""
        with self.room:
            self.is_abandoned = True
            self.room.notify()
        if self.file:
            self.file.close()
        if self.ring:
            self.ring.close()
            self.waiting.release()


class SpoolFile:
    """A file without a name that holds the last so many bytes: written behind, read in front."""

    def __init__(self, size: int) -> None:
        self.size, self.written, self.taken = size, 0, 0
        self.file = nameless()

    def takes(self, size: int) -> bool:
        return self.written + size - self.taken <= self.size or self.written == self.taken

    def write(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            at = self.written % self.size
            done = os.pwrite(self.file.fileno(), view[: self.size - at], at)
            self.written += done
            view = view[done:]

    def read(self) -> bytes:
        at = self.taken % self.size
        found = os.pread(self.file.fileno(), min(PIECE, self.written - self.taken, self.size - at), at)
        self.taken += len(found)
        return found

    def close(self) -> None:
        self.file.close()


def nameless() -> IO[bytes]:
    """A file without a name, in DATA_DIR where that can be written: /tmp may be memory."""
    with suppress(OSError):
        return tempfile.TemporaryFile(dir=settings.DATA_DIR, buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def hang_up(client: tuple[str, int] | None) -> None:
    """End the connection of a client, as only its socket can: a server waits for ever for who reads nothing. Linux only."""
    for link in Path("/proc/self/fd").glob("*") if client else ():
        with suppress(OSError):
            if link.readlink().name.startswith("socket:"):
                with socket.socket(fileno=os.dup(int(link.name))) as found:
                    if found.getpeername()[:2] == tuple(client or ()):
                        found.shutdown(socket.SHUT_RDWR)


def environ_of(scope: dict[str, Any]) -> Environ:
    """The request as PEP 3333 describes it, without its body."""
    raw = scope.get("raw_path") or scope["path"].encode()
    host, port = scope.get("server") or ("", None)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": unquote_to_bytes(raw.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": File,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper(), raw_value.decode("latin-1")
        if "_" in name:  # could pass for another one, with hyphens, that a proxy sets
            continue
        key = name.replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]}{'; ' if name == 'COOKIE' else ','}{value}" if key in environ else value
    return environ


# The loop takes its turn with the threads that make answers. It has hundreds of short ones for each of their long ones, and
# would wait for each as long as Python lets a thread go on: 5 ms if it is told nothing.
sys.setswitchinterval(0.0005)
application = Server(site, THREADS)
