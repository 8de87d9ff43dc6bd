"""Days and moments as text."""

from __future__ import annotations

from datetime import date, datetime


def iso(moment: datetime | date | None) -> str:
    """The moment in ISO 8601, UTC written as Z; nothing for None."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
