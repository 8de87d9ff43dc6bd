"""Many rows so many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

CHUNK = 1_000

T = TypeVar("T")


def by_id(queryset: QuerySet[Any, T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows in the order of their ids, in lists, each one query that costs the same wherever it begins.

    Rows are model instances, or named tuples that have "pk".
    """
    last = 0
    while chunk := list(queryset.filter(pk__gt=last).order_by("pk")[:size]):
        yield chunk
        last = chunk[-1].pk  # type: ignore[attr-defined]


def in_chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows in their order, in lists."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
