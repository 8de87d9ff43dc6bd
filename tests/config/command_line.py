"""Commands given one after the other to the real command line, each in a process of its own that meets a fault.

Run as a program it sets Django up once, takes one JSON object a line, forks for each, and answers how the command ended:
starting Python anew for some two hundred commands would take minutes.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

BASE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


class CommandLines:
    """The process; `run` gives how one command line ended in a data folder with a fault."""

    def __init__(self, folder: Path):
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.config.command_line"],
            cwd=BASE,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "DATA_DIR": str(folder)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate(timeout=60)

    def run(self, *arguments: str, folder: Path, fault: str = "") -> Ended:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"arguments": arguments, "folder": str(folder), "fault": fault}) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    from django.core.checks import run_checks
    from django.db.migrations.loader import MigrationLoader

    import config.commands  # noqa: F401

    django.setup()
    run_checks()  # which imports every page
    MigrationLoader(None)
    import profiles.dataset.loader
    import profiles.management.site_setup
    import profiles.similarity.partial_run  # noqa: F401

    for line in sys.stdin:
        wanted = json.loads(line)
        out, err = (Path(os.environ["DATA_DIR"]) / name for name in ("out", "err"))
        child = os.fork()
        if not child:
            in_child(wanted, out, err)
        _, status = os.waitpid(child, 0)
        answer = {
            "status": os.waitstatus_to_exitcode(status),
            "out": out.read_text(errors="replace"),
            "err": err.read_text(errors="replace"),
        }
        print(json.dumps(answer), flush=True)


def in_child(wanted: dict[str, Any], out: Path, err: Path) -> None:
    """Run the command line with the fault, its output in files; never comes back."""
    status = 70
    try:
        for number, path in ((0, Path(os.devnull)), (1, out), (2, err)):
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            os.dup2(os.open(path, flags), number)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        from config.commands import run

        settle(Path(wanted["folder"]))
        {"": lambda: None, "full": fill, "no rights": drop_rights, "no memory": take_memory}.get(
            wanted["fault"], lambda: interrupt_at(int(wanted["fault"]))
        )()
        status = run(["manage.py", *wanted["arguments"]])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def settle(folder: Path) -> None:
    """Have this process work in another data folder."""
    from django.conf import settings
    from django.db import connection

    settings.DATA_DIR, settings.STATIC_ROOT = folder, folder / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours alone
    connection.settings_dict["NAME"] = str(folder / "coterie.sqlite3")
    connection.settings_dict["OPTIONS"]["timeout"] = 0.2


def fill() -> None:
    """No file may grow over 20 kB, which is what a process meets on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def drop_rights() -> None:
    """Let the rights on files hold for root too: without its capabilities it is a user like others."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def take_memory() -> None:
    """Leave this process hardly any memory beside what it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 6_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def interrupt_at(number: int) -> None:
    """Press Ctrl-C at the n-th statement."""
    from django.db.backends.signals import connection_created

    left = number

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)
        return execute(sql, params, many, context)

    connection_created.connect(lambda connection, **_: connection.execute_wrappers.append(count), weak=False)


def copied(site: Path, folder: Path) -> Path:
    """A copy of a site's data folder without its static files."""
    shutil.copytree(site, folder, ignore=lambda _, names: {"static"} & set(names))
    return folder


if __name__ == "__main__":
    main()
