"""Categories in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.base import ReadView, Rows
from papers.api.serializers import (
    CategoryShape,
    category_json,
)
from papers.database.keyset import Order
from papers.http.lookup import find_category
from papers.models import Category, CategoryQuerySet

BY_TAXONOMY = Order(("id",), descending=False)


@extend_schema_view(
    list=extend_schema(summary="Categories with their number of papers", responses=CategoryShape(many=True)),
    retrieve=extend_schema(summary="One category, by code or former code", responses=CategoryShape),
)
class CategoryViewSet(ReadView):
    queryset = Category.objects.current()
    serializer_class = CategoryShape
    order = BY_TAXONOMY
    lookup_field = "code"

    def get_queryset(self) -> CategoryQuerySet:
        return Category.objects.current().with_counts().prefetch_related("aliases")

    def rows(self, found: list[Category]) -> Rows:
        return [category_json(category) for category in found]

    def retrieve(self, request: Request, code: str) -> Response:
        category = find_category(code, self.get_queryset())
        return Response(self.finished(self.rows([category]))[0])
