"""Every type of page as visitors meet it: through the whole middleware, made for the first time and given again."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client

from papers.http import response_cache
from tests.browser.pages import PAGES

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
STATUSES = {"not found": 404, "wrong filter": 400}
WITH_A_FORM = {"suggestion"}  # whose secret is another one each time
UNKEPT = {*STATUSES, *WITH_A_FORM}
LANGUAGES = ("en", "de")

pytestmark = pytest.mark.usefixtures("related_seed", "page_cache")


def get(address: str, language: str, **headers: str) -> HttpResponse:
    """What a visitor of this language gets who was never here before."""
    return Client(headers={"accept-language": language}).get(address, headers=headers)


def body(response: HttpResponse) -> bytes:
    return TOKEN.sub(b"", response.content)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_given_again_is_the_page_that_was_made(name: str) -> None:
    address = PAGES[name]
    made = {language: get(address, language) for language in LANGUAGES}
    again = {language: get(address, language) for language in LANGUAGES}
    assert body(made["en"]) != body(made["de"])
    for language in LANGUAGES:
        cold, warm = made[language], again[language]
        assert (cold.status_code, warm.status_code) == (STATUSES.get(name, 200),) * 2
        assert body(cold) == body(warm)
        assert dict(cold.headers) == dict(warm.headers)
        assert warm.headers["Content-Type"] == "text/html; charset=utf-8"
        assert warm.headers["Content-Language"] == language
        assert f'<html lang="{language}"'.encode() in warm.content
        assert {"Accept-Language", "Cookie", "Accept-Encoding"} <= set(warm.headers["Vary"].split(", "))
        packed = get(address, language, accept_encoding="gzip")
        if packed.headers.get("Content-Encoding"):
            assert gzip.decompress(packed.content) == warm.content
        else:
            assert name in WITH_A_FORM
    chosen = Client(headers={"accept-language": "en"})
    chosen.cookies["django_language"] = "de"
    assert body(chosen.get(address)) == body(made["de"])


@pytest.mark.parametrize("name", PAGES)
def test_who_has_a_page_is_told_so_by_304(name: str) -> None:
    address = PAGES[name]
    tags = {language: get(address, language).headers.get("ETag") for language in LANGUAGES}
    if name in UNKEPT:
        assert tags == dict.fromkeys(LANGUAGES)
        return
    assert len(set(tags.values())) == 2
    for language, other in (LANGUAGES, LANGUAGES[::-1]):
        response = get(address, language, if_none_match=tags[language])
        assert (response.status_code, response.content) == (304, b"")
        assert (response.headers["ETag"], response.headers["Cache-Control"]) == (tags[language], "no-cache")
        assert "Cookie" in response.headers["Vary"]
        assert get(address, language, if_none_match=tags[other]).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_curator_neither_gets_nor_leaves_a_kept_page(
    name: str, curator_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = PAGES[name]
    used: list[str] = []

    def noting(what: str) -> Any:
        function = getattr(response_cache, what)
        return lambda *args: used.append(what) or function(*args)

    for what in ("find", "keep"):
        monkeypatch.setattr(response_cache, what, noting(what))
    for before in ("nobody", "a visitor"):
        if before == "a visitor":
            caches["pages"].clear()
            get(address, "en")
            get(address, "en")
            assert used == (["find", "find"] if name in UNKEPT else ["find", "keep", "find"])
            used.clear()
        response = curator_client.get(address)
        assert response.status_code == STATUSES.get(name, 200)
        assert (used, response.headers.get("ETag")) == ([], None)
