"""Papers per year and category: what is kept while papers come, change and go is what counting them anew gives."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from papers.ingest.counts import CountChanges, differences, recount, repair
from papers.ingest.records import Deletion, PaperRecord, SourceFields, Version
from papers.models import Category, PaperCount, TypeCount
from papers.publications import Details
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db

CODES = ["cs.LG", "math.AG", "alg-geom", "stat.ML", "cs.ZZ"]


def kept_by_type() -> dict[tuple[str | None, str, int], int]:
    rows = TypeCount.objects.filter(papers__gt=0).values_list("category__code", "type", "year", "papers")
    return {(code, name, year): papers for code, name, year, papers in rows}


def kept() -> dict[tuple[str | None, int], tuple[int, int]]:
    rows = PaperCount.objects.values_list("category__code", "year", "papers", "primary_papers")
    return {(code, year): (papers, primary) for code, year, papers, primary in rows}


def test_counts_by_category_and_year(store: Store) -> None:
    store(
        paper("2001.00001", categories="cs.LG stat.ML"),
        paper("2001.00002", categories="stat.ML cs.LG"),
        paper("1901.00003", categories="cs.LG", versions=[Version("v1", datetime(2019, 1, 6, tzinfo=UTC))]),
        PaperRecord.from_source(SourceFields(source="list", slug="undated", title="Undated", categories="cs.LG")),
        PaperRecord.from_source(SourceFields(source="list", slug="without", title="Without a subject")),
    )
    assert kept() == {
        (None, 0): (2, 0),
        (None, 2019): (1, 0),
        (None, 2020): (2, 0),
        ("cs.LG", 0): (1, 1),
        ("cs.LG", 2019): (1, 1),
        ("cs.LG", 2020): (2, 1),
        ("stat.ML", 2020): (2, 1),
    }
    assert differences() == []


@pytest.mark.parametrize("seed", range(4))
def test_kept_counts_stay_true_through_any_changes(seed: int, store: Store) -> None:
    chance = random.Random(seed)
    day = date(2020, 1, 7)

    def change() -> PaperRecord | Deletion:
        identifier = f"2001.{chance.randint(1, 12):05}"
        stamp = day + timedelta(days=chance.randint(-2, 2))
        if chance.random() < 0.25:
            return Deletion(identifier, stamp)
        versions = [Version("v1", datetime(chance.choice([2018, 2019, 2020]), 1, 6, tzinfo=UTC))]
        return paper(
            identifier,
            title=f"Title {chance.randint(1, 3)}",
            categories=" ".join(chance.sample(CODES, chance.randint(0, 3))),
            versions=versions if chance.random() < 0.8 else [],
            datestamp=stamp,
        )

    written = 0
    for _round in range(8):
        done = store(*(change() for _ in range(10)), batch_size=chance.choice([1, 3, 500]))
        written += done.created + done.updated + done.deleted
        assert differences() == []
        day += timedelta(days=1)
    assert written > 20
    assert sum(papers for (code, _year), (papers, _) in kept().items() if code is None) > 0


def test_papers_of_a_year_or_month_count_in_their_year_and_all_by_their_type(store: Store) -> None:
    def entry(slug: str, word: str, day: str) -> PaperRecord:
        issued = PartialDate.from_iso(day) if day else None
        details = Details(source_type=word)
        given = SourceFields(source="bibtex", slug=slug, title=slug, issued=issued, details=details, categories="cs.LG")
        return PaperRecord.from_source(given)

    store(entry("a", "phdthesis", "2019"), entry("b", "phdthesis", "2019-12"), entry("c", "book", "2020-01-01"))
    store(entry("d", "", ""))
    assert kept() == {
        (None, 2019): (2, 0),
        (None, 2020): (1, 0),
        (None, 0): (1, 0),
        ("cs.LG", 2019): (2, 2),
        ("cs.LG", 2020): (1, 1),
        ("cs.LG", 0): (1, 1),
    }
    by_type = {("thesis", 2019): 2, ("book", 2020): 1, ("", 0): 1}
    assert kept_by_type() == {(code, *key): n for code in (None, "cs.LG") for key, n in by_type.items()}
    assert differences() == []


def test_changes_that_cancel_out_write_nothing(django_assert_num_queries) -> None:
    changes = CountChanges()
    changes.add(2020, "article", [1, 2])
    changes.add(2020, "article", [1, 2], by=-1)
    with django_assert_num_queries(0):
        changes.write()


def test_a_change_of_the_first_category_alone_is_written(categories: None) -> None:
    first, second = Category.objects.filter(code__in=["cs.LG", "stat.ML"]).order_by("code").values_list("pk", flat=True)
    for by, order in ((1, [first, second]), (-1, [first, second]), (1, [second, first])):
        changes = CountChanges()
        changes.add(2020, "article", order, by=by)
        changes.write()
    assert kept() == {(None, 2020): (1, 0), ("cs.LG", 2020): (1, 0), ("stat.ML", 2020): (1, 1)}


def test_wrong_counts_are_found_and_mended(store: Store) -> None:
    store(paper(), paper("2001.00002"))
    true, by_type = kept(), kept_by_type()
    PaperCount.objects.filter(category=None).update(papers=7)
    PaperCount.objects.filter(category__code="stat.ML").delete()
    PaperCount.objects.create(category=Category.objects.get(code="cs.LG"), year=1999, papers=1, primary_papers=1)
    TypeCount.objects.filter(category=None).update(type="book")
    ids = dict(Category.objects.values_list("code", "id"))
    assert sorted(differences(), key=repr) == sorted(
        [
            ((None, 2020), (7, 0), (2, 0)),
            ((ids["stat.ML"], 2020), (0, 0), (2, 0)),
            ((ids["cs.LG"], 1999), (1, 1), (0, 0)),
            ((None, 2020, "article"), (0, 0), (2, 0)),
            ((None, 2020, "book"), (2, 0), (0, 0)),
        ],
        key=repr,
    )
    assert repair() == 5
    assert (kept(), kept_by_type(), differences()) == (true, by_type, [])
    assert repair() == 0


def test_nothing_counts_to_nothing(db: None) -> None:
    assert (recount(), differences(), repair()) == ({}, [], 0)
