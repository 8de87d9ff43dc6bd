"""Pages about subjects: all of them in their groups, and one with its papers by year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from anyascii import anyascii
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.database.keyset import keyset_pager
from papers.display.cards import cards
from papers.display.plots import Plot
from papers.display.rows import rows_of
from papers.filters.papers import NEWEST_OF_LIST, PaperFilter
from papers.http.lookup import find_category
from papers.metadata.schema_org import category_head
from papers.models import Category, Paper, PaperCount
from papers.views.lists import PAGE_SIZE, with_items
from papers.views.years import category_years


@dataclass(frozen=True, slots=True)
class SubjectRow:
    code: str
    name: str
    url: str
    papers: int


@dataclass(frozen=True, slots=True)
class Archive:
    code: str
    name: str
    subjects: list[SubjectRow]


@dataclass(frozen=True, slots=True)
class Group:
    """`others` is how many of its subjects are left out."""

    name: str
    archives: list[Archive]
    others: int = 0

    @property
    def slug(self) -> str:
        return slugify(anyascii(self.name))

    @property
    def subjects(self) -> list[SubjectRow]:
        return [subject for archive in self.archives for subject in archive.subjects]

    def largest(self, most: int) -> Group:
        """The group with its subjects of most papers alone, in one list; one more stands there rather than "one more"."""
        found = sorted(self.subjects, key=lambda subject: -subject.papers)
        shown = found if len(found) <= most + 1 else found[:most]
        return Group(self.name, [Archive("", "", shown)], len(found) - len(shown))


def category_groups(*, only_used: bool = False) -> list[Group]:
    """The taxonomy as it is read: groups, their archives, their categories with the number of papers. One query."""
    categories = [c for c in Category.objects.current().with_counts().order_by("id") if c.paper_count or not only_used]
    categories.sort(key=lambda c: c.kind == Category.Kind.UNKNOWN)  # stable: arXiv's order, then codes it doesn't know
    return [
        Group(
            group or _("Other codes"),
            [
                Archive(
                    archive,
                    name,
                    [SubjectRow(c.code, c.name, c.get_absolute_url(), c.paper_count) for c in found],
                )
                for (archive, name), found in groupby(of_group, key=lambda c: (c.archive, c.archive_name))
            ],
        )
        for group, of_group in groupby(categories, key=lambda c: c.group_name)
    ]


@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    """Every subject, by group and archive."""
    return render(request, "papers/category_list.html", {"groups": category_groups()})


def category_detail(request: HttpRequest, code: str, **more: Any) -> HttpResponse:
    """One subject: papers per year, and its papers. The layer above adds `more`: the authors to start from."""
    category = find_category(code)
    if category.code != code:
        return redirect(category, permanent=True)
    found = PaperFilter.for_list({"year": request.GET.get("year", "")}, Paper.objects.visible().in_category(category))
    found.check()
    year = found.form.cleaned_data["year"]
    kept = PaperCount.objects.filter(category=category, papers__gt=0).values_list("year", "papers", "primary_papers")
    rows = {y: (papers, primary) for y, papers, primary in kept}
    counts = {y: papers for y, (papers, _primary) in rows.items()}
    total = sum(counts.values())
    undated = counts.pop(0, 0)
    in_year = counts.get(int(year), 0) if year else 0
    span = range(min(counts), max(counts) + 1) if counts else ()
    pager = keyset_pager(request, found.qs, NEWEST_OF_LIST, PAGE_SIZE, in_year if year else total, fetch=rows_of)
    address = reverse("category", args=[category.code])
    context = {
        "category": category,
        "pager": with_items(pager, cards(pager.items)),
        "plot": Plot.of(
            _("Papers per year"),
            _("Year"),
            _("Papers"),
            [(str(y), counts.get(y, 0), f"{address}?year={y}" if y in counts else "") for y in span],
            reverse("category-years", args=[category.code]),
        ),
        "by_year": category_years(rows),
        "paper_count": total,
        "undated": undated,
        "aliases": [alias.code for alias in category.aliases.all()],
        "year": int(year) if year else None,
        "head": category_head(
            category.code,
            category.name,
            _("Papers in %(name)s, by year, and the authors who write them.") % {"name": category.name},
        ),
        **more,
    }
    return render(request, "papers/category_detail.html", context)
