"""The first page, the list of authors, subjects with their authors, and what this site is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Max, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import papers.category_pages
import papers.search
from papers import facets
from papers.cards import cards, category_names
from papers.head import home_head
from papers.models import Build, Paper, PaperCount
from papers.paging import Pager, Query, check_page, keyset_pager, numbered_pager
from papers.views import PAGE_SIZE, render_list, with_items
from papers.years import site_years
from profiles import author_facets, search, similarity, statistics
from profiles.filters import AuthorFilter
from profiles.models import Author
from profiles.rows import AuthorRow

SUBJECTS_OF_GROUP = 8
MOST_RANKED = 200
AUTHORS_TO_START_FROM = 12
READING = ("import", "harvest", "seed")  # the stages by which papers come in


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is in here, and ways in."""
    names = category_names()
    build = similarity.latest_build()
    counted = statistics.latest_build()
    shown = cards(Paper.objects.visible().newest_first().for_cards()[:5])
    start = Author.objects.listed().most_papers_first()[:AUTHORS_TO_START_FROM]
    groups = papers.category_pages.category_groups(only_used=True)
    context = {
        "counts": {
            "papers": PaperCount.objects.filter(category=None).aggregate(n=Sum("papers", default=0))["n"],
            "authors": counted.results.get("authors_listed", 0) if counted else 0,
            "categories": sum(len(group.subjects) for group in groups),
            "links": build.results.get("links", 0) if build else 0,
        },
        "updated_at": counted.finished_at if counted else None,
        "groups": [group.largest(SUBJECTS_OF_GROUP) for group in groups],
        "by_year": site_years([sum(subject.papers for subject in group.subjects) for group in groups]),
        "recent": shown,
        "tells_days": any(card.published for card in shown),
        "authors": [AuthorRow.of(author, names) for author in start],
    }
    return render(request, "profiles/home.html", {**context, "head": home_head()})


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
        ids = search.search_authors(found.words, MOST_RANKED, queryset=found.without("q", "search"))
        pager = numbered_pager(request, ids, PAGE_SIZE, len(ids), len(ids) == MOST_RANKED)
        by_id = Author.objects.in_bulk(pager.items)
        authors = [by_id[pk] for pk in pager.items if pk in by_id]
    else:
        pager = keyset_pager(request, found.qs, found.order, PAGE_SIZE, count)
        authors = pager.items
    rows = [AuthorRow.of(author, names, getattr(author, "list_papers", None)) for author in authors]
    context["pager"] = with_items(pager, rows)
    return render_list(request, "profiles/author_list.html", "profiles/_author_list.html", "list", context)


@require_safe
def category_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A subject with its papers and with authors to start from."""
    names = category_names()
    found = AuthorFilter({"category": code}, Author.objects.listed())
    rows: list[AuthorRow] = []
    if found.is_valid() and found.order:
        top = found.order.applied(found.qs)[:AUTHORS_TO_START_FROM]
        rows = [AuthorRow.of(author, names, author.list_papers) for author in top]
    return papers.category_pages.category_detail(request, code, authors=rows)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, what is in it, where its data come from and how to correct it."""
    years = PaperCount.objects.filter(category=None, papers__gt=0)
    counted = years.aggregate(
        papers=Sum("papers", default=0), first=Min("year", filter=Q(year__gt=0)), last=Max("year")
    )
    people, links = statistics.latest_build(), similarity.latest_build()
    read = Build.objects.filter(stage__in=READING, status=Build.Status.FINISHED).order_by("-id").first()
    context = {
        "contact_email": settings.CONTACT_EMAIL,
        "papers": counted["papers"],
        "first_year": counted["first"],
        "last_year": counted["last"],
        "authors": people.results.get("authors_listed", 0) if people else 0,
        "links": links.results.get("links", 0) if links else 0,
        "related_at": links.finished_at if links else None,
        "read_at": read.finished_at if read else None,
        "origin": statistics.origin_at(people),
    }
    return render(request, "about.html", context)
