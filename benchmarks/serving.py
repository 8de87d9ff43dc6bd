"""Servers to ask, one kept connection to each, and what their processes spend: for the programs that measure answers."""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

BASE = Path(__file__).resolve().parent.parent
ROUNDS = 5
WARM_UP = 6  # of each address


class Server:
    """A running server; `ask` until it answers `first`, and read its `cpu`."""

    def __init__(self, command: list[str], port: int, first: str, environ: dict[str, str] | None = None) -> None:
        self.port = port
        said = None if environ else subprocess.DEVNULL  # of our own server errors are of interest
        self.process = subprocess.Popen(
            command, cwd=BASE, env={**os.environ, **(environ or {})}, stdout=said, stderr=said
        )
        for _ in range(150):
            time.sleep(0.2)
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
                self.get(first)
                return
            except OSError:
                continue
        self.close()
        raise SystemExit(f"It did not start: {shlex.join(command)}")

    def get(self, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        try:
            self.connection.request("GET", address, headers=headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):  # idle while others were asked
            self.connection.close()
            self.connection.request("GET", address, headers=headers)
            answer = self.connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    def cpu(self) -> float:
        """CPU seconds of the server and its workers so far."""
        parent = psutil.Process(self.process.pid)
        return sum(spent(process) for process in [parent, *parent.children(recursive=True)])

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def spent(process: psutil.Process) -> float:
    """CPU seconds of a process, to the nanosecond where Linux tells (psutil: to a hundredth of a second)."""
    threads = list(Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
    try:
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9 if threads else _coarse(process)
    except (OSError, ValueError):
        return _coarse(process)


def _coarse(process: psutil.Process) -> float:
    times = process.cpu_times()
    seconds: float = times.user + times.system
    return seconds


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def site(data: Path, keep_pages: int) -> Server:
    """The site of this DATA_DIR on its own server: granian, one worker, limits lifted."""
    port = free_port()
    options = f"--host 127.0.0.1 --port {port} --workers 1 --no-ws --log-level error"
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "config.server:application", *options.split()]
    environ = {"DATA_DIR": str(data), "API_RATE": "100000000/min", "LOG_LEVEL": "ERROR", "KEEP_PAGES": str(keep_pages)}
    return Server(command, port, "/healthz", environ)


Asked = tuple[Server, list[str], dict[str, str]]  # whom, which addresses in turn, with which headers


def measured(asked: dict[str, Asked], requests: int) -> dict[str, dict[str, float]]:
    """By name the median milliseconds and CPU milliseconds of a request: the median round of five through all of them."""
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for name, (server, addresses, headers) in asked.items():
        for address in addresses * (WARM_UP // len(addresses) + 1):
            status = server.get(address, **headers)[0]
            if status not in (200, 304):
                raise SystemExit(f"{name}: {status} from {address}")
    each = max(requests // ROUNDS, 1)
    for _ in range(ROUNDS):
        for name, (server, addresses, headers) in asked.items():
            before, waits = server.cpu(), []
            for at in range(each):
                began = time.perf_counter()
                server.get(addresses[at % len(addresses)], **headers)
                waits.append(time.perf_counter() - began)
            rounds[name].append((statistics.median(waits) * 1000, (server.cpu() - before) * 1000 / each))
    return {
        name: {"ms": statistics.median(ms for ms, _ in found), "cpu": statistics.median(cpu for _, cpu in found)}
        for name, found in rounds.items()
    }
