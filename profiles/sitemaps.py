"""Sitemaps (https://www.sitemaps.org/protocol.html): every paper, author and subject that has a page, with its last change.

They are files, for a request could not list millions of addresses. Rows are read in the order of their ids, so that a
file says the same until something in it changes; the index is put in place last, so that it never names a file that is
not there yet.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from papers.database.chunks import by_id, in_chunks
from papers.database.files import write_atomically
from papers.http.addresses import absolute_url
from papers.models import Category, Paper
from profiles.models import Author

MOST_URLS = 50_000  # in one file, by the protocol
READ_AT_ONCE = 5_000
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
INDEX = "sitemap.xml"
FILE = re.compile(r"[a-z]+-[0-9]+\.xml\.gz")
PAGES = ("home", "authors", "papers", "categories", "about", "quality")

Row = tuple[str, datetime | None]


@dataclass(frozen=True, slots=True)
class SitemapSummary:
    """What was written: files beside the index, and addresses in them."""

    files: int
    urls: int


def folder() -> Path:
    return Path(settings.DATA_DIR) / "sitemaps"


def are_written() -> bool:
    """Whether the sitemaps are there, with the address that the site has now."""
    first = escape(absolute_url(reverse("sitemap-part", args=["pages-1.xml.gz"])))
    index = folder() / INDEX
    return index.is_file() and f"<loc>{first}</loc>".encode() in index.read_bytes()


def write_sitemaps(on_file: Callable[[str, int], None] = lambda *_: None) -> SitemapSummary:
    """Write all sitemaps anew and remove those that nothing is in any more."""
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    parts: list[Row] = []
    urls = 0
    for kind, rows in sources():
        for number, chunk in enumerate(in_chunks(rows, MOST_URLS), 1):
            name = f"{kind}-{number}.xml.gz"
            with write_atomically(target / name) as file:
                file.write(gzip.compress(document("urlset", "url", chunk), mtime=0))
            moments = [moment for _url, moment in chunk if moment]
            parts.append((reverse("sitemap-part", args=[name]), max(moments, default=None)))
            urls += len(chunk)
            on_file(name, len(chunk))
    with write_atomically(target / INDEX) as file:
        file.write(document("sitemapindex", "sitemap", parts))
    kept = {path.rsplit("/", 1)[1] for path, _moment in parts}
    for old in target.glob("*.xml.gz"):
        if old.name not in kept:
            old.unlink()
    return SitemapSummary(len(parts), urls)


def sources() -> Iterator[tuple[str, Iterable[Row]]]:
    """Path and last change of every page, by kind. Pages made of many records say no date rather than a wrong one."""
    yield "pages", ((reverse(name), None) for name in PAGES)
    subjects = Category.objects.current().filter(counts__papers__gt=0).distinct().order_by("id")
    yield "categories", ((reverse("category", args=[code]), None) for code in subjects.values_list("code", flat=True))
    yield "papers", addresses(Paper.objects.visible(), "identifier", reverse("paper", args=["@"]))
    yield "authors", addresses(Author.objects.listed(), "slug", reverse("author", args=["@"]))


def addresses(queryset: QuerySet[Any], column: str, address: str) -> Iterator[Row]:
    """The path and last change of each row, read by keyset; `address` has "@" in the column's place."""
    for rows in by_id(queryset.values_list("pk", column, "modified_at", named=True), READ_AT_ONCE):
        for _pk, value, moment in rows:
            yield address.replace("@", quote(value, safe="/:~+,;=@&()!*'$")), moment


def document(root: str, item: str, rows: Iterable[Row]) -> bytes:
    """A sitemap or an index of sitemaps."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">']
    for path, moment in rows:
        changed = f"<lastmod>{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if moment else ""
        lines.append(f"<{item}><loc>{escape(absolute_url(path))}</loc>{changed}</{item}>")
    return "\n".join([*lines, f"</{root}>", ""]).encode()
