"""The API's authors and similarity links."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404
from django.shortcuts import redirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api import ReadView
from papers.cards import cards
from papers.filters import NEWEST_OF_LIST
from papers.models import Paper
from papers.paging import Order
from papers.serializers import PaperShape, PersonShape, paper_json
from profiles import search
from profiles.filters import AuthorFilter, SimilarityLinkFilter
from profiles.models import Author, Authorship, SimilarityLink
from profiles.people import find_author, papers_of
from profiles.serializers import (
    AuthorShape,
    CoauthorShape,
    MergedShape,
    SimilarAuthorShape,
    SimilarityLinkShape,
    StatisticsShape,
    author_json,
    author_person,
    link_json,
    statistics_json,
)  # fmt: skip
from profiles.statistics import LARGEST_TEAM
from profiles.views import evidence_records

MOST_RANKED = 200
SUGGESTIONS = 10
MOST_COAUTHORS = 1000

BY_RANK = Order(("rank", "id"), descending=False)
BY_ID = Order(("id",), descending=False)


@extend_schema_view(
    list=extend_schema(summary="Authors", responses=AuthorShape(many=True)),
    retrieve=extend_schema(summary="One author, by address, public id or orcid:…", responses=AuthorShape),
)
class AuthorViewSet(ReadView):
    queryset = Author.objects.listed().prefetch_related("names", "identifiers")
    serializer_class = AuthorShape
    filterset_class = AuthorFilter
    lookup_field = "who"

    def rows(self, found: list[Author]) -> list[dict[str, Any]]:
        return [author_json(author) for author in found]

    def ranked(self, filterset: AuthorFilter) -> list[int]:
        return search.search_authors(filterset.words, MOST_RANKED, queryset=filterset.qs)

    def author(self, who: str) -> Author:
        """The visible author that `who` names; raises Http404."""
        author = find_author(who)
        if author is None or author.is_hidden:
            raise Http404(f"There is no author {who[:60]!r}. Give the address, the public id or orcid:….")
        return author

    def moved(self, request: Request, who: str, author: Author) -> Any:
        """301 to the survivor for an author who was merged, else None."""
        if who.startswith("orcid:") or who in (author.slug, author.public_id):
            return None
        return redirect(request.path.replace(f"/{who}/", f"/{author.public_id}/"), permanent=True)

    def retrieve(self, request: Request, who: str) -> Response:
        author = self.author(who)
        return self.moved(request, who, author) or Response(author_json(author))

    @extend_schema(summary="The author's papers, newest first", responses=PaperShape(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def papers(self, request: Request, who: str) -> Response:
        author = self.author(who)
        if moved := self.moved(request, who, author):
            return moved
        self.order = lambda filterset: NEWEST_OF_LIST  # type: ignore[method-assign]
        papers = papers_of(author, Paper.objects.visible())
        return self.answer_page(papers, lambda found: [paper_json(card) for card in cards(found, fold=False)])

    @extend_schema(summary="Similar authors with the evidence", responses=SimilarAuthorShape(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def similar(self, request: Request, who: str) -> Response:
        author = self.author(who)
        if moved := self.moved(request, who, author):
            return moved
        self.order = lambda filterset: BY_RANK  # type: ignore[method-assign]
        links = SimilarityLink.objects.shown().filter(author=author).select_related("other")
        return self.answer_page(links, links_json)

    @extend_schema(
        summary="Who wrote with the author, most papers first", responses=CoauthorShape(many=True), filters=False
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def coauthors(self, request: Request, who: str) -> Response:
        author = self.author(who)
        if moved := self.moved(request, who, author):
            return moved
        found = coauthors_of(author)[:MOST_COAUTHORS]
        people = Author.objects.visible().in_bulk([pk for pk, _ in found])
        rows = [{"author": author_person(people[pk]), "papers": n} for pk, n in found if pk in people]
        return Response({"next": None, "previous": None, "results": rows})

    @extend_schema(summary="The author's figures", responses=StatisticsShape, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def statistics(self, request: Request, who: str) -> Response:
        author = self.author(who)
        return self.moved(request, who, author) or Response(statistics_json(author))

    @extend_schema(
        summary="Authors for what was typed so far",
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, required=True, description="The beginning of a name.")],
        responses=PersonShape(many=True),
        filters=False,
    )
    @action(detail=False, filterset_class=None, pagination_class=None, extra_parameters=("q",))
    def autocomplete(self, request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        if not text:
            raise ValidationError({"q": ["Give the beginning of a name."]})
        ids = search.search_authors(text[:200], SUGGESTIONS, queryset=Author.objects.listed())
        people = Author.objects.in_bulk(ids)
        return Response({"results": [author_person(people[pk]) for pk in ids if pk in people]})


def coauthors_of(author: Author) -> list[tuple[int, int]]:
    """Ids of those who wrote with the author and the number of papers, most first; large teams left out."""
    papers = Authorship.objects.filter(author=author, paper__author_count__lte=LARGEST_TEAM, paper__is_deleted=False)
    people = Authorship.objects.filter(paper__in=papers.values("paper")).exclude(author=author)
    counts = Counter(people.order_by().values_list("author_id", flat=True))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def links_json(links: list[SimilarityLink]) -> list[dict[str, Any]]:
    """The links with the people and papers of their evidence; two queries for all."""
    people, papers = evidence_records(links)
    return [link_json(link, people, papers) for link in links]


@extend_schema_view(list=extend_schema(summary="Similarity links", responses=SimilarityLinkShape(many=True)))
class SimilarityLinkViewSet(ReadView):
    queryset = SimilarityLink.objects.shown().filter(author__is_listed=True).select_related("author", "other")
    serializer_class = SimilarityLinkShape
    filterset_class = SimilarityLinkFilter

    def order(self, filterset: SimilarityLinkFilter) -> Order:
        return BY_RANK if filterset.form.cleaned_data.get("author") else BY_ID

    def rows(self, found: list[SimilarityLink]) -> list[dict[str, Any]]:
        rows = links_json(found)
        return [{"of": author_person(link.author), **row} for link, row in zip(found, rows, strict=True)]


BY_CHANGE = Order(("modified_at", "id"), descending=False)


@extend_schema_view(list=extend_schema(summary="Authors who were merged into others", responses=MergedShape(many=True)))
class MergedViewSet(ReadView):
    queryset = Author.objects.filter(merged_into__is_hidden=False).select_related("merged_into")
    serializer_class = MergedShape

    def order(self, filterset: Any) -> Order:
        return BY_ID

    def rows(self, found: list[Author]) -> list[dict[str, Any]]:
        return [{"id": a.public_id, "merged_into": author_person(a.merged_into)} for a in found if a.merged_into]
