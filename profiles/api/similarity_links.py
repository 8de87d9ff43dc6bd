"""Links between similar authors in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view

from papers.api.base import ReadView, Rows
from papers.api.grouping import Group
from papers.database.keyset import BY_ID, Order
from profiles.api.expansions import expand_author, expand_evidence
from profiles.api.serializers import (
    SimilarityLinkShape,
    author_person,
    links_json,
)
from profiles.filters.authors import SimilarityLinkFilter
from profiles.models import SimilarityLink

BY_RANK = Order(("rank", "id"), descending=False)


@extend_schema_view(list=extend_schema(summary="Similarity links", responses=SimilarityLinkShape(many=True)))
class SimilarityLinkViewSet(ReadView):
    queryset = SimilarityLink.objects.shown().filter(author__is_listed=True).select_related("author", "other")
    serializer_class = SimilarityLinkShape
    filterset_class = SimilarityLinkFilter
    expansions = {"author": expand_author, "evidence": expand_evidence}
    groupings = {"is_coauthor": Group("is_coauthor"), "build": Group("build_id")}

    def order_of(self, filterset: SimilarityLinkFilter) -> Order:
        return BY_RANK if filterset.form.cleaned_data.get("author") else BY_ID

    def rows(self, found: list[SimilarityLink]) -> Rows:
        rows = links_json(found)
        return [{"of": author_person(link.author), **row} for link, row in zip(found, rows, strict=True)]
