"""A row of a dataset, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """The moment in UTC, with what it has of a second, as both databases keep it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None
