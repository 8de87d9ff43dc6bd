"""Speed of an import, against the limit of the database itself, measured in the same run.

    python benchmarks/import.py FILE [--limit N] [--rounds 3] [--database URL]

Each round, in processes of their own and one after another, on a new database:

  pipeline   import, link and count the first N records of FILE, without the search index
  limit      the very rows the pipeline wrote, into the same tables with the same indexes, in the same order of tables and
             batches of the same size, by sqlite3's executemany or psycopg's COPY: nothing is parsed, compared or looked up
  indexed    the pipeline with the search index
  again      the same file once more over the database of `indexed`: nothing is written

Reported are medians over the rounds: records a second by wall clock, CPU seconds and peak memory of the process, and the
ratios that docs/benchmarks.md states. --database names an empty PostgreSQL database whose tables may be dropped; without
it SQLite files in a temporary folder are used.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", default="")
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    rounds: list[dict[str, dict[str, Any]]] = []
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="coterie-benchmark-") as folder:
            found = {}
            for step in STEPS:
                found[step] = run_step(step, options, folder)
                said = ", ".join(f"{key} {value}" for key, value in found[step].items())
                print(f"round {number + 1} {step}: {said}", flush=True)
            rounds.append(found)
    report(rounds)


def run_step(step: str, options: argparse.Namespace, folder: str) -> dict[str, Any]:
    """Run one step in a process of its own; gives what it printed."""
    name = "plain" if step in ("pipeline", "limit") else "indexed"
    url = options.database or f"sqlite:///{folder}/{name}.sqlite3"
    command = [sys.executable, __file__, str(options.file), "--step", step, "--database", options.database]
    if options.limit:
        command += ["--limit", str(options.limit)]
    environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": url, "SECRET_KEY": "benchmark " * 6}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{step} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def set_up(*, new: bool) -> None:
    """Django, on an empty database if `new`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if new:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0)
        call_command("loaddata", "categories", verbosity=0)


def measured(work: Any) -> dict[str, Any]:
    """The work's wall and CPU seconds, the records it says it did, and the process's peak memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    records = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "records": records,
        "wall": round(wall, 2),
        "cpu": round(cpu, 2),
        "rate": round(records / wall),
        "rate_cpu": round(records / cpu),
        "peak_mb": peak,
    }


def pipeline(options: argparse.Namespace, *, index: bool = False, new: bool = True) -> dict[str, Any]:
    set_up(new=new)
    from papers import search as paper_search
    from papers.database.builds import stage_lock
    from papers.ingest.runs import import_source
    from profiles import search as author_search
    from profiles.linking import linker
    from profiles.statistics import summaries

    if not index:
        paper_search.index_papers = lambda *_: None
        author_search.index_authors = lambda *_: None
    parts: dict[str, float] = {}

    def work() -> int:
        start = time.perf_counter()
        summary = import_source(str(options.file), limit=options.limit, restart=True).summary
        parts["import"] = time.perf_counter() - start
        with stage_lock():
            linker.link_authors()
            parts["link"] = time.perf_counter() - start - parts["import"]
            summaries.refresh()
        parts["count"] = time.perf_counter() - start - parts["import"] - parts["link"]
        parts["written"] = summary.created + summary.updated
        return summary.read

    return {**measured(work), **{f"{name}_s" if name != "written" else name: round(v, 2) for name, v in parts.items()}}


def limit(options: argparse.Namespace) -> dict[str, Any]:
    """The rows of the pipeline's database into an empty one of the same shape."""
    set_up(new=False)
    from django.db import connection

    tables = [
        "papers_paper",
        "papers_papercategory",
        "papers_paperdoi",
        "papers_collaboration",
        "papers_papercollaboration",
        "papers_papercount",
        "profiles_author",
        "profiles_identitykey",
        "profiles_authorname",
        "profiles_authorship",
        "profiles_authorcategory",
    ]
    with connection.cursor() as cursor:
        columns = {}
        for table in tables:
            described = connection.introspection.get_table_description(cursor, table)
            columns[table] = [
                c.name
                for c in described
                if c.name != "is_listed" and not (c.name == "sort_day" and table == "papers_paper")
            ]
        return (_limit_postgres if connection.vendor == "postgresql" else _limit_sqlite)(tables, columns)


def _batches(rows: dict[str, list[Any]], columns: dict[str, list[str]]) -> list[dict[str, list[Any]]]:
    """The rows of all tables cut where the pipeline cut them: after every BATCH papers, each with what refers to it."""

    def of(table: str, name: str) -> list[int]:
        place = columns[table].index(name)
        return [int(row[place]) for row in rows[table]]

    papers = sorted(of("papers_paper", "id"))
    paper_ends = papers[BATCH - 1 :: BATCH]
    paper_ends += papers[-1:] if not paper_ends or paper_ends[-1] != papers[-1] else []
    newest_author = 0
    author_ends = []
    pairs = sorted(zip(of("profiles_authorship", "paper_id"), of("profiles_authorship", "author_id"), strict=True))
    place = 0
    for end in paper_ends:
        while place < len(pairs) and pairs[place][0] <= end:
            newest_author = max(newest_author, pairs[place][1])
            place += 1
        author_ends.append(newest_author)
    cut: list[dict[str, list[Any]]] = [{} for _ in paper_ends]
    for table in rows:
        name = "author_id" if table.startswith("profiles_") and table != "profiles_authorship" else "paper_id"
        if table in ("papers_collaboration", "papers_papercount"):
            cut[0][table] = rows[table]
            continue
        keys = of(table, "id" if table in ("papers_paper", "profiles_author") else name)
        ordered = sorted(zip(keys, rows[table], strict=True), key=lambda pair: pair[0])
        at = 0
        for part, end in zip(cut, author_ends if name == "author_id" else paper_ends, strict=True):
            start = at
            while at < len(ordered) and ordered[at][0] <= end:
                at += 1
            part[table] = [row for _, row in ordered[start:at]]
    return cut


def _limit_sqlite(tables: list[str], columns: dict[str, list[str]]) -> dict[str, Any]:
    import sqlite3

    source = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    read = sqlite3.connect(source)
    write = sqlite3.connect(source + ".limit", isolation_level=None)
    write.execute("PRAGMA journal_mode=WAL")
    write.execute("PRAGMA synchronous=NORMAL")
    names = ",".join("?" * len(tables))
    made = read.execute(f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({names}) AND sql IS NOT NULL", tables)
    for (sql,) in made.fetchall():
        write.execute(sql)
    rows = {
        t: read.execute(f"SELECT {', '.join(map(quoted, columns[t]))} FROM {t} ORDER BY id").fetchall() for t in tables
    }
    batches = _batches(rows, columns)
    papers = len(rows["papers_paper"])
    rows.clear()

    def work() -> int:
        for batch in batches:
            write.execute("BEGIN IMMEDIATE")
            for table in tables:
                marks = ", ".join("?" * len(columns[table]))
                names = ", ".join(map(quoted, columns[table]))
                write.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch.get(table, ()))
            write.execute("COMMIT")
        return papers

    return measured(work)


def _limit_postgres(tables: list[str], columns: dict[str, list[str]]) -> dict[str, Any]:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        rows: dict[str, list[Any]] = {}
        for table in tables:
            casts = ", ".join(f"{quoted(name)}::text" for name in columns[table])
            rows[table] = connection.execute(f"SELECT {casts} FROM {table} ORDER BY id").fetchall()
        connection.execute("TRUNCATE " + ", ".join(tables) + " CASCADE")
        batches = _batches(rows, columns)
        papers = len(rows["papers_paper"])
        rows.clear()

        def work() -> int:
            for batch in batches:
                with connection.transaction():
                    for table in tables:
                        names = ", ".join(map(quoted, columns[table]))
                        with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                            for row in batch.get(table, ()):
                                copy.write_row(row)
            return papers

        return measured(work)


def quoted(name: str) -> str:
    return f'"{name}"'


STEPS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "pipeline": pipeline,
    "limit": limit,
    "indexed": lambda options: pipeline(options, index=True),
    "again": lambda options: pipeline(options, index=True, new=False),
}


def report(rounds: list[dict[str, dict[str, Any]]]) -> None:
    """Medians over the rounds, and the ratios that matter."""
    print()
    for step in STEPS:
        found = [r[step] for r in rounds]
        print(
            f"{step:9} {median(f['rate'] for f in found):>8,.0f} records/s   cpu {median(f['cpu'] for f in found):>7.1f} s   "
            f"peak {median(f['peak_mb'] for f in found):>5,.0f} MB"
        )
    print()
    for name, numerator, denominator in (
        ("pipeline / limit, by wall clock (more is better)", "pipeline", "limit"),
        ("without index / with index, time (at most 2)", "pipeline", "indexed"),
        ("again / first, speed", "again", "indexed"),
    ):
        ratios = [r[numerator]["rate"] / r[denominator]["rate"] for r in rounds]
        print(f"{name}: {median(ratios):.2f}   (rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    print(f"written by the second import: {[r['again']['written'] for r in rounds]}")


if __name__ == "__main__":
    main()
