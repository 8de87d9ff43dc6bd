"""The language of pages: the browser's or the switch's; the catalogues are complete and true."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client

from config.middleware import is_page

pytestmark = pytest.mark.django_db

GERMAN = settings.BASE_DIR / "locale" / "de" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+")


def language_of(client: Client, path: str = "/about/", accept: str = "") -> str:
    response = client.get(path, headers={"accept-language": accept} if accept else {})
    found = re.search(r'<html lang="(\w+)"', response.content.decode())
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr,de;q=0.5", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr", "en"),
    ],
)
def test_the_browser_says_the_language(client: Client, accept: str, language: str) -> None:
    assert language_of(client, accept=accept) == language


def test_the_switch_stays_and_leads_back(client: Client) -> None:
    page = client.get("/about/?from=here").content.decode()
    assert 'value="/about/?from=here"' in page
    response = client.post("/language/", {"language": "de", "next": "/about/?from=here"})
    assert (response.status_code, response["Location"]) == (302, "/about/?from=here")
    assert language_of(client, accept="en") == "de"
    client.post("/language/", {"language": "en", "next": "/about/"})
    assert language_of(client, accept="de") == "en"


def test_the_switch_leads_to_no_other_site_and_to_no_other_language(client: Client) -> None:
    assert client.post("/language/", {"language": "de", "next": "https://example.org/"})["Location"] == "/"
    client.post("/language/", {"language": "xx", "next": "/"})
    assert language_of(client, accept="de") == "de"


def test_a_page_read_without_the_switch_sets_no_cookie_and_varies_by_language(client: Client) -> None:
    response = client.get("/about/", headers={"accept-language": "de"})
    assert not response.cookies
    assert response["Content-Language"] == "de"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", True),
        ("/authors/ada/", True),
        ("/papers/hep-th/9901001/", True),
        ("/authors/ada/embed/", True),
        ("/arxiv/2001.08361", True),
        ("/doi/10.1000/x", True),
        ("/orcid/0000", True),
        ("/api/v1/authors/", False),
        ("/api/v1/docs/", False),
        ("/admin/", False),
        ("/authors/ada/feed/", False),
        ("/authors/ada/papers.bib", False),
        ("/oai", False),
        ("/sitemap.xml", False),
        ("/healthz", False),
    ],
)
def test_what_machines_and_curators_read_is_english(path: str, page: bool) -> None:
    assert is_page(path) is page


def test_errors_of_the_api_are_english(client: Client) -> None:
    answers = [client.get("/api/v1/nothing/", headers={"accept-language": code}) for code in ("de", "en")]
    assert answers[0].content == answers[1].content
    assert "Accept-Language" not in answers[0].get("Vary", "")


def entries() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(GERMAN / "django.po")) if not entry.obsolete]


def test_every_text_is_translated_with_its_placeholders() -> None:
    wrong = []
    for entry in entries():
        pairs = (
            [
                (entry.msgid if n == "0" or n == 0 else entry.msgid_plural, text)
                for n, text in entry.msgstr_plural.items()
            ]
            if entry.msgid_plural
            else [(entry.msgid, entry.msgstr)]
        )
        for source, text in pairs:
            missing = set(PLACEHOLDER.findall(source)) ^ set(PLACEHOLDER.findall(text))
            # A singular may spell its number out.
            if not text or "fuzzy" in entry.flags or (missing and not entry.msgid_plural):
                wrong.append((source, text))
    assert not wrong


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    compiled = polib.mofile(str(GERMAN / "django.mo"))
    assert {(e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in compiled} == {
        (e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in entries()
    }


def test_no_text_is_missing_in_the_catalogue(tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not on this machine: apt install gettext")
    for name in ("config", "papers", "profiles", "templates", "locale"):
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(settings.BASE_DIR / name, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "de", "--no-obsolete", "--no-location", "-v0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = polib.pofile(str(tmp_path / "locale/de/LC_MESSAGES/django.po"))
    assert {(e.msgctxt, e.msgid, e.msgid_plural) for e in found if not e.obsolete} == {
        (e.msgctxt, e.msgid, e.msgid_plural) for e in entries()
    }
