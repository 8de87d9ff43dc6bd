"""What papers can be asked for: one FilterSet for the pages and the API, with one set of names and errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Self

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import BaseCSVField

from papers import search
from papers.models import NO_DATE, Build, Category, Paper, PaperCategory
from papers.paging import Order
from papers.people import UnknownPerson, people
from papers.querysets import PaperQuerySet
from papers.search import Query
from papers.taxonomy import canonical_codes

MOST_IDS = 100
FOR_PROGRAMS = {"modified", "-modified"}
WHOLE_YEARS: dict[str, Any] = {
    "min_value": 1,
    "max_value": 9999,
    "decimal_places": 0,
}
YEARS = {
    **WHOLE_YEARS,
    # What was typed stays in the field even where it is no number.
    "widget": forms.TextInput(attrs={"inputmode": "numeric"}),
}

NEWEST = Order(("sort_date", "id"), descending=True)
OLDEST = Order(("sort_date", "id"), descending=False)
# The same orders over a list that comes through a membership table, whose index they follow.
NEWEST_OF_LIST = Order(("list_date", "list_id"), descending=True)
OLDEST_OF_LIST = Order(("list_date", "list_id"), descending=False)
BY_CHANGE = Order(("modified_at", "id"), descending=False)
LATEST_CHANGE = Order(("modified_at", "id"), descending=True)


class CategoryField(forms.CharField):
    def clean(self, value: Any) -> Category | None:
        """The category that the code means today; raises ValidationError for a code no paper is filed under."""
        text = super().clean(value)
        if not text:
            return None
        code = next(iter(canonical_codes([text.strip()])), "")
        category = Category.objects.current().filter(code=code).first()
        if category is None:
            message = _("There is no category %(code)r. The codes are listed at /categories/.")
            raise ValidationError(message % {"code": text[:60]})
        return category


class CategoryFilter(filters.CharFilter):
    field_class = CategoryField


class SeveralField(BaseCSVField):
    """Values with commas between, each of which must be one, and not more than a hundred."""

    too_many = _("At most %(most)s values at once, not %(given)s.")

    def clean(self, value: Any) -> list[Any] | None:
        found = super().clean(value)
        if found and len(found) > MOST_IDS:
            raise ValidationError(self.too_many % {"most": MOST_IDS, "given": len(found)})
        if found and any(each in (None, "") for each in found):
            raise ValidationError(_("There is nothing between two of the commas."))
        return found


class IdsField(SeveralField):
    too_many = _("At most %(most)s ids at once, not %(given)s.")


class SeveralFilter(filters.BaseInFilter, filters.CharFilter):
    base_field_class = SeveralField


class IdsFilter(filters.BaseInFilter, filters.CharFilter):
    base_field_class = IdsField


class CategoriesFilter(filters.BaseInFilter, filters.CharFilter):
    base_field_class = SeveralField
    field_class = CategoryField


class OrderSelect(forms.Select):
    """The orders that mean something to a visitor; those for programs only where one is in use."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = set(value)
        groups = super().optgroups(name, value, attrs)
        return [group for group in groups if not {o["value"] for o in group[1]} & FOR_PROGRAMS - chosen]


class YearsFilter(filters.BaseInFilter, filters.NumberFilter):
    base_field_class = SeveralField


class SinceFilter(filters.IsoDateTimeFilter):
    """Rows that changed at this moment or later."""

    def filter(self, queryset: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        try:
            value = value.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError({self.label: _("There is no such moment.")}) from error
        return queryset.filter(modified_at__gte=value)


def filters_run(found: filters.FilterSet) -> bool:
    """Run the filters once; what one of them refuses becomes an error of its field, and the answer no."""
    try:
        found.qs  # noqa: B018
    except ValidationError as error:
        errors = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, messages in errors.items():
            for message in messages:
                found.form.add_error(name, message)
        return False
    return True


@lru_cache(maxsize=512)
def with_only(filterset_class: Any, names: frozenset[str]) -> Any:
    """The FilterSet with these of its filters."""
    narrow: Any = type(filterset_class.__name__, (filterset_class,), {})
    narrow.base_filters = {name: each for name, each in filterset_class.base_filters.items() if name in names}
    return narrow


class ListFilter(filters.FilterSet):
    """What lists have in common: words from `q` or `search`, and an `ordering` that may be by relevance."""

    nothing_to_match = _("Best match first needs words to match: give q.")
    left_out: tuple[str, ...] = ()  # while `without` is filtering

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.conditions: dict[Any, Any] = {}  # of words, by what the index was asked

    @classmethod
    def asked_in(cls, parameters: Mapping[str, Any]) -> frozenset[str]:
        """The filters that these parameters name."""
        return frozenset(cls.base_filters) & frozenset(parameters)

    @classmethod
    def with_only(cls, names: frozenset[str]) -> type[Self]:
        """The same with these of its filters: it copies each of them for every request, and a list uses few."""
        return with_only(cls, names)

    @property
    def words(self) -> str:
        """The words asked for, from `q` or `search`."""
        return self.form.cleaned_data.get("q") or self.form.cleaned_data.get("search") or ""

    def wanted_order(self, usual: str) -> str:
        """The ordering asked for; without one, relevance where there are words, and the usual one where not."""
        return self.form.cleaned_data.get("ordering") or ("relevance" if self.words else usual)

    def is_valid(self) -> bool:
        """Whether every parameter makes sense; what a filter itself refuses becomes an error of its field."""
        if not super().is_valid():
            return False
        if self.form.cleaned_data.get("ordering") == "relevance" and not self.words:
            self.form.add_error("ordering", self.nothing_to_match)
            return False
        return filters_run(self)

    @property
    def asked(self) -> dict[str, Any]:
        """The filters in use with their values; the order is none of them."""
        values = self.form.cleaned_data.items()
        return {name: value for name, value in values if value not in (None, "", []) and name != "ordering"}

    def without(self, *names: str) -> QuerySet[Any]:
        """The list as it would be without these filters: what else could be chosen in their place."""
        queryset = self.queryset.all()
        self.left_out = names
        for name, value in self.form.cleaned_data.items():
            if name not in names:
                queryset = self.filters[name].filter(queryset, value)
        self.left_out = ()
        return queryset

    def unfiltered(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """For parameters that order and don't filter."""
        return queryset


class PaperFilter(ListFilter):
    """Papers by words, category, author, co-author, date and identifier."""

    q = filters.CharFilter(
        method="by_words", label=_("Words"), help_text=_("Words, phrases, author:, title:, category:")
    )
    search = filters.CharFilter(method="by_words", label="search", help_text="The same as q.")
    category = CategoryFilter(method="by_category", label=_("Category"), help_text=_("A code such as cs.LG."))
    author = filters.CharFilter(method="by_author", label=_("Author"), help_text=_("Address, public id, or orcid:…"))
    coauthor = filters.CharFilter(method="by_coauthor", label=_("Co-author"), help_text=_("As author: papers of both."))
    year = filters.NumberFilter(field_name="sort_date", method="by_year", label=_("Year"), **YEARS)
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
        wanted = self.wanted_order("-published")
        if wanted == "relevance":
            return None
        if wanted in ("modified", "-modified"):
            return BY_CHANGE if wanted == "modified" else LATEST_CHANGE
        through_list = "list_date" in self.qs.query.annotations
        if wanted == "published":
            return OLDEST_OF_LIST if through_list else OLDEST
        return NEWEST_OF_LIST if through_list else NEWEST

    def narrowed(self, query: Query) -> Query:
        """The query within the days and the category asked for besides.

        The filters ask for these exactly. The search knows them too so as not to gather every paper with a common word, and
        to rank the best of that year or category and not of the newest papers of all.
        """
        left_out = self.left_out
        given: dict[str, Any] = {name: value for name, value in self.form.cleaned_data.items() if name not in left_out}
        year, year_min, year_max = (given.get(name) and int(given[name]) for name in ("year", "year_min", "year_max"))
        first = [date(each, 1, 1) for each in (year, year_min) if each] + [given.get("published_min")]
        last = [date(each, 12, 31) for each in (year, year_max) if each] + [given.get("published_max")]
        query = query.between(max(filter(None, first), default=None), min(filter(None, last), default=None))
        return query.in_category(given["category"].code) if given.get("category") else query

    def ranked(self, limit: int, *, whole_site: bool = False) -> list[int]:
        """Ids of the papers found, best match first; `whole_site` where the filter is over all visible papers."""
        only_words = whole_site and self.asked.keys() <= {"q", "search"}
        query = self.narrowed(search.parse_query(self.words))
        return search.ranked(self.qs, query, limit, only_words=only_words)

    def by_words(self, queryset: PaperQuerySet, name: str, text: str) -> PaperQuerySet:
        # The counts beside a list filter it again and again; the index is asked once for the same question.
        query = self.narrowed(search.parse_query(text))
        if query not in self.conditions:
            self.conditions[query] = search.condition(query)
        return queryset.filter(self.conditions[query])

    def by_category(self, queryset: PaperQuerySet, name: str, category: Category) -> PaperQuerySet:
        return queryset.in_category(category)

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
        return queryset.published_between(date(int(year), 1, 1), date(int(year), 12, 31)).exclude(sort_date=NO_DATE)

    def from_year(self, queryset: PaperQuerySet, name: str, year: Any) -> PaperQuerySet:
        return queryset.published_between(date(int(year), 1, 1), None)

    def to_year(self, queryset: PaperQuerySet, name: str, year: Any) -> PaperQuerySet:
        return queryset.published_between(None, date(int(year), 12, 31))

    def from_day(self, queryset: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return queryset.published_between(day, None)

    def to_day(self, queryset: PaperQuerySet, name: str, day: date) -> PaperQuerySet:
        return queryset.published_between(None, day)


class DeletedFilter(filters.FilterSet):
    """Papers that were taken back, by when we learnt it."""

    updated_since = SinceFilter(label="updated_since", help_text="Taken back at this moment or later (ISO 8601).")

    class Meta:
        model = Paper
        fields: list[str] = []

    def is_valid(self) -> bool:
        return super().is_valid() and filters_run(self)


class BuildFilter(filters.FilterSet):
    """Runs by stage and outcome."""

    stage = filters.CharFilter(label="stage", help_text="Such as import, link or similarity.")
    status = filters.ChoiceFilter(choices=Build.Status.choices, label="status")

    class Meta:
        model = Build
        fields: list[str] = []


def _in_years(years: list[Any]) -> Q:
    """Papers of these years; the undated are of none."""
    found = Q(pk__in=[])
    for year in sorted({int(year) for year in years}):
        found |= Q(sort_date__gte=max(date(year, 1, 1), date(1, 1, 2)), sort_date__lte=date(year, 12, 31))
    return found
