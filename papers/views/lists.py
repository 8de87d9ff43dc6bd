"""Common parts of pages with a list: the fragment that htmx asks for, and a page of paper cards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from papers import search
from papers.database.keyset import COUNTED_TO, Pager, check_page, keyset_pager, numbered_pager
from papers.display.cards import cards
from papers.display.rows import rows_of
from papers.filters.facets import OfSite
from papers.filters.papers import MOST_RANKED, PaperFilter

PAGE_SIZE = 25


# The filters that stand over a list of papers, and those that its sides offer.
OVER_A_LIST = frozenset({"q", "author", "year_min", "year_max", "ordering", "category", "type", "year", "coauthor"})


def render_list(
    request: HttpRequest, page: str, part: str, target: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or of it only the part that htmx asks for to put in the place of the element `target`."""
    response = render(request, part if asks_for(request, target) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def asks_for(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for the part of the page that comes in the place of this element."""
    htmx = getattr(request, "htmx", None)  # a bare request has not been through the middleware
    return htmx is not None and bool(htmx) and htmx.target == target


def paper_pager(
    request: HttpRequest,
    found: PaperFilter,
    *,
    of_site: OfSite | None = None,
    count: int | None = None,
    **of_cards: Any,
) -> Pager:
    """The page of paper cards that the request names; raises InvalidPage. `of_cards` goes to `cards`.

    With the counts `of_site` all papers are filtered, whose number may be known without counting; `count` is for who
    knows it.
    """
    order = found.order
    check_page(request, found.qs, order)
    if order is None:
        ids = found.ranked(whole_site=of_site is not None)
        pager = numbered_pager(request, ids, PAGE_SIZE, len(ids), len(ids) == MOST_RANKED)
        papers = rows_of(pager.items)
    else:
        known, is_capped = known_count(found, of_site) if of_site else (count, False)
        pager = keyset_pager(request, found.qs, order, PAGE_SIZE, known, is_capped=is_capped, fetch=rows_of)
        papers = pager.items
    return with_items(pager, cards(papers, **of_cards))


def known_count(found: PaperFilter, of_site: OfSite) -> tuple[int | None, bool]:
    """How many of all papers were found, where that is known or learnt cheaper than by counting; and whether it is a cap."""
    asked = found.active.keys()
    kept = of_site.total(found.active)
    if kept is not None:
        return kept, False
    if asked <= {"q", "search"}:
        n = search.count_matches(search.parse_query(found.words), COUNTED_TO + 1)
        return min(n, COUNTED_TO), n > COUNTED_TO
    return None, False


def with_items(pager: Pager, items: list[Any]) -> Pager:
    """The same page with other items."""
    return Pager(
        items, pager.next_url, pager.previous_url, pager.first_url, pager.count, pager.count_is_capped, pager.number
    )
