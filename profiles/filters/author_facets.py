"""Facets of the list of authors, with counts: category, standing, papers, latest paper.

Kept counts answer where only these are asked for; otherwise the first of the list are read, up to a cap, so that the cost does
not grow with it. Each kind is counted as if it were not chosen itself, and "or more" counts all above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from papers.database.keyset import Query
from papers.display.wording import number
from papers.filters.facets import CATEGORIES_SHOWN, COUNTED, Facet, facet
from papers.models import Category
from profiles.filters.authors import MOST_PAPERS, MOST_PAPERS_OF_LIST, AuthorFilter
from profiles.models import Author, AuthorCategory, AuthorCount
from profiles.statistics.author_counts import STEPS

KINDS = ("category", "standing", "paper_count_min", "last_year_min")
YEARS_BACK = (0, 1, 2, 4, 9, 19)  # from the latest year of the list: this year, since last year, … for two decades

Kept = list[tuple[str, int, int, int]]  # standing, step of papers, year of the latest paper, authors
Read = dict[tuple[str, ...], Any]  # what was read for the same filters already


def of_authors(found: AuthorFilter, query: Query, names: Mapping[str, str]) -> tuple[dict[str, Facet], int | None]:
    """The facets of a valid filter's list, and how many authors are in it where that is kept.

    At most five queries of kept counts; where those can't tell, two for each question.
    """
    read: Read = {}
    headings = {
        "category": _("Category"),
        "standing": _("Standing"),
        "paper_count_min": _("Papers"),
        "last_year_min": _("Latest paper"),
    }
    facets = {}
    for kind in KINDS:
        counts, is_partial = _counted(found, kind, read)
        chosen = _text(found.form.cleaned_data.get(kind))
        rows = ROWS[kind](counts, chosen, names)
        facets[kind] = facet(kind, headings[kind], rows, chosen, query, is_partial=is_partial)
    return facets, sum(authors for *_kind, authors in _stored_counts(found.active, read)) if _is_kept(
        found.active
    ) else None


def _is_kept(asked: Mapping[str, Any]) -> bool:
    return set(asked) <= set(KINDS) and int(asked.get("paper_count_min", 1)) in STEPS


def _stored_counts(asked: Mapping[str, Any], read: Read) -> Kept:
    """The kept counts within these filters; one query."""
    if tuple(asked) not in read:
        counts = AuthorCount.objects.filter(category=asked.get("category"), **_within(asked)).order_by()
        read[tuple(asked)] = list(counts.values_list("standing", "papers", "last_year", "authors"))
    rows: Kept = read[tuple(asked)]
    return rows


def _within(asked: Mapping[str, Any]) -> dict[str, Any]:
    columns = {"standing": "standing", "paper_count_min": "papers__gte", "last_year_min": "last_year__gte"}
    return {columns[name]: value for name, value in asked.items() if name in columns}


def _counted(found: AuthorFilter, kind: str, read: Read) -> tuple[Mapping[Any, int], bool]:
    """The counts of this kind without its own filter, and whether only the first of the list were counted."""
    others = {name: value for name, value in found.active.items() if name != kind}
    # Kept are the steps: of another number of papers they could not say how many have it.
    is_kept = _is_kept(others) and int(found.active.get("paper_count_min", 1)) in STEPS
    if is_kept and kind == "category":
        rows = AuthorCount.objects.filter(category__isnull=False, **_within(others)).order_by()
        return dict(rows.values_list("category__code").annotate(n=Sum("authors"))), False
    counts: Counter[Any] = Counter()
    if is_kept:
        for *values, authors in _stored_counts(others, read):
            counts[values[AT[kind]]] += authors
        return counts, False
    asked = ("list", *others)
    if asked not in read:
        people = found.without(kind)
        # In the order of whatever index the list comes by.
        order = MOST_PAPERS_OF_LIST if "list_papers" in people.query.annotations else MOST_PAPERS
        read[asked] = list(
            order.applied(people).values_list("standing", "paper_count", "last_year", "pk")[: COUNTED + 1]
        )
    first, is_partial = read[asked][:COUNTED], len(read[asked]) > COUNTED
    if kind == "category":
        by_code = AuthorCategory.objects.filter(author__in=[row[-1] for row in first]).order_by()
        return dict(by_code.values_list("category__code").annotate(n=Count("pk"))), is_partial
    counts.update(row[AT[kind]] or 0 for row in first)
    return counts, is_partial


AT = {"standing": 0, "paper_count_min": 1, "last_year_min": 2}  # in what is read

# --- Rows of (value, label, authors) ----------------------------------------------------------------------------------

FacetRows = list[tuple[str, str, int]]


def _categories(counts: Mapping[str, int], chosen: str, names: Mapping[str, str]) -> FacetRows:
    most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [row for place, row in enumerate(most_first) if place < CATEGORIES_SHOWN or row[0] == chosen]
    return [(code, names.get(code, code), n) for code, n in shown]


def _standings(counts: Mapping[str, int], chosen: str, _names: Mapping[str, str]) -> FacetRows:
    rows = [(value, str(label), counts.get(value, 0)) for value, label in Author.Standing.choices]
    return _that_narrow(rows, sum(counts.values()), chosen)


def _papers(counts: Mapping[int, int], chosen: str, _names: Mapping[str, str]) -> FacetRows:
    steps = sorted({*STEPS[1:], *([int(chosen)] if chosen else [])})
    rows = [(str(step), _or_more(step), sum(n for papers, n in counts.items() if papers >= step)) for step in steps]
    return _that_narrow(rows, sum(counts.values()), chosen)


def _years(counts: Mapping[int, int], chosen: str, _names: Mapping[str, str]) -> FacetRows:
    latest = max(counts, default=0)
    if not latest:
        return []
    years = sorted({*(latest - back for back in YEARS_BACK), *([int(chosen)] if chosen else [])}, reverse=True)
    rows = [(str(year), _since(year, latest), sum(n for last, n in counts.items() if last >= year)) for year in years]
    return _that_narrow(rows, sum(counts.values()), chosen)


def _that_narrow(rows: FacetRows, total: int, chosen: str) -> FacetRows:
    """Without the choices that would leave nobody, and those that would leave everybody."""
    return [row for row in rows if row[0] == chosen or 0 < row[2] < total]


def _or_more(step: int) -> str:
    return _("%(n)s or more") % {"n": number(step)}


def _since(year: int, latest: int) -> str:
    return str(year) if year >= latest else _("%(year)s or later") % {"year": year}


ROWS: dict[str, Callable[[Mapping[Any, int], str, Mapping[str, str]], FacetRows]] = {
    "category": _categories,
    "standing": _standings,
    "paper_count_min": _papers,
    "last_year_min": _years,
}


def _text(value: Any) -> str:
    """The value as it stands in an address."""
    if not value:
        return ""
    return str(value.code if isinstance(value, Category) else value if isinstance(value, str) else int(value))
