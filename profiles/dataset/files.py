"""Packed files of rows, as JSON Lines and as CSV, and the manifest that names them with their sizes and checksums.

Equal rows make equal bytes, on every machine: keys are sorted, and the packer writes no time.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import orjson
import zstandard

from papers.text.spreadsheet_cells import safe_cell
from profiles.dataset.schema import TABLES, Table

PACKERS = ("gz", "zst")
MANIFEST = "manifest.json"
SCHEMA = "schema.json"
READ_ME = "README.md"
# What the file of a table, or of a day of one, is called.
FILE = re.compile(
    rf"(?P<table>{'|'.join(TABLES)})(?:/(?P<day>\d{{4}}-\d\d-\d\d))?\.(?P<format>jsonl|csv)\.(?:{'|'.join(PACKERS)})"
)
BIGGEST_LINE = 16 * 1024 * 1024  # ten times a paper of 5,000 authors with their addresses


class DatasetError(Exception):
    """A dataset that can't be written or taken; the message says what and where."""


class RowsFile:
    """One table, or one day of it, written to a JSON Lines file and a CSV file; `entries` are for the manifest."""

    def __init__(self, folder: Path, table: Table, packer: str, day: str = ""):
        self.table, self.day, self.rows = table, day, 0
        stem = f"{table.name}/{day}" if day else table.name
        self.paths = [f"{stem}.jsonl.{packer}", f"{stem}.csv.{packer}"]
        (folder / self.paths[0]).parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.files = [open_packed(folder / path, packer) for path in self.paths]
        self.csv_text = io.TextIOWrapper(self.files[1], encoding="utf-8", newline="", write_through=False)
        self.csv = csv.writer(self.csv_text, lineterminator="\r\n")
        self.csv.writerow(table.columns)

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        self.files[0].write(b"".join(orjson.dumps(row, option=options) for row in rows))
        self.csv.writerows([cell(row[name]) for name in self.table.columns] for row in rows)
        self.rows += len(rows)

    def close(self) -> list[dict[str, Any]]:
        """What the manifest says of the two files."""
        self.csv_text.close()
        self.files[0].close()
        entries = []
        for path in self.paths:
            content = self.folder / path
            entries.append(
                {
                    "path": path,
                    "table": self.table.name,
                    "format": path.split(".")[-2],
                    "day": self.day or None,
                    "rows": self.rows,
                    "bytes": content.stat().st_size,
                    "sha256": checksum(content),
                }
            )
        return entries


def cell(value: Any) -> Any:
    """The value as a cell of CSV: lists and objects as JSON, and never a formula."""
    if isinstance(value, list | dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if isinstance(value, str):
        return safe_cell(value)
    return {None: "", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else value


def open_packed(path: Path, packer: str) -> IO[bytes]:
    """A file that packs what is written to it; the same bytes every time."""
    if packer == "gz":
        return _Gzip(path)  # type: ignore[return-value]
    return zstandard.ZstdCompressor(level=9).stream_writer(path.open("wb"), closefd=True)


class _Gzip(gzip.GzipFile):
    """A gzip file that names neither itself nor the time in its head."""

    def __init__(self, path: Path):
        self.raw = path.open("wb")
        super().__init__(filename="", fileobj=self.raw, mode="wb", compresslevel=6, mtime=0)

    def close(self) -> None:
        super().close()
        self.raw.close()


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a packed file; raises DatasetError where it is cut short or no packed file."""
    try:
        with path.open("rb") as raw:
            opened: Any = (
                gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else zstandard.ZstdDecompressor().stream_reader(raw)
            )
            with io.BufferedReader(opened) as lines:
                while line := lines.readline(BIGGEST_LINE):
                    yield line
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise DatasetError(f"{path.name} can't be unpacked: {error}.") from error


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def schemas() -> bytes:
    """Every table's JSON Schema, by its name."""
    return json.dumps({name: table.schema() for name, table in TABLES.items()}, indent=2).encode() + b"\n"
