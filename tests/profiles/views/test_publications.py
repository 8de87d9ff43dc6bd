"""All papers of an author on one page: by year, numbered through, with what a curriculum vitae names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from justhtml import JustHTML

from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from profiles.views import publications
from tests.conftest import link_and_count, record
from tests.papers.conftest import store_papers
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
ADDRESS = "/authors/ada-byron/publications/"


@pytest.fixture
def ada(build_rows: Callable[..., Any]) -> None:
    crowd = ", ".join([*(f"Person{chr(97 + n)} Other" for n in range(14)), "Ada Byron"])
    build_rows(
        record(
            "1901.00001",
            title="First $x^2$",
            authors="Ada Byron, Charles Babbage",
            categories="math.CO",
            versions=[{"version": "v1", "created": "Mon, 7 Jan 2019 10:00:00 GMT"}],
        ),
        record(
            "2001.00002",
            title="Second",
            authors="Ada Byron",
            doi="10.1000/a<b",
            journal_ref="Phys. Lett. B 658 (2020) 7",
        ),
        record("2001.00003", title="Third", authors=crowd),
    )


@prepared_site
def of_every_kind(categories: None) -> None:
    """Publications of a list, each of another kind."""
    kinds: list[tuple[str, str, str, dict[str, Any]]] = [
        ("Cards", "2020-03", "article", {"container": "J. Looms"}),
        ("Looms", "2019-05-03", "article", {"container": "J. Looms", "volume": "12", "pages": "1-10"}),
        ("A talk", "2019", "inproceedings", {"container": "Acts of Looms", "pages": "6-14"}),
        ("Handed out", "2019", "misc", {"urls": (Url("https://looms.example.org/"),)}),
        ("Notes", "2014", "book", {"publisher": "Weave & Sons"}),
        ("Steam", "", "phdthesis", {"publisher": "University of Looms"}),
    ]
    store_papers(
        *(
            PaperRecord.from_source(
                SourceFields(
                    source="bibtex",
                    slug=title.lower().replace(" ", "-"),
                    title=title,
                    authors="Ada Byron",
                    # The first was posted before it was issued.
                    posted=PartialDate.from_iso(day) if title == "Cards" else None,
                    issued=PartialDate.from_iso("2021" if title == "Cards" else day) if day else None,
                    details=Details(source_type=kind, **details),
                )
            )
            for title, day, kind, details in kinds
        )
    )
    link_and_count()


def read(response: Any) -> list[tuple[str, str, list[str]]]:
    """Of each year its heading, the number of its first paper, and its titles."""
    assert response.status_code == 200
    page = JustHTML(response.content, sanitize=False)
    return [
        (
            section.query("h2")[0].to_text().strip(),
            section.query("ol")[0].attrs["start"],
            [title.to_text().strip() for title in section.query(".title")],
        )
        for section in page.query(".publications section")
    ]


def test_all_papers_by_year(ada: None, client: Client) -> None:
    response = client.get(ADDRESS)
    assert [(year, start, len(titles)) for year, start, titles in read(response)] == [
        ("2020", "1", 2),
        ("2019", "3", 1),
    ]
    text = response.content.decode()
    for expected in (
        "Phys. Lett. B 658 (2020) 7",
        'href="https://doi.org/10.1000/a%3Cb"',
        "arXiv:1901.00001",
        "<strong>Ada Byron</strong>",
        "and 4 more",
        "3 papers",
        "2019–2020",
        '<meta name="robots" content="noindex">',
    ):
        assert expected in text
    # The author is named however long the byline is.
    assert text.count("<strong>Ada Byron</strong>") == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("year=2019", [("2019", "1", 1)]),
        ("ordering=published", [("2019", "1", 1), ("2020", "2", 2)]),
        ("q=second", [("2020", "1", 1)]),
        ("coauthor=charles-babbage&page=9", [("2019", "1", 1)]),
        ("year=1990", []),
    ],
)
def test_the_profile_s_filters(query: str, expected: Any, ada: None, client: Client) -> None:
    found = read(client.get(f"{ADDRESS}?{query}"))
    assert [(year, start, len(titles)) for year, start, titles in found] == expected


def test_what_is_left_out_is_said(ada: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "MOST", 2)
    response = client.get(ADDRESS)
    assert [len(titles) for _year, _start, titles in read(response)] == [2]
    assert "The first 2 papers stand here." in response.content.decode()


def test_other_answers(ada: None, client: Client) -> None:
    assert client.get(f"{ADDRESS}?year=x").status_code == 400
    assert client.get("/authors/nobody/publications/").status_code == 404
    # The profile leads there, with its filters where one looks at a part of the list.
    assert f'href="{ADDRESS}"' in client.get("/authors/ada-byron/").content.decode()
    assert f'href="{ADDRESS}?year=2019"' in client.get("/authors/ada-byron/?year=2019").content.decode()


def test_by_type_then_year(of_every_kind: None, client: Client) -> None:
    page = JustHTML(client.get(f"{ADDRESS}?by=type").content, sanitize=False)
    found = [
        (
            part.query("h2")[0].to_text(),
            [(year.query("h3")[0].to_text(), year.query("ol")[0].attrs["start"]) for year in part.query("section")],
            [title.to_text() for title in part.query("h4")],
        )
        for part in page.query(".publications > section")
    ]
    assert found == [
        ("Journal articles", [("2020", "1"), ("2019", "2")], ["Cards", "Looms"]),
        ("Books", [("2014", "3")], ["Notes"]),
        ("Conference papers", [("2019", "4")], ["A talk"]),
        ("Theses and reports", [("Without a date", "5")], ["Steam"]),
        ("Others", [("2019", "6")], ["Handed out"]),
    ]
    by_year = JustHTML(client.get(ADDRESS).content, sanitize=False)
    assert [" ".join(meta.to_text().split()) for meta in by_year.query("p.meta")] == [
        "March 2020 J. Looms, 2021",
        "May 3, 2019 J. Looms 12, 1–10",
        "https://looms.example.org/",
        "Acts of Looms, 6–14",
        "Book Weave & Sons",
        "Thesis University of Looms",
    ]
    # Both lists lead to the other, and keep what else was asked for.
    assert f'href="{ADDRESS}?year=2019&amp;by=type"' in client.get(f"{ADDRESS}?year=2019").content.decode()
    assert f'href="{ADDRESS}?year=2019"' in client.get(f"{ADDRESS}?by=type&year=2019").content.decode()


def test_all_authors_on_request(ada: None, client: Client) -> None:
    short, whole = (client.get(f"{ADDRESS}{query}").content.decode() for query in ("", "?authors=all"))
    assert ("and 4 more" in short, "Persone Other" in short) == (True, True)
    assert f'href="{ADDRESS}?authors=all"' in short
    assert ("more</a>" in whole, "Personn Other" in whole) == (False, True)
    assert f'href="{ADDRESS}" rel="nofollow">Shorten' in whole
    assert whole.count("<strong>Ada Byron</strong>") == 3


@pytest.mark.parametrize("query", ["by=author", "authors=some", "by=type&authors=1"])
def test_a_choice_that_there_is_not_is_400(query: str, ada: None, client: Client) -> None:
    assert client.get(f"{ADDRESS}?{query}").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_paper_and_for_three(
    count: int, build_rows: Any, client: Client, django_assert_num_queries: Any
) -> None:
    build_rows(*(record(f"2001.{n:05}") for n in range(1, count + 1)))
    with django_assert_num_queries(5):  # the author, their papers, people on them, category names, identifiers
        assert client.get(ADDRESS).status_code == 200
