"""All papers of an author on one page, as one prints them for a curriculum vitae: by year, or by type and then year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from papers.database.keyset import Query
from papers.display.cards import PaperCard, cards
from papers.filters import facets
from papers.filters.papers import NEWEST_OF_LIST, PaperFilter
from papers.models import Paper
from profiles.display.author_rows import active_years
from profiles.lookup import author_or_redirect, papers_of

MOST = 1_000  # papers on the page: about thirty sheets
# The parts of a list by type, in the order of a curriculum vitae; what is of no other type stands in the last.
PARTS = (
    (
        "articles",
        gettext_lazy("Journal articles"),
        "article-journal article-magazine article-newspaper review review-book",
    ),
    ("books", gettext_lazy("Books"), "book collection classic periodical pamphlet"),
    ("chapters", gettext_lazy("Book chapters"), "chapter entry entry-dictionary entry-encyclopedia"),
    ("conference-papers", gettext_lazy("Conference papers"), "paper-conference speech"),
    ("preprints", gettext_lazy("Preprints"), "article manuscript"),
    ("theses", gettext_lazy("Theses and reports"), "thesis report standard patent"),
    ("software", gettext_lazy("Software and data"), "software dataset"),
    ("others", gettext_lazy("Others"), ""),
)
PART_OF = {kind: name for name, _heading, kinds in PARTS for kind in kinds.split()}


@dataclass(frozen=True, slots=True)
class Year:
    """The papers of a year (None: undated) and the number of the first of them in the whole list."""

    year: int | None
    start: int
    cards: list[PaperCard]


@dataclass(frozen=True, slots=True)
class Part:
    """Papers of one kind by year; without a heading they are of all kinds."""

    name: str
    heading: str
    years: list[Year]

    @property
    def prefix(self) -> str:
        """What the ids of its years begin with."""
        return f"{self.name}-"


@require_safe
def publications(request: HttpRequest, slug: str) -> HttpResponse:
    """The author's papers, or those that the profile's filters name, on one page."""
    author = author_or_redirect(request, slug, "author-publications")
    if isinstance(author, HttpResponse):
        return author
    by, names = request.GET.get("by", ""), request.GET.get("authors", "")
    if by not in ("", "type") or names not in ("", "all"):
        raise BadRequest(_("by is “type” or left out, authors is “all” or left out."))
    # Years are headings, so that the order by relevance, which words bring, makes no sense here.
    wanted = "published" if request.GET.get("ordering") == "published" else "-published"
    found = PaperFilter({**request.GET.dict(), "ordering": wanted}, papers_of(author, Paper.objects.visible()))
    found.check()
    order = found.order or NEWEST_OF_LIST
    rows = list(order.applied(found.qs.for_cards())[: MOST + 1])
    shown = cards(rows[:MOST], subject=author.public_id, fold=not names)
    query = Query.of(request)
    context = {
        "author": author,
        "active_years": active_years(author),
        "identifiers": [{"label": row.get_scheme_display(), "url": row.url} for row in author.identifiers.all()],
        "parts": by_type(shown) if by else [Part("", "", by_year(shown))] if shown else [],
        "by": by,
        "names": names,
        "other_order_url": query.changed("by", "" if by else "type").url(None),
        "other_names_url": query.changed("authors", "" if names else "all").url(None),
        "is_folded": any(card.hidden_names for card in shown),
        "count": len(shown),
        "most": MOST if len(rows) > MOST else 0,
        "chosen": facets.chosen(found, query),
    }
    return render(request, "profiles/author/publications.html", context)


def by_type(shown: Sequence[PaperCard]) -> list[Part]:
    """The cards by kind and then year, numbered through; kinds without a paper are left out."""
    found, start = [], 1
    for name, heading, _kinds in PARTS:
        of_kind = [card for card in shown if PART_OF.get(card.paper.type, "others") == name]
        if of_kind:
            found.append(Part(name, str(heading), by_year(of_kind, start)))
            start += len(of_kind)
    return found


def by_year(shown: Sequence[PaperCard], start: int = 1) -> list[Year]:
    """The cards under their years, in the order they come in, numbered through from `start`."""
    found = []
    for year, of_year in groupby(shown, key=lambda card: card.published.year if card.published else None):
        found.append(Year(year, start, list(of_year)))
        start += len(found[-1].cards)
    return found
