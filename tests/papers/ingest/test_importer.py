"""Storing records: what becomes of each, that nothing is lost or doubled, and that a run may be stopped and repeated."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers import search
from papers.bylines import Byline
from papers.database import builds
from papers.field_rules import MOST
from papers.ingest.import_summary import MOST_KINDS, MOST_TOLD, OTHERS, ImportSummary
from papers.ingest.importer import Importer
from papers.ingest.precedence import NOT_GIVEN_BY
from papers.ingest.readers import SourceError
from papers.ingest.records import Deletion, Item, PaperRecord, PassedOver, Rejection, SourceFields, Version
from papers.ingest.rejects import RejectsFile
from papers.ingest.runs import Run, import_source
from papers.ingest.sources.harvester import Outcome
from papers.ingest.writer import category_of
from papers.management.commands.harvest_arxiv import summary_lines
from papers.management.commands.import_papers import Command, print_import
from papers.models import (
    ARXIVS,
    Build,
    Category,
    Collaboration,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperCount,
    PaperDoi,
    TypeCount,
)
from tests.conftest import record
from tests.papers.conftest import MOMENT, Store, facts, found_by, paper, rejected, summary, tables

pytestmark = pytest.mark.django_db

REPEATED = "repeated id: the source gives this paper more than once; the newer record was kept"


# --- One record -------------------------------------------------------------------------------------------------------


def test_a_record_is_stored_whole(store: Store, rejects: Path) -> None:
    came = paper(
        "hep-th/9901001",
        authors="A. Bee (CERN), C. Dee for the ATLAS Collaboration",
        categories="hep-th alg-geom nonsense",
        versions=[Version("v1", datetime(1999, 1, 4, tzinfo=UTC)), Version("v2", datetime(1999, 2, 1, tzinfo=UTC))],
        dois="10.1000/A 10.1000/b",
    )
    done = summary(read=1, created=1, warnings=1)
    assert store(came) == done
    build = Build.objects.get()
    row = Paper.objects.values().get()
    moments = {row.pop("id"): None, row.pop("modified_at"): None, row.pop("revision"): None}
    assert None not in moments
    assert row | {"digest": bytes(row["digest"])} == {
        "identifier": "hep-th/9901001",
        "arxiv_id": "hep-th/9901001",
        "title": "On hep-th/9901001",
        "abstract": "We describe an engine.",
        "abstract_is_cut": False,
        "authors_text": "A. Bee (CERN), C. Dee for the ATLAS Collaboration",
        "byline": [
            {"name": "A. Bee", "forenames": "A.", "surname": "Bee", "affiliations": ["CERN"]},
            {"name": "C. Dee", "forenames": "C.", "surname": "Dee"},
        ],
        "author_count": 2,
        "byline_is_complete": True,
        "byline_problems": [],
        "byline_needs_review": False,
        "collaborations": ["ATLAS Collaboration"],
        "categories": ["hep-th", "math.AG", "nonsense"],
        "categories_text": "hep-th alg-geom nonsense",
        "published": date(1999, 1, 4),
        "published_precision": "day",
        "issued": None,
        "issued_precision": "",
        "updated": date(1999, 2, 1),
        "versions": [
            {"version": "v1", "created": "1999-01-04T00:00:00Z"},
            {"version": "v2", "created": "1999-02-01T00:00:00Z"},
        ],
        "type": "article",
        "details": {},
        "doi": "10.1000/A",
        "journal_ref": "J. Engines 1",
        "comments": "3 pages",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "report_no": "EX-1",
        "msc_class": "14A10",
        "acm_class": "F.2.2",
        "submitter": "Ada Byron",
        "source": "arxiv-snapshot",
        "datestamp": date(2020, 1, 7),
        "read_at": build.started_at,
        "digest": came.digest(),
        "is_deleted": False,
        "giver": "",
        "base_url": "",
        "citation_key": "",
        "is_withdrawn": False,
        "is_hidden": False,
        "merged_into_id": None,
        "sort_day": 19990104,
    }
    stored = facts()
    assert {
        name: stored[name] for name in ("memberships", "dois", "collaborations", "counts", "engine", "what is wrong")
    } == {
        "memberships": [
            ("hep-th/9901001", "hep-th", 0, 19990104),
            ("hep-th/9901001", "math.AG", 1, 19990104),
            ("hep-th/9901001", "nonsense", 2, 19990104),
        ],
        "dois": [("hep-th/9901001", 0, "10.1000/A", "10.1000/a"), ("hep-th/9901001", 1, "10.1000/b", "10.1000/b")],
        "collaborations": [("hep-th/9901001", "atlas", "ATLAS Collaboration")],
        "counts": [("", 1999, 1, 0), ("hep-th", 1999, 1, 1), ("math.AG", 1999, 1, 0), ("nonsense", 1999, 1, 0)],
        "engine": ["hep-th/9901001"],
        "what is wrong": [],
    }
    assert build.progress == {"summary": done.as_json(), "rejects_bytes": rejects.stat().st_size, "position": 1}
    assert [row["reason"] for row in rejected(rejects)] == [
        "warning, the paper was taken: categories: 'nonsense' is not in the taxonomy and was kept"
    ]


def test_an_undated_paper_without_anything_else_is_stored(store: Store) -> None:
    bare = PaperRecord.from_source(SourceFields(source="list", slug="a-paper", title="A paper"))
    assert store(bare) == summary(read=1, created=1)
    stored = facts()
    assert (stored["memberships"], stored["counts"], stored["what is wrong"]) == ([], [("", 0, 1, 0)], [])
    row = Paper.objects.get()
    assert (row.arxiv_id, row.published, row.sort_day, row.byline) == (None, None, 0, [])


@pytest.mark.parametrize(
    ("first", "second", "counted", "title"),
    [
        ({}, {}, {"unchanged": 1}, "On 2001.00001"),
        ({}, {"datestamp": date(2019, 1, 1)}, {"unchanged": 1}, "On 2001.00001"),
        ({}, {"title": "New", "datestamp": date(2020, 1, 8)}, {"updated": 1}, "New"),
        ({}, {"title": "New"}, {"updated": 1}, "New"),
        ({}, {"title": "New", "datestamp": date(2020, 1, 6)}, {"older": 1}, "On 2001.00001"),
        ({}, {"title": "New", "datestamp": None}, {"older": 1}, "On 2001.00001"),
        ({"datestamp": None}, {"title": "New", "datestamp": None}, {"updated": 1}, "New"),
        ({"datestamp": None}, {"title": "New"}, {"updated": 1}, "New"),
        # On the same day the fuller source wins, whichever came first.
        ({}, {"title": "New", "source": "arxiv-oai"}, {"older": 1}, "On 2001.00001"),
        ({"source": "arxiv-oai"}, {"title": "New"}, {"updated": 1}, "New"),
        ({"source": "arxiv-oai"}, {"title": "New", "source": "arxiv-oai"}, {"updated": 1}, "New"),
    ],
)
def test_what_becomes_of_a_second_record_of_a_paper(
    first: dict, second: dict, counted: dict, title: str, store: Store
) -> None:
    assert store(paper(**first)) == summary(read=1, created=1)
    before = tables()
    assert store(paper(**second)) == summary(read=1, **counted)
    assert (tables() == before) == ("updated" not in counted)
    assert Paper.objects.get().title == title
    # What was decided once is decided the same way again.
    after = tables()
    again = "older" if "older" in counted else "unchanged"
    assert store(paper(**second)) == summary(read=1, **{again: 1})
    assert tables() == after


@pytest.mark.parametrize("first", [date(2020, 1, 7), None])
def test_the_same_said_on_a_later_day_moves_the_day_and_the_moment_alone(first: date | None, store: Store) -> None:
    store(paper(datestamp=first), paper("2001.00002"))
    before = Paper.objects.values().get(identifier="2001.00001")
    assert store(paper(datestamp=date(2020, 3, 1)), paper("2001.00002")) == summary(read=2, unchanged=2)
    now = Paper.objects.values().get(identifier="2001.00001")
    # The record says the day, so that who asks for what changed is told.
    assert now["modified_at"] > before["modified_at"]
    assert now == before | {"datestamp": date(2020, 3, 1), "modified_at": now["modified_at"]}
    assert set(PaperCategory.objects.filter(paper=now["id"]).values_list("changed_at", flat=True)) == {
        now["modified_at"]
    }
    after = tables()
    # What was said between the two is older than what is known, and true repetition writes nothing.
    assert store(paper(title="Between", datestamp=date(2020, 2, 1))) == summary(read=1, older=1)
    assert store(paper(datestamp=date(2020, 3, 1)), paper("2001.00002")) == summary(read=2, unchanged=2)
    assert tables() == after


def test_a_later_day_is_one_statement_for_a_batch(store: Store) -> None:
    records = [paper(f"2001.{number:05}") for number in range(1, 41)]
    store(*records)
    with CaptureQueriesContext(connection) as caught:
        store(*(replace(record, datestamp=date(2020, 3, 1)) for record in records))
    assert len([query for query in caught if 'UPDATE "papers_paper"' in query["sql"]]) == 1
    assert set(Paper.objects.values_list("datestamp", flat=True)) == {date(2020, 3, 1)}


def test_an_update_replaces_every_row_of_the_paper(store: Store) -> None:
    store(paper(authors="A. Bee for the ATLAS Collaboration", dois="10.1000/a 10.1000/b"), paper("2001.00002"))
    pk, revision = Paper.objects.values_list("pk", "revision").get(identifier="2001.00001")
    later = paper(
        title="An abacus",
        abstract="",
        authors="C. Dee for the CMS Collaboration",
        categories="math.CO",
        versions=[Version("v1", datetime(2019, 5, 5, tzinfo=UTC))],
        dois="10.1000/c",
        datestamp=date(2020, 2, 1),
    )
    assert store(later) == summary(read=1, updated=1)
    stored = facts()
    assert {
        name: stored[name]
        for name in ("order of changes", "memberships", "dois", "collaborations", "counts", "engine", "what is wrong")
    } == {
        "order of changes": ["2001.00002", "2001.00001"],
        "memberships": [
            ("2001.00001", "math.CO", 0, 20190505),
            ("2001.00002", "cs.LG", 0, 20200106),
            ("2001.00002", "stat.ML", 1, 20200106),
        ],
        "dois": [("2001.00001", 0, "10.1000/c", "10.1000/c"), ("2001.00002", 0, "10.1000/a", "10.1000/a")],
        "collaborations": [("2001.00001", "cms", "CMS Collaboration")],
        "counts": [
            ("", 2019, 1, 0),
            ("", 2020, 1, 0),
            ("cs.LG", 2020, 1, 1),
            ("math.CO", 2019, 1, 1),
            ("stat.ML", 2020, 1, 0),
        ],
        "engine": ["2001.00002"],
        "what is wrong": [],
    }
    changed = Paper.objects.get(identifier="2001.00001")
    assert changed.pk == pk
    assert changed.revision > revision
    assert (changed.title, changed.abstract) == ("An abacus", "")


# --- What a source can't say ------------------------------------------------------------------------------------------

POORER = [(source, name) for source in sorted(ARXIVS) for name in sorted(NOT_GIVEN_BY.get(source, ()))]
EMPTY: dict[str, Any] = {"versions": [], "posted": date(2020, 1, 6)}


def without(*names: str) -> dict[str, Any]:
    """Fields of a record that lacks these facts."""
    found: dict[str, Any] = {}
    for name in names:
        found |= EMPTY if name == "versions" else {name: ""}
    return found


@pytest.mark.parametrize(("source", "name"), POORER)
def test_what_a_source_can_not_say_is_kept_through_any_number_of_its_records(
    source: str, name: str, store: Store
) -> None:
    store(paper())
    kept = Paper.objects.values_list(name, flat=True).get()
    assert kept
    for month in (2, 3, 4):
        poorer = paper(source=source, title=f"Month {month}", datestamp=date(2020, month, 1), **without(name))
        assert store(poorer) == summary(read=1, updated=1)
        assert store(poorer) == summary(read=1, unchanged=1)
        assert Paper.objects.values_list("title", "source", name).get() == (f"Month {month}", source, kept)


@pytest.mark.parametrize(("source", "name"), [row for row in POORER if row[1] != "versions"])
def test_what_a_source_says_after_all_replaces_what_was_there(source: str, name: str, store: Store) -> None:
    store(paper())
    assert store(paper(source=source, datestamp=date(2020, 2, 1), **{name: "other"})) == summary(read=1, updated=1)
    assert Paper.objects.values_list(name, flat=True).get() == "other"


def test_versions_that_a_poorer_source_gives_after_all_replace_those_there(store: Store) -> None:
    store(paper())
    store(paper(source="arxiv-oai", datestamp=date(2020, 2, 1), versions=[Version("v2", MOMENT)]))
    assert Paper.objects.get().versions == [{"version": "v2", "created": "2020-01-06T10:00:00Z"}]


def test_a_source_that_could_say_it_and_does_not_empties_the_field(store: Store) -> None:
    store(paper())
    emptied = ("journal_ref", "comments", "report_no", "msc_class", "acm_class", "submitter", "license", "versions")
    store(paper(datestamp=date(2020, 2, 1), **without(*emptied)))
    assert Paper.objects.values(*emptied).get() == dict.fromkeys(emptied, "") | {"versions": []}


# --- Repeated records -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [1, 500])
@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([{"title": "A"}, {"title": "B"}], "B"),  # of two from one day the last one is what the source means
        ([{"title": "A"}, {"title": "B", "datestamp": date(2020, 1, 6)}], "A"),
        ([{"title": "A"}, {"title": "B", "datestamp": date(2020, 1, 8)}], "B"),
        ([{"title": "A"}, {"title": "A"}], "A"),
        ([{"title": "A"}, {"title": "B", "datestamp": date(2020, 1, 6)}, {"title": "C"}], "C"),
    ],
)
def test_the_newest_of_repeated_records_is_kept(
    rows: Sequence[dict], title: str, batch_size: int, store: Store
) -> None:
    records = [paper(**row) for row in rows]
    done = store(*records, batch_size=batch_size)
    assert done.read == len(rows) == done.created + done.updated + done.unchanged + done.rejected
    assert done.created == 1
    assert [row["title"] for row in facts()["papers"]] == [title]
    assert facts()["what is wrong"] == []
    before = facts()
    store(*records, batch_size=batch_size)
    assert facts() == before


def test_a_repeated_record_is_kept_in_the_rejects_file(store: Store, rejects: Path) -> None:
    first, second = paper(title="A"), paper(title="B", datestamp=date(2020, 1, 6))
    assert store(first, second, paper("2001.00002")) == summary(
        read=3, created=2, rejected=1, reasons={"repeated id": 1}
    )
    assert rejected(rejects) == [
        {
            "place": "line 2, 2001.00001",
            "reason": REPEATED,
            "raw": json.dumps(
                {
                    "id": "2001.00001",
                    "authors": "Ada Byron, Charles Babbage",
                    "title": "B",
                    "abstract": "We describe an engine.",
                    "categories": "cs.LG stat.ML",
                    "doi": "10.1000/a",
                    "journal-ref": "J. Engines 1",
                    "comments": "3 pages",
                    "license": "https://creativecommons.org/licenses/by/4.0/",
                    "report-no": "EX-1",
                    "submitter": "Ada Byron",
                    "versions": [{"version": "v1", "created": "2020-01-06T10:00:00Z"}],
                    "update_date": "2020-01-06",
                },
                separators=(",", ":"),
            ),
        }
    ]


def test_a_record_repeated_in_a_later_batch_says_so(store: Store, rejects: Path) -> None:
    done = store(paper(), paper(title="B", datestamp=date(2020, 1, 6)), paper(), batch_size=1)
    assert done == summary(read=3, created=1, unchanged=1, rejected=1, reasons={"repeated id": 1})
    assert [(row["place"], row["reason"]) for row in rejected(rejects)] == [("an earlier batch, 2001.00001", REPEATED)]


@pytest.mark.parametrize("batch_size", [1, 500])
def test_a_record_that_comes_twice_as_it_is_is_no_reject(batch_size: int, store: Store) -> None:
    assert store(paper(), paper(), batch_size=batch_size) == summary(read=2, created=1, unchanged=1)


def test_two_records_of_one_day_far_apart_are_written_once(store: Store) -> None:
    file = [paper(title="A"), *(paper(f"2001.{number:05}") for number in range(2, 7)), paper(title="B")]
    assert store(*file, batch_size=2) == summary(read=7, created=6, updated=1)
    after = tables()
    for batch_size in (2, 3, 500):
        for rows in (file, file[::-1]):
            done = store(*rows, batch_size=batch_size)
            assert (done.created, done.updated) == (0, 0)
            assert tables() == after
    assert found_by("engine") == [f"2001.{number:05}" for number in range(1, 7)]


def test_a_correction_on_the_same_day_replaces_what_was_harvested_before(store: Store) -> None:
    store(paper(title="Morning"))
    assert store(paper(title="Evening")) == summary(read=1, updated=1)
    # The morning's file, read again, has nothing to say any more.
    assert store(paper(title="Morning")) == summary(read=1, older=1)
    assert store(paper(title="Morning", datestamp=date(2020, 1, 8))) == summary(read=1, updated=1)


def test_a_list_that_was_changed_and_changed_back_is_followed(store: Store) -> None:
    for title in ("A", "B", "A", "B"):
        store(paper(title=title, datestamp=None))
        assert Paper.objects.get().title == title


def test_a_list_that_says_two_things_of_a_paper_settles(store: Store) -> None:
    store(paper(title="Before", datestamp=None))
    file = [paper(title="A", datestamp=None), paper("2001.00002"), paper(title="B", datestamp=None)]
    store(*file, batch_size=1)
    assert Paper.objects.get(identifier="2001.00001").title == "B"
    after = tables()
    for _ in range(2):
        assert (lambda done: (done.created, done.updated))(store(*file, batch_size=1)) == (0, 0)
        assert tables() == after


def test_what_is_replaced_and_comes_back_within_a_batch_is_settled(store: Store) -> None:
    store(paper(title="A", datestamp=date(2020, 1, 6)))
    file = [paper(title="B", datestamp=date(2020, 1, 7)), paper(title="A", datestamp=date(2020, 1, 7))]
    store(*file)
    after = tables()
    assert Paper.objects.values_list("title", "datestamp").get() == ("A", date(2020, 1, 7))
    store(*file)
    assert tables() == after


def test_of_two_records_without_a_day_the_fuller_format_counts_in_either_order(store: Store) -> None:
    fuller, poorer = paper(datestamp=None), paper(title="Poorer", datestamp=None, source="arxiv-api")
    store(fuller)
    assert store(poorer) == summary(read=1, older=1)
    Paper.objects.all().delete()
    store(poorer)
    assert store(fuller) == summary(read=1, updated=1)


ONE_DAY_OR_ANOTHER = [None, date(2020, 1, 6), date(2020, 1, 7)]
ANY_RECORD = st.builds(
    lambda number, title, day, source: paper(f"2001.0000{number}", title=title, datestamp=day, source=source),
    st.integers(1, 2),
    st.sampled_from("AB"),
    st.sampled_from(ONE_DAY_OR_ANOTHER),
    st.sampled_from(["arxiv-snapshot", "arxiv-oai", "arxiv-api"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_RECORD, max_size=8), st.integers(1, 4))
def test_any_file_read_again_writes_nothing(store: Store, file: list[PaperRecord], batch_size: int) -> None:
    with transaction.atomic():
        first = store(*file, batch_size=batch_size)
        assert first.read == first.created + first.updated + first.unchanged + first.older + first.rejected
        after = tables()
        again = store(*file, batch_size=batch_size)
        assert (again.created, again.updated) == (0, 0)
        assert again.read == again.unchanged + again.older + again.rejected
        assert tables() == after
        transaction.set_rollback(True)


# --- Categories, DOIs, collaborations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "codes"),
    [
        ("cs.LG stat.ML", ["cs.LG", "stat.ML"]),
        ("math.MP math-ph", ["math-ph"]),  # a second name of a category and the category itself
        ("alg-geom", ["math.AG"]),
        ("astro-ph", ["astro-ph"]),
        ("cs.ZZ 68T05 cs.LG", ["cs.ZZ", "68T05", "cs.LG"]),
        ("", []),
    ],
)
def test_categories_are_stored_as_what_they_mean_today(
    printed: str, codes: list[str], categories: None, store: Store
) -> None:
    before = set(Category.objects.values_list("code", flat=True))
    store(paper(categories=printed))
    stored = Paper.objects.get()
    assert (stored.categories, stored.categories_text) == (codes, printed)
    assert list(stored.memberships.order_by("position").values_list("category__code", "position")) == [
        (code, position) for position, code in enumerate(codes)
    ]
    assert set(Category.objects.values_list("code", flat=True)) - before == {"cs.ZZ", "68T05"} & set(codes)


def test_an_unknown_code_gets_a_category_that_says_so_once(store: Store) -> None:
    store(paper(categories="cs.ZZ"))
    store(paper("2001.00002", categories="cs.LG cs.ZZ"))
    assert list(Category.objects.filter(code="cs.ZZ").values("code", "name", "kind", "archive", "canonical")) == [
        {"code": "cs.ZZ", "name": "cs.ZZ", "kind": "unknown", "archive": "", "canonical": None}
    ]


def test_without_the_taxonomy_in_the_database_its_codes_are_known_all_the_same(store: Store) -> None:
    store(paper(categories="cs.LG alg-geom cs.ZZ"))
    kept = ("code", "name", "archive", "archive_name", "group", "group_name", "kind", "canonical")
    assert list(Category.objects.order_by("id").values_list(*kept)) == [
        ("cs.LG", "Machine Learning", "cs", "Computer Science", "cs", "Computer Science", "category", None),
        ("cs.ZZ", "cs.ZZ", "", "", "", "", "unknown", None),
        ("math.AG", "Algebraic Geometry", "math", "Mathematics", "math", "Mathematics", "category", None),
    ]
    assert str(category_of("cs.ZZ")) == "cs.ZZ"


def test_dois_are_kept_in_order_and_found_in_any_case(store: Store) -> None:
    store(paper(dois="10.1000/XyZ; 10.1000/b 10.1000/xyz"))
    assert facts()["dois"] == [
        ("2001.00001", 0, "10.1000/XyZ", "10.1000/xyz"),
        ("2001.00001", 1, "10.1000/b", "10.1000/b"),
    ]
    assert Paper.objects.get().doi == "10.1000/XyZ"


def test_spellings_of_one_collaboration_are_one_group(store: Store) -> None:
    store(
        paper("2001.00001", authors="A. Bee for the ATLAS Collaboration"),
        paper("2001.00002", authors="The Atlas Collaboration: C. Dee"),
        paper("2001.00003", authors="LIGO Scientific Collaboration, Virgo Collaboration"),
    )
    store(paper("2001.00004", authors="E. Eff for the ATLAS Collaboration"))
    assert list(Collaboration.objects.order_by("key").values_list("key", "papers__identifier")) == [
        ("atlas", "2001.00001"),
        ("atlas", "2001.00002"),
        ("atlas", "2001.00004"),
        ("ligo scientific", "2001.00003"),
        ("virgo", "2001.00003"),
    ]
    assert Collaboration.objects.count() == 3


def test_a_group_has_its_whole_name_once_a_paper_prints_it(store: Store) -> None:
    def names() -> list[str]:
        return list(Collaboration.objects.order_by("key").values_list("name", flat=True))

    store(paper("2001.00001", authors="A. Bee on behalf of ATLAS"), paper("2001.00002", authors="Planck Team: C. Dee"))
    assert names() == ["ATLAS", "Planck Team"]
    store(
        paper("2001.00003", authors="A. Bee on behalf of ATLAS"),
        paper("2001.00004", authors="The ATLAS Collaboration, C. Dee on behalf of ATLAS"),
        paper("2001.00005", authors="the atlas collaboration and the Planck Collaboration"),
    )
    assert names() == ["ATLAS Collaboration", "Planck Collaboration", "Planck Team"]
    printed = list(Paper.objects.order_by("identifier").values_list("collaborations", flat=True))
    assert printed[2:] == [["ATLAS"], ["ATLAS Collaboration"], ["atlas collaboration", "Planck Collaboration"]]


# --- Deletions --------------------------------------------------------------------------------------------------------


def test_a_deleted_paper_leaves_lists_counts_and_search_and_keeps_its_facts(store: Store) -> None:
    store(paper(), paper("2001.00002"))
    gone = Deletion("2001.00001", date(2020, 1, 9))
    assert store(gone) == summary(read=1, deleted=1)
    stored = facts()
    assert {name: stored[name] for name in ("memberships", "dois", "counts", "engine", "what is wrong")} == {
        "memberships": [
            ("2001.00002", "cs.LG", 0, 20200106),
            ("2001.00002", "stat.ML", 1, 20200106),
        ],
        "dois": [("2001.00002", 0, "10.1000/a", "10.1000/a")],
        "counts": [("", 2020, 1, 0), ("cs.LG", 2020, 1, 1), ("stat.ML", 2020, 1, 0)],
        "engine": ["2001.00002"],
        "what is wrong": [],
    }
    row = Paper.objects.get(identifier="2001.00001")
    assert (row.is_deleted, row.title, row.datestamp) == (True, "On 2001.00001", date(2020, 1, 9))
    before = tables()
    assert store(gone) == summary(read=1, without_effect=1)
    assert tables() == before


@pytest.mark.parametrize(
    ("item", "counted", "is_deleted"),
    [
        (paper(), {"older": 1}, True),
        (paper(title="Older"), {"older": 1}, True),
        (paper(datestamp=None), {"older": 1}, True),
        (paper(datestamp=date(2020, 1, 10)), {"updated": 1}, False),
        (paper(title="Newer", datestamp=date(2020, 1, 10)), {"updated": 1}, False),
    ],
)
def test_only_a_newer_record_brings_a_deleted_paper_back(
    item: PaperRecord, counted: dict, is_deleted: bool, store: Store
) -> None:
    store(paper())
    store(Deletion("2001.00001", date(2020, 1, 9)))
    assert store(item) == summary(read=1, **counted)
    stored = facts()
    assert [row["is_deleted"] for row in stored["papers"]] == [is_deleted]
    assert (stored["engine"], stored["what is wrong"]) == ([] if is_deleted else ["2001.00001"], [])
    assert stored["dois"] == ([] if is_deleted else [("2001.00001", 0, "10.1000/a", "10.1000/a")])


@pytest.mark.parametrize(
    ("deletion", "counted"),
    [
        (Deletion("2001.00001", date(2020, 1, 6)), {"older": 1}),
        (Deletion("2001.99999", date(2020, 1, 9)), {"without_effect": 1}),
        (Deletion("2001.00001", date(2020, 1, 7)), {"deleted": 1}),
        (Deletion("2001.00001", None), {"deleted": 1}),
    ],
)
def test_a_deletion_counts_if_it_is_not_older_than_the_record(deletion: Deletion, counted: dict, store: Store) -> None:
    store(paper())
    assert store(deletion) == summary(read=1, **counted)
    assert Paper.objects.get().is_deleted == ("deleted" in counted)


@pytest.mark.parametrize("batch_size", [1, 500])
def test_what_a_source_says_last_of_a_paper_is_what_it_means(store: Store, batch_size: int) -> None:
    store(paper(), paper("2001.00002"))
    again = paper("2001.00002", title="Back", datestamp=date(2020, 1, 10))
    store(
        paper(title="Gone", datestamp=date(2020, 1, 9)),
        Deletion("2001.00001", date(2020, 1, 9)),
        Deletion("2001.00002", date(2020, 1, 9)),
        again,
        batch_size=batch_size,
    )
    stored = facts()
    assert [(row["identifier"], row["is_deleted"]) for row in stored["papers"]] == [
        ("2001.00001", True),
        ("2001.00002", False),
    ]
    assert stored["what is wrong"] == []


@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_is_the_sum_of_what_is_told(seed: int, store: Store) -> None:
    chance = random.Random(seed)

    def item() -> Item:
        number, day = chance.randint(1, 8), date(2020, 1, chance.randint(7, 12))
        what = chance.random()
        if what < 0.1:
            return Rejection("line 1", "nothing", "")
        if what < 0.15:
            return PassedOver("line 1", "entry type www")
        if what < 0.4:
            gone = chance.choice([f"2001.{number:05}", f"list-{number}", "never-here"])
            return Deletion(gone, day, arxiv_id=f"2001.{number:05}" if chance.random() < 0.3 else "")
        categories = chance.choice(["cs.LG", "math.AG"])
        fields = {"title": f"On {number} {chance.randint(1, 2)}", "categories": categories, "datestamp": day}
        if what < 0.7:
            return paper(f"2001.{number:05}", **fields)
        return paper(**fields, arxiv_id=None, slug=f"list-{number}", source=chance.choice(["bibtex", "oai-pmh"]))

    beside = {"read", "reasons", "warnings", "passed_over"}
    told: Counter[str] = Counter()
    for _ in range(8):
        items = [item() for _ in range(30)]
        options = {"may_repeat": chance.random() < 0.5, "only": chance.choice([[], ["cs.*"]])}
        done = store(*items, batch_size=chance.choice([1, 7, 500]), **options)
        counts = {name: count for name, count in done.as_json().items() if name not in beside}
        assert sum(counts.values()) == done.read == len(items)
        told.update(counts)
        assert facts()["what is wrong"] == []
    assert min(told.values()) > 0


def test_the_summaries_tell_every_count(tmp_path: Path) -> None:
    done = ImportSummary(127, *(2**power for power in range(1, 7)), 0, 1)
    out = StringIO()
    print_import(Command(stdout=out), Run(Build(), done, tmp_path, 0))
    harvested, *_ = summary_lines(Outcome(done, True, None, tmp_path))
    for line in (out.getvalue().splitlines()[0], harvested):
        read, *others = map(int, re.findall(r"\d+", line.replace("0 left out, ", "").replace(", 0 warnings", "")))
        assert read == sum(others) == 127


def test_what_was_not_read_is_told_at_the_end_of_an_import_and_of_a_harvest(store: Store, tmp_path: Path) -> None:
    done = store(
        paper(unread=["file", "abbr"]),
        paper("2001.00002", unread=["file"]),
        PassedOver("line 9", "entry type www"),
    )
    assert (done.read, done.created, done.left_out) == (3, 2, 1)
    sentence = "Not read: field file (2), field abbr (1), entry type www (1)."
    out = StringIO()
    print_import(Command(stdout=out), Run(Build(), done, tmp_path, 0))
    assert sentence in out.getvalue().splitlines()
    assert sentence in summary_lines(Outcome(done, True, None, tmp_path))


def test_of_very_many_names_of_fields_the_first_are_counted_and_the_most_frequent_told(store: Store) -> None:
    done = store(paper(unread=[f"field{number}" for number in range(600)]))
    assert (len(done.passed_over), done.passed_over[OTHERS]) == (MOST_KINDS + 1, 600 - MOST_KINDS)
    assert done.not_read.startswith(f"Not read: {OTHERS} (100), field field0 (1), ")
    assert done.not_read.endswith(f" and {MOST_KINDS + 1 - MOST_TOLD} more.")


# --- What is not taken ------------------------------------------------------------------------------------------------


def test_what_just_fits_is_stored(store: Store) -> None:
    codes = [f"{number:x<64}" for number in range(MOST["categories"])]
    fields = {"arxiv_id": None, "slug": "s" * 200, "license": "l" * 255, "categories": codes}
    doi = "10.1000/" + "d" * 247
    assert store(paper(**fields, dois=doi)) == summary(read=1, created=1, warnings=len(codes))
    stored = Paper.objects.get()
    assert (len(stored.identifier), stored.doi, stored.categories) == (200, doi, codes)


def test_a_record_without_a_category_that_can_be_is_taken_without(store: Store, rejects: Path) -> None:
    assert store(paper(categories="a/b")) == summary(read=1, created=1, warnings=1)
    assert (Paper.objects.get().categories, Category.objects.filter(code="a/b").exists()) == ([], False)
    assert [row["reason"] for row in rejected(rejects)] == [
        "warning, the paper was taken: categories: 'a/b' is not letters, digits, dots and hyphens, a letter or digit first, "
        "and was left out"
    ]


def test_rejections_and_warnings_go_to_the_rejects_file(store: Store, rejects: Path) -> None:
    odd = paper(dois="10.1000/a nonsense")
    broken = Rejection("line 7", "title: the record has no title", '{"id": "2001.00009"}')
    assert store(broken, odd) == summary(read=2, created=1, rejected=1, warnings=1, reasons={"title": 1})
    assert rejected(rejects) == [
        {"place": "line 7", "reason": "title: the record has no title", "raw": '{"id": "2001.00009"}'},
        {
            "place": "line 2",
            "reason": "warning, the paper was taken: doi: 'nonsense' is not a DOI and was left out",
            "raw": "",
        },
    ]


@pytest.mark.parametrize(
    ("patterns", "identifiers"),
    [
        (["cs.*"], ["2001.00001"]),
        (["stat.ML"], ["2001.00001"]),
        (["math.AG"], ["2001.00002"]),  # by what its code means today
        (["cs.*", "math.*"], ["2001.00001", "2001.00002"]),
        (["CS.*"], []),
        (["*"], ["2001.00001", "2001.00002"]),
        ([], ["2001.00001", "2001.00002", "2001.00003"]),
    ],
)
def test_only_papers_of_the_wanted_categories_come_in(
    patterns: list[str], identifiers: list[str], store: Store
) -> None:
    rows = [paper("2001.00001"), paper("2001.00002", categories="alg-geom"), paper("2001.00003", categories="")]
    done = store(*rows, only=patterns)
    assert done == summary(read=3, created=len(identifiers), left_out=3 - len(identifiers))
    assert sorted(Paper.objects.values_list("identifier", flat=True)) == identifiers


# --- Runs: twice, interrupted, broken off ------------------------------------------------------------------------------

BROKEN = '{"id": "2001.00090", "title": '
FILE: list[Any] = [
    record("2001.00001"),
    record("2001.00002", categories="cs.LG cs.ZZ", doi="10.1000/a nonsense"),
    BROKEN,
    record("2001.00003", authors="A. Bee, C. Dee for the ATLAS Collaboration", versions=[]),
    record("hep-th/9901001", categories="alg-geom hep-th", title="On\n  engines"),
    record("2001.00004", title=" "),
    record("2001.00001"),
    record("2001.00005", update_date="2020-01-32"),
    record("2001.00006", abstract="Two paragraphs\n  of an engine"),
]


def test_the_same_file_twice_writes_nothing(snapshot: Callable[..., Path], categories: None, rejects: Path) -> None:
    path = str(snapshot(*FILE))
    first = import_source(path, rejects=str(rejects))
    reasons = {"not JSON": 1, "title": 1}
    assert first.summary == summary(read=9, created=6, unchanged=1, rejected=2, warnings=3, reasons=reasons)
    before, kept = tables(), rejects.read_bytes()
    assert before["papers_paper"]
    second = import_source(path, rejects=str(rejects))
    assert second.summary == summary(read=9, unchanged=7, rejected=2, warnings=3, reasons=reasons)
    assert tables() == before
    assert rejects.read_bytes() == kept
    keys = ("stage", "status", "subject", "parameters", "results", "progress")
    runs = list(Build.objects.order_by("id").values(*keys))
    parameters = {"format": "arxiv-json", "limit": None, "only": []}
    assert runs == [
        {
            "stage": "import",
            "status": "finished",
            "subject": runs[0]["subject"],
            "parameters": parameters,
            "results": run.summary.as_json(),
            "progress": {"summary": run.summary.as_json(), "rejects_bytes": len(kept), "position": 9},
        }
        for run in (first, second)
    ]
    assert runs[0]["subject"].startswith("snapshot.jsonl ")


class Stopped(Exception):
    pass


@pytest.mark.parametrize("batch_size", [1, 2, 4])
@pytest.mark.parametrize("error", [Stopped, KeyboardInterrupt])
def test_an_interrupted_run_goes_on_and_ends_like_an_undisturbed_one(
    error: type[BaseException],
    batch_size: int,
    snapshot: Callable[..., Path],
    categories: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(Importer.__init__.__kwdefaults__, "batch_size", batch_size)
    path = str(snapshot(*FILE))
    undisturbed = import_source(path, rejects=str(tmp_path / "one.jsonl"))
    expected = facts()
    for model in (PaperCategory, PaperDoi, PaperCollaboration, PaperCount, TypeCount, Build):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        search.remove_papers(connection, list(Paper.objects.values_list("pk", flat=True)))
        cursor.execute("DELETE FROM papers_paper")
    Collaboration.objects.all().delete()
    Category.objects.filter(kind="unknown").delete()

    def stop(source: Any, done: ImportSummary) -> None:
        raise error("stopped")

    batches = 0
    while True:
        try:
            # Every run is stopped after one batch, until nothing is left that could be.
            run = import_source(path, rejects=str(tmp_path / "two.jsonl"), resume=batches > 0, on_batch=stop)
            break
        except error:
            batches += 1
            assert Build.objects.get().status == ("stopped" if error is KeyboardInterrupt else "failed")
    assert batches == -(-len(FILE) // batch_size)
    assert (run.summary, run.resumed_at) == (undisturbed.summary, len(FILE))
    assert facts() == expected
    assert rejected(tmp_path / "two.jsonl") == rejected(tmp_path / "one.jsonl")
    assert list(Build.objects.values_list("status", "results")) == [("finished", undisturbed.summary.as_json())]


def test_a_source_that_breaks_off_keeps_what_came_before(store: Store, rejects: Path) -> None:
    def items() -> Any:
        yield 1, "line 1", paper()
        yield 2, "line 2", Rejection("line 2", "not JSON: it ends", "{")
        yield 3, "line 3", paper("2001.00002")
        raise SourceError("the file is damaged")

    build = builds.begin("import")
    with pytest.raises(SourceError, match=r"^the file is damaged$"), builds.ending(build):
        Importer(build, rejects, batch_size=2).run(items())
    build.refresh_from_db()
    assert sorted(Paper.objects.values_list("identifier", flat=True)) == ["2001.00001", "2001.00002"]
    assert (build.status, build.progress["position"]) == ("failed", 3)
    assert build.progress["summary"] == summary(read=3, created=2, rejected=1, reasons={"not JSON": 1}).as_json()
    assert len(rejected(rejects)) == 1


@pytest.mark.django_db
def test_a_batch_ends_early_where_its_records_are_large(rejects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.ingest.importer.HEAVIEST_BATCH", 2_500)
    sizes: list[int] = []
    build = builds.begin("import")
    with builds.ending(build):
        importer = Importer(build, rejects, on_batch=lambda done: sizes.append(done.read))
        rows = [paper(f"2001.{number:05}", abstract="x" * 1_000) for number in range(1, 6)]
        importer.run((number, f"line {number}", item) for number, item in enumerate(rows, 1))
    assert sizes == [2, 4, 5]


def test_a_batch_that_can_not_be_written_leaves_nothing_behind(
    store: Store, rejects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(paper())
    before = tables()
    build = builds.begin("import")
    importer = Importer(build, rejects)

    def fail(*args: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(search, "index_papers", fail)
    with pytest.raises(OSError, match=r"^the disk is full$"):
        importer.run([(1, "line 1", paper("2001.00002"))])
    build.refresh_from_db()
    assert (tables(), build.progress, importer.summary) == (before, {}, summary())


def test_rejects_of_a_batch_that_was_not_kept_are_written_once(rejects: Path) -> None:
    file = RejectsFile(rejects, 0)
    file.add([Rejection("line 1", "a", "")])
    kept = file.size
    file.add([Rejection("line 2", "b", "")])
    RejectsFile(rejects, kept).add([Rejection("line 2", "b", "again")])
    assert rejected(rejects) == [
        {"place": "line 1", "reason": "a", "raw": ""},
        {"place": "line 2", "reason": "b", "raw": "again"},
    ]


def test_no_rejects_no_file(store: Store, rejects: Path) -> None:
    store(paper())
    assert not rejects.exists()


def test_a_summary_is_the_same_after_it_was_stored() -> None:
    done = summary(read=5, created=2, rejected=2, warnings=1, reasons={"title": 2})
    assert ImportSummary.from_json(json.loads(json.dumps(done.as_json()))) == done
    assert ImportSummary.from_json({}) == ImportSummary()


def test_a_byline_with_doubts_is_marked_for_review(store: Store) -> None:
    sure = paper("2001.00001")
    doubtful = replace(sure, identifier="2001.00002", arxiv_id="2001.00002", byline=Byline("?", (), problems=("odd",)))
    store(sure, doubtful)
    assert list(Paper.objects.order_by("identifier").values_list("byline_needs_review", "byline_problems")) == [
        (False, []),
        (True, ["odd"]),
    ]
