"""Waits of a visitor while others ask for all they can: twenty clients the dearest list, eight send half a body, twenty
sign in wrongly, and some read nothing of what they asked for.

    DATA_DIR=… python benchmarks/busy.py                         # a site that is there
    python benchmarks/busy.py --file papers.jsonl --limit 5000   # one made of a file, in a folder that is thrown away
    python benchmarks/busy.py                                    # one of 5,000 papers made up

It is served by `make run`, on a free port of loopback, and everything ends after half a minute.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

BASE = Path(__file__).resolve().parent.parent
DEAREST = "/api/v1/papers/?format=csv"
UNREAD = "/papers.bib"
WATCHED = ("/healthz", "/categories/", "/admin/login/")
SECONDS = 30
LISTS, HALVES, SIGNING_IN, READING_NOTHING = 20, 8, 20, 10


def made_up(path: Path, count: int) -> None:
    """A snapshot of papers by two thousand people in small teams."""
    dice = random.Random(1)
    words = "graph model learning network theory quantum field speech image search index proof bound wave code".split()
    people = [f"{chr(65 + n % 26)}{chr(97 + n % 23)}ra Name{n // 26}" for n in range(2_000)]
    with path.open("w") as file:
        for n in range(count):
            team = dice.randrange(400) * 5
            row = {
                "id": f"{1900 + n // 9_000:04}.{n % 9_000 + 1:05}",
                "authors": ", ".join(dice.sample(people[team : team + 5], dice.randint(1, 4))),
                "title": " ".join(dice.choices(words, k=8)),
                "abstract": " ".join(dice.choices(words, k=120)),
                "categories": dice.choice(["cs.LG stat.ML", "cs.CV", "math.PR", "quant-ph"]),
                "versions": [{"version": "v1", "created": "Mon, 7 Jan 2019 10:00:00 GMT"}],
                "update_date": "2019-01-08",
            }
            file.write(json.dumps(row) + "\n")


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The site of this DATA_DIR as `make run` serves it; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1", "LOG_LEVEL": "CRITICAL"}
    process = subprocess.Popen(
        ["make", "-s", "run", "SEED=0"], cwd=BASE, env=environ, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(600):
            with suppress(OSError):
                get(port, "/healthz")
                break
            time.sleep(0.5)
        else:
            raise SystemExit("The site did not start.")
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def get(port: int, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
    """Status, body and cookies of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(
            "GET" if body is None else "POST", path, body, {name.title(): v for name, v in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")
    finally:
        connection.close()


def list_reader(port: int) -> str:
    return str(get(port, DEAREST)[0])


def half_body(port: int) -> str:
    """Begins a body and sends a byte now and then until it is told or cut off."""
    method, path = random.choice([("GET", "/healthz"), ("POST", "/suggest/")])
    with socket.create_connection(("127.0.0.1", port), 5) as dawdling:
        dawdling.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nx".encode())
        for _ in range(20):
            dawdling.settimeout(2)
            try:
                return dawdling.recv(12)[9:].decode()
            except TimeoutError:
                dawdling.sendall(b"x")
    return "still open"


def sign_in(port: int) -> str:
    _status, page, cookies = get(port, "/admin/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    form = {
        "csrfmiddlewaretoken": token[1].decode() if token else "",
        "username": f"name{random.random()}",
        "password": "x",
    }
    return str(
        get(
            port,
            "/admin/login/",
            urlencode(form).encode(),
            cookie=cookies.split(";")[0],
            **{"content-type": "application/x-www-form-urlencoded"},
        )[0]
    )


def reader_of_nothing(port: int) -> str:
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect(("127.0.0.1", port))
        silent.sendall(f"GET {UNREAD} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        time.sleep(SECONDS / 2)
        return silent.recv(12)[9:].decode() or "cut off"


def measure(port: int) -> None:
    ends, told, waits = time.monotonic() + SECONDS, Counter[str](), dict[str, list[float]]()

    def again(do: Callable[[int], str]) -> None:
        while time.monotonic() < ends:
            try:
                outcome = do(port)
            except (OSError, http.client.HTTPException) as error:
                outcome = type(error).__name__
            told[f"{do.__name__} {outcome}"] += 1

    def watch(path: str) -> None:
        while time.monotonic() < ends:
            began = time.monotonic()
            status = get(port, path)[0]
            waits.setdefault(f"{path} {status}", []).append(time.monotonic() - began)
            time.sleep(0.1)

    many = {list_reader: LISTS, half_body: HALVES, sign_in: SIGNING_IN, reader_of_nothing: READING_NOTHING}
    threads = [threading.Thread(target=again, args=[do], daemon=True) for do, n in many.items() for _ in range(n)]
    threads += [threading.Thread(target=watch, args=[path]) for path in WATCHED]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 90)
    for name, found in sorted(waits.items()):
        middle = sorted(found)[len(found) // 2]
        print(f"{name}: {len(found)} answers, slowest {max(found):.2f} s, median {middle:.3f} s")
    print(", ".join(f"{name}: {n}" for name, n in sorted(told.items())))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--file", type=Path, help="papers to make a site of, in any format that import_papers reads")
    parser.add_argument("--limit", type=int, default=5_000)
    asked = parser.parse_args()
    if "DATA_DIR" in os.environ and not asked.file:
        with served(Path(os.environ["DATA_DIR"])) as port:
            measure(port)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not asked.file:
            made_up(folder / "papers.jsonl", asked.limit)
        source = asked.file or folder / "papers.jsonl"
        build = [sys.executable, "manage.py", "build_all", str(source), "--limit", str(asked.limit)]
        subprocess.run(build, cwd=BASE, env={**os.environ, "DATA_DIR": name}, check=True, stdout=subprocess.DEVNULL)
        with served(folder) as port:
            measure(port)


if __name__ == "__main__":
    main()
