"""Sitemaps as they are served: without what was hidden since they were written."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from profiles.models import Author, EarlierSlug
from profiles.sitemaps import FILE, INDEX, folder


def _file(name: str) -> Path:
    path = folder() / name
    if not (name == INDEX or FILE.fullmatch(name)) or not path.is_file():
        raise Http404(_("There is no such sitemap. Those there are stand in /sitemap.xml, made by make_sitemaps."))
    return path


@require_safe
@conditional_page
def sitemap(request: HttpRequest, name: str = INDEX) -> HttpResponse:
    """The index of sitemaps, or one of them."""
    path = _file(name)
    kind = "application/xml" if name == INDEX else "application/gzip"
    found = without_hidden(path.read_bytes()) if name.startswith("authors-") else path.read_bytes()
    return HttpResponse(found, content_type=kind, headers={"Last-Modified": http_date(path.stat().st_mtime)})


def without_hidden(content: bytes) -> bytes:
    """A sitemap of authors without the addresses that were hidden or retired since it was written."""
    retired = EarlierSlug.objects.filter(is_retired=True).values_list("slug", flat=True)
    hidden = Author.objects.filter(is_hidden=True).values_list("slug", flat=True)
    gone = {reverse("author", args=[slug]).split("/")[-2].encode() for slug in (*retired, *hidden)}
    if not gone:
        return content
    lines = gzip.decompress(content).splitlines(keepends=True)
    kept = [line for line in lines if line.partition(b"/</loc>")[0].rpartition(b"/")[2] not in gone]
    return content if len(kept) == len(lines) else gzip.compress(b"".join(kept), mtime=0)
