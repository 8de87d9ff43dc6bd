"""The list of authors narrowed: facets with true counts, kept when data come in and moved by decisions."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from profiles.curation import decide, undo
from profiles.curation.acts import Edit, Merge
from profiles.filters import author_facets
from profiles.models import Author, AuthorCount
from profiles.statistics import author_counts
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
ADA, CHARLES, ALAN, GRACE = "Ada Byron", "Charles Babbage", "Alan Turing", "Grace Hopper"


@prepared_site
def people(categories: None) -> None:
    """Ada: five papers to 2020; Charles: three to 2019; Alan and Grace: one each."""
    rows = [
        ("1501.00001", f"{ADA}, {CHARLES}", "cs.LG"),
        ("1501.00002", f"{ADA}, {CHARLES}", "cs.LG"),
        ("1901.00003", f"{ADA}, {CHARLES}", "cs.LG math.CO"),
        ("2001.00004", ADA, "math.CO"),
        ("2001.00005", ADA, "stat.ML"),
        ("1701.00006", ALAN, "cs.LG"),
        ("2001.00007", GRACE, "stat.ML"),
    ]
    build_site(
        *(
            record(
                identifier,
                authors=authors,
                categories=categories,
                versions=[{"version": "v1", "created": f"Mon, 6 Jan 20{identifier[:2]} 10:00:00 GMT"}],
            )
            for identifier, authors, categories in rows
        )
    )


def shown(response: Any) -> tuple[list[str], dict[str, dict[str, int]]]:
    rows = [row.name for row in response.context["pager"].items]
    return rows, {
        name: {choice.value: choice.papers for choice in facet.choices}
        for name, facet in response.context["facets"].items()
        if facet.choices
    }


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize(
    ("query", "rows", "counts"),
    [
        (
            "",
            [ADA, CHARLES, GRACE, ALAN],
            {
                "category": {"cs.LG": 3, "math.CO": 2, "stat.ML": 2},
                "paper_count_min": {"2": 2, "5": 1},
                "last_year_min": {"2020": 2, "2019": 3, "2018": 3},
            },
        ),
        (
            "category=cs.LG",
            [CHARLES, ADA, ALAN],
            {
                "category": {"cs.LG": 3, "math.CO": 2, "stat.ML": 2},
                "paper_count_min": {"2": 2, "5": 1},
                "last_year_min": {"2020": 1, "2019": 2, "2018": 2},
            },
        ),
        (
            "category=stat.ML&last_year_min=2020",
            [GRACE, ADA],
            {
                "category": {"stat.ML": 2, "cs.LG": 1, "math.CO": 1},
                "paper_count_min": {"2": 1, "5": 1},
                "last_year_min": {"2020": 2},
            },
        ),
        (
            "paper_count_min=2&standing=name-only",
            [ADA, CHARLES],
            {
                "category": {"cs.LG": 2, "math.CO": 2, "stat.ML": 1},
                "standing": {"name-only": 2},
                "paper_count_min": {"2": 2, "5": 1},
                "last_year_min": {"2020": 1},
            },
        ),
        (
            "paper_count_min=3",
            [ADA, CHARLES],
            {
                "category": {"cs.LG": 2, "math.CO": 2, "stat.ML": 1},
                "paper_count_min": {"2": 2, "3": 2, "5": 1},
                "last_year_min": {"2020": 1},
            },
        ),
        (
            "q=b",
            [ADA, CHARLES],
            {
                "category": {"cs.LG": 2, "math.CO": 2, "stat.ML": 1},
                "paper_count_min": {"5": 1},
                "last_year_min": {"2020": 1},
            },
        ),
    ],
)
def test_authors_are_narrowed_and_counted(
    query: str,
    rows: list[str],
    counts: dict[str, dict[str, int]],
    is_kept: bool,
    people: None,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same from kept counts and from the rows of the list."""
    if not is_kept:
        monkeypatch.setattr(author_facets, "_is_kept", lambda asked: False)
    response = client.get(f"/authors/?{query}")
    found, facets = shown(response)
    assert (sorted(found), facets) == (sorted(rows), counts)
    assert response.context["pager"].count == len(rows)


def test_a_choice_leads_to_its_list_and_back(people: None, client: Client) -> None:
    facet = client.get("/authors/?category=cs.LG").context["facets"]["last_year_min"]
    (choice,) = (choice for choice in facet.choices if choice.value == "2019")
    assert (choice.url, choice.label) == ("/authors/?category=cs.LG&last_year_min=2019", "2019 or later")
    narrowed = client.get(choice.url)
    assert [row.name for row in narrowed.context["pager"].items] == [CHARLES, ADA]
    assert {(row.label, row.value, row.url) for row in narrowed.context["chosen"]} == {
        ("Category", "cs.LG", "/authors/?last_year_min=2019"),
        ("Latest paper since", "2019", "/authors/?category=cs.LG"),
    }
    part = client.get(choice.url, headers={"HX-Request": "true", "HX-Target": "list"})
    assert part.content.decode().strip().startswith('<div id="list"')


def test_long_lists_are_counted_to_a_cap(people: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(author_facets, "COUNTED", 1)
    response = client.get("/authors/?q=b")
    assert response.context["facets"]["category"].is_partial
    assert "of the list with most papers." in response.content.decode()


def test_decisions_move_the_counts(people: None, client: Client) -> None:
    user = User.objects.create(username="curator", is_superuser=True)
    ada, charles = Author.objects.get(slug="ada-byron"), Author.objects.get(slug="charles-babbage")
    before = set(AuthorCount.objects.values_list("category__code", "standing", "last_year", "papers", "authors"))
    hidden = decide(Edit(ada, {"is_hidden": True}), user, "asked for it")
    assert author_counts.differences() == []
    assert shown(client.get("/authors/"))[1]["category"] == {"cs.LG": 2, "math.CO": 1, "stat.ML": 1}
    undo(hidden, user)
    assert author_counts.differences() == []
    merged = decide(Merge(charles, ada, override=True), user, "one person")
    assert author_counts.differences() == []
    assert shown(client.get("/authors/"))[1]["paper_count_min"] == {"2": 1, "5": 1}
    undo(merged, user)
    assert author_counts.differences() == []
    after = set(AuthorCount.objects.values_list("category__code", "standing", "last_year", "papers", "authors"))
    assert {row for row in after if row[1] == "name-only"} <= before


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"),
    [("", 4), ("?category=cs.LG&last_year_min=2010", 6), ("?paper_count_min=3", 6)],
)
def test_the_list_costs_the_same_for_one_author_and_for_three(
    query: str, queries: int, count: int, build_rows: Any, client: Client, django_assert_num_queries: Any
) -> None:
    names = ["Ada Byron", "Charles Babbage", "Alan Turing"][:count]
    build_rows(*(record(f"2001.{n:05}", authors=", ".join(names), categories="cs.LG") for n in range(1, 5)))
    with django_assert_num_queries(queries):
        assert client.get(f"/authors/{query}").status_code == 200
