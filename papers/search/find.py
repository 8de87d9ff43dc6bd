"""Asking the search index, on either database."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from papers.querysets import PaperQuerySet
from papers.search.expressions import Holds
from papers.search.index import engine_of
from papers.search.query import Query

FEW = 1_000


def matching(papers: PaperQuerySet, query: Query) -> PaperQuerySet:
    """Those of the papers that match; none for a query that wants nothing."""
    return papers.filter(condition(query))


def condition(query: Query) -> Q | Holds:
    """What holds for papers that match, to be asked of several lists without asking the index again."""
    if not query.wanted:
        return Q(pk__in=[])
    engine = engine_of(connection)
    with connection.cursor() as cursor:
        # Neither database can tell how rare words are together, and both walk through all papers by date to find three.
        ids = engine.first_matches(cursor, query, FEW + 1)
        return Q(pk__in=ids) if len(ids) <= FEW else engine.condition(cursor, query)


def count_matches(query: Query, cap: int) -> int:
    """How many papers match, counted to the cap."""
    if not query.wanted:
        return 0
    with connection.cursor() as cursor:
        return engine_of(connection).count_matches(cursor, query, cap)


def ranked(papers: PaperQuerySet, query: Query, limit: int) -> list[int]:
    """Ids of those of the papers that match, best first: by where and how often the words stand, then newest first.

    Both databases find the same papers but weigh them each in its way (BM25; ts_rank). Of a common query's matches only
    the newest are ranked and the others left out (10,000 on SQLite, 4,000 on PostgreSQL): to find those with other
    conditions on the papers too, put days and category into the query.
    """
    if not query.wanted:
        return []
    few = list(papers.newest_first().values_list("pk", flat=True)[: FEW + 1])
    with connection.cursor() as cursor:
        ids = engine_of(connection).ranked(cursor, query, few if len(few) <= FEW else None)
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
