"""Plots as values: what is drawn adds up to what is counted, and no figure is lost."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from papers.display.plots import COLUMN, HEIGHT, REST, Stack, by_year, years_between
from papers.http.csv_download import safe_cell
from papers.models import PaperCount
from tests.conftest import record


def boxes(path: str) -> list[tuple[float, float, float]]:
    """Left, top and height of every box of a path."""
    return [tuple(map(float, found)) for found in re.findall(r"M(\S+) ([\d.]+)h20v([\d.]+)h-20z", path)]  # type: ignore[misc]


def test_a_stack_by_hand() -> None:
    years = years_between([{2001: 1}, {2003: 2}])
    assert years == [2001, 2002, 2003]
    plot = Stack.of(
        "Papers", "Year", [str(y) for y in years], by_year([("b", {2001: 1}), ("a", {2001: 1, 2003: 3})], years)
    )
    assert [(s.label, s.colour, s.values, s.total) for s in plot.series] == [
        ("a", 1, [1, 0, 3], 4),
        ("b", 2, [1, 0, 0], 1),
    ]
    assert [boxes(s.path) for s in plot.series] == [[(0, 66.7, 33.3), (48, 0, 100)], [(0, 33.3, 33.3)]]
    assert [(row.label, row.total, row.values, row.words) for row in plot.rows] == [
        ("2001", 2, [1, 1], "a 1, b 1"),
        ("2002", 0, [0, 0], ""),
        ("2003", 3, [3, 0], "a 3"),
    ]
    assert (plot.top, plot.width, plot.highest.label) == (3, 72, "2003")


def test_what_has_no_colour_of_its_own_is_drawn_together() -> None:
    plot = Stack.of("P", "Y", ["1"], [(str(n), [10 - n]) for n in range(9)], rest="others")
    assert [(s.label, s.colour) for s in plot.series[-2:]] == [("5", 6), ("others", REST)]
    assert plot.series[-1].values == [4 + 3 + 2]
    strips = Stack.of("P", "Y", ["1"], [(str(n), [10 - n]) for n in range(9)], apart=True)
    assert (len(strips.series), strips.top) == (9, 10)


def test_a_plot_of_nothing() -> None:
    assert years_between([]) == []
    for series in ([], [("a", [])]):
        plot = Stack.of("P", "Y", [], series)
        assert (plot.rows, plot.top, plot.highest) == ([], 0, None)


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), min_size=1, max_size=12))
def test_columns_stay_in_the_picture_and_stand_on_each_other(values: list[list[int]]) -> None:
    plot = Stack.of("P", "Y", list("abcd"), [(str(n), row) for n, row in enumerate(values)])
    assert sum(row.total for row in plot.rows) == sum(map(sum, values))
    for at, row in enumerate(plot.rows):
        mine = [box for series in plot.series for box in boxes(series.path) if box[0] == at * COLUMN]
        floor = HEIGHT
        for _left, top, height in mine:
            assert abs(top + height - floor) <= 0.2
            floor = top
        assert abs(floor - (HEIGHT - (HEIGHT * row.total / plot.top if plot.top else 0))) <= 0.2
        assert floor >= 0


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("Ada") == "Ada"


# --- The site's and a category's years --------------------------------------------------------------------------------


@pytest.fixture
def papers(import_rows) -> None:
    old = [{"version": "v1", "created": "Tue, 1 Jan 2019 10:00:00 GMT"}]
    import_rows(
        record("2001.00001", categories="cs.LG stat.ML"),
        record("2001.00002", categories="stat.ML cs.LG", versions=old),
        record("2001.00003", categories="math.CO", versions=old),
    )


@pytest.mark.django_db
def test_the_csv_of_the_whole_site(papers: None, client: Client) -> None:
    answer = client.get("/papers-per-year.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().split() == [
        "year,main_category,papers",
        "2019,math.CO,1",
        "2019,stat.ML,1",
        "2020,cs.LG,1",
    ]
    found = client.get("/").content.decode()
    assert "Papers per year, 2019–2020; most in 2019: 2" in found
    assert 'href="/papers-per-year.csv"' in found
    assert ">Mathematics</th>" in found


@pytest.mark.django_db
def test_papers_without_a_category_are_counted_too(papers: None, import_rows, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "list.bib"
    path.write_text(
        "@article{a, title = {On looms that weave}, author = {Lovelace, Ada}, year = 2019}\n"
        "@article{b, title = {On cogs that turn}, author = {Lovelace, Ada}, year = 2021}\n"
    )
    call_command("import_papers", path, stdout=StringIO())
    assert client.get("/papers-per-year.csv").content.decode().split() == [
        "year,main_category,papers",
        "2019,,1",
        "2019,math.CO,1",
        "2019,stat.ML,1",
        "2020,cs.LG,1",
        "2021,,1",
    ]
    found = client.get("/").content.decode()
    assert "Papers per year, 2019–2021; most in 2019: 3" in found
    assert ">no category</th>" in found


@pytest.mark.django_db
def test_one_subject_alone_is_shown_by_category(import_rows, client: Client) -> None:
    import_rows(record("2001.00001", categories="cs.LG"), record("2001.00002", categories="cs.CL"))
    assert ">cs.CL</th>" in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_years_of_a_category(papers: None, client: Client) -> None:
    answer = client.get("/categories/cs.LG/years.csv")
    assert answer.content.decode().split() == ["year,papers,first_category", "2019,1,0", "2020,1,1"]
    found = client.get("/categories/cs.LG/").content.decode()
    assert "<title>2019: 1 (listed here too 1)</title>" in found
    assert "<title>2020: 1 (first category 1)</title>" in found
    assert client.get("/categories/nowhere/years.csv").status_code == 404
    PaperCount.objects.all().delete()
    assert client.get("/").status_code == client.get("/categories/cs.LG/").status_code == 200
