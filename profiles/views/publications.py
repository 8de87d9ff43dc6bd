"""All papers of an author on one page, as one prints them for a curriculum vitae: by year, with journals and identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers.database.keyset import Query
from papers.display.cards import PaperCard, cards
from papers.filters import facets
from papers.filters.papers import NEWEST_OF_LIST, PaperFilter
from papers.models import Paper
from profiles.display.author_rows import active_years
from profiles.lookup import author_or_redirect, papers_of

MOST = 1_000  # papers on the page: about thirty sheets


@dataclass(frozen=True, slots=True)
class Year:
    """The papers of a year (None: undated) and the number of the first of them in the whole list."""

    year: int | None
    start: int
    cards: list[PaperCard]


@require_safe
def publications(request: HttpRequest, slug: str) -> HttpResponse:
    """The author's papers, or those that the profile's filters name, on one page."""
    author = author_or_redirect(request, slug, "author-publications")
    if isinstance(author, HttpResponse):
        return author
    # Years are headings, so that the order by relevance, which words bring, makes no sense here.
    wanted = "published" if request.GET.get("ordering") == "published" else "-published"
    found = PaperFilter({**request.GET.dict(), "ordering": wanted}, papers_of(author, Paper.objects.visible()))
    found.check()
    order = found.order or NEWEST_OF_LIST
    rows = list(order.applied(found.qs.for_cards())[: MOST + 1])
    shown = cards(rows[:MOST], subject=author.public_id)
    context = {
        "author": author,
        "active_years": active_years(author),
        "identifiers": [{"label": row.get_scheme_display(), "url": row.url} for row in author.identifiers.all()],
        "years": by_year(shown),
        "count": len(shown),
        "most": MOST if len(rows) > MOST else 0,
        "chosen": facets.chosen(found, Query.of(request)),
    }
    return render(request, "profiles/author/publications.html", context)


def by_year(shown: list[PaperCard]) -> list[Year]:
    """The cards under their years, in the order they come in, numbered through."""
    found, start = [], 1
    for year, of_year in groupby(shown, key=lambda card: card.published.year if card.published else None):
        found.append(Year(year, start, list(of_year)))
        start += len(found[-1].cards)
    return found
