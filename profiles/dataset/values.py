"""Values of a dataset's rows, as the database has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from papers.database import bulk
from profiles.models import Author

Rows = list[dict[str, Any]]


def authors_by_id(public_ids: Sequence[str], *, may_lack: bool = False) -> dict[str, int]:
    """Ids by public id; raises KeyError for one that no author has."""
    wanted = set(public_ids)
    found = {public_id: pk for pk, public_id in bulk.select(Author, ("id", "public_id"), "public_id", wanted)}
    if not may_lack and (lacking := wanted - found.keys()):
        raise KeyError(min(lacking))
    return found


def moment_of(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
