"""Public ids of authors who were merged, in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view

from papers.api.base import ReadView, Rows
from papers.database.keyset import BY_ID, Order
from papers.filters.papers import BY_CHANGE
from profiles.api.serializers import (
    MergedShape,
    author_person,
)
from profiles.filters.authors import MergedFilter
from profiles.models import Author


@extend_schema_view(list=extend_schema(summary="Authors who were merged into others", responses=MergedShape(many=True)))
class MergedViewSet(ReadView):
    queryset = Author.objects.filter(merged_into__is_hidden=False).select_related("merged_into")
    serializer_class = MergedShape
    filterset_class = MergedFilter

    def order_of(self, filterset: MergedFilter) -> Order:
        return BY_CHANGE if filterset.form.cleaned_data.get("updated_since") else BY_ID

    def rows(self, found: list[Author]) -> Rows:
        return [{"id": a.public_id, "merged_into": author_person(a.merged_into)} for a in found if a.merged_into]
