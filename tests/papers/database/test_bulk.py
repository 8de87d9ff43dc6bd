"""Writing many plain rows at once, with the same outcome on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from papers.database import bulk
from papers.models import Category, Collaboration, Paper, PaperDoi, next_revision

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 1, 6, tzinfo=UTC)

# What CSV-like transports trip over.
TEXTS = [
    "plain",
    "tab\tand\nbreak",
    "back\\slash \\N",
    "quote \" and ' and ;",
    "Łukošiūtė 数学 🙂",
    "NULL",
    "{a,b}",
    " ",
]


def rows() -> list[tuple[str, str]]:
    return list(Collaboration.objects.order_by("id").values_list("name", "key"))


def test_rows_come_back_as_they_were_written() -> None:
    written = [(text, f"key {number}") for number, text in enumerate(TEXTS)]
    bulk.insert(Collaboration, ("name", "key"), written)
    assert rows() == written


def test_no_rows_no_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        bulk.insert(Collaboration, ("name", "key"), [])
        bulk.update(Collaboration, ("name",), [])
        bulk.delete(Collaboration, "id", [])
        assert bulk.take_ids(Collaboration, 0) == []
        assert bulk.select(Collaboration, ("id",), "key", []) == []


def test_update_changes_the_rows_named_and_no_other() -> None:
    bulk.insert(Collaboration, ("id", "name", "key"), [(1, "a", "a"), (2, "b", "b"), (3, "c", "c")])
    bulk.update(Collaboration, ("name", "key"), [("A", "aa", 1), (TEXTS[1], "cc", 3)])
    assert rows() == [("A", "aa"), ("b", "b"), (TEXTS[1], "cc")]


def test_delete_takes_the_rows_of_the_values() -> None:
    bulk.insert(Collaboration, ("id", "name", "key"), [(1, "a", "a"), (2, "b", "b"), (3, "c", "c")])
    bulk.delete(Collaboration, "key", ["a", "c", "nobody's"])
    assert rows() == [("b", "b")]


def test_select_gives_the_rows_of_the_values() -> None:
    bulk.insert(Collaboration, ("id", "name", "key"), [(1, "a", "x"), (2, TEXTS[1], "y"), (3, "c", "z")])
    found = bulk.select(Collaboration, ("id", "name"), "key", iter(["x", "y", "nobody's"]))
    assert sorted(found) == [(1, "a"), (2, TEXTS[1])]


def test_a_row_that_a_constraint_forbids_is_an_integrity_error() -> None:
    bulk.insert(Collaboration, ("name", "key"), [("a", "a")])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Collaboration, ("name", "key"), [("b", "b"), ("a", "a")])
    assert rows() == [("a", "a")]


def test_ids_are_never_given_twice() -> None:
    first = bulk.take_ids(Collaboration, 3)
    bulk.insert(Collaboration, ("id", "name", "key"), [(pk, "x", str(pk)) for pk in first])
    bulk.delete(Collaboration, "id", first)
    second = bulk.take_ids(Collaboration, 2)
    assert len({*first, *second}) == 5
    assert min(second) > max(first)
    bulk.insert(Collaboration, ("id", "name", "key"), [(pk, "x", str(pk)) for pk in second])
    assert Collaboration.objects.create(name="by the ORM", key="orm").pk > max(second)


@pytest.mark.parametrize("value", [{"a": [1, None, True], "b": "ü\n"}, [], "text", 1.5, None])
def test_json_and_moments_are_stored_as_django_stores_them(value: object) -> None:
    moment = datetime(2020, 1, 6, 10, 0, 1, 234567, tzinfo=UTC)
    columns = ("identifier", "title", "abstract", "abstract_is_cut", "authors_text", "byline", "author_count")
    more = ("byline_is_complete", "byline_problems", "byline_needs_review", "collaborations", "categories")
    texts = ("categories_text", "doi", "journal_ref", "comments", "license", "report_no", "msc_class", "acm_class")
    rest = (
        "submitter",
        "source",
        "versions",
        "published",
        "read_at",
        "modified_at",
        "digest",
        "revision",
        "is_deleted",
        "details",
    )
    bulk.insert(
        Paper,
        (*columns, *more, *texts, *rest),
        [
            (
                "x",
                "X",
                "",
                False,
                "",
                bulk.dumps([]),
                0,
                True,
                bulk.dumps([]),
                False,
                bulk.dumps([]),
                bulk.dumps([]),
                *[""] * len(texts),
                "",
                "list",
                bulk.dumps(value),
                "2020-01-06",
                bulk.moment(moment),
                bulk.moment(moment),
                b"\x00\xff" * 8,
                next_revision(),
                False,
                bulk.dumps({}),
            )
        ],
    )
    stored = Paper.objects.get()
    assert (stored.versions, stored.read_at, stored.published, bytes(stored.digest)) == (
        value,
        moment,
        date(2020, 1, 6),
        b"\x00\xff" * 8,
    )
    assert [bulk.loads(text) for (text,) in bulk.select(Paper, ("versions",), "identifier", ["x"])] == [value]


def test_the_writers_transaction_keeps_all_or_nothing() -> None:
    with pytest.raises(RuntimeError), bulk.one_writer():
        Category.objects.create(code="cs.ZZ", name="cs.ZZ", kind="unknown")
        raise RuntimeError("stopped")
    assert not Category.objects.exists()
    with bulk.one_writer():
        Category.objects.create(code="cs.ZZ", name="cs.ZZ", kind="unknown")
    assert Category.objects.count() == 1


def test_rows_of_a_paper_that_is_not_there_are_refused_when_the_transaction_ends() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(PaperDoi, ("paper_id", "position", "doi", "key"), [(999, 0, "10.1000/a", "10.1000/a")])
        transaction.get_connection().check_constraints()


def test_mark_sets_a_flag_where_it_is_not_set(django_assert_num_queries) -> None:
    papers = [
        Paper.objects.create(identifier=f"p{n}", title="A", source="list", read_at=NOW, byline_needs_review=n == 1)
        for n in range(3)
    ]
    with django_assert_num_queries(1):
        bulk.mark(Paper, "byline_needs_review", [papers[0].pk, papers[1].pk])
        bulk.mark(Paper, "byline_needs_review", [])
    assert list(Paper.objects.order_by("id").values_list("byline_needs_review", flat=True)) == [True, True, False]


def test_the_planner_is_told_after_batches_ever_further_apart(django_assert_num_queries) -> None:
    on_postgres = connection.vendor == "postgresql"
    told = []
    for batch in range(1, 20):
        with CaptureQueriesContext(connection) as queries:
            bulk.tell_planner(batch, {Paper: ["id"], PaperDoi: ["key", "paper_id"]})
        told += [batch] * len(queries)
    assert told == ([1, 2, 4, 8, 16] if on_postgres else [])
