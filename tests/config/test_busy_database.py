"""A database that is busy, full or read-only: one answer, nothing lost of what was sent, and pages that are read go on."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg
import pytest
from django.conf import settings

from papers.database.bulk import WRITERS_LOCK
from tests.live_site import LiveSite

pytestmark = pytest.mark.own_databases

POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
WORDS = "My name is no longer this one."
SET_UP = """
from django.contrib.auth.models import User
from django.core.management import call_command
from profiles.models.tokens import make_token
call_command("loaddata", "seed", verbosity=0)
user = User.objects.create_superuser("grace", "", "nanoseconds")
for name in range(9):
    open("TOKENS", "a").write(make_token(user, "x", ["decisions"])[1] + "\\n")
"""
# SQLite's own limit on the file, and its own refusal to write, in every connection from now on.
FROM_NOW_ON = """
from django.db import connection
from django.db.backends.signals import connection_created
def change(connection, **_):
    connection.connection.execute("PRAGMA THIS")
connection_created.receivers.clear()
connection_created.connect(change, weak=False)
change(connection)
"""
# Until no page has room left for one more.
FILL = """
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from profiles.models import Correction
rows = [lambda n: Correction(kind="other", text="x" * 100, token=f"c{n}"),
        lambda n: Session(session_key=f"s{n}", session_data="x" * 100, expire_date=timezone.now())]
for row in rows:
    try:
        for number in range(10_000):
            row(number).save(force_insert=True)
    except OperationalError:
        continue
    raise AssertionError("There is room.")
"""


class Visitor:
    """A browser: it keeps cookies and follows no redirect away from an error."""

    def __init__(self, site: LiveSite):
        self.site, self.cookies = site, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, data: dict[str, str] | str = "", **headers: str) -> tuple[int, Any, str, float]:
        """Status, headers, text and the seconds it took; for a form, or for JSON, that is sent."""
        if isinstance(data, str):
            body = data.encode() or None
            headers["Content-Type"] = "application/json"
        else:
            token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "") or ""
            body = urlencode({**data, "csrfmiddlewaretoken": token}).encode()
        began = time.monotonic()
        try:
            answer = self.opener.open(Request(self.site.url + path, body, headers), timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read().decode(), time.monotonic() - began


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    folder = tmp_path_factory.mktemp("busy")
    environment, name = {}, f"busy_{os.getpid()}"
    if POSTGRES:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    with LiveSite(folder, **environment) as site:
        site.run("python", SET_UP.replace("TOKENS", str(folder / "tokens")))
        yield site
    if POSTGRES:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def another_writer(site: LiveSite) -> Iterator[None]:
    """Somebody who writes all the time."""
    if POSTGRES:
        tables = "profiles_correction, django_session, auth_user, profiles_author, profiles_apitoken, profiles_coauthornetwork"
        with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
            connection.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
            yield
        return
    connection = sqlite3.connect(Path(site.folder) / "coterie.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


@contextmanager
def no_room(site: LiveSite) -> Iterator[None]:
    """A database that may not grow."""
    site.run("python", FROM_NOW_ON.replace("THIS", "max_page_count = 1"))
    site.run("python", FILL)
    yield
    site.run("python", FROM_NOW_ON.replace("THIS", "max_page_count = 4294967294"))


@contextmanager
def only_to_read(site: LiveSite) -> Iterator[None]:
    if POSTGRES:
        name = site.environment["DATABASE_URL"].rpartition("/")[2]
        for state in ("on", "off"):
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}")
            site.run("python", "from django.db import connection; connection.close()")
            if state == "on":
                yield
        return
    site.run("python", FROM_NOW_ON.replace("THIS", "query_only = on"))
    yield
    site.run("python", FROM_NOW_ON.replace("THIS", "query_only = off"))


TROUBLES: list[Callable[[LiveSite], Any]] = (
    [another_writer, only_to_read] if POSTGRES else [another_writer, no_room, only_to_read]
)


def token(site: LiveSite) -> dict[str, str]:
    """A token that was not used yet today."""
    path = Path(site.folder) / "tokens"
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join(rest))
    return {"Authorization": f"Bearer {first}"}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_written_is_answered_503_and_given_back(trouble: Any, site: LiveSite) -> None:
    visitor, stranger = Visitor(site), Visitor(site)
    visitor.ask("/admin/login/")
    assert visitor.ask("/admin/login/", {"username": "grace", "password": "nanoseconds"})[0] == 200
    stranger.ask("/admin/login/")
    stranger.ask("/suggest/")
    slug = re.findall(r"/authors/[a-z-]+/", visitor.ask("/authors/")[2])[0]
    decide = "/admin/curation/author/1/rename/"
    with trouble(site):
        # What is read goes on, a token not used today and a picture not kept yet included, and waits for nobody.
        for path, headers in (
            ("/", {}),
            (slug, {}),
            (f"{slug}network/", {}),
            ("/api/v1/authors/", token(site)),
            ("/admin/", {}),
            ("/suggest/", {}),
            (decide, {}),
            ("/oai?verb=Identify", {}),
        ):
            status, _, text, seconds = visitor.ask(path, **headers)
            assert (status, seconds < 3) == (200, True), (path, status, seconds, text)
        for client, path, data in (
            (stranger, "/suggest/", {"kind": "name", "text": WORDS}),
            (stranger, "/admin/login/", {"username": "grace", "password": "nanoseconds"}),
            (visitor, decide, {"name": "Ada King", "reason": WORDS, "confirm": "1"}),
            (visitor, "/admin/auth/group/add/", {"name": WORDS}),
        )[: 2 if trouble is no_room else 4]:  # in a full file, some rows still find room
            status, headers, text, seconds = client.ask(path, data)
            assert (status, seconds < 6) == (503, True), (path, status, seconds)
            assert (int(headers["Retry-After"]) > 0, headers["Cache-Control"]) == (True, "no-store")
            assert ("<h1>Please try again" in text, "nanoseconds" in text) == (True, False)
            assert (WORDS in text) == (WORDS in data.values())
        body = {"kind": "standing", "author": slug.split("/")[2], "standing": "curated"}
        status, headers, text, seconds = stranger.ask("/api/v1/decisions/", json.dumps(body), **token(site))
        if trouble is not no_room:
            assert (status, headers["Content-Type"], seconds < 6) == (503, "application/problem+json", True)
            assert int(headers["Retry-After"]) > 0
        status, _, text, seconds = visitor.ask("/readyz")
        assert (status, seconds < 3) == (503, True)
        assert text.startswith("nothing can be written: ")
        assert visitor.ask("/healthz")[0] == 200
    assert visitor.ask("/readyz")[0] == 200
    assert stranger.ask("/suggest/", {"kind": "name", "text": WORDS})[0] == 200


def test_looking_whether_one_can_write_leaves_nothing(site: LiveSite) -> None:
    assert Visitor(site).ask("/readyz")[0] == 200
    found = "Session.objects.filter(session_key__startswith='probe').exists()"
    site.run("python", f"from django.contrib.sessions.models import Session; assert not {found}")
