"""All statistics of an author on a page of their own, and every plot as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.display.plots import Plot
from papers.http.csv_download import csv_response
from papers.models import Build, Category
from profiles.display import plots
from profiles.lookup import author_or_redirect
from profiles.models import Author
from profiles.statistics import summaries

COAUTHORS_SHOWN = 30

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


@require_safe
def author_statistics(request: HttpRequest, slug: str) -> HttpResponse:
    """What an author's papers add up to, year by year."""
    author = author_or_redirect(request, slug, "author-statistics")
    if isinstance(author, HttpResponse):
        return author
    own = plots.own_papers(author)
    address = plots.year_address(author)
    kept = dict(author.statistics.get("coauthors", [])[:COAUTHORS_SHOWN])
    people = {person.public_id: person for person in Author.objects.listed().filter(public_id__in=kept)}
    found = plots.categories_plot(own, address, csv_address(author, "categories"))
    context = {
        "author": author,
        "years": plots.years_plot(author, csv_address(author, "years")),
        "categories": found,
        "category_names": Category.objects.filter(code__in=[s.label for s in found.series]).in_bulk(field_name="code"),
        "positions": plots.positions_plot(own, address, csv_address(author, "positions")),
        "sizes": plots.sizes_plot(own, csv_address(author, "sizes")),
        "coauthors": Plot.of(
            _("Co-authors by papers written together"),
            _("Co-author"),
            _("Papers together"),
            [(people[pid].name, n, people[pid].get_absolute_url()) for pid, n in kept.items() if pid in people],
            csv_address(author, "coauthors"),
        ),
        "undated": sum(paper.year is None for paper in own),
        "largest_team": summaries.LARGEST_TEAM,
        "build": Build.objects.latest_finished(summaries.STAGE),
    }
    return render(request, "profiles/author/statistics.html", context)


@require_safe
def author_plot_csv(request: HttpRequest, slug: str, plot: str) -> HttpResponse:
    """The figures behind one of the plots, without the limits that a picture needs."""
    author = author_or_redirect(request, slug, "author-plot", plot)
    if isinstance(author, HttpResponse):
        return author
    if plot not in TABLES:
        raise Http404(_("There is no such plot. There are: %(plots)s.") % {"plots": ", ".join(TABLES)})
    header, rows = TABLES[plot](author)
    return csv_response(f"{author.slug}-{plot}", header, rows)


def csv_address(author: Author, plot: str) -> str:
    return reverse("author-plot", args=[author.slug, plot])


# --- The tables -------------------------------------------------------------------------------------------------------


def _years(author: Author) -> Table:
    rows = [(year, code, papers) for code, counts in author.statistics.get("main_years", []) for year, papers in counts]
    return ("year", "main_category", "papers"), sorted(rows)


def _categories(author: Author) -> Table:
    counts: dict[tuple[int, str], int] = {}
    for paper in plots.own_papers(author):
        for code in paper.categories if paper.year is not None else ():
            counts[paper.year or 0, code] = counts.get((paper.year or 0, code), 0) + 1
    return ("year", "category", "papers"), [(*key, papers) for key, papers in sorted(counts.items())]


def _positions(author: Author) -> Table:
    rows = sorted((paper.year or 0, paper.position or 0, paper.team) for paper in plots.own_papers(author))
    # One line a paper: who wants the distribution has it, and who wants something else too.
    return ("year", "position", "authors"), [(year or "", position or "", team) for year, position, team in rows]


def _sizes(author: Author) -> Table:
    plot = plots.sizes_plot(plots.own_papers(author))
    return ("authors", "papers"), [(row.label, row.total) for row in plot.rows]


def _coauthors(author: Author) -> Table:
    shared = summaries.figures_of([author.pk])[author.pk].coauthors
    people = Author.objects.listed().in_bulk(list(shared))
    rows = sorted((-shared[pk], person.sort_key, person.pk) for pk, person in people.items())
    return ("name", "author", "papers_together"), [
        (people[pk].name, people[pk].public_id, -papers) for papers, _key, pk in rows
    ]


TABLES: dict[str, Callable[[Author], Table]] = {
    "years": _years,
    "categories": _categories,
    "positions": _positions,
    "sizes": _sizes,
    "coauthors": _coauthors,
}
