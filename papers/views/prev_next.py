"""A paper's place in the list that its reader comes from: which paper stands before it and which after.

The list is named by its own address (`list=/authors/ada-byron/?year=2020`); without one it is that of the primary category.
By keyset both neighbours cost one row each, however long the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from papers.database.keyset import Query
from papers.filters.papers import PaperFilter
from papers.http.addresses import path_within
from papers.models import Category, Paper
from papers.people import UnknownPerson, people

LONGEST_ADDRESS = 1_000
# The lists of papers by the name of their address, each with the filter that its address stands for.
LISTS = {"papers": {}, "search": {}, "author": {"slug": "author"}, "category": {"code": "category"}}
OUTSIDE_LIST = ("page", "list")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A paper beside this one, and its address as a member of the same list."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ListPosition:
    """The list with its name and address, and the neighbours in it; None at either end."""

    heading: str
    url: str
    previous: Neighbour | None
    next: Neighbour | None


def list_position(paper: Paper, address: str) -> ListPosition | None:
    """The paper's place in the list at the address; in that of its primary category if there is no such list."""
    return (_place(paper, address) if address else None) or (
        _place(paper, reverse("category", args=[paper.categories[0]])) if paper.categories else None
    )


def _place(paper: Paper, address: str) -> ListPosition | None:
    path, _mark, text = address[:LONGEST_ADDRESS].partition("?")
    try:
        match = resolve(path_within(path) or "")
    except Resolver404:
        return None
    stands_for = LISTS.get(match.url_name or "")
    if stands_for is None:
        return None
    asked = {name: str(value) for name, value in QueryDict(text).items() if name not in OUTSIDE_LIST and value}
    named = {stands_for[name]: value for name, value in match.kwargs.items() if name in stands_for}
    found = PaperFilter.for_list({**asked, **named}, Paper.objects.visible())
    if not found.is_valid():
        return None
    try:
        heading = _heading(match.url_name or "", found)
    except UnknownPerson:
        return None
    # Only what a filter knows goes on: the address is made anew, never given back as it came.
    known = [(name, value) for name, value in asked.items() if name in found.form.fields and name not in named]
    url = Query(reverse(match.url_name or "", kwargs=match.kwargs), known).url(None)
    before, after = _neighbours(paper, found)
    return ListPosition(heading, url, _neighbour(before, url), _neighbour(after, url))


def _heading(name: str, found: PaperFilter) -> str:
    values = found.form.cleaned_data
    if name == "author":
        return _("Papers of %(name)s") % {"name": people().name_of(values["author"])}
    if name == "category":
        category: Category = values["category"]
        return f"{category.name} ({category.code})" if category.name != category.code else category.code
    if found.words:
        return _("Papers found by “%(words)s”") % {"words": found.words[:60]}
    return _("Papers")


def _neighbours(paper: Paper, found: PaperFilter) -> tuple[Paper | None, Paper | None]:
    order = found.order
    if order is None:
        return _ranked_neighbours(paper, found)
    values: list[Any] = [paper.modified_at if "modified_at" in order.fields else paper.sort_day, paper.pk]
    rows = found.qs.only("identifier", "title", "sort_day")
    before, after = (
        order.applied(order.beyond(rows, values, backwards=backwards), backwards=backwards)[:1].first()
        for backwards in (True, False)
    )
    return before, after


def _ranked_neighbours(paper: Paper, found: PaperFilter) -> tuple[Paper | None, Paper | None]:
    """The neighbours among the best matches, which are no keyset; none for a paper that is not among them."""
    ids = found.ranked()
    if paper.pk not in ids:
        return None, None
    place = ids.index(paper.pk)
    beside = {at: ids[at] for at in (place - 1, place + 1) if 0 <= at < len(ids)}
    rows = Paper.objects.only("identifier", "title").in_bulk(beside.values())
    return rows.get(beside.get(place - 1, 0)), rows.get(beside.get(place + 1, 0))


def _neighbour(paper: Paper | None, list_url: str) -> Neighbour | None:
    if paper is None:
        return None
    return Neighbour(paper.title, f"{paper.get_absolute_url()}?list={quote(list_url, safe='/')}")
