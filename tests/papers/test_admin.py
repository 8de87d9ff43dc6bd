"""The admin of what sources say: every list and record can be looked at, searched and filtered, none can be changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from justhtml import JustHTML

from papers.admin.lists import CappedPaginator
from papers.ingest.records import Deletion
from papers.models import (
    Category,
    DistinctPapers,
    EarlierIdentifier,
    Paper,
    PaperCount,
    PaperSuggestion,
    SupersededRecord,
    TitleKey,
)
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db

# Hashes, which tell a reader nothing, and pairs of papers, which a queue shows (profiles/admin/curation/).
NOT_LISTED = {TitleKey, SupersededRecord, PaperSuggestion, DistinctPapers}
MODELS = [model for model in apps.get_app_config("papers").get_models() if model not in NOT_LISTED]


def name_of(model: Any) -> str:
    return model._meta.model_name


def address(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:papers_{model._meta.model_name}_{what}", args=args)


def some(store: Store, count: int) -> None:
    """So many papers, each in a category of its own, with two DOIs and a collaboration; and so many builds."""
    groups, codes = ("ATLAS", "CMS", "LHCb"), ("cs.LG", "cs.CL", "math.AG")
    for number in range(count):
        store(
            paper(
                f"2001.0000{number + 1}",
                authors=f"Ada Byron (London) for the {groups[number]} Collaboration",
                categories=codes[number],
                dois=f"10.1000/a{number} 10.1000/b{number}",
            )
        )
        stored = Paper.objects.latest("id")
        EarlierIdentifier.objects.create(identifier=f"byron-{number}", paper=stored)
        facts = {"title": f"On lists, {number}", "byline": stored.byline, "container": "Acta", "issued": "2019-05"}
        add_word(stored, "bibtex", f"byron{number}", f"byron-{number}", **facts)


def add_word(stored: Paper, source: str, giver: str, identifier: str = "", **facts: Any) -> None:
    stored.source_records.create(
        source=source, giver=giver, identifier=identifier, read_at=datetime(2020, 1, 9, tzinfo=UTC), facts=facts
    )


def page(client: Client, path: str) -> JustHTML:
    response = client.get(path)
    assert response.status_code == 200
    return JustHTML(response.content.decode(), sanitize=False)


def column(client: Client, path: str, name: str) -> list[str]:
    return [cell.to_text() for cell in page(client, path).query(f"#result_list .field-{name}")]


def test_every_model_is_registered() -> None:
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []
    assert len(MODELS) == 11


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_list_costs_the_same_for_one_row_and_for_three(
    model: Any, count: int, store: Store, staff_client: Client, django_assert_num_queries: Any
) -> None:
    some(store, count)
    # The session, the user, the count to a cap, the rows with all that they name.
    with django_assert_num_queries(4 + filter_queries(model)):
        assert staff_client.get(address(model, "changelist")).status_code == 200


def filter_queries(model: Any) -> int:
    """A filter by a plain column reads the values there are: years of counts, groups of the taxonomy, stages."""
    return sum(
        not model._meta.get_field(name).choices and model._meta.get_field(name).get_internal_type() != "BooleanField"
        for each in admin.site.get_model_admin(model).list_filter
        for name in [each[0] if isinstance(each, tuple) else each]
    )


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_no_list_counts_its_whole_table(model: Any, store: Store, staff_client: Client) -> None:
    some(store, 1)
    with CaptureQueriesContext(connection) as captured:
        staff_client.get(address(model, "changelist"))
    counting = [query["sql"] for query in captured.captured_queries if "COUNT(" in query["sql"]]
    assert len(counting) == 1
    assert f"LIMIT {CappedPaginator.MOST}" in counting[0]


def test_a_list_counts_to_a_cap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    some(store, 3)
    assert CappedPaginator(Paper.objects.order_by("id"), 50).count == 3
    monkeypatch.setattr(CappedPaginator, "MOST", 2)
    assert CappedPaginator(Paper.objects.order_by("id"), 50).count == 2
    assert CappedPaginator([1, 2, 3], 50).count == 3


@pytest.mark.parametrize("count", [1, 3])
def test_a_paper_costs_the_same_however_many_rows_hang_on_it(
    count: int, store: Store, staff_client: Client, django_assert_num_queries: Any
) -> None:
    store(
        paper(
            authors=", ".join(f"Ada {letter}yron" for letter in "ABC"[:count]),
            categories=" ".join(("cs.LG", "cs.CL", "math.AG")[:count]),
            dois=" ".join(f"10.1000/a{number}" for number in range(count)),
        )
    )
    path = address(Paper, "change", Paper.objects.get().pk)
    ContentType.objects.get_for_model(Paper)  # asked for once in the life of a process
    [stored] = Paper.objects.all()
    for number in range(count - 1):
        add_word(stored, "bibtex", f"list{number}", container="Acta", title="<b>On</b>")
    # The session, the user, the paper, its categories with their names, its DOIs twice, what each source says.
    with django_assert_num_queries(7):
        page(staff_client, path)


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_facts_of_a_source_are_read_only(model: Any, store: Store, staff_client: Client) -> None:
    some(store, 1)
    row = model.objects.first()
    before = model.objects.filter(pk=row.pk).values().get()
    shown = page(staff_client, address(model, "change", row.pk))
    assert [field.attrs.get("name") for field in shown.query("#content-main form input") if is_editable(field)] == []
    assert shown.query("#content-main form textarea, #content-main form select, .deletelink, input[name=_save]") == []
    refused = [
        staff_client.post(address(model, "change", row.pk), {"title": "Changed", "name": "Changed"}),
        staff_client.get(address(model, "add")),
        staff_client.post(address(model, "add"), {}),
        staff_client.get(address(model, "delete", row.pk)),
        staff_client.post(address(model, "delete", row.pk), {"post": "yes"}),
    ]
    assert [response.status_code for response in refused] == [403] * 5
    assert model.objects.filter(pk=row.pk).values().get() == before
    listed = page(staff_client, address(model, "changelist"))
    assert listed.query("select[name=action]") == []  # nothing to delete many with


def is_editable(field: Any) -> bool:
    return field.attrs.get("type") not in ("hidden", "submit")


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    for model in MODELS:
        response = client.get(address(model, "changelist"))
        assert (response.status_code, response.headers["Location"]) == (
            302,
            f"/admin/login/?next={address(model, 'changelist')}",
        )


@pytest.mark.parametrize(
    ("query", "identifiers"),
    [
        ("", ["2001.00003", "2001.00002", "2001.00001"]),
        ("?q=2001.00002", ["2001.00002"]),
        ("?q=engine", ["2001.00003", "2001.00002", "2001.00001"]),
        ("?q=category:cs.CL", ["2001.00002"]),
        ("?q=author:byron", ["2001.00003", "2001.00002", "2001.00001"]),
        ("?q=zyzzyva", []),
        ("?source__exact=arxiv-snapshot", ["2001.00003", "2001.00002", "2001.00001"]),
        ("?is_deleted__exact=1", ["2001.00009"]),
        ("?is_withdrawn__exact=1", ["2001.00003"]),
        ("?type=article", ["2001.00003", "2001.00002", "2001.00001"]),
        ("?type=article-journal", []),
        ("?byline_needs_review__exact=1", []),
    ],
)
def test_papers_can_be_searched_and_filtered(
    query: str, identifiers: list[str], store: Store, staff_client: Client
) -> None:
    some(store, 3)
    Paper.objects.filter(identifier="2001.00003").update(is_withdrawn=True)
    store(paper("2001.00009"))
    store(Deletion("2001.00009", None))
    found = column(staff_client, address(Paper, "changelist") + query, "identifier")
    # What was taken back stands in the list of all, though no search finds it.
    assert [each for each in found if each != "2001.00009" or "is_deleted" in query] == identifiers


def test_a_paper_as_a_curator_sees_it(store: Store, staff_client: Client) -> None:
    names = "Ada Byron (London), Charles Babbage, Eve Ng, Bo Li"
    store(paper(authors=names))
    path = address(Paper, "changelist")
    row = {name: column(staff_client, path, name) for name in ("title", "first_names", "author_count", "source")}
    assert row == {
        "title": ["On 2001.00001"],
        "first_names": ["Ada Byron, Charles Babbage, Eve Ng …"],
        "author_count": ["4"],
        "source": ["arxiv-snapshot"],
    }
    shown = page(staff_client, address(Paper, "change", Paper.objects.get().pk))
    assert shown.query_one(".field-printed_byline .readonly").to_text(separator="|") == (
        "1. Ada Byron (London)|2. Charles Babbage|3. Eve Ng|4. Bo Li"
    )
    assert [link.attrs["href"] for link in shown.query(".field-at_source a")] == ["https://arxiv.org/abs/2001.00001"]
    assert "whose names these are" in shown.to_text().lower()


def test_dates_are_shown_as_far_as_they_are_known(store: Store, staff_client: Client) -> None:
    details = {"container": "Acta", "volume": "3", "urls": [{"url": "https://example.org/a.pdf", "kind": "pdf"}]}
    store(paper())
    Paper.objects.update(
        published=date(2019, 1, 1),
        published_precision="year",
        issued=date(2019, 5, 1),
        issued_precision="month",
        details=details,
    )
    shown = page(staff_client, address(Paper, "change", Paper.objects.get().pk))
    known = {
        name: shown.query_one(f".field-{name} .readonly").to_text(separator="|")
        for name in ("published_as_known", "issued_as_known", "posted_as_known", "published_where", "addresses")
    }
    assert known == {
        "published_as_known": "2019",
        "issued_as_known": "2019-05",
        "posted_as_known": "2019",
        "published_where": "container: Acta|volume: 3",
        "addresses": "https://example.org/a.pdf|(pdf)",
    }
    assert column(staff_client, address(Paper, "changelist"), "published_as_known") == ["2019"]


def test_what_each_source_says_stands_beside_what_is_shown(store: Store, staff_client: Client) -> None:
    store(paper(), paper("2001.00002"))
    one, two = Paper.objects.order_by("identifier")
    add_word(one, "bibtex", "byron", title="On <i>lists</i>", container="Acta", issued="2019-05", keywords=["a", "b"])
    add_word(one, "curator", "7", title="On engines", container="")
    add_word(two, "oai-pmh", "thesis-1", title="On another", urls=[{"url": "https://a.example/", "kind": "pdf"}])
    two.source_records.update(is_deleted=True, base_url="https://repository.example/oai")
    Paper.objects.filter(pk=two.pk).update(merged_into=one, is_deleted=True)
    table = page(staff_client, address(Paper, "change", one.pk)).query_one(".field-each_source table")
    rows = [[cell.to_text() for cell in row.query("th, td")] for row in table.query("tr")]
    assert rows[0] == [
        "field",
        "shown",
        "bibtex, byron, read 2020-01-09",
        "curator, decision 7",
        "oai-pmh, https://repository.example/oai, thesis-1, read 2020-01-09, taken back, of 2001.00002",
    ]
    said = {row[0]: row[1:] for row in rows[1:]}
    assert said["title"] == ["On 2001.00001", "On <i>lists</i>", "On engines", "On another"]
    assert said["container"] == ["", "Acta", "none", ""]
    assert said["issued"] == ["", "2019-05", "", ""]
    assert said["keywords"] == ["", "a; b", "", ""]
    assert said["urls"] == ["", "", "", "https://a.example/"]
    assert [mark.to_text() for mark in table.query("mark")] == ["On engines", "none"]


@pytest.mark.parametrize(
    ("model", "query", "name", "cells"),
    [
        ("category", "?q=engine", "code", []),
        ("category", "?q=cs.C", "code", ["cs.CL"]),
        ("category", "?kind__exact=unknown", "code", []),
        ("collaboration", "?q=atl", "name", ["ATLAS Collaboration"]),
        ("papercategory", "?q=2001.00002", "category", ["cs.CL (Computation and Language)"]),
        ("paperdoi", "?q=10.1000/a1", "doi", ["10.1000/a1"]),
        ("papercollaboration", "?q=2001.00003", "collaboration", ["LHCb Collaboration"]),
        ("papercount", "?q=cs.CL", "papers", ["1"]),
        ("papercount", "?year=2020&q=nothing", "papers", []),
        ("sourcerecord", "?q=byron1", "paper", ["2001.00002 On 2001.00002"]),
        ("sourcerecord", "?q=byron-1", "giver", ["byron1"]),
        ("sourcerecord", "?q=2001.00002", "giver", ["byron1"]),
        ("sourcerecord", "?source=bibtex", "giver", ["byron2", "byron1", "byron0"]),
        ("sourcerecord", "?is_deleted__exact=1", "giver", []),
        ("build", "?stage=import&status__exact=finished", "stage", ["import"] * 3),
        ("build", "?status__exact=failed", "stage", []),
    ],
)
def test_other_lists_can_be_searched_and_filtered(
    model: str, query: str, name: str, cells: list[str], store: Store, staff_client: Client
) -> None:
    some(store, 3)
    path = address(apps.get_model("papers", model), "changelist")
    assert column(staff_client, path + query, name) == cells


@pytest.mark.parametrize("query", ["q=%22", "q=author:", "p=zz", "p=99", "o=zz", "zz=1", "year=x", "e=1"])
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_nonsense_breaks_no_list(model: Any, query: str, store: Store, staff_client: Client) -> None:
    some(store, 1)
    assert staff_client.get(f"{address(model, 'changelist')}?{query}").status_code in (200, 302)


def test_the_rows_behind_the_counts_are_named(store: Store, staff_client: Client) -> None:
    some(store, 1)
    assert Category.objects.count() == 1
    assert PaperCount.objects.count() == 2
    assert sorted(column(staff_client, address(PaperCount, "changelist"), "year")) == ["2020", "2020"]
