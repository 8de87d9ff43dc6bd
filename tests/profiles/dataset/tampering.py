"""Datasets that somebody has tampered with, one cell at a time, the manifest made right again."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from profiles.dataset.schema import TABLES

Rows = list[dict[str, Any]]
HUGE = 30_000

TYPES: list[Any] = [None, True, 7, 1.5, "x", [], {}, [1], [None], [[]], {"a": 1}, "1"]
TEXTS: list[Any] = [
    "",
    " ",
    "\n",
    "x" * HUGE,
    "x" * 256,
    "\x00",
    "a\x00b",
    "\x07",
    "\ud800",
    "a/b",
    "a b",
    "/",
    ".",
    "..",
    "../up",
    "?q=1#x",
    "%2f",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "http://a b/",
    'https://x/"onclick=',
    "<script>",
    "é",
    "𝔘",
    "\u202ex",
    "e" + "\u0301" * 5_000,
    "-",
    "_",
    "0",
    "papers",
    "=1+1",
    "feed",
]
NUMBERS: list[Any] = [
    -1,
    0,
    1,
    2**15,
    2**31 - 1,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63),
    10**30,
    float("nan"),
    float("inf"),
    -float("inf"),
    1e308,
    -1e308,
    1e-320,
    0.1,
]
DAYS: list[Any] = [
    "0001-01-01",
    "1664-12-31",
    "1665-01-01",
    "9999-12-31",
    "2020-02-30",
    "20200101",
    "2020-W01-1",
    "2020-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2199-12-31T23:59:59Z",
    "1666-01-01T00:00:00Z",
    "2020-01-01T00:00:00",
    "2020-01-01T25:00:00Z",
    "2020",
]
SHAPES: list[Any] = [[], None, 1, "x", {}]
WRONG = [*TYPES, *TEXTS, *NUMBERS, *DAYS]
FEW: list[Any] = [None, 7, "x", "", [], {}, "a/b", "x" * 256, -1, 2**63 - 1, float("nan"), 1e308, "0001-01-01"]
FEWER: list[Any] = [None, "x", [], 2**63 - 1]


@dataclass(frozen=True, slots=True)
class Tampered:
    """One change to the rows of a table, in words."""

    table: str
    what: str
    change: Callable[[Rows], Any]


def tampered(rows: dict[str, Rows], wrong: list[Any] = WRONG, within: list[Any] = WRONG) -> Iterator[Tampered]:
    """Every column of every table with every wrong value, what is inside its lists and objects with those `within`; rows
    that are missing, doubled, moved, of another shape; and circles."""
    for table, found in rows.items():
        yield from _of_columns(table, found, wrong, within)
        yield from _of_rows(table, found)
    yield from _circles(rows)


def _of_columns(table: str, rows: Rows, wrong: list[Any], within: list[Any]) -> Iterator[Tampered]:
    for column in TABLES[table].columns:
        # The row that has most to say in this column, and the first one.
        fullest = max(range(len(rows)), key=lambda place: len(json.dumps(rows[place][column])))
        for value in wrong:
            yield Tampered(table, f"{column} = {_short(value)}", _setting(fullest, [column], value))
        for path in _paths(rows[fullest][column]):
            for value in within:
                what = f"{column}.{'.'.join(map(str, path))} = {_short(value)}"
                yield Tampered(table, what, _setting(fullest, [column, *path], value))
            yield Tampered(table, f"{column} without {path}", _removing(fullest, [column, *path]))
        sample = rows[fullest][column]
        if isinstance(sample, list):
            yield Tampered(table, f"{column} doubled", _setting(fullest, [column], sample * 2))
            yield Tampered(table, f"{column} × 1,000", _setting(fullest, [column], (sample or [1]) * 1_000))
        if isinstance(sample, dict):
            yield Tampered(table, f"{column} with more", _setting(fullest, [column], {**sample, "more": 1}))
        deep: Any = []
        for _ in range(300):
            deep = [deep]
        yield Tampered(table, f"{column} deep", _setting(fullest, [column], deep))
        for other in rows[:3]:
            yield Tampered(table, f"{column} as in another row", _setting(len(rows) - 1, [column], other[column]))
        yield Tampered(table, f"without the column {column}", _removing(0, [column]))


def _of_rows(table: str, rows: Rows) -> Iterator[Tampered]:
    yield Tampered(table, "a column more", _setting(0, ["more"], 1))
    yield Tampered(table, "no rows", lambda rows: rows.clear())
    yield Tampered(table, "backwards", lambda rows: rows.reverse())
    for place in range(min(len(rows), 12)):
        yield Tampered(table, f"row {place} missing", partial(_drop, place))
        yield Tampered(table, f"row {place} twice", partial(_repeat, place))
    for shape in SHAPES:
        yield Tampered(table, f"a row is {shape!r}", partial(_insert, shape))


def _insert(row: Any, rows: Rows) -> None:
    rows.insert(0, row)


def _drop(place: int, rows: Rows) -> None:
    rows.pop(place)


def _repeat(place: int, rows: Rows) -> None:
    rows.append(rows[place])


def _circles(rows: dict[str, Rows]) -> Iterator[Tampered]:
    def merges(rows: Rows) -> None:
        rows[0]["into"], rows[1]["into"] = rows[1]["id"], rows[0]["id"]

    yield Tampered("merged", "a circle of two", merges)
    yield Tampered("merged", "into oneself", lambda rows: rows[0].update(into=rows[0]["id"]))
    yield Tampered("merged", "into nobody", lambda rows: rows[0].update(into="zzzzzzzzzz"))
    yield Tampered("merged", "an author", lambda found: found[0].update(id=rows["authors"][0]["id"]))
    deleted = next(row["identifier"] for row in rows["papers"] if row["is_deleted"])

    def leads(found: Rows) -> None:
        found[0].update(identifier=deleted, paper=deleted)

    yield Tampered("earlier_identifiers", "to itself", leads)
    undos = [place for place, row in enumerate(rows["decisions"]) if row["undoes"]]

    def undone(found: Rows) -> None:
        one, two = found[undos[0]], found[undos[1]]
        one["undoes"], two["undoes"] = two["number"], one["number"]

    yield Tampered("decisions", "a circle of two", undone)
    yield Tampered("decisions", "of itself", lambda found: found[undos[0]].update(undoes=found[undos[0]]["number"]))

    def chain(found: Rows) -> None:
        last = found[undos[0]]
        for _ in range(300):
            last = {**last, "number": max(row["number"] for row in found) + 1, "undoes": last["number"]}
            found.append(last)

    yield Tampered("decisions", "300 undos of an undo", chain)

    def long_merges(found: Rows) -> None:
        last = found[0]["into"]
        for n in range(300):
            found.append({"id": f"z{n:09d}", "into": last})
            last = f"z{n:09d}"

    yield Tampered("merged", "300 merges behind one another", long_merges)


def _paths(value: Any) -> Iterator[list[Any]]:
    """Ways to the values inside: of a list its first entry, of an object all."""
    inside = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, entry in inside:
        yield [key]
        for rest in _paths(entry):
            yield [key, *rest]


def _setting(row: int, path: list[Any], value: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        at: Any = rows[row]
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = copy.deepcopy(value)

    return change


def _removing(row: int, path: list[Any]) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        at: Any = rows[row]
        for key in path[:-1]:
            at = at[key]
        del at[path[-1]]

    return change


def _short(value: Any) -> str:
    return repr(value)[:40]


class Folder:
    """A dataset that is tampered with, again and again, and put right in between."""

    def __init__(self, path: Path):
        self.path = path
        self.manifest = json.loads((path / "manifest.json").read_text())
        self.entries = [entry for entry in self.manifest["files"] if entry["format"] == "jsonl"]
        self.rows: dict[str, Rows] = {}
        for entry in self.entries:
            with gzip.open(path / entry["path"]) as file:
                rows = [json.loads(line) for line in file]
            if entry["table"] not in self.rows or len(rows) > len(self.rows[entry["table"]]):
                self.rows[entry["table"]] = rows  # of a table that is cut by days the fullest one
        self.of_table = {
            entry["table"]: entry for entry in self.entries if entry["rows"] == len(self.rows[entry["table"]])
        }
        self.others = {
            table: sum(entry["rows"] for entry in self.entries if entry["table"] == table) - len(rows)
            for table, rows in self.rows.items()
        }

    def write(self, rows: dict[str, Rows], tables: set[str]) -> None:
        """Make these tables' rows those of the folder."""
        for table in tables:
            entry = self.of_table[table]
            content = gzip.compress("".join(json.dumps(row) + "\n" for row in rows[table]).encode(), 1)
            (self.path / entry["path"]).write_bytes(content)
            entry |= {"rows": len(rows[table]), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            self.manifest["rows"][table] = self.others[table] + len(rows[table])
        (self.path / "manifest.json").write_text(json.dumps(self.manifest))
