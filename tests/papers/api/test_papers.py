"""The API of papers, categories and builds: whole answers, every parameter, every error, and the document that describes it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from unittest.mock import ANY
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from rest_framework import exceptions, serializers

from papers.api import serializers as shapes
from papers.api.exceptions import problem_details
from papers.api.throttling import AddressThrottle
from papers.bylines import Name
from papers.ingest.records import Deletion, PaperRecord, SourceFields, Version
from papers.models import Build, Category, Paper
from papers.publications import FIELDS, Details, Url
from papers.taxonomy.types import TYPES
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper, store_papers
from tests.papers.views.test_papers import ANY_QUERY
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
OLD = "hep-th/9901001"


@prepared_site
def papers() -> None:
    """A usual paper, one with everything a source may say, one with nothing, and one taken back."""
    store_papers(
        paper(),
        paper(
            OLD,
            title="Strings of engines",
            authors="A. Bee (CERN), C. Dee Jr. for the ATLAS Collaboration",
            categories="hep-th alg-geom cs.ZZ",
            versions=[Version("v1", datetime(1999, 1, 4, tzinfo=UTC), "12kb", "D")],
            dois="10.1000/X(1) 10.1000/y",
        ),
        PaperRecord.from_source(
            SourceFields(source="list", slug="undated-notes", title="Notes", authors="Ada Byron, et al.")
        ),
        paper("2001.00009", title="Gone", dois="10.1000/gone"),
    )
    store_papers(Deletion("2001.00009", None))


def get(path: str, client: Client | None = None, **headers: str) -> Any:
    """The answer's status and JSON."""
    response = (client or Client()).get(f"/api/v1/{path}", headers=headers)
    return response.status_code, response.json()


def walk(path: str) -> Iterator[dict[str, Any]]:
    """Every page from this one on, by its `next` links."""
    address: str | None = f"{SITE}/api/v1/{path}"
    while address:
        response = Client(headers={"host": "127.0.0.1:8000"}).get(address.removeprefix(SITE))
        assert response.status_code == 200, response.content
        yield response.json()
        address = response.json()["next"]


def problem(status: int, title: str, detail: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": f"/api/v1/{path}"}
    return status, body | more


def name(position: int, forenames: str, surname: str, suffix: str | None = None, *affiliations: str) -> dict[str, Any]:
    return {
        "position": position,
        "name": " ".join(filter(None, [forenames, surname, suffix])),
        "forenames": forenames,
        "surname": surname,
        "suffix": suffix,
        "affiliations": list(affiliations),
        "orcid": None,
        "other_names": [],
        "author": None,
        "basis": None,
        "decided_on": None,
    }


USUAL = {
    "identifier": "2001.00001",
    "arxiv_id": "2001.00001",
    "title": "On 2001.00001",
    "abstract": "We describe an engine.",
    "abstract_is_cut": False,
    "byline": [name(1, "Ada", "Byron"), name(2, "Charles", "Babbage")],
    "byline_is_complete": True,
    "collaborations": [],
    "categories": ["cs.LG", "stat.ML"],
    "type": "article",
    **dict.fromkeys(("source_type", "container", "volume", "issue", "pages", "article_number", "publisher", "place")),
    "editors": [],
    **dict.fromkeys(("edition", "series", "isbn", "issn", "language")),
    "keywords": [],
    "published": "2020-01-06",
    "published_precision": "day",
    "issued": None,
    "issued_precision": None,
    "updated": "2020-01-06",
    "withdrawn": False,
    "urls": [],
    "versions": [{"version": "v1", "created": "2020-01-06T10:00:00Z"}],
    "doi": "10.1000/a",
    "journal_ref": "J. Engines 1",
    "comments": "3 pages",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "source": "arxiv-snapshot",
    "source_url": "https://arxiv.org/abs/2001.00001",
    "modified": ANY,
    "url": f"{SITE}/papers/2001.00001/",
}
WHOLE = USUAL | {
    "identifier": OLD,
    "arxiv_id": OLD,
    "title": "Strings of engines",
    "byline": [name(1, "A.", "Bee", None, "CERN"), name(2, "C.", "Dee", "Jr")],
    "collaborations": ["ATLAS Collaboration"],
    "categories": ["hep-th", "math.AG", "cs.ZZ"],
    "published": "1999-01-04",
    "updated": "1999-01-04",
    "versions": [{"version": "v1", "created": "1999-01-04T00:00:00Z", "size": "12kb", "source_type": "D"}],
    "doi": "10.1000/X(1)",
    "source_url": f"https://arxiv.org/abs/{OLD}",
    "url": f"{SITE}/papers/{OLD}/",
}
BARE = dict.fromkeys(USUAL) | {
    "identifier": "undated-notes",
    "title": "Notes",
    "abstract_is_cut": False,
    "byline": [name(1, "Ada", "Byron")],
    "byline_is_complete": False,
    "collaborations": [],
    "categories": [],
    "editors": [],
    "keywords": [],
    "withdrawn": False,
    "urls": [],
    "versions": [],
    "source": "list",
    "modified": ANY,
    "url": f"{SITE}/papers/undated-notes/",
}


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_the_list_of_papers(papers: None) -> None:
    assert get("papers/") == (200, {"next": None, "previous": None, "results": [USUAL, WHOLE, BARE]})


def test_how_a_paper_was_published(store: Store) -> None:
    details = Details(
        source_type="inproceedings",
        container="Acts of Looms",
        volume="7",
        issue="2",
        pages="6-14",
        article_number="e6",
        publisher="Weave & Sons",
        place="Basel",
        editors=(Name("Grace Hopper Jr", "Grace", "Hopper", "Jr"),),
        edition="2",
        series="Notes in Looms",
        isbn="978-3-16-148410-0",
        issn="1234-5679",
        language="ngerman",
        keywords=("cloth", "looms"),
        urls=(Url("https://looms.example.org/"), Url("https://looms.example.org/6.pdf", "pdf")),
    )
    given = {"source": "bibtex", "slug": "looms", "title": "On looms", "details": details}
    day, month = PartialDate.from_iso("2019-05-03"), PartialDate.from_iso("2020-01")
    store(PaperRecord.from_source(SourceFields(**given, posted=day, issued=month)))
    said = get("papers/looms/")[1]
    assert {name: said[name] for name in (*FIELDS, "type") if name not in ("posted", "preprint_doi")} == {
        "type": "paper-conference",
        "source_type": "inproceedings",
        "container": "Acts of Looms",
        "volume": "7",
        "issue": "2",
        "pages": "6-14",
        "article_number": "e6",
        "publisher": "Weave & Sons",
        "place": "Basel",
        "editors": [{"name": "Grace Hopper Jr", "forenames": "Grace", "surname": "Hopper", "suffix": "Jr"}],
        "edition": "2",
        "series": "Notes in Looms",
        "isbn": "978-3-16-148410-0",
        "issn": "1234-5679",
        "language": "ngerman",
        "keywords": ["cloth", "looms"],
        "urls": [
            {"url": "https://looms.example.org/", "kind": "landing"},
            {"url": "https://looms.example.org/6.pdf", "kind": "pdf"},
        ],
    }
    assert [said[name] for name in ("published", "published_precision", "issued", "issued_precision")] == [
        "2019-05-03",
        "day",
        "2020-01",
        "month",
    ]
    some = "container,editors.surname,urls.url,issued"
    assert get(f"papers/looms/?fields={some}")[1] == {
        "container": "Acts of Looms",
        "editors": [{"surname": "Hopper"}],
        "urls": [{"url": "https://looms.example.org/"}, {"url": "https://looms.example.org/6.pdf"}],
        "issued": "2020-01",
    }
    assert "editors" not in get("papers/looms/?omit=editors")[1]
    answer = Client().get(f"/api/v1/papers/?format=csv&fields={some},editors.name,urls.kind,keywords")
    table = b"".join(answer.streaming_content).decode()
    assert table.splitlines() == [
        "container,editors,urls,issued,keywords",
        "Acts of Looms,Grace Hopper Jr,https://looms.example.org/ landing; https://looms.example.org/6.pdf pdf,2020-01,"
        "cloth; looms",
    ]


def test_a_printed_reference_that_can_be_read_is_told_in_its_parts(store: Store) -> None:
    store(paper(journal_ref="Phys. Rev. D 76, 12-19 (2007)"))
    said = get("papers/2001.00001/")[1]
    names = ("type", "container", "volume", "pages", "published", "issued", "publisher")
    assert [said[name] for name in names] == [
        "article-journal",
        "Phys. Rev. D",
        "76",
        "12-19",
        "2020-01-06",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("lookup", "answer"),
    [
        ("2001.00001", USUAL),
        ("2001.00001v3", USUAL),
        ("arXiv:2001.00001", USUAL),
        (OLD, WHOLE),
        ("HEP-TH/9901001v2", WHOLE),
        ("undated-notes", BARE),
        ("doi:10.1000/x(1)", WHOLE),
        ("DOI:10.1000/Y", WHOLE),
        ("doi:https://doi.org/10.1000/a", USUAL),
        ("doi:10.48550/arXiv.2001.00001", USUAL),
    ],
)
def test_one_paper_by_anything_it_is_called(lookup: str, answer: dict[str, Any], papers: None) -> None:
    assert get(f"papers/{quote(lookup)}/") == (200, answer)


def test_a_category_and_the_list_of_them(papers: None) -> None:
    known = {
        "code": "math.AG",
        "name": "Algebraic Geometry",
        "archive": "math",
        "archive_name": "Mathematics",
        "group": "math",
        "group_name": "Mathematics",
        "kind": "category",
        "aliases": [],
        "paper_count": 1,
        "url": f"{SITE}/categories/math.AG/",
    }
    unknown = dict.fromkeys(known) | {
        "code": "cs.ZZ",
        "name": "cs.ZZ",
        "kind": "unknown",
        "aliases": [],
        "paper_count": 1,
        "url": f"{SITE}/categories/cs.ZZ/",
    }
    assert get("categories/math.AG/") == get("categories/alg-geom/") == (200, known)
    assert get("categories/cs.ZZ/") == (200, unknown)
    call_command("loaddata", "categories", verbosity=0)
    assert get("categories/math.AG/")[1]["aliases"] == ["alg-geom"]
    rows = [row for page in walk("categories/?page_size=50") for row in page["results"]]
    current = Category.objects.filter(canonical=None).order_by("id")
    assert [row["code"] for row in rows] == list(current.values_list("code", flat=True))
    assert [row["code"] for row in rows if row["paper_count"]] == ["cs.LG", "cs.ZZ", "hep-th", "math.AG", "stat.ML"]


def test_builds_newest_first(papers: None) -> None:
    older, newer = Build.objects.order_by("id")
    Build.objects.filter(pk=newer.pk).update(status="running", finished_at=None, code_version="")
    answer = get("builds/")[1]
    assert answer == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": newer.pk,
                "stage": "import",
                "status": "running",
                "started_at": newer.started_at.isoformat().replace("+00:00", "Z"),
                "finished_at": None,
                "code_version": None,
                "parameters": {},
                "results": {**older.results, "read": 1, "created": 0, "deleted": 1, "warnings": 0},
            },
            {
                "id": older.pk,
                "stage": "import",
                "status": "finished",
                "started_at": older.started_at.isoformat().replace("+00:00", "Z"),
                "finished_at": older.finished_at.isoformat().replace("+00:00", "Z"),
                "code_version": older.code_version,
                "parameters": {},
                "results": {**older.results, "read": 4, "created": 4, "warnings": 1},
            },
        ],
    }
    assert get(f"builds/{older.pk}/") == (200, answer["results"][1])


def test_the_way_in(papers: None, settings: Any) -> None:
    assert get("") == (
        200,
        {
            "version": settings.VERSION,
            **{
                which: f"http://testserver/api/v1/{which}/"
                for which in (
                    "authors",
                    "papers",
                    "categories",
                    "similarity-links",
                    "builds",
                    "merged",
                    "decisions",
                    "suggestions",
                )
            },
        },
    )
    response = Client().get("/api/")
    assert (response.status_code, response.headers["Location"]) == (302, "/api/v1/")


# --- Parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=hep-th", [OLD]),
        ("category=alg-geom&ordering=published", [OLD]),
        ("q=title:engines", [OLD]),
        ("q=engines", [OLD, "2001.00001"]),  # the second by its journal
        ("search=strings&ordering=-published", [OLD]),
        ("type=article", ["2001.00001", OLD]),
        ("type=article&year=1999&category=hep-th", [OLD]),
        ("type=thesis", []),
        ("q=type:preprint+strings", [OLD]),
        ("year=2020", ["2001.00001"]),
        ("year_min=2000", ["2001.00001"]),
        ("year_max=2000", [OLD]),
        ("published_min=1999-01-04&published_max=1999-01-04", [OLD]),
        ("id__in=2001.00001,undated-notes,2001.00009", ["2001.00001", "undated-notes"]),
        ("ordering=published", ["undated-notes", OLD, "2001.00001"]),
        ("q=gone", []),
    ],
)
def test_lists_are_narrowed_by_the_filters_of_the_pages(query: str, found: list[str], papers: None) -> None:
    status, answer = get(f"papers/?{query}")
    assert (status, [row["identifier"] for row in answer["results"]]) == (200, found)


def test_a_list_is_counted_only_if_asked(papers: None) -> None:
    assert "count" not in get("papers/")[1]
    assert "count" not in get("papers/?count=off")[1]
    assert get("papers/?count=on&page_size=1")[1]["count"] == 3
    assert get("papers/?count=on&category=hep-th")[1]["count"] == 1
    assert get("papers/?count=on&type=article&page_size=1")[1]["count"] == 2
    assert get("papers/?count=on&type=article&year_min=2000")[1]["count"] == 1
    assert get("builds/?count=on")[1]["count"] == 2


@pytest.mark.parametrize("beside", ["", "&year=2020", "&category=cs.LG", "&q=engine"])
def test_papers_are_grouped_by_type(beside: str, papers: None) -> None:
    status, answer = get(f"papers/?group_by=type{beside}")
    found = {row["key"]: row["count"] for row in answer["results"]}
    both = {"article": 2, None: 1}
    expected = {"": both, "&year=2020": {"article": 1}, "&category=cs.LG": {"article": 1}, "&q=engine": {"article": 2}}
    assert (status, found, answer["is_complete"]) == (200, expected[beside], True)


def test_a_type_that_is_none_is_told_with_those_there_are(papers: None) -> None:
    status, answer = get("papers/?type=preprint")
    detail = f"There is no type 'preprint'. Allowed are: {', '.join(TYPES)}."
    assert (status, answer["errors"]) == (400, [{"parameter": "type", "detail": detail}])


def test_a_cursor_given_out_when_lists_were_sorted_by_days_is_refused(papers: None) -> None:
    cursor = base64.urlsafe_b64encode(b'[">","2020-01-06",1]').decode().rstrip("=")
    status, answer = get(f"papers/?cursor={cursor}")
    assert (status, [row["parameter"] for row in answer["errors"]]) == (400, ["cursor"])


@pytest.mark.parametrize("query", ["", "&ordering=published", "&category=cs.LG", "&type=thesis", "&year=2020"])
def test_cursors_lead_past_papers_of_a_year_or_month(query: str, store: Store) -> None:
    days = ["2020", "2020-01", "2020-01-01", "2019-12-31", "2020-01-01", "2020", "", "2020-02", "2019"]
    store(
        *(
            PaperRecord.from_source(
                SourceFields(
                    source="bibtex",
                    slug=f"p{number}",
                    title=f"Looms {number}",
                    categories="cs.LG",
                    issued=PartialDate.from_iso(day) if day else None,
                    details=Details(source_type="phdthesis"),
                )
            )
            for number, day in enumerate(days)
        )
    )
    newest = ["p7", "p4", "p2", "p1", "p5", "p0", "p3", "p8", "p6"]
    expected = {"&ordering=published": newest[::-1], "&year=2020": newest[:6]}.get(query, newest)
    for size in (1, 2, 200):
        pages = list(walk(f"papers/?page_size={size}{query}"))
        assert [row["identifier"] for page in pages for row in page["results"]] == expected
        back = [pages[-1]]
        while address := back[-1]["previous"]:
            back.append(next(walk(address.removeprefix(f"{SITE}/api/v1/"))))
        assert back == pages[::-1]


@pytest.mark.parametrize("size", [1, 2, 3, 200])
@pytest.mark.parametrize("query", ["", "&ordering=published", "&category=cs.LG", "&q=engine", "&count=on&q=engine"])
def test_cursors_lead_through_the_whole_list_and_back(query: str, size: int, store: Store) -> None:
    days = [datetime(2020, 1, 1 + number % 3, tzinfo=UTC) for number in range(7)]
    store(*(paper(f"2001.{n:05}", versions=[Version("v1", day)]) for n, day in enumerate(days, 1)))
    whole = get(f"papers/?page_size=200{query}")[1]["results"]
    assert len(whole) == 7
    pages = list(walk(f"papers/?page_size={size}{query}"))
    assert [row for page in pages for row in page["results"]] == whole
    assert pages[0]["previous"] is None
    back = [pages[-1]]
    while address := back[-1]["previous"]:
        back.append(next(walk(address.removeprefix(f"{SITE}/api/v1/"))))
    assert [page["results"] for page in back] == [page["results"] for page in reversed(pages)]


def test_neighbours_stand_in_the_link_header_too(papers: None) -> None:
    first = Client().get("/api/v1/papers/?page_size=1&q=&ordering=published")
    following = first.json()["next"]
    assert following.startswith("http://testserver/api/v1/papers/?page_size=1&q=&ordering=published&cursor=")
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    second = Client().get(following)
    links = f'<{second.json()["next"]}>; rel="next", <{second.json()["previous"]}>; rel="prev"'
    assert second.headers["Link"] == links
    assert "Link" not in Client().get("/api/v1/papers/").headers


ALLOWED = (
    "as, author, author__in, category, category__in, coauthor, count, cursor, exclude_author, "
    "exclude_category, exclude_year, expand, fields, format, group_by, id__in, omit, ordering, page_size, "
    "published_max, published_min, q, sample, search, seed, type, "
    "updated_since, year, year__in, year_max, year_min"
)
OF_A_LIST = "count, cursor, fields, format, omit, page_size, sample, seed"
CURSOR = "This page doesn't exist: its cursor is not one that this list gave. Start at the first page."


@pytest.mark.parametrize(
    ("path", "errors"),
    [
        ("papers/?zz=1", {"zz": [f"Unknown parameter. Allowed here: {ALLOWED}."]}),
        ("papers/?page=2", {"page": [f"Unknown parameter. Allowed here: {ALLOWED}."]}),
        (
            "papers/?a=1&Q=x",
            {name: [f"Unknown parameter. Allowed here: {ALLOWED}."] for name in ("Q", "a")},
        ),
        ("categories/?q=x", {"q": [f"Unknown parameter. Allowed here: {OF_A_LIST}."]}),
        ("builds/?code=x", {"code": [f"Unknown parameter. Allowed here: {OF_A_LIST}, stage, status."]}),
        *(
            (f"{path}?q=title", {"q": [f"Unknown parameter. Allowed here: {allowed}."]})
            for path, allowed in (
                ("papers/2001.00001/", "as, expand, fields, format, omit"),
                ("categories/cs.LG/", "fields, format, omit"),
                ("builds/1/", "fields, format, omit"),
            )
        ),
        ("papers/?category=nope", {"category": ["There is no category 'nope'. The codes are listed at /categories/."]}),
        (
            "papers/?author=nobody",
            {"author": ["There is no author 'nobody'. Give the address, the public id or orcid:…."]},
        ),
        ("papers/?year=x", {"year": ["Enter a number."]}),
        (
            "papers/?year=x&published_min=y",
            {"year": ["Enter a number."], "published_min": ["Enter a valid date."]},
        ),
        ("papers/?ordering=relevance", {"ordering": ["Best match first needs words to match: give q."]}),
        (
            "papers/?ordering=title",
            {"ordering": ["Select a valid choice. title is not one of the available choices."]},
        ),
        (
            f"papers/?id__in={','.join(map(str, range(101)))}",
            {"id__in": ["At most 100 ids at once, not 101."]},
        ),
        *(
            (f"papers/?page_size={size}", {"page_size": ["Give a number from 1 to 200."]})
            for size in ("0", "201", "-1", "x", "1.5", "1e2", "000000001999", "9" * 5000)
        ),
        ("papers/?page_size=", {"page_size": ["Give a value, or leave the parameter out."]}),
        ("papers/?as=article", {"as": ["This has a meaning in citation formats alone: bib, ris and csl."]}),
        ("papers/?as=book&format=bib", {"as": ["Unknown value 'book'. Allowed here: preprint, article."]}),
        ("papers/2001.00001/?as=book&format=csl", {"as": ["Unknown value 'book'. Allowed here: preprint, article."]}),
        ("papers/?count=yes", {"count": ["Give on or off."]}),
        ("papers/?cursor=zz", {"cursor": [CURSOR]}),
        ("papers/?q=x&cursor=zz", {"cursor": ["This is not a cursor of a list ordered by relevance."]}),
        ("papers/?q=x&cursor=-1", {"cursor": ["This is not a cursor of a list ordered by relevance."]}),
        ("categories/?cursor=W10", {"cursor": [CURSOR]}),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(path: str, errors: dict[str, list[str]], papers: None) -> None:
    rows = [{"parameter": name, "detail": text} for name, texts in errors.items() for text in texts]
    detail = " ".join(f"{row['parameter']}: {row['detail']}" for row in rows)
    assert get(path) == problem(400, "Bad Request", detail, path, errors=rows)


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("papers/nothing/", "There is no paper nothing here."),
        ("papers/2001.99999/", "There is no paper 2001.99999 here."),
        ("papers/doi:10.1000/none/", "No paper with the DOI 10.1000/none is in here."),
        ("papers/doi:10.1000/gone/", "No paper with the DOI 10.1000/gone is in here."),
        ("papers/doi:words/", "'words': not a DOI, such as 10.1002/spe.2984"),
        ("papers/doi:10.48550/arXiv.2001.99999/", "There is no paper 2001.99999 here."),
        ("categories/cs.NO/", "There is no category cs.NO."),
        ("builds/999999/", "There is no build 999999."),
        ("builds/999999999999999999/", "There is no build 999999999999999999."),
        ("builds/x/", "There is nothing at this address."),
        ("builds/9999999999999999999/", "There is nothing at this address."),
        ("nothing/", "There is nothing at this address."),
    ],
)
def test_what_is_not_there_is_a_problem_in_json(path: str, detail: str, papers: None) -> None:
    assert get(path) == problem(404, "Not Found", detail, path)


PATHS = ["papers/", "papers/2001.00001/", "categories/", "categories/cs.LG/", "builds/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_here(path: str, method: str, papers: None, staff_client: Client) -> None:
    for client in (Client(), staff_client):
        response = client.generic(method, f"/api/v1/{path}", "{}", content_type="application/json")
        assert (response.status_code, response.json()) == problem(
            405, "Method Not Allowed", f'Method "{method}" not allowed.', path
        )
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", PATHS)
def test_only_json_is_spoken(path: str, papers: None) -> None:
    detail = "Could not satisfy the request Accept header."
    assert get(path, accept="text/html") == problem(406, "Not Acceptable", detail, path)
    for accept in ("*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"):
        assert get(path, accept=accept)[0] == 200


def test_a_body_in_another_format_is_named(rf: Any) -> None:
    request = rf.post("/api/v1/papers/?a=1")
    response = problem_details(exceptions.UnsupportedMediaType("text/csv"), {"request": request, "view": None})
    assert response is not None
    assert (response.status_code, response.data) == problem(
        415, "Unsupported Media Type", 'Unsupported media type "text/csv" in request.', "papers/?a=1"
    )
    assert response.content_type == "application/problem+json"


def test_who_asks_too_often_is_told_when_to_ask_again(papers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AddressThrottle, "THROTTLE_RATES", {"address": "2/min"})
    monkeypatch.setattr(AddressThrottle, "timer", lambda self: 6_010.0)  # ten seconds into a minute
    said = []
    for _ in range(3):
        response = Client().get("/api/v1/papers/")
        said.append(
            [response.status_code, *(response.headers[f"RateLimit-{n}"] for n in ("Limit", "Remaining", "Reset"))]
        )
    assert said == [[200, "2", "1", "50"], [200, "2", "0", "50"], [429, "2", "0", "50"]]
    seconds = int(response.headers["Retry-After"])
    assert seconds == 50
    assert (response.status_code, response.json()) == problem(
        429, "Too Many Requests", f"Request was throttled. Expected available in {seconds} seconds.", "papers/"
    )
    # Another address has its own limit, and those who are signed in have none.
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/papers/").status_code == 200


def test_staff_are_not_limited(papers: None, monkeypatch: pytest.MonkeyPatch, staff_client: Client) -> None:
    monkeypatch.setattr(AddressThrottle, "THROTTLE_RATES", {"address": "1/min"})
    assert [get("papers/", staff_client)[0] for _ in range(3)] == [200] * 3


def test_a_header_does_not_lift_the_limit(papers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AddressThrottle, "THROTTLE_RATES", {"address": "1/min"})
    statuses = [get("papers/", **{"x-forwarded-for": f"192.0.2.{number}"})[0] for number in range(2)]
    assert statuses == [200, 429]


def test_a_fault_of_ours_is_a_problem_too(papers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("papers.api.papers.cards", fail)
    client = Client(raise_request_exception=False)
    assert get("papers/", client) == problem(
        500, "Internal Server Error", "Something went wrong here. It has been logged.", "papers/"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=ANY_QUERY)
@pytest.mark.parametrize("path", ["papers/", "categories/"])
def test_no_query_breaks_the_api(papers: None, path: str, query: list[tuple[str, str]]) -> None:
    cache.clear()
    status, answer = get(f"{path}?{urlencode(query)}")
    if status == 200:
        assert {"next", "previous", "results"} <= set(answer)
    elif "\0" in "".join(map("".join, query)):
        assert (status, answer["status"]) == (400, 400)
    else:
        assert (status, answer["status"]) == (400, 400)
        assert all(row["parameter"] in dict(query) and row["detail"] for row in answer["errors"])


# --- Costs, and the document ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [  # each with two for the tag: the state of the papers, and of the people
        ("papers/", 5),  # the list's keys, the papers, the people on them
        ("papers/2001.00001/", 4),  # one paper, the people on it
        ("papers/?category=cs.LG", 6),  # and the category
        ("papers/?count=on", 6),  # and the count
        ("papers/?group_by=year", 3),  # the kept counts
        ("papers/?q=engine&group_by=category", 5),  # what matches, how many of them, and the groups
        ("papers/?sample=2&seed=1", 5),  # keys, and the rows
        ("papers/?fields=title,categories", 4),  # the keys, the papers
        ("categories/", 4),  # the categories with their counts, their aliases
        ("builds/", 3),  # the builds
    ],
)
def test_an_answer_costs_the_same_for_one_row_and_for_three(
    path: str, queries: int, count: int, store: Store, django_assert_num_queries: Any
) -> None:
    for number in range(1, count + 1):
        store(paper(f"2001.{number:05}", categories=["cs.LG", "cs.CL", "math.AG"][number - 1] + " cs.LG"))
    with django_assert_num_queries(queries):
        assert get(path)[0] == 200


def test_the_document_describes_the_api_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, api_version="v1", format="openapi-json", stdout=out)
    assert '"openapi": "3.1.0"' in out.getvalue()
    assert capsys.readouterr().err == ""


def test_the_document_is_served(papers: None) -> None:
    response = Client().get("/api/v1/schema/", headers={"accept": "application/json"})
    document = response.json()
    assert (response.status_code, document["openapi"], document["info"]["title"]) == (200, "3.1.0", "Coterie API")
    assert {path for path in document["paths"] if "papers" in path and "authors" not in path} == {
        "/api/v1/papers/",
        "/api/v1/papers/batch/",
        "/api/v1/papers/deleted/",
        "/api/v1/papers/moved/",
        "/api/v1/papers/{identifier}/",
    }
    fields = document["components"]["schemas"]["Paper"]["properties"]
    assert (fields["published"]["type"], fields["published"]["pattern"]) == (
        ["string", "null"],
        r"^\d{4}(-\d\d(-\d\d)?)?$",
    )
    asked = {row["name"] for row in document["paths"]["/api/v1/papers/"]["get"]["parameters"]}
    assert asked == set(ALLOWED.split(", "))
    assert Client().get("/api/v1/docs/").status_code == 200


def fields(shape: type[serializers.Serializer[Any]]) -> set[str]:
    return set(shape().fields)


def test_the_answers_have_the_fields_that_the_document_names(papers: None) -> None:
    paper_answer = get(f"papers/{OLD}/")[1]
    for shape, answer in (
        (shapes.PaperShape, paper_answer),
        (shapes.EntryShape, paper_answer["byline"][0]),
        (shapes.VersionShape, paper_answer["versions"][0]),
        (shapes.PersonShape, shapes.person_json("aaaaaaaaaa", "ada", "Ada")),
        (shapes.CategoryShape, get("categories/cs.LG/")[1]),
        (shapes.BuildShape, get("builds/")[1]["results"][0]),
    ):
        assert set(answer) == fields(shape), shape.__name__


def test_fields_come_in_one_order_whether_or_not_a_paper_was_published() -> None:
    published = shapes.publication_json(Paper(), Details(container="Acts of Looms"))
    assert list(shapes.publication_json(Paper(), Details())) == list(published)


@pytest.mark.parametrize("name_of_shape", ["PaperShape", "CategoryShape", "BuildShape"])
def test_an_answer_is_valid_by_its_shape(name_of_shape: str, papers: None) -> None:
    path = {"PaperShape": "papers/", "CategoryShape": "categories/", "BuildShape": "builds/"}[name_of_shape]
    rows = get(path)[1]["results"]
    for row in rows:
        # Empty lists of texts and objects are allowed in answers.
        shape = getattr(shapes, name_of_shape)(data=row)
        assert shape.is_valid(), shape.errors
    assert len(rows) >= 2


def test_dates_are_plain_days(papers: None) -> None:
    assert Paper.objects.get(identifier=OLD).published == date(1999, 1, 4)
    assert get(f"papers/{OLD}/")[1]["published"] == "1999-01-04"
