"""The API's authors and similarity links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.base import Gone, ReadView, Rows
from papers.api.batches import answer_batch, batch_schema
from papers.api.grouping import Group
from papers.api.papers import expand_authors, rows_of_papers
from papers.api.renderers import CITATION_FORMATS, LIST_FORMATS
from papers.api.serializers import PaperShape, PersonShape
from papers.display.rows import rows_of
from papers.filters.papers import PaperFilter
from papers.models import Paper
from papers.people import UnknownPerson
from profiles import search
from profiles.api import batches
from profiles.api.expansions import expand_author, expand_evidence
from profiles.api.serializers import (
    AuthorShape,
    CoauthorShape,
    CoauthorsShape,
    FoundAuthorsShape,
    SimilarAuthorShape,
    StatisticsShape,
    author_person,
    authors_json,
    links_json,
    statistics_json,
)
from profiles.api.similarity_links import BY_RANK
from profiles.filters.authors import AuthorFilter
from profiles.lookup import is_retired, orcid_of, papers_of, shown_author
from profiles.models import Author, Authorship, SimilarityLink
from profiles.statistics.summaries import LARGEST_TEAM

SUGGESTIONS = 10
MOST_COAUTHORS = 1000


def author_or_redirect(request: Request, who: str) -> Author | HttpResponseBase:
    """The author whom `who` names, or a 301 to their own id from an earlier address or that of a merged author.

    Raises Gone for a retired address and Http404 where there is nobody.
    """
    try:
        author = shown_author(who)
    except UnknownPerson as unknown:
        if is_retired(who):
            raise Gone("The profile that was at this address has been retired.") from unknown
        raise Http404(str(unknown)) from unknown
    if who in (author.slug, author.public_id) or orcid_of(who):
        return author
    match: Any = request.resolver_match
    address = reverse(match.view_name, kwargs={**match.kwargs, "who": author.public_id})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address, permanent=True)


@extend_schema_view(
    list=extend_schema(summary="Authors", responses=AuthorShape(many=True)),
    retrieve=extend_schema(summary="One author, by address, public id or ORCID", responses=AuthorShape),
)
class AuthorViewSet(ReadView):
    queryset = Author.objects.listed()
    serializer_class = AuthorShape
    filterset_class = AuthorFilter
    lookup_field = "who"
    ranking = staticmethod(AuthorFilter.ranked)
    groupings = {
        "category": Group("category_counts__category__code"),
        "standing": Group("standing"),
        "first_year": Group("first_year"),
        "last_year": Group("last_year"),
    }

    def rows(self, found: list[Author]) -> Rows:
        return authors_json(found)

    def about(self, request: Request, who: str, answer: Callable[[Author], HttpResponseBase]) -> HttpResponseBase:
        """The answer about the author, or the redirection to where they are."""
        author = author_or_redirect(request, who)
        return answer(author) if isinstance(author, Author) else author

    def retrieve(self, request: Request, who: str) -> HttpResponseBase:
        return self.about(request, who, lambda author: Response(self.finished(self.rows([author]))[0]))

    @extend_schema(summary="The author's papers, newest first", responses=PaperShape(many=True))
    @action(
        detail=True,
        queryset=Paper.objects.visible(),
        filterset_class=PaperFilter,
        shape=PaperShape,
        fetch=rows_of,
        ranking=PaperFilter.ranked,
        expansions={"authors": expand_authors},
        list_formats=(*LIST_FORMATS, *CITATION_FORMATS),
    )
    def papers(self, request: Request, who: str) -> HttpResponseBase:
        def answer(author: Author) -> HttpResponseBase:
            found = self.filter_queryset(papers_of(author, Paper.objects.visible()))
            return self.answer_list(found, rows_of_papers(self))

        return self.about(request, who, answer)

    @extend_schema(summary="Similar authors with the evidence", responses=SimilarAuthorShape(many=True), filters=False)
    @action(
        detail=True,
        filterset_class=None,
        shape=SimilarAuthorShape,
        expansions={"author": expand_author, "evidence": expand_evidence},
        order=BY_RANK,
    )
    def similar(self, request: Request, who: str) -> HttpResponseBase:
        links = SimilarityLink.objects.shown().select_related("other")
        return self.about(request, who, lambda author: self.answer_list(links.filter(author=author), links_json))

    @extend_schema(summary="Who wrote with the author, most papers first", responses=CoauthorsShape, filters=False)
    @action(
        detail=True,
        filterset_class=None,
        pagination_class=None,
        shape=CoauthorShape,
        expansions={"author": expand_author},
    )
    def coauthors(self, request: Request, who: str) -> HttpResponseBase:
        def answer(author: Author) -> HttpResponseBase:
            found = coauthors_of(author)[:MOST_COAUTHORS]
            people = Author.objects.visible().only("public_id", "slug", "name").in_bulk([pk for pk, _ in found])
            rows = [{"author": author_person(people[pk]), "papers": n} for pk, n in found if pk in people]
            return Response({"next": None, "previous": None, "results": self.finished(rows)})

        return self.about(request, who, answer)

    @extend_schema(summary="The author's figures", responses=StatisticsShape, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None, shape=StatisticsShape)
    def statistics(self, request: Request, who: str) -> HttpResponseBase:
        return self.about(request, who, lambda author: Response(self.finished([statistics_json(author)])[0]))

    @extend_schema(
        summary="Authors for what was typed so far",
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, required=True, description="The beginning of a name.")],
        responses=FoundAuthorsShape,
        filters=False,
    )
    @action(detail=False, filterset_class=None, pagination_class=None, extra_parameters=("q",), shape=PersonShape)
    def autocomplete(self, request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        if not text:
            raise ValidationError({"q": ["Give the beginning of a name."]})
        ids = search.search_authors(text[:200], SUGGESTIONS, queryset=Author.objects.listed())
        people = Author.objects.only("public_id", "slug", "name").in_bulk(ids)
        return Response({"results": self.finished([author_person(people[pk]) for pk in ids if pk in people])})

    @batch_schema("Up to 1,000 authors by their ids, in one request", AuthorShape)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None, permission_classes=[])
    def batch(self, request: Request) -> Response:
        return answer_batch(self, request, batches.authors_by_any_id)

    @batches.papers_schema
    @action(
        detail=False,
        methods=["post"],
        filterset_class=None,
        pagination_class=None,
        permission_classes=[],
        url_path="papers",
        shape=PaperShape,
    )
    def papers_of_many(self, request: Request) -> Response:
        return batches.answer_papers(self, request)


def coauthors_of(author: Author) -> list[tuple[int, int]]:
    """Ids of those who wrote with the author and the number of papers, most first; large teams left out."""
    papers = Authorship.objects.filter(author=author, paper__author_count__lte=LARGEST_TEAM, paper__is_deleted=False)
    people = Authorship.objects.filter(paper__in=papers.values("paper")).exclude(author=author)
    counts = Counter(people.order_by().values_list("author_id", flat=True))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
