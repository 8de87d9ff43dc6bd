"""`python -m tests`: every test on SQLite, then every test on PostgreSQL where TEST_POSTGRES_URL names a server.

Arguments are handed on to pytest. The last line is pytest's own; the exit status is the first that is not 0.
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


def run(name: str, database_url: str, arguments: list[str]) -> int:
    """Run pytest on one database, in a data folder of its own; gives its exit status."""
    print(f"--- Tests on {name} ---", flush=True)
    with tempfile.TemporaryDirectory(prefix="coterie-tests-") as folder:
        settings = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": database_url, "SECRET_KEY": "", "DEBUG": "0"}
        # A developer's own settings must not decide what the tests see.
        for name in ("SITE_URL", "SITE_NAME", "ALLOWED_HOSTS", "API_RATE", "CONTACT_EMAIL", "PORT"):
            settings.pop(name, None)
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=settings).returncode


def main() -> int:
    arguments = sys.argv[1:]
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
