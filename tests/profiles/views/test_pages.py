"""The pages about people, as a visitor gets them: whole answers, addresses that moved, nonsense, and queries counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import chain, pairwise
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from justhtml import JustHTML

from papers.database.builds import stage_lock
from papers.models import Paper
from profiles.display.similar_authors import reason
from profiles.management.seed import SOURCE
from profiles.models import Author, AuthorIdentifier, EarlierSlug, SimilarityLink
from profiles.similarity import full_run
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Build = Callable[..., object]
Queries = Callable[..., Any]

PROFILE = "/authors/tom-henighan/"
SEED = orjson.loads(SOURCE.read_bytes())


def page(response: HttpResponse) -> JustHTML:
    """The page; fails if it is not valid HTML."""
    found = JustHTML(response.content, sanitize=False, collect_errors=True)
    assert found.errors == []
    return found


def texts(found: JustHTML, selector: str) -> list[str]:
    return [" ".join(node.to_text().split()) for node in found.query(selector)]


def ada_and_others(papers: int) -> list[dict[str, Any]]:
    """So many papers of Ada Byron, each with another co-author and a category of its own."""
    codes = ["cs.LG", "cs.AI", "math.CO", "hep-th", "stat.ML"]
    return [
        record(
            f"2001.{n:05}",
            authors=f"Ada Byron, Other Person{'abcdefghijklmnopqrstuvwxyz'[n]}",
            categories=codes[n % 5],
            abstract=f"Engines weave algebra{n} for cogs{n % 3}.",
        )
        for n in range(1, papers + 1)
    ]


def relate() -> None:
    with stage_lock():
        full_run.compute_similarity()


# --- The seed profile -------------------------------------------------------------------------------------------------


def test_the_seed_profile(client: Client, related_seed: None) -> None:
    found = page(client.get(PROFILE))
    assert texts(found, "h1") == ["Tom Henighan"]
    assert texts(found, ".lead") == ["21 papers on arXiv"]
    assert texts(found, "head > title") == ["Tom Henighan · Coterie"]
    sections = found.query("main section")
    assert [(s.attrs["id"], s.attrs["aria-labelledby"]) for s in sections] == [
        ("profile", "profile-heading"),
        ("statistics", "statistics-heading"),
        ("similar", "similar-heading"),
        ("papers", "papers-heading"),
    ]
    assert texts(found, "main section > h2") == ["Academic Profile", "Statistics", "Similar Authors", "Papers on arXiv"]
    assert [found.query_one(f"#{s.attrs['aria-labelledby']}").to_text() for s in sections] == texts(
        found, "main section > h2"
    )
    # No id is given twice, and headings go down one level at a time.
    ids = Counter(node.attrs["id"] for node in found.query("[id]"))
    assert [name for name, times in ids.items() if times > 1] == []
    levels = [int(node.name[1]) for node in found.query("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_papers_of_the_seed_profile(client: Client, related_seed: None) -> None:
    found = page(client.get(PROFILE))
    rows = {row.get("arxiv_id") or row["slug"]: row for row in SEED["papers"]}
    newest = sorted(rows, key=lambda key: rows[key]["submitted"] or "", reverse=True)
    cards = found.query("#papers .card")
    assert [" ".join(card.query_one(".title").to_text().split()) for card in cards] == [
        rows[key]["title"] for key in newest
    ]
    assert [card.query_one(".title a").attrs["href"] for card in cards] == [f"/papers/{key}/" for key in newest]
    # The one formula of the seed is typeset.
    assert [" ".join(card.query_one(".teaser").to_text().split()) for card in cards] == [
        " ".join(rows[key]["abstract"].replace(r"$\leftrightarrow$", " ↔ ").split()) for key in newest
    ]
    assert len(found.query("#papers math")) == 1
    assert [[a.to_text() for a in card.query(".subject")] for card in cards] == [
        rows[key]["categories"] for key in newest
    ]
    assert [[t.attrs["datetime"] for t in card.query("time")] for card in cards] == [
        [rows[key]["submitted"]] if rows[key]["submitted"] else [] for key in newest
    ]
    # Where the byline is folded, the one whose page it is still stands in it.
    for card, key in zip(cards, newest, strict=True):
        if rows[key]["authors"]:
            assert "Tom Henighan" in card.query_one(".byline").to_text()


def test_the_figures_of_the_seed_profile(client: Client, related_seed: None) -> None:
    found = page(client.get(PROFILE))
    figures = dict(zip(texts(found, ".figures dt"), texts(found, ".figures dd"), strict=True))
    assert figures == {
        "Papers": "21",
        "Active years": "2020–2026",
        "Co-authors": "157",
        "First author": "1",
        "Last author": "1",
        "Sole author": "0",
        "Authors per paper (median)": "30.5",
    }
    tables = {
        table.query_one("caption").to_text(): [
            (row.query_one("th").to_text(), row.query_one("td").to_text()) for row in table.query("tbody tr")
        ]
        for table in found.query("#statistics table")
    }
    assert tables == {
        "Papers per year": [
            ("2026", "2"),
            ("2025", "1"),
            ("2024", "0"),
            ("2023", "2"),
            ("2022", "10"),
            ("2021", "2"),
            ("2020", "3"),
        ],
        "Papers per category": [
            ("Computation and Language (cs.CL)", "10"),
            ("Artificial Intelligence (cs.AI)", "8"),
            ("Machine Learning (cs.LG)", "8"),
            ("Computers and Society (cs.CY)", "1"),
            ("Human-Computer Interaction (cs.HC)", "1"),
            ("Machine Learning (stat.ML)", "1"),
        ],
    }
    links = {row.query_one("th").to_text(): row.query("th a") for row in found.query("#statistics tbody tr")}
    assert links["2022"][0].attrs["href"] == f"{PROFILE}?year=2022#papers"
    assert links["2024"] == []
    assert len(found.query("#statistics .tally-list li")) == 12
    assert texts(found, "#statistics .tally-list li")[0] == "Sam McCandlish 17 papers"
    facts = dict(zip(texts(found, "#profile dt"), texts(found, "#profile dd"), strict=True))
    assert facts == {
        "Active": "2020–2026",
        "Main subjects": facts["Main subjects"],
        "Standing": "curated",
    }
    assert texts(found, "#profile dd li a") == [
        "Computation and Language cs.CL",
        "Artificial Intelligence cs.AI",
        "Machine Learning cs.LG",
        "Computers and Society cs.CY",
    ]
    assert texts(found, "#profile .note") == ["Checked by a curator of this site.", "Suggest a correction"]


def test_the_similar_authors_of_the_seed_profile(client: Client, related_seed: None) -> None:
    found = page(client.get(PROFILE))
    rows = found.query("#similar ol > li")
    assert [(row.attrs["value"], row.query_one("a.name").to_text()) for row in rows[:3]] == [
        ("1", "Sam McCandlish"),
        ("2", "Jared Kaplan"),
        ("3", "Dario Amodei"),
    ]
    assert len(rows) == 10
    links = SimilarityLink.objects.filter(author__slug="tom-henighan").best_first()[:10]
    assert [(r.query_one(".reason").to_text(), bool(r.query(".tag"))) for r in rows] == [
        (reason(link.evidence), link.is_coauthor) for link in links
    ]
    assert rows[0].query_one(".reason").to_text() == "scaling laws, data, heads"
    assert found.query_one("#similar .onward a").attrs["href"] == f"{PROFILE}similar/"


def test_other_names_of_a_curated_person_are_on_the_profile(client: Client, seed: None) -> None:
    found = page(client.get("/authors/sheer-el-showk/"))
    assert (
        dict(zip(texts(found, "#profile dt"), texts(found, "#profile dd"), strict=True))["Also printed as"]
        == "Sheer El-Showk"
    )
    assert texts(found, "#similar .note") == ["Similar authors have not been computed yet."]


def test_the_similar_page(client: Client, related_seed: None) -> None:
    found = page(client.get(f"{PROFILE}similar/"))
    rows = found.query(".comparison")
    links = list(SimilarityLink.objects.filter(author__slug="tom-henighan").best_first().select_related("other"))
    assert len(rows) == 20
    assert texts(found, ".comparison h2") == [f"{link.rank}. {link.other.name}" for link in links]
    for row, link in zip(rows, links, strict=True):
        parts = link.evidence["parts"]
        assert [
            th.to_text().split("\n")[0].removesuffix(" word").removesuffix(" tie").strip()
            for th in row.query("tbody th")
        ] == [part["label"] for part in parts]
        assert [td.to_text() for td in row.query("td.number")] == [f"{part['contribution']:.3f}" for part in parts]
        assert row.query_one("strong.number").to_text() == f"{link.score:.3f}"


# --- What is shown, and to whom ---------------------------------------------------------------------------------------


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(
        record("2001.00001", title="First", categories="cs.LG"),
        record(
            "2001.00002",
            title="Second",
            authors="Alan Turing, Ada Byron",
            categories="math.CO",
            versions=[{"version": "v1", "created": "Tue, 1 Jan 2019 10:00:00 GMT"}],
        ),
        record("2001.00003", title="Third", authors="Alan Turing", categories="math.CO"),
    )
    relate()


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def titles(response: HttpResponse) -> list[str]:
    return texts(page(response), "#papers .card .title")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["First", "Second"]),
        ("?year=2019", ["Second"]),
        ("?year=2020", ["First"]),
        ("?category=cs.LG", ["First"]),
        ("?category=math.CO&year=2019", ["Second"]),
        ("?category=math.CO&year=2020", []),
        ("?category=hep-th", []),
        ("?ordering=published", ["Second", "First"]),
        ("?q=second", ["Second"]),
        ("?author=alan-turing", ["Second"]),
        ("?year_min=2020", ["First"]),
        ("?year=", ["First", "Second"]),
    ],
)
def test_the_papers_of_a_profile_can_be_narrowed(query: str, expected: list[str], client: Client, ada: Author) -> None:
    response = client.get(f"/authors/ada-byron/{query}")
    assert (response.status_code, titles(response)) == (200, expected)
    # Whatever is narrowed, the figures above are those of all papers.
    assert texts(page(response), ".lead") == ["2 papers on arXiv"]
    if not expected:
        assert texts(page(response), "#papers .notice p") == ["No paper of this author fits all of this. Show all"]


def test_what_a_curator_wrote_is_shown_as_text(client: Client, ada: Author) -> None:
    Author.objects.filter(pk=ada.pk).update(
        affiliation="<b>Analytical</b> Society",
        bio="First <script>alert(1)</script>\n\nSecond",
        name="Ada <i>Byron</i>",
    )
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/?a=1&b=\"'>")
    found = page(client.get("/authors/ada-byron/"))
    facts = dict(zip(texts(found, "#profile dt"), texts(found, "#profile dd"), strict=True))
    assert texts(found, "h1") == ["Ada <i>Byron</i>"]
    assert (facts["Affiliation"], facts["ORCID"]) == ("<b>Analytical</b> Society", "0000-0002-1825-0097")
    assert texts(found, ".bio p") == ["First <script>alert(1)</script>", "Second"]
    # Beside files there is schema.org data, in which nothing can end the element.
    (data,) = [script for script in found.query("script") if "src" not in script.attrs]
    assert data.attrs["type"] == "application/ld+json"
    (page_of, _way) = json.loads(data.to_text())["@graph"]
    assert page_of["mainEntity"]["name"] == "Ada <i>Byron</i>"
    assert page_of["mainEntity"]["description"] == "First <script>alert(1)</script>\n\nSecond"
    assert {a.attrs["href"] for a in found.query('#profile a[rel~="me"]')} == {
        "https://orcid.org/0000-0002-1825-0097",
        "https://example.org/?a=1&b=\"'>",
    }


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"standing": "curated"}, "Checked by a curator of this site."),
        ({"standing": "identified"}, "Identified by a register such as ORCID."),
        ({}, "Put together from the printed name alone; papers of a namesake may be among them."),
        (
            {"shares_name_on_a_paper": True},
            "Put together from the printed name alone, and one paper prints it twice: two people may be mixed here.",
        ),
    ],
)
def test_a_profile_says_how_sure_we_are(fields: dict[str, Any], note: str, client: Client, ada: Author) -> None:
    Author.objects.filter(pk=ada.pk).update(**fields)
    assert texts(page(client.get("/authors/ada-byron/")), "#profile .note") == [note, "Suggest a correction"]


def test_a_pinned_link_comes_with_its_note_and_a_vetoed_one_not_at_all(client: Client, ada: Author) -> None:
    SimilarityLink.objects.all().delete()
    people = {author.name: author for author in Author.objects.all()}
    SimilarityLink.objects.create(author=ada, other=people["Charles Babbage"], verdict="vetoed", score=0.9)
    SimilarityLink.objects.create(
        author=ada, other=people["Alan Turing"], verdict="pinned", rank=1, is_coauthor=True, note="Both <compute>."
    )
    found = page(client.get("/authors/ada-byron/"))
    assert texts(found, "#similar li .name") == ["Alan Turing"]
    assert texts(found, "#similar li .tag") == ["co-author", "pinned"]
    assert texts(found, "#similar li .reason")[-1] == "Both <compute>."
    assert texts(page(client.get("/authors/ada-byron/similar/")), ".comparison h2 a") == ["Alan Turing"]


def test_an_author_without_papers_and_without_anything(client: Client, db: None) -> None:
    Author.objects.create(public_id="0123456789", slug="new", name="New", surname="New", sort_key="new")
    found = page(client.get("/authors/new/"))
    assert (texts(found, "h1"), texts(found, ".lead")) == (["New"], ["0 papers on arXiv"])
    assert texts(found, "main section > h2") == ["Academic Profile", "Statistics", "Similar Authors", "Papers on arXiv"]
    assert page(client.get("/authors/new/similar/")).query(".comparison") == []
    assert texts(page(client.get("/authors/")), ".people li") == []


# --- Addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "similar/"])
@pytest.mark.parametrize(
    "who", ["PUBLIC ID", "augusta-king", "orcid:0000-0002-1825-0097", "merged-person", "MERGED ID", "person-before"]
)
def test_addresses_that_lead_to_the_profile(who: str, rest: str, client: Client, ada: Author) -> None:
    merged = Author.objects.create(
        public_id="mergedmerg", slug="merged-person", name="M", surname="M", sort_key="m", merged_into=ada
    )
    EarlierSlug.objects.create(author=ada, slug="augusta-king")
    EarlierSlug.objects.create(author=merged, slug="person-before")
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    address = who.replace("PUBLIC ID", ada.public_id).replace("MERGED ID", merged.public_id)
    response = client.get(f"/authors/{address}/{rest}")
    assert (response.status_code, response["Location"]) == (301, f"/authors/ada-byron/{rest}")
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("rest", ["", "similar/"])
def test_a_retired_address_is_gone_for_ever(rest: str, client: Client, ada: Author) -> None:
    EarlierSlug.objects.create(author=ada, slug="hidden-name", is_retired=True)
    response = client.get(f"/authors/hidden-name/{rest}")
    assert response.status_code == 410
    assert texts(page(response), ".lead") == ["The profile that was at this address has been retired."]
    assert b"ada-byron" not in response.content.lower()


@pytest.mark.parametrize("rest", ["", "similar/"])
def test_a_hidden_author_is_nowhere(rest: str, client: Client, ada: Author) -> None:
    EarlierSlug.objects.create(author=ada, slug="augusta-king")
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    for who in ("ada-byron", ada.public_id, "augusta-king", "orcid:0000-0002-1825-0097"):
        response = client.get(f"/authors/{who}/{rest}")
        assert response.status_code == 404
        assert texts(page(response), ".lead") == ["There is no author at this address."]
    addresses = [
        "/",
        "/authors/",
        "/authors/?q=byron",
        "/papers/2001.00001/",
        "/papers/",
        "/search/?q=byron",
        "/authors/alan-turing/",
        "/authors/alan-turing/similar/",
        "/categories/cs.LG/",
    ]
    for address in addresses:
        assert b"/authors/ada-byron/" not in client.get(address).content
    # The name stays printed on the paper, which is a fact, without a link.
    assert texts(page(client.get("/papers/2001.00001/")), ".byline a") == ["Charles Babbage"]
    assert client.get("/orcid/0000-0002-1825-0097").status_code == 404
    assert client.get("/papers/?author=ada-byron").status_code == 400


def test_jump_to_orcid(client: Client, ada: Author) -> None:
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value="0000-0002-1825-0097")
    for address in ("/orcid/0000-0002-1825-0097", "/search/?q=0000-0002-1825-0097"):
        assert client.get(address)["Location"] == "/authors/ada-byron/"
    for orcid in ("0000-0002-1825-0098", "0000-0001-5109-3700", "ada"):
        response = client.get(f"/orcid/{orcid}")
        assert response.status_code == 404
        assert texts(page(response), ".lead") == [f"Nobody here is known by the ORCID {orcid}."]


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alan Turing", "Ada Byron", "Charles Babbage"]),
        ("?ordering=name", ["Charles Babbage", "Ada Byron", "Alan Turing"]),
        ("?category=math.CO", ["Alan Turing", "Ada Byron"]),
        ("?category=math.CO&ordering=name", ["Ada Byron", "Alan Turing"]),
        ("?standing=curated", []),
        ("?standing=name-only&ordering=name", ["Charles Babbage", "Ada Byron", "Alan Turing"]),
        ("?q=byron", ["Ada Byron"]),
        ("?q=byron&category=cs.LG", ["Ada Byron"]),
        ("?q=nobody", []),
    ],
)
def test_the_list_of_authors(query: str, expected: list[str], client: Client, ada: Author) -> None:
    response = client.get(f"/authors/{query}")
    assert response.status_code == 200
    assert texts(page(response), ".people .name") == expected


def test_a_row_of_the_list(client: Client, ada: Author) -> None:
    found = page(client.get("/authors/"))
    assert texts(found, ".people li") == [
        "Alan Turing 2 papers, 2019–2020 math.CO",
        "Ada Byron 2 papers, 2019–2020 cs.LG math.CO",
        "Charles Babbage 1 paper, 2020 cs.LG",
    ]
    assert texts(found, ".count") == ["3 authors"]


def test_the_list_goes_to_its_end_and_back(client: Client, build_rows: Build) -> None:
    build_rows(
        *(record(f"2001.{n:05}", authors=f"Person Number{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(1, 61))
    )
    pages, address = [], "/authors/?ordering=name"
    while address:
        found = page(client.get(address))
        pages.append(texts(found, ".people .name"))
        onward = found.query('.pager a[rel="next"]')
        address = onward[0].attrs["href"] if onward else ""
        back = found.query('.pager a[rel="prev"]')
    assert [len(rows) for rows in pages] == [25, 25, 10]
    assert list(chain(*pages)) == sorted(Author.objects.values_list("name", flat=True))
    assert texts(page(client.get(back[0].attrs["href"])), ".people .name") == pages[1]
    assert texts(page(client.get("/authors/?ordering=name&page=2")), ".people .name") == pages[1]


def test_home(client: Client, related_seed: None) -> None:
    found = page(client.get("/"))
    tally = dict(zip(texts(found, ".tally dt"), texts(found, ".tally dd"), strict=True))
    assert tally == {"Papers": "21", "Authors": "158", "Categories": "6", "Similarities": "4,670"}
    assert texts(found, "#recent .card .title")[0] == next(
        row["title"] for row in SEED["papers"] if row["submitted"] == max(r["submitted"] or "" for r in SEED["papers"])
    )
    assert len(found.query("#recent .card")) == 5
    assert texts(found, "#authors .name")[0] == "Tom Henighan"
    assert len(found.query("#authors .name")) == 12


def test_an_empty_site_has_pages(client: Client, db: None) -> None:
    for address in ("/", "/authors/", "/search/", "/search/?q=ada", "/about/", "/authors/?q=ada"):
        assert client.get(address).status_code == 200
        page(client.get(address))


def test_search_finds_people_and_papers(client: Client, ada: Author) -> None:
    found = page(client.get("/search/?q=turing"))
    assert texts(found, "#authors .name") == ["Alan Turing"]
    assert sorted(texts(found, "#papers .title")) == ["Second", "Third"]  # equally good
    for text, address in (
        ("arXiv:2001.00001v1", "/papers/2001.00001/"),
        ("https://arxiv.org/abs/2001.00001", "/papers/2001.00001/"),
    ):
        response = client.get("/search/", {"q": text})
        assert (response.status_code, response["Location"]) == (302, address)
    # One that isn't here is searched for like words.
    assert client.get("/search/?q=2001.99999").status_code == 200


def test_a_category_has_its_authors_with_the_papers_they_have_there(client: Client, ada: Author) -> None:
    found = page(client.get("/categories/math.CO/"))
    assert texts(found, ".people .name") == ["Alan Turing", "Ada Byron"]
    assert texts(found, ".people .quiet") == ["2 papers, 2019–2020", "1 paper, 2019–2020"]


# --- Nonsense ---------------------------------------------------------------------------------------------------------

NONSENSE = [
    "year=abc",
    "year=-1",
    "year=99999999999",
    "year=2020.5",
    "year=NaN",
    "year=1e400",
    "year_min=x",
    "category=nonsense",
    "ordering=sideways",
    "published_min=yesterday",
    "published_max=2020-13-45",
    "author=nobody",
    "author=orcid:1",
    "ordering=relevance",
    "id__in=" + ",".join(map(str, range(101))),
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_filters_of_a_profile(query: str, client: Client, ada: Author) -> None:
    response = client.get(f"/authors/ada-byron/?{query}")
    assert response.status_code == 400
    found = page(response)
    assert texts(found, "h1") == ["Ada Byron"]
    assert texts(found, "#papers .problem p") == ["Something in the filter could not be understood."]
    assert all(text.endswith(".") for text in texts(found, "#papers .errorlist li"))
    assert found.query("#papers .errorlist li")
    assert found.query("#papers .card") == []


@pytest.mark.parametrize(
    "query",
    [
        "category=nonsense",
        "standing=holy",
        "ordering=sideways",
        "ordering=relevance",
        "id__in=" + ",".join(map(str, range(101))),
    ],
)
def test_nonsense_in_the_list_of_authors(query: str, client: Client, ada: Author) -> None:
    response = client.get(f"/authors/?{query}")
    assert response.status_code == 400
    assert page(response).query(".errorlist li")


@pytest.mark.parametrize("wanted", ["x", "0", "999", "-1", "1e3", "WyI+Il0", "eyJhIjoxfQ", "٣"])
@pytest.mark.parametrize("address", ["/authors/", "/authors/ada-byron/", "/authors/?q=ada&"])
def test_pages_that_are_not_there(address: str, wanted: str, client: Client, ada: Author) -> None:
    response = client.get(f"{address}{'' if '?' in address else '?'}page={wanted}")
    assert response.status_code == 404
    assert texts(page(response), ".lead")[0].endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "/authors/nobody/",
        "/authors/nobody/similar/",
        "/authors/%FF/",
        "/authors/orcid:x/",
        "/authors/" + "x" * 3000 + "/",
        "/authors/%F0%9F%98%80/",
    ],
)
def test_addresses_of_nobody(address: str, client: Client, ada: Author) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert texts(page(response), ".lead")[0].endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "/authors/%00/",
        "/authors/%00/similar/",
        "/orcid/%00",
        "/categories/%00/",
        "/authors/%0d%0aSet-Cookie:x/",
        "/authors/?q=%00",
        "/authors/ada-byron/?category=%00",
        "/search/?q=a%00b",
    ],
)
def test_addresses_that_nobody_can_read(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert texts(page(response), ".lead") == [
        "The address holds characters that can't be printed. Perhaps it was damaged in copying."
    ]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_are_only_read(method: str, client: Client, ada: Author) -> None:
    for address in ("/", "/authors/", "/authors/ada-byron/", "/authors/ada-byron/similar/", "/search/", "/about/"):
        assert getattr(client, method)(address).status_code == 405


NAMES = st.sampled_from(
    [
        "q",
        "search",
        "category",
        "author",
        "year",
        "year_min",
        "year_max",
        "published_min",
        "ordering",
        "page",
        "standing",
        "id__in",
        "x",
    ]
)
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["2020", "cs.LG", "ada-byron", "-published", "name", "relevance", "\0", '"', "a AND", "title:", "*", "-x"]
    ),
    st.integers().map(str),
)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.sampled_from(["/authors/", "/authors/ada-byron/", "/search/"]),
    query=st.lists(st.tuples(NAMES, VALUES), max_size=4),
)
def test_no_query_breaks_a_page(address: str, query: list[tuple[str, str]], client: Client, ada: Author) -> None:
    text = "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in query)
    assert client.get(f"{address}?{text}").status_code in (200, 302, 400, 404)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.text(min_size=1, max_size=30))
def test_no_address_of_an_author_breaks(who: str, client: Client, ada: Author) -> None:
    address = quote(who, safe="", errors="replace")
    assert client.get(f"/authors/{address}/").status_code in (200, 301, 400, 404)
    assert client.get(f"/authors/{address}/similar/").status_code in (200, 301, 400, 404)


# --- Queries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("papers", [1, 3, 21])
def test_queries_of_a_profile(
    papers: int, client: Client, build_rows: Build, django_assert_num_queries: Queries
) -> None:
    build_rows(*ada_and_others(papers))
    relate()
    # author; category names; top co-authors; keys of papers; the papers; the people on them; its public names; identifiers;
    # namesakes; similar authors; the build of those; types of the papers
    with django_assert_num_queries(12):
        response = client.get("/authors/ada-byron/")
    assert len(titles(response)) == papers


@pytest.mark.parametrize("papers", [1, 3, 21])
def test_queries_of_a_narrowed_profile(
    papers: int, client: Client, build_rows: Build, django_assert_num_queries: Queries
) -> None:
    build_rows(*ada_and_others(papers))
    # the same, and the category asked for; count of the papers; what was read of them for counting years, types, categories and
    # (papers, who is on them, their names) co-authors
    address = "/authors/ada-byron/?year=2020&category=cs.AI"
    with django_assert_num_queries(19):
        assert client.get(address).status_code == 200
    # in place only the papers are asked for, without the six queries of the other panels
    with django_assert_num_queries(14):
        response = client.get(address, headers={"HX-Request": "true", "HX-Target": "papers"})
    assert response.content.strip().startswith(b'<section id="papers"')
    assert {"HX-Request", "HX-Target"} <= set(response.headers["Vary"].split(", "))


@pytest.mark.parametrize("papers", [4, 7, 21])
def test_queries_of_the_similar_page(
    papers: int, client: Client, build_rows: Build, django_assert_num_queries: Queries
) -> None:
    build_rows(*ada_and_others(papers))
    relate()
    # author; links with the others; shared co-authors; closest papers; category names; the build
    with django_assert_num_queries(6):
        response = client.get("/authors/other-personb/similar/")
    shown = texts(page(response), ".comparison h2 a")
    assert len(shown) == SimilarityLink.objects.filter(author__slug="other-personb").count() > 0
    assert "Ada Byron" in shown


@pytest.mark.parametrize("papers", [1, 3])
def test_queries_of_lists(papers: int, client: Client, build_rows: Build, django_assert_num_queries: Queries) -> None:
    build_rows(*ada_and_others(papers))
    # category names; counts by category; other counts; authors
    with django_assert_num_queries(4):
        assert len(page(client.get("/authors/")).query(".people li")) == papers + 1
    # the same, and the category asked for
    with django_assert_num_queries(5):
        client.get("/authors/?category=cs.LG")
    # category names; two builds; categories with counts; counts by year; papers; people on them; names for the cards;
    # count; authors
    with django_assert_num_queries(10):
        client.get("/")


def test_a_profile_of_many_papers_has_pages(
    client: Client, build_rows: Build, django_assert_num_queries: Queries
) -> None:
    build_rows(*(record(f"2001.{n:05}", authors="Ada Byron") for n in range(1, 61)))
    seen, address = [], "/authors/ada-byron/"
    while address:
        with django_assert_num_queries(11):
            response = client.get(address)
        seen.append(titles(response))
        onward = page(response).query('.pager a[rel="next"]')
        address = onward[0].attrs["href"] if onward else ""
        assert address == "" or address.endswith("#papers")
    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert sorted(chain(*seen)) == sorted(Paper.objects.values_list("title", flat=True))


def test_a_search_without_matches_says_what_its_words_find(
    build_rows: Build, client: Client, django_assert_num_queries: Queries
) -> None:
    build_rows(
        record("2001.00001", title="Robots"),
        record("2001.00002", title="Robots and calibration"),
        record("2001.00003", title="Wine"),
    )
    response = client.get("/search/?q=robots+wine+calibration+zyzzyva+-survey")
    assert response.context["apart"] == [("robots", 2), ("wine", 1), ("calibration", 1)]
    assert "No paper with all of these words." in response.content.decode()
    assert 'href="/search/?q=calibration"' in response.content.decode()
    for query, apart in (("zyzzyva", []), ("zyzzyva+abacus", []), ('"robots+wine"+title:wine', [("title:wine", 1)])):
        assert client.get(f"/search/?q={query}").context["apart"] == apart
