"""Feeds as readers take them: valid Atom, true dates, conditional requests, pages of older papers."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from papers.models import Build, Paper
from papers.views import feeds
from tests.papers.conftest import Store, paper
from tests.papers.ingest.readers.atom import ATOM, problems

pytestmark = pytest.mark.django_db
FEEDS = ["/papers/feed/", "/papers/feed/?q=engine&category=cs.LG", "/categories/cs.LG/feed/"]


def parsed(client: Client, address: str) -> Any:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert problems(response.content) == []
    found = feedparser.parse(response.content)
    assert (found.bozo, found.version) == (False, "atom10")
    return found


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed(address: str, categories: None, store: Store, client: Client) -> None:
    store(
        paper("2001.00001"),
        paper(
            "2001.00002",
            title="On $\\alpha$ & <b>",
            abstract="An engine <script>x</script>.",
            authors="A. Bee, C. Dee for the ATLAS Collaboration",
        ),
    )
    found = parsed(client, address)
    assert [entry.id for entry in found.entries] == [
        "http://127.0.0.1:8000/papers/2001.00002/",
        "http://127.0.0.1:8000/papers/2001.00001/",
    ]
    first = found.entries[0]
    assert first.title == "On α & <b>"
    assert first.title_detail.type == "text/plain"
    assert html.unescape(first.summary) == "An engine <script>x</script>."  # the text of its HTML, not a tag of it
    assert [author.name for author in first.authors] == ["A. Bee", "C. Dee", "ATLAS Collaboration"]
    assert [tag.term for tag in first.tags] == ["cs.LG", "stat.ML"]
    assert first.published == "2020-01-06T00:00:00+00:00"
    assert first.updated == Paper.objects.get(identifier="2001.00002").modified_at.isoformat()
    assert found.feed.updated == first.updated
    (itself,) = (link.href for link in found.feed.links if link.rel == "self")
    assert itself == f"http://127.0.0.1:8000{address}"


def test_mathematics_is_typeset_in_the_content(store: Store, client: Client) -> None:
    store(
        paper("2001.00001", title="Plain & simple", abstract="Words."),
        paper(
            "2001.00002", title="On $x^2$", abstract="For $\\alpha > 0$ & <b>.\n  A second paragraph with $\\unknown{$."
        ),
    )
    typeset, simple = parsed(client, "/papers/feed/").entries
    assert (typeset.title, typeset.title_detail.type) == ("On x²", "text/plain")
    assert "α" in typeset.summary
    assert "<math" not in typeset.summary
    # As the source has it: a reader's own sanitizer is what feedparser shows in `content`.
    written = fromstring(client.get("/papers/feed/").content).findall(f".//{ATOM}content")
    body = fromstring(f"<div>{written[0].text}</div>")  # well-formed too
    assert written[0].get("type") == "html"
    assert [len(p.findall(".//math")) for p in body.findall("p")] == [1, 1, 0]
    assert "".join(body.itertext()).count("& <b>") == 1
    assert body.find(".//code") is not None  # what can't be typeset stays as its source
    assert [part.value for part in simple.content] == ["<p>Words.</p>"]


@pytest.mark.parametrize("address", FEEDS)
def test_updated_moves_with_a_change_and_not_with_the_day(
    address: str, categories: None, store: Store, client: Client
) -> None:
    store(paper("2001.00001"), paper("2001.00002"))
    Paper.objects.update(modified_at=datetime(2021, 5, 1, tzinfo=UTC))
    Paper.objects.filter(identifier="2001.00001").update(modified_at=datetime(2022, 6, 2, 3, 4, 5, tzinfo=UTC))
    found = parsed(client, address)
    assert found.feed.updated == "2022-06-02T03:04:05+00:00"
    assert [entry.updated for entry in found.entries] == ["2021-05-01T00:00:00+00:00", "2022-06-02T03:04:05+00:00"]
    response = client.get(address)
    assert response["Last-Modified"] == "Thu, 02 Jun 2022 03:04:05 GMT"
    for asked in ({"If-None-Match": response["ETag"]}, {"If-Modified-Since": response["Last-Modified"]}):
        again = client.get(address, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
    store(paper("2001.00001", title="Another title"))
    for asked in ({"If-None-Match": response["ETag"]}, {"If-Modified-Since": response["Last-Modified"]}):
        assert client.get(address, headers=asked).status_code == 200


def test_an_empty_feed_is_as_old_as_the_last_import(categories: None, store: Store, client: Client) -> None:
    assert parsed(client, "/papers/feed/").feed.updated == feeds.BEGINNING.isoformat()
    store(paper("2001.00001", categories="cs.LG"))
    finished = Build.objects.latest_finished("import").finished_at  # type: ignore[union-attr]
    assert parsed(client, "/categories/cs.DS/feed/").feed.updated == finished.isoformat()  # type: ignore[union-attr]


def test_older_papers_are_behind_next(store: Store, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    store(*(paper(f"2001.{n:05}") for n in range(1, 6)))
    address, ids, pages = "/papers/feed/?year=2020", [], 0
    while address:
        found = parsed(client, address)
        ids += [entry.id[-6:-1] for entry in found.entries]
        links = {link.rel: link.href for link in found.feed.links}
        assert ("first" in links) == (pages > 0)
        address, pages = links.get("next", ""), pages + 1
    assert (ids, pages) == (["00005", "00004", "00003", "00002", "00001"], 3)


def test_characters_that_xml_can_t_write_are_left_out(store: Store, client: Client) -> None:
    store(paper("2001.00001"))
    Paper.objects.update(title="A\x0b title\ufffe", abstract="\x01b")
    assert parsed(client, "/papers/feed/").entries[0].title == "A title"


@pytest.mark.parametrize(
    ("address", "status", "target"),
    [
        ("/categories/alg-geom/feed/", 301, "/categories/math.AG/feed/"),
        ("/categories/nope/feed/", 404, None),
        ("/papers/feed/?year=x", 400, None),
        ("/papers/feed/?page=zz", 404, None),
    ],
)
def test_other_answers(
    address: str, status: int, target: str | None, categories: None, store: Store, client: Client
) -> None:
    store(paper("2001.00001", categories="math.AG"))
    response = client.get(address)
    assert (response.status_code, response.get("Location")) == (status, target)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/papers/feed/", 4),  # papers, people on them, category names, when people changed
        ("/categories/cs.LG/feed/", 5),  # the category and the same
    ],
)
def test_a_feed_costs_the_same_for_one_paper_and_for_three(
    address: str,
    queries: int,
    count: int,
    categories: None,
    store: Store,
    client: Client,
    django_assert_num_queries: Any,
) -> None:
    store(*(paper(f"2001.{n:05}") for n in range(1, count + 1)))
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
