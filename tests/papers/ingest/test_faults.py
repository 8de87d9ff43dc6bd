"""Real processes, really killed: whatever happens to an import, the next run goes on, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.conftest import record

pytestmark = [pytest.mark.own_databases, pytest.mark.kills]

SURNAMES = "Ng Müller García O'Neil Wang Li Chen Smith Brown Ivanov Kowalski Sato Dubois Rossi Silva".split()
WORDS = "deep graph neural theory of sparse random matrices".split()
FORENAMES = "Ada Bo Chen Dina Eli Fay Gus Hana Ivo Jun Kai Lea Max Noa Oto".split()


def corpus(size: int, seed: int = 7) -> list[dict[str, Any]]:
    """Records with everything an import has to write: names shared and repeated, aliases, DOIs, collaborations, rejects."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(size):
        names = [
            f"{chance.choice(FORENAMES)} {chance.choice('ABCDEFGH')}. {chance.choice(SURNAMES)}"
            for _ in range(chance.randint(1, 6))
        ]
        if chance.random() < 0.05:
            names.append("for the ABCD Collaboration")
        day = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(days=number % 700)
        rows.append(
            record(
                f"{18 + number // 9000}{1 + number % 12:02d}.{1 + number:05d}",
                authors=", ".join(names),
                title=" ".join(chance.choices(WORDS, k=6)) if chance.random() > 0.01 else "",
                categories=chance.choice(["cs.LG stat.ML", "math-ph math.MP", "cs.NA", "hep-th", "weird.XX"]),
                doi=f"10.1000/{number}" if chance.random() < 0.3 else None,
                versions=[{"version": "v1", "created": day.strftime("%a, %d %b %Y %H:%M:%S GMT")}],
            )
        )
    return rows


def hear_ctrl_c() -> None:
    """What a shell starts in the background, and so perhaps these tests, ignores Ctrl-C, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Site:
    """A site of its own: a data folder, a database, and its commands as processes."""

    folder: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "the same for all sites of this test, so that their public ids are equal",
        }

    def start(self, *arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            text=True,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=hear_ctrl_c,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return process.returncode, out + err

    def value(self, query: str) -> Any:
        """The first value of the query's answer, as other processes see it by now."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "site.sqlite3", timeout=20)) as connection:
                return connection.execute(query).fetchone()[0]
        with psycopg.connect(self.database_url) as connection:
            return (connection.execute(query.encode()).fetchone() or (None,))[0]

    def dump(self) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.dump"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            check=True,
        )
        return json.loads(done.stdout)


@pytest.fixture
def new_database(tmp_path: Path, django_db_blocker: Any) -> Iterator[Callable[[str], Site]]:
    """Makes sites whose databases have no tables yet, on the same kind of database that the tests run on."""
    made: list[str] = []
    base = settings.DATABASES["default"]

    def admin() -> psycopg.Connection[Any]:
        return psycopg.connect(settings.DATABASE_URL, autocommit=True)

    def make(name: str) -> Site:
        folder = tmp_path / name
        folder.mkdir()
        url = f"sqlite:///{folder}/site.sqlite3"
        if "postgresql" in base["ENGINE"]:
            database = f"coterie_fault_{os.getpid()}_{name}"
            with admin() as connection:
                connection.execute(f"CREATE DATABASE {database}")
            made.append(database)
            url = settings.DATABASE_URL.rsplit("/", 1)[0] + "/" + database
        return Site(folder, url)

    yield make
    for database in made:
        with admin() as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture
def new_site(new_database: Callable[[str], Site]) -> Callable[[str], Site]:
    """Makes sites with empty databases."""

    def make(name: str) -> Site:
        site = new_database(name)
        assert site.run("migrate", "-v0") == (0, "")
        assert site.run("loaddata", "categories", "-v0") == (0, "")
        return site

    return make


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_killed_at_random_moments_it_ends_like_an_undisturbed_run(
    new_site: Callable[[str], Site], tmp_path: Path
) -> None:
    rows = corpus(1500)
    source = write(tmp_path / "papers.jsonl", rows)
    bad = sum(1 for row in rows if not row["title"])
    odd = sum(1 for row in rows if row["title"] and row["categories"] == "weird.XX")
    calm, disturbed = new_site("calm"), new_site("disturbed")
    calm_status, said = calm.run("build_all", str(source))
    assert calm_status == 3, said
    chance = random.Random(11)
    kills = 0
    status = -signal.SIGKILL
    while status == -signal.SIGKILL:
        process = disturbed.start("build_all", str(source))
        if kills < 6:
            # Starting takes a second; the run itself some more: somewhere in it, later each time.
            time.sleep(1.0 + chance.random() * (0.5 + 0.5 * kills))
            process.kill()
            kills += 1
        out, err = process.communicate(timeout=300)
        status = process.returncode
    assert status in (0, 3), out + err
    assert disturbed.dump() == calm.dump()
    # Every reject once, with its place.
    for site in (calm, disturbed):
        # A kill after the import has the next run read the whole file again, into a file of rejects of its own.
        newest = max((site.folder / "rejects").iterdir(), key=lambda path: int(path.stem.rsplit("-")[-1]))
        found = [json.loads(line) for line in newest.read_text().splitlines()]
        rejected = [row for row in found if not row["reason"].startswith("warning")]
        assert len(rejected) == bad
        assert {row["reason"] for row in rejected} == {"title: the record has no title"}
        assert len(found) - bad == odd
    # And once more: nothing to do.
    assert disturbed.run("build_all", str(source))[0] == 3
    assert disturbed.dump() == calm.dump()


def test_two_imports_at_once(new_site: Callable[[str], Site], tmp_path: Path) -> None:
    site, alone = new_site("both"), new_site("alone")
    source = write(tmp_path / "papers.jsonl", [row for row in corpus(2000) if row["title"]])
    processes = [site.start("import_papers", str(source)) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in processes]
    codes = sorted(process.returncode for process in processes)
    # One of them may have ended before the other began; else it is told to wait.
    assert codes in ([0, 0], [0, 1]), said
    if codes == [0, 1]:
        assert "Another import or build is running on this database. Nothing was changed." in "".join(
            e for _, e in said
        )
    assert site.run("import_papers", str(source))[0] == 0
    assert alone.run("import_papers", str(source))[0] == 0
    assert site.dump() == alone.dump()


def test_ctrl_c_says_what_to_do_and_the_next_run_goes_on(new_site: Callable[[str], Site], tmp_path: Path) -> None:
    site, alone = new_site("stopped"), new_site("alone")
    source = write(tmp_path / "papers.jsonl", [row for row in corpus(3000) if row["title"]])
    # From a pipe that stays open, so that the run can't end before it is stopped.
    process = site.start("import_papers", "-", stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.write("".join(source.read_text().splitlines(keepends=True)[:1700]))
    process.stdin.flush()
    while process.poll() is None and not site.value("SELECT count(*) FROM papers_paper"):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, (out, err)
    assert "Stopped. What was read so far is kept; the same command goes on from there." in err
    assert 0 < site.value("SELECT count(*) FROM papers_paper") < 1700
    assert site.run("import_papers", str(source))[0] == 0
    assert alone.run("import_papers", str(source))[0] == 0
    assert site.dump() == alone.dump()


if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
    # On PostgreSQL the disk is the server's, and filling it would take the other tests with it.
    def test_a_full_disk(new_site: Callable[[str], Site], tmp_path: Path) -> None:
        site, alone = new_site("full"), new_site("alone")
        source = write(tmp_path / "papers.jsonl", [row for row in corpus(4000) if row["title"]])
        room = (site.folder / "site.sqlite3").stat().st_size + 2_000_000

        def no_more_room() -> None:
            # A file size limit is what a process meets on a full disk: the write fails half way.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

        done = subprocess.run(
            [sys.executable, "manage.py", "import_papers", str(source)],
            cwd=settings.BASE_DIR,
            env=site.environment,
            capture_output=True,
            text=True,
            preexec_fn=no_more_room,
            timeout=300,
        )
        assert done.returncode == 1, done.stdout
        assert "What was read so far is kept" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
        assert site.run("import_papers", str(source))[0] == 0
        assert alone.run("import_papers", str(source))[0] == 0
        assert site.dump() == alone.dump()


def test_ten_thousand_authors_on_one_paper(new_site: Callable[[str], Site], tmp_path: Path) -> None:
    site = new_site("crowd")
    names = ", ".join(f"Ann {_letters(n)}" for n in range(10_000))
    source = write(
        tmp_path / "crowd.jsonl", [record("2001.00001", authors=names), record("2001.00002", authors="Ann Baaa")]
    )
    status, said = site.run("build_all", str(source))
    assert status == 0, said
    dump = site.dump()
    assert len(dump["authorships"]) == 10_001
    assert site.value("SELECT max(coauthor_count) FROM profiles_author") == 0  # a crowd makes nobody a co-author


def _letters(number: int) -> str:
    """A surname for a number: Baaa, Baab …"""
    letters = ""
    for _ in range(3):
        number, place = divmod(number, 26)
        letters = "abcdefghijklmnopqrstuvwxyz"[place] + letters
    return "B" + letters
