"""Who dawdles holds no thread and is cut off: bodies that don't come, answers that nobody reads."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config import BODY_TROUBLE, server
from config.server import File, Server, environ_of, hang_up

BASE = Path(__file__).resolve().parent.parent.parent


def scope(method: str = "GET", path: str = "/", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"a=1",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("192.0.2.1", 4711),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


class Talk:
    """A client: what it sends piece by piece (after so many seconds each), and what it was answered."""

    def __init__(self, *pieces: bytes, pause: float = 0, ends: bool = True, takes: float = 0) -> None:
        self.pieces, self.pause, self.ends, self.takes = list(pieces), pause, ends, takes
        self.status, self.headers, self.body, self.is_whole = 0, dict[bytes, bytes](), b"", False

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(self.pause if self.pieces or self.ends else 3600)
        piece = self.pieces.pop(0) if self.pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or not self.ends}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        await asyncio.sleep(self.takes)
        self.body += message.get("body", b"")
        self.is_whole = not message.get("more_body")


def ask(asked: Server, talk: Talk, **request: str) -> Talk:
    async def run() -> None:
        await asked(scope(**request), talk.receive, talk.send)

    asyncio.run(run())
    return talk


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answers with the status of the trouble, the length and the body."""
    start_response(f"{environ.get(BODY_TROUBLE, 200)} So", [("X-Length", environ["CONTENT_LENGTH"])])
    return [environ["wsgi.input"].read()]


class Stream:
    """What a site answers in pieces."""

    streaming = True

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.is_closed = pieces, False

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def close(self) -> None:
        self.is_closed = True


def streaming(found: Stream, **headers: str) -> Callable[..., Stream]:
    def application(environ: dict[str, Any], start_response: Any) -> Stream:
        start_response("200 OK", list(headers.items()))
        return found

    return application


# --- What comes


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_nobody_waits_for_the_body_of_a_request_that_needs_none(method: str) -> None:
    talk = ask(Server(echo, 1), Talk(b"x", ends=False), method=method, content_length="50")
    assert (talk.status, talk.headers[b"x-length"], talk.body) == (200, b"", b"")


@pytest.mark.parametrize("headers", [{"content_length": "9"}, {"transfer_encoding": "chunked"}])
def test_a_body_comes_whole(headers: dict[str, str]) -> None:
    talk = ask(Server(echo, 1), Talk(b"one", b"two", b"six"), method="POST", **headers)
    assert (talk.status, talk.headers[b"x-length"], talk.body) == (200, b"9", b"onetwosix")


def test_many_who_send_half_a_body_hold_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SEND_STALL", 0.3)
    site, half, other = Server(echo, 1), [Talk(b"x", ends=False) for _ in range(50)], Talk()
    waits = []

    async def run() -> None:
        request = scope("POST", content_length="50")
        dawdling = asyncio.gather(*(site(request, talk.receive, talk.send) for talk in half))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await site(scope(), other.receive, other.send)
        waits.append(time.monotonic() - began)
        assert not any(talk.status for talk in half)
        await dawdling

    asyncio.run(run())
    assert other.status == 200 and waits[0] < 0.25
    assert {(talk.status, talk.headers[b"connection"]) for talk in half} == {(408, b"close")}
    assert site.held == 0


def test_a_body_a_byte_at_a_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SEND_STALL", 0.2)
    talk = ask(Server(echo, 1), Talk(*[b"x"] * 100, pause=0.02), method="POST", content_length="100")
    assert (talk.status, len(talk.pieces) > 50) == (408, True)


@pytest.mark.parametrize("headers", [{"content_length": "11"}, {"transfer_encoding": "chunked"}])
def test_of_a_body_that_is_too_large_nothing_is_kept(headers: dict[str, str], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    talk = ask(Server(echo, 1), Talk(b"123456", b"78901"), method="POST", **headers)
    assert (talk.headers[b"x-length"], talk.body, talk.pieces) == (b"11", b"", [])  # and it was read to its end


def test_all_bodies_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_HELD", 5)
    site = Server(echo, 1)
    assert ask(site, Talk(b"123", b"456"), method="POST", content_length="6").status == 503
    assert ask(site, Talk(b"12345"), method="POST", content_length="5").status == 200


def test_a_client_that_goes_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    talk.receive = gone  # type: ignore[method-assign]
    assert ask(Server(echo, 1), talk, method="POST", content_length="6").status == 400


@pytest.mark.parametrize("status", [400, 408, 503])
def test_trouble_with_a_body_is_told_as_any_other(status: int, client: Client) -> None:
    page = client.post("/suggest/", **{BODY_TROUBLE: status})
    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert ("Too much is being sent" if status == 503 else "did not arrive whole") in page.content.decode()
    assert client.post("/api/v1/papers/batch/", **{BODY_TROUBLE: status}).json()["status"] == status


# --- What goes


def test_a_long_answer_is_made_once_and_read_at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Stream(b"%04d" % n * 5_000 for n in range(50))
    talk = ask(Server(streaming(found), 1), Talk(takes=0.01))
    assert talk.body == b"".join(b"%04d" % n * 5_000 for n in range(50))
    assert talk.is_whole and found.is_closed and talk.headers[b"content-length"] == b"1000000"


def test_a_large_answer_that_is_whole_waits_in_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LARGE", 1_000)
    kept = []
    monkeypatch.setattr(server, "SpoolFile", lambda size, ring=server.SpoolFile: kept.append(ring(size)) or kept[-1])

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", environ["CONTENT_LENGTH"] or "1001")])
        return [b"x" * 1_001] if environ["REQUEST_METHOD"] == "GET" else [b"y" * 1_000]

    assert ask(Server(application, 1), Talk()).body == b"x" * 1_001
    assert [ring.taken for ring in kept] == [1_001]
    assert ask(Server(application, 1), Talk(b"z" * 1_000), method="POST", content_length="1000").body == b"y" * 1_000
    assert len(kept) == 1


def test_a_very_long_one_is_made_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "AHEAD", 50_001)
    found = Stream(b"%04d" % n * 5_000 for n in range(50))
    talk = ask(Server(streaming(found), 1), Talk(takes=0.001))
    assert talk.body == b"".join(b"%04d" % n * 5_000 for n in range(50))
    assert talk.is_whole and found.is_closed and b"content-length" not in talk.headers


@pytest.fixture
def hung_up(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(server, "hang_up", found.append)
    return found


def test_unread_answers_hold_no_thread_and_are_cut_off(monkeypatch: pytest.MonkeyPatch, hung_up: list[Any]) -> None:
    monkeypatch.setattr(server, "READ_STALL", 0.3)
    streams = [Stream(iter([b"x" * 100_000] * 3)) for _ in range(10)]
    left = iter([*streams, Stream(iter([b"ok"]))])

    def application(environ: dict[str, Any], start_response: Any) -> Stream:
        start_response("200 OK", [])
        return next(left)

    site, unread, other = Server(application, 1), [Talk(takes=3600) for _ in streams], Talk()

    async def run() -> None:
        waiting = asyncio.gather(*(site(scope(), talk.receive, talk.send) for talk in unread))
        await asyncio.sleep(0.15)
        assert all(stream.is_closed for stream in streams)  # they are made, and their places are free
        await site(scope(), other.receive, other.send)
        assert not hung_up
        await waiting

    asyncio.run(run())
    assert other.body == b"ok"
    assert hung_up == [("192.0.2.1", 4711)] * 10


def test_who_reads_too_slowly_on_the_whole_is_cut_off(monkeypatch: pytest.MonkeyPatch, hung_up: list[Any]) -> None:
    monkeypatch.setattr(server, "READ_STALL", 0.1)
    monkeypatch.setattr(server, "AHEAD", 100_000)
    found = Stream(iter([b"x" * 1_000] * 1_000))
    monkeypatch.setattr(server, "SLOWEST", 10_000_000)
    talk = ask(Server(streaming(found), 1), Talk(takes=0.05))
    assert (talk.is_whole, found.is_closed, len(hung_up)) == (False, True, 1)


def test_so_many_answers_wait_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.Answer, "waiting", server.threading.BoundedSemaphore(1))
    site = Server(lambda environ, start: streaming(Stream(iter([b"x" * 100_000])))(environ, start), 1)
    first, second, third = Talk(takes=0.1), Talk(), Talk()

    async def run() -> None:
        asked = asyncio.create_task(site(scope(), first.receive, first.send))
        await asyncio.sleep(0.05)
        await site(scope(), second.receive, second.send)
        await asked
        await site(scope(), third.receive, third.send)

    asyncio.run(run())
    assert [talk.status for talk in (first, second, third)] == [200, 503, 200]
    assert second.headers[b"retry-after"] == b"60"


def test_what_breaks_off_is_not_taken_for_whole(hung_up: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "AHEAD", 50_000)

    def broken() -> Iterator[bytes]:
        yield from [b"x" * 40_000] * 5
        raise RuntimeError("no more")

    talk = ask(Server(streaming(Stream(broken())), 1), Talk())
    assert (talk.status, talk.is_whole, len(hung_up)) == (200, False, 1)

    def broken_at_once() -> Iterator[bytes]:
        yield b"x"
        raise RuntimeError("no more")

    talk = ask(Server(streaming(Stream(broken_at_once())), 1), Talk())
    assert (talk.status, talk.is_whole, b"try again" in talk.body) == (500, True, True)


def test_a_full_disk_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(server.os, "pwrite", full)
    talk = ask(Server(streaming(Stream(iter([b"x"]))), 1), Talk())
    assert (talk.status, talk.headers[b"retry-after"]) == (503, b"60")


def test_a_file_is_sent_as_it_lies_there() -> None:
    class Named(BytesIO):
        pass

    file = Named(b"x" * 200_000)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [("Content-Length", "200000")])
        return environ["wsgi.file_wrapper"](file, 4096)

    for method, body in (("GET", b"x" * 200_000), ("HEAD", b"")):
        file = Named(b"x" * 200_000)
        talk = ask(Server(application, 1), Talk(), method=method)
        assert (talk.body, talk.is_whole, talk.headers[b"content-length"], file.closed) == (body, True, b"200000", True)
    assert isinstance(environ_of(scope())["wsgi.file_wrapper"](file), File)


def test_the_head_of_an_answer_claims_no_length_that_is_not_known() -> None:
    talk = ask(Server(streaming(Stream(iter([]))), 1), Talk(), method="HEAD")
    assert (talk.status, talk.body, talk.headers) == (200, b"", {})


def test_a_busy_site_says_that_it_is_alive() -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            time.sleep(0.5)
        start_response("200 OK", [])
        return [b"ok"]

    site, busy, pulse = Server(application, 1), Talk(), Talk()
    waits = []

    async def run() -> None:
        asked = asyncio.create_task(site(scope(), busy.receive, busy.send))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await site(scope(path="/healthz"), pulse.receive, pulse.send)
        waits.append(time.monotonic() - began)
        await asked

    asyncio.run(run())
    assert pulse.body == b"ok" and waits[0] < 0.4


def test_the_request_as_the_site_reads_it() -> None:
    request = scope("GET", "/caf%C3%A9%FF")
    request["headers"] = [
        (b"host", b"example.org"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"x_forwarded_for", b"192.0.2.9"),
        (b"content-type", b"text/plain"),
    ]
    found = environ_of(request)
    assert (found["PATH_INFO"], found["QUERY_STRING"]) == ("/cafÃ©ÿ", "a=1")
    assert (found["HTTP_COOKIE"], found["HTTP_ACCEPT"]) == ("a=1; b=2", "text/html,*/*")
    assert (found["CONTENT_TYPE"], found["HTTP_HOST"], found["REMOTE_ADDR"]) == (
        "text/plain",
        "example.org",
        "192.0.2.1",
    )
    assert "HTTP_X_FORWARDED_FOR" not in found  # a name that a proxy would not have taken for its own


def test_hanging_up_ends_that_connection_and_no_other() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as one,
        socket.create_connection(listening.getsockname()) as two,
    ):
        ends = [listening.accept()[0] for _ in range(2)]
        hang_up(one.getsockname())
        one.settimeout(5)
        assert one.recv(1) == b""
        ends[1].sendall(b"x")
        assert two.recv(1) == b"x"
        for end in ends:
            end.close()


# --- As `make run` serves it


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The site in two processes of granian, on a port; without a database, which none of what is asked for needs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asginl",
            "config.server:application",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "2",
            "--no-ws",
            "--log-level",
            "error",
        ],
        cwd=BASE,
        env={**os.environ, "DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"},
        start_new_session=True,
    )
    try:
        for _ in range(300):
            try:
                get(port, "/healthz")
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def begun(port: int, request: str) -> socket.socket:
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect(("127.0.0.1", port))
    found.sendall(request.replace("\n", "\r\n").encode())
    return found


def test_half_bodies_and_unread_files_stop_nobody(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "large.bin").write_bytes(b"x" * 12_000_000)
    head = "HTTP/1.1\nHost: 127.0.0.1\n"
    with served(tmp_path) as port:
        opened = [begun(port, f"POST /api/v1/papers/batch/ {head}Content-Length: 50\n\nx") for _ in range(40)]
        opened += [begun(port, f"GET /static/large.bin {head}\n") for _ in range(40)]
        half = [begun(port, f"GET /healthz {head}Content-Length: 50\n\nx") for _ in range(40)]
        try:
            for dawdling in half:
                dawdling.settimeout(30)
                assert dawdling.recv(12) == b"HTTP/1.1 200"
            assert [get(port, "/healthz") for _ in range(5)] == [b"ok\n"] * 5
            assert len(get(port, "/static/large.bin")) == 12_000_000
        finally:
            for each in [*opened, *half]:
                each.close()
