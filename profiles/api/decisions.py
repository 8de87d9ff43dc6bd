"""The API's decisions and possible duplicates. Anybody reads that a decision was made, curators the rest of it, and write."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from papers.api.base import ReadView, Rows
from papers.api.batches import Text
from papers.api.parsers import StrictBody
from papers.database.keyset import Order
from papers.models import Paper
from profiles.api.authentication import ReadOrCurate
from profiles.api.decision_bodies import BODIES, body_of
from profiles.api.idempotency import HEADER, apply_or_preview, once
from profiles.api.serializers import (
    DecisionMadeShape,
    DecisionShape,
    PreviewShape,
)
from profiles.curation.rules import LONGEST
from profiles.filters.decisions import DecisionFilter
from profiles.models import Decision, DecisionSubject
from profiles.models.tokens import Scope
from profiles.permissions import may_curate

NEWEST = Order(("id",), descending=True)

KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Any text of yours. A request sent again with it, within a week, is answered as it was and decides nothing.",
)
MADE = {201: DecisionMadeShape, 200: PreviewShape}


class ReasonBody(StrictBody):
    reason = Text(required=False, default="", allow_blank=True, max_length=LONGEST["reason"])
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what it would do.")


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
            "papers": sorted(paper.identifier for paper in decision.papers.all()),
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
        description="Anybody may read which decisions stand and about whom or which papers; summary, reason and maker are "
        "for curators, and so are decisions about names, addresses and hiding.",
        responses=DecisionShape(many=True),
    ),
    retrieve=extend_schema(summary="One decision", responses=DecisionShape),
)
class DecisionViewSet(Curating):
    queryset = Decision.objects.all()
    serializer_class = DecisionShape
    filterset_class = DecisionFilter
    permission_classes = [ReadOrCurate]
    order = NEWEST
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Decision]:
        everything = self.is_curator()
        found = Decision.objects.all() if everything else Decision.objects.public()
        about = DecisionSubject.objects.all() if everything else DecisionSubject.objects.shown()
        papers = Paper.objects.only("identifier") if everything else Paper.objects.not_hidden().only("identifier")
        return found.prefetch_related(
            Prefetch("subjects", about), Prefetch("papers", papers), "undone_by__undone_by__undone_by"
        )

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
            lambda: apply_or_preview(
                body.act(), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made
            ),
        )

    @extend_schema(summary="Undo a decision", request=ReasonBody, responses=MADE, parameters=[KEY], filters=False)
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data

        def write() -> Response:
            return apply_or_preview(
                self.decision(pk), request.user, said["reason"], dry_run=said["dry_run"], answer=self.made
            )

        return once(request, write)
