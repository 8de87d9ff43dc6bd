"""Which paper stands before and after in the list that a reader comes from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from papers.ingest.records import Version
from papers.models import Paper
from papers.views.prev_next import Neighbour, list_position
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db


def on(day: str) -> list[Version]:
    return [Version("v1", datetime.fromisoformat(day).replace(tzinfo=UTC))]


@pytest.fixture
def papers(categories: None, store: Store) -> None:
    store(
        *(paper(f"2001.{n:05}", title=f"Engine {n}", versions=on(f"2020-01-{n:02}")) for n in range(1, 5)),
        paper("2001.00009", title="Loom", abstract="We weave.", categories="math.CO", versions=on("2020-01-02")),
    )


def place(identifier: str, address: str = "") -> tuple[str, str, str, str]:
    """Heading, address, title before, title after."""
    found = list_position(Paper.objects.get(identifier=identifier), address)
    assert found
    return found.heading, found.url, *(row.title if row else "" for row in (found.previous, found.next))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
        ("/papers/", ("Papers", "/papers/", "Engine 3", "Engine 2")),
        ("/papers/?ordering=published", ("Papers", "/papers/?ordering=published", "Engine 2", "Engine 3")),
        ("/papers/?category=cs.LG&page=x", ("Papers", "/papers/?category=cs.LG", "Engine 3", "Engine 1")),
        (
            "/papers/?q=engine&ordering=-published",
            ("Papers found by “engine”", "/papers/?q=engine&ordering=-published", "Engine 3", "Engine 1"),
        ),
        (
            "/categories/stat.ML/?year=2020",
            ("Machine Learning (stat.ML)", "/categories/stat.ML/?year=2020", "Engine 3", "Engine 1"),
        ),
        ("/papers/?type=article", ("Papers", "/papers/?type=article", "Loom", "Engine 1")),
        ("/papers/?ordering=modified", ("Papers", "/papers/?ordering=modified", "Engine 1", "Engine 3")),
        ("/papers/?ordering=-modified", ("Papers", "/papers/?ordering=-modified", "Engine 3", "Engine 1")),
        # What is no list, or makes no sense, is the list of the first category.
        ("/about/", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
        ("https://example.org/papers/", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
        ("/papers/?year=abc", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
        ("/authors/nobody/", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
        ("//[", ("Machine Learning (cs.LG)", "/categories/cs.LG/", "Engine 3", "Engine 1")),
    ],
)
def test_the_neighbours_in_a_list(address: str, expected: tuple[str, str, str, str], papers: None) -> None:
    found = place("2001.00002", address)
    if address in ("/papers/", "/papers/?ordering=published"):
        # Of the same day is the loom, which came later.
        before, after = ("Loom", "Engine 1") if address == "/papers/" else ("Engine 1", "Loom")
        expected = (*expected[:2], before, after)
    assert found == expected


def test_best_matches_have_neighbours_too(papers: None) -> None:
    heading, url, before, after = place("2001.00002", "/search/?q=engine")
    assert (heading, url) == ("Papers found by “engine”", "/search/?q=engine")
    assert before
    assert after
    assert place("2001.00009", "/search/?q=engine")[2:] == ("", "")


def test_the_ends_of_a_list(papers: None) -> None:
    first, last = (list_position(Paper.objects.get(identifier=f"2001.0000{n}"), "") for n in (4, 1))
    assert first
    assert last
    assert (first.previous, last.next) == (None, None)
    assert first.next == Neighbour("Engine 3", "/papers/2001.00003/?list=/categories/cs.LG/")


def test_one_can_go_through_a_whole_list(papers: None, client: Client) -> None:
    address, seen = "/papers/2001.00004/?list=/papers/?ordering=-published", []
    for _step in range(10):
        response = client.get(address)
        seen.append(response.context["paper"].title)
        found = response.context["place"]
        assert found.url == "/papers/?ordering=-published"
        if not found.next:
            break
        address = found.next.url
    assert seen == ["Engine 4", "Engine 3", "Loom", "Engine 2", "Engine 1"]


def test_a_paper_without_category_has_a_place_where_one_comes_from_a_list(store: Store) -> None:
    store(paper("2001.00001", categories=""))
    found = Paper.objects.get()
    assert list_position(found, "") is None
    assert list_position(found, "/papers/") is not None


def test_nothing_of_the_address_goes_on_but_what_the_list_knows(papers: None) -> None:
    found = place("2001.00002", '/papers/?zz="><script>&year=2020&list=/x/')
    assert found[1] == "/papers/?year=2020"
