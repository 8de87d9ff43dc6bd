"""Counts of the rows of a list by year, category or the like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet

from papers.database.keyset import COUNTED_TO, IN_PASSING
from papers.http.limits import slot


@dataclass(frozen=True, slots=True)
class Group:
    """What a list can be grouped by: the expression, and what to annotate before."""

    path: str
    annotate: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Groups:
    """Keys with their counts, most first. `counted` rows were looked at; where there are more, `is_complete` is no."""

    rows: list[tuple[Any, int]]
    counted: int
    is_complete: bool = True

    def as_json(self, group_by: str) -> dict[str, Any]:
        return {
            "next": None,
            "previous": None,
            "group_by": group_by,
            "counted": self.counted,
            "is_complete": self.is_complete,
            "results": [{"key": None if key in (None, "") else str(key), "count": n} for key, n in self.rows],
        }


def grouped(ordered: QuerySet[Any], by: Group) -> Groups:
    """The groups of the first rows of the list, so many as are counted at once; three queries. Raises Busy."""
    n = ordered.values("pk")[: COUNTED_TO + 1].count()
    first = ordered.model._default_manager.filter(pk__in=ordered.values("pk")[:COUNTED_TO])
    rows = first.annotate(**by.annotate).order_by().values(key=F(by.path)).annotate(n=Count("pk"))
    with slot(n > IN_PASSING):
        found = by_size(rows.values_list("key", "n"))
    return Groups(found, min(n, COUNTED_TO), n <= COUNTED_TO)


def by_size(rows: Any) -> list[tuple[Any, int]]:
    """Most first; of equal counts by key."""
    return sorted(rows, key=lambda row: (-row[1], str(row[0])))
