"""`manage.py serve`, as `make run` gives it: who may serve on a port, and what a lost process costs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

pytestmark = pytest.mark.kills
Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def begin(folder: str = "data", at: int = port) -> subprocess.Popen[str]:
        environment = {**os.environ, "DATA_DIR": str(tmp_path / folder), "DATABASE_URL": "", "PORT": str(at)}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(at), "--seed", "0"],
            cwd=settings.BASE_DIR,
            text=True,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)  # one that has just begun is ended after twenty seconds


def answers(port: int, path: str = "/healthz") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as found:
            return found.status == 200
    except OSError:
        return False


def wait_for(what: Callable[[], object], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_process_that_is_lost_comes_back(serve: Serve, port: int) -> None:
    server = serve()
    wait_for(lambda: answers(port))
    parent = psutil.Process(server.pid)
    before = {child.pid for child in parent.children()}
    os.kill(min(before), signal.SIGKILL)
    wait_for(lambda: len({child.pid for child in parent.children()} - {min(before)}) == 2)
    wait_for(lambda: answers(port))
    assert server.poll() is None


def test_a_port_has_one_server(serve: Serve, port: int) -> None:
    serve()
    wait_for(lambda: answers(port))
    for folder in ("data", "another"):
        second = serve(folder)
        out, err = second.communicate(timeout=60)
        assert (second.returncode, out, err) == (
            1,
            "",
            f"CommandError: Port {port} is taken, perhaps by this site itself. Stop that, or name another port: make run "
            f"PORT={port + 1}\n",
        )
    assert answers(port)


def test_two_that_start_at_once_on_an_empty_folder(serve: Serve, port: int) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        other = found.getsockname()[1]
    one, two = serve(), serve(at=other)
    wait_for(lambda: answers(port, "/") and answers(other, "/"), 180)
    assert (one.poll(), two.poll()) == (None, None)


def test_of_two_that_start_at_once_on_one_port_one_serves(serve: Serve, port: int) -> None:
    both = [serve(), serve()]
    wait_for(lambda: answers(port, "/") and any(process.poll() is not None for process in both), 180)
    assert sorted(process.poll() is None for process in both) == [False, True]
    ended = next(process for process in both if process.poll() is not None)
    assert ended.returncode == 1
    assert ended.stderr and f"Port {port} is taken" in ended.stderr.read()


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--port", "no"], ["--workers", "0"]])
def test_what_is_no_port_is_a_wrong_command_line(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=settings.BASE_DIR,
        text=True,
        capture_output=True,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""},
    )
    assert done.returncode == 2
    assert f"{arguments[1]!r} is no number from 1 to" in done.stderr
