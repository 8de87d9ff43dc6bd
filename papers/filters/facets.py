"""Facets of a list of papers: its years, types and categories, with counts.

Counts are kept ones where the question is simple enough; otherwise the newest papers of the list are read, up to a cap, so
that the cost does not grow with the list. Each kind is counted as if it were not chosen itself: one can go from year to year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from papers.database.keyset import Query
from papers.display.wording import type_name
from papers.filters.papers import NEWEST, NEWEST_OF_LIST, PaperFilter
from papers.models import Category, Paper, PaperCount, TypeCount

COUNTED = 1_000  # papers that are read to count a list's years, types or categories
CATEGORIES_SHOWN = 14
OF_YEARS = ("year", "year_min", "year_max", "published_min", "published_max")

KINDS = ("year", "type", "category")

# Counts that are kept for a list with these other filters, by one of KINDS; None where none are.
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


def of_papers(
    found: PaperFilter, query: Query, names: Mapping[str, str], kept: Kept, kinds: Sequence[str] = KINDS
) -> dict[str, Facet]:
    """The years, types and categories of a valid filter's list; a query that reads for each at most, beside what `kept`
    asks. A single type is no choice."""
    read: Rows = {}
    found_facets = {}
    for kind in kinds:
        counts, is_partial = _counted(found, kind, OF_YEARS if kind == "year" else (kind,), kept, read)
        value = found.form.cleaned_data.get(kind)
        if kind == "year":
            heading, chosen, of_kind = _("Year"), _text(value), query.without(*OF_YEARS)
            rows = sorted(((str(year), str(year), n) for year, n in counts.items() if year), reverse=True)
        else:
            most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            if kind == "type":
                heading, chosen, of_kind = _("Type"), value or "", query
                rows = [(name, type_name(name), n) for name, n in most if name]
                rows = rows if chosen or len(rows) > 1 else []
            else:
                heading, chosen, of_kind = _("Category"), getattr(value, "code", ""), query
                shown = [row for place, row in enumerate(most) if place < CATEGORIES_SHOWN or row[0] == chosen]
                rows = [(code, names.get(code, code), n) for code, n in shown]
        found_facets[kind] = facet(kind, heading, rows, chosen, of_kind, is_partial=is_partial)
    return found_facets


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


class OfSite:
    """The kept counts of all papers by one of KINDS, alone or crossed with the others; each is asked for once."""

    def __init__(self) -> None:
        self.read: dict[Category | None, list[tuple[str, int, int]]] = {}

    def __call__(self, kind: str, others: Mapping[str, Any]) -> dict[Any, int] | None:
        if not {kind, *others} <= set(KINDS) or kind == "category" in others:
            return None
        year = int(others["year"]) if "year" in others else None
        if kind == "category":
            if "type" in others:
                return TypeCount.objects.by_category(others["type"], year)
            return PaperCount.objects.by_category(year)
        counts: Counter[Any] = Counter()
        for type_of_paper, of_year, papers in self._rows(others):
            counts[of_year if kind == "year" else type_of_paper] += papers
        return counts

    def total(self, given: Mapping[str, Any]) -> int | None:
        """How many papers these filters leave; None where that is not kept."""
        return sum(papers for *_, papers in self._rows(given)) if set(given) <= set(KINDS) else None

    def _rows(self, given: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
        """Type, year and number of the papers that these filters leave."""
        category = given.get("category")
        if category not in self.read:
            rows = TypeCount.objects.filter(category=category, papers__gt=0).order_by()
            self.read[category] = list(rows.values_list("type", "year", "papers"))
        for row in self.read[category]:
            if given.get("type", row[0]) == row[0] and given.get("year", row[1]) == row[1]:
                yield row


def newest(papers: QuerySet[Paper], most: int = COUNTED) -> QuerySet[Paper]:
    """The newest of a list, in the order of whatever index the list comes by."""
    order = NEWEST_OF_LIST if "list_day" in papers.query.annotations else NEWEST
    return order.applied(papers)[:most]


Rows = dict[tuple[str, ...], "list[tuple[int, str, list[str]]]"]


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
        read[asked] = list(newest(found.without(*own), COUNTED + 1).values_list("sort_day", "type", "categories"))
    rows, is_partial = read[asked][:COUNTED], len(read[asked]) > COUNTED
    if kind == "year":
        return Counter(day // 10_000 for day, _type, _codes in rows if day), is_partial
    if kind == "type":
        return Counter(type_of_paper for _day, type_of_paper, _codes in rows), is_partial
    return Counter(code for *_others, codes in rows for code in codes), is_partial
