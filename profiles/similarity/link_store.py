"""Putting new similarity links in the place of the old, with what curators pinned and vetoed kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.db import connection

from papers.database import bulk
from papers.models import Build
from profiles.models import SimilarityLink

if TYPE_CHECKING:  # not loaded here: every command and server would wait for scipy
    from profiles.similarity.model.evidence import LinkRow
    from profiles.similarity.model.incremental import Change

AUTHORS_AT_ONCE, LINKS_AT_ONCE = 5_000, 5_000
COLUMNS = ("author_id", "other_id", "score", "rank", "is_coauthor", "evidence", "build_id", "verdict", "note")


def replace_links(build: Build, rows: Iterable[LinkRow], authors: list[int] | None = None) -> int:
    """Put the new links (all, or these authors') in the place of the old; pinned ones come first, vetoed ones stay away.

    Gives how many new ones there were. Call it in a transaction.
    """
    chosen = None if authors is None else set(authors)
    decided = {
        (author, other): (pk, verdict)
        for pk, author, other, verdict in decided_links()
        if chosen is None or author in chosen
    }
    undecided = SimilarityLink.objects.filter(verdict="")
    if authors is None:
        undecided._raw_delete(undecided.db)
    else:
        for start in range(0, len(authors), AUTHORS_AT_ONCE):
            some = undecided.filter(author__in=authors[start : start + AUTHORS_AT_ONCE])
            some._raw_delete(some.db)
    bulk.update(SimilarityLink, ("rank",), [(None, pk) for pk, _ in decided.values()])
    pins: dict[int, int] = defaultdict(int)
    for (author, _other), (pk, verdict) in sorted(decided.items()):
        if verdict == SimilarityLink.Verdict.PINNED:
            pins[author] += 1
            SimilarityLink.objects.filter(pk=pk).update(rank=pins[author], build=build)
    return _insert_links(build, rows, decided, pins)


def _insert_links(
    build: Build, rows: Iterable[LinkRow], decided: dict[tuple[int, int], tuple[int, str]], pins: dict[int, int]
) -> int:
    batch: list[tuple[Any, ...]] = []
    next_rank: dict[int, int] = {}
    count = 0
    for author, other, score, is_coauthor, evidence in rows:
        count += 1
        if (author, other) in decided:
            pk, _ = decided[author, other]
            bulk.update(SimilarityLink, ("score", "is_coauthor", "evidence"), [(score, is_coauthor, evidence, pk)])
            continue
        rank = next_rank.get(author, pins.get(author, 0)) + 1
        next_rank[author] = rank
        batch.append((author, other, score, rank, is_coauthor, evidence, build.pk, "", ""))
        if len(batch) == LINKS_AT_ONCE:
            bulk.insert(SimilarityLink, COLUMNS, batch)
            batch.clear()
    bulk.insert(SimilarityLink, COLUMNS, batch)
    return count


def change_links(build: Build, change: Change, rows: Iterable[LinkRow], places: np.ndarray) -> int:
    """Change the lists of untouched authors; the `rows` of the new links stand in these places. Gives how many there were.

    Places begin at 1 behind what is pinned. Call it in a transaction.
    """
    pins = Counter(author for _, author, _, verdict in decided_links() if verdict == SimilarityLink.Verdict.PINNED)
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM profiles_similaritylink WHERE author_id = %s AND other_id = %s", change.gone.tolist()
        )
        cursor.executemany(
            "UPDATE profiles_similaritylink SET rank = NULL WHERE author_id = %s AND verdict = ''",
            [(author,) for author in change.renumbered.tolist()],
        )
    moved = zip(change.moved.tolist(), change.moved_to.tolist(), strict=True)
    _move([(place + pins[author], author, other) for (author, other), place in moved])
    count = 0
    new = zip(rows, places.tolist(), strict=True)
    while batch := list(islice(new, LINKS_AT_ONCE)):
        count += len(batch)
        found = [
            (author, other, score, place + pins[author], is_coauthor, evidence, build.pk, "", "")
            for (author, other, score, is_coauthor, evidence), place in batch
        ]
        bulk.insert(SimilarityLink, COLUMNS, found)
    return count


def _move(rows: list[tuple[int, int, int]]) -> None:
    """Give links (rank, author, other) their rank, one after the other, for no two of an author may ever have the same."""
    if connection.vendor != "postgresql" or not rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE profiles_similaritylink SET rank = %s WHERE author_id = %s AND other_id = %s", rows
            )
        return
    # Two statements joined with copied rows: as many single ones would each be parsed and planned.
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE moved ON COMMIT DROP AS "
            "SELECT rank, author_id, other_id FROM profiles_similaritylink LIMIT 0"
        )
        with connection.wrap_database_errors, cursor.copy("COPY moved (rank, author_id, other_id) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE moved")
        cursor.execute(
            "UPDATE profiles_similaritylink AS link SET rank = NULL "
            "FROM moved WHERE link.author_id = moved.author_id AND link.other_id = moved.other_id"
        )
        cursor.execute(
            "UPDATE profiles_similaritylink AS link SET rank = moved.rank "
            "FROM moved WHERE link.author_id = moved.author_id AND link.other_id = moved.other_id"
        )
        cursor.execute("DROP TABLE moved")


def rank_again(authors: Iterable[int]) -> None:
    """Number the lists of these authors anew after a curator's word: pinned ones first, the others as the build has them.

    What no build gave a score and nobody pins has no rank.
    """
    rows = SimilarityLink.objects.filter(author__in=sorted(set(authors))).exclude(verdict="vetoed").order_by()
    lists: dict[int, list[_Row]] = defaultdict(list)
    for author, pk, other, score, rank, verdict in rows.values_list(
        "author_id", "id", "other_id", "score", "rank", "verdict"
    ):
        lists[author].append(_Row(pk, other, score, rank, verdict))
    wanted = {row.pk: place for found in lists.values() for place, row in enumerate(_in_order(found), start=1)}
    moved = [row.pk for found in lists.values() for row in found if wanted.get(row.pk) != row.rank]
    # No two links of an author may have one rank, not even for a moment.
    bulk.update(SimilarityLink, ("rank",), [(None, pk) for pk in moved])
    bulk.update(SimilarityLink, ("rank",), [(wanted.get(pk), pk) for pk in moved])


class _Row(NamedTuple):
    pk: int
    other: int
    score: float
    rank: int | None
    verdict: str


def _in_order(rows: Iterable[_Row]) -> list[_Row]:
    """The rows of a list that have a place in it. Equals stand in the order of their ids, as builds have them."""
    pinned = sorted((row for row in rows if row.verdict), key=lambda row: row.other)
    scored = [row for row in rows if not row.verdict and row.score]
    # The order of those that have a rank is the build's, which knows more digits of the scores.
    found = sorted((row for row in scored if row.rank is not None), key=lambda row: row.rank or 0)
    for row in (row for row in scored if row.rank is None):
        before = (-row.score, row.other)
        place = next((n for n, better in enumerate(found) if (-better.score, better.other) > before), len(found))
        found.insert(place, row)
    return [*pinned, *found]


def decided_links() -> list[tuple[int, int, int, str]]:
    """Id, both authors and verdict of the links that a curator decided on."""
    with connection.cursor() as cursor:
        # The condition is that of the index `decided_links`, to the letter: SQLite knows no bound value by it.
        cursor.execute("SELECT id, author_id, other_id, verdict FROM profiles_similaritylink WHERE NOT (verdict = '')")
        rows: list[tuple[int, int, int, str]] = cursor.fetchall()
    return rows


def decided_pairs() -> np.ndarray:
    """The pairs of ids that a curator decided on."""
    return np.array([row[1:3] for row in decided_links()], dtype=np.int64).reshape(-1, 2)
