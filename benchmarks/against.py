"""CPU and bytes of an import, and CPU of pages, against those of an earlier commit, in one run.

    python benchmarks/against.py COMMIT FILE [--limit 30000] [--rounds 3]

COMMIT is checked out beside, and run by this Python. Each round builds a site of the first papers of FILE with either program,
one after the other, in processes of their own on SQLite, and then asks each site for PAGES, REPEATS times each, in one
process, nothing kept. Reported are medians over the rounds and the ratios that docs/benchmarks.md states: CPU seconds (user and
system) of import_papers and of link_authors, bytes of the database after VACUUM, CPU milliseconds a page.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/papers/",
    "/papers/?category=cs.LG",
    "/papers/?year_min=2019",
    "/papers/?q=learning",
    "/categories/cs.LG/",
    "/new/",
    "/papers/feed/",
    "/authors/",
    "/api/v1/papers/?page_size=25",
    "/papers.bib",
)
REPEATS = 20
WARNING = "A page answers {status}: {address}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit")
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.commit == "pages":
        print(json.dumps(ask_for_pages()))
        return
    found: dict[str, dict[str, list[float]]] = {side: defaultdict(list) for side in ("before", "now")}
    with tempfile.TemporaryDirectory(prefix="coterie-against-") as folder:
        before = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", before, options.commit], cwd=ROOT, check=True)
        try:
            for number in range(options.rounds):
                for side, program in (("before", before), ("now", ROOT)):
                    with tempfile.TemporaryDirectory(prefix="coterie-against-") as data:
                        for name, value in measured(program, options.file, options.limit, data).items():
                            found[side][name].append(value)
                    print(f"round {number + 1} {side}: done", flush=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", before], cwd=ROOT, check=True)
    for name, values in found["now"].items():
        mine, theirs = median(values), median(found["before"][name])
        print(f"{name:40} {theirs:14,.2f} {mine:14,.2f}   {mine / theirs:.2f}")


def measured(program: Path, file: Path, limit: int, data: str) -> dict[str, float]:
    """The figures of one program over a new site in this data folder."""
    environment = os.environ | {"DATA_DIR": data, "DATABASE_URL": "", "SECRET_KEY": "benchmark", "DEBUG": "0"}

    def run(*command: object) -> float:
        """CPU seconds of the command."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *map(str, command)], cwd=program, env=environment, check=True, stdout=-3)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    run("manage.py", "migrate", "-v0")
    run("manage.py", "loaddata", "categories", "-v0")
    figures = {
        "import_papers, CPU s": run("manage.py", "import_papers", file.resolve(), "--limit", limit),
        "link_authors, CPU s": run("manage.py", "link_authors"),
    }
    [database] = Path(data).glob("*.sqlite3")
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("VACUUM")
    figures["database, bytes"] = database.stat().st_size
    command = [sys.executable, __file__, "pages", "-"]
    answer = subprocess.run(command, cwd=program, env=environment, check=True, capture_output=True, text=True)
    pages: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return figures | pages


def ask_for_pages() -> dict[str, float]:
    """CPU milliseconds of each of PAGES by the program in this folder."""
    sys.path.insert(0, str(Path.cwd()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("cached_pages")]
    settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.ALLOWED_HOSTS = ["*"]
    from django.test import Client

    client = Client()
    figures = {}
    for address in PAGES:
        answer = client.get(address)
        if answer.status_code != 200:
            print(WARNING.format(status=answer.status_code, address=address), file=sys.stderr)
        started = time.process_time()
        for _ in range(REPEATS):
            b"".join(client.get(address))
        figures[f"{address}, CPU ms"] = (time.process_time() - started) * 1000 / REPEATS
    return figures


if __name__ == "__main__":
    main()
