"""Rows of an answer as a table: nested fields get columns of their own, lists of them a cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

from papers.api.field_selection import ListTree, Tree
from papers.text.spreadsheet_cells import safe_cell


def columns_of(tree: Tree, prefix: str = "") -> Iterator[str]:
    """The names of the columns, with dots for what lies deeper; a list stays one column."""
    for name, below in tree.items():
        if below is None or isinstance(below, ListTree):
            yield prefix + name
        else:
            yield from columns_of(below, f"{prefix}{name}.")


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: list[str], *, header: bool = True) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180), each cell safe to open in a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if header:
        writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(_at(row, column.split("."))) for column in columns])
        if buffer.tell() > 60_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _at(value: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def cell(value: Any) -> str | int | float:
    """A value as a cell: lists with semicolons between, and no text that a spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return safe_cell(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_item(each) for each in value)
    if isinstance(value, Mapping):
        return json.dumps(value, cls=JSONEncoder, ensure_ascii=False)
    return str(value)


def _item(value: Any) -> str:
    """One of a list: a person by name, a count as "cs.LG 2", an address with its kind, anything else whole."""
    if isinstance(value, Mapping):
        if value.get("name"):
            return str(value["name"])
        if len(value) == 2 and ("count" in value or "kind" in value):
            return " ".join(str(each) for each in value.values())
    return value if isinstance(value, str) else json.dumps(value, cls=JSONEncoder, ensure_ascii=False)
