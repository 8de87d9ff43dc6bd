"""Errors as people and programs meet them, and the addresses that only machines ask for."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from justhtml import JustHTML

from config import urls, views
from papers.database.availability import is_passing

WAYS_ON = "Authors, papers, identifiers Search All authors All papers All categories"


def raising(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


FAULTS = {
    "bad": BadRequest("That number is too large."),
    "suspicious": SuspiciousOperation("a detail for the log"),
    "forbidden": PermissionDenied("a detail for the log"),
    "missing": Http404("No such paper."),
    "missing-without-a-word": Http404(),
    "broken": RuntimeError("a detail for the log"),
    "database": DatabaseError("a detail for the log"),
}
faults = [path(f"{name}/", raising(error)) for name, error in FAULTS.items()]
urlpatterns = [path("faults/", include(faults)), path("api/v1/faults/", include(faults)), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = (
    views.bad_request,
    views.forbidden,
    views.not_found,
    views.server_error,
)

pytestmark = pytest.mark.urls(__name__)

NOTHING = (
    "Nothing is here No page, author or paper has this address. Perhaps it is mistyped, or the paper has not been read "
    "from its source yet. The search knows names, titles, arXiv ids, DOIs and ORCIDs."
)
BROKE = (
    "Something broke The fault is ours, not yours, and it has been written down. Try again in a minute; if it stays, "
    "tell those who run this site which page it was. To the first page"
)


def get(address: str) -> HttpResponse:
    return Client(raise_request_exception=False).get(address)


def text(response: HttpResponse) -> str:
    found = JustHTML(response.content.decode(), sanitize=False, collect_errors=True)
    assert found.errors == []
    return " ".join(found.query_one("main").to_text(separator=" ").split())


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("bad", 400, f"That request makes no sense here That number is too large. {WAYS_ON}"),
        ("suspicious", 400, f"That request makes no sense here The request could not be understood. {WAYS_ON}"),
        ("forbidden", 403, f"This is not open to you This is for people who are signed in and allowed to. {WAYS_ON}"),
        ("missing", 404, f"Nothing is here No such paper. {WAYS_ON}"),
        ("missing-without-a-word", 404, f"{NOTHING} {WAYS_ON}"),
        ("no-address", 404, f"{NOTHING} {WAYS_ON}"),
        ("broken", 500, BROKE),
        ("database", 500, BROKE),
    ],
)
def test_an_error_is_a_page_that_helps(name: str, status: int, said: str) -> None:
    response = get(f"/faults/{name}/")
    assert (response.status_code, text(response)) == (status, said)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_another_site_s_name_is_400_without_a_word_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False, headers={"host": "other.example"})
    said = "The site you asked for is not served here: ALLOWED_HOSTS names those that are."
    for address in ("/", "/papers/", "/oai?verb=Identify", "/nowhere", "/admin/", "/static/none.css"):
        response = client.get(address)
        assert (response.status_code, response.content.decode()) == (400, f"{said}\n"), address
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    for address in ("/api/v1/papers/", "/api/v1/schema/", "/api/nothing"):
        response = client.get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
        assert (response.json()["detail"], response.json()["status"]) == (said, 400)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("name", "status", "title", "detail"),
    [
        ("bad", 400, "Bad Request", "That number is too large."),
        ("suspicious", 400, "Bad Request", "The request could not be understood."),
        ("forbidden", 403, "Forbidden", "This is for people who are signed in and allowed to."),
        ("missing", 404, "Not Found", "No such paper."),
        ("missing-without-a-word", 404, "Not Found", "There is nothing at this address."),
        ("no-address", 404, "Not Found", "There is nothing at this address."),
        ("broken", 500, "Internal Server Error", "Something went wrong here. It has been logged."),
        ("database", 500, "Internal Server Error", "Something went wrong here. It has been logged."),
    ],
)
def test_under_api_an_error_is_a_problem_in_json(name: str, status: int, title: str, detail: str) -> None:
    address = f"/api/v1/faults/{name}/?a=1"
    response = get(address)
    assert (response.status_code, response.json()) == (
        status,
        {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": address},
    )
    assert response.headers["Content-Type"] == "application/problem+json"


def test_what_a_visitor_typed_is_a_text_on_the_error_page(db: None) -> None:
    response = get("/papers/<script>alert(1)</script>/")
    assert "There is no paper <script>alert(1)</script> here." in text(response)
    assert JustHTML(response.content.decode(), sanitize=False).query("main script") == []


def test_a_filter_that_makes_no_sense_is_400_and_says_why_in_the_reader_s_language(
    seed: None, caplog: pytest.LogCaptureFixture
) -> None:
    said = {
        "en": f"That request makes no sense here Enter a number. {WAYS_ON}",
        "de": "Diese Anfrage ergibt hier keinen Sinn Bitte eine Zahl eingeben. "
        "Autoren, Arbeiten, Kennungen Suchen Alle Autoren Alle Arbeiten Alle Fachgebiete",
    }
    profile = "/authors/tom-henighan"
    for start in (
        "/papers.bib",
        f"{profile}/papers.csv",
        "/papers/feed/",
        "/categories/cs.LG/",
        f"{profile}/publications/",
    ):
        for language, message in said.items():
            response = Client(headers={"accept-language": language}).get(start, {"year": "soon"})
            found = (response.status_code, text(response), response.headers["Content-Language"])
            assert found == (400, message, language), start
    assert {record.getMessage().split(":")[0] for record in caplog.records} == {"Bad Request"}
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


def test_an_unknown_host_is_refused_without_a_page_that_names_it() -> None:
    response = Client(raise_request_exception=False).get("/robots.txt", headers={"host": "evil.example"})
    assert (response.status_code, b"evil" in response.content) == (400, False)


def test_the_page_of_a_fault_knows_the_path_that_the_site_is_below(settings: Any) -> None:
    for prefix in ("", "/lab"):
        settings.FORCE_SCRIPT_NAME = prefix
        page = JustHTML(get("/faults/broken/").content.decode(), sanitize=False)
        assert [link.attrs["href"] for link in page.query("[href]")] == [
            f"{prefix}/static/icon.svg",
            f"{prefix}/static/css/coterie.css",
            f"{prefix}/",
        ]


@pytest.mark.parametrize("address", ["/", "/papers/", "/faults/missing/", "/faults/broken/", "/api/v1/papers/"])
def test_every_answer_carries_the_policy_and_the_other_headers(address: str, db: None) -> None:
    headers = get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert [headers[name] for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy")] == [
        "DENY",
        "nosniff",
        "strict-origin-when-cross-origin",
    ]


def test_no_page_needs_an_inline_script_or_style(db: None) -> None:
    for address in ("/", "/papers/", "/authors/", "/categories/", "/about/", "/faults/broken/"):
        page = JustHTML(get(address).content.decode(), sanitize=False)
        # Linked data are a data block: no browser runs them.
        scripts = [script for script in page.query("script") if script.attrs.get("type") != "application/ld+json"]
        inline = [script for script in scripts if "src" not in script.attrs]
        assert (inline, page.query("style"), page.query("[style]")) == ([], [], []), address


# --- Machines -----------------------------------------------------------------------------------------------------------


def test_the_process_answers_without_the_database() -> None:
    response = get("/healthz")
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (200, b"ok\n", "text/plain")


def test_the_site_is_ready_when_the_database_has_its_tables(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (get("/readyz").status_code, get("/readyz").content) == (200, f"ok\nCoterie {settings.VERSION}\n".encode())
    with monkeypatch.context() as patched:
        patched.setattr("config.views.MigrationExecutor.migration_plan", lambda self, targets: [("papers", "0099")])
        assert (get("/readyz").status_code, get("/readyz").content) == (
            503,
            b"the database needs `manage.py migrate`\n",
        )

    def fail(connection: Any) -> None:
        raise DatabaseError("no connection")

    with monkeypatch.context() as patched:
        patched.setattr("config.views.MigrationExecutor", fail)
        assert (get("/readyz").status_code, get("/readyz").content) == (503, b"the database does not answer\n")


def test_crawlers_are_told_where_they_are_welcome() -> None:
    assert get("/robots.txt").content.decode() == (
        "User-agent: *\n"
        "Disallow: /search/\n"
        "Disallow: /people/\n"
        "Disallow: /compare/\n"
        "Disallow: /suggest/\n"
        "Disallow: /language/\n"
        "Disallow: /admin/\n"
        "Disallow: /api/\n"
        "Disallow: /oai\n"
        "Disallow: /oembed\n"
        "Disallow: /opensearch/\n"
        "Disallow: /papers.\n"
        "Disallow: /papers-per-year.csv\n"
        "Disallow: /authors/*/papers.\n"
        "Disallow: /authors/*/publications/\n"
        "Disallow: /authors/*/embed/\n"
        "Disallow: /authors/*/statistics\n"
        "Disallow: /authors/*/network\n"
        "Disallow: /authors/*/similar/\n"
        "Disallow: /authors/*/with/\n"
        "Disallow: /categories/*/papers.\n"
        "Disallow: /categories/*/years.csv\n"
        "Disallow: /papers/*/similar/\n"
        "Disallow: /papers/*/linkset/\n"
        "Disallow: /papers/*.bib$\n"
        "Disallow: /papers/*.ris$\n"
        "Disallow: /papers/*.json$\n"
        "Disallow: /papers/*.csv$\n"
        "Disallow: /*?\n"
        "\n"
        "Sitemap: http://127.0.0.1:8000/sitemap.xml\n"
    )


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/robots.txt"])
def test_machines_only_read(address: str, db: None) -> None:
    assert Client().post(address).status_code == 405
    assert Client().head(address).status_code == 200


def test_the_canonical_address_is_the_site_s_own_without_a_query(db: None, settings: Any) -> None:
    settings.SITE_URL = "https://papers.example.org"
    page = JustHTML(get("/papers/?q=a&page=1").content.decode(), sanitize=False)
    assert [link.attrs["href"] for link in page.query('link[rel="canonical"]')] == [
        "https://papers.example.org/papers/"
    ]
    assert page.query_one("title").to_text() == "Papers · Coterie"


# --- What every answer carries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/no-such-page/", 404),
        ("GET", "/papers/?year=x", 400),
        ("GET", "/papers/%01/", 400),
        ("POST", "/papers/", 405),
        ("POST", "/suggest/", 400),
        ("GET", "/api/v1/papers/?year=x", 400),
        ("GET", "/api/v1/no-such-thing/", 404),
        ("POST", "/api/v1/decisions/", 401),
        ("GET", "/oembed", 404),
        ("GET", "/faults/broken/", 500),
    ],
)
def test_no_cache_keeps_an_error(method: str, address: str, status: int, db: None) -> None:
    answer = Client(raise_request_exception=False).generic(method, address)
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")


def test_the_form_for_corrections_is_kept_nowhere(db: None) -> None:
    assert get("/suggest/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/", "/papers/%01/", "/static/none.css", "/api/v1/authors/", "/healthz"])
def test_every_answer_carries_the_policy(address: str, settings: Any, db: None) -> None:
    """Also one that is made before the page is asked for: to another scheme, or that the address makes no sense."""
    for settings.SECURE_SSL_REDIRECT in (False, True):
        answer = get(address)
        assert (answer.status_code == 301) == settings.SECURE_SSL_REDIRECT
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "http://[", ""]
)
def test_who_signs_in_is_sent_to_no_other_site(wanted: str, admin_user: Any) -> None:
    client = Client()
    answer = client.post("/admin/login/", {"username": "admin", "password": "password", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_READONLY_DBMOVED, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_ERROR, False),
        (sqlite3.SQLITE_CORRUPT, False),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.DiskFull(), True),
        (psycopg.errors.ReadOnlySqlTransaction(), True),
        (psycopg.errors.UndefinedTable(), False),
        (psycopg.OperationalError(), True),
        (psycopg.DataError(), False),
    ],
    ids=str,
)
def test_which_errors_pass(error: Any, passing: bool) -> None:
    if isinstance(error, int):
        code, error = error, sqlite3.OperationalError()
        error.sqlite_errorcode = code
    kind = DataError if isinstance(error, psycopg.DataError) else OperationalError
    try:
        raise kind from error
    except DatabaseError as found:
        assert is_passing(found) == passing
