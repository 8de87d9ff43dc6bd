"""The search index of papers on SQLite: an FTS5 table, and a table that says which paper stands at which of its rows.

The FTS5 table is contentless: it holds the index and not the texts a second time (they would double the database). Such a
table can only forget a row when told the very words it was given, and is damaged for good when told others. So it never
forgets: a paper that changes gets a new row, and `papers_search_place` stops naming the old one, whose words are found by
nobody until `rebuild` leaves them out.

Rows stand in the order of the papers' dates, which lets the engine give the newest matches first and stop. No trigger and
no foreign key ties the tables to papers_paper, which Django copies and drops when a field changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import count
from typing import Any

from django.db.backends.utils import CursorWrapper

from papers.database import bulk
from papers.search.expressions import Holds
from papers.search.query import TEXTS, Query, Term
from papers.search.words import Words

TABLES = ("papers_search", "papers_search_place")
PLACES_A_DAY = 1 << 20  # a row's number is the place in time of its paper times this, plus a count
COLUMNS = {
    "title": "title",
    "abstract": "abstract",
    "author": "byline",
    "venue": "venue",
    TEXTS: "{title abstract byline}",
}
PLACES = " JOIN papers_search_place p ON p.place = papers_search.rowid"
LIVE = " AND p.paper_id IS NOT NULL"
WEIGHTS = "8.0, 1.0, 4.0, 0.0, 0.0"  # title, abstract, byline, venue, codes

RANKED = 4_000  # of more matches only the newest are ranked: weighing one takes 2 to 5 µs
WINDOW = 2_000  # so many of the newest matches are gathered first


def create(cursor: CursorWrapper, index: str) -> None:
    """Make the empty index under this name."""
    # The tokenizer `ascii` cuts at ASCII signs only, so at the spaces between our words and nowhere else.
    cursor.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(title, abstract, byline, venue, codes, content='', tokenize='ascii')"
    )
    # Merging eight pieces at once instead of four makes an import's indexing a fifth cheaper; searches don't notice.
    cursor.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', 8)")
    cursor.execute(f"CREATE TABLE {index}_place (place INTEGER PRIMARY KEY, paper_id INTEGER UNIQUE)")


def drop(cursor: CursorWrapper, index: str) -> None:
    """Take the index away, whatever is left of it."""
    for table in (index, f"{index}_place"):
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def rename(cursor: CursorWrapper, index: str, name: str) -> None:
    """Put the index under another name, of which none may be there."""
    for table in ("", "_place"):
        cursor.execute(f"ALTER TABLE {index}{table} RENAME TO {name}{table}")


def add(cursor: CursorWrapper, papers: Iterable[Words], index: str) -> None:
    """Index papers that are not in the index."""
    places: dict[int, count[int]] = {}
    texts: list[tuple[Any, ...]] = []
    named: list[tuple[int, int]] = []
    for paper in papers:
        if paper.day not in places:
            places[paper.day] = count(_free_place(cursor, paper.day, index))
        place = next(places[paper.day])
        texts.append((place, *(" ".join(words) for words in paper.fields), " ".join(paper.codes)))
        named.append((place, paper.paper_id))
    cursor.executemany(
        f"INSERT INTO {index} (rowid, title, abstract, byline, venue, codes) VALUES (%s, %s, %s, %s, %s, %s)", texts
    )
    cursor.executemany(f"INSERT INTO {index}_place (place, paper_id) VALUES (%s, %s)", named)


def _free_place(cursor: CursorWrapper, day: int, index: str) -> int:
    first = _first_place(day)
    cursor.execute(
        f"SELECT max(place) FROM {index}_place WHERE place >= %s AND place < %s", [first, first + PLACES_A_DAY]
    )
    last = cursor.fetchone()[0]
    return first if last is None else last + 1


def _first_place(day: int) -> int:
    return day * PLACES_A_DAY


def remove(cursor: CursorWrapper, ids: Sequence[int], index: str) -> None:
    """Make the papers unfindable."""
    cursor.execute(f"UPDATE {index}_place SET paper_id = NULL WHERE paper_id IN ({bulk.marks(len(ids))})", ids)


def expression(query: Query) -> str:
    """The query in FTS5's language; "" if it has nothing to find."""
    if not (query.required or query.either):
        return ""
    groups = [f"({' AND '.join(map(_term, group))})" for group in query.either]
    either = [f"({' OR '.join(groups)})"] if groups else []
    wanted = " AND ".join([*map(_term, query.required), *either])
    unwanted = " OR ".join(map(_term, query.excluded))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _term(term: Term) -> str:
    # Words hold letters and digits only (words.py), so nothing in them can end the quotation.
    phrase = f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")
    return f"{COLUMNS[term.field]} : {phrase}" if term.field in COLUMNS else phrase


def _matching_rows(query: Query) -> tuple[str, list[Any]]:
    """A FROM and WHERE clause that give the places `p` of the matches."""
    sql = f"papers_search{PLACES} WHERE papers_search MATCH %s"
    params: list[Any] = [expression(query)]
    if query.first:
        sql += " AND papers_search.rowid >= %s"
        params.append(_first_place(query.first))
    if query.last:
        sql += " AND papers_search.rowid < %s"
        params.append(_first_place(query.last) + PLACES_A_DAY)
    return sql + LIVE, params


def count_matches(cursor: CursorWrapper, query: Query, cap: int) -> int:
    """The number of matches, counted to the cap."""
    sql, params = _matching_rows(query)
    # Where nothing is forgotten every row is a paper, and need not be looked up.
    rows = sql.replace(PLACES, "").replace(LIVE, "")
    cursor.execute(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM papers_search_place WHERE paper_id IS NULL) "
        f"THEN (SELECT count(*) FROM (SELECT 1 FROM {sql} LIMIT %s)) "
        f"ELSE (SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT %s)) END",
        [*params, cap, *params, cap],
    )
    count: int = cursor.fetchone()[0]
    return count


def first_matches(cursor: CursorWrapper, query: Query, limit: int) -> list[int]:
    """Ids of some of the matches, of all if there are no more than `limit`."""
    sql, params = _matching_rows(query)
    cursor.execute(f"SELECT p.paper_id FROM {sql} LIMIT %s", [*params, limit])
    return [row[0] for row in cursor.fetchall()]


def condition(cursor: CursorWrapper, query: Query) -> Holds:
    """What holds for the papers that match.

    Matches of the newest days are gathered apart from the rest: a list with the newest first then never asks for the
    rest, which SQLite gathers when the first older paper asks.
    """
    if day := _first_day(cursor, query, WINDOW):
        newer, newer_params = _matching_rows(query.between(day, query.last))
        older, older_params = _matching_rows(query.between(query.first, day - 1))
        return Holds(
            f"CASE WHEN {{sort_day}} >= %s THEN {{pk}} IN (SELECT p.paper_id FROM {newer}) "
            f"ELSE {{pk}} IN (SELECT p.paper_id FROM {older}) END",
            [day, *newer_params, *older_params],
        )
    sql, params = _matching_rows(query)
    return Holds(f"{{pk}} IN (SELECT p.paper_id FROM {sql})", params)


def _first_day(cursor: CursorWrapper, query: Query, window: int) -> int | None:
    """The day since when there are just about `window` matches; None if there are fewer in all."""
    sql, params = _matching_rows(query)
    cursor.execute(f"SELECT p.place FROM {sql} ORDER BY papers_search.rowid DESC LIMIT 1 OFFSET %s", [*params, window])
    row = cursor.fetchone()
    # Before the undated, at 0, there is nothing.
    return row[0] // PLACES_A_DAY if row and row[0] >= PLACES_A_DAY else None


def ranked(cursor: CursorWrapper, query: Query, among: Sequence[int] | None, limit: int = RANKED) -> list[int]:
    """Ids of the newest RANKED matches, or of those among these papers, best first.

    Matches are read newest first and weighed on the way, so that of a common word no more are looked at.
    """
    sql, params = _matching_rows(query)
    telling = query.without_common_words()
    if among is not None:
        sql += f" AND p.paper_id IN ({', '.join(['%s'] * len(among))})"
        params += among
    elif telling != query:
        # BM25 gives words that nearly every paper has no weight, and counts all that have them to find that out.
        cursor.execute(f"SELECT p.place FROM {sql} ORDER BY papers_search.rowid DESC LIMIT %s", [*params, RANKED])
        places = {row[0] for row in cursor.fetchall()}
        if not places:
            return []
        sql, params = _matching_rows(telling)
        sql += " AND papers_search.rowid >= %s"
        params.append(min(places))
        return _best(cursor, sql, params, places)[:limit]
    return _best(cursor, f"{sql} ORDER BY papers_search.rowid DESC LIMIT %s", [*params, RANKED])[:limit]


def _best(cursor: CursorWrapper, sql: str, params: list[Any], places: Set[int] | None = None) -> list[int]:
    """Ids of these matches, or of those at these places, best first, of equals the newest first."""
    cursor.execute(f"SELECT bm25(papers_search, {WEIGHTS}), -p.place, p.paper_id FROM {sql}", params)
    return [pk for _weight, place, pk in sorted(cursor.fetchall()) if places is None or -place in places]


def holds(cursor: CursorWrapper, query: Query, paper_id: int) -> bool:
    """Whether the index says that the paper matches."""
    cursor.execute("SELECT place FROM papers_search_place WHERE paper_id = %s", [paper_id])
    place = cursor.fetchone()
    # By its row: from a join SQLite may go through all matches of the first word.
    cursor.execute(
        "SELECT 1 FROM papers_search WHERE papers_search MATCH %s AND rowid = %s",
        [expression(query), place[0] if place else None],
    )
    return cursor.fetchone() is not None


def problems(cursor: CursorWrapper, most_forgotten: int = 10_000) -> list[str]:
    """Sentences on what is wrong in the index itself; empty when all is well."""
    cursor.execute("SELECT count(*), count(paper_id) FROM papers_search_place")
    rows, live = cursor.fetchone()
    cursor.execute("SELECT count(*) FROM papers_search_docsize")
    words = cursor.fetchone()[0]
    found = []
    if words != rows:
        found.append(
            f"The search index holds the words of {words} papers and the places of {rows}: run rebuild_search."
        )
    if rows - live > max(live // 2, most_forgotten):
        found.append(f"The search index carries {rows - live} forgotten papers; rebuild_search makes it smaller.")
    return found
