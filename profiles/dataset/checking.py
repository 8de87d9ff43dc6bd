"""Whether a folder holds a dataset that this Coterie can read, whole and unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from profiles.dataset.files import MANIFEST, DatasetError, checksum
from profiles.dataset.tables import FORMAT, TABLES, VERSION


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest; raises DatasetError where there is none that this version reads."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(
            f"{path} can't be read: {error.strerror}. A dataset is a folder with this file in it."
        ) from error
    except ValueError as error:
        raise DatasetError(f"{path} is not JSON: {error}.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DatasetError(f"{path} is not the manifest of a Coterie's dataset.")
    if manifest.get("version") != VERSION:
        raise DatasetError(f"{path} is of version {manifest.get('version')}; this Coterie reads version {VERSION}.")
    needed = {"rows": dict, "files": list, "made_at": str}
    if not all(isinstance(manifest.get(name), kind) for name, kind in needed.items()):
        raise DatasetError(f"{path} lacks rows, files or made_at.")
    return manifest


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Raises DatasetError for a file that is missing, is not what it was, or lies elsewhere."""
    for entry in manifest["files"]:
        if not isinstance(entry, dict) or entry.get("table") not in TABLES or not isinstance(entry.get("path"), str):
            raise DatasetError(f"{MANIFEST} names a file of a table that this Coterie does not know: {entry!r:.120}.")
        if entry.get("format") != "jsonl":
            continue
        path = folder / entry["path"]
        if not path.resolve().is_relative_to(folder.resolve()):
            raise DatasetError(f"{MANIFEST} names a file outside the dataset: {entry['path']}.")
        if not path.is_file():
            raise DatasetError(f"{entry['path']} is missing. Fetch it again.")
        if checksum(path) != entry.get("sha256"):
            raise DatasetError(
                f"{entry['path']} is not the file that {MANIFEST} describes: its SHA-256 is another. Fetch it again."
            )
