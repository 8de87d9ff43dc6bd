"""The API's papers and categories. Answers are plain dicts (papers/api/serializers.py describes them for the schema)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.base import Gone, ReadView, Rows
from papers.api.batches import answer_batch, batch_schema
from papers.api.grouping import Group, Groups, by_size
from papers.api.renderers import CITATION_FORMATS, LIST_FORMATS, Citations, Json
from papers.api.serializers import NOT_PUBLISHED, DeletedShape, MovedShape, PaperShape, paper_json
from papers.citations.from_papers import works_of
from papers.display.cards import PaperCard, cards
from papers.display.editors import shown_details
from papers.display.rows import PaperRow, rows_of
from papers.filters import facets
from papers.filters.changes import DeletedFilter, MovedFilter
from papers.filters.papers import BY_CHANGE, PaperFilter
from papers.http.lookup import find_paper, find_record, survivor, why_gone
from papers.identifiers import ArxivId, InvalidIdentifier, arxiv_id_of_doi, normal_doi
from papers.models import EarlierIdentifier, Paper, PaperDoi
from papers.people import people
from papers.publications import Details


def expand_authors(rows: Rows) -> None:
    """Put the whole record in the place of each reference to an author."""
    entries = [entry for row in rows for entry in row["byline"] if entry["author"]]
    records = people().records({entry["author"]["id"] for entry in entries})
    for entry in entries:
        entry["author"] = records.get(entry["author"]["id"], entry["author"])


def papers_json(found: Sequence[Paper | PaperRow]) -> list[dict[str, Any]]:
    """The papers with their bylines; one query, one more where there are editors."""
    details = shown_details(found)
    return [paper_json(card, details[card.paper.pk]) for card in cards(found, fold=False, names={})]


def ranked_papers_of_site(filterset: PaperFilter) -> list[int]:
    return filterset.ranked(whole_site=True)


def rows_of_papers(view: ReadView) -> Callable[[Sequence[Paper | PaperRow]], Any]:
    """What makes the rows of an answer about papers, in the format asked for and without what nobody asked for."""
    if isinstance(view.request.accepted_renderer, Citations):
        return lambda found: [work.as_form(view.form) or work for work in works_of(found)]
    if not {"byline", "editors"} & view.selection.kept.keys() and not view.selection.is_all:
        view.expanded = []  # there is nobody to expand
        details = Details.from_json if NOT_PUBLISHED.keys() & view.selection.kept.keys() else lambda _details: None
        return lambda found: [paper_json(PaperCard(paper, [], 0, []), details(paper.details)) for paper in found]
    return papers_json


@extend_schema_view(
    list=extend_schema(summary="Papers", responses=PaperShape(many=True)),
    retrieve=extend_schema(summary="One paper, by arXiv id, identifier or doi:…", responses=PaperShape),
)
class PaperViewSet(ReadView):
    queryset = Paper.objects.visible()
    fetch = staticmethod(rows_of)
    ranking = staticmethod(ranked_papers_of_site)
    serializer_class = PaperShape
    filterset_class = PaperFilter
    lookup_field = "identifier"
    lookup_value_regex = ".+?"  # old arXiv ids and DOIs contain slashes
    expansions = {"authors": expand_authors}
    groupings = {
        "year": Group("year", {"year": F("sort_day") / 10_000}),
        "category": Group("memberships__category__code"),
        "type": Group("type"),
        "license": Group("license"),
        "source": Group("source"),
    }

    list_formats = (*LIST_FORMATS, *CITATION_FORMATS)
    record_formats = (Json, *CITATION_FORMATS)

    def rows(self, found: list[Paper | PaperRow]) -> Rows:
        rows: Rows = rows_of_papers(self)(found)
        return rows

    def known_groups(self, filterset: PaperFilter, name: str) -> Groups | None:
        """From the kept counts, where only a category, a type or a year narrows the list."""
        of_site = facets.OfSite()
        counts = of_site(name, filterset.active)
        if counts is None:
            return None
        # Of papers in several categories each counts once.
        return Groups(by_size((key or None, n) for key, n in counts.items()), of_site.total(filterset.active) or 0)

    def known_count(self, filterset: PaperFilter | None) -> int | None:
        """From the kept counts, where only a category, a type or a year narrows the list."""
        return facets.OfSite().total(filterset.active) if self.action == "list" and filterset is not None else None

    def retrieve(self, request: Request, identifier: str) -> Any:
        if identifier.lower().startswith("doi:"):
            paper = self._by_doi(identifier[4:])
        else:
            record = find_record(identifier)
            paper = survivor(record)
            if paper != record or (
                paper.identifier != identifier and paper.earlier_identifiers.filter(identifier=identifier).exists()
            ):
                address = reverse("api-paper-detail", args=[paper.identifier])
                query = request.META.get("QUERY_STRING", "")
                return redirect(f"{address}?{query}" if query else address, permanent=True)
        if paper.is_deleted:
            raise Gone(why_gone(paper))
        if self.form and works_of([paper])[0].as_form(self.form) is None:
            raise Http404(f"No {self.form} of {paper.identifier} is known here. Leave out `as` to cite what it is.")
        return Response(self.finished(self.rows([paper]))[0])

    @staticmethod
    def _by_doi(text: str) -> Paper:
        try:
            doi = normal_doi(text)
        except InvalidIdentifier as error:
            raise Http404(str(error)) from error
        if arxiv_id := arxiv_id_of_doi(doi):
            return find_paper(arxiv_id)
        paper = Paper.objects.visible().filter(dois__key=doi.lower()).order_by("id").first()
        if paper is None:
            raise Http404(f"No paper with the DOI {doi[:200]} is in here.")
        return paper

    @batch_schema("Up to 1,000 papers by their ids, in one request", PaperShape)
    @action(
        detail=False,
        methods=["post"],
        filterset_class=None,
        pagination_class=None,
        permission_classes=[],
        record_formats=(Json,),
    )
    def batch(self, request: Request) -> Response:
        return answer_batch(self, request, papers_by_any_id)

    @extend_schema(
        summary="Papers that are not here any more: taken back, hidden or merged, in the order in which they went",
        responses=DeletedShape(many=True),
    )
    @action(
        detail=False,
        filterset_class=DeletedFilter,
        shape=DeletedShape,
        expansions={},
        list_formats=LIST_FORMATS,
        order=BY_CHANGE,
    )
    def deleted(self, request: Request) -> Any:
        found = self.filter_queryset(Paper.objects.filter(is_deleted=True))
        return self.answer_list(
            found, lambda rows: [{"identifier": paper.identifier, "deleted": paper.modified_at} for paper in rows]
        )

    @extend_schema(
        summary="Identifiers that papers once had, with those that they have, in the order in which they moved",
        responses=MovedShape(many=True),
    )
    @action(
        detail=False,
        filterset_class=MovedFilter,
        shape=MovedShape,
        expansions={},
        list_formats=LIST_FORMATS,
        queryset=EarlierIdentifier.objects.filter(paper__is_deleted=False).select_related("paper"),
        fetch=None,
        order=BY_CHANGE,
    )
    def moved(self, request: Request) -> Any:
        found = self.filter_queryset(self.get_queryset())
        return self.answer_list(
            found,
            lambda rows: [
                {"identifier": row.identifier, "paper": row.paper.identifier, "moved": row.modified_at} for row in rows
            ],
        )


def papers_by_any_id(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By the id as it was given, in any form, the paper; those that are not here are left out.

    Six queries at most, and where papers were merged one more and one for each.
    """
    wanted = {text: kind for text in ids if (kind := _parsed_id(text))}
    keys = {value for kind, value in wanted.values() if kind == "doi"}
    held = PaperDoi.objects.filter(key__in=keys, paper__is_deleted=False).order_by("-paper_id")
    by_doi = dict(held.values_list("key", "paper__identifier")) if keys else {}
    names = {text: by_doi.get(value, "") if kind == "doi" else value for text, (kind, value) in wanted.items()}
    here = Paper.objects.filter(identifier__in=set(names.values()))
    into: dict[str, int | None] = dict(here.values_list("identifier", "merged_into_id"))
    if unknown := set(names.values()) - into.keys():
        earlier = EarlierIdentifier.objects.filter(identifier__in=unknown)
        rows = earlier.values_list("identifier", "paper__identifier", "paper__merged_into_id")
        now = {old: (new, survivor_id) for old, new, survivor_id in rows}
        names = {text: now[name][0] if name in now else name for text, name in names.items()}
        into |= dict(now.values())
    if merged := [identifier for identifier, survivor_id in into.items() if survivor_id]:
        gone = Paper.objects.filter(identifier__in=merged)
        survivors = {paper.identifier: survivor(paper).identifier for paper in gone}
        names = {text: survivors.get(name, name) for text, name in names.items()}
    found = Paper.objects.visible().filter(identifier__in=set(names.values()))
    answers = {row["identifier"]: row for row in papers_json(list(found))}
    return {text: answers[name] for text, name in names.items() if name in answers}


def _parsed_id(text: str) -> tuple[str, str] | None:
    """("doi", key) or ("identifier", value) that the text names; None for what can be neither."""
    text = text.strip()
    if text.lower().startswith("doi:"):
        try:
            doi = normal_doi(text[4:]).lower()
        except InvalidIdentifier:
            return None
        if not arxiv_id_of_doi(doi):
            return "doi", doi
        text = doi
    try:
        return "identifier", ArxivId.parse(text).canonical
    except InvalidIdentifier:
        return "identifier", text
