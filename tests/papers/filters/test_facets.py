"""What a list can be narrowed to: kept counts where there are some, counted ones elsewhere, and both the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from papers.database.keyset import Query
from papers.display.wording import TYPE_NAMES
from papers.filters import facets
from papers.filters.facets import Facet
from papers.filters.papers import PaperFilter
from papers.ingest.records import PaperRecord, SourceFields, Version
from papers.models import Category, Paper
from papers.publications import Details
from papers.taxonomy.types import TYPES
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper, store_papers
from tests.prepared_sites import prepared_site

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


def facets_of(query: str, kept: Any = None) -> dict[str, Facet]:
    found = PaperFilter(QueryDict(query), Paper.objects.visible())
    assert found.is_valid()
    return facets.of_papers(found, Query("/papers/", list(QueryDict(query).items())), NAMES, kept or facets.OfSite())


def counts(found: dict[str, Facet]) -> tuple[dict[str, int], dict[str, int]]:
    years, subjects = ({c.value: c.papers for c in found[name].choices} for name in ("year", "category"))
    return years, subjects


@prepared_site
def published() -> None:
    """Papers of three types from two years and without a date, one without type."""
    Category.objects.create(code="cs.LG", name="Machine Learning")
    Category.objects.create(code="hep-th", name="Theory")
    store_papers(
        *(
            PaperRecord.from_source(
                SourceFields(
                    source="bibtex",
                    slug=f"p{number}",
                    title=f"Looms {number}",
                    issued=PartialDate.from_iso(day) if day else None,
                    categories=codes,
                    details=Details(source_type=kind),
                )
            )
            for number, (kind, day, codes) in enumerate(
                (
                    ("inproceedings", "2019", "cs.LG"),
                    ("inproceedings", "2019-05", "cs.LG hep-th"),
                    ("phdthesis", "2020-05-03", "cs.LG"),
                    ("phdthesis", "", "hep-th"),
                    ("article", "2019-12-31", "cs.LG"),
                    ("", "2020", ""),
                )
            )
        )
    )


ALL_TYPES = {"paper-conference": 2, "thesis": 2, "article-journal": 1}


@pytest.mark.parametrize(
    ("query", "years", "types", "subjects"),
    [
        (
            "",
            {"2020": 2, "2019": 3},
            ALL_TYPES,
            {"cs.LG": 4, "hep-th": 2},
        ),
        (
            "type=thesis",
            {"2020": 1},
            ALL_TYPES,
            {"cs.LG": 1, "hep-th": 1},
        ),
        ("year=2019", {"2020": 2, "2019": 3}, {"paper-conference": 2, "article-journal": 1}, {"cs.LG": 3, "hep-th": 1}),
        (
            "type=paper-conference&year=2019&category=hep-th",
            {"2019": 1},
            {"paper-conference": 1},
            {"cs.LG": 2, "hep-th": 1},
        ),
        ("category=hep-th", {"2019": 1}, {"paper-conference": 1, "thesis": 1}, {"cs.LG": 4, "hep-th": 2}),
        ("category=cs.LG&year=2020", {"2020": 1, "2019": 3}, {}, {"cs.LG": 1}),  # a single type is no choice
        (
            "q=looms&type=thesis",
            {"2020": 1},
            ALL_TYPES,
            {"cs.LG": 1, "hep-th": 1},
        ),
        ("type=book", {}, ALL_TYPES, {}),
    ],
)
def test_types_are_counted_beside_years_and_categories(
    query: str, years: dict[str, int], types: dict[str, int], subjects: dict[str, int], published: None
) -> None:
    for kept in (facets.OfSite(), none_kept):
        found = facets_of(query, kept)
        assert {name: {c.value: c.papers for c in facet.choices} for name, facet in found.items()} == {
            "year": years,
            "type": types,
            "category": subjects,
        }
        assert list(found) == ["year", "type", "category"]


@pytest.mark.parametrize(
    ("query", "total"),
    [("", 6), ("type=thesis", 2), ("type=thesis&year=2020", 1), ("type=thesis&category=hep-th", 1), ("year=2019", 3)],
)
def test_how_many_there_are_is_kept(query: str, total: int, published: None) -> None:
    found = PaperFilter(QueryDict(query), Paper.objects.visible())
    assert found.is_valid()
    assert (facets.OfSite().total(found.active), found.qs.count()) == (total, total)


def test_visitors_read_words_for_types(published: None) -> None:
    found = facets_of("type=thesis")["type"]
    assert found.heading == "Type"
    assert [(choice.label, choice.is_chosen) for choice in found.choices] == [
        ("Conference paper", False),
        ("Thesis", True),
        ("Journal article", False),
    ]
    asked = PaperFilter(QueryDict("type=thesis"), Paper.objects.visible())
    assert asked.is_valid()
    assert [(row.label, row.value) for row in facets.chosen(asked, Query("/papers/"))] == [("Type", "Thesis")]
    assert set(TYPE_NAMES) == set(TYPES)


@pytest.mark.parametrize(
    ("query", "years", "subjects"),
    [
        ("", {"2021": 1, "2020": 2, "2019": 3}, {"cs.LG": 5, "math.CO": 3, "hep-th": 1}),
        # What is chosen is counted as if it were not: one can go to another year, and to another category.
        ("year=2019", {"2021": 1, "2020": 2, "2019": 3}, {"cs.LG": 3, "math.CO": 3}),
        ("category=cs.LG", {"2020": 2, "2019": 3}, {"cs.LG": 5, "math.CO": 3, "hep-th": 1}),
        ("category=math.CO&year=2019", {"2019": 3}, {"cs.LG": 3, "math.CO": 3}),
        ("q=title:engines", {"2021": 1, "2020": 2}, {"cs.LG": 2, "hep-th": 1}),
        ("q=title:engines&year=2021", {"2021": 1, "2020": 2}, {"hep-th": 1}),
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
