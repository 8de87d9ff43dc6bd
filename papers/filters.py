"""What papers can be asked for: one FilterSet for the pages and the API, with one set of names and errors."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from papers import search
from papers.models import NO_DATE, Category, Paper
from papers.paging import Order
from papers.people import UnknownPerson, people
from papers.querysets import PaperQuerySet
from papers.search import Query
from papers.taxonomy import canonical_codes

MOST_IDS = 100
YEARS = {"min_value": 1, "max_value": 9999}

NEWEST = Order(("sort_date", "id"), descending=True)
OLDEST = Order(("sort_date", "id"), descending=False)
# The same orders over a list that comes through a membership table, whose index they follow.
NEWEST_OF_LIST = Order(("list_date", "list_id"), descending=True)
OLDEST_OF_LIST = Order(("list_date", "list_id"), descending=False)


class CategoryField(forms.CharField):
    def clean(self, value: Any) -> Category | None:
        """The category that the code means today; raises ValidationError for a code no paper is filed under."""
        text = super().clean(value)
        if not text:
            return None
        code = next(iter(canonical_codes([text.strip()])), "")
        category = Category.objects.current().filter(code=code).first()
        if category is None:
            raise ValidationError(f"There is no category {text[:60]!r}. The codes are listed at /categories/.")
        return category


class CategoryFilter(filters.CharFilter):
    field_class = CategoryField


class IdsFilter(filters.BaseInFilter, filters.CharFilter):
    """Up to a hundred ids with commas between."""

    def filter(self, queryset: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        if value and len(value) > MOST_IDS:
            raise ValidationError({"id__in": f"At most {MOST_IDS} ids at once, not {len(value)}."})
        return super().filter(queryset, value)


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


class ListFilter(filters.FilterSet):
    """What lists have in common: words from `q` or `search`, and an `ordering` that may be by relevance."""

    sought = "words"

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
            self.form.add_error("ordering", f"Best match first needs {self.sought} to match: give q.")
            return False
        return filters_run(self)

    def unfiltered(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """For parameters that order and don't filter."""
        return queryset


class PaperFilter(ListFilter):
    """Papers by words, category, author, date and identifier."""

    q = filters.CharFilter(method="by_words", label="Words", help_text="Words, phrases, author:, title:, category:")
    search = filters.CharFilter(method="by_words", label="search", help_text="The same as q.")
    category = CategoryFilter(method="by_category", label="Category", help_text="A code such as cs.LG.")
    author = filters.CharFilter(method="by_author", label="Author", help_text="Address, public id, or orcid:…")
    year = filters.NumberFilter(field_name="sort_date", method="by_year", label="Year", **YEARS, decimal_places=0)
    year_min = filters.NumberFilter(method="from_year", label="From year", **YEARS, decimal_places=0)
    year_max = filters.NumberFilter(method="to_year", label="To year", **YEARS, decimal_places=0)
    published_min = filters.DateFilter(method="from_day", label="published_min", help_text="First day, YYYY-MM-DD.")
    published_max = filters.DateFilter(method="to_day", label="published_max", help_text="Last day, YYYY-MM-DD.")
    id__in = IdsFilter(field_name="identifier", label="id__in", help_text="Identifiers, comma between.")
    ordering = filters.ChoiceFilter(
        choices=[("-published", "newest first"), ("published", "oldest first"), ("relevance", "best match first")],
        method="unfiltered",
        label="Order",
        empty_label=None,
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
        through_list = "list_date" in self.qs.query.annotations
        if wanted == "published":
            return OLDEST_OF_LIST if through_list else OLDEST
        return NEWEST_OF_LIST if through_list else NEWEST

    def narrowed(self, query: Query) -> Query:
        """The query within the days and the category asked for besides.

        The filters ask for these exactly. The search knows them too so as not to gather every paper with a common word, and
        to rank the best of that year or category and not of the newest papers of all.
        """
        given = self.form.cleaned_data
        year, year_min, year_max = (given.get(name) and int(given[name]) for name in ("year", "year_min", "year_max"))
        first = [date(each, 1, 1) for each in (year, year_min) if each] + [given.get("published_min")]
        last = [date(each, 12, 31) for each in (year, year_max) if each] + [given.get("published_max")]
        query = query.between(max(filter(None, first), default=None), min(filter(None, last), default=None))
        return query.in_category(given["category"].code) if given.get("category") else query

    def ranked(self, limit: int) -> list[int]:
        """Ids of the papers found, best match first."""
        return search.ranked(self.qs, self.narrowed(search.parse_query(self.words)), limit)

    def by_words(self, queryset: PaperQuerySet, name: str, text: str) -> PaperQuerySet:
        return search.matching(queryset, self.narrowed(search.parse_query(text)))

    def by_category(self, queryset: PaperQuerySet, name: str, category: Category) -> PaperQuerySet:
        return queryset.in_category(category)

    def by_author(self, queryset: PaperQuerySet, name: str, who: str) -> PaperQuerySet:
        try:
            return people().papers_by(queryset, who.strip())
        except UnknownPerson as error:
            raise ValidationError({name: str(error)}) from error

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
