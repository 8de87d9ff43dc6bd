"""Filters of decisions and possible duplicates."""

from __future__ import annotations

from contextlib import suppress

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from papers.filters.fields import CheckedFilters
from papers.identifiers import ArxivId, InvalidIdentifier
from papers.models import Paper
from profiles.lookup import find_record
from profiles.models import Decision, DecisionSubject, DuplicateSuggestion
from profiles.permissions import may_curate


class DecisionFilter(CheckedFilters):
    """Decisions by kind, by the author or the paper they are about, and by when they were made."""

    kind = filters.ChoiceFilter(choices=Decision.Kind.choices, label="kind")
    author = filters.CharFilter(method="about", label="author", help_text="Public id, address or orcid:…")
    paper = filters.CharFilter(method="by_paper", label="paper", help_text="The identifier, in any form.")
    made_since = filters.IsoDateTimeFilter(
        field_name="made_at", lookup_expr="gte", label="made_since", help_text="At this moment or later (ISO 8601)."
    )

    class Meta:
        model = Decision
        fields: list[str] = []

    def about(self, queryset: QuerySet[Decision], name: str, who: str) -> QuerySet[Decision]:
        """Those about this author; one who is gone since is known by the public id only, and nobody has no decisions.

        About a hidden one only curators are answered.
        """
        author = find_record(who)
        about = DecisionSubject.objects.filter(public_id=author.public_id if author else who[:10])
        if not may_curate(self.request):
            about = about.shown()
        return queryset.filter(pk__in=about.order_by().values("decision"))

    def by_paper(self, queryset: QuerySet[Decision], name: str, identifier: str) -> QuerySet[Decision]:
        """Those about the record of this paper; about a hidden one only curators are answered."""
        names = {identifier}
        with suppress(InvalidIdentifier):
            names.add(ArxivId.parse(identifier).canonical)
        papers = Paper.objects.all() if may_curate(self.request) else Paper.objects.not_hidden()
        return queryset.filter(papers__in=papers.filter(identifier__in=names))


class SuggestionFilter(filters.FilterSet):
    """Possible duplicates by how likely they are and whether somebody skipped them."""

    score_min = filters.NumberFilter(
        field_name="score", lookup_expr="gte", label="score_min", min_value=0, max_value=1, help_text="0 to 1."
    )
    skipped = extend_schema_field({"type": "string", "enum": ["true", "false"]})(
        filters.TypedChoiceFilter(
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            label="skipped",
            method="by_skipped",
            help_text="Whether a curator looked and could not tell.",
        )
    )

    class Meta:
        model = DuplicateSuggestion
        fields: list[str] = []

    def by_skipped(
        self, queryset: QuerySet[DuplicateSuggestion], name: str, skipped: bool
    ) -> QuerySet[DuplicateSuggestion]:
        return queryset.filter(skipped_at__isnull=not skipped)
