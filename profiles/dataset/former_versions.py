"""Rows of datasets of version 1, as version 2 has them.

Papers had full days alone and nothing of where they were published; the names of groups had no word Collaboration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from papers.bylines.groups import has_kind
from papers.publications import FIELDS, REPEATED
from papers.taxonomy.types import PREPRINT
from profiles.dataset.schema import VERSION


def brought_up(table: str, row: Any, version: int) -> Any:
    """The row as this version has it; whatever is wrong with it stays for the checks."""
    bring_up = FROM_1.get(table)
    return {**row, **bring_up(row)} if bring_up and version < VERSION and isinstance(row, dict) else row


def _paper(row: dict[str, Any]) -> dict[str, Any]:
    is_shown = not row.get("is_deleted")
    return {
        **{name: [] if name in REPEATED else "" for name in FIELDS},
        "collaborations": _whole_names(row.get("collaborations")),
        "type": PREPRINT if row.get("arxiv_id") and is_shown else "",
        "published_precision": "day" if row.get("published") else None,
        "posted": None,
        "issued": None,
        "issued_precision": None,
        **dict.fromkeys(("base_url", "giver", "citation_key"), ""),
        **dict.fromkeys(("is_withdrawn", "is_hidden"), False),
        "merged_into": None,
    }


def _whole_names(names: Any) -> Any:
    if not isinstance(names, list):
        return names
    return [f"{name} Collaboration" if isinstance(name, str) and not has_kind(name) else name for name in names]


FROM_1: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "papers": _paper,
    "decisions": lambda _row: {"papers": []},
}
