"""`/data/`: the dataset to look at and to fetch. The files were made by `dump_dataset`; nothing is computed here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.display.wording import translated
from papers.http.addresses import absolute_url
from profiles.dataset.dumper import dataset_folder
from profiles.dataset.files import MANIFEST, READ_ME, SCHEMA
from profiles.dataset.schema import TABLES

TYPES = {
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
}
FORMATS = {"jsonl": "JSON Lines", "csv": "CSV"}


@dataclass(frozen=True, slots=True)
class FileRow:
    label: str
    path: str
    url: str
    bytes: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table as the page shows it: its files, of one that is cut by days those of the newest, and how many days there are."""

    name: str
    what: str
    rows: int
    day: str
    days: int
    files: list[FileRow]


def stored_manifest() -> dict[str, Any] | None:
    """The manifest of the dataset that is here, or None."""
    try:
        found: dict[str, Any] = json.loads((dataset_folder() / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    """What can be fetched, table by table."""
    manifest = stored_manifest()
    context: dict[str, Any] = {"manifest": manifest, "oai_url": absolute_url(reverse("oai"))}
    if manifest:
        context |= {"made_at": datetime.fromisoformat(manifest["made_at"]), "tables": table_rows(manifest)}
    return render(request, "profiles/data.html", context)


def table_rows(manifest: dict[str, Any]) -> list[TableRow]:
    """The tables in the order in which they build on each other."""
    found = []
    for name, table in TABLES.items():
        entries = [entry for entry in manifest["files"] if entry["table"] == name]
        days = {entry["day"] for entry in entries if entry["day"]}
        newest = max(days, default=None)
        files = [
            FileRow(FORMATS[entry["format"]], entry["path"], reverse("data-file", args=[entry["path"]]), entry["bytes"])
            for entry in entries
            if entry["day"] == newest
        ]
        found.append(
            TableRow(
                name.replace("_", " "),
                translated(table.what),
                manifest["rows"].get(name, 0),
                newest or "",
                len(days),
                files,
            )
        )
    return found


@require_safe
def data_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file that the manifest names, the manifest itself, the schema or the read-me."""
    manifest = stored_manifest()
    known = {entry["path"]: entry["sha256"] for entry in manifest["files"]} if manifest else {}
    if not manifest:
        raise Http404(
            _("No files have been made here yet. Whoever runs this site makes them with manage.py dump_dataset.")
        )
    if path not in {*known, MANIFEST, SCHEMA, READ_ME}:
        raise Http404(
            _("There is no such file in the dataset. The manifest names all: %(url)s") % {"url": reverse("data")}
        )
    # The others change with the manifest, which is made anew each time.
    tag = f'"{known.get(path) or manifest["made_at"]}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        try:
            file = (dataset_folder() / path).open("rb")
        except FileNotFoundError as error:  # a new dataset is being put in its place at this moment
            raise Http404(_("This file has just been replaced. Fetch the manifest again.")) from error
        suffix = path[path.rindex(".") :]
        response = FileResponse(file, content_type=TYPES[suffix])
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
