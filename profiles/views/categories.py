"""A subject with its papers and with authors to start from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

import papers.search
import papers.views.categories
from papers.display.cards import category_names
from profiles.display.author_rows import AuthorRow
from profiles.filters.authors import AuthorFilter
from profiles.models import Author
from profiles.views.home import AUTHORS_TO_START_FROM


@require_safe
def category_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A subject with its papers and with authors to start from."""
    names = category_names()
    found = AuthorFilter({"category": code}, Author.objects.listed())
    rows: list[AuthorRow] = []
    if found.is_valid() and found.order:
        top = found.order.applied(found.qs)[:AUTHORS_TO_START_FROM]
        rows = [AuthorRow.of(author, names, author.list_papers) for author in top]
    return papers.views.categories.category_detail(request, code, authors=rows)
