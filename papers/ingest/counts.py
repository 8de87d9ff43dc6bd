"""Papers per year, for the site and for each category, and the same by type, kept while papers come in.

Rows of `PaperCount` and `TypeCount` are changed by deltas in the transaction that changes the papers; `recount` says what
they should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q

from papers.database import bulk
from papers.models import Paper, PaperCategory, PaperCount, TypeCount

# Category id (None: the whole site) and year (0: undated), and for the counts by type the type besides.
Key = tuple[int | None, int] | tuple[int | None, int, str]
# The columns of a key and those that are counted, by the table.
TABLES: dict[Any, tuple[tuple[str, ...], tuple[str, ...]]] = {
    PaperCount: (("category_id", "year"), ("papers", "primary_papers")),
    TypeCount: (("category_id", "year", "type"), ("papers",)),
}


@dataclass(slots=True)
class CountChanges:
    """What a batch does to the counts, added up and then written at once."""

    papers: Counter[Key] = field(default_factory=Counter)
    primary: Counter[Key] = field(default_factory=Counter)

    def add(self, year: int, type_of_paper: str, category_ids: Sequence[int], by: int = 1) -> None:
        """Count a paper of this year, 0 for an undated one, and this type in its categories, primary first; `by` is -1 for
        one that goes."""
        for category_id in (None, *category_ids):
            self.papers[category_id, year] += by
            self.papers[category_id, year, type_of_paper] += by
        if category_ids:
            self.primary[category_ids[0], year] += by

    def write(self) -> None:
        """Apply the changes inside the caller's transaction."""
        changed = sorted((key for key, by in self.papers.items() if by or self.primary[key]), key=repr)
        for model, (columns, counted) in TABLES.items():
            keys = [key for key in changed if len(key) == len(columns)]
            if keys:
                self._write(model, columns, counted, keys)

    def _write(self, model: Any, columns: Sequence[str], counted: Sequence[str], keys: Sequence[Key]) -> None:
        years = {key[1] for key in keys}
        known = set(model.objects.filter(year__in=years).values_list(*columns))
        missing = [(*key, *[0] * len(counted)) for key in keys if key not in known]
        bulk.insert(model, (*columns, *counted), missing)
        changes = ", ".join(f"{name} = {name} + %s" for name in counted)
        with connection.cursor() as cursor:
            for is_site in (True, False):
                rows = [
                    [*self._changes_of(key)[: len(counted)], *key[is_site:]]
                    for key in keys
                    if (key[0] is None) == is_site
                ]
                where = [f"{name} = %s" for name in columns[is_site:]]
                where += ["category_id IS NULL"] * is_site
                if rows:
                    cursor.executemany(f"UPDATE {model._meta.db_table} SET {changes} WHERE {' AND '.join(where)}", rows)

    def _changes_of(self, key: Key) -> tuple[int, int]:
        return self.papers[key], self.primary[key]


def recount() -> dict[Key, tuple[int, int]]:
    """The counts as the papers themselves give them: papers and primary papers by category, year and type."""
    counts: dict[Key, tuple[int, int]] = {}
    visible = Paper.objects.visible().order_by()
    for year, type_of_paper, papers in visible.values_list(F("sort_day") / 10_000, "type").annotate(n=Count("id")):
        counts[None, year] = (papers + counts.get((None, year), (0, 0))[0], 0)
        counts[None, year, type_of_paper] = (papers, 0)
    by_category = (
        PaperCategory.objects.values_list("category_id", F("sort_day") / 10_000)
        .annotate(n=Count("id"), first=Count("id", filter=Q(position=0)))
        .order_by()
    )
    for category_id, year, papers, primary in by_category:
        counts[category_id, year] = (papers, primary)
    # From the papers outwards, for their types stand in an index.
    by_type = visible.values_list("memberships__category", F("sort_day") / 10_000, "type").annotate(n=Count("id"))
    for category_id, year, type_of_paper, papers in by_type:
        if category_id:
            counts[category_id, year, type_of_paper] = (papers, 0)
    return counts


def differences() -> list[tuple[Key, tuple[int, int], tuple[int, int]]]:
    """Where kept and true counts differ: (key, kept, true); empty when all is well."""
    kept: dict[Key, tuple[int, int]] = {
        row[: len(columns)]: (row[len(columns)], sum(row[len(columns) + 1 :]))
        for model, (columns, counted) in TABLES.items()
        for row in model.objects.values_list(*columns, *counted)
    }
    true = recount()
    return [
        (key, kept.get(key, (0, 0)), true.get(key, (0, 0)))
        for key in sorted(kept.keys() | true.keys(), key=repr)
        if kept.get(key, (0, 0)) != true.get(key, (0, 0))
    ]


def repair() -> int:
    """Make the kept counts true; gives how many were wrong."""
    wrong = differences()
    if wrong:
        true: Mapping[Key, tuple[int, int]] = recount()
        with bulk.one_writer():
            for model, (columns, counted) in TABLES.items():
                model.objects.all().delete()
                rows = [(*key, *found[: len(counted)]) for key, found in true.items() if len(key) == len(columns)]
                bulk.insert(model, (*columns, *counted), rows)
    return len(wrong)
