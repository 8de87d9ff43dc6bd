"""CPU of a BibTeX file's import against bibtexparser's `parse_string` with its default middleware, in the same run.

    python benchmarks/bibtex.py LIST.bib [--rounds 3]

Each round is a process of its own with a new SQLite database: the baseline, the reading alone (records made, nothing stored),
and the whole import with its search index. Reported are medians of CPU seconds and their ratios to the baseline.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_round(options.file)))
        return
    rounds = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="coterie-benchmark-") as folder:
            url = f"sqlite:///{folder}/list.sqlite3"
            environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": url, "SECRET_KEY": "benchmark " * 6}
            command = [sys.executable, __file__, str(options.file.resolve()), "--one"]
            done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        rounds.append(json.loads(done.stdout.splitlines()[-1]))
    print(f"{options.file.name}: {rounds[0]['entries']:,} entries")
    for name in ("bibtexparser", "splitting", "reading", "import"):
        seconds = median(found[name] for found in rounds)
        ratio = median(found[name] / found["bibtexparser"] for found in rounds)
        print(f"{name:12} {seconds:>7.2f} s CPU   {ratio:>6.2f} x bibtexparser")


def one_round(path: Path) -> dict[str, float]:
    """CPU seconds of each step, and how many entries there are."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from bibtexparser.entrypoint import parse_string
    from django.core.management import call_command

    from papers.ingest.readers import open_source
    from papers.ingest.readers.bibtex.blocks import blocks
    from papers.ingest.runs import import_source

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    call_command("loaddata", "categories", verbosity=0)
    text = path.read_text(encoding="utf-8-sig")

    def read() -> int:
        with open_source(path, "bibtex") as source:
            return sum(1 for _ in source)

    cpu(read)  # so that nothing is imported or compiled while the clock runs
    return {
        "bibtexparser": cpu(lambda: parse_string(text)),
        "splitting": cpu(lambda: sum(1 for _ in blocks(text))),
        "reading": cpu(read),
        "import": cpu(lambda: import_source(str(path), format="bibtex")),
        "entries": read(),
    }


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
