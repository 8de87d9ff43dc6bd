"""Suggested duplicates in the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.base import Rows
from papers.api.parsers import StrictBody
from papers.database.keyset import Order
from profiles.api.authentication import MayCurate
from profiles.api.decisions import KEY, MADE, Curating, ReasonBody, decision_rows
from profiles.api.idempotency import apply_or_preview, once
from profiles.api.serializers import (
    SuggestionShape,
    author_person,
)
from profiles.curation import acts
from profiles.curation.rules import merge_direction
from profiles.filters.decisions import SuggestionFilter
from profiles.models import Author, Decision, DuplicateSuggestion
from profiles.models.tokens import Scope

BY_PAYOFF = Order(("payoff", "id"), descending=True)


class SkipBody(StrictBody):
    skipped = serializers.BooleanField(required=False, default=True, help_text="false takes the pair up again.")


@extend_schema_view(
    list=extend_schema(
        summary="Possible duplicates, for curators, most worth deciding first", responses=SuggestionShape(many=True)
    ),
    retrieve=extend_schema(summary="One pair of possible duplicates, for curators", responses=SuggestionShape),
)
class SuggestionViewSet(Curating):
    queryset = DuplicateSuggestion.objects.open().select_related("one", "two")
    serializer_class = SuggestionShape
    filterset_class = SuggestionFilter
    permission_classes = [MayCurate]
    scope = Scope.SUGGESTIONS
    is_private = True
    order = BY_PAYOFF
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def rows(self, found: list[Any]) -> Rows:
        if found and isinstance(found[0], Decision):
            return decision_rows(found, for_curator=True)
        return [
            {
                "id": row.pk,
                "score": row.score,
                "payoff": row.payoff,
                "reasons": [{"label": label, "weight": weight} for label, weight in row.reasons],
                "authors": [author_person(row.one), author_person(row.two)],
                "skipped_at": row.skipped_at,
                "build": row.build_id,
            }
            for row in found
        ]

    def suggestion(self, pk: str) -> DuplicateSuggestion:
        found: DuplicateSuggestion | None = self.get_queryset().filter(pk=int(pk)).first()
        if found is None:
            raise Http404(f"There is no open suggestion {pk}. A new run of find_duplicates gives new numbers.")
        return found

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.finished(self.rows([self.suggestion(pk)]))[0])

    @extend_schema(
        summary="The two are one person: merge them",
        request=ReasonBody,
        responses=MADE,
        parameters=[KEY],
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def accept(self, request: Request, pk: str) -> Response:
        def act(one: Author, two: Author) -> acts.Merge:
            way = merge_direction(one, two)
            return acts.Merge(way.gone, way.kept)

        return self.answer(request, pk, act)

    @extend_schema(
        summary="The two are not the same person, for ever",
        request=ReasonBody,
        responses=MADE,
        parameters=[KEY],
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def reject(self, request: Request, pk: str) -> Response:
        return self.answer(request, pk, acts.NotSame)

    @extend_schema(
        summary="Put the pair aside, because one can't tell, or take it up again",
        description="As Skip does in the admin. It decides nothing: the pair stays open, here and for other curators.",
        request=SkipBody,
        responses=SuggestionShape,
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def skip(self, request: Request, pk: str) -> Response:
        body = SkipBody(data=request.data)
        body.is_valid(raise_exception=True)
        pair = self.suggestion(pk)
        pair.skipped_at = timezone.now() if body.validated_data["skipped"] else None
        pair.save(update_fields=["skipped_at"])
        [row] = self.rows([pair])
        return Response(row)

    def answer(self, request: Request, pk: str, act: Any) -> Response:
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data

        def write() -> Response:
            pair = self.suggestion(pk)
            return apply_or_preview(
                act(pair.one, pair.two), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made
            )

        return once(request, write)
