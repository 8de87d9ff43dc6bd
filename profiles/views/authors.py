"""The list of authors, by name, category and standing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from papers.database.keyset import Pager, Query, check_page, keyset_pager, numbered_pager
from papers.display.cards import category_names
from papers.filters import facets
from papers.views.lists import PAGE_SIZE, render_list, with_items
from profiles.display.author_rows import AuthorRow
from profiles.filters import author_facets
from profiles.filters.authors import MOST_RANKED, AuthorFilter
from profiles.models import Author


@require_safe
def author_list(request: HttpRequest) -> HttpResponse:
    """All authors, by name, category and standing."""
    found = AuthorFilter(request.GET, Author.objects.listed())
    context: dict[str, Any] = {"form": found.form, "pager": Pager([])}
    if not found.is_valid():
        return render_list(
            request, "profiles/author_list.html", "profiles/_author_list.html", "list", context, status=400
        )
    names, query = category_names(), Query.of(request)
    check_page(request, found.qs, found.order)
    context["facets"], count = author_facets.of_authors(found, query, names)
    context["chosen"] = facets.chosen(found, query)
    if found.order is None:
        ids = found.ranked()
        pager = numbered_pager(request, ids, PAGE_SIZE, len(ids), len(ids) == MOST_RANKED)
        by_id = Author.objects.in_bulk(pager.items)
        authors = [by_id[pk] for pk in pager.items if pk in by_id]
    else:
        pager = keyset_pager(request, found.qs, found.order, PAGE_SIZE, count)
        authors = pager.items
    rows = [AuthorRow.of(author, names, getattr(author, "list_papers", None)) for author in authors]
    context["pager"] = with_items(pager, rows)
    return render_list(request, "profiles/author_list.html", "profiles/_author_list.html", "list", context)
