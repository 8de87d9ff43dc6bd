"""Sites that many tests begin with, made once a process through the real pipeline, each in a database of its own.

    @prepared_site
    def seed(categories: None) -> None:
        call_command("loaddata", "seed", verbosity=0)

is a fixture. A test that asks for it runs, in a transaction of its own as ever, on the database where `seed` was called
once, on top of a copy of that of `categories`; a test that commits has a fresh copy to itself. Where a test asks for
two sites of which neither is built on the other, one has the database and the other is built in the test.
"""

from __future__ import annotations

import inspect
import shutil
import sqlite3
from collections.abc import Callable
from functools import wraps
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from profiles.similarity import cache_files

Site = Callable[..., Any]


def prepared_site(build: Site) -> Any:
    """A fixture of the function; it takes at most one argument, the site on which it builds, and gives plain values."""

    @wraps(build)
    def site(prepared_sites: PreparedSites, db: None, **below: Any) -> Any:
        return prepared_sites.value(site) if site in prepared_sites.begun else build(**below)

    (below,) = inspect.signature(build).parameters or (None,)
    given = ["prepared_sites", "db", *([below] if below else [])]
    site.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in given]
    )
    site.below = below  # type: ignore[attr-defined]
    return pytest.fixture(site)


class PreparedSites:
    """The databases of this process; `begun` are the sites that the one in use holds, the lowest first."""

    def __init__(self) -> None:
        self.begun: tuple[Site, ...] = ()
        self._values: dict[Site, Any] = {}
        self._files = TemporaryDirectory(prefix="coterie-sites-")
        self._empty = str(connection.settings_dict["NAME"])
        self._names = {(): self._empty}
        self._numbers = count(1)
        # A database in memory is there as long as somebody has it open.
        self._open: dict[str, sqlite3.Connection] = {}
        if connection.vendor == "sqlite":
            self._open[self._empty] = sqlite3.connect(self._empty, uri=True)

    def begin(self, item: pytest.Item) -> None:
        """Connect to the database that the test asks for, which is built if none asked before."""
        asked: dict[str, Any] = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        self.begun = max((chain(asked, name) for name in asked), key=len, default=())
        name = self._made(self.begun)
        marker = item.get_closest_marker("django_db")
        commits = marker is not None and marker.kwargs.get("transaction", False)
        if commits or not {"transactional_db", "live_server"}.isdisjoint(asked):  # flush leaves the search index behind
            name = self._copy(name, "own")
        self._connect(name)

    def leave(self) -> None:
        """Connect to the empty database, for a fixture that outlives a test."""
        self.begun = ()
        self._connect(self._empty)

    def value(self, site: Site) -> Any:
        """What the site's function gave; the files that belong to its database are put into DATA_DIR."""
        if (kept := self._kept(site)).is_dir():
            shutil.copytree(kept, cache_files.folder(), dirs_exist_ok=True)
        return self._values[site]

    def end(self) -> None:
        """Connect to the empty database again and drop the others."""
        self._connect(self._empty)
        connection.ensure_connection()
        for name in {*self._names.values(), self._name("own")} - {self._empty}:
            self._drop(name)
        for database in self._open.values():
            database.close()
        self._files.cleanup()

    def _made(self, sites: tuple[Site, ...]) -> str:
        """The name of the database that holds these sites; those that only other files of tests ask for are dropped."""
        if sites not in self._names:
            site = sites[-1]
            self._connect(self._empty)
            for others in list(self._names):
                if others and others[-1].__module__ not in ("tests.conftest", site.__module__):
                    self._drop(self._names.pop(others))
            name = self._copy(self._made(sites[:-1]), str(next(self._numbers)))
            self._connect(name)
            below = [self.value(below) for below in sites[-2:-1]]
            self._values[site] = site.__wrapped__(*below)  # type: ignore[attr-defined]
            if cache_files.folder().is_dir():
                shutil.copytree(cache_files.folder(), self._kept(site), dirs_exist_ok=True)
            self._names[sites] = name
        return self._names[sites]

    def _copy(self, source: str, suffix: str) -> str:
        """The name of a new copy of this database; the last one with this suffix is gone."""
        self._connect(self._empty)
        name = self._name(suffix)
        self._drop(name)
        if connection.vendor == "sqlite":
            self._open[name] = sqlite3.connect(name, uri=True)
            self._open[source].backup(self._open[name])
        else:
            connection.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return name

    def _drop(self, name: str) -> None:
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        elif name in self._open:
            self._open.pop(name).close()

    def _name(self, suffix: str) -> str:
        name, mark, options = self._empty.partition("?")  # SQLite's: file:memorydb_default?mode=memory&cache=shared
        return f"{name}_{suffix}{mark}{options}"

    def _kept(self, site: Site) -> Path:
        """Where the files are kept that belong to the site's database."""
        return Path(self._files.name) / f"{site.__module__}.{site.__name__}"

    def _connect(self, name: str) -> None:
        """Use this database; no files belong to it."""
        if connection.settings_dict["NAME"] != name:
            BaseDatabaseWrapper.close(connection)  # also one in memory, which its own leaves open
            connection.settings_dict["NAME"] = name
        shutil.rmtree(cache_files.folder(), ignore_errors=True)


def chain(fixtures: dict[str, Any], name: str | None) -> tuple[Site, ...]:
    """The prepared site of this name and those that it needs, the lowest first; none for another fixture."""
    site = fixtures[name][-1].func if name else None
    return (*chain(fixtures, site.below), site) if hasattr(site, "below") else ()
