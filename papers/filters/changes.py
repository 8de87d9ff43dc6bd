"""Filters for lists of papers that went, of identifiers that moved and of builds."""

from __future__ import annotations

import django_filters as filters

from papers.filters.fields import CheckedFilters, SinceFilter
from papers.models import Build, EarlierIdentifier, Paper


class DeletedFilter(CheckedFilters):
    """Papers that were taken back, by when we learnt it."""

    updated_since = SinceFilter(label="updated_since", help_text="Taken back at this moment or later (ISO 8601).")

    class Meta:
        model = Paper
        fields: list[str] = []


class MovedFilter(CheckedFilters):
    """Earlier identifiers of papers, by since when they lead to them."""

    updated_since = SinceFilter(label="updated_since", help_text="Moved at this moment or later (ISO 8601).")

    class Meta:
        model = EarlierIdentifier
        fields: list[str] = []


class BuildFilter(filters.FilterSet):
    """Runs by stage and outcome."""

    stage = filters.CharFilter(label="stage", help_text="Such as import, link or similarity.")
    status = filters.ChoiceFilter(choices=Build.Status.choices, label="status")

    class Meta:
        model = Build
        fields: list[str] = []
