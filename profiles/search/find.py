"""Finding authors by what a visitor types of their name, the same on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from papers.database.bulk import marks
from papers.search.expressions import Holds
from profiles.models import Author, AuthorName, AuthorQuerySet
from profiles.search.index import OTHER, SURNAME, WHOLE
from profiles.search.words import MOST_WORDS, SHORTEST_MISSPELT, all_words, spellings, whole_name, words_of

AFTER_ALL = "\U0010ffff"  # ends the range of a prefix
FEW = 1_000  # so many authors are fetched by their ids
MOST_NAMESAKES = 1_000
MOST_LIKE = 200  # words that may be meant by a misspelt one; usually there are under twenty


@dataclass(frozen=True, slots=True)
class SearchWord:
    """A word of the search: what names' words begin with, or the words that it may be a misspelling of."""

    prefix: str
    like: tuple[str, ...] = ()

    def sql(self) -> tuple[str, list[Any]]:
        if self.like:
            # Only whole words: who mistypes the beginning of a name goes on typing.
            return f"word IN ({marks(len(self.like))})", list(self.like)
        return "(word >= %s AND word < %s)", [self.prefix, self.prefix + AFTER_ALL]


def matching(authors: AuthorQuerySet, text: str) -> AuthorQuerySet:
    """Those of the authors who are listed and of whom a public name has all the words, in any order, each whole or begun.

    If there is nobody, those whose names have words that are one letter off. None for a text without letters.
    """
    with connection.cursor() as cursor:
        _, condition = _understood(cursor, text)
    return authors.listed().filter(condition)


def search_authors(text: str, limit: int, queryset: AuthorQuerySet | None = None) -> list[int]:
    """Ids of the authors that `matching` gives, best first: the whole name, a surname that begins so, then all others.

    Among equals the one with more papers comes first.
    """
    authors = Author.objects.all() if queryset is None else queryset
    with connection.cursor() as cursor:
        if not (wanted := _begun(text)):
            return []
        found = _best(cursor, wanted, authors, limit)
        if not found and not Author.objects.listed().filter(_has_words(cursor, wanted)).exists():
            found = _best(cursor, _misspelt(cursor, wanted), authors, limit)
    return found


def _best(cursor: CursorWrapper, wanted: Sequence[SearchWord], authors: AuthorQuerySet, limit: int) -> list[int]:
    """Ids of the authors who have the words, best first. What is less good is looked for only while there are too few."""
    found: list[int] = []
    conditions: tuple[Callable[[], Q | Holds], ...] = (
        lambda: _has_whole_name(cursor, wanted),
        lambda: _has_words(cursor, wanted, in_surname=True),
        lambda: _has_words(cursor, wanted),
    )
    for condition in conditions:
        best = authors.listed().filter(condition()).exclude(pk__in=found).most_papers_first()
        found += best.values_list("pk", flat=True)[: limit - len(found)]
        if len(found) == limit:
            break
    return found


def hidden_matching(text: str) -> list[int]:
    """For curators: ids of authors whom visitors don't find, or not by this name, and who have all the words begun.

    Hidden authors by any name, the others by their match-only names. These are in no index: they are few, and are gone through.
    """
    wanted = words_of(text)[:MOST_WORDS]
    if not wanted:
        return []
    match_only = Q(visibility=AuthorName.Visibility.MATCH_ONLY)
    names = AuthorName.objects.filter(match_only | Q(author__is_hidden=True), author__merged_into=None).order_by()
    found = {
        author
        for author, name in names.values_list("author_id", "name").iterator(10_000)
        if all(any(word.startswith(begun) for word in all_words(name)) for begun in wanted)
    }
    return sorted(found)


def _understood(cursor: CursorWrapper, text: str) -> tuple[tuple[SearchWord, ...], Q | Holds]:
    """The words of the search and what holds for those found by them: as begun words, or if that is nobody misspelt."""
    wanted = _begun(text)
    condition = _has_words(cursor, wanted)
    if wanted and not Author.objects.listed().filter(condition).exists():
        wanted = _misspelt(cursor, wanted)
        condition = _has_words(cursor, wanted)
    return wanted, condition


def _begun(text: str) -> tuple[SearchWord, ...]:
    """The words of the search, as beginnings."""
    return tuple(SearchWord(word) for word in list(dict.fromkeys(words_of(text)))[:MOST_WORDS])


def _misspelt(cursor: CursorWrapper, wanted: Sequence[SearchWord]) -> tuple[SearchWord, ...]:
    """The same words as misspellings of others."""
    return tuple(SearchWord(word.prefix, _like(cursor, word.prefix)) for word in wanted)


def _like(cursor: CursorWrapper, word: str) -> tuple[str, ...]:
    """Words of names that are one letter off this one."""
    if len(word) < SHORTEST_MISSPELT:
        return ()
    known_as = sorted(spellings(word))
    cursor.execute(
        f"SELECT DISTINCT word FROM profiles_search_spelling WHERE spelling IN ({marks(len(known_as))}) ORDER BY word LIMIT %s",
        [*known_as, MOST_LIKE],
    )
    return tuple(row[0] for row in cursor.fetchall())


def _has_whole_name(cursor: CursorWrapper, wanted: Sequence[SearchWord]) -> Q:
    name = whole_name([word.prefix for word in wanted])
    cursor.execute(
        "SELECT author_id FROM profiles_search_word WHERE kind = %s AND word = %s LIMIT %s",
        [WHOLE, name, MOST_NAMESAKES],
    )
    return Q(pk__in=[row[0] for row in cursor.fetchall()])


def _has_words(cursor: CursorWrapper, wanted: Sequence[SearchWord], *, in_surname: bool = False) -> Q | Holds:
    """What holds for authors who have all the words, with `in_surname` one of them in the surname.

    A few authors are named by id. Very many are gathered, and lists then go through the authors in their own order.
    """
    if not wanted:
        return Q(pk__in=[])
    kinds = (SURNAME,) if in_surname else (SURNAME, OTHER)
    # The rarest word is looked up, the others are asked of those who have it.
    rarest, *others = (
        sorted(wanted, key=lambda word: (_size(cursor, word), -len(word.prefix))) if wanted[1:] else wanted
    )
    clause, params = rarest.sql()
    kinds = (SURNAME,) if in_surname and not others else (SURNAME, OTHER)
    rows = f"profiles_search_word w WHERE kind IN ({marks(len(kinds))}) AND {clause}"
    params = [*kinds, *params]
    also = [(word.sql(), SURNAME, OTHER) for word in others]
    if in_surname and others:
        clauses, values = zip(*(word.sql() for word in wanted), strict=True)
        also.append(((f"({' OR '.join(clauses)})", [value for some in values for value in some]), SURNAME, SURNAME))
    for (clause, values), first, last in also:
        rows += (
            " AND EXISTS (SELECT 1 FROM profiles_search_word "
            f"WHERE author_id = w.author_id AND kind BETWEEN %s AND %s AND {clause})"
        )
        params += [first, last, *values]
    cursor.execute(f"SELECT w.author_id FROM {rows} LIMIT %s", [*params, FEW + 1])
    ids = [row[0] for row in cursor.fetchall()]
    if len(ids) <= FEW:
        return Q(pk__in=sorted(set(ids)))
    # The plus keeps SQLite from fetching and sorting all of them when a list needs twenty-five in the order of an index.
    plus = "+" if cursor.db.vendor == "sqlite" else ""
    return Holds(f"{plus}{{pk}} IN (SELECT w.author_id FROM {rows})", params)


def _size(cursor: CursorWrapper, word: SearchWord) -> int:
    """How many rows have the word, counted as far as it matters which of several is the rarest."""
    clause, params = word.sql()
    cursor.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM profiles_search_word WHERE kind IN (1, 2) AND {clause} LIMIT %s) counted",
        [*params, 20 * FEW],
    )
    count: int = cursor.fetchone()[0]
    return count
