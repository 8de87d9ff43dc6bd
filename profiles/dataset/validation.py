"""Validation of a dataset before it is loaded: whole, unchanged, and every row what its table says.

All of it is read once before anything is stored. Of each paper and each author some 200 bytes are kept meanwhile, of other
rows eight for each key that no two may share.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from profiles.dataset.files import FILE, MANIFEST, DatasetError, checksum, read_lines
from profiles.dataset.former_versions import brought_up
from profiles.dataset.schema import FORMAT, TABLES, VERSION, Table
from profiles.dataset.value_types import (
    LARGEST_NUMBER,
    Integer,
    Kind,
    List,
    Maybe,
    Moment,
    Named,
    Object,
    Text,
    inside,
    quoted,
)

NOTHING_LOADED = "Nothing was loaded."
BIGGEST_MANIFEST = 256 * 1024 * 1024  # four files for each day on which papers changed are some 100 MB in 300 years
MOST_UNDOS = 100  # of an undo of an undo …: nobody comes so far, and each costs whoever asks what is in force
ENTRY: dict[str, Kind] = {
    "path": Text(),
    "table": Text(words=tuple(TABLES)),
    "format": Text(words=("jsonl", "csv")),
    "day": Maybe(Text()),
    "rows": Integer(0, LARGEST_NUMBER),
    "bytes": Integer(0, LARGEST_NUMBER * 1000),
    "sha256": Text(longest=64),
}
NEEDED: dict[str, Kind] = {
    "made_at": Moment(),
    "rows": Named(Integer(0, LARGEST_NUMBER)),
    "files": List(Object(ENTRY)),
    "site": Text(may_be_empty=True, longest=2_000),
}


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest; raises DatasetError where there is none that this version reads."""
    path = folder / MANIFEST
    try:
        if path.exists() and not path.is_file():
            raise DatasetError(f"{path} is no file.")
        if path.stat().st_size > BIGGEST_MANIFEST:
            raise DatasetError(f"{path} is larger than any manifest.")
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(
            f"{path} can't be read: {error.strerror}. A dataset is a folder with this file in it."
        ) from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is not JSON: {error}.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DatasetError(f"{path} is not the manifest of a Coterie's dataset.")
    version = manifest.get("version")
    if isinstance(version, bool) or version not in range(1, VERSION + 1):
        raise DatasetError(f"{path} is of version {quoted(version)}; this Coterie reads versions 1 to {VERSION}.")
    if missing := NEEDED.keys() - manifest.keys():
        raise DatasetError(f"{path} lacks {', '.join(sorted(missing))}.")
    for name, kind in NEEDED.items():
        if reason := kind.problem(manifest[name]):
            raise DatasetError(f"{path}: {inside(name, manifest[name], reason)}.")
    if unknown := manifest["rows"].keys() - TABLES.keys():
        raise DatasetError(f"{path} names the table {quoted(min(unknown))}, which this Coterie does not know.")
    return manifest


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raises DatasetError for a file that is missing, is not what it was, lies elsewhere or is named twice."""
    paths = [entry["path"] for entry in manifest["files"]]
    if len(set(paths)) < len(paths):
        raise DatasetError(f"{MANIFEST} names a file twice.")
    for entry in manifest["files"]:
        found = FILE.fullmatch(entry["path"])
        if not found or any((found[part] or None) != entry[part] for part in ("table", "day", "format")):
            raise DatasetError(f"{MANIFEST} names a file that no dataset has: {quoted(entry['path'])}.")
        if (entry["day"] is not None) != TABLES[entry["table"]].by_day:
            raise DatasetError(f"{MANIFEST} names {entry['path']}, but {entry['table']} are not cut like that.")
        if entry["format"] != "jsonl":
            continue
        path = folder / entry["path"]
        if not path.resolve().is_relative_to(folder.resolve()):
            raise DatasetError(f"{MANIFEST} names a file outside the dataset: {entry['path']}.")
        if not path.is_file():
            raise DatasetError(f"{entry['path']} is missing. Fetch it again.")
        if checksum(path) != entry["sha256"]:
            raise DatasetError(
                f"{entry['path']} is not the file that {MANIFEST} describes: its SHA-256 is another. Fetch it again."
            )
    for name, table in TABLES.items():
        if not table.by_day and not any((e["table"], e["format"]) == (name, "jsonl") for e in manifest["files"]):
            raise DatasetError(f"{MANIFEST} names no file of {name}. Fetch the dataset again.")


Place = tuple[str, int]  # path, line


def read_rows(folder: Path, manifest: Mapping[str, Any], table: str) -> Iterator[tuple[Place, Any]]:
    """The rows of a table with their places, those of an older version as this one has them; raises DatasetError for what is
    no JSON, and for more or fewer than promised."""
    found = 0
    for entry in manifest["files"]:
        if (entry["table"], entry["format"]) != (table, "jsonl"):
            continue
        number = 0
        for number, line in enumerate(read_lines(folder / entry["path"]), 1):
            if number > entry["rows"]:
                break
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise wrong((entry["path"], number), f"no JSON ({error})") from error
            yield (entry["path"], number), brought_up(table, row, manifest["version"])
        if number != entry["rows"]:
            more = "more" if number > entry["rows"] else f"{number:,}"
            raise DatasetError(f"{MANIFEST} promises {entry['rows']:,} rows in {entry['path']}, and there are {more}.")
        found += number
    expected = manifest["rows"].get(table, 0)
    if found != expected:
        raise DatasetError(f"{MANIFEST} promises {expected:,} {table}, and there are {found:,}.")


def wrong(place: Place, problem: str) -> DatasetError:
    """The error that says where something is wrong."""
    path, line = place
    return DatasetError(f"{path}, line {line}: {problem}. {NOTHING_LOADED}")


class Checker:
    """Goes through all rows of a dataset once, in an order in which what is named comes before who names it."""

    ORDER = (
        "builds",
        "authors",
        "merged",
        "addresses",
        "names",
        "identifiers",
        "papers",
        "earlier_identifiers",
        "source_records",
        "authorships",
        "similarity_links",
        "decisions",
    )
    # The column by which other tables name a row.
    KEYS = {"builds": "number", "authors": "id", "merged": "id", "papers": "identifier"}

    def __init__(self, folder: Path, manifest: Mapping[str, Any], on_rows: Callable[[str, int], None]):
        self.folder, self.manifest, self.on_rows = folder, manifest, on_rows
        # Of a paper the length of its byline, -1 for one that was taken back; of others nothing.
        self.known: dict[str, dict[Any, int]] = {name: {} for name in self.KEYS}
        self.into: dict[str, str] = {}
        self.slugs: dict[str, str] = {}
        self.leads: dict[str, str] = {}
        self.survivors: dict[str, str] = {}  # of papers that were merged
        self.undos: dict[int, int] = {}
        self.orcids: set[str] = set()

    def check(self) -> None:
        """Raises DatasetError for the first row with which something is wrong."""
        for name in self.ORDER:
            table, number = TABLES[name], 0
            keys = [array("q") for _ in table.once]
            own: Callable[[Any], str] = getattr(self, f"_of_{name}", lambda _row: "")
            for number, (place, row) in enumerate(read_rows(self.folder, self.manifest, name), 1):
                if problem := table.problem(row) or self._missing(table, row) or own(row):
                    raise wrong(place, problem)
                for columns, found in zip(table.once, keys, strict=True):
                    if (key := _key(row, columns)) is not None:
                        found.append(hash(key))
                if name in self.KEYS:
                    self.known[name][row[self.KEYS[name]]] = _size(row) if name == "papers" else 0
                if number % 10_000 == 0:
                    self.on_rows(name, number)
            self.on_rows(name, number)
            for columns, found in zip(table.once, keys, strict=True):
                self._check_once(table, columns, found)
            if name == "merged":
                self._check_merges()
            if name == "papers":
                self._check_merged_papers()
        self._check_circle("earlier_identifiers", "identifier", self.leads)

    def _check_once(self, table: Table, columns: tuple[str, ...], hashes: array[int]) -> None:
        """Equal hashes are looked at again, for they may be of keys that differ."""
        ordered = np.sort(np.frombuffer(hashes, dtype=np.int64))
        doubted = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
        seen = set()
        for place, row in read_rows(self.folder, self.manifest, table.name) if doubted else ():
            key = _key(row, columns)
            if key is None or hash(key) not in doubted:
                continue
            if key in seen:
                raise wrong(
                    place, f"{', '.join(columns)}: {', '.join(map(quoted, key))} stands in an earlier row as well"
                )
            seen.add(key)

    def _missing(self, table: Table, row: Mapping[str, Any]) -> str:
        for column, tables in table.names.items():
            value = row[column]
            if table.name != "merged" and value is not None and not any(value in self.known[name] for name in tables):
                return f"{column}: {quoted(value)} is named and is not there"
        return ""

    # --- What the tables can't say of a row ---------------------------------------------------------------------------

    def _of_authors(self, row: Mapping[str, Any]) -> str:
        self.slugs[row["slug"]] = row["id"]
        return ""

    def _of_merged(self, row: Mapping[str, Any]) -> str:
        self.into[row["id"]] = row["into"]
        return f"id: {row['id']} is an author of its own" if row["id"] in self.known["authors"] else ""

    def _check_merges(self) -> None:
        """Those merged may be named before their own row comes, so they are looked at when all are known."""
        for place, row in read_rows(self.folder, self.manifest, "merged"):
            if problem := self._names_merged(row["into"]):
                raise wrong(place, problem)
        self._check_circle("merged", "id", self.into)
        authors, merged = self.known["authors"], self.known["merged"]
        for slug, owner in self.slugs.items():
            if slug != owner and (slug in authors or slug in merged):
                raise DatasetError(f"authors: {slug} is the address of {owner} and the id of another. {NOTHING_LOADED}")

    def _names_merged(self, into: str) -> str:
        is_there = into in self.known["authors"] or into in self.into
        return "" if is_there else f"into: {quoted(into)} is named and is not there"

    def _of_addresses(self, row: Mapping[str, Any]) -> str:
        slug = row["slug"]
        if slug in self.known["merged"] or (slug in self.known["authors"] and slug != row["author"]):
            return f"slug: {slug} is the id of another author"
        if row["author"] in self.into and slug in self.slugs:
            return f"slug: {slug} is the address of another author"
        return ""

    def _of_identifiers(self, row: Mapping[str, Any]) -> str:
        if row["scheme"] != "orcid":
            return ""
        if row["author"] in self.orcids:
            return f"author: {row['author']} has another ORCID already"
        self.orcids.add(row["author"])
        return ""

    def _of_papers(self, row: Mapping[str, Any]) -> str:
        if row["merged_into"]:
            self.survivors[row["identifier"]] = row["merged_into"]
        return ""

    def _check_merged_papers(self) -> None:
        if not self.survivors.keys().isdisjoint(self.survivors.values()):
            self._check_circle("papers", "identifier", self.survivors)
        if unknown := set(self.survivors.values()) - self.known["papers"].keys():
            for place, row in read_rows(self.folder, self.manifest, "papers"):
                if row["merged_into"] in unknown:
                    raise wrong(place, f"merged_into: {quoted(row['merged_into'])} is named and is not there")

    def _of_earlier_identifiers(self, row: Mapping[str, Any]) -> str:
        if row["identifier"] == row["paper"]:
            return "paper: is the identifier itself"
        if self.known["papers"][row["paper"]] < 0:  # only such a paper leads on
            self.leads[row["identifier"]] = row["paper"]
        return ""

    def _of_authorships(self, row: Mapping[str, Any]) -> str:
        places, position = self.known["papers"][row["paper"]], row["position"]
        if places < 0:
            return f"paper: {row['paper']} was taken back and has no authors"
        if position is not None and position > places:
            return f"position: the byline of {row['paper']} has no place {position}"
        return ""

    def _of_similarity_links(self, row: Mapping[str, Any]) -> str:
        pair = row["evidence"]["closest_papers"] or {}
        for kind, names in (
            ("authors", row["evidence"]["shared_coauthors"]),
            ("papers", [pair[side] for side in pair if side != "score"]),
        ):
            for name in names:
                if name not in self.known[kind]:
                    return f"evidence: {quoted(name)} is named and is not there"
        return ""

    def _of_decisions(self, row: Mapping[str, Any]) -> str:
        number, undone = row["number"], row["undoes"]
        for author in row["authors"]:
            if author not in self.known["authors"] and author not in self.known["merged"]:
                return f"authors: {quoted(author)} is named and is not there"
        for paper in row["papers"]:
            if paper not in self.known["papers"]:
                return f"papers: {quoted(paper)} is named and is not there"
        if undone is not None and undone not in self.undos:
            return f"undoes: decision {undone} is named and does not stand before it"
        if undone is not None and undone > number:
            return f"undoes: decision {undone} came later"
        self.undos[number] = 0 if undone is None else self.undos[undone] + 1
        return f"undoes: the {MOST_UNDOS}th undo of an undo" if self.undos[number] > MOST_UNDOS else ""

    def _check_circle(self, table: str, column: str, leads: Mapping[str, str]) -> None:
        if circle := circle_in(leads):
            for place, row in read_rows(self.folder, self.manifest, table):
                if row[column] in circle:
                    raise wrong(place, f"{column}: {row[column]} leads round in a circle")


def circle_in(leads: Mapping[str, str]) -> set[str]:
    """A circle in which things lead to each other; empty where each way ends."""
    ended: set[str] = set()
    for start in leads:
        way: dict[str, None] = {}
        at = start
        while at in leads and at not in ended and at not in way:
            way[at] = None
            at = leads[at]
        if at in way:
            passed = list(way)
            return set(passed[passed.index(at) :])
        ended |= way.keys()
    return set()


def _key(row: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The values that no other row has; None where one of them is not known."""
    key = tuple(row[column] for column in columns)
    return None if None in key else key


def _size(paper: Mapping[str, Any]) -> int:
    return -1 if paper["is_deleted"] else len(paper["byline"])
