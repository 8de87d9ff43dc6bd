"""How the API answers: wanted fields, whole records for references, groups, samples, batches, formats, and how fresh it is."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from papers.api.csv_rows import cell
from papers.api.field_selection import ListTree, Selection, Tree, UnknownField, tree_of
from papers.api.serializers import PaperShape
from papers.http.limits import Slots, take_slot
from papers.ingest.runs import import_source
from papers.models import Build, Paper
from profiles.models import Author, AuthorName
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Rows = Callable[..., object]


def ask(path: str, **headers: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers=headers)


def get(path: str) -> Any:
    response = ask(path)
    assert response.status_code == 200, response.content
    return response.json()


def refused(path: str) -> list[tuple[str, str]]:
    response = ask(path)
    assert response.status_code == 400, response.content
    return [(row["parameter"], row["detail"]) for row in response.json()["errors"]]


def post(path: str, body: Any) -> Any:
    return Client().post(f"/api/v1/{path}", body, content_type="application/json")


@prepared_site
def site(categories: None) -> None:
    """Seven papers in two years and three categories, by three people."""
    versions = {year: [{"version": "v1", "created": f"Wed, 1 Jan {year} 10:00:00 GMT"}] for year in (2019, 2020)}
    build_site(
        *(
            record(
                f"2001.0000{n}",
                title=f"Engines {n}" if n % 2 else f"=Looms {n}",
                authors=["Ada Byron, Charles Babbage", "Alan Turing", "Ada Byron"][n % 3],
                categories=["cs.LG stat.ML", "math.CO"][n % 2],
                versions=versions[2019 + n % 2],
                doi="10.1000/Three" if n == 3 else None,
            )
            for n in range(1, 8)
        )
    )


# --- Fields -----------------------------------------------------------------------------------------------------------


def test_only_the_fields_that_are_asked_for(site: None) -> None:
    wanted = "fields=identifier,byline.name,byline.author.slug&page_size=1&ordering=published&category=cs.LG"
    assert get(f"papers/?{wanted}")["results"] == [
        {"identifier": "2001.00002", "byline": [{"name": "Ada Byron", "author": {"slug": "ada-byron"}}]}
    ]
    assert get("papers/2001.00001/?fields=title") == {"title": "Engines 1"}
    assert get("papers/2001.00001/?fields=byline&omit=byline.author,byline.affiliations,byline.basis") == {
        "byline": [
            {
                "position": 1,
                "name": "Alan Turing",
                "forenames": "Alan",
                "surname": "Turing",
                "suffix": None,
                "orcid": None,
                "other_names": [],
                "decided_on": None,
            }
        ]
    }
    assert set(get("papers/2001.00001/")) - set(get("papers/2001.00001/?omit=abstract,byline")) == {
        "abstract",
        "byline",
    }


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        (
            "fields=titel",
            "fields",
            "Unknown field 'titel'. Allowed: abstract, abstract_is_cut, article_number, arxiv_id,",
        ),
        ("fields=byline.nam", "fields", "Unknown field 'byline.nam'. Allowed in byline: affiliations, author, basis,"),
        ("omit=title.x", "omit", "Unknown field 'title.x': title has nothing below it."),
        ("fields=title&omit=title", "omit", "Nothing would be left of the answer."),
        ("expand=author", "expand", "Unknown value 'author'. Allowed here: authors."),
        ("group_by=month", "group_by", "Unknown value 'month'. Allowed here: category, license, source, type, year."),
        ("group_by=year&fields=title", "fields", "This has no meaning together with group_by."),
        ("sample=0", "sample", "Give a number from 1 to 200."),
        ("seed=1", "sample", "Give a number from 1 to 200."),
        ("sample=1&seed=x", "seed", "Give a number from 0 to 2147483647."),
        ("sample=1&cursor=x", "cursor", "A sample has one page."),
        ("format=xml", "format", "Unknown format 'xml'. Allowed here: bib, csl, csv, json, jsonl, ris."),
        ("format=bib&fields=title", "fields", "This has no meaning in a citation format."),
        ("updated_since=soon", "updated_since", "Enter a valid date/time."),
        ("updated_since=0001-01-01T00:00:00%2B23:00", "updated_since", "There is no such moment."),
        ("year__in=2019,x", "year__in", "Enter a number."),
        ("category__in=cs.LG,,math.CO", "category__in", "There is nothing between two of the commas."),
        (
            "exclude_author=nobody",
            "exclude_author",
            "There is no author 'nobody'. Give the address, the public id or orcid:….",
        ),
    ],
)
def test_what_makes_no_sense_is_named(query: str, name: str, said: str, site: None) -> None:
    [(parameter, detail)] = refused(f"papers/?{query}")
    assert (parameter, detail[: len(said)]) == (name, said)


WHOLE: Tree = {"a": None, "b": {"c": None, "d": {"e": None}}, "f": ListTree({"g": None, "h": None})}
PATHS = ["a", "b", "b.c", "b.d", "b.d.e", "f", "f.g", "f.h"]
ROW = {"a": 1, "b": {"c": 2, "d": {"e": 3}}, "f": [{"g": 4, "h": 5}, {"g": 6, "h": None}]}


def leaves(value: Any, path: str = "") -> set[str]:
    if isinstance(value, list):
        return {leaf for each in value for leaf in leaves(each, path)}
    if isinstance(value, dict):
        return {leaf for name, each in value.items() for leaf in leaves(each, f"{path}.{name}" if path else name)}
    return {path}


def covers(paths: list[str], leaf: str) -> bool:
    return any(leaf == path or leaf.startswith(f"{path}.") for path in paths)


@given(st.lists(st.sampled_from(PATHS), max_size=4), st.lists(st.sampled_from(PATHS), max_size=4))
def test_what_is_left_are_the_leaves_that_are_kept_and_not_omitted(fields: list[str], omit: list[str]) -> None:
    left = leaves(Selection.of(WHOLE, ",".join(fields), ",".join(omit)).cut(ROW))
    expected = {leaf for leaf in leaves(ROW) if (not fields or covers(fields, leaf)) and not covers(omit, leaf)}
    assert left == expected


@given(st.text(alphabet="abcdefgh.,", max_size=20), st.text(alphabet="abcdefgh.,", max_size=20))
def test_any_text_selects_or_is_refused(fields: str, omit: str) -> None:
    try:
        cut = Selection.of(WHOLE, fields, omit).cut(ROW)
    except UnknownField as error:
        assert str(error).startswith(("Unknown field", "There is nothing between"))
    else:
        assert leaves(cut) <= leaves(ROW)


def test_the_tree_of_a_shape() -> None:
    class Inner(serializers.Serializer[Any]):
        one = serializers.CharField()

    class Outer(serializers.Serializer[Any]):
        inner = Inner()
        many = Inner(many=True)
        plain = serializers.ListField(child=serializers.CharField())

    tree = tree_of(Outer)
    assert tree == {"inner": {"one": None}, "many": {"one": None}, "plain": None}
    assert isinstance(tree["many"], ListTree) and not isinstance(tree["inner"], ListTree)


# --- Whole records for references -------------------------------------------------------------------------------------


def test_authors_of_papers_are_expanded(site: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7):  # as without, and the authors, their names, their identifiers
        [entry, _] = get("papers/2001.00003/?expand=authors")["byline"]
    assert entry["author"] == get("authors/ada-byron/")
    with_fields = get("papers/2001.00003/?expand=authors&fields=byline.author.slug")
    assert with_fields["byline"][0] == {"author": {"slug": "ada-byron"}}


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year__in=2019", "246"),
        ("year__in=2018,2020", "1357"),
        ("exclude_year=2020", "246"),
        ("category__in=cs.LG,math.CO", "1234567"),
        ("category__in=stat.ML", "246"),
        ("exclude_category=stat.ML", "1357"),
        ("author__in=ada-byron,alan-turing", "1234567"),
        ("author__in=charles-babbage", "36"),
        ("exclude_author=ada-byron", "147"),
        ("exclude_author=alan-turing&year=2020", "35"),
        ("author=ada-byron&exclude_category=cs.LG", "35"),
        ("updated_since=2000-01-01", "1234567"),
        ("updated_since=2999-01-01T00:00:00Z", ""),
    ],
)
def test_filters(query: str, found: str, site: None) -> None:
    rows = get(f"papers/?{query}&fields=identifier")["results"]
    assert sorted(row["identifier"][-1] for row in rows) == list(found)


def test_a_mirror_reads_what_changed_in_the_order_of_changes(site: None) -> None:
    early = timezone.now() - timedelta(days=9)
    for n, paper in enumerate(Paper.objects.order_by("-identifier")):
        Paper.objects.filter(pk=paper.pk).update(modified_at=early + timedelta(days=n))
    since = quote((early + timedelta(days=4)).isoformat())
    found, address = [], f"papers/?updated_since={since}&ordering=modified&page_size=1&fields=identifier"
    while address:
        page = get(address)
        found += [row["identifier"][-1] for row in page["results"]]
        address = (page["next"] or "").removeprefix("http://testserver/api/v1/")
    assert found == ["3", "2", "1"]
    Paper.objects.filter(identifier="2001.00002").update(is_deleted=True)
    assert [row["identifier"] for row in get(f"papers/deleted/?updated_since={since}")["results"]] == ["2001.00002"]
    assert ask("papers/2001.00002/").status_code == 410


def test_a_mirror_is_told_of_identifiers_that_moved(site: None, import_rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "listed.bib"
    path.write_text("@article{a, title={On what was listed}, author={Ada Byron}, year={2020}, doi={10.1000/listed}}\n")
    import_source(str(path), restart=True)
    [old] = [row["identifier"] for row in get("papers/?q=listed")["results"]]
    assert get("papers/moved/")["results"] == []
    before = timezone.now().isoformat()
    import_rows(record("2001.00009", title="On what was listed", doi="10.1000/listed"))
    [row] = get("papers/moved/")["results"]
    assert (row["identifier"], row["paper"], row["moved"] >= before[:19]) == (old, "2001.00009", True)
    assert ask("papers/moved/?format=csv&page_size=5").status_code == 200
    assert get(f"papers/moved/?updated_since={quote(row['moved'])}&fields=paper")["results"] == [
        {"paper": "2001.00009"}
    ]
    assert get("papers/moved/?updated_since=2999-01-01T00:00:00Z")["results"] == []
    assert ask(f"papers/{old}/").headers["Location"] == "/api/v1/papers/2001.00009/"
    assert post("papers/batch/", {"ids": [old]}).json()["named"] == {old: "2001.00009"}


def test_filters_of_authors(site: None) -> None:
    def names(query: str) -> list[str]:
        return [row["slug"] for row in get(f"authors/?ordering=name&fields=slug&{query}")["results"]]

    assert names("paper_count_min=3") == ["ada-byron", "alan-turing"]
    assert names("paper_count_max=2") == ["charles-babbage"]
    assert names("exclude_standing=name-only") == []
    assert names("standing__in=name-only,curated") == ["charles-babbage", "ada-byron", "alan-turing"]
    assert names("first_year_max=2019&last_year_min=2020") == ["charles-babbage", "ada-byron", "alan-turing"]
    assert names("category__in=cs.AI") == names("exclude_category=math.CO") == []
    assert get("authors/?ordering=paper_count")["results"][0]["slug"] == "charles-babbage"
    [(_, said)] = refused("authors/?standing__in=holy")
    assert said == "Unknown value 'holy'. Allowed here: curated, identified, name-only."


# --- Groups and samples -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "counted", "groups"),
    [
        ("group_by=year", 7, {"2020": 4, "2019": 3}),
        ("group_by=category", 7, {"math.CO": 4, "cs.LG": 3, "stat.ML": 3}),
        ("group_by=year&category=cs.LG", 3, {"2019": 3}),
        ("group_by=category&year=2020", 4, {"math.CO": 4}),
        ("group_by=category&author=alan-turing", 3, {"math.CO": 2, "cs.LG": 1, "stat.ML": 1}),
        ("group_by=year&q=engines", 4, {"2020": 4}),
        ("group_by=source", 7, {"arxiv-snapshot": 7}),
        ("group_by=year&q=nothing", 0, {}),
    ],
)
def test_groups(query: str, counted: int, groups: dict[str, int], site: None) -> None:
    answer = get(f"papers/?{query}")
    assert {row["key"]: row["count"] for row in answer["results"]} == groups
    assert (answer["counted"], answer["is_complete"], answer["next"]) == (counted, True, None)


def test_groups_of_very_long_lists_say_that_they_are_not_complete(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.api.grouping.COUNTED_TO", 5)
    answer = get("papers/?group_by=license")
    assert (answer["counted"], answer["is_complete"], sum(row["count"] for row in answer["results"])) == (5, False, 5)


def test_groups_of_authors_and_as_a_table(site: None) -> None:
    assert {row["key"]: row["count"] for row in get("authors/?group_by=standing")["results"]} == {"name-only": 3}
    assert ask("papers/?group_by=year&format=csv").content.decode() == "key,count\r\n2020,4\r\n2019,3\r\n"


def test_a_sample_is_the_same_for_the_same_seed(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get("papers/?sample=3&seed=1")
    assert first == get("papers/?sample=3&seed=1")
    assert (len({row["identifier"] for row in first["results"]}), first["seed"], first["sample"]) == (3, 1, 3)
    drawn = [tuple(r["identifier"] for r in get(f"papers/?sample=3&seed={n}")["results"]) for n in range(12)]
    assert len(set(drawn)) > 6
    unseeded = ask("papers/?sample=2")
    assert "ETag" not in unseeded.headers
    again = get(f"papers/?sample=2&seed={unseeded.json()['seed']}")
    assert again["results"] == unseeded.json()["results"]
    # A long list is drawn from by number, and has the same rows whichever way.
    monkeypatch.setattr("papers.api.sampling.FEW", 1)
    rows = Counter(r["identifier"] for n in range(60) for r in get(f"papers/?sample=2&seed={n}")["results"])
    assert set(rows) == {f"2001.0000{n}" for n in range(1, 8)}
    assert min(rows.values()) > 5
    assert len(get("papers/?sample=200&seed=1")["results"]) == 7


# --- Batches ----------------------------------------------------------------------------------------------------------


def test_papers_by_ids_in_any_form(site: None) -> None:
    ids = ["arXiv:2001.00002v3", "nothing", "doi:10.1000/three", "2001.00001", "2001.00002"]
    answer = post("papers/batch/", {"ids": ids, "fields": "identifier,title"}).json()
    assert answer == {
        "results": [
            {"identifier": "2001.00002", "title": "=Looms 2"},
            {"identifier": "2001.00003", "title": "Engines 3"},
            {"identifier": "2001.00001", "title": "Engines 1"},
        ],
        "missing": ["nothing"],
        "named": {"arXiv:2001.00002v3": "2001.00002", "doi:10.1000/three": "2001.00003"},
    }


def test_authors_by_ids(site: None) -> None:
    turing, ada = Author.objects.get(slug="alan-turing"), Author.objects.get(slug="ada-byron")
    Author.objects.filter(pk=turing.pk).update(merged_into=ada)
    Author.objects.filter(slug="charles-babbage").update(is_hidden=True)
    ids = [turing.public_id, "ada-byron", "charles-babbage", "nobody"]
    answer = post("authors/batch/", {"ids": ids}).json()
    assert answer["results"] == [get("authors/ada-byron/")]
    assert answer["missing"] == ["charles-babbage", "nobody"]
    assert answer["named"] == {turing.public_id: ada.public_id, "ada-byron": ada.public_id}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("/ids", "This field is required.")]),
        ({"ids": []}, [("/ids", "Ensure this field has at least 1 elements.")]),
        ({"ids": ["x"] * 1001}, [("/ids", "Ensure this field has no more than 1000 elements.")]),
        ({"ids": ["x", 2001.1]}, [("/ids/1", "Give a text.")]),
    ],
)
def test_a_body_that_makes_no_sense(body: Any, errors: list[tuple[str, str]], site: None) -> None:
    response = post("papers/batch/", body)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert [(row["pointer"], row["detail"]) for row in response.json()["errors"]] == errors


def test_the_papers_of_a_thousand_authors_come_in_few_requests(
    build_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = "abcdefghijklmnopqrst"
    build_rows(*(record(f"2001.{n:05}", authors=f"Ada Byron, Person Number{letters[n % 20]}") for n in range(1, 41)))
    ids = [*Author.objects.order_by("id").values_list("public_id", flat=True), "nobody"]
    monkeypatch.setattr("profiles.api.batches.MOST_PAPERS", 10)
    rest, found, papers, requests = ids, {}, set(), 0
    while rest:
        answer = post("authors/papers/", {"ids": rest, "papers_each": 3, "fields": "identifier"}).json()
        found |= {row["id"]: row["papers"] for row in answer["authors"]}
        papers |= {row["identifier"] for row in answer["papers"]}
        rest, requests = answer["rest"], requests + 1
        assert len(answer["papers"]) <= 10
    assert set(found) == set(ids[:-1]) and requests == 5
    assert papers == {identifier for theirs in found.values() for identifier in theirs}
    ada = Author.objects.get(slug="ada-byron")
    newest = [row["identifier"] for row in get("authors/ada-byron/papers/?page_size=3")["results"]]
    assert found[ada.public_id] == newest


def test_a_batch_costs_the_same_queries_for_one_and_for_all(site: None, django_assert_num_queries: Any) -> None:
    for ids in (["2001.00001"], [f"2001.0000{n}" for n in range(1, 8)]):
        with django_assert_num_queries(3):  # which are known by these ids; papers, the people on them
            assert post("papers/batch/", {"ids": ids}).status_code == 200
    everybody = list(Author.objects.values_list("public_id", flat=True))
    for ids in (everybody[:1], everybody):
        # Authors by address or id; claims; papers, the people on them.
        with django_assert_num_queries(4):
            assert post("authors/papers/", {"ids": ids}).status_code == 200


# --- Formats ----------------------------------------------------------------------------------------------------------


def test_a_whole_list_as_lines(site: None) -> None:
    rows = [json.loads(line) for line in b"".join(ask("papers/?format=jsonl").streaming_content).splitlines()]
    assert rows == get("papers/?page_size=200")["results"]
    page = ask("papers/?format=jsonl&page_size=2")
    assert (len(page.content.splitlines()), 'rel="next"' in page.headers["Link"]) == (2, True)
    assert page.headers["Content-Type"] == "application/x-ndjson"
    accepted = ask("papers/?page_size=2", accept="application/x-ndjson")
    assert accepted.content == page.content
    rows = [json.loads(line) for line in b"".join(ask("papers/?q=engines&format=jsonl").streaming_content).splitlines()]
    assert [row["identifier"] for row in rows] == [r["identifier"] for r in get("papers/?q=engines")["results"]]


def test_a_whole_list_as_a_table(site: None) -> None:
    response = ask("papers/?format=csv&fields=identifier,title,byline.name,byline.author,published&ordering=published")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0] == ["identifier", "title", "byline", "published"]
    assert rows[1] == ["2001.00002", "'=Looms 2", "Ada Byron", "2019-01-01"]
    assert len(rows) == 8
    authors = list(csv.DictReader(io.StringIO(b"".join(ask("authors/?format=csv").streaming_content).decode())))
    assert {row["slug"]: row["categories"] for row in authors}["alan-turing"] == "math.CO 2; cs.LG 1; stat.ML 1"


def test_a_few_long_streams_at_a_time(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.api.base.AT_ONCE", 3)
    monkeypatch.setattr("papers.http.limits.SLOTS", Slots("one", most=1, of_a_process=1))
    first = ask("papers/?format=jsonl")
    second = ask("papers/?format=jsonl")
    assert (second.status_code, second.headers["Retry-After"]) == (503, "10")
    assert second.headers["Content-Type"] == "application/problem+json"
    assert ask("papers/?format=csv&q=engines").status_code == 503
    assert ask("authors/ada-byron/similar/?format=csv").status_code == 200  # a short list is none of them
    request_finished.disconnect(close_old_connections)  # as the test client does: the test's connection stays open
    first.close()  # a client that goes away frees the place
    request_finished.connect(close_old_connections)
    third = ask("papers/?format=csv")
    assert third.status_code == 200
    assert b"".join(third.streaming_content).count(b"\r\n") == 8
    assert take_slot().leave() is None


def test_citation_formats(site: None) -> None:
    bib = ask("papers/2001.00003/", accept="application/x-bibtex")
    assert bib.headers["Content-Type"].startswith("application/x-bibtex")
    assert "eprint" in bib.content.decode() and "Byron, Ada" in bib.content.decode()
    ris = ask("authors/alan-turing/papers/?format=ris").content.decode()
    assert ris.count("TY  - ") == ris.count("ER  - ") == 3
    csl = ask("papers/?format=csl&page_size=2")
    assert (len(csl.json()), 'rel="next"' in csl.headers["Link"]) == (2, True)
    assert ask("papers/2001.99999/?format=bib").headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        ("a=b", "a=b"),
        (-0.5, -0.5),
        (None, ""),
        (True, "true"),
        (["a", "b"], "a; b"),
        ([{"name": "Ada", "x": 1}], "Ada"),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_cells(value: Any, shown: Any) -> None:
    assert cell(value) == shown


# --- Freshness --------------------------------------------------------------------------------------------------------

READS = [
    "papers/",
    "papers/2001.00001/",
    "authors/",
    "authors/ada-byron/",
    "authors/ada-byron/papers/",
    "builds/",
    "categories/",
    "authors/ada-byron/coauthors/",
    "authors/ada-byron/statistics/",
    "similarity-links/",
    "merged/",
    "authors/autocomplete/?q=a",
    "papers/?group_by=year",
    "decisions/",
    "papers/moved/",
    "papers/?format=csv&page_size=3",
]


@pytest.fixture
def old_site(site: None) -> None:
    """The same, an hour ago."""
    before = timezone.now() - timedelta(hours=1)
    Paper.objects.update(modified_at=before)
    Author.objects.update(modified_at=before)
    Build.objects.update(started_at=before, finished_at=before)


@pytest.mark.parametrize("path", READS)
def test_what_has_not_changed_is_not_sent_again(path: str, old_site: None, django_assert_num_queries: Any) -> None:
    first = ask(path)
    assert first.headers["Cache-Control"] == "no-cache"
    with django_assert_num_queries(2):  # decided before the work: the state of papers and of people
        again = ask(path, **{"if-none-match": f'"other", {first.headers["ETag"]}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    with django_assert_num_queries(2):
        assert ask(path, **{"if-modified-since": first.headers["Last-Modified"]}).status_code == 304
    assert ask(path, **{"if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status_code == 200
    assert (
        ask(path, **{"if-none-match": '"other"', "if-modified-since": first.headers["Last-Modified"]}).status_code
        == 200
    )
    assert {"Accept", "Authorization"} <= set(first.headers["Vary"].replace(" ", "").split(","))


def test_formats_and_addresses_have_tags_of_their_own(old_site: None) -> None:
    tags = {
        ask(path).headers["ETag"] for path in ("papers/", "papers/?page_size=2&format=csv", "papers/?q=", "authors/")
    }
    tags.add(ask("papers/?page_size=2", accept="text/csv").headers["ETag"])
    tags.add(ask("papers/?page_size=2").headers["ETag"])
    assert len(tags) == 6


def change_a_paper() -> None:
    Paper.objects.filter(identifier="2001.00001").update(revision=10_000)


def change_an_author() -> None:
    Author.objects.filter(slug="ada-byron").update(modified_at=timezone.now())


def start_a_run() -> None:
    Build.objects.create(stage="link", started_at=timezone.now())


def get_on_with_a_run() -> None:
    Build.objects.filter(pk=Build.objects.latest("id").pk).update(progress={"after": 7})


def edit_in_the_admin() -> None:
    user = get_user_model().objects.create(username="curator")
    LogEntry.objects.create(user=user, action_flag=CHANGE, object_repr="a category")


@pytest.mark.parametrize(
    "change", [change_a_paper, change_an_author, start_a_run, get_on_with_a_run, edit_in_the_admin]
)
def test_every_change_is_one(change: Callable[[], None], old_site: None) -> None:
    tag = ask("papers/").headers["ETag"]
    change()
    assert ask("papers/", **{"if-none-match": tag}).status_code == 200


def test_a_moment_that_is_not_over_is_no_date(site: None) -> None:
    Author.objects.filter(slug="ada-byron").update(modified_at=timezone.now())
    assert "Last-Modified" not in ask("papers/").headers
    Author.objects.update(modified_at=datetime(2020, 1, 6, tzinfo=UTC))


# --- Other sites, and few bytes ---------------------------------------------------------------------------------------


def test_other_sites_may_read_and_not_write(site: None) -> None:
    response = ask("papers/", origin="https://example.org")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Retry-After"} <= {
        name.strip() for name in response.headers["Access-Control-Expose-Headers"].split(",")
    }
    assert "Access-Control-Allow-Credentials" not in response.headers
    preflight = Client().options(
        "/api/v1/decisions/",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
        },
    )
    assert "authorization" not in preflight.headers["Access-Control-Allow-Headers"]
    assert (
        "Access-Control-Allow-Origin" not in Client().get("/papers/", headers={"origin": "https://example.org"}).headers
    )


# --- Hidden names -----------------------------------------------------------------------------------------------------


def addresses() -> Iterator[str]:
    yield from READS
    yield from (
        "papers/?expand=authors",
        "papers/?format=bib",
        "papers/?format=ris",
        "papers/?format=csl",
        "papers/?format=jsonl&page_size=9",
        "authors/?format=csv&page_size=9",
        "papers/?author__in=ada-byron",
        "similarity-links/?expand=author,evidence",
        "authors/autocomplete/?q=augusta",
        "authors/?q=augusta",
    )


def test_hidden_names_are_in_no_answer(site: None, build_rows: Rows, curator_client: Client) -> None:
    from profiles.curation import acts, decide

    build_rows(record("2001.00009", authors="Augusta Gordon, Alan Turing"))
    gordon, ada = Author.objects.get(slug="augusta-gordon"), Author.objects.get(slug="ada-byron")
    curator = get_user_model().objects.get(username="admin")
    decide(acts.Merge(gordon, ada), curator)
    decide(acts.SetVisibility(ada, "Augusta Gordon", AuthorName.Visibility.MATCH_ONLY), curator)
    for path in addresses():
        response = ask(path)
        assert response.status_code == 200, path
        assert b"gordon" not in response.content.lower(), path
    answer = post("papers/batch/", {"ids": ["2001.00009"]}).json()
    assert answer["results"][0]["byline"][0]["name"] == "Ada Byron"
    assert ask("authors/augusta-gordon/").status_code == 410
    for row in get("decisions/")["results"]:
        assert (row["kind"], row["summary"], row["made_by"]) == ("merge", None, None)
    assert set(PaperShape().fields) >= {"byline"}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("papers/batch/", {f"{n}": 0 for n in range(190_000)}, "And 189,990 more."),
        ("papers/batch/", {"ids": list(range(190_000))}, "Ensure this field has no more than 1000 elements."),
        ("papers/batch/", {"ids": list(range(1_000))}, "And 980 more."),
        ("papers/batch/", {"x" * 2_000_000: 1}, "xxx…: Unknown field."),
        ("papers/batch/", {"ids": ["x" * 2_000_000]}, "/ids/0: "),
        (f"papers/?{'&'.join(f'key{n}=1' for n in range(900))}", None, "And 890 more."),
        (f"papers/?{'&'.join(f'key{n}=1' for n in range(1_001))}", None, ""),  # so many parameters nobody reads
        (f"papers/?fields={','.join(f'key{n}' for n in range(9_000))}", None, "Unknown field 'key0'."),
        (f"papers/?expand={','.join(f'key{n}' for n in range(9_000))}", None, "Unknown value 'key0'."),
    ],
)
def test_of_many_errors_a_few_are_named(path: str, body: Any, said: str, site: None) -> None:
    response = ask(path) if body is None else post(path, body)
    assert response.status_code == 400
    assert len(response.content) < 25_000 + 2 * len(path)
    assert said in response.json()["detail"]


def test_values_are_counted_before_any_is_looked_up(site: None, django_assert_max_num_queries: Any) -> None:
    codes = ",".join(["cs.LG"] * 20_000)
    with django_assert_max_num_queries(5):
        assert refused(f"papers/?category__in={codes}")[0][0] == "category__in"


@pytest.mark.parametrize("wrong", ["page_size=x", "page_size=201", "cursor=x", "count=maybe"])
@pytest.mark.parametrize("dear", ["", "&group_by=year", "&sample=3", "&format=csv"])
def test_what_makes_no_sense_is_refused_before_the_work(
    wrong: str, dear: str, site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("work was done for an answer of 400")

    for work in ("papers.api.pagination.capped_count", "papers.api.base.grouped", "papers.api.base.sample"):
        monkeypatch.setattr(work, fail)
    monkeypatch.setattr("papers.api.pagination.IN_PASSING", -1)
    beside = "" if wrong.startswith("count") else "&count=on"
    parameter = wrong.partition("=")[0]
    assert refused(f"papers/?q=engines&ordering=published&{wrong}{beside}{dear}")[0][0] == parameter


@pytest.mark.parametrize(("cap", "counted"), [(7, {"count": 7}), (6, {"count": 6, "count_is_complete": False})])
def test_a_long_list_is_counted_to_a_cap_and_in_a_place(
    cap: int, counted: dict[str, Any], site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.database.keyset.COUNTED_TO", cap)
    monkeypatch.setattr("papers.api.pagination.IN_PASSING", 5)
    monkeypatch.setattr("papers.api.grouping.IN_PASSING", 5)
    monkeypatch.setattr("papers.http.limits.SLOTS", Slots("one", most=1, of_a_process=1))
    address = "papers/?year_min=1900&page_size=1&count=on"
    found = get(address)
    assert {name: found[name] for name in found if name.startswith("count")} == counted
    place = take_slot()
    for busy in (address, "papers/?year_min=1900&group_by=license"):
        assert (ask(busy).status_code, ask(busy).headers["Retry-After"]) == (503, "10")
    assert "count" in get("papers/?year=2019&count=on")  # few
    place.leave()
    assert ask(address).status_code == 200
