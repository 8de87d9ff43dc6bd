"""The API's decisions and possible duplicates. Anybody reads that a decision was made, curators the rest of it, and write."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from papers.answers.batches import Text
from papers.answers.bodies import StrictBody
from papers.answers.views import ReadView, Rows
from papers.paging import Order
from profiles.api_acts import BODIES, body_of
from profiles.api_writing import HEADER, carry_out, once
from profiles.authentication import MayCurate, ReadOrCurate, may_curate
from profiles.curation import acts
from profiles.curation.survivor import merge_direction
from profiles.decision_filters import DecisionFilter, SuggestionFilter
from profiles.models import Author, Decision, DecisionSubject, DuplicateSuggestion
from profiles.serializers import (
    DecisionMadeShape,
    DecisionShape,
    PreviewShape,
    SuggestionShape,
    author_person,
)  # fmt: skip
from profiles.tokens import Scope

NEWEST = Order(("id",), descending=True)
BY_PAYOFF = Order(("payoff", "id"), descending=True)

KEY = OpenApiParameter(
    HEADER, OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="Any text of yours. A request sent again with it, within a week, is answered as it was and decides nothing.",
)  # fmt: skip
MADE = {201: DecisionMadeShape, 200: PreviewShape}


class ReasonBody(StrictBody):
    reason = Text(required=False, default="", allow_blank=True, max_length=5000)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what it would do.")


class SkipBody(StrictBody):
    skipped = serializers.BooleanField(required=False, default=True, help_text="false takes the pair up again.")


class Curating(ReadView):
    """Views that know whether a curator asks."""

    scope = Scope.DECISIONS

    def is_curator(self) -> bool:
        return may_curate(self.request)

    def who(self) -> str:
        return f"{super().who()} {self.is_curator()}"

    def made(self, decision: Decision) -> Response:
        """The answer to a decision that was made."""
        self.expanded = []
        [row] = self.rows([decision])
        address = reverse("api-decision-detail", args=[decision.pk], request=self.request)
        return Response(row, status=status.HTTP_201_CREATED, headers={"Location": address})


def decision_rows(found: list[Decision], *, for_curator: bool) -> list[dict[str, Any]]:
    """Decisions as they are answered; no query beside those that were prefetched."""
    return [
        {
            "id": decision.pk,
            "kind": decision.kind,
            "made_at": decision.made_at,
            "authors": [row.public_id for row in decision.subjects.all()],
            "in_force": decision.is_in_force,
            "undoes": decision.undoes_id,
            "undone_by": [row.pk for row in decision.undone_by.all()],
            "summary": decision.summary if for_curator else None,
            "reason": decision.reason if for_curator else None,
            "made_by": decision.made_by_name if for_curator else None,
            "changes": len(decision.changes) if for_curator else None,
            "conflicts": len(decision.conflicts) if for_curator else None,
        }
        for decision in found
    ]


@extend_schema_view(
    list=extend_schema(
        summary="Decisions, newest first",
        description="Anybody may read which decisions stand and about whom; summary, reason and maker are for curators, "
        "and so are decisions about names, addresses and hiding.",
        responses=DecisionShape(many=True),
    ),
    retrieve=extend_schema(summary="One decision", responses=DecisionShape),
)
class DecisionViewSet(Curating):
    queryset = Decision.objects.all()
    serializer_class = DecisionShape
    filterset_class = DecisionFilter
    permission_classes = [ReadOrCurate]
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Decision]:
        everything = self.is_curator()
        found = Decision.objects.all() if everything else Decision.objects.public()
        about = DecisionSubject.objects.all() if everything else DecisionSubject.objects.shown()
        return found.prefetch_related(Prefetch("subjects", about), "undone_by__undone_by__undone_by")

    def order(self, filterset: Any) -> Order:
        return NEWEST

    def rows(self, found: list[Decision]) -> Rows:
        return decision_rows(found, for_curator=self.is_curator())

    def decision(self, pk: str) -> Decision:
        found = self.get_queryset().filter(pk=int(pk)).first()
        if found is None:
            raise Http404(f"There is no decision {pk}.")
        return found

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.finished(self.rows([self.decision(pk)]))[0])

    @extend_schema(
        summary="Decide something, or see what deciding it would do",
        request=PolymorphicProxySerializer("NewDecision", BODIES, resource_type_field_name="kind"),
        responses=MADE,
        parameters=[KEY],
        filters=False,
    )
    def create(self, request: Request) -> Response:
        body = body_of(request.data)
        said = body.validated_data
        return once(
            request,
            lambda: carry_out(body.act(), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made),
        )

    @extend_schema(summary="Undo a decision", request=ReasonBody, responses=MADE, parameters=[KEY], filters=False)
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data

        def write() -> Response:
            return carry_out(
                self.decision(pk), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made
            )  # fmt: skip

        return once(request, write)


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
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def order(self, filterset: Any) -> Order:
        return BY_PAYOFF

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
        found = self.get_queryset().filter(pk=int(pk)).first()
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
        summary="The two are not the same person, for ever", request=ReasonBody, responses=MADE, parameters=[KEY],
        filters=False,
    )  # fmt: skip
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def reject(self, request: Request, pk: str) -> Response:
        return self.answer(request, pk, acts.NotSame)

    @extend_schema(
        summary="Put the pair aside, because one can't tell, or take it up again",
        description="As Skip does in the admin. It decides nothing: the pair stays open, here and for other curators.",
        request=SkipBody, responses=SuggestionShape, filters=False,
    )  # fmt: skip
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
            return carry_out(
                act(pair.one, pair.two), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made
            )  # fmt: skip

        return once(request, write)
