"""One search over authors and papers, and identifiers that lead straight to their record."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import papers.search
import papers.views.lists
import papers.views.papers
from papers.database.keyset import Pager, Query
from papers.display.cards import category_names
from papers.display.wording import translated
from papers.filters import facets
from papers.filters.papers import PaperFilter
from papers.identifiers import jump
from papers.models import Paper
from papers.views.lists import paper_pager, render_list
from profiles import search
from profiles.display.author_rows import AuthorRow
from profiles.lookup import find_shown_author
from profiles.models import Author


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Authors and papers together; an identifier goes straight to its record."""
    text = request.GET.get("q", "").strip()
    if target := jump_target(text):
        return redirect(target)
    if not text:
        return render(request, "profiles/search.html", {"q": "", "authors": [], "pager": Pager([]), "note": ""})
    names = category_names()
    shown = Query.of(request)
    query = papers.search.parse_query(text)
    found = PaperFilter.for_list(request.GET, Paper.objects.visible(), papers.views.lists.OVER_A_LIST)
    found.check()
    of_site = facets.OfSite()
    pager = paper_pager(request, found, of_site=of_site, names=names)
    ids = search.search_authors(text, 8, queryset=Author.objects.listed()) if len(text) <= 200 else []
    people = Author.objects.in_bulk(ids)
    context = {
        "q": text,
        "authors": [AuthorRow.of(people[pk], names) for pk in ids if pk in people],
        "pager": pager,
        "facets": facets.of_papers(found, shown, names, of_site),
        "chosen": [row for row in facets.chosen(found, shown) if row.value != text],
        "note": " ".join(map(translated, query.problems)),
        "apart": [] if pager.items else papers.search.apart(query),
    }
    return render_list(request, "profiles/search.html", "papers/_list.html", "list", context)


def jump_target(text: str) -> str:
    """The address of the record that an identifier names, or nothing."""
    kind, value = jump(text) or ("", "")
    if kind == "arxiv" and Paper.objects.visible().filter(identifier=value).exists():
        return reverse("paper", args=[value])
    if kind == "doi":
        paper = Paper.objects.visible().filter(dois__key=value.lower()).order_by("id").first()
        return paper.get_absolute_url() if paper else ""
    if kind == "orcid":
        author = find_shown_author(f"orcid:{value}")
        return author.get_absolute_url() if author else ""
    return ""


@require_safe
def jump_to_orcid(request: HttpRequest, orcid: str) -> HttpResponse:
    """To the author with this ORCID, or a page that says what to do."""
    author = find_shown_author(f"orcid:{orcid}")
    if author is None:
        raise Http404(_("Nobody here is known by the ORCID %(orcid)s.") % {"orcid": orcid[:40]})
    return redirect(author)
