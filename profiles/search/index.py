"""Keeping the index of author names: whoever changes an author's names calls `index_authors` in the same transaction.

Two plain tables, the same on both databases, so that both find the same authors in the same order. `profiles_search_word`
has a row for each word of an author's public names and one for each whole name; any prefix is a range of its primary key.
`profiles_search_spelling` has for each word of any name its spellings with a letter left out, which finds misspelt words
by equality (words.py); a trigram index would be several times larger, and is another thing on each database.

Match-only names never come in. Whether an author is listed is asked when searching, so that nobody who is hidden is found
by an index that is behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from papers.database import bulk
from papers.database.bulk import marks
from profiles.models import Author, AuthorName
from profiles.search.words import SHORTEST_MISSPELT, all_words, spellings, surname_words, whole_name, words_of

TABLES = ("profiles_search_word", "profiles_search_spelling")
BESIDE = "_new"  # of tables that are to take the place of those
NOT_VISIBLE = (
    "NOT EXISTS (SELECT 1 FROM profiles_author WHERE id = w.author_id AND NOT is_hidden AND merged_into_id IS NULL)"
)
WHOLE, SURNAME, OTHER = 0, 1, 2  # what a row's word is in the name
BATCH_SIZE = 1_000
SAMPLE = 500  # authors changed last, whose rows `check` compares one by one

Row = tuple[int, str, int]  # kind, word, author id


def create_index(database: BaseDatabaseWrapper, beside: str = "") -> None:
    """Make the empty index, or another whose tables' names have this ending."""
    # Prefixes are ranges in the order of code points, which is not the order of most collations.
    text = 'text COLLATE "C"' if database.vendor == "postgresql" else "text"
    clustered = "" if database.vendor == "postgresql" else " WITHOUT ROWID"
    with database.cursor() as cursor:
        # What finds the rows of an author has no name of ours: it would clash with that of the table that is renamed.
        cursor.execute(
            f"CREATE TABLE profiles_search_word{beside} (kind smallint NOT NULL, word {text} NOT NULL, "
            f"author_id bigint NOT NULL, PRIMARY KEY (kind, word, author_id), UNIQUE (author_id, word, kind)){clustered}"
        )
        cursor.execute(
            f"CREATE TABLE profiles_search_spelling{beside} (spelling {text} NOT NULL, word {text} NOT NULL, "
            f"PRIMARY KEY (spelling, word)){clustered}"
        )


def drop_index(database: BaseDatabaseWrapper, beside: str = "") -> None:
    """Take the index away, whatever is left of it."""
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {table}{beside}")


def rows_of(author_id: int, surname: str, names: Iterable[str]) -> set[Row]:
    """An author's rows in the index."""
    surnames: set[str] = set()
    words: set[str] = set()
    wholes: set[str] = set()
    for name in names:
        surnames |= surname_words(name, surname)
        words |= all_words(name)
        wholes.add(whole_name(words_of(name)))
    return {
        *((WHOLE, whole, author_id) for whole in wholes if whole),
        *((SURNAME, word, author_id) for word in surnames),
        *((OTHER, word, author_id) for word in words - surnames),
    }


def index_authors(database: BaseDatabaseWrapper, ids: Iterable[int], beside: str = "") -> None:
    """Put the authors' public names into the index in place of what it had; nothing of those who are hidden or gone.

    `beside` names another index, see create_index.
    """
    ids = iter(ids)
    with database.cursor() as cursor:
        while batch := list(islice(ids, BATCH_SIZE)):
            had, wanted = _rows(cursor, batch, beside), _expected_rows(batch)
            cursor.executemany(
                f"DELETE FROM profiles_search_word{beside} WHERE kind = %s AND word = %s AND author_id = %s",
                sorted(had - wanted),
            )
            _insert(cursor, f"profiles_search_word{beside} (kind, word, author_id)", sorted(wanted - had))
            _forget(cursor, {word for kind, word, _ in had - wanted if kind != WHOLE}, beside)
            _learn(cursor, {word for kind, word, _ in wanted - had if kind != WHOLE}, beside)


def _rows(cursor: CursorWrapper, ids: list[int], beside: str = "") -> set[Row]:
    if not ids:
        return set()
    cursor.execute(
        f"SELECT kind, word, author_id FROM profiles_search_word{beside} WHERE author_id IN ({marks(len(ids))})",
        ids,
    )
    return set(cursor.fetchall())


def _expected_rows(ids: list[int]) -> set[Row]:
    surnames = dict(Author.objects.visible().filter(pk__in=ids).values_list("pk", "surname"))
    names: dict[int, list[str]] = {pk: [] for pk in surnames}
    public = AuthorName.objects.filter(author__in=ids, visibility=AuthorName.Visibility.PUBLIC).order_by()
    for pk, name in public.values_list("author_id", "name"):
        if pk in names:
            names[pk].append(name)
    return {row for pk, surname in surnames.items() for row in rows_of(pk, surname, names[pk])}


def _learn(cursor: CursorWrapper, words: set[str], beside: str) -> None:
    """Note the spellings of words that no name had so far."""
    unknown = sorted(word for word in words if len(word) >= SHORTEST_MISSPELT)
    known: set[str] = set()
    for start in range(0, len(unknown), BATCH_SIZE):
        some = unknown[start : start + BATCH_SIZE]
        cursor.execute(
            f"SELECT word FROM profiles_search_spelling{beside} WHERE spelling IN ({marks(len(some))}) AND word = spelling",
            some,
        )
        known.update(word for (word,) in cursor.fetchall())
    rows = sorted((spelling, word) for word in unknown if word not in known for spelling in spellings(word))
    _insert(cursor, f"profiles_search_spelling{beside} (spelling, word)", rows)


def _forget(cursor: CursorWrapper, words: set[str], beside: str) -> None:
    """Drop the spellings of words that no name has any more: they may be a hidden name's."""
    lost = sorted(word for word in words if len(word) >= SHORTEST_MISSPELT)
    for start in range(0, len(lost), BATCH_SIZE):
        some = lost[start : start + BATCH_SIZE]
        cursor.execute(
            f"SELECT DISTINCT word FROM profiles_search_word{beside} WHERE kind IN (%s, %s) AND word IN ({marks(len(some))})",
            [SURNAME, OTHER, *some],
        )
        still = {word for (word,) in cursor.fetchall()}
        cursor.executemany(
            f"DELETE FROM profiles_search_spelling{beside} WHERE spelling = %s AND word = %s",
            [(spelling, word) for word in some if word not in still for spelling in sorted(spellings(word))],
        )


def _insert(cursor: CursorWrapper, target: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if cursor.db.vendor == "postgresql":
        with cursor.db.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks(len(rows[0]))})", rows)


def rebuild(progress: Callable[[int], Any] | None = None) -> int:
    """Build the index anew from the stored names and give the number of authors; `progress` hears how many came in.

    Beside the old one, as papers.search.rebuild does. Call it under papers.database.builds.stage_lock.
    """
    indexed, last = 0, 0
    with bulk.one_writer():
        drop_index(connection, BESIDE)
        create_index(connection, BESIDE)
        began = Author.objects.aggregate(last=Max("modified_at"))["last"]
    while True:
        with bulk.one_writer():
            batch = list(
                Author.objects.visible().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]
            )
            index_authors(connection, batch, BESIDE)
        if not batch:
            break
        indexed, last = indexed + len(batch), batch[-1]
        if progress:
            progress(len(batch))
    with bulk.one_writer(), connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT author_id FROM profiles_search_word{BESIDE} w WHERE {NOT_VISIBLE}")
        changed = {pk for (pk,) in cursor.fetchall()}
        if began:
            changed.update(Author.objects.filter(modified_at__gt=began).values_list("pk", flat=True))
        index_authors(connection, sorted(changed), BESIDE)
        drop_index(connection)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table}{BESIDE} RENAME TO {table}")
    return indexed


def check() -> list[str]:
    """What is wrong with the index, as sentences; empty when all is well. Costs a second in 500,000 authors.

    Of the authors changed last the rows are compared one by one; of all others only that they have some, or none.
    """
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if missing := [table for table in TABLES if table not in tables]:
            return [f"The search index of authors lacks its table {missing[0]}: run rebuild_search."]
        problems = []
        for question, sentence in (
            (
                "SELECT count(*) FROM profiles_author a WHERE NOT is_hidden AND merged_into_id IS NULL "
                "AND EXISTS (SELECT 1 FROM profiles_authorname WHERE author_id = a.id AND visibility = 'public') "
                "AND NOT EXISTS (SELECT 1 FROM profiles_search_word WHERE author_id = a.id)",
                "{} authors are not in the search index: run rebuild_search.",
            ),
            (
                f"SELECT count(DISTINCT author_id) FROM profiles_search_word w WHERE {NOT_VISIBLE}",
                "{} authors in the search index don't exist, are hidden or merged: run rebuild_search.",
            ),
        ):
            cursor.execute(question)
            if count := cursor.fetchone()[0]:
                problems.append(sentence.format(count))
        latest = list(Author.objects.order_by("-modified_at", "-id").values_list("pk", flat=True)[:SAMPLE])
        if wrong := len({author for *_, author in _rows(cursor, latest) ^ _expected_rows(latest)}):
            problems.append(
                f"Of the {len(latest)} authors changed last, {wrong} are indexed by other names than they have: "
                "run rebuild_search."
            )
    return problems
