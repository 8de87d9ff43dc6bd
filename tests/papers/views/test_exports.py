"""One paper and every list as files: what is in them, how they go on, and what they cost."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import bibtexparser
import pytest
import rispy
from django.test import Client

from papers.citations import FORMATS
from papers.ingest.records import Deletion
from papers.publications import Details
from papers.text.dates import PartialDate
from papers.views import exports
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db
OLD = "hep-th/9901001"


@pytest.fixture
def papers(categories: None, store: Store) -> None:
    """Three papers of two subjects, and one taken back."""
    store(
        paper("2001.00001"),
        paper("2001.00002", title="On looms", categories="math.AG", abstract="Cards."),
        paper(OLD, title="Strings"),
        paper("2001.00009"),
    )
    store(Deletion("2001.00009", None))


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    pieces = response.streaming_content if response.streaming else [response.content]
    return b"".join(pieces).decode()


def identifiers(text: str, ending: str) -> list[str]:
    """The arXiv ids in a file, as the program that reads the format finds them."""
    if ending == "bib":
        library = bibtexparser.parse_string(text)
        assert library.failed_blocks == []
        return [entry["eprint"] for entry in library.entries]
    if ending == "ris":
        return [row["accession_number"].removeprefix("arXiv:") for row in rispy.loads(text)]
    if ending == "json":
        return [row["custom"]["arxiv"] for row in json.loads(text)]
    return [row["identifier"] for row in csv.DictReader(io.StringIO(text, newline=""))]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/papers.{}", [OLD, "2001.00002", "2001.00001"]),
        ("/papers.{}?ordering=published&year=2020", ["2001.00001", "2001.00002", OLD]),
        ("/papers.{}?category=math.AG", ["2001.00002"]),
        ("/papers.{}?type=article&category=math.AG", ["2001.00002"]),
        ("/papers.{}?type=thesis", []),
        ("/papers.{}?category=alg-geom", ["2001.00002"]),
        ("/papers.{}?q=engine&ordering=relevance", [OLD, "2001.00001"]),
        ("/papers.{}?q=nothing", []),
        ("/categories/cs.LG/papers.{}", [OLD, "2001.00001"]),
        ("/categories/cs.LG/papers.{}?year=1999", []),
        ("/papers/2001.00002.{}", ["2001.00002"]),
        ("/papers/hep-th/9901001.{}", [OLD]),
    ],
)
def test_a_file_holds_what_the_page_shows(
    address: str, found: list[str], ending: str, papers: None, client: Client
) -> None:
    assert identifiers(body(client, address.format(ending)), ending) == found


@pytest.mark.parametrize("ending", FORMATS)
def test_the_header_of_a_file(ending: str, papers: None, client: Client) -> None:
    media_type = FORMATS[ending].media_type
    for address, name in (
        ("/papers.{}", "papers"),
        ("/categories/cs.LG/papers.{}", "cs.LG"),
        ("/papers/2001.00002.{}", "byron2020looms-2001.00002"),
    ):
        for method in (client.get, client.head):
            response = method(address.format(ending))
            assert response["Content-Type"] == f"{media_type}; charset=utf-8"
            assert response["Access-Control-Allow-Origin"] == "*"
            assert response["Content-Disposition"] == f'attachment; filename="{name}.{ending}"'
    response = client.get(f"/papers/2001.00002.{ending}")
    assert response["Link"] == '<http://127.0.0.1:8000/papers/2001.00002/>; rel="canonical"'
    again = client.get(f"/papers/2001.00002.{ending}", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("address", "status", "target"),
    [
        ("/papers/2001.00001v2.bib", 301, "/papers/2001.00001.bib"),
        ("/papers/arXiv:hep-th/9901001.ris", 301, f"/papers/{OLD}.ris"),
        ("/papers/2001.00009.bib", 410, None),
        ("/papers/2001.99999.bib", 404, None),
        ("/papers/2001.00001.xyz/", 404, None),
        ("/papers.bib?year=abc", 400, None),
        ("/papers.bib?page=zz", 404, None),
        ("/categories/alg-geom/papers.csv", 301, "/categories/math.AG/papers.csv"),
        ("/categories/nope/papers.csv", 404, None),
        ("/papers/2001.00001v2/linkset/", 301, "/papers/2001.00001/linkset/"),
        ("/papers/2001.00009/linkset/", 410, None),
    ],
)
def test_other_answers(address: str, status: int, target: str | None, papers: None, client: Client) -> None:
    response = client.get(address)
    assert (response.status_code, response.get("Location")) == (status, target)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_long_list_goes_on_behind_next(
    ending: str, store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST", 4)
    monkeypatch.setattr(exports, "CHUNK", 2)
    store(*(paper(f"2001.{n:05}") for n in range(1, 10)))
    address, found, files = f"/papers.{ending}?year=2020", [], 0
    while address:
        response = client.get(address)
        found += identifiers(b"".join(response.streaming_content).decode(), ending)
        following = re.fullmatch(r'<http://127\.0\.0\.1:8000(\S+)>; rel="next"', response.get("Link", ""))
        address, files = following[1] if following else "", files + 1
    assert (found, files) == ([f"2001.{n:05}" for n in range(9, 0, -1)], 3)


def test_a_list_as_long_as_a_file_has_no_next(store: Store, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST", 4)
    store(*(paper(f"2001.{n:05}") for n in range(1, 5)))
    assert "Link" not in client.get("/papers.bib")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_costs_the_same_for_one_paper_and_for_three(
    ending: str, count: int, categories: None, store: Store, client: Client, django_assert_num_queries: Any
) -> None:
    store(*(paper(f"2001.{n:05}") for n in range(1, count + 1)))
    # whether there are papers, where the file ends, category names, papers, people on them
    with django_assert_num_queries(5):
        body(client, f"/papers.{ending}")
    with django_assert_num_queries(3):  # the paper, people on it, category names
        body(client, f"/papers/2001.00001.{ending}")


def test_lists_offer_their_export(papers: None, client: Client) -> None:
    text = client.get("/papers/?q=engine&year_min=2000&page=1").content.decode()
    for ending in FORMATS:
        assert f'href="/papers.{ending}?q=engine&amp;year_min=2000"' in text
    assert 'href="/papers/feed/?q=engine&amp;year_min=2000"' in text
    text = client.get("/categories/cs.LG/?year=2020").content.decode()
    assert 'href="/categories/cs.LG/papers.csv?year=2020"' in text
    assert 'href="/categories/cs.LG/feed/"' in text
    assert 'href="/papers.bib?q=engine"' in client.get("/search/?q=engine").content.decode()
    assert "Export" not in client.get("/papers/?q=nothing").content.decode()


BOTH, ONLY_PREPRINT, ONLY_ARTICLE = "2001.00011", "2001.00012", "2001.00013"


@pytest.fixture
def forms(categories: None, store: Store) -> None:
    """A paper of which preprint and article are known, a preprint, and an article that is on no preprint server."""
    store(
        paper(BOTH, title="Both", journal_ref="J. Engines 1 (2021) 7-9", comments=""),
        paper(ONLY_PREPRINT, title="Preprint", journal_ref="", comments=""),
        paper(
            arxiv_id=None,
            slug=ONLY_ARTICLE,
            title="Article",
            dois="10.1000/only",
            journal_ref="",
            comments="",
            versions=[],
            categories="",
            issued=PartialDate.of(2019, 5),
            details=Details(source_type="article", container="J. Engines"),
            source="bibtex",
        ),
    )


def cited(text: str) -> dict[str, tuple[str, str]]:
    """By its title as what each paper of a CSL-JSON file is cited, and with which DOI."""
    return {row["title"]: (row["type"], row["DOI"]) for row in json.loads(text)}


AS_PREPRINT = ("article", "10.48550/arXiv.2001.00011")
AS_ARTICLE = ("article-journal", "10.1000/a")
OTHERS = {"Preprint": ("article", "10.48550/arXiv.2001.00012"), "Article": ("article-journal", "10.1000/only")}


@pytest.mark.parametrize("address", ["/papers.json", "/categories/cs.LG/papers.json", "/api/v1/papers/?format=csl"])
@pytest.mark.parametrize(("form", "expected"), [("", AS_ARTICLE), ("article", AS_ARTICLE), ("preprint", AS_PREPRINT)])
def test_a_list_gives_what_there_is_of_what_was_asked_for(
    address: str, form: str, expected: tuple[str, str], forms: None, client: Client
) -> None:
    asked = f"{'&' if '?' in address else '?'}as={form}" if form else ""
    others = {name: row for name, row in OTHERS.items() if name == "Preprint" or "cs.LG" not in address}
    assert cited(body(client, address + asked)) == {"Both": expected} | others


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    ("identifier", "form", "status"),
    [
        (BOTH, "preprint", 200),
        (BOTH, "article", 200),
        (ONLY_PREPRINT, "preprint", 200),
        (ONLY_PREPRINT, "article", 404),
        (ONLY_ARTICLE, "preprint", 404),
        (ONLY_ARTICLE, "article", 200),
        (BOTH, "book", 400),
    ],
)
def test_one_paper_in_the_form_asked_for(
    ending: str, identifier: str, form: str, status: int, forms: None, client: Client
) -> None:
    response = client.get(f"/papers/{identifier}.{ending}?as={form}")
    assert response.status_code == status
    if status == 404:
        assert f"No {'preprint' if form == 'preprint' else 'published article'} of {identifier}" in (
            response.content.decode()
        )
    if status == 400:
        assert "Ask for preprint or article." in response.content.decode()
    if ending != "csv":
        answer = client.get(f"/api/v1/papers/{identifier}/?format={'csl' if ending == 'json' else ending}&as={form}")
        assert answer.status_code == status
        assert status == 200 or answer.json()["status"] == status


def test_the_form_is_kept_by_a_redirect(forms: None, client: Client) -> None:
    for address, target in (
        (f"/papers/{BOTH}v2.bib?as=preprint", f"/papers/{BOTH}.bib?as=preprint"),
        ("/categories/alg-geom/papers.bib?as=preprint", "/categories/math.AG/papers.bib?as=preprint"),
    ):
        assert client.get(address)["Location"] == target
    for address in ("/papers.bib?as=book", "/categories/cs.LG/papers.ris?as=Article"):
        response = client.get(address)
        assert (response.status_code, "Ask for preprint or article." in response.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", ["article-journal", "2020-01-06", "", "J. Engines", "1", "7-9", "10.1000/a"]),
        ("?as=article", ["article-journal", "2021", "2021", "J. Engines", "1", "7-9", "10.1000/a"]),
        ("?as=preprint", ["article", "2020-01-06", "", "", "", "", "10.48550/arXiv.2001.00011"]),
    ],
)
def test_a_table_tells_of_both_or_of_the_one_asked_for(
    asked: str, told: list[str], forms: None, client: Client
) -> None:
    rows = {row["title"]: row for row in csv.DictReader(io.StringIO(body(client, f"/papers.csv{asked}")))}
    names = ("type", "published", "issued", "container", "volume", "pages", "doi")
    assert [rows["Both"][name] for name in names] == told
    assert [rows["Article"][name] for name in names[:4]] == ["article-journal", "2019-05", "2019-05", "J. Engines"]
