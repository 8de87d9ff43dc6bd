"""Data come in through the real pipeline: fixtures by `loaddata`, records by the importer, people by the stages."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from _pytest.nodeid import coerce_node_id
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from papers.database.builds import stage_lock
from papers.http import limits
from papers.ingest.import_summary import ImportSummary
from papers.ingest.runs import import_source
from profiles.linking import linker
from profiles.similarity import full_run
from profiles.statistics import summaries
from tests.prepared_sites import PreparedSites, prepared_site

# Whitenoise warns where there is none, and some tests make the application before they begin.
Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

MIDDLEWARE, CACHES = django_settings.MIDDLEWARE, django_settings.CACHES
ASK_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database, or only how pages look, has its say in the run on SQLite; on PostgreSQL it is left out.

    Every test has an id of its own: of those with one id, processes that share the tests would run a single one.
    """
    for item in items:
        if not item.nodeid.endswith(item.name):  # the tests of the API's operations
            item._id = coerce_node_id(f"{item.nodeid.rpartition('::')[0]}::{item.name}")
    ids = Counter(item.nodeid for item in items)
    if repeated := [node for node, count in ids.items() if count > 1]:
        raise pytest.UsageError(f"These tests have one id: {', '.join(repeated)}")
    if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    left_out = [
        item
        for item in items
        if item.get_closest_marker("looks")
        or (
            not any(map(item.get_closest_marker, ("django_db", "own_databases")))
            and not ASK_THE_DATABASE & set(getattr(item, "fixturenames", ()))
        )
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    """No manifest of hashed files is made, no limit on requests is met by chance, a password costs no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Tests change rows behind the site's back and count the queries of making an answer; `page_cache` puts these back.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "config.middleware.cached_pages"]
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    cache.clear()
    (limits.folder() / limits.counter.name).unlink(missing_ok=True)
    limits.counter.looked_at = 0


@pytest.fixture
def page_cache(settings: Any) -> Iterator[None]:
    """The whole middleware that visitors meet, with pages kept: an empty cache."""
    settings.MIDDLEWARE, settings.CACHES = MIDDLEWARE, CACHES
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture(scope="module")
def application() -> Iterator[Any]:
    """The site as a server calls it, but inside the test's transaction: a request's end closes no connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def prepared_sites(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[PreparedSites]:
    with django_db_blocker.unblock():
        sites = PreparedSites()
    yield sites
    with django_db_blocker.unblock():
        sites.end()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Before a test begins its transaction it is connected to the database of the site it asks for."""
    if fixturedef.argname == "_django_db_helper":
        sites = request.getfixturevalue("prepared_sites")
        with request.getfixturevalue("django_db_blocker").unblock():
            sites.begin(request.node)


@prepared_site
def categories() -> None:
    """arXiv's taxonomy, as a site has it."""
    call_command("loaddata", "categories", verbosity=0)


@prepared_site
def seed(categories: None) -> None:
    """The seed profile, linked and counted, without similar authors."""
    call_command("loaddata", "seed", verbosity=0)


@prepared_site
def related_seed(seed: None) -> None:
    """The seed profile with similar authors."""
    with stage_lock():
        full_run.compute_similarity()


def record(identifier: str, **fields: Any) -> dict[str, Any]:
    """A snapshot record with everything a paper needs; `fields` replace or add, with "_" for "-" in names."""
    day = "Mon, 6 Jan 2020 10:00:00 GMT"
    row = {
        "id": identifier,
        "submitter": "Ada Byron",
        "authors": "Ada Byron, Charles Babbage",
        "title": f"On {identifier}",
        "comments": None,
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": "cs.LG stat.ML",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "abstract": "  We describe an engine for analysis.\n",
        "versions": [{"version": "v1", "created": day}],
        "update_date": "2020-01-07",
    }
    return row | {
        name.replace("_", "-") if name in ("journal_ref", "report_no") else name: v for name, v in fields.items()
    }


@pytest.fixture
def snapshot(tmp_path: Path) -> Callable[..., Path]:
    """Writes records (or raw lines) as a snapshot file; gives its path."""

    def write(*rows: dict[str, Any] | str | bytes, name: str = "snapshot.jsonl") -> Path:
        return write_snapshot(tmp_path / name, *rows)

    return write


def write_snapshot(path: Path, *rows: dict[str, Any] | str | bytes) -> Path:
    """Write records (or raw lines) as a snapshot file; gives its path."""
    lines = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows
    ]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


@pytest.fixture
def import_rows(snapshot: Callable[..., Path], categories: None) -> Callable[..., ImportSummary]:
    """Imports records through a snapshot file; gives the summary."""

    def run(*rows: Any) -> ImportSummary:
        return import_source(str(snapshot(*rows)), restart=True).summary

    return run


@pytest.fixture
def build_rows(import_rows: Callable[..., ImportSummary]) -> Callable[..., ImportSummary]:
    """Imports records, links them and counts."""

    def run(*rows: Any) -> ImportSummary:
        summary = import_rows(*rows)
        link_and_count()
        return summary

    return run


def build_site(*rows: Any) -> None:
    """Import records through a snapshot file, link them and count: what prepared sites begin with."""
    with TemporaryDirectory() as folder:
        import_source(str(write_snapshot(Path(folder) / "snapshot.jsonl", *rows)), restart=True)
    link_and_count()


def link_and_count() -> None:
    with stage_lock():
        linker.link_authors()
        summaries.refresh()


@pytest.fixture
def chromium() -> Iterator[Any]:
    """A headless Chromium; the test is skipped, with the reason, where none is installed."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("Chromium is not installed (on Debian: apt install chromium)")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*flags, "--disable-sync", "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def curator_client(admin_user: Any) -> Client:
    """A signed-in curator who may do everything."""
    client = Client()
    client.force_login(admin_user)
    return client
