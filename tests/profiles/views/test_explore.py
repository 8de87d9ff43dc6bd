"""Ways in: what is new, what changed, whom to compare, and names while one types."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from justhtml import JustHTML

from papers.database.builds import stage_lock
from papers.ingest.runs import import_source
from profiles.models import Author
from profiles.similarity import full_run
from tests.conftest import build_site, link_and_count, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Build = Callable[..., object]
Queries = Callable[..., Any]


def on(day: int) -> list[dict[str, str]]:
    return [{"version": "v1", "created": f"Fri, {day} Jan 2020 10:00:00 GMT"}]


def page(response: Any) -> JustHTML:
    found = JustHTML(response.content, sanitize=False, collect_errors=True)
    assert (response.status_code, found.errors) == (200, [])
    return found


def texts(found: JustHTML, selector: str) -> list[str]:
    return [" ".join(node.to_text().split()) for node in found.query(selector)]


# --- New --------------------------------------------------------------------------------------------------------------


def test_new_papers_stand_under_their_days(build_rows: Build, client: Client) -> None:
    build_rows(
        *(record(f"2001.{n:05}", title=f"Of day {n}", versions=on(n), categories="cs.LG") for n in range(1, 11)),
        record("2001.00020", title="Also of day 10", versions=on(10), categories="math.CO"),
    )
    found = page(client.get("/new/"))
    # Seven days on which papers came, those of the last day first.
    assert texts(found, "h3.day")[:2] == ["Friday, Jan. 10, 2020", "Thursday, Jan. 9, 2020"]
    assert len(found.query("h3.day")) == 7
    assert texts(found, ".card .title") == ["Also of day 10", *(f"Of day {n}" for n in range(10, 3, -1))]
    assert texts(found, "h2.count") == ["8 papers"]
    assert texts(found, ".facet.category li") == ["Machine Learning cs.LG 7 papers", "Combinatorics math.CO 1 paper"]
    narrowed = page(client.get("/new/?category=math.CO"))
    assert texts(narrowed, ".card .title") == ["Also of day 10"]
    assert texts(narrowed, ".chosen li") == ["Category: math.CO take this filter away"]
    assert client.get("/new/?category=nope").status_code == 400


LAB = """
@inproceedings{a, title={Looms}, author={Ada Byron}, booktitle={Conference on Looms}, year=2021}
@article{b, title={Engines}, author={Ada Byron}, journal={Engines Today}, year=2021}
@phdthesis{c, title={Weaving}, author={Ada Byron}, school={University of Looms}, year=2019}
@misc{d, title={Notes}, author={Ada Byron}}
"""


def test_where_of_all_papers_the_year_alone_is_known_they_stand_by_year(
    categories: None, client: Client, tmp_path: Path
) -> None:
    (tmp_path / "lab.bib").write_text(LAB)
    import_source(str(tmp_path / "lab.bib"))
    link_and_count()
    found = page(client.get("/new/"))
    assert texts(found, ".lead") == ["The newest papers, each under its date as far as that is known."]
    assert texts(found, "h2.count") == ["3 papers"]
    assert texts(found, "h3.day, .card .title") == ["2021", "Engines", "Looms", "2019", "Weaving"]
    home = page(client.get("/"))
    assert texts(home, "#recent-heading") == ["Newest papers"]
    assert texts(home, "#recent .card .title") == ["Engines", "Looms", "Weaving", "Notes"]
    assert texts(home, "#recent .onward a") == ["New papers", "All papers"]
    profile = page(client.get("/authors/ada-byron/"))
    assert texts(profile, "#papers .card .title") == ["Engines", "Looms", "Weaving", "Notes"]
    assert texts(profile, "#papers select[name=year] option") == ["all", "2021 (2)", "2019 (1)"]
    types = ["all", "Journal article (1)", "Document (1)", "Conference paper (1)", "Thesis (1)"]
    assert texts(profile, "#papers select[name=type] option") == types
    narrowed = page(client.get("/authors/ada-byron/?year=2021&type=paper-conference"))
    assert texts(narrowed, "#papers .card .title") == ["Looms"]
    author = Author.objects.get(slug="ada-byron")
    assert (author.first_year, author.last_year, author.statistics["years"]) == (2019, 2021, [[2019, 1], [2021, 2]])


def test_new_papers_of_an_empty_site(categories: None, client: Client) -> None:
    assert texts(page(client.get("/new/")), ".notice") == [
        "No papers yet. Once some are imported, the newest stand here."
    ]


# --- What changed -----------------------------------------------------------------------------------------------------


def test_what_changed_says_what_every_stage_did(build_rows: Build, client: Client) -> None:
    build_rows(record("2001.00001"), record("2001.00002", title="Second"))
    with stage_lock():
        full_run.compute_similarity()
    found = page(client.get("/changes/"))
    said = {run.query_one("h3").to_text(): texts(run, "li") for run in found.query(".run")}
    assert said["Papers read"] == ["2 papers new"]
    assert said["Names linked"] == ["2 authors new", "4 names linked", "2 papers looked at"]
    assert said["Profiles counted"] == ["2 authors looked at", "2 authors in all"]
    assert "2 papers looked at" in said["Similar authors found"]
    assert sorted(texts(found, ".card .title")) == ["On 2001.00001", "Second"]
    assert len(found.query(".runs li")) == 4
    # A later import is the latest one, and papers that changed come first.
    build_rows(
        record("2001.00001", title="First, mended", update_date="2020-02-01"), record("2001.00002", title="Second")
    )
    found = page(client.get("/changes/"))
    said = {run.query_one("h3").to_text(): texts(run, "li") for run in found.query(".run")}
    assert said["Papers read"] == ["1 paper changed", "1 paper unchanged"]
    assert texts(found, ".card .title")[0] == "First, mended"


def test_what_changed_on_an_empty_site(db: None, client: Client) -> None:
    assert texts(page(client.get("/changes/")), ".notice") == [
        "Nothing has been run yet.",
        "No papers yet. Once some are imported, the newest stand here.",
    ]


# --- Names while one types --------------------------------------------------------------------------------------------


@prepared_site
def people(categories: None) -> None:
    build_site(
        record("2001.00001", authors="Ada Byron, Charles Babbage"),
        record("2001.00002", authors="Ada Byron, Alan Turing", versions=on(2)),
        record("2001.00003", authors="Agnes Byron", categories="math.CO"),
    )


def test_suggestions_tell_namesakes_apart(people: None, client: Client) -> None:
    response = client.get("/search/authors/?q=byron")
    assert response.json() == {
        "said": "2 authors suggested",
        "results": [
            {
                "name": "Ada Byron",
                "slug": "ada-byron",
                "url": "/authors/ada-byron/",
                "hint": "2 papers · 2020 · Machine Learning · with Charles Babbage",
            },
            {
                "name": "Agnes Byron",
                "slug": "agnes-byron",
                "url": "/authors/agnes-byron/",
                "hint": "1 paper · 2020 · Combinatorics",
            },
        ],
    }
    assert response.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("text", ["", "zz", "%", "\U0010ffff", "x" * 999])
def test_nobody_is_suggested_for_nothing(text: str, people: None, client: Client) -> None:
    assert client.get("/search/authors/", {"q": text}).json() == {"said": "No author suggested", "results": []}


def test_suggestions_name_nobody_hidden(people: None, client: Client) -> None:
    Author.objects.filter(slug="charles-babbage").update(is_hidden=True, is_listed=False)
    answer = client.get("/search/authors/?q=by").content.decode() + client.get("/search/authors/?q=ba").content.decode()
    assert "Babbage" not in answer


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_ways_in(
    count: int, build_rows: Build, client: Client, django_assert_num_queries: Queries
) -> None:
    build_rows(
        *(record(f"2001.{n:05}", authors=f"Ada {'ABC'[n - 1]}yron, Charles Babbage") for n in range(1, count + 1))
    )
    # the first days; papers by day; category names; keys of papers, the papers, people on them; categories counted
    with django_assert_num_queries(7):
        client.get("/new/")
    # the latest runs, those before, papers, people on them, category names
    with django_assert_num_queries(5):
        client.get("/changes/")
    # three of the name's words, the best by whole name, by surname, by any part; the people, category names, co-authors
    with django_assert_num_queries(8):
        assert client.get("/search/authors/?q=babbage").json()["results"]
    # papers and years, the builds of three stages
    with django_assert_num_queries(4):
        client.get("/about/")


# --- Whom to compare --------------------------------------------------------------------------------------------------


def test_two_names_that_are_clear_lead_to_both(people: None, client: Client) -> None:
    response = client.get("/compare/?one=ada-byron&two=turing")
    assert (response.status_code, response.headers["Location"]) == (302, "/authors/ada-byron/with/alan-turing/")


def test_a_name_of_two_people_asks_whom(people: None, client: Client) -> None:
    found = page(client.get("/compare/?one=byron&two=turing"))
    choices = found.query(".people a")
    assert [(a.to_text(), a.attrs["href"]) for a in choices] == [
        ("Ada Byron", "/compare/?two=turing&one=ada-byron"),
        ("Agnes Byron", "/compare/?two=turing&one=agnes-byron"),
    ]
    assert texts(found, ".pair p > a.name") == ["Alan Turing"]
    response = client.get(choices[0].attrs["href"])
    assert response.headers["Location"] == "/authors/ada-byron/with/alan-turing/"


def test_comparing_somebody_with_nobody(people: None, client: Client) -> None:
    assert client.get("/compare/?one=ada-byron&two=ada-byron").status_code == 404
    assert "Nobody here has this name." in client.get("/compare/?one=zzz&two=turing").content.decode()
    assert page(client.get("/compare/")).query(".pair section") == []
    Author.objects.filter(slug="alan-turing").update(is_hidden=True, is_listed=False)
    assert "Alan" not in client.get("/compare/?one=ada-byron&two=alan-turing").content.decode()


def notices(response: Any) -> list[str]:
    return [" ".join(found.to_text().split()) for found in page(response).query("main .notice")]


def test_a_site_that_knows_no_date_shows_none(client: Client, tmp_path: Path, categories: None) -> None:
    lab = tmp_path / "lab.bib"
    lab.write_text("@misc{a, title={On looms}, author={Noether, Emmy}}\n@misc{b, title={On cogs}, author={Byron, Ada}}")
    call_command("build_all", str(lab), stdout=StringIO())
    found = page(client.get("/new/"))
    assert found.query(".lead, .days, .day") == []
    assert notices(client.get("/new/")) == [
        "No paper here tells when it came out, so none is newer than another. All papers"
    ]
    home = page(client.get("/"))
    assert home.query("#recent-heading")[0].to_text() == "Papers"
    assert [link.to_text() for link in home.query("#recent .onward a")] == ["All papers"]


def test_papers_without_days_stand_under_their_month_or_year(client: Client, tmp_path: Path, categories: None) -> None:
    lab = tmp_path / "lab.bib"
    when = ["year=2021", "year=2020, month=mar", "year=2020, month=mar, day=7", "year=2020, month=mar", "year=2020", ""]
    entries = (f"@misc{{k{n}, title={{On looms {n}}}, author={{Ada Byron}}, {day}}}" for n, day in enumerate(when))
    lab.write_text("\n".join(entries))
    call_command("build_all", str(lab), stdout=StringIO())
    found = page(client.get("/new/"))
    assert texts(found, ".lead") == ["The newest papers, each under its date as far as that is known."]
    assert texts(found, "h3.day") == ["2021", "Saturday, March 7, 2020", "March 2020", "2020"]
    assert [node.attrs["datetime"] for node in found.query("h3.day time")] == ["2021", "2020-03-07", "2020-03", "2020"]
    assert texts(found, "h2.count") == ["5 papers"]
    assert [title[-1] for title in texts(found, ".card .title")] == ["0", "2", "3", "1", "4"]
    assert texts(page(client.get("/")), "#recent-heading") == ["Newest papers"]


def test_papers_of_the_last_days_and_those_that_may_be(client: Client, build_rows: Build, tmp_path: Path) -> None:
    build_rows(*(record(f"2001.{n:05}", title=f"Of day {n}", versions=on(n)) for n in range(1, 10)))
    lab = tmp_path / "lab.bib"
    lab.write_text(
        "@misc{a, title={Of January}, year=2020, month=jan}\n@misc{b, title={Of 2020}, year=2020}\n"
        "@misc{c, title={X}, year=2019}"
    )
    call_command("build_all", str(lab), stdout=StringIO())
    found = page(client.get("/new/"))
    assert texts(found, "h3.day")[-2:] == ["January 2020", "2020"]
    assert texts(found, ".card .title") == [*(f"Of day {n}" for n in range(9, 2, -1)), "Of January", "Of 2020"]
    assert texts(found, "h2.count") == ["9 papers"]


def test_days_without_a_paper_of_the_subject_say_so(client: Client, build_rows: Build) -> None:
    build_rows(record("2001.00001", categories="cs.LG"))
    assert notices(client.get("/new/?category=math.CO")) == ["None of the papers of these days is in this category."]


def test_an_empty_site_says_what_to_do(client: Client, categories: None) -> None:
    assert notices(client.get("/new/")) == ["No papers yet. Once some are imported, the newest stand here."]
    assert notices(client.get("/")) == [
        "No papers yet. Once some are imported, the newest stand here. Whoever runs this site finds in the README how: "
        "“Starting with one’s own papers”."
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/new/",
        "/changes/",
        "/authors/",
        "/papers/",
        "/categories/",
        "/categories/cs.LG/",
        "/search/?q=cogs",
        "/people/?q=cogs",
        "/compare/",
        "/quality/",
        "/data/",
        "/about/",
        "/recipes/",
        "/suggest/",
        "/llms.txt",
        "/papers.bib",
        "/papers/feed/",
        "/decisions/feed/",
        "/builds/feed/",
        "/api/v1/papers/",
        "/api/v1/authors/",
        "/oai?verb=Identify",
    ],
)
def test_every_page_of_an_empty_site_answers(path: str, client: Client, categories: None) -> None:
    assert client.get(path).status_code == 200


def test_recipes_ask_for_somebody_who_is_here(client: Client, build_rows: Build) -> None:
    said = client.get("/recipes/").content.decode()
    assert ("henighan" in said, "some-author" in said) == (False, True)
    build_rows(record("2001.00001", authors="Ada O'Byron", title="Looms $(and) cogwheels"))
    said = client.get("/recipes/").content.decode()
    assert "henighan" not in said
    assert "/authors/ada-obyron.md" in said
    assert "q=ada oby" in said
    assert "search=title:cogwheels&#x27;" in said


def test_recipes_keep_the_seed_s_author_where_he_is(client: Client, seed: None) -> None:
    assert "/authors/tom-henighan.md" in client.get("/recipes/").content.decode()
