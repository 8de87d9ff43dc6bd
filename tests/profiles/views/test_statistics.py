"""An author's statistics as a page and as CSV, against counts by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from profiles.models import Author, Authorship, EarlierSlug
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site
from tests.profiles.views.test_pages import ada_and_others, page, texts

pytestmark = pytest.mark.django_db
Build = Callable[..., object]
OLD = [{"version": "v1", "created": "Tue, 1 Jan 2019 10:00:00 GMT"}]


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(
        record("2001.00001", authors="Ada Byron", categories="cs.LG stat.ML"),
        record("2001.00002", authors="Alan Turing, Ada Byron", categories="math.CO", versions=OLD),
        record("2001.00003", authors="Ada Byron, Alan Turing, Grace Hopper", categories="cs.LG"),
        record("2001.00004", authors="Alan Turing, Ada Byron, Grace Hopper, =A Formula", categories="cs.LG cs.AI"),
    )


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def table(client: Client, plot: str) -> list[str]:
    answer = client.get(f"/authors/ada-byron/statistics/{plot}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="ada-byron-{plot}.csv"'
    return answer.content.decode().splitlines()


def test_every_plot_as_csv(ada: Author, client: Client) -> None:
    ids = dict(Author.objects.values_list("name", "public_id"))
    assert table(client, "years") == ["year,main_category,papers", "2019,math.CO,1", "2020,cs.LG,3"]
    assert table(client, "categories") == [
        "year,category,papers",
        "2019,math.CO,1",
        "2020,cs.AI,1",
        "2020,cs.LG,3",
        "2020,stat.ML,1",
    ]
    assert table(client, "positions") == ["year,position,authors", "2019,2,2", "2020,1,1", "2020,1,3", "2020,2,4"]
    assert table(client, "sizes")[:6] == ["authors,papers", "1,1", "2,1", "3,1", "4,1", "5,0"]
    assert table(client, "coauthors")[:3] == [
        "name,author,papers_together",
        f"Alan Turing,{ids['Alan Turing']},3",
        f"Grace Hopper,{ids['Grace Hopper']},2",
    ]
    assert not any(line.startswith(("=", "+", "-", "@")) for line in table(client, "coauthors"))
    assert client.get("/authors/ada-byron/statistics/nothing.csv").status_code == 404


def test_the_page_shows_every_plot_with_its_figures(ada: Author, client: Client) -> None:
    found = page(client.get("/authors/ada-byron/statistics/"))
    assert texts(found, "h1") == ["Statistics of Ada Byron"]
    assert texts(found, "main section > h2") == [
        "Papers per year, by main category",
        "Categories over time",
        "Position in the byline",
        "Authors per paper",
        "Co-authors",
    ]
    assert [node.attrs["aria-label"] for node in found.query("#positions svg[role=img]")] == [
        "Position in the byline, 2019–2020; most in 2020: 3"
    ]
    rows = [texts(row, "th, td") for row in found.query("#positions tbody tr")]
    assert texts(found, "#positions thead th") == ["Year", "first", "in between", "last", "sole author", "Together"]
    assert rows == [["2019", "0", "0", "1", "0", "1"], ["2020", "1", "1", "0", "1", "3"]]
    links = {node.attrs["href"] for node in found.query("a")}
    assert {
        f"/authors/ada-byron/statistics/{plot}.csv"
        for plot in ("years", "categories", "positions", "sizes", "coauthors")
    } < links
    assert "/authors/ada-byron/?year=2020#papers" in links
    profile = page(client.get("/authors/ada-byron/"))
    assert {"/authors/ada-byron/statistics/", "/authors/ada-byron/network/"} < {
        n.attrs["href"] for n in profile.query("a")
    }
    assert [node.to_text() for node in profile.query("#statistics .hit title")] == [
        "2019: 1 (math.CO 1)",
        "2020: 3 (cs.LG 3)",
    ]


def test_papers_whose_place_or_day_nobody_knows(ada: Author, client: Client) -> None:
    Authorship.objects.filter(author=ada, paper__identifier="2001.00002").update(position=None, decided_by_human=True)
    assert "2019,,2" in table(client, "positions")
    found = page(client.get("/authors/ada-byron/statistics/"))
    assert "not known" in texts(found, "#positions thead th")


def test_somebody_with_nothing(client: Client, categories: None) -> None:
    Author.objects.create(public_id="nothingyet", slug="nobody", name="Nobody", surname="Nobody", sort_key="nobody")
    assert client.get("/authors/nobody/statistics/").status_code == 200
    assert client.get("/authors/nobody/").status_code == 200
    for plot in ("years", "categories", "positions", "sizes", "coauthors"):
        assert client.get(f"/authors/nobody/statistics/{plot}.csv").status_code == 200


@pytest.mark.parametrize("rest", ["statistics/", "statistics/years.csv", "network/", "network.csv", "network.graphml"])
def test_earlier_addresses_lead_to_the_same_page_and_hidden_people_have_none(
    rest: str, ada: Author, client: Client
) -> None:
    EarlierSlug.objects.create(author=ada, slug="augusta-king")
    for address in ("augusta-king", ada.public_id):
        answer = client.get(f"/authors/{address}/{rest}")
        assert (answer.status_code, answer["Location"]) == (301, f"/authors/ada-byron/{rest}")
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    assert client.get(f"/authors/ada-byron/{rest}").status_code == 404


@pytest.mark.parametrize("papers", [1, 3, 21])
def test_queries_of_the_statistics(
    papers: int, client: Client, build_rows: Build, django_assert_num_queries: Any
) -> None:
    build_rows(*ada_and_others(papers))
    # author; the author's papers; co-authors; names of categories; the build
    with django_assert_num_queries(5):
        assert client.get("/authors/ada-byron/statistics/").status_code == 200
