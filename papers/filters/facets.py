"""Facets of a list of papers: its years and categories, with counts.

Counts are kept ones where the question is simple enough; otherwise the newest papers of the list are read, up to a cap, so
that the cost does not grow with the list. Each kind is counted as if it were not chosen itself: one can go from year to year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from papers.database.keyset import Query
from papers.filters.papers import NEWEST, NEWEST_OF_LIST, PaperFilter
from papers.models import Paper, PaperCount

COUNTED = 1_000  # papers that are read to count a list's years or categories
CATEGORIES_SHOWN = 14
OF_YEARS = ("year", "year_min", "year_max", "published_min", "published_max")

# Counts that are kept for a list with these other filters, by "year" or "category"; None where none are.
Kept = Callable[[str, Mapping[str, Any]], "dict[Any, int] | None"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a list can be narrowed to; the address of what is chosen already takes it away again."""

    value: str
    label: str
    papers: int
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one filter. `is_partial`: only the newest papers of the list were counted."""

    name: str
    heading: str
    choices: list[Choice]
    is_partial: bool = False

    @property
    def counted(self) -> int:
        return COUNTED


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in use, and the address of the list without it."""

    label: str
    value: str
    url: str


def of_papers(found: PaperFilter, query: Query, names: Mapping[str, str], kept: Kept) -> dict[str, Facet]:
    """The years and categories of a valid filter's list; at most two queries that read, beside what `kept` asks."""
    read: Rows = {}
    years, years_partial = _counted(found, "year", OF_YEARS, kept, read)
    codes, codes_partial = _counted(found, "category", ("category",), kept, read)
    chosen_year = found.form.cleaned_data["year"]
    chosen_code = getattr(found.form.cleaned_data["category"], "code", "")
    years_first = sorted(((str(year), str(year), n) for year, n in years.items() if year), reverse=True)
    most_first = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    shown = [row for place, row in enumerate(most_first) if place < CATEGORIES_SHOWN or row[0] == chosen_code]
    in_years, in_subjects = _("Year"), _("Category")
    labelled = [(code, names.get(code, code), n) for code, n in shown]
    any_year = query.without(*OF_YEARS)
    return {
        "year": facet("year", in_years, years_first, _text(chosen_year), any_year, is_partial=years_partial),
        "category": facet("category", in_subjects, labelled, chosen_code, query, is_partial=codes_partial),
    }


def facet(
    name: str,
    heading: str,
    rows: Iterable[tuple[str, str, int]],
    chosen: str,
    query: Query,
    *,
    is_partial: bool = False,
) -> Facet:
    """The facet of (value, label, papers) rows, with the addresses of the lists they lead to."""
    choices = [
        Choice(value, label, papers, query.changed(name, "" if value == chosen else value).url(None), value == chosen)
        for value, label, papers in rows
    ]
    return Facet(name, heading, choices, is_partial)


def _text(year: Any) -> str:
    return str(int(year)) if year else ""


def chosen(found: PaperFilter, query: Query) -> list[Chosen]:
    """The filters in use, each with the way out of it."""
    fields = found.form.fields
    return [
        Chosen(str(fields[name].label), _shown(fields[name], value), query.changed(name, "").url(None))
        for name, value in found.active.items()
    ]


def _shown(field: Any, value: Any) -> str:
    """The value as a visitor reads it: of a choice its label, several with commas between."""
    if isinstance(value, list):
        return ", ".join(_shown(field, each) for each in value)
    labels = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
    return str(labels.get(value) or getattr(value, "code", value))


def of_site(kind: str, others: Mapping[str, Any]) -> dict[Any, int] | None:
    """The kept counts of all papers by year or category, alone or crossed with the other of the two."""
    if kind == "year" and set(others) <= {"category"}:
        return PaperCount.objects.by_year(**others)
    if kind == "category" and set(others) <= {"year"}:
        return PaperCount.objects.by_category(**{name: int(year) for name, year in others.items()})
    return None


def newest(papers: QuerySet[Paper], most: int = COUNTED) -> QuerySet[Paper]:
    """The newest of a list, in the order of whatever index the list comes by."""
    order = NEWEST_OF_LIST if "list_day" in papers.query.annotations else NEWEST
    return order.applied(papers)[:most]


Rows = dict[tuple[str, ...], "list[tuple[int, list[str]]]"]


def _counted(
    found: PaperFilter, kind: str, own: tuple[str, ...], kept: Kept, read: Rows
) -> tuple[Mapping[Any, int], bool]:
    """The counts, and whether only the newest papers were counted. `read` holds what was read for the other kind."""
    others = {name: value for name, value in found.active.items() if name not in own}
    counts = kept(kind, others)
    if counts is not None:
        return counts, False
    asked = tuple(others)
    if asked not in read:
        read[asked] = list(newest(found.without(*own), COUNTED + 1).values_list("sort_day", "categories"))
    rows, is_partial = read[asked][:COUNTED], len(read[asked]) > COUNTED
    if kind == "year":
        return Counter(day // 10_000 for day, _codes in rows if day), is_partial
    return Counter(code for _day, codes in rows for code in codes), is_partial
