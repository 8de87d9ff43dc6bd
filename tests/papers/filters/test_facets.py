"""What a list can be narrowed to: kept counts where there are some, counted ones elsewhere, and both the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from papers.database.keyset import Query
from papers.filters import facets
from papers.filters.facets import Facet
from papers.filters.papers import PaperFilter
from papers.ingest.records import Version
from papers.models import Paper
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db

NAMES = {"cs.LG": "Machine Learning"}


def on(day: str) -> list[Version]:
    return [Version("v1", datetime.fromisoformat(day).replace(tzinfo=UTC))]


@pytest.fixture
def papers(categories: None, store: Store) -> None:
    store(
        *(
            paper(f"1901.{n:05}", title="Looms", categories="cs.LG math.CO", versions=on("2019-01-01"))
            for n in (1, 2, 3)
        ),
        *(paper(f"2001.{n:05}", title="Engines", categories="cs.LG", versions=on("2020-01-01")) for n in (1, 2)),
        paper("2101.00001", title="Engines of looms", categories="hep-th", versions=on("2021-01-01")),
    )


def none_kept(kind: str, others: Mapping[str, Any]) -> None:
    return None


def facets_of(query: str, kept: Any = facets.of_site) -> dict[str, Facet]:
    found = PaperFilter(QueryDict(query), Paper.objects.visible())
    assert found.is_valid()
    return facets.of_papers(found, Query("/papers/", list(QueryDict(query).items())), NAMES, kept)


def counts(found: dict[str, Facet]) -> tuple[dict[str, int], dict[str, int]]:
    years, subjects = ({c.value: c.papers for c in found[name].choices} for name in ("year", "category"))
    return years, subjects


@pytest.mark.parametrize(
    ("query", "years", "subjects"),
    [
        ("", {"2021": 1, "2020": 2, "2019": 3}, {"cs.LG": 5, "math.CO": 3, "hep-th": 1}),
        # What is chosen is counted as if it were not: one can go to another year, and to another category.
        ("year=2019", {"2021": 1, "2020": 2, "2019": 3}, {"cs.LG": 3, "math.CO": 3}),
        ("category=cs.LG", {"2020": 2, "2019": 3}, {"cs.LG": 5, "math.CO": 3, "hep-th": 1}),
        ("category=math.CO&year=2019", {"2019": 3}, {"cs.LG": 3, "math.CO": 3}),
        ("q=engines", {"2021": 1, "2020": 2}, {"cs.LG": 2, "hep-th": 1}),
        ("q=engines&year=2021", {"2021": 1, "2020": 2}, {"hep-th": 1}),
        ("year_min=2020", {"2021": 1, "2020": 2, "2019": 3}, {"cs.LG": 2, "hep-th": 1}),
    ],
)
def test_years_and_categories_are_counted(
    query: str, years: dict[str, int], subjects: dict[str, int], papers: None
) -> None:
    assert counts(facets_of(query)) == (years, subjects)
    # Counting by reading gives what is kept.
    assert counts(facets_of(query, none_kept)) == (years, subjects)
    # Years from the newest, categories from the most frequent.
    assert list(counts(facets_of(query))[0]) == sorted(years, reverse=True)


def test_the_addresses_change_one_thing_and_take_it_away_again(papers: None) -> None:
    found = facets_of("q=looms&category=cs.LG&page=x&year_min=2000")
    years = {choice.value: choice for choice in found["year"].choices}
    assert years["2019"].url == "/papers/?q=looms&category=cs.LG&page=x&year=2019"  # a year stands for a range
    subjects = {choice.value: choice for choice in found["category"].choices}
    assert (subjects["cs.LG"].label, subjects["cs.LG"].is_chosen) == ("Machine Learning", True)
    assert subjects["cs.LG"].url == "/papers/?q=looms&page=x&year_min=2000"
    assert subjects["math.CO"].url == "/papers/?q=looms&page=x&year_min=2000&category=math.CO"


def test_of_a_long_list_the_newest_are_counted(papers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not facets_of("q=engines OR looms")["year"].is_partial
    monkeypatch.setattr(facets, "COUNTED", 3)
    found = facets_of("year_min=1900", none_kept)
    assert counts(found)[0] == {"2021": 1, "2020": 2}
    assert found["year"].is_partial
    assert found["year"].counted == 3


def test_what_is_chosen_stays_among_many(categories: None, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store(*(paper(f"2001.{n:05}", categories="cs.LG cs.AI") for n in (1, 2)), paper("2001.00003", categories="hep-th"))
    monkeypatch.setattr(facets, "CATEGORIES_SHOWN", 1)
    assert list(counts(facets_of(""))[1]) == ["cs.AI"]
    assert list(counts(facets_of("category=hep-th"))[1]) == ["cs.AI", "hep-th"]


def test_the_filters_in_use_are_told_with_the_way_out(papers: None) -> None:
    found = PaperFilter(QueryDict("q=looms&category=cs.LG&ordering=published"), Paper.objects.visible())
    assert found.is_valid()
    query = Query("/papers/", [("q", "looms"), ("category", "cs.LG"), ("ordering", "published")])
    assert [(row.label, row.value, row.url) for row in facets.chosen(found, query)] == [
        ("Words", "looms", "/papers/?category=cs.LG&ordering=published"),
        ("Category", "cs.LG", "/papers/?q=looms&ordering=published"),
    ]
