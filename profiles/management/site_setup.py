"""A site made ready: static files, tables, subjects, and in a new database the seed profile. What is done stays as it is.

What was begun and must be ended, and what things were made of, stands in a file of DATA_DIR, written before the work begins;
a run that was stopped is gone on with by the next.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from papers.database.builds import stage_lock
from papers.database.files import write_atomically
from papers.models import Category, Paper
from profiles import sitemaps
from profiles.dataset.dumper import dataset_folder, dump
from profiles.pipeline import run_stages

Say = Callable[[str], None]

# Whether the seed profile is still to be loaded, or was, or never shall be.
OWED, SETTLED = "owed", "settled"
MADE_OF = "made-of.json"
PACKERS = ("django", "whitenoise", "rcssmin")


@contextmanager
def alone(say: Say) -> Iterator[None]:
    """Hold the right to make this DATA_DIR ready; waits for another process that does so."""
    with (Path(settings.DATA_DIR) / "prepare.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is making this site ready; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(say: Say, seed: bool | None = None) -> None:
    """Make the site ready to serve. `seed` says whether a new database gets the seed profile; None: as begun, else yes.

    Raises papers.database.builds.AlreadyRunning where papers are to be loaded while another stage runs.
    """
    with alone(say):
        collect_static(say)
        start = SiteSetup(seed)
        start.make_tables(say)
        if start.seed == OWED:
            load_seed(say)
            start.remember(SETTLED)
        elif Paper.objects.exists():
            if seed is False:
                say("The database has papers, which stay: SEED=0 is for a new database.")
            else:
                say("The database has papers; nothing is loaded.")
        else:
            say("The site is empty. Papers come in by: manage.py build_all FILE")
        if not sitemaps.are_written():
            sitemaps.write_sitemaps()


def set_up_empty(say: Say) -> None:
    """Make the tables and subjects of a site that is to hold somebody's own papers, where they are not there yet."""
    with alone(say):
        SiteSetup(seed=False).make_tables(say)


def load_seed(say: Say) -> None:
    """The seed profile with its stages, sitemaps and dataset; gone on with where an earlier run was stopped."""
    say("A new database: loading the seed profile, linking, counting, comparing ...")
    if not Paper.objects.exists():
        call_command("loaddata", "seed", verbosity=0)
    with stage_lock():
        run_stages()
    sitemaps.write_sitemaps()
    dump(dataset_folder())  # of a site so small it takes a moment, and three recipes read it


class SiteSetup:
    """How this database began, kept in DATA_DIR by the database's place."""

    def __init__(self, seed: bool | None = None):
        self.path = Path(settings.DATA_DIR) / "prepared.json"
        self.all = _read(self.path)
        self.place = place_of_database()
        self.known: dict[str, Any] = self.all.setdefault(self.place, {})
        tables = connection.introspection.table_names()
        self.has_papers = has_papers(tables)
        self.has_tables = Paper._meta.db_table in tables
        if not self.has_tables:
            refuse_others(tables)
            self.known.clear()  # another database than the one that was here
        self.seed = self._decided(seed)

    def _decided(self, wanted: bool | None) -> str:
        if self.has_papers:
            is_half = self.known.get("seed") == OWED and not Paper.objects.exclude(source="seed").exists()
            return OWED if is_half else SETTLED
        if wanted is None:
            return str(self.known.get("seed", OWED))  # what was emptied since stays empty
        return OWED if wanted else SETTLED

    def make_tables(self, say: Say) -> None:
        """Tables and subjects as this program wants them; what is owed after them is written down before."""
        self.remember(self.seed)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Bringing the database up to date ..." if self.has_tables else "Setting up an empty database ...")
            call_command("migrate", verbosity=0)
        subjects = digest([settings.BASE_DIR / "fixtures" / "categories.json"])
        if self.known.get("categories") != subjects or not Category.objects.exists():
            call_command("loaddata", "categories", verbosity=0)
            self.known["categories"] = subjects
            self._write()

    def remember(self, seed: str) -> None:
        """Keep what becomes of the seed profile."""
        if self.known.get("seed") != seed:
            self.known["seed"] = seed
            self._write()

    def _write(self) -> None:
        with write_atomically(self.path) as file:
            file.write(orjson.dumps(self.all, option=orjson.OPT_INDENT_2))


def place_of_database() -> str:
    """Where the database lies: a file by its path from DATA_DIR, so that the folder may be moved; a server's by its address."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return os.path.relpath(str(found["NAME"]), settings.DATA_DIR)
    return f"{found['HOST']}:{found['PORT']}/{found['NAME']}"


def has_papers(tables: list[str] | None = None) -> bool:
    """Whether any paper is here, whatever columns the table has at this moment."""
    if Paper._meta.db_table not in (connection.introspection.table_names() if tables is None else tables):
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {Paper._meta.db_table} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None


def refuse_others(tables: list[str]) -> None:
    """Raise CommandError for a database that holds something else than a site."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    if others := sorted(set(tables) - ours):
        raise CommandError(
            f"The database holds other things than a site of this program, such as {', '.join(others[:3])}. "
            "Name an empty one by DATABASE_URL, or another folder by DATA_DIR."
        )


# --- Static files -----------------------------------------------------------------------------------------------------


def collect_static(say: Say) -> None:
    """The static files as they are served, made where they are not what the present sources and packages give."""
    made_of = Path(settings.STATIC_ROOT) / MADE_OF
    sources = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    packers = [f"{name} {version(name)}" for name in PACKERS]
    wanted = digest([*sources, settings.BASE_DIR / "config" / "staticfiles.py"], *packers)
    if _read(made_of) == {"sources": wanted, "files": listing(made_of.parent)}:
        return
    say("Collecting static files ...")
    made_of.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    made = orjson.dumps({"sources": wanted, "files": listing(made_of.parent)})
    with write_atomically(made_of) as file:
        file.write(made)


def digest(paths: list[Path], *more: str) -> str:
    """What tells these files, by path and content, from any others."""
    found = blake2b("\n".join(more).encode(), digest_size=16)
    for path in sorted(paths):
        content = path.read_bytes()
        found.update(f"\n{path} {len(content)}\n".encode() + content)
    return found.hexdigest()


def listing(folder: Path) -> str:
    """What tells the names and sizes of all files in a folder but that of MADE_OF."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MADE_OF)
    lines = "\n".join(f"{path.relative_to(folder)} {path.stat().st_size}" for path in files)
    return blake2b(lines.encode(), digest_size=16).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
