"""Picking an author by name: suggestions while one types, and two authors to put side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papers.database.keyset import Query
from papers.display.cards import category_names
from papers.display.wording import number
from profiles import search
from profiles.display.author_rows import AuthorRow, active_years
from profiles.lookup import find_author
from profiles.models import Author

SUGGESTIONS = 8
CANDIDATES = 12
FRESH = 300  # seconds that a browser may keep a suggestion


@require_safe
def suggest_authors(request: HttpRequest) -> HttpResponse:
    """Authors for what was typed so far, each with a hint that tells namesakes apart, as JSON for static/js/suggest.js."""
    text = request.GET.get("q", "").strip()
    people = authors_named(text, SUGGESTIONS)
    rows = [
        {"name": person.name, "slug": person.slug, "url": person.get_absolute_url(), "hint": hint}
        for person, hint in with_hints(people)
    ]
    said = ngettext("%(n)s author suggested", "%(n)s authors suggested", len(rows)) % {"n": len(rows)}
    response = JsonResponse({"results": rows, "said": said if rows else _("No author suggested")})
    patch_cache_control(response, public=True, max_age=FRESH)
    return response


def authors_named(text: str, most: int) -> list[Author]:
    """The listed authors of a name, best first."""
    ids = search.search_authors(text[:200], most, queryset=Author.objects.listed()) if text else []
    people = Author.objects.in_bulk(ids)
    return [people[pk] for pk in ids if pk in people]


def with_hints(people: list[Author]) -> list[tuple[Author, str]]:
    """Each with papers, years, main category and the one most often written with: what tells namesakes apart. Two queries."""
    names = category_names()
    nearest = {person.pk: next((pid for pid, _n in person.statistics.get("coauthors", [])), "") for person in people}
    others = Author.objects.visible().filter(public_id__in=filter(None, nearest.values()))
    known = dict(others.values_list("public_id", "name"))
    found = []
    for person in people:
        code = next((code for code, _n in person.statistics.get("categories", [])), "")
        beside = known.get(nearest[person.pk], "")
        parts = [
            ngettext("%(n)s paper", "%(n)s papers", person.paper_count) % {"n": number(person.paper_count)},
            active_years(person),
            names.get(code, code),
            _("with %(name)s") % {"name": beside} if beside else "",
        ]
        found.append((person, " · ".join(filter(None, parts))))
    return found


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two authors to put side by side: straight to the page of both, or whom each name may mean."""
    asked = {side: request.GET.get(side, "").strip()[:200] for side in ("one", "two")}
    one, two = (the_one_meant(text) for text in asked.values())
    if one and two:
        if one == two:
            raise Http404(_("These are one and the same author."))
        return redirect("author-with", one.slug, two.slug)
    sides = [
        side_to_choose(request, "one", _("One author"), asked["one"], one),
        side_to_choose(request, "two", _("The other"), asked["two"], two),
    ]
    return render(request, "profiles/compare.html", {"sides": sides})


def side_to_choose(request: HttpRequest, name: str, label: str, asked: str, meant: Author | None) -> dict[str, Any]:
    """One side of a comparison: who is meant, or whom the name may mean, each with the address that says so."""
    people = [] if meant else with_hints(authors_named(asked, CANDIDATES))
    return {
        "name": name,
        "label": label,
        "asked": asked,
        "value": meant.slug if meant else asked,
        "chosen": AuthorRow.of(meant, category_names()) if meant else None,
        "candidates": [
            {"name": person.name, "hint": hint, "url": _with(request, name, person.slug)} for person, hint in people
        ],
    }


def the_one_meant(text: str) -> Author | None:
    """The author at this address or id, or the only one of this name; None where it is not clear."""
    if not text:
        return None
    author = find_author(text)
    if author is not None:
        return None if author.is_hidden else author
    named = authors_named(text, 2)
    return named[0] if len(named) == 1 else None


def _with(request: HttpRequest, side: str, slug: str) -> str:
    return Query(reverse("compare"), Query.of(request).parameters).changed(side, slug).url(None)
