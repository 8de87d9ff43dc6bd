"""The search index of papers on PostgreSQL: a row a paper with its words as a tsvector, under a GIN index.

The tsvector is written out here, word by word with places, and not by to_tsvector, whose parser has views of its own on
hyphens, numbers and addresses and depends on the locale. It stands in a table of its own because a paper's row is read by
every page and would be rewritten, with all its indexes, whenever the words change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from papers.search.expressions import Holds
from papers.search.query import TEXTS, Query, Term
from papers.search.words import GAP, Words

TABLES = ("papers_search",)
LABELS = {"title": "A", "author": "B", "abstract": "C", "venue": "D", TEXTS: "ABC"}
WEIGHTS = "{0, 0.125, 0.5, 1}"  # for D, C, B, A: the same as on SQLite
LAST_PLACE = 16_383
RANKED = 4_000  # of more matches only the newest are ranked: looking at a tsvector costs 3 µs and weighing it 5


def create(cursor: CursorWrapper, index: str) -> None:
    """Make the empty index under this name."""
    # Its indexes have no names of ours, which would clash with those of the table that was renamed before.
    cursor.execute(f"CREATE TABLE {index} (paper_id bigint PRIMARY KEY, day integer NOT NULL, words tsvector NOT NULL)")
    cursor.execute(f"CREATE INDEX ON {index} USING gin (words)")
    # Common words are looked for newest paper first, without gathering all that have them.
    cursor.execute(f"CREATE INDEX ON {index} (day, paper_id)")


def drop(cursor: CursorWrapper, index: str) -> None:
    """Take the index away, whatever is left of it."""
    cursor.execute(f"DROP TABLE IF EXISTS {index}")


def rename(cursor: CursorWrapper, index: str, name: str) -> None:
    """Put the index under another name, of which none may be there."""
    cursor.execute(f"ALTER TABLE {index} RENAME TO {name}")


def add(cursor: CursorWrapper, papers: Iterable[Words], index: str) -> None:
    """Index papers that are not in the index."""
    with cursor.db.wrap_database_errors, cursor.copy(f"COPY {index} (paper_id, day, words) FROM STDIN") as copy:
        for paper in papers:
            copy.write_row((paper.paper_id, paper.day, tsvector(paper)))


def tsvector(paper: Words) -> str:
    """The words in PostgreSQL's notation: 'deep':1A,7C 'learning':2A. Categories and type have no place."""
    title, abstract, byline, venue = paper.fields
    found: dict[str, str] = {}
    place = 0
    for label, words in (("A", title), ("C", abstract), ("B", byline), ("D", venue)):
        for word in words:
            place += 1
            at = f"{min(place, LAST_PLACE)}{label}"
            found[word] = f"{found[word]},{at}" if word in found else f"'{word}':{at}"
        place += 1  # no phrase reaches from one field into the next
    found.pop(GAP, None)
    return " ".join([*found.values(), *(f"'{word}'" for word in paper.codes)])


def remove(cursor: CursorWrapper, ids: Sequence[int], index: str) -> None:
    """Make the papers unfindable."""
    cursor.execute(f"DELETE FROM {index} WHERE paper_id = ANY(%s)", [list(ids)])


def tsquery(query: Query) -> str:
    """The query in PostgreSQL's notation."""
    groups = [f"({' & '.join(map(_term, group))})" for group in query.either]
    either = [f"({' | '.join(groups)})"] if groups else []
    return " & ".join([*map(_term, query.required), *(f"!({_term(term)})" for term in query.excluded), *either])


def _term(term: Term) -> str:
    # Words hold letters and digits only (words.py), so nothing in them can end the quotation.
    *words, last = [f"'{word}':{LABELS.get(term.field, '')}" for word in term.words]
    return "(" + " <-> ".join([*words, last + "*" if term.is_prefix else last]) + ")"


def _matching_rows(query: Query) -> tuple[str, list[Any]]:
    """A FROM and WHERE clause that give the rows `s` of the matches."""
    sql = "papers_search s WHERE s.words @@ %s::tsquery"
    params: list[Any] = [tsquery(query)]
    if query.first:
        sql += " AND s.day >= %s"
        params.append(query.first)
    if query.last:
        sql += " AND s.day <= %s"
        params.append(query.last)
    return sql, params


def count_matches(cursor: CursorWrapper, query: Query, cap: int) -> int:
    """The number of matches, counted to the cap."""
    sql, params = _matching_rows(query)
    cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {sql} LIMIT %s) found", [*params, cap])
    count: int = cursor.fetchone()[0]
    return count


def first_matches(cursor: CursorWrapper, query: Query, limit: int) -> list[int]:
    """Ids of some of the matches, of all if there are no more than `limit`."""
    sql, params = _matching_rows(query)
    cursor.execute(f"SELECT s.paper_id FROM {sql} LIMIT %s", [*params, limit])
    return [row[0] for row in cursor.fetchall()]


def condition(cursor: CursorWrapper, query: Query) -> Holds:  # noqa: ARG001 - SQLite asks
    """What holds for the papers that match, if they are many; the planner would take rare words for common ones."""
    sql, params = _matching_rows(query)
    return Holds(f"EXISTS (SELECT 1 FROM {sql} AND s.paper_id = {{pk}})", params)


def ranked(cursor: CursorWrapper, query: Query, among: Sequence[int] | None, limit: int = RANKED) -> list[int]:
    """Ids of the newest RANKED matches, or of those among these papers, best first."""
    sql, params = _matching_rows(query)
    if among is not None:
        sql += " AND s.paper_id = ANY(%s)"
        params.append(list(among))
    cursor.execute(
        # 1: divided by the logarithm of the paper's length, so that long abstracts don't win by length.
        "SELECT paper_id FROM ("
        f"SELECT s.paper_id, s.day, s.words FROM {sql} ORDER BY s.day DESC, s.paper_id DESC LIMIT %s"
        ") newest ORDER BY ts_rank(%s, words, %s::tsquery, 1) DESC, day DESC, paper_id DESC LIMIT %s",
        [*params, RANKED, WEIGHTS, tsquery(query), limit],
    )
    return [row[0] for row in cursor.fetchall()]


def holds(cursor: CursorWrapper, query: Query, paper_id: int) -> bool:
    """Whether the index says that the paper matches."""
    sql, params = _matching_rows(query)
    cursor.execute(f"SELECT 1 FROM {sql} AND s.paper_id = %s", [*params, paper_id])
    return cursor.fetchone() is not None


def problems(cursor: CursorWrapper) -> list[str]:  # noqa: ARG001 - SQLite asks
    """Sentences on what is wrong in the index itself; empty when all is well."""
    return []
