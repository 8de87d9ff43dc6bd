"""`python -m tests`: every test on SQLite, then every test on PostgreSQL where TEST_POSTGRES_URL names a server.

Arguments are handed on to pytest. The last line is pytest's own; the exit status is the first that is not 0.

`python -m tests --short`: what a developer asks for all day, on SQLite alone and in two processes beside each other: neither
browser nor kills. It ends with the ten slowest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from typing import Any

NO_POSTGRES = (
    "SKIPPED on PostgreSQL: TEST_POSTGRES_URL is not set. Make a database whose owner may create others "
    "and set it, such as postgresql://coterie:secret@127.0.0.1:5432/coterie."
)


# Of about the same length; each is given to a process of its own.
HALVES = (["tests/papers", "tests/config"], ["tests/profiles"])
SHORT = ["-q", "-m", "not browser and not kills", "--durations=10", "--durations-min=0"]
KEY = "the same for every run, so that public ids are the same"
NO_TESTS = 5  # pytest's exit status where the arguments choose none


def run(name: str, database_url: str, arguments: list[str]) -> int:
    """Run pytest on one database, in a data folder of its own; gives its exit status."""
    print(f"--- Tests on {name} ---", flush=True)
    with tempfile.TemporaryDirectory(prefix="coterie-tests-") as folder:
        return begin(folder, database_url, arguments).wait()


def begin(folder: str, database_url: str, arguments: list[str], **options: Any) -> subprocess.Popen[str]:
    """Start pytest in a data folder."""
    settings = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": database_url, "SECRET_KEY": KEY, "DEBUG": "0"}
    # A developer's own settings must not decide what the tests see.
    for name in (
        "SITE_URL",
        "SITE_NAME",
        "ALLOWED_HOSTS",
        "API_RATE",
        "CONTACT_EMAIL",
        "HOST",
        "PORT",
        "WORKERS",
        "SEED",
    ):
        settings.pop(name, None)
    return subprocess.Popen([sys.executable, "-m", "pytest", *arguments], env=settings, text=True, **options)


def run_short(arguments: list[str]) -> int:
    """Run the short loop; gives the first exit status that is not 0."""
    with tempfile.TemporaryDirectory(prefix="coterie-tests-") as folder:
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        running = [
            begin(f"{folder}/{number}", "", [*SHORT, "-p", "no:cacheprovider", *half, *arguments], **pipe)
            for number, half in enumerate(HALVES)
        ]
        said = [process.communicate()[0] for process in running]
    slowest: list[tuple[float, str]] = []
    for text in said:
        lines, durations = [], []
        for line in text.splitlines():
            found = re.match(r"([0-9.]+)s (?:call|setup|teardown) +tests/", line)
            (durations if found else lines).append(line)
            if found:
                slowest.append((float(found[1]), line))
        print("\n".join(line for line in lines if "slowest 10 durations" not in line), flush=True)
    print("The ten slowest:", *(line for _, line in sorted(slowest, reverse=True)[:10]), sep="\n", flush=True)
    return next((process.returncode for process in running if process.returncode not in (0, NO_TESTS)), 0)


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["--short"]:
        return run_short(arguments[1:])
    postgres = os.environ.get("TEST_POSTGRES_URL", "")
    if not postgres:
        print(NO_POSTGRES, flush=True)
    status = run("SQLite", "", arguments)
    if postgres and status in (0, 1):
        status = run("PostgreSQL", postgres, arguments) or status
    if not postgres:
        print(NO_POSTGRES, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
