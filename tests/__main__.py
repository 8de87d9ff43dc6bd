"""`python -m tests`: every test on SQLite, then every test on PostgreSQL where TEST_POSTGRES_URL names a server.

As many processes as there are cores share the files of tests (`-n 0`: none beside this one). Arguments are handed on to
pytest. The last lines are the totals of each database, and why tests were skipped; the exit status is the first that is not 0.

`python -m tests --short`: what a developer asks for all day, on SQLite alone: neither browser nor kills. It ends with
the ten slowest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

NO_POSTGRES = (
    "SKIPPED on PostgreSQL: TEST_POSTGRES_URL is not set. Make a database whose owner may create others "
    "and set it, such as postgresql://coterie:secret@127.0.0.1:5432/coterie."
)
SHARED = ["-q", "-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder", "-p", "tests.workers"]
SHORT = ["-m", "not browser and not kills", "--durations=10", "--durations-min=0"]
KEY = "the same for every run, so that public ids are the same"
# A developer's own settings must not decide what the tests see.
OWN = ("SITE_URL", "SITE_NAME", "ALLOWED_HOSTS", "API_RATE", "CONTACT_EMAIL", "HOST", "PORT", "WORKERS", "SEED")
PASSED, FAILED = 0, 1  # pytest's exit status


def run(name: str, database_url: str, arguments: list[str]) -> tuple[int, str]:
    """Run pytest on one database in a data folder of its own; gives its status, why tests were skipped, and its last line."""
    print(f"--- Tests on {name} ---", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in OWN}
    command = [sys.executable, "-m", "pytest", *SHARED, f"--color={'yes' if sys.stdout.isatty() else 'no'}", *arguments]
    with tempfile.TemporaryDirectory(prefix="coterie-tests-") as folder:
        environment |= {"DATA_DIR": folder, "DATABASE_URL": database_url, "SECRET_KEY": KEY, "DEBUG": "0"}
        output = ""
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pytest:
            assert pytest.stdout
            try:
                while read := os.read(pytest.stdout.fileno(), 1 << 16):
                    text = read.decode(errors="replace")
                    print(text, end="", flush=True)
                    output += text
            except KeyboardInterrupt:  # which the terminal sent to pytest, too
                pytest.wait(60)
                raise
    lines = output.strip().splitlines()
    skipped = [line for line in lines if line.startswith("SKIPPED [")]
    return pytest.returncode, "\n".join(f"{name}: {line}" for line in (*skipped, *lines[-1:]))


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["--short"]:
        return run("SQLite", "", [*SHORT, *arguments[1:]])[0]
    postgres = os.environ.get("TEST_POSTGRES_URL", "")
    if not postgres:
        print(NO_POSTGRES, flush=True)
    status, last = run("SQLite", "", arguments)
    if postgres and status in (PASSED, FAILED):
        again, line = run("PostgreSQL", postgres, arguments)
        status, last = status or again, f"{last}\n{line}"
    print(f"\n{last}" if postgres else f"\n{last}\n{NO_POSTGRES}", flush=True)
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
