"""The API's papers and categories. Answers are plain dicts (papers/serializers.py describes them for the schema)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from papers.cards import cards
from papers.filters import PaperFilter
from papers.identifiers import InvalidIdentifier, normal_doi
from papers.models import Build, Category, Paper
from papers.paging import Order
from papers.parameters import refuse_unknown
from papers.serializers import BuildShape, CategoryShape, PaperShape, build_json, category_json, paper_json
from papers.taxonomy import canonical_codes
from papers.views import find_paper

MOST_RANKED = 1000


class ReadView(GenericViewSet[Any]):
    """A list that is paged by keyset and records looked up by what people call them."""

    lookup_value_regex = "[^/]+"
    extra_parameters: tuple[str, ...] = ()  # what an action that is no list may be asked for

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse parameters that an answer of one record doesn't know; lists know those of their filters and pages."""
        super().initial(request, *args, **kwargs)
        if self.action == "retrieve" or self.pagination_class is None:
            refuse_unknown(request, set(self.extra_parameters))

    def order(self, filterset: Any) -> Order | None:
        """The order of the list; None where `ranked` gives it."""
        return filterset.order

    def ranked(self, filterset: Any) -> list[int]:
        """Primary keys, best match first, where the filters ask for that."""
        raise ValidationError({"ordering": ["This list can't be ordered by relevance."]})

    def rows(self, found: list[Any]) -> list[dict[str, Any]]:
        """The records of one page as they are answered."""
        raise NotImplementedError

    def check_permissions(self, request: Request) -> None:
        """What nobody can do here is 405 for everybody; without this a visitor would be told to sign in for it."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        super().check_permissions(request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_page(self.filter_queryset(self.get_queryset()))

    def answer_page(self, queryset: QuerySet[Any], rows: Any = None) -> Response:
        """One page of the queryset in the list shape."""
        page = self.paginate_queryset(queryset) or []
        return self.get_paginated_response((rows or self.rows)(page))


@extend_schema_view(
    list=extend_schema(summary="Papers", responses=PaperShape(many=True)),
    retrieve=extend_schema(summary="One paper, by arXiv id, identifier or doi:…", responses=PaperShape),
)
class PaperViewSet(ReadView):
    queryset = Paper.objects.visible()
    serializer_class = PaperShape
    filterset_class = PaperFilter
    lookup_field = "identifier"
    lookup_value_regex = ".+?"  # old arXiv ids and DOIs contain slashes

    def rows(self, found: list[Paper]) -> list[dict[str, Any]]:
        return [paper_json(card) for card in cards(found, fold=False)]

    def ranked(self, filterset: PaperFilter) -> list[int]:
        return filterset.ranked(MOST_RANKED)

    def retrieve(self, request: Request, identifier: str) -> Any:
        if identifier.lower().startswith("doi:"):
            paper = self._by_doi(identifier[4:])
        else:
            paper = find_paper(identifier)
            if paper.identifier != identifier and paper.earlier_identifiers.filter(identifier=identifier).exists():
                return redirect("api-paper-detail", paper.identifier, permanent=True)
        if paper.is_deleted:
            raise Http404("The source of this paper has taken its record back.")
        return Response(self.rows([paper])[0])

    @staticmethod
    def _by_doi(text: str) -> Paper:
        try:
            doi = normal_doi(text)
        except InvalidIdentifier as error:
            raise Http404(str(error)) from error
        if doi.lower().startswith("10.48550/arxiv."):
            return find_paper(doi[len("10.48550/arxiv.") :])
        paper = Paper.objects.visible().filter(dois__key=doi.lower()).order_by("id").first()
        if paper is None:
            raise Http404(f"No paper with the DOI {doi[:200]} is in here.")
        return paper


BY_TAXONOMY = Order(("id",), descending=False)


@extend_schema_view(
    list=extend_schema(summary="Categories with their number of papers", responses=CategoryShape(many=True)),
    retrieve=extend_schema(summary="One category, by code or former code", responses=CategoryShape),
)
class CategoryViewSet(ReadView):
    queryset = Category.objects.current()
    serializer_class = CategoryShape
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.current().with_counts().prefetch_related("aliases")

    def order(self, filterset: Any) -> Order:
        return BY_TAXONOMY

    def rows(self, found: list[Category]) -> list[dict[str, Any]]:
        return [category_json(category) for category in found]

    def retrieve(self, request: Request, code: str) -> Response:
        canonical = next(iter(canonical_codes([code])), code)
        category = self.get_queryset().filter(code=canonical).first()
        if category is None:
            raise Http404(f"There is no category {code[:64]}.")
        return Response(category_json(category))


NEWEST_BUILD = Order(("id",), descending=True)


@extend_schema_view(
    list=extend_schema(summary="Runs of the stages, newest first", responses=BuildShape(many=True)),
    retrieve=extend_schema(summary="One run of a stage", responses=BuildShape),
)
class BuildViewSet(ReadView):
    queryset = Build.objects.all()
    serializer_class = BuildShape
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def order(self, filterset: Any) -> Order:
        return NEWEST_BUILD

    def rows(self, found: list[Build]) -> list[dict[str, Any]]:
        return [build_json(build) for build in found]

    def retrieve(self, request: Request, pk: str) -> Response:
        build = self.get_queryset().filter(pk=int(pk)).first()
        if build is None:
            raise Http404(f"There is no build {pk}.")
        return Response(build_json(build))
