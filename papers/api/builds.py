"""Runs of the stages in the API."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.base import ReadView, Rows
from papers.api.serializers import (
    BuildShape,
    build_json,
)
from papers.database.keyset import Order
from papers.filters.changes import BuildFilter
from papers.models import Build

NEWEST_BUILD = Order(("id",), descending=True)


@extend_schema_view(
    list=extend_schema(summary="Runs of the stages, newest first", responses=BuildShape(many=True)),
    retrieve=extend_schema(summary="One run of a stage", responses=BuildShape),
)
class BuildViewSet(ReadView):
    queryset = Build.objects.all()
    serializer_class = BuildShape
    filterset_class = BuildFilter
    order = NEWEST_BUILD
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def rows(self, found: list[Build]) -> Rows:
        return [build_json(build) for build in found]

    def retrieve(self, request: Request, pk: str) -> Response:
        build = self.get_queryset().filter(pk=int(pk)).first()
        if build is None:
            raise Http404(f"There is no build {pk}.")
        return Response(self.finished(self.rows([build]))[0])
