"""How dear an answer of the API is, beside a view that answers three bytes, in the same run.

    DATA_DIR=/srv/site python benchmarks/api.py [--kept] [--requests 300] [--json FILE]

Starts the site's own server (granian, one worker, two threads) on a free port with limits lifted, asks each address by turns
over one kept connection, and reads the CPU time of the server's processes before and after. Each row: median milliseconds,
CPU milliseconds a request, requests a CPU second, and the CPU as a ratio to the trivial view's. Rounds go through all addresses
in turn, so that a busy neighbour spoils all alike; the median round counts. The 1,000th page is reached by its cursor.
Every answer is made anew, unless --kept lets the site give again what it made a moment ago.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

BASE = Path(__file__).resolve().parent.parent
ROUNDS = 5
WARM_UP = 20


class Site:
    """The running server, one connection to it, and what its processes have spent."""

    def __init__(self, keep_pages: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environ = {**os.environ, "API_RATE": "100000000/min", "LOG_LEVEL": "ERROR", "KEEP_PAGES": str(keep_pages)}
        options = f"--host 127.0.0.1 --port {self.port} --workers 1 --blocking-threads 2 --no-ws --log-level error"
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", *options.split(),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=BASE, env=environ)
        for _ in range(100):
            time.sleep(0.2)
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.get("/healthz")
                return
            except OSError:
                continue
        raise SystemExit("The server did not start.")

    def get(self, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    def cpu(self) -> float:
        """CPU seconds of the server and its workers so far."""
        parent = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in [parent, *parent.children(recursive=True)]]
        return sum(each.user + each.system for each in times)

    def close(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)


def page_at(site: Site, first: str, number: int) -> str:
    """The address of the page with this number, found by walking there with large pages of one field."""
    address = first.replace("page_size=25", "page_size=200") + "&fields=identifier"
    at, wanted, found = 1, 25 * (number - 1), 0
    while found + 200 < wanted and at:
        page = json.loads(site.get(address)[1])
        found, following = found + len(page["results"]), page["next"]
        if not following:
            break
        address = "/api/" + following.split("/api/", 1)[1]
    return address.replace("page_size=200", "page_size=25").replace("&fields=identifier", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300, help="of each address")
    parser.add_argument("--page", type=int, default=1000, help="the deep page's number")
    parser.add_argument("--kept", action="store_true", help="what was made may be given again, as sites do")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    site = Site(500 if given.kept else 0)
    try:
        measured = measure(site, given.requests, given.page)
    finally:
        site.close()
    trivial = measured["trivial view"]["cpu"]
    print(f"{'':28}{'ms':>8}{'CPU ms':>9}{'per CPU s':>11}{'ratio':>8}")
    for name, row in measured.items():
        row["ratio"] = round(row["cpu"] / trivial, 2)
        print(f"{name:28}{row['ms']:8.2f}{row['cpu']:9.2f}{1000 / row['cpu']:11.0f}{row['ratio']:8.1f}")
    if given.json:
        given.json.write_text(json.dumps(measured, indent=1) + "\n")


def measure(site: Site, requests: int, deep: int) -> dict[str, dict[str, Any]]:
    papers, authors = "/api/v1/papers/?page_size=25", "/api/v1/authors/?page_size=25"
    paper = json.loads(site.get("/api/v1/papers/?page_size=1")[1])["results"][0]["identifier"]
    author = json.loads(site.get("/api/v1/authors/?page_size=1")[1])["results"][0]["slug"]
    tag = site.get(papers)[2]["etag"]
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "trivial view": ("/healthz", {}),
        "papers, first page": (papers, {}),
        f"papers, page {deep:,}": (page_at(site, papers, deep), {}),
        "papers, without bylines": (papers + "&omit=byline", {}),
        "papers, first page, gzip": (papers, {"Accept-Encoding": "gzip"}),
        "papers, 304": (papers, {"If-None-Match": tag}),
        "one paper": (f"/api/v1/papers/{paper}/", {}),
        "authors, first page": (authors, {}),
        "one author": (f"/api/v1/authors/{author}/", {}),
        "the author's papers": (f"/api/v1/authors/{author}/papers/?page_size=25", {}),
        "similar authors": (f"/api/v1/authors/{author}/similar/", {}),
        "papers of a category": (papers + "&category=cs.LG", {}),
        "papers by words": (papers + "&q=graph", {}),
        "papers by year, counted": ("/api/v1/papers/?group_by=year", {}),
        "autocomplete": ("/api/v1/authors/autocomplete/?q=smi", {}),
        "profile page": (f"/authors/{author}/", {}),
        "paper page": (f"/papers/{paper}/", {}),
        "a sample of 25": ("/api/v1/papers/?sample=25&seed=7", {}),
    }
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for name, (address, headers) in asked.items():
        for _ in range(WARM_UP):
            status = site.get(address, **headers)[0]
            assert status in (200, 304), f"{name}: {status}"
    each = max(requests // ROUNDS, 1)
    for _ in range(ROUNDS):
        for name, (address, headers) in asked.items():
            spent, waits = site.cpu(), []
            for _ in range(each):
                began = time.perf_counter()
                site.get(address, **headers)
                waits.append(time.perf_counter() - began)
            rounds[name].append((statistics.median(waits) * 1000, (site.cpu() - spent) * 1000 / each))
    return {
        name: {"ms": statistics.median(ms for ms, _ in found), "cpu": statistics.median(cpu for _, cpu in found)}
        for name, found in rounds.items()
    }


if __name__ == "__main__":
    main()
