"""Asking the search index, on either database."""

from __future__ import annotations

from django.db import connection

from papers.querysets import PaperQuerySet
from papers.search.index import engine_of
from papers.search.query import Query

RANKED_WINDOW = 10_000  # of more matches only the newest are ranked: it would cost a second in half a million
FEW = 2_000


def matching(papers: PaperQuerySet, query: Query) -> PaperQuerySet:
    """Those of the papers that match; none for a query that wants nothing."""
    if not query.wanted:
        return papers.none()
    with connection.cursor() as cursor:
        return papers.filter(engine_of(connection).condition(cursor, query))


def count_matches(query: Query, cap: int) -> int:
    """How many papers match, counted to the cap."""
    if not query.wanted:
        return 0
    with connection.cursor() as cursor:
        return engine_of(connection).count_matches(cursor, query, cap)


def ranked(papers: PaperQuerySet, query: Query, limit: int) -> list[int]:
    """Ids of those of the papers that match, best first: by where and how often the words stand, then newest first.

    Both databases find the same papers, but weigh them each in its way (BM25; ts_rank). Where a query has more than 10,000
    matches among more than 2,000 papers, the newest 10,000 matches are ranked and the others left out.
    """
    if not query.wanted:
        return []
    few = list(papers.order_by().values_list("pk", flat=True)[: FEW + 1])
    with connection.cursor() as cursor:
        ids = engine_of(connection).ranked(cursor, query, few if len(few) <= FEW else None, RANKED_WINDOW)
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
