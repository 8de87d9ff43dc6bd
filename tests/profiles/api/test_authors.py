"""The API of authors and similarity links: whole answers, every parameter, every error, and queries counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import ANY
from urllib.parse import quote

import pytest
from django.db.models import Q
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework import serializers

from papers.database.builds import stage_lock
from papers.models import Build, Paper
from profiles.api import serializers as shapes
from profiles.models import Author, AuthorIdentifier, AuthorName, Authorship, EarlierSlug, SimilarityLink
from profiles.similarity import full_run
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Rows = Callable[..., object]
Queries = Callable[..., Any]

SITE = "http://127.0.0.1:8000"
ORCID = "0000-0002-1825-0097"


def get(path: str) -> tuple[int, Any]:
    """The answer's status and JSON."""
    response = Client().get(f"/api/v1/{path}")
    return response.status_code, response.json()


def results(path: str) -> list[Any]:
    status, answer = get(path)
    assert status == 200, answer
    return answer["results"]


def walk(path: str) -> Iterator[list[Any]]:
    """The results of every page from this one on, by its `next` links."""
    address: str | None = f"/api/v1/{path}"
    while address:
        response = Client(headers={"host": "127.0.0.1:8000"}).get(address)
        assert response.status_code == 200, response.content
        yield response.json()["results"]
        address = (response.json()["next"] or "").removeprefix(SITE)


def problem(status: int, title: str, path: str, detail: str, *errors: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body["instance"] = f"/api/v1/{path}"
    if errors:
        body["errors"] = [{"parameter": name, "detail": text} for name, text in errors]
        body["detail"] = " ".join(f"{name}: {text}" for name, text in errors)
    return status, body


def person(author: Author) -> dict[str, str]:
    url = f"{SITE}/authors/{author.slug}/"
    return {"id": author.public_id, "slug": author.slug, "name": author.name, "url": url}


@prepared_site
def site_of_people(categories: None) -> None:
    """Three people on three papers, compared; Ada Byron with everything a curator may add."""
    build_site(
        record("2001.00001", title="Engines", abstract="Cogs weave algebra.", categories="cs.LG"),
        record(
            "2001.00002",
            title="Looms",
            authors="Alan Turing, Ada Byron",
            abstract="Cogs weave cloth.",
            categories="math.CO cs.LG",
            versions=[{"version": "v1", "created": "Tue, 1 Jan 2019 10:00:00 GMT"}],
        ),
        record(
            "2001.00003", title="Tables", authors="Charles Babbage", abstract="Cogs, cams, algebra.", categories="cs.AR"
        ),
        record("2001.00004", title="Rings", authors="Emmy Noether", abstract="Cams over rings.", categories="math.RA"),
    )
    with stage_lock():
        full_run.compute_similarity()
    Author.objects.filter(name="Ada Byron").update(standing="identified", affiliation="London", bio="Wrote notes.")
    ada = Author.objects.get(name="Ada Byron")
    AuthorName.objects.create(author=ada, name="A. A. Byron", decided_by_human=True)
    AuthorName.objects.create(author=ada, name="Augusta King", visibility="match-only", decided_by_human=True)
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value=ORCID)
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/ada")
    EarlierSlug.objects.create(author=ada, slug="augusta-king")


@pytest.fixture
def people(site_of_people: None) -> dict[str, Author]:
    return {author.name: author for author in Author.objects.all()}


@pytest.fixture
def ada(people: dict[str, Author]) -> Author:
    return people["Ada Byron"]


def ada_json(ada: Author) -> dict[str, Any]:
    return {
        "id": ada.public_id,
        "slug": "ada-byron",
        "name": "Ada Byron",
        "names": ["Ada Byron", "A. A. Byron"],
        "standing": "identified",
        "identifiers": [
            {"scheme": "homepage", "value": "https://example.org/ada", "url": "https://example.org/ada"},
            {"scheme": "orcid", "value": ORCID, "url": f"https://orcid.org/{ORCID}"},
        ],
        "affiliation": "London",
        "bio": "Wrote notes.",
        "paper_count": 2,
        "coauthor_count": 2,
        "first_year": 2019,
        "last_year": 2020,
        "categories": [{"code": "cs.LG", "count": 2}, {"code": "math.CO", "count": 1}],
        "modified": ANY,
        "url": f"{SITE}/authors/ada-byron/",
    }


# --- One author -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ada-byron", "PUBLIC ID", f"orcid:{ORCID}", "orcid:0000000218250097"])
def test_an_author(who: str, ada: Author) -> None:
    assert get(f"authors/{who.replace('PUBLIC ID', ada.public_id)}/") == (200, ada_json(ada))


def test_what_is_unknown_is_null(people: dict[str, Author]) -> None:
    noether = people["Emmy Noether"]
    assert get("authors/emmy-noether/") == (
        200,
        {
            "id": noether.public_id,
            "slug": "emmy-noether",
            "name": "Emmy Noether",
            "names": ["Emmy Noether"],
            "standing": "name-only",
            "identifiers": [],
            "affiliation": None,
            "bio": None,
            "paper_count": 1,
            "coauthor_count": 0,
            "first_year": 2020,
            "last_year": 2020,
            "categories": [{"code": "math.RA", "count": 1}],
            "modified": ANY,
            "url": f"{SITE}/authors/emmy-noether/",
        },
    )


@pytest.mark.parametrize("rest", ["", "papers/", "similar/", "coauthors/", "statistics/"])
def test_earlier_and_merged_addresses_lead_to_the_author(rest: str, people: dict[str, Author], ada: Author) -> None:
    turing = people["Alan Turing"]
    Author.objects.filter(pk=turing.pk).update(merged_into=ada)
    for who in ("augusta-king", "alan-turing", turing.public_id):
        response = Client().get(f"/api/v1/authors/{who}/{rest}")
        assert (response.status_code, response["Location"]) == (301, f"/api/v1/authors/{ada.public_id}/{rest}")


@pytest.mark.parametrize("rest", ["", "papers/", "similar/", "coauthors/", "statistics/"])
@pytest.mark.parametrize("who", ["nobody", "orcid:0000-0002-1825-0098", "orcid:", "HIDDEN"])
def test_nobody(who: str, rest: str, people: dict[str, Author]) -> None:
    Author.objects.filter(name="Alan Turing").update(is_hidden=True)
    who = who.replace("HIDDEN", "alan-turing")
    path = f"authors/{who}/{rest}"
    said = f"There is no author {who!r}. Give the address, the public id or orcid:…."
    assert get(path) == problem(404, "Not Found", path, said)


@pytest.mark.parametrize("rest", ["", "papers/", "similar/", "coauthors/", "statistics/"])
def test_a_retired_address_is_gone(rest: str, ada: Author) -> None:
    EarlierSlug.objects.create(author=ada, slug="augusta-gordon", is_retired=True)
    path = f"authors/augusta-gordon/{rest}"
    assert get(path) == problem(410, "Gone", path, "The profile that was at this address has been retired.")


def test_the_papers_of_an_author(ada: Author) -> None:
    found = results("authors/ada-byron/papers/")
    assert [(paper["identifier"], [entry["author"]["slug"] for entry in paper["byline"]]) for paper in found] == [
        ("2001.00001", ["ada-byron", "charles-babbage"]),
        ("2001.00002", ["alan-turing", "ada-byron"]),
    ]
    assert found[0] == get("papers/2001.00001/")[1]
    assert found[0]["byline"][0] == {
        "position": 1,
        "name": "Ada Byron",
        "forenames": "Ada",
        "surname": "Byron",
        "suffix": None,
        "affiliations": [],
        "orcid": None,
        "other_names": [],
        "author": person(ada),
        "basis": "name",
        "decided_on": None,
    }
    assert get("authors/ada-byron/papers/?count=on&page_size=1")[1]["count"] == 2
    assert [len(rows) for rows in walk("authors/ada-byron/papers/?page_size=1")] == [1, 1]


def test_similar_authors(people: dict[str, Author], ada: Author) -> None:
    links = list(SimilarityLink.objects.filter(author=ada).order_by("rank").select_related("other"))
    papers = {paper.pk: paper for paper in Paper.objects.all()}

    def reference(pk: int) -> dict[str, str]:
        paper = papers[pk]
        return {"identifier": paper.identifier, "title": paper.title, "url": f"{SITE}/papers/{paper.identifier}/"}

    build = Build.objects.get(stage="similarity")
    found = results("authors/ada-byron/similar/")
    assert found == [
        {
            "rank": rank,
            "score": link.score,
            "is_coauthor": True,
            "pinned": False,
            "note": None,
            "build": build.pk,
            "author": person(people[link.other.name]),
            "evidence": {
                "parts": link.evidence["parts"],
                "shared_coauthors": [],
                "shared_categories": link.evidence["shared_categories"],
                "closest_papers": {
                    "mine": reference(link.evidence["closest_papers"]["mine"]),
                    "theirs": reference(link.evidence["closest_papers"]["theirs"]),
                    "score": link.evidence["closest_papers"]["score"],
                },
            },
        }
        for rank, link in enumerate(links, 1)
    ]
    assert [row["author"]["name"] for row in found] == ["Alan Turing", "Charles Babbage"]
    for row in found:
        assert sum(Decimal(str(part["contribution"])) for part in row["evidence"]["parts"]) == Decimal(
            str(row["score"])
        )


def test_similar_authors_of_the_seed(related_seed: None) -> None:
    rows = [row for found in walk("authors/tom-henighan/similar/?page_size=7") for row in found]
    assert [row["rank"] for row in rows] == list(range(1, 21))
    for row in rows:
        assert sum(Decimal(str(part["contribution"])) for part in row["evidence"]["parts"]) == Decimal(
            str(row["score"])
        )
        assert len(row["evidence"]["shared_coauthors"]) == 10


def test_verdicts_and_hidden_people_in_the_answer(people: dict[str, Author], ada: Author) -> None:
    SimilarityLink.objects.filter(author=ada, other__name="Alan Turing").update(verdict="vetoed", rank=None)
    SimilarityLink.objects.filter(author=ada, other__name="Charles Babbage").update(verdict="pinned", note="Friends.")
    # Evidence may name people who were hidden later.
    link = SimilarityLink.objects.get(author=ada, other__name="Charles Babbage")
    link.evidence["shared_coauthors"] = [people["Alan Turing"].pk, people["Emmy Noether"].pk]
    link.save()
    Author.objects.filter(name="Emmy Noether").update(is_hidden=True)
    [row] = results("authors/ada-byron/similar/")
    assert (row["author"]["name"], row["pinned"], row["note"]) == ("Charles Babbage", True, "Friends.")
    assert row["evidence"]["shared_coauthors"] == [person(people["Alan Turing"])]
    Paper.objects.update(is_deleted=True)
    assert results("authors/ada-byron/similar/")[0]["evidence"]["closest_papers"] is None


def test_coauthors(people: dict[str, Author], build_rows: Rows) -> None:
    build_rows(record("2001.00005", authors="Ada Byron, Alan Turing"))
    assert get("authors/ada-byron/coauthors/") == (
        200,
        {
            "next": None,
            "previous": None,
            "results": [
                {"author": person(people["Alan Turing"]), "papers": 2},
                {"author": person(people["Charles Babbage"]), "papers": 1},
            ],
        },
    )
    Author.objects.filter(name="Alan Turing").update(is_hidden=True)
    assert [row["author"]["name"] for row in results("authors/ada-byron/coauthors/")] == ["Charles Babbage"]


def test_coauthors_on_papers_of_large_teams_are_left_out(build_rows: Rows) -> None:
    team = ", ".join(f"Member Number{letter}{other}" for letter in "abcdefghijk" for other in "abcdefghij")
    build_rows(
        record("2001.00001", authors=f"Ada Byron, {team}"), record("2001.00002", authors="Ada Byron, Alan Turing")
    )
    assert [(row["author"]["slug"], row["papers"]) for row in results("authors/ada-byron/coauthors/")] == [
        ("alan-turing", 1)
    ]


def test_statistics(ada: Author) -> None:
    assert get("authors/ada-byron/statistics/") == (
        200,
        {
            "papers": 2,
            "first_year": 2019,
            "last_year": 2020,
            "coauthors": 2,
            "first_authorships": 1,
            "last_authorships": 1,
            "sole_authorships": 0,
            "median_authors": 2,
            "years": [{"year": 2019, "count": 1}, {"year": 2020, "count": 1}],
            "categories": [{"code": "cs.LG", "count": 2}, {"code": "math.CO", "count": 1}],
        },
    )


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Charles Babbage", "Ada Byron", "Emmy Noether", "Alan Turing"]),
        ("?ordering=-paper_count", ["Charles Babbage", "Ada Byron", "Emmy Noether", "Alan Turing"]),
        ("?ordering=name", ["Charles Babbage", "Ada Byron", "Emmy Noether", "Alan Turing"]),
        ("?standing=identified", ["Ada Byron"]),
        ("?standing=curated", []),
        ("?category=cs.LG", ["Ada Byron", "Alan Turing", "Charles Babbage"]),
        ("?category=cs.LG&ordering=name", ["Charles Babbage", "Ada Byron", "Alan Turing"]),
        ("?category=cs.LG&standing=name-only&ordering=name", ["Charles Babbage", "Alan Turing"]),
        ("?search=byron", ["Ada Byron"]),
        ("?q=tur", ["Alan Turing"]),
        ("?search=nobody", []),
        ("?id__in=nonsense", []),
    ],
)
def test_the_list_of_authors(query: str, names: list[str], people: dict[str, Author]) -> None:
    found = results(f"authors/{query}")
    if query in ("", "?ordering=-paper_count"):  # of equal numbers the newest record comes first
        assert [row["paper_count"] for row in found] == [2, 2, 1, 1]
        assert sorted(row["name"] for row in found) == sorted(names)
    elif query == "?category=cs.LG":
        assert (found[0]["name"], {row["name"] for row in found}) == ("Ada Byron", set(names))
    else:
        assert [row["name"] for row in found] == names


def test_a_row_of_the_list_is_the_author(ada: Author) -> None:
    assert get("authors/?search=ada&count=on") == (
        200,
        {"next": None, "previous": None, "count": 1, "results": [ada_json(ada)]},
    )


def test_authors_by_ids(people: dict[str, Author]) -> None:
    ids = [people["Ada Byron"].public_id, people["Alan Turing"].public_id, "unknown"]
    assert {row["id"] for row in results(f"authors/?id__in={','.join(ids)}")} == set(ids[:2])


@pytest.mark.parametrize("query", ["", "ordering=name&", "category=cs.LG&", "standing=name-only&"])
def test_pages_hold_everybody_once_and_lead_back(query: str, build_rows: Rows) -> None:
    build_rows(*(record(f"2001.0000{n}", authors=f"Ada Byron, Person Number{'abcdefghij'[n]}") for n in range(1, 8)))
    rows = [[row["id"] for row in found] for found in walk(f"authors/?{query}page_size=3")]
    assert [len(found) for found in rows] == [3, 3, 2]
    assert len({pid for found in rows for pid in found}) == 8
    last = get(f"authors/?{query}page_size=3")[1]
    for _ in range(2):
        last = get(last["next"].removeprefix(f"{SITE}/api/v1/").removeprefix("http://testserver/api/v1/"))[1]
    back = get(last["previous"].removeprefix("http://testserver/api/v1/"))[1]
    assert [row["id"] for row in back["results"]] == rows[1]


def test_a_ranked_list_has_pages_too(build_rows: Rows) -> None:
    build_rows(*(record(f"2001.0000{n}", authors=f"Person Number{'abcdefghij'[n]}") for n in range(1, 8)))
    assert [len(found) for found in walk("authors/?search=person&page_size=3")] == [3, 3, 1]
    assert get("authors/?search=person&cursor=x")[0] == 400


def test_autocomplete(people: dict[str, Author]) -> None:
    assert get("authors/autocomplete/?q=tur") == (200, {"results": [person(people["Alan Turing"])]})
    assert get("authors/autocomplete/?q=nobody") == (200, {"results": []})
    Author.objects.filter(name="Alan Turing").update(is_hidden=True)
    assert get("authors/autocomplete/?q=tur") == (200, {"results": []})
    for query in ("", "?q=", "?q=%20"):
        path = f"authors/autocomplete/{query}"
        assert get(path) == problem(400, "Bad Request", path, "", ("q", "Give the beginning of a name."))


def test_similarity_links(people: dict[str, Author], ada: Author) -> None:
    rows = results("similarity-links/")
    shown = SimilarityLink.objects.order_by("id").select_related("author", "other")
    assert [(row["of"]["name"], row["author"]["name"], row["rank"], row["score"]) for row in rows] == [
        (link.author.name, link.other.name, link.rank, link.score) for link in shown
    ]
    mine = results("similarity-links/?author=ada-byron")
    assert mine == [{"of": person(ada), **row} for row in results("authors/ada-byron/similar/")]
    assert (
        results(f"similarity-links/?author={ada.public_id}") == results("similarity-links/?author=augusta-king") == mine
    )
    assert results("similarity-links/?author=ada-byron&is_coauthor=true") == mine
    assert results("similarity-links/?author=ada-byron&is_coauthor=false") == []
    assert [row["author"]["name"] for row in results("similarity-links/?is_coauthor=false")] == [
        link.other.name for link in shown if not link.is_coauthor
    ]


def test_links_of_hidden_people_are_not_answered(people: dict[str, Author]) -> None:
    Author.objects.filter(name="Alan Turing").update(is_hidden=True)
    rows = results("similarity-links/")
    assert {name for row in rows for name in (row["of"]["name"], row["author"]["name"])} & {"Alan Turing"} == set()
    assert (
        len(rows)
        == SimilarityLink.objects.exclude(Q(author=people["Alan Turing"]) | Q(other=people["Alan Turing"])).count()
    )
    assert get("similarity-links/?author=alan-turing")[0] == 400


def test_merged(people: dict[str, Author], ada: Author) -> None:
    assert results("merged/") == []
    turing, babbage = people["Alan Turing"], people["Charles Babbage"]
    Author.objects.filter(pk=turing.pk).update(merged_into=ada)
    assert results("merged/") == [{"id": turing.public_id, "merged_into": person(ada)}]
    # Whoever was merged into somebody hidden is as hidden.
    Author.objects.filter(pk=babbage.pk).update(merged_into=people["Emmy Noether"])
    Author.objects.filter(name="Emmy Noether").update(is_hidden=True)
    assert results("merged/") == [{"id": turing.public_id, "merged_into": person(ada)}]


# --- Errors -----------------------------------------------------------------------------------------------------------

CHOICE = "Select a valid choice. {} is not one of the available choices."
LISTED = (
    "category, category__in, count, cursor, exclude_category, exclude_standing, fields, first_year_max, first_year_min, "
    "format, group_by, id__in, last_year_max, last_year_min, omit, ordering, page_size, paper_count_max, paper_count_min, "
    "q, sample, search, seed, standing, standing__in, updated_since"
)
OF_A_RECORD = "fields, format, omit"


@pytest.mark.parametrize(
    ("path", "name", "said"),
    [
        ("authors/?nonsense=1", "nonsense", f"Unknown parameter. Allowed here: {LISTED}."),
        ("authors/?page=2", "page", f"Unknown parameter. Allowed here: {LISTED}."),
        (
            "authors/?category=nonsense",
            "category",
            "There is no category 'nonsense'. The codes are listed at /categories/.",
        ),
        ("authors/?standing=holy", "standing", CHOICE.format("holy")),
        ("authors/?ordering=height", "ordering", CHOICE.format("height")),
        ("authors/?ordering=relevance", "ordering", "Best match first needs a name to match: give q."),
        ("authors/?page_size=0", "page_size", "Give a number from 1 to 200."),
        ("authors/?page_size=201", "page_size", "Give a number from 1 to 200."),
        ("authors/?page_size=x", "page_size", "Give a number from 1 to 200."),
        ("authors/?count=maybe", "count", "Give on or off."),
        (
            "authors/?cursor=x",
            "cursor",
            "This page doesn't exist: its cursor is not one that this list gave. Start at the first page.",
        ),
        ("authors/?id__in=" + ",".join(["x"] * 101), "id__in", "At most 100 ids at once, not 101."),
        ("authors/ada-byron/papers/?year=x", "year", "Enter a number."),
        (
            "authors/ada-byron/similar/?x=1",
            "x",
            "Unknown parameter. Allowed here: count, cursor, expand, fields, format, omit, page_size.",
        ),
        ("authors/ada-byron/similar/?page_size=-1", "page_size", "Give a number from 1 to 200."),
        ("authors/ada-byron/coauthors/?x=1", "x", f"Unknown parameter. Allowed here: expand, {OF_A_RECORD}."),
        (
            "authors/ada-byron/coauthors/?page_size=5",
            "page_size",
            f"Unknown parameter. Allowed here: expand, {OF_A_RECORD}.",
        ),
        ("authors/ada-byron/statistics/?x=1", "x", f"Unknown parameter. Allowed here: {OF_A_RECORD}."),
        ("authors/ada-byron/?x=1", "x", f"Unknown parameter. Allowed here: {OF_A_RECORD}."),
        ("authors/autocomplete/?q=a&x=1", "x", "Unknown parameter. Allowed here: fields, format, omit, q."),
        (
            "similarity-links/?x=1",
            "x",
            "Unknown parameter. Allowed here: author, count, cursor, expand, fields, format, group_by, is_coauthor, omit, "
            "page_size, sample, seed.",
        ),
        ("similarity-links/?author=nobody", "author", "There is no author 'nobody'."),
        ("similarity-links/?is_coauthor=maybe", "is_coauthor", CHOICE.format("maybe")),
        (
            "merged/?x=1",
            "x",
            "Unknown parameter. Allowed here: count, cursor, fields, format, omit, page_size, sample, seed, updated_since.",
        ),
    ],
)
def test_wrong_parameters(path: str, name: str, said: str, ada: Author) -> None:
    assert get(path) == problem(400, "Bad Request", path, "", (name, said))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", ["authors/", "authors/ada-byron/", "similarity-links/", "merged/", "authors/ada-byron/papers/"]
)
def test_nothing_is_written(path: str, method: str, ada: Author, curator_client: Client) -> None:
    for client, allowed in ((Client(), (401, 403, 405)), (curator_client, (405,))):
        response = getattr(client, method)(f"/api/v1/{path}", data={}, content_type="application/json")
        assert response.status_code in allowed
        assert response["Content-Type"] == "application/problem+json"


VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["on", "name", "cs.LG", "ada-byron", "true", "3", "WyI+Iiwx", "relevance", "\0", '"', "*", "-x", "orcid:"]
    ),
)
NAMES = st.sampled_from(
    [
        "q",
        "search",
        "category",
        "standing",
        "id__in",
        "ordering",
        "cursor",
        "page_size",
        "count",
        "author",
        "is_coauthor",
        "x",
    ]
)
PATHS = st.sampled_from(
    [
        "authors/",
        "authors/autocomplete/",
        "authors/ada-byron/",
        "authors/ada-byron/papers/",
        "authors/ada-byron/similar/",
        "authors/ada-byron/coauthors/",
        "similarity-links/",
        "merged/",
    ]
)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_no_query_breaks_an_answer(path: str, query: list[tuple[str, str]], ada: Author) -> None:
    text = "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in query)
    response = Client().get(f"/api/v1/{path}?{text}")
    assert response.status_code in (200, 400)
    kind = "application/json" if response.status_code == 200 else "application/problem+json"
    assert response["Content-Type"] == kind
    assert isinstance(response.json(), dict)


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.text(min_size=1, max_size=20), rest=st.sampled_from(["", "papers/", "similar/"]))
def test_no_address_breaks_an_answer(who: str, rest: str, ada: Author) -> None:
    response = Client().get(f"/api/v1/authors/{quote(who, safe='', errors='replace')}/{rest}")
    assert response.status_code in (301, 400, 404)


# --- The document and the answers agree -------------------------------------------------------------------------------


def check_shape(shape: serializers.Serializer[Any], answer: Any) -> None:
    """That the answer has exactly the fields of the shape, null only where it may be."""
    assert set(answer) == set(shape.fields)
    for name, field in shape.fields.items():
        value = answer[name]
        if value is None:
            assert field.allow_null, name
        elif isinstance(field, serializers.ListSerializer):
            for each in value:
                check_shape(field.child, each)
        elif isinstance(field, serializers.Serializer):
            check_shape(field, value)
        else:
            field.run_validation(value)


def test_answers_have_the_shapes_that_the_document_says(people: dict[str, Author]) -> None:
    for who in ("ada-byron", "emmy-noether"):
        check_shape(shapes.AuthorShape(), get(f"authors/{who}/")[1])
        check_shape(shapes.StatisticsShape(), get(f"authors/{who}/statistics/")[1])
    for row in results("authors/ada-byron/similar/"):
        check_shape(shapes.SimilarAuthorShape(), row)
    for row in results("similarity-links/"):
        check_shape(shapes.SimilarityLinkShape(), row)
    for row in results("authors/ada-byron/coauthors/"):
        check_shape(shapes.CoauthorShape(), row)
    for row in get("authors/autocomplete/?q=a")[1]["results"]:
        check_shape(shapes.PersonShape(), row)
    Author.objects.filter(name="Alan Turing").update(merged_into=people["Ada Byron"])
    for row in results("merged/"):
        check_shape(shapes.MergedShape(), row)


# --- Queries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("papers", [2, 3, 21])
def test_queries(papers: int, build_rows: Rows, django_assert_num_queries: Queries) -> None:
    build_rows(
        *(
            record(
                f"2001.000{n:02}",
                authors=f"Ada Byron, Person Number{chr(96 + n)}, Person Other{chr(96 + n)}",
                title=f"Looms{n}",
            )
            for n in range(1, papers + 1)
        )
    )
    with stage_lock():
        full_run.compute_similarity()
    for path, queries in (  # each with two for the tag: the state of the papers, and of the people
        ("authors/", 5),  # authors; their names; their identifiers
        ("authors/?category=cs.LG", 6),  # and the category asked for
        ("authors/ada-byron/", 5),  # the author; names; identifiers
        ("authors/ada-byron/papers/", 6),  # the author; keys of papers; the papers; the people on them
        ("authors/ada-byron/coauthors/", 5),  # the author; people on the same papers; those people
        ("authors/ada-byron/statistics/", 3),  # the author
        ("authors/ada-byron/similar/", 6),  # the author; links with the others; people and papers of the evidence
        ("similarity-links/", 5),  # links with both people; people and papers of the evidence
    ):
        with django_assert_num_queries(queries, info=path):
            assert get(path)[0] == 200
    assert Authorship.objects.count() == 3 * papers
    assert len(results("authors/ada-byron/similar/")) == min(2 * papers, 20)
