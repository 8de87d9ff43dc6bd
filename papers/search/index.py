"""Keeping the search index: whoever stores papers calls `index_papers` in the same transaction, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

import orjson
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from papers.database import bulk
from papers.database.keyset import Order
from papers.models import Paper
from papers.people import people
from papers.search import postgres, sqlite
from papers.search.expressions import Holds
from papers.search.query import Query, Term
from papers.search.words import Words, type_word
from papers.text.plain_text import plain_line
from papers.text.words import words_of

INDEX, BESIDE = "papers_search", "papers_search_new"
BATCH_SIZE = 1_000
SAMPLE = 100  # papers changed last, whose words `check` compares with the index
COMPARED = 8  # first words of title, abstract and byline; each costs some 0.3 ms on SQLite

BY_DATE = Order(("sort_day", "id"), descending=False)
Row = tuple[int, str, str, str]  # paper id, title, abstract, and the printed names and collaborations parted by "; "


class Engine(Protocol):
    """What sqlite.py and postgres.py have in common: the search language of a database."""

    @property
    def TABLES(self) -> Sequence[str]: ...

    def create(self, cursor: CursorWrapper, index: str) -> None: ...
    def drop(self, cursor: CursorWrapper, index: str) -> None: ...
    def rename(self, cursor: CursorWrapper, index: str, name: str) -> None: ...
    def add(self, cursor: CursorWrapper, papers: Iterable[Words], index: str) -> None: ...
    def remove(self, cursor: CursorWrapper, ids: Sequence[int], index: str) -> None: ...
    def count_matches(self, cursor: CursorWrapper, query: Query, cap: int) -> int: ...
    def first_matches(self, cursor: CursorWrapper, query: Query, limit: int) -> list[int]: ...
    def condition(self, cursor: CursorWrapper, query: Query) -> Holds: ...
    def ranked(
        self, cursor: CursorWrapper, query: Query, among: Sequence[int] | None, limit: int = ...
    ) -> list[int]: ...
    def holds(self, cursor: CursorWrapper, query: Query, paper_id: int) -> bool: ...
    def problems(self, cursor: CursorWrapper) -> list[str]: ...


ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgres}


def engine_of(database: BaseDatabaseWrapper) -> Engine:
    """The module that speaks this database's search language."""
    return ENGINES[database.vendor]


def create_index(database: BaseDatabaseWrapper) -> None:
    """Make the empty index."""
    with database.cursor() as cursor:
        engine_of(database).create(cursor, INDEX)


def drop_index(database: BaseDatabaseWrapper) -> None:
    """Take the index away, whatever is left of it."""
    with database.cursor() as cursor:
        engine_of(database).drop(cursor, INDEX)


def index_papers(database: BaseDatabaseWrapper, rows: Iterable[Row], index: str = INDEX) -> None:
    """Put the papers' words into the index (or another of this name) in place of what it had of them.

    The papers must be stored already: what else is searched for is read from the database. Raises LookupError for one
    that is not.
    """
    rows = iter(rows)
    engine = engine_of(database)
    with database.cursor() as cursor:
        while batch := list(islice(rows, BATCH_SIZE)):
            texts = {pk: (title, abstract, byline) for pk, title, abstract, byline in as_shown(batch)}
            facts = _stored_facts(cursor, list(texts))
            if missing := texts.keys() - facts.keys():
                raise LookupError(f"paper {min(missing)} can't be indexed before it is stored")
            engine.remove(cursor, list(texts), index)
            engine.add(cursor, [facts[pk].words(pk, *texts[pk]) for pk in texts], index)


def as_shown(rows: list[Row]) -> list[Row]:
    """The rows with the preferred names in the place of those that are shown nowhere: what is hidden finds nothing."""
    instead = people().shown_names([row[0] for row in rows])
    if not instead:
        return rows
    return [
        (pk, title, abstract, "; ".join(instead.get(pk, {}).get(name, name) for name in names.split("; ")))
        for pk, title, abstract, names in rows
    ]


class Facts(NamedTuple):
    """What the index knows of a paper beside its texts; the venue in parts separated by "; "."""

    day: int
    venue: str
    categories: list[str]
    type: str

    def words(self, pk: int, title: str, abstract: str, byline: str) -> Words:
        return Words.from_texts(pk, self.day, title, abstract, byline, self.venue, self.categories, self.type)


def _stored_facts(cursor: CursorWrapper, ids: list[int]) -> dict[int, Facts]:
    cursor.execute(
        "SELECT id, sort_day, categories, type, details, journal_ref FROM papers_paper "
        f"WHERE id IN ({bulk.marks(len(ids))})",
        ids,
    )
    found = {}
    for pk, day, categories, type_name, text, journal_ref in cursor.fetchall():
        details = orjson.loads(text) if text != "{}" else {}
        venue = "; ".join(filter(None, (details.get("container"), details.get("series"), journal_ref)))
        venue = plain_line(venue) if "{" in venue or "\\" in venue else venue
        found[pk] = Facts(day, venue, orjson.loads(categories), type_name)
    return found


def remove_papers(database: BaseDatabaseWrapper, ids: Iterable[int]) -> None:
    """Make the papers unfindable, in the caller's transaction. Papers that are changed need not be removed first."""
    ids = iter(ids)
    with database.cursor() as cursor:
        while batch := list(islice(ids, BATCH_SIZE)):
            engine_of(database).remove(cursor, batch, INDEX)


def rebuild(progress: Callable[[int], Any] | None = None) -> int:
    """Build the index anew from the stored papers and give their number; `progress` hears how many came in each time.

    It grows beside the old one, a batch in a transaction, and takes its place when it is complete: until then searches see the
    old one, whoever writes waits for a batch, and what a run leaves that is ended before goes with the next. Call it under
    builds.stage_lock, under which only decisions change what papers show; what they touched is indexed once more.
    """
    indexed = 0
    engine = engine_of(connection)
    with bulk.one_writer(), connection.cursor() as cursor:
        engine.drop(cursor, BESIDE)
        engine.create(cursor, BESIDE)
        began = Paper.objects.aggregate(last=Max("modified_at"))["last"]
    rest = BY_DATE.applied(Paper.objects.visible())  # in the order of dates, which makes the index smaller
    while True:
        with bulk.one_writer():
            batch = list(stored_rows(rest[:BATCH_SIZE]))
            index_papers(connection, batch, BESIDE)
        if not batch:
            break
        indexed += len(batch)
        if progress:
            progress(len(batch))
        last = Paper.objects.values_list("sort_day", "id").get(pk=batch[-1][0])
        rest = BY_DATE.beyond(BY_DATE.applied(Paper.objects.visible()), last, backwards=False)
    with bulk.one_writer(), connection.cursor() as cursor:
        if began:
            index_papers(connection, stored_rows(Paper.objects.visible().filter(modified_at__gt=began)), BESIDE)
        engine.drop(cursor, INDEX)
        engine.rename(cursor, BESIDE, INDEX)
    return indexed


def stored_rows(papers: Any) -> Iterator[Row]:
    """What is to be indexed of these papers."""
    columns = papers.values_list("id", "title", "abstract", "byline", "collaborations")
    for pk, title, abstract, byline, collaborations in columns.iterator(chunk_size=BATCH_SIZE):
        yield pk, title, abstract, "; ".join([*(entry["name"] for entry in byline), *collaborations])


def check() -> list[str]:
    """What is wrong with the index, as sentences; empty when all is well. Costs a second in 500,000 papers."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        engine = engine_of(connection)
        if missing := [table for table in engine.TABLES if table not in tables]:
            return [f"The search index of papers lacks its table {missing[0]}: run rebuild_search."]
        problems = engine.problems(cursor)
        for question, sentence in (
            (
                # NOT EXISTS: PostgreSQL goes through the whole subquery of a NOT IN for every row.
                "SELECT count(*) FROM papers_paper p WHERE NOT is_deleted AND NOT EXISTS "
                f"(SELECT 1 FROM {engine.TABLES[-1]} WHERE paper_id = p.id)",
                "{} papers are not in the search index: run rebuild_search.",
            ),
            (
                f"SELECT count(*) FROM {engine.TABLES[-1]} s WHERE paper_id IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM papers_paper WHERE id = s.paper_id AND NOT is_deleted)",
                "{} papers in the search index don't exist or are deleted: run rebuild_search.",
            ),
        ):
            cursor.execute(question)
            if count := cursor.fetchone()[0]:
                problems.append(sentence.format(count))
        problems += _stale(cursor, engine)
    return problems


def _stale(cursor: CursorWrapper, engine: Engine) -> list[str]:
    """Whether papers that changed last were indexed before they changed: a caller forgot `index_papers`."""
    latest = Paper.objects.visible().order_by("-modified_at", "-id")[:SAMPLE]
    stale = 0
    rows = as_shown(list(stored_rows(latest)))
    facts = _stored_facts(cursor, [row[0] for row in rows]) if rows else {}
    for pk, title, abstract, byline in rows:
        terms = [
            Term((word,), field)
            for field, words in (
                ("title", words_of(title)),
                ("abstract", words_of(abstract)),
                ("author", words_of(byline)),
                ("venue", words_of(facts[pk].venue)),
                ("type", [type_word(facts[pk].type)] if facts[pk].type else []),
            )
            for word in words[:COMPARED]
        ]
        stale += bool(terms) and not engine.holds(cursor, Query(tuple(terms)), pk)
    if not stale:
        return []
    return [f"Of the papers changed last, {stale} are indexed by other words than they have: run rebuild_search."]
