"""The public part of the site, written to a folder that replaces the one before when it is complete."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from papers.database.builds import code_version
from papers.database.chunks import in_chunks
from papers.database.files import sync
from papers.display.origin import Origin, origin_of_papers
from profiles.dataset import export_decisions, export_links, export_papers, export_people
from profiles.dataset.files import FILE, MANIFEST, READ_ME, SCHEMA, DatasetError, RowsFile, schemas
from profiles.dataset.rows import Row, moment
from profiles.dataset.schema import FORMAT, LICENSE, TABLES, VERSION

# Tables in one file each, in the order in which they are written.
WHOLE: dict[str, Callable[[], Iterator[Row]]] = {
    "builds": export_links.builds,
    "authors": export_people.authors,
    "names": export_people.names,
    "identifiers": export_people.identifiers,
    "merged": export_people.merged,
    "addresses": export_people.addresses,
    "earlier_identifiers": export_papers.earlier_identifiers,
    "similarity_links": export_links.similarity_links,
    "decisions": export_decisions.decisions,
}

METADATA = {
    Origin.ALL: f"The metadata\nare in the public domain ({LICENSE}).",
    Origin.SOME: "The metadata\nare those of their sources; arXiv's, of papers whose `source` is `seed` or begins with `arxiv`,"
    f" are in the public\ndomain ({LICENSE}).",
    Origin.NONE: "The metadata\nare those of their sources.",
}
READ_ME_TEXT = """# {name}: data

The public part of {url} as it was at {moment}: papers, authors, who wrote what, and who is like whom and why. {metadata}

`manifest.json` names every file with its rows, its size and its SHA-256; `schema.json` says what the rows of each table hold.
Each table is there as JSON Lines and as CSV, packed. Papers, authorships and what sources say are cut by the day (UTC) on which
the paper last changed here, so that who comes again fetches only files whose checksum is another.

Dates are those of ISO 8601 as far as they are known: 2019, 2019-05 or 2019-05-03, with their precision beside. Where several
sources speak of a paper, its row has what is shown and `source_records` what each of them says. In the place of a name that a
person hides stands the one that is shown, in bylines, author strings and lists of editors; keys that spell such a name are left
out. Of a paper that was taken back, hidden or merged into another there is its identifier alone.

A Coterie makes a site of it: `manage.py load_dataset FOLDER`.
"""


@dataclass(frozen=True, slots=True)
class Dumped:
    """What was written: rows by table, and the size of all files in bytes."""

    folder: Path
    rows: dict[str, int]
    files: int
    bytes: int


def dataset_folder() -> Path:
    """Where the site keeps the dataset that it gives out."""
    return Path(settings.DATA_DIR) / "dataset"


def dump(folder: Path, packer: str = "gz", on_rows: Callable[[str, int], None] = lambda *_: None) -> Dumped:
    """Write the dataset to the folder, in the place of an older one. Raises DatasetError; then the older one stays."""
    folder = folder if folder.is_symlink() else folder.resolve()
    _check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.new-dataset")
    old = folder.with_name(f".{folder.name}.old-dataset")
    with _alone_beside(folder):
        if old.exists() and not folder.exists():  # where a run was killed between two renames
            old.rename(folder)
        try:
            for left in (part, old):
                shutil.rmtree(left, ignore_errors=True)
            part.mkdir()
            with snapshot():
                entries = _write(part, packer, on_rows)
            manifest = _describe(part, entries)
            _check_place(folder)
            for path in [*part.rglob("*"), part]:
                sync(path)
            if not folder.exists():
                part.rename(folder)
            elif not _exchange(part, folder):
                folder.rename(old)
                part.rename(folder)
            sync(folder.parent)
        finally:
            for left in (part, old):
                shutil.rmtree(left, ignore_errors=True)
    return Dumped(folder, manifest["rows"], len(entries), sum(entry["bytes"] for entry in entries))


def _check_place(folder: Path) -> None:
    """Raises DatasetError unless nothing is there, or an empty folder, or a dataset and nothing else."""
    advice = "Name a folder that is empty or not there yet."
    if folder.is_symlink():
        raise DatasetError(f"{folder} is a link. Name the folder itself.")
    if folder == Path("~").expanduser() or folder.is_mount():
        raise DatasetError(f"{folder} can't be put in another's place. Name a folder below it.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder. {advice}")
    found = list(folder.iterdir())
    if found and not _is_ours(folder / MANIFEST):
        raise DatasetError(f"{folder} holds something else than a dataset. {advice}")
    for path in sorted([*found, *(path for name in TABLES for path in (folder / name).glob("*"))]):
        name = path.relative_to(folder).as_posix()
        is_known = name in TABLES if path.is_dir() else name in (MANIFEST, SCHEMA, READ_ME) or FILE.fullmatch(name)
        if path.is_symlink() or not is_known:
            raise DatasetError(f"{folder} holds {name}, which is no part of a dataset. {advice}")


def _is_ours(manifest: Path) -> bool:
    try:
        said = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("format") == FORMAT


@contextmanager
def _alone_beside(folder: Path) -> Iterator[None]:
    """Nobody else writes a dataset beside this folder meanwhile; raises DatasetError where somebody does."""
    place = os.open(folder.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatasetError(f"Another dump_dataset is writing in {folder.parent}. Wait for it to end.") from error
        yield
    finally:
        os.close(place)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read within is of one moment, whatever is written meanwhile, and nobody who writes has to wait."""
    if connection.in_atomic_block:  # a test's: it is alone with its database
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Django's own transactions take the right to write at once (settings: transaction_mode IMMEDIATE).
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def _write(part: Path, packer: str, on_rows: Callable[[str, int], None]) -> list[dict[str, Any]]:
    entries = []
    for name, read in WHOLE.items():
        file = RowsFile(part, TABLES[name], packer)
        for chunk in in_chunks(read()):
            file.write(chunk)
            on_rows(name, file.rows)
        entries += file.close()
    return [*entries, *_write_days(part, packer, on_rows)]


def _write_days(part: Path, packer: str, on_rows: Callable[[str, int], None]) -> list[dict[str, Any]]:
    """Papers come in the order of the days they changed: one day's files are open at a time."""
    entries: list[dict[str, Any]] = []
    open_files: list[RowsFile] = []
    written = 0
    for day, rows in export_papers.papers():
        if open_files and open_files[0].day != day:
            entries += [entry for file in open_files for entry in file.close()]
            open_files = []
        open_files = open_files or [RowsFile(part, TABLES[name], packer, day) for name in rows]
        for file in open_files:
            file.write(rows[file.table.name])
        written += len(rows["papers"])
        on_rows("papers", written)
    return entries + [entry for file in open_files for entry in file.close()]


def _describe(part: Path, entries: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {name: sum(e["rows"] for e in entries if (e["table"], e["format"]) == (name, "jsonl")) for name in TABLES}
    now, origin = timezone.now(), origin_of_papers()
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "site": settings.SITE_URL,
        "name": settings.SITE_NAME,
        "made_at": moment(now),
        "code_version": code_version(),
        "license": LICENSE if origin == Origin.ALL else None,
        "schema": SCHEMA,
        "rows": counts,
        "files": entries,
    }
    (part / SCHEMA).write_bytes(schemas())
    text = READ_ME_TEXT.format(
        name=settings.SITE_NAME, url=settings.SITE_URL, moment=f"{now:%Y-%m-%d %H:%M} UTC", metadata=METADATA[origin]
    )
    (part / READ_ME).write_text(text, encoding="utf-8")
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def _exchange(part: Path, folder: Path) -> bool:
    """Whether the two folders have changed places, in one step of the kernel: at no moment is there none."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)  # Linux alone, and not on every file system
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
    return rename is not None and rename(here, os.fsencode(part), here, os.fsencode(folder), exchange) == 0
