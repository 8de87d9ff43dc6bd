"""Papers a year by main category, for the whole site and for a category: plots and CSV from the kept counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.display.plots import Stack, by_year, years_between
from papers.http.csv_download import csv_response
from papers.http.lookup import find_category
from papers.models import PaperCount


def category_years(rows: dict[int, tuple[int, int]]) -> Stack:
    """Papers a year: those whose first category it is, and those filed here besides. `rows`: (papers, primary) by year."""
    years = years_between([{year: 1 for year in rows if year}])
    first = [rows.get(year, (0, 0))[1] for year in years]
    besides = [rows.get(year, (0, 0))[0] - n for year, n in zip(years, first, strict=True)]
    named = [(_("first category"), first), (_("listed here too"), besides)]
    return Stack.of(_("Papers per year"), _("Year"), [str(year) for year in years], named)


@require_safe
def category_years_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Papers a year in the category, as CSV."""
    category = find_category(code)
    counts = PaperCount.objects.filter(category=category, papers__gt=0).order_by("year")
    rows = [(year or "", n, first) for year, n, first in counts.values_list("year", "papers", "primary_papers")]
    return csv_response(f"{category.code}-years", ("year", "papers", "first_category"), rows)


# --- The whole site by year -------------------------------------------------------------------------------------------

LOPSIDED = 0.8  # where one group has more of all papers than this, its categories tell more than the groups


def site_years(sizes: Sequence[int]) -> Stack:
    """Papers a year by main category: by group of subjects, or by category where nearly all are of one group. One query.

    `sizes` are the numbers of papers in the groups.
    """
    is_lopsided = max(sizes, default=0) > LOPSIDED * sum(sizes)
    counts = _site_counts("category__code" if is_lopsided else "category__group_name")
    years = years_between(counts.values())
    return Stack.of(
        _("Papers per year"),
        _("Year"),
        [str(year) for year in years],
        by_year(((_label(name), found) for name, found in counts.items()), years),
        rest=_("others"),
        url=lambda year: f"{reverse('papers')}?year_min={year}&year_max={year}",
        csv_url=reverse("site-years"),
    )


def _label(name: str | None) -> str:
    return _("no category") if name is None else name or _("Other codes")


def _site_counts(by: str) -> dict[str | None, dict[int, int]]:
    """The papers by main category, or its group, and year; under None those without a category. One query."""
    rows = PaperCount.objects.filter(papers__gt=0, year__gt=0).order_by()
    counts: dict[str | None, dict[int, int]] = defaultdict(dict)
    of_site: dict[int, int] = {}
    for name, year, papers, primary in rows.values_list(by, "year").annotate(n=Sum("papers"), p=Sum("primary_papers")):
        if name is None:
            of_site[year] = papers
        elif primary:
            counts[name][year] = primary
    for year, papers in of_site.items():
        if without := papers - sum(found.get(year, 0) for found in counts.values()):
            counts[None][year] = without
    return counts


@require_safe
def site_years_csv(request: HttpRequest) -> HttpResponse:
    """Papers a year by main category, for the whole site, as CSV."""
    rows = sorted(
        (year, name or "", papers)
        for name, years in _site_counts("category__code").items()
        for year, papers in years.items()
    )
    return csv_response("papers-per-year", ("year", "main_category", "papers"), rows)
