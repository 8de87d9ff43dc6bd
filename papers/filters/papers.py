"""The filter of papers: one FilterSet for the pages and the API, with one set of names and errors."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from papers import search
from papers.database.keyset import Order
from papers.filters.fields import (
    WHOLE_YEARS,
    YEARS,
    CategoriesFilter,
    CategoryFilter,
    IdsFilter,
    ListFilter,
    OrderSelect,
    SeveralFilter,
    SinceFilter,
    TypeFilter,
    YearsFilter,
)
from papers.models import Category, Paper, PaperCategory, PaperQuerySet
from papers.people import UnknownPerson, people
from papers.search import Query
from papers.text.dates import PartialDate, place_of_day

MOST_RANKED = 1000  # best matches that can be paged through; who looks further narrows the search
NEWEST = Order(("sort_day", "id"), descending=True)
OLDEST = Order(("sort_day", "id"), descending=False)
# The same orders over a list that comes through a membership table, whose index they follow.
NEWEST_OF_LIST = Order(("list_day", "list_id"), descending=True)
OLDEST_OF_LIST = Order(("list_day", "list_id"), descending=False)
BY_CHANGE = Order(("modified_at", "id"), descending=False)
LATEST_CHANGE = Order(("modified_at", "id"), descending=True)
# Filters of the whole site that the search index knows, too; words ask it anyway.
OF_SITE = {"category", "type", "year", "year_min", "year_max", "published_min", "published_max"}


class PaperFilter(ListFilter):
    """Papers by words, category, type, author, co-author, date and identifier."""

    usual_order = "-published"

    q = filters.CharFilter(
        method="by_words", label=_("Words"), help_text=_("Words, phrases, author:, title:, venue:, category:, type:")
    )
    search = filters.CharFilter(method="by_words", label="search", help_text="The same as q.")
    category = CategoryFilter(method="by_category", label=_("Category"), help_text=_("A code such as cs.LG."))
    type = TypeFilter(method="by_type", label=_("Type"), help_text=_("A type such as article-journal or thesis."))
    author = filters.CharFilter(method="by_author", label=_("Author"), help_text=_("Address, public id, or orcid:…"))
    coauthor = filters.CharFilter(method="by_coauthor", label=_("Co-author"), help_text=_("As author: papers of both."))
    year = filters.NumberFilter(field_name="sort_day", method="by_year", label=_("Year"), **YEARS)
    year_min = filters.NumberFilter(method="from_year", label=_("From year"), **YEARS)
    year_max = filters.NumberFilter(method="to_year", label=_("To year"), **YEARS)
    published_min = filters.DateFilter(method="from_day", label="published_min", help_text=_("First day, YYYY-MM-DD."))
    published_max = filters.DateFilter(method="to_day", label="published_max", help_text=_("Last day, YYYY-MM-DD."))
    id__in = IdsFilter(field_name="identifier", label="id__in", help_text="Identifiers, comma between.")
    category__in = CategoriesFilter(
        method="by_categories", label="category__in", help_text="Papers in any of these categories, comma between."
    )
    author__in = SeveralFilter(
        method="by_authors", label="author__in", help_text="Papers by any of these authors, comma between."
    )
    year__in = YearsFilter(method="by_years", label="year__in", help_text="Years, comma between.", **WHOLE_YEARS)
    exclude_category = CategoriesFilter(
        method="without_categories", label="exclude_category", help_text="Papers in none of these, comma between."
    )
    exclude_author = SeveralFilter(
        method="without_authors", label="exclude_author", help_text="Papers by none of these authors, comma between."
    )
    exclude_year = YearsFilter(
        method="without_years",
        label="exclude_year",
        help_text="Papers of none of these years, comma between.",
        **WHOLE_YEARS,
    )
    updated_since = SinceFilter(
        label="updated_since",
        help_text="Papers whose record changed here at this moment or later (ISO 8601). With ordering=modified a mirror "
        "reads on from where it was.",
    )
    ordering = filters.ChoiceFilter(
        choices=[
            ("-published", _("newest first")),
            ("published", _("oldest first")),
            ("modified", _("in the order of changes here")),
            ("-modified", _("latest change here first")),
            ("relevance", _("best match first")),
        ],
        method="unfiltered",
        label=_("Order"),
        empty_label=None,
        widget=OrderSelect,
    )

    class Meta:
        model = Paper
        fields: list[str] = []

    @property
    def order(self) -> Order | None:
        """The order asked for; None for best match first, which is not a keyset."""
        wanted = self.wanted_order
        if wanted == "relevance":
            return None
        if wanted in ("modified", "-modified"):
            return BY_CHANGE if wanted == "modified" else LATEST_CHANGE
        through_list = "list_day" in self.qs.query.annotations
        if wanted == "published":
            return OLDEST_OF_LIST if through_list else OLDEST
        return NEWEST_OF_LIST if through_list else NEWEST

    @property
    def contradiction(self) -> str:
        first, last, year = (self.active.get(name) for name in ("year_min", "year_max", "year"))
        if first and last and first > last:
            message = _("“From year” (%(first)s) is later than “to year” (%(last)s): swap them.")
            return message % {"first": int(first), "last": int(last)}
        if year and ((first and year < first) or (last and year > last)):
            message = _("The year %(year)s is not among the years asked for besides: take one of the two away.")
            return message % {"year": int(year)}
        return ""

    def narrowed(self, query: Query) -> Query:
        """The query within the days, the category and the type asked for besides.

        The filters ask for these exactly. The search knows them too so as not to gather every paper with a common word, and
        to rank the best of that year or category and not of the newest papers of all.
        """
        left_out = self.left_out
        given: dict[str, Any] = {name: value for name, value in self.form.cleaned_data.items() if name not in left_out}
        year, year_min, year_max = (given.get(name) and int(given[name]) for name in ("year", "year_min", "year_max"))
        first = [each for each in (year, year_min) if each] + [day.year for day in [given.get("published_min")] if day]
        last = [date(each, 12, 31) for each in (year, year_max) if each] + [given.get("published_max")]
        query = query.between(
            # The beginning of a year stands before its days, and all of it belongs to every day of the year.
            max((PartialDate.of(each).place for each in first), default=None),
            min((place_of_day(day) for day in last if day), default=None),
        )
        query = query.in_category(given["category"].code) if given.get("category") else query
        return query.of_type(given["type"]) if given.get("type") else query

    def ranked(self, *, whole_site: bool = False) -> list[int]:
        """Ids of the papers found, best match first; `whole_site` where the filter is over all visible papers."""
        only_words = whole_site and self.active.keys() <= {"q", "search"}
        query = self.narrowed(search.parse_query(self.words))
        return search.ranked(self.qs, query, MOST_RANKED, only_words=only_words)

    def by_words(self, queryset: PaperQuerySet, name: str, text: str) -> PaperQuerySet:
        # The counts beside a list filter it again and again; the index is asked once for the same question.
        query = self.narrowed(search.parse_query(text))
        if query not in self.conditions:
            self.conditions[query] = search.condition(query)
        return queryset.filter(self.conditions[query])

    def by_category(self, queryset: PaperQuerySet, name: str, category: Category) -> PaperQuerySet:
        return queryset.in_category(category)

    def by_type(self, queryset: PaperQuerySet, name: str, type_of_paper: str) -> PaperQuerySet:
        found = queryset.filter(type=type_of_paper)
        given = self.active.keys() - set(self.left_out)
        if "category" in given and given <= OF_SITE:
            # The index of the category has no types: a few papers are found by their words sooner than along it.
            ids = search.few_matches(self.narrowed(Query()))
            return found if ids is None else found.filter(pk__in=ids)
        return found

    def by_author(self, queryset: PaperQuerySet, name: str, who: str) -> PaperQuerySet:
        try:
            return people().papers_by(queryset, who.strip())
        except UnknownPerson as error:
            raise ValidationError({name: str(error)}) from error

    def by_coauthor(self, queryset: PaperQuerySet, name: str, who: str) -> PaperQuerySet:
        try:
            return people().papers_also_by(queryset, who.strip())
        except UnknownPerson as error:
            raise ValidationError({name: str(error)}) from error

    def by_categories(self, queryset: PaperQuerySet, name: str, categories: list[Category]) -> PaperQuerySet:
        return queryset.filter(pk__in=PaperCategory.objects.filter(category__in=categories).values("paper"))

    def without_categories(self, queryset: PaperQuerySet, name: str, categories: list[Category]) -> PaperQuerySet:
        among = PaperCategory.objects.filter(paper=OuterRef("pk"), category__in=categories)
        return queryset.filter(~Exists(among))

    def by_authors(self, queryset: PaperQuerySet, name: str, who: list[str]) -> PaperQuerySet:
        return self._of_authors(queryset, name, who, are_in=True)

    def without_authors(self, queryset: PaperQuerySet, name: str, who: list[str]) -> PaperQuerySet:
        return self._of_authors(queryset, name, who, are_in=False)

    def _of_authors(self, queryset: PaperQuerySet, name: str, who: list[str], *, are_in: bool) -> PaperQuerySet:
        try:
            theirs = people().papers_by_any([text.strip() for text in who])
        except UnknownPerson as error:
            raise ValidationError({name: str(error)}) from error
        return queryset.filter(pk__in=theirs) if are_in else queryset.exclude(pk__in=theirs)

    def by_years(self, queryset: PaperQuerySet, name: str, years: list[Any]) -> PaperQuerySet:
        return queryset.filter(_in_years(years))

    def without_years(self, queryset: PaperQuerySet, name: str, years: list[Any]) -> PaperQuerySet:
        return queryset.exclude(_in_years(years))

    def by_year(self, queryset: PaperQuerySet, name: str, year: Any) -> PaperQuerySet:
        return queryset.published_between(date(int(year), 1, 1), date(int(year), 12, 31))

    def from_year(self, queryset: PaperQuerySet, name: str, year: Any) -> PaperQuerySet:
        return queryset.published_between(date(int(year), 1, 1), None)

    def to_year(self, queryset: PaperQuerySet, name: str, year: Any) -> PaperQuerySet:
        return queryset.published_between(None, date(int(year), 12, 31))

    def from_day(self, queryset: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return queryset.published_between(day, None)

    def to_day(self, queryset: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return queryset.published_between(None, day)


def _in_years(years: list[Any]) -> Q:
    """Papers of these years; the undated are of none."""
    found = Q(pk__in=[])
    for year in sorted({int(year) for year in years}):
        found |= Q(sort_day__gte=PartialDate.of(year).place, sort_day__lte=place_of_day(date(year, 12, 31)))
    return found
