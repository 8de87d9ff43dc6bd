"""Time to bring similar authors up to date after new papers, against nothing but the wish: ten seconds.

    DATA_DIR=… python benchmarks/updating.py [--papers 1000] [--seed 1] [--check]

on a site with similar authors, of which a copy is made and thrown away (SQLite: files in a temporary folder; PostgreSQL: a
database beside it, for whose template nobody may be connected). The new papers are by the people of as many papers drawn
by lot, with the title and the first half of the abstract of the one drawn, and the second half of the abstract of another
one in its category, so that no text is a copy. They are imported and linked, which is not measured; then
`compute_similarity --since` runs in a process of its own: seconds by the clock, CPU seconds, peak memory. Set
OPENBLAS_NUM_THREADS=1 to measure one process's work; comparing uses as many threads as there are processors.

--check brings everybody up to date after that, which is a whole build but for the weights of terms, and compares: the
touched authors' lists must be equal to it, and other lists have the touched with a score that differs by no more than the
tolerance. It takes as long as a whole build.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
COPY = "coterie_updating"  # the PostgreSQL database that is made and dropped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--step", choices=("update", "check"), help=argparse.SUPPRESS)
    options = parser.parse_args()

    import django

    django.setup()
    if options.step:
        {"update": update, "check": check}[options.step]()
        return
    with tempfile.TemporaryDirectory(prefix="coterie-benchmark-") as folder, copied_site(Path(folder)) as environment:
        file = Path(folder) / "new.jsonl"
        rows = new_papers(options.papers, random.Random(options.seed))
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["import_papers", str(file)], ["link_authors"]):
            subprocess.run([*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
        for step in ("update", "check") if options.check else ("update",):
            subprocess.run([sys.executable, __file__, "--step", step], env=environment, check=True)


@contextmanager
def copied_site(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that work on a copy of the site."""
    from django.conf import settings
    from django.db import connection

    from profiles.similarity import cache_files

    files = cache_files.folder()
    name = connection.settings_dict["NAME"]
    environment = {**os.environ, "DATA_DIR": str(folder)}
    if connection.vendor == "postgresql":
        import psycopg

        address = os.environ["DATABASE_URL"].removesuffix(f"/{name}")
        environment["DATABASE_URL"] = f"{address}/{COPY}"
        with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {COPY}")
            server.execute(f'CREATE DATABASE {COPY} TEMPLATE "{name}"')
            connection.settings_dict["NAME"] = COPY
            shutil.copytree(files, folder / cache_files.folder().relative_to(settings.DATA_DIR))
            connection.settings_dict["NAME"] = name
            try:
                yield environment
            finally:
                connection.close()
                server.execute(f"DROP DATABASE {COPY}")
        return
    copy = folder / "coterie.sqlite3"
    environment.pop("DATABASE_URL", None)
    with closing(sqlite3.connect(name)) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)
    connection.settings_dict["NAME"] = str(copy)
    shutil.copytree(files, folder / cache_files.folder().relative_to(settings.DATA_DIR))
    connection.settings_dict["NAME"] = name
    yield environment


def new_papers(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Records as arXiv's snapshot has them."""
    from papers.models import Paper

    ids = list(Paper.objects.visible().order_by("id").values_list("id", flat=True))
    by_category: dict[str, list[Paper]] = defaultdict(list)
    drawn = list(Paper.objects.filter(pk__in=sorted(rng.sample(ids, min(2 * count, len(ids))))).order_by("pk"))
    rng.shuffle(drawn)
    for paper in drawn[count:]:
        by_category[paper.categories[0] if paper.categories else ""].append(paper)
    for number, paper in enumerate(drawn[:count]):
        others = by_category[paper.categories[0] if paper.categories else ""] or drawn
        other = rng.choice(others)
        half, rest = len(paper.abstract) // 2, len(other.abstract) // 2
        yield {
            "id": f"2912.{number + 1:05}",
            "authors": ", ".join(entry["name"] for entry in paper.byline),
            "title": f"{paper.title} revisited",
            "categories": " ".join(paper.categories) or "cs.DL",
            "abstract": f"{paper.abstract[:half]} {other.abstract[rest:]}",
            "versions": [{"version": "v1", "created": "Thu, 2 Jan 2020 10:00:00 GMT"}],
            "update_date": "2020-01-02",
        }


def update() -> None:
    """Run the command in this process, and print what it took."""
    from django.core.management import call_command

    from profiles.similarity.full_run import true_build
    from profiles.watermark import Watermark

    last = true_build()
    if last is None:
        raise SystemExit("This site has no similar authors: run compute_similarity first.")
    touched = len(Watermark.of(last).changed_authors())
    began = time.perf_counter()
    call_command("compute_similarity", "--since")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{touched:,} touched authors: {time.perf_counter() - began:.1f} s by the clock; the process {used.ru_utime:.1f} s "
        f"user and {used.ru_stime:.1f} s system CPU, {used.ru_maxrss // 1024:,} MB"
    )


def check() -> None:
    """Compare the lists with those of a whole build of the same weights."""
    from papers.database.builds import stage_lock
    from papers.models import Build
    from profiles.models import Author, SimilarityLink
    from profiles.similarity import partial_run
    from profiles.similarity.full_run import STAGE
    from profiles.watermark import Watermark

    build = Build.objects.latest_finished("similarity_update")
    whole = Build.objects.latest_finished(STAGE)
    if build is None or whole is None:
        raise SystemExit("Nothing was brought up to date.")
    touched = Watermark.of(whole).changed_authors()
    found = lists_of_everybody(SimilarityLink)
    with stage_lock():
        partial_run.update_similarity(Author.objects.values_list("id", flat=True))
    wanted = lists_of_everybody(SimilarityLink)
    equal = sum(found.get(author) == wanted.get(author) for author in touched)
    missing = worst = places = 0.0
    for author, links in wanted.items():
        if author in touched:
            continue
        for other in touched & links.keys():
            places += 1
            if other in found.get(author, {}):
                worst = max(worst, abs(found[author][other] - links[other]))
            else:
                missing += 1
    print(
        f"of {len(touched):,} touched authors {equal:,} have the lists of a whole build; of their {places:,.0f} places in "
        f"others' lists {missing:,.0f} are missing, and scores differ by {worst:.4f} at most"
    )


def lists_of_everybody(links: Any) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = defaultdict(dict)
    rows = links.objects.order_by("author", "rank").values_list("author_id", "other_id", "score")
    for author, other, score in rows.iterator(50_000):
        found[author][other] = score
    return found


if __name__ == "__main__":
    main()
