"""Reading tables for a dataset: a thousand rows at a time, in an order that a loaded site has again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

CHUNK = 1000

Row = dict[str, Any]
M = TypeVar("M", bound=Model)


def moment(value: datetime | None) -> str | None:
    """The moment in UTC, with what it has of a second, as both databases keep it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def by_id(queryset: QuerySet[M]) -> Iterator[list[M]]:
    """The rows in the order of their ids, in chunks, each one query that costs the same wherever it begins."""
    last = 0
    while chunk := list(queryset.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def in_chunks(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    wanted = iter(rows)
    while chunk := list(islice(wanted, size)):
        yield chunk
