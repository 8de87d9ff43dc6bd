"""An author's papers narrowed: by co-author, and with counts of what else could be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from profiles.models import Author
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Build = Callable[..., object]


@prepared_site
def site_of_ada(categories: None) -> None:
    days = {year: f"Mon, 6 Jan {year} 10:00:00 GMT" for year in (2019, 2020)}
    build_site(
        record("2001.00001", title="One", authors="Ada Byron, Charles Babbage"),
        record("2001.00002", title="Two", authors="Ada Byron, Charles Babbage, Alan Turing", categories="math.CO"),
        record(
            "1901.00003",
            title="Three",
            authors="Alan Turing, Ada Byron",
            versions=[{"version": "v1", "created": days[2019]}],
        ),
        record("2001.00004", title="Four", authors="Charles Babbage, Alan Turing"),
    )


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(slug="ada-byron")


def options(response: Any) -> dict[str, dict[str, int]]:
    return {
        name: {choice.value: choice.papers for choice in facet.choices}
        for name, facet in response.context["facets"].items()
    }


def titles(response: Any) -> list[str]:
    return [card.title for card in response.context["pager"].items]


@pytest.mark.parametrize(
    ("query", "found", "counted"),
    [
        (
            "",
            ["Two", "One", "Three"],
            {
                "year": {"2020": 2, "2019": 1},
                "category": {"cs.LG": 2, "stat.ML": 2, "math.CO": 1},
                "coauthor": {"charles-babbage": 2, "alan-turing": 2},
            },
        ),
        (
            "coauthor=alan-turing",
            ["Two", "Three"],
            {
                "year": {"2020": 1, "2019": 1},
                "category": {"cs.LG": 1, "math.CO": 1, "stat.ML": 1},
                "coauthor": {"charles-babbage": 2, "alan-turing": 2},
            },
        ),
        (
            "year=2020",
            ["Two", "One"],
            {
                "year": {"2020": 2, "2019": 1},
                "category": {"cs.LG": 1, "math.CO": 1, "stat.ML": 1},
                "coauthor": {"charles-babbage": 2, "alan-turing": 1},
            },
        ),
        (
            "coauthor=alan-turing&year=2019",
            ["Three"],
            {
                "year": {"2020": 1, "2019": 1},
                "category": {"cs.LG": 1, "stat.ML": 1},
                "coauthor": {"alan-turing": 1},
            },
        ),
    ],
)
def test_papers_are_narrowed_and_counted(
    query: str, found: list[str], counted: dict[str, dict[str, int]], ada: Author, client: Client
) -> None:
    response = client.get(f"/authors/ada-byron/?{query}")
    assert titles(response) == found
    assert options(response) == {**counted, "type": {}}


def test_papers_of_two_authors_are_a_list_too(ada: Author, client: Client) -> None:
    found = client.get("/papers/?author=ada-byron&coauthor=charles-babbage&ordering=published")
    assert titles(found) == ["One", "Two"]
    api = client.get("/api/v1/papers/?author=ada-byron&coauthor=charles-babbage").json()
    assert [row["title"] for row in api["results"]] == ["Two", "One"]


def test_nobody_hidden_is_a_coauthor(ada: Author, client: Client) -> None:
    turing = Author.objects.get(slug="alan-turing")
    turing.is_hidden = True
    turing.save()
    for query in ("", "?year=2020"):
        response = client.get(f"/authors/ada-byron/{query}")
        assert "alan-turing" not in options(response)["coauthor"]
    refused = client.get("/authors/ada-byron/?coauthor=alan-turing")
    assert refused.status_code == 400
    assert "There is no author" in refused.content.decode()


def test_a_coauthor_asked_for_stays_chosen(ada: Author, client: Client) -> None:
    response = client.get("/authors/ada-byron/?coauthor=alan-turing")
    chosen = [choice.value for choice in response.context["facets"]["coauthor"].choices if choice.is_chosen]
    assert chosen == ["alan-turing"]
    assert [(row.label, row.value) for row in response.context["chosen"]] == [("Co-author", "alan-turing")]
