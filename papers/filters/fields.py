"""Fields and filters that lists of papers and of people have in common; each reads a parameter or says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

import django_filters as filters
from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import BaseCSVField

from papers.display.wording import TYPE_NAMES
from papers.models import Category

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


class CategoryField(forms.CharField):
    def clean(self, value: Any) -> Category | None:
        """The category that the code means today; raises ValidationError for a code no paper is filed under."""
        text = super().clean(value)
        if not text:
            return None
        category = Category.objects.by_code(text.strip())
        if category is None:
            message = _("There is no category %(code)r. The codes are listed at /categories/.")
            raise ValidationError(message % {"code": text[:60]})
        return category


class CategoryFilter(filters.CharFilter):
    field_class = CategoryField


class TypeField(forms.CharField):
    """One of CSL's types, by its name there; `choices` are what visitors call them."""

    choices = tuple(TYPE_NAMES.items())

    def clean(self, value: Any) -> str:
        """The type; raises ValidationError for what is none, with those that there are."""
        text: str = super().clean(value).strip()
        if text and text not in TYPE_NAMES:
            message = _("There is no type %(type)r. Allowed are: %(types)s.")
            raise ValidationError(message % {"type": text[:60], "types": ", ".join(TYPE_NAMES)})
        return text


class TypeFilter(filters.CharFilter):
    field_class = TypeField


class SeveralField(BaseCSVField):
    """Values with commas between, each of which must be one, and not more than a hundred."""

    too_many = _("At most %(most)s values at once, not %(given)s.")

    def clean(self, value: Any) -> list[Any] | None:
        given = len(value) if isinstance(value, list) else 0
        if given > MOST_IDS:  # each may cost a query to understand
            raise ValidationError(self.too_many % {"most": MOST_IDS, "given": given})
        found: list[Any] | None = super().clean(value)
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
    """The orders that mean something to a visitor; others only where one is in use.

    The list's usual order comes first and has no value, so that it does not stay in the address.
    """

    usual = ""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = set(value) - {""} or {self.usual}
        left_out = (FOR_PROGRAMS if self.usual == "relevance" else {*FOR_PROGRAMS, "relevance"}) - chosen
        groups = super().optgroups(name, sorted(chosen), attrs)
        options = [option for _group, [option], _at in groups if option["value"] not in left_out]
        options.sort(key=lambda option: option["value"] != self.usual)
        for option in options:
            if option["value"] == self.usual:
                option["value"] = ""
        return [(None, [option], at) for at, option in enumerate(options)]


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


class CheckedFilters(filters.FilterSet):
    """A FilterSet whose filters may refuse a value themselves: what they say is an error of its field."""

    def is_valid(self) -> bool:
        return super().is_valid() and filters_run(self)


@lru_cache(maxsize=512)
def with_only(filterset_class: Any, names: frozenset[str]) -> Any:
    """The FilterSet with these of its filters."""
    narrow: Any = type(filterset_class.__name__, (filterset_class,), {})
    narrow.base_filters = {name: each for name, each in filterset_class.base_filters.items() if name in names}
    return narrow


class BadParameters(BadRequest):
    """Parameters of an address that make no sense: 400 with what the form says of them, in the reader's language."""

    def __init__(self, form: Any):
        super().__init__(form)
        self.form = form

    def __str__(self) -> str:
        return " ".join(message for messages in self.form.errors.values() for message in messages)


class ListFilter(filters.FilterSet):
    """What lists have in common: words from `q` or `search`, and an `ordering` that may be by relevance."""

    nothing_to_match = _("Best match first needs words to match: give q.")
    usual_order = ""
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
        narrow: type[Self] = with_only(cls, names)  # type: ignore[arg-type]
        return narrow

    @classmethod
    def for_list(cls, parameters: Mapping[str, Any], papers: Any, always: frozenset[str] = frozenset()) -> Self:
        """The filter with those of its parts that are asked for, and those that a page shows `always`."""
        return cls.with_only(cls.asked_in(parameters) | always)(parameters, papers)

    @property
    def words(self) -> str:
        """The words asked for, from `q` or `search`."""
        return self.form.cleaned_data.get("q") or self.form.cleaned_data.get("search") or ""

    @property
    def form(self) -> Any:
        """The filters as a form, in which the order that nobody asked for is the one the list then has."""
        form = super().form
        has_words = form.data.get("q") or form.data.get("search")
        if ordering := form.fields.get("ordering"):
            ordering.widget.usual = "relevance" if has_words else self.usual_order
        return form

    @property
    def wanted_order(self) -> str:
        """The ordering asked for; without one, relevance where there are words, and the usual one where not."""
        return self.form.cleaned_data.get("ordering") or ("relevance" if self.words else self.usual_order)

    @property
    def contradiction(self) -> str:
        """Why nothing can fit the filters of a valid form, in a sentence that says what to change; "" if something could."""
        return ""

    def is_valid(self) -> bool:
        """Whether every parameter makes sense; what a filter itself refuses becomes an error of its field."""
        if not super().is_valid():
            return False
        if self.form.cleaned_data.get("ordering") == "relevance" and not self.words:
            self.form.add_error("ordering", self.nothing_to_match)
            return False
        return filters_run(self)

    def check(self) -> None:
        """Raise BadParameters unless every parameter makes sense."""
        if not self.is_valid():
            raise BadParameters(self.form)

    @property
    def active(self) -> dict[str, Any]:
        """The filters in use with their values; the order is none of them."""
        values = self.form.cleaned_data.items()
        return {name: value for name, value in values if value not in (None, "", []) and name != "ordering"}

    def without(self, *names: str) -> Any:
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
