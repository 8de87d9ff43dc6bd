"""Asking the search index, on either database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, F, Func, Q
from django.db.models.sql.compiler import SQLCompiler

from papers.models import PaperQuerySet
from papers.search.expressions import Holds, filled
from papers.search.index import engine_of
from papers.search.query import Query

FEW = 1_000
MOST_WEIGHED = 4_000  # as many as an engine gives
MOST_APART = 4  # terms of a search without matches that are tried alone


def matching(papers: PaperQuerySet, query: Query) -> PaperQuerySet:
    """Those of the papers that match; none for a query that wants nothing."""
    return papers.filter(condition(query))


def condition(query: Query) -> Q | Matches:
    """What holds for papers that match, to be asked of several lists; the index is asked once, and only if a list is read."""
    return Matches(query) if query.required else Q(pk__in=[])


class Matches(Func):
    """True for papers that match."""

    output_field = BooleanField()

    def __init__(self, query: Query):
        super().__init__(F("pk"), F("sort_day"))
        self.query = query
        self.found: list[Holds] = []  # shared by all copies that the ORM makes

    def as_sql(self, compiler: SQLCompiler, connection: Any, *args: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.found:
            self.found.append(_holds_for(self.query))
        holds = self.found[0]
        return filled(holds.sql, ["pk", "sort_day"], self.source_expressions, compiler), holds.params


def _holds_for(query: Query) -> Holds:
    """A few matches by their ids, many by a question; raises EmptyResultSet for none."""
    # Neither database can tell how rare words are together, and both walk through all papers by date to find three.
    ids = few_matches(query)
    if ids is None:
        with connection.cursor() as cursor:
            return engine_of(connection).condition(cursor, query)
    if not ids:
        raise EmptyResultSet
    return Holds(f"{{pk}} IN ({', '.join(['%s'] * len(ids))})", ids)


def few_matches(query: Query) -> list[int] | None:
    """Ids of all papers that match, in no order; None where they are many."""
    with connection.cursor() as cursor:
        ids = engine_of(connection).first_matches(cursor, query, FEW + 1)
    return ids if len(ids) <= FEW else None


def apart(query: Query) -> list[tuple[str, int]]:
    """The terms of a query that finds nothing, each alone with the papers it finds (to a cap), most first; those that
    find something. A question for each of the first few."""
    terms = [term for term in query.required if term.field not in ("category", "type")]
    if len(query.required) < 2:
        return []
    found = [(term.text, count_matches(replace(query, terms=(term,)), FEW)) for term in terms[:MOST_APART]]
    return sorted((row for row in found if row[1]), key=lambda row: -row[1])


def count_matches(query: Query, cap: int) -> int:
    """How many papers match, counted to the cap."""
    if not query.required:
        return 0
    with connection.cursor() as cursor:
        return engine_of(connection).count_matches(cursor, query, cap)


def ranked(papers: PaperQuerySet, query: Query, limit: int, *, only_words: bool = False) -> list[int]:
    """Ids of those of the papers that match, best first: by where and how often the words stand, then newest first.

    Both databases find the same papers but weigh them each in its way (BM25; ts_rank). Of a common query's matches only
    the newest 4,000 are ranked and the others left out: to find those with other conditions on the papers too, put days
    and category into the query. Those that have a word in their venue only come last. `only_words`: nothing but the query
    narrows the papers of the whole site, so that what the index finds needs no second look.
    """
    if not query.required:
        return []
    if only_words:
        with connection.cursor() as cursor:
            return _best(cursor, query, None, limit)
    few = list(papers.newest_first().values_list("pk", flat=True)[: FEW + 1])
    with connection.cursor() as cursor:
        ids = _best(cursor, query, few if len(few) <= FEW else None, MOST_WEIGHED)
    if len(few) <= FEW:
        return ids[:limit]
    found: list[int] = []
    for start in range(0, len(ids), limit):
        chunk = ids[start : start + limit]
        among = set(papers.order_by().filter(pk__in=chunk).values_list("pk", flat=True))
        found += [pk for pk in chunk if pk in among]
        if len(found) >= limit:
            break
    return found[:limit]


def _best(cursor: CursorWrapper, query: Query, among: Sequence[int] | None, limit: int) -> list[int]:
    """Ids of the best matches: those by title, abstract and byline, and where that leaves room those by venue."""
    ranked = engine_of(connection).ranked
    ids = ranked(cursor, query.in_texts(), among, limit)
    if len(ids) == limit or not query.anywhere:
        return ids
    known = set(ids)
    return [*ids, *(pk for pk in ranked(cursor, query.in_venue(), among, limit) if pk not in known)][:limit]
