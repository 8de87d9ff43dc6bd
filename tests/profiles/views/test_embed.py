"""The list of papers inside other sites' pages, and oEmbed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from justhtml import JustHTML

from profiles.models import Author, EarlierSlug
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
PROFILE = "http://127.0.0.1:8000/authors/ada-byron/"


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(
        *(
            record(
                f"2001.{n:05}",
                title=f"Paper {n} <b>",
                journal_ref="J. Engines 1",
                versions=[{"version": "v1", "created": f"Mon, 6 Jan {2008 + n} 10:00:00 GMT"}],
            )
            for n in range(1, 13)
        )
    )


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def page(client: Client, query: str = "") -> JustHTML:
    response = client.get(f"/authors/ada-byron/embed/{query}")
    assert response.status_code == 200
    found = JustHTML(response.content.decode(), sanitize=False, collect_errors=True)
    assert found.errors == []
    return found


def titles(found: JustHTML) -> list[str]:
    return [h2.to_text() for h2 in found.query("h2")]


def test_options(ada: Author, client: Client) -> None:
    assert titles(page(client)) == [f"Paper {n} <b>" for n in range(12, 2, -1)]
    assert len(titles(page(client, "?count=100"))) == 12
    assert titles(page(client, "?count=2")) == ["Paper 12 <b>", "Paper 11 <b>"]
    assert titles(page(client, "?year=2010")) == ["Paper 2 <b>"]
    assert "No papers here." in page(client, "?year=1999").to_text()
    full, short = page(client, "?count=1"), page(client, "?count=1&format=titles")
    assert full.query_one("li p").to_text(separator="") == "Ada Byron, Charles Babbage"
    assert "J. Engines 1" in full.to_text()
    assert "Babbage" not in short.to_text()
    for theme, scheme in (("auto", "light dark"), ("light", "light"), ("dark", "dark")):
        found = page(client, f"?theme={theme}")
        assert found.query_one("html").attrs["class"] == theme
        assert found.query_one('meta[name="color-scheme"]').attrs["content"] == scheme
    assert {a.attrs["target"] for a in full.query("a")} == {"_blank"}  # the page around it stays


@pytest.mark.parametrize("query", ["count=0", "count=101", "count=x", "year=x", "year=0", "format=pdf", "theme=pink"])
def test_options_that_make_no_sense(query: str, ada: Author, client: Client) -> None:
    response = client.get(f"/authors/ada-byron/embed/?{query}")
    assert response.status_code == 400
    assert f"{query.partition('=')[0]}: " in response.content.decode()


def test_it_may_be_framed_and_nothing_else(ada: Author, client: Client) -> None:
    embed = client.get("/authors/ada-byron/embed/")
    assert "X-Frame-Options" not in embed
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    assert "script-src 'self'" in embed["Content-Security-Policy"]
    others = (
        "/",
        "/authors/",
        "/authors/ada-byron/",
        "/authors/ada-byron/feed/",
        "/papers/2001.00001/",
        "/oembed",
        "/authors/nobody/embed/",
        "/suggest/",
        "/admin/login/",
        "/papers.bib",
    )
    for address in others:
        response = client.get(address)
        assert response["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], address


def ask(client: Client, **parameters: Any) -> Any:
    return client.get(f"/oembed?{urlencode({'url': PROFILE, **parameters})}")


def test_oembed(ada: Author, client: Client) -> None:
    answer = ask(client)
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "version": "1.0",
        "type": "rich",
        "title": "Papers by Ada Byron",
        "author_name": "Ada Byron",
        "author_url": PROFILE,
        "provider_name": "Coterie",
        "provider_url": "http://127.0.0.1:8000/",
        "cache_age": 86400,
        "width": 600,
        "height": 480,
        "html": f'<iframe src="{PROFILE}embed/" width="600" height="480" title="Papers by Ada Byron" loading="lazy"></iframe>',
    }
    small = ask(client, maxwidth=320, maxheight=9000).json()
    assert (small["width"], small["height"]) == (320, 480)
    assert 'width="320" height="480"' in small["html"]
    xml = ask(client, format="xml")
    assert xml["Content-Type"] == "text/xml; charset=utf-8"
    assert {child.tag: child.text for child in fromstring(xml.content)} == {
        name: str(value) for name, value in answer.json().items()
    }
    assert ask(client, url=f"{PROFILE}embed/").json() == answer.json()


def test_the_code_holds_a_hostile_name_as_text(ada: Author, client: Client) -> None:
    Author.objects.filter(pk=ada.pk).update(name='Ada "><script>')
    (frame,) = JustHTML(ask(client).json()["html"], sanitize=False).query("iframe")
    assert frame.attrs["title"] == 'Papers by Ada "><script>'
    assert JustHTML(ask(client).json()["html"], sanitize=False).query("script") == []
    profile = JustHTML(client.get("/authors/ada-byron/").content.decode(), sanitize=False)
    assert 'src="http://127.0.0.1:8000/authors/ada-byron/embed/"' in profile.query_one(".embed-code pre").to_text()
    assert profile.query("iframe") == []


def test_what_can_t_be_shown(ada: Author, client: Client) -> None:
    EarlierSlug.objects.create(slug="augusta-king", author=ada)
    assert ask(client, url=PROFILE.replace("ada-byron", "augusta-king")).json()["author_url"] == PROFILE
    for url in (
        "",
        "x",
        "https://example.org/authors/ada-byron/",
        "http://127.0.0.1:8000/papers/2001.00001/",
        "http://127.0.0.1:8000/authors/nobody/",
        "http://127.0.0.1:8000/%00",
    ):
        assert ask(client, url=url).status_code == 404, url
    assert ask(client, format="yaml").status_code == 501
    assert ask(client, maxwidth="wide").status_code == 400
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    assert ask(client).status_code == 404
