"""The search index of papers on SQLite: an FTS5 table, and a table that says which paper stands at which of its rows.

The FTS5 table is contentless: it holds the index and not the texts a second time (they would double the database). Such a
table can only forget a row when told the very words it was given, and is damaged for good when told others. So it never
forgets: a paper that changes gets a new row, and `papers_search_place` stops naming the old one, whose words are found by
nobody until `rebuild` leaves them out.

Rows stand in the order of the papers' dates, which lets the engine give the newest matches first and stop. No trigger and
no foreign key ties the tables to papers_paper, which Django copies and drops when a field changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import Expression

from papers.search.expressions import Holds
from papers.search.query import Query, Term
from papers.search.words import Words

TABLES = ("papers_search", "papers_search_place")
PLACES_A_DAY = 1 << 20  # a row's number is the day of its paper times this, plus a count
COLUMNS = {"title": "title", "abstract": "abstract", "author": "byline"}
WEIGHTS = "8.0, 1.0, 4.0, 0.0"  # title, abstract, byline, category

# Above so many matches per square root of the number of papers it is dearer to gather all matches for a page than to ask
# of the newest papers, one by one, whether they match: gathering costs about 1 µs a match, asking 20 µs a paper.
GATHERED = 25


def create(cursor: CursorWrapper) -> None:
    # The tokenizer `ascii` cuts at ASCII signs only, so at the spaces between our words and nowhere else.
    cursor.execute(
        "CREATE VIRTUAL TABLE papers_search USING fts5(title, abstract, byline, category, content='', tokenize='ascii')"
    )
    # Merging eight pieces at once instead of four makes an import's indexing a fifth cheaper; searches don't notice.
    cursor.execute("INSERT INTO papers_search (papers_search, rank) VALUES ('automerge', 8)")
    cursor.execute("CREATE TABLE papers_search_place (place INTEGER PRIMARY KEY, paper_id INTEGER UNIQUE)")


def drop(cursor: CursorWrapper) -> None:
    for table in TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def add(cursor: CursorWrapper, papers: Iterable[Words]) -> None:
    """Index papers that are not in the index."""
    places: dict[date, count[int]] = {}
    texts, named = [], []
    for paper in papers:
        if paper.day not in places:
            places[paper.day] = count(_free_place(cursor, paper.day))
        place = next(places[paper.day])
        texts.append((place, *(" ".join(words) for words in paper.fields), " ".join(paper.categories)))
        named.append((place, paper.paper_id))
    cursor.executemany(
        "INSERT INTO papers_search (rowid, title, abstract, byline, category) VALUES (%s, %s, %s, %s, %s)", texts
    )
    cursor.executemany("INSERT INTO papers_search_place (place, paper_id) VALUES (%s, %s)", named)


def _free_place(cursor: CursorWrapper, day: date) -> int:
    first = _first_place(day)
    cursor.execute(
        "SELECT max(place) FROM papers_search_place WHERE place >= %s AND place < %s", [first, first + PLACES_A_DAY]
    )
    last = cursor.fetchone()[0]
    return first if last is None else last + 1


def _first_place(day: date) -> int:
    return day.toordinal() * PLACES_A_DAY


def remove(cursor: CursorWrapper, ids: Sequence[int]) -> None:
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(f"UPDATE papers_search_place SET paper_id = NULL WHERE paper_id IN ({marks})", ids)


def expression(query: Query) -> str:
    """The query in FTS5's language; "" if it has nothing to find."""
    if not query.wanted:
        return ""
    wanted = " AND ".join(map(_term, query.wanted))
    unwanted = " OR ".join(map(_term, query.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _term(term: Term) -> str:
    # Words hold letters and digits only (words.py), so nothing in them can end the quotation.
    phrase = f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")
    return f"{COLUMNS[term.field]} : {phrase}" if term.field in COLUMNS else phrase


def _found(query: Query) -> tuple[str, list[Any]]:
    """A FROM and WHERE clause that give the places `p` of the matches."""
    sql, params = (
        "papers_search JOIN papers_search_place p ON p.place = papers_search.rowid WHERE papers_search MATCH %s",
        [expression(query)],
    )
    if query.first:
        sql += " AND papers_search.rowid >= %s"
        params.append(_first_place(query.first))
    if query.last:
        sql += " AND papers_search.rowid < %s"
        params.append(_first_place(query.last) + PLACES_A_DAY)
    return sql + " AND p.paper_id IS NOT NULL", params


def count_matches(cursor: CursorWrapper, query: Query, cap: int) -> int:
    sql, params = _found(query)
    cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {sql} LIMIT %s)", [*params, cap])
    return cursor.fetchone()[0]


def condition(cursor: CursorWrapper, query: Query) -> Expression:
    """What holds for the papers that match."""
    sql, params = _found(query)
    cursor.execute("SELECT count(*) FROM papers_search_place")
    few = int(GATHERED * cursor.fetchone()[0] ** 0.5)
    if count_matches(cursor, query, few + 1) <= few:
        return Holds(f"{{pk}} IN (SELECT p.paper_id FROM {sql})", params)
    return Holds(f"EXISTS (SELECT 1 FROM {sql} AND p.paper_id = {{pk}})", params)


def ranked(cursor: CursorWrapper, query: Query, among: Sequence[int] | None, window: int) -> list[int]:
    """Ids of the newest `window` matches, best first."""
    sql, params = _found(query)
    if among is not None:
        sql += f" AND p.paper_id IN ({', '.join(['%s'] * len(among))})"
        params += among
    else:
        cursor.execute(
            f"SELECT p.place FROM {sql} ORDER BY papers_search.rowid DESC LIMIT 1 OFFSET %s", [*params, window]
        )
        if oldest := cursor.fetchone():
            sql += " AND papers_search.rowid > %s"
            params += oldest
    cursor.execute(
        f"SELECT p.paper_id FROM {sql} ORDER BY bm25(papers_search, {WEIGHTS}), papers_search.rowid DESC", params
    )
    return [row[0] for row in cursor.fetchall()]


def holds(cursor: CursorWrapper, query: Query, paper_id: int) -> bool:
    """Whether the index says that the paper matches."""
    sql, params = _found(query)
    cursor.execute(f"SELECT 1 FROM {sql} AND p.paper_id = %s", [*params, paper_id])
    return cursor.fetchone() is not None


def problems(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT count(*), count(paper_id) FROM papers_search_place")
    rows, live = cursor.fetchone()
    cursor.execute("SELECT count(*) FROM papers_search_docsize")
    words = cursor.fetchone()[0]
    found = []
    if words != rows:
        found.append(
            f"The search index holds the words of {words} papers and the places of {rows}: run rebuild_search."
        )
    if rows - live > max(live // 2, 10_000):
        found.append(f"The search index carries {rows - live} forgotten papers; rebuild_search makes it smaller.")
    return found
