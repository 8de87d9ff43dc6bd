"""Many authors, or the papers of many authors, in one request of the API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.batches import BatchShape
from papers.api.papers import papers_json
from papers.api.serializers import PaperShape
from papers.http.limits import slot
from papers.models import Paper
from profiles.api.serializers import authors_json
from profiles.lookup import shown_authors
from profiles.models import Author, Authorship

MOST_EACH = 200
MOST_PAPERS = 2_500  # of one answer, which is about 4 MB


def authors_by_any_id(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By the id as it was given the author's record; those who are not here are left out."""
    found = shown_authors(ids)
    people = Author.objects.visible().filter(pk__in={author.pk for author in found.values()})
    rows = {row["id"]: row for row in authors_json(list(people))}
    return {text: rows[author.public_id] for text, author in found.items() if author.public_id in rows}


# --- The papers of many ------------------------------------------------------------------------------------------------


class PapersOfManyShape(BatchShape):
    """Whose papers, and how many of each."""

    papers_each = serializers.IntegerField(
        required=False, default=20, min_value=1, max_value=MOST_EACH, help_text="The newest so many of each author."
    )


class WorksShape(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The author's public id.")
    paper_count = serializers.IntegerField(help_text="All papers of the author.")
    papers = serializers.ListField(child=serializers.CharField(), help_text="Identifiers, newest first.")


class PapersOfManyAnswer(serializers.Serializer[Any]):
    authors = WorksShape(many=True, help_text="In the order asked for.")
    papers = PaperShape(many=True, help_text="Each paper once, however many of the authors wrote it.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Ids that name nobody here.")
    rest = serializers.ListField(
        child=serializers.CharField(), help_text="Ids that this answer had no room for: ask for them next."
    )


papers_schema = extend_schema(
    summary="The papers of up to 1,000 authors",
    description=f"An answer has room for {MOST_PAPERS} papers; `rest` says whose did not fit, to be asked for next.",
    request=PapersOfManyShape,
    responses=PapersOfManyAnswer,
    filters=False,
)


def answer_papers(view: Any, request: Request) -> Response:
    """The newest papers of each author until the answer is full. Raises ValidationError and Busy."""
    wanted = PapersOfManyShape(data=request.data)
    wanted.is_valid(raise_exception=True)
    said = wanted.validated_data
    view.expanded = []
    view.read_selection(said["fields"], said["omit"])
    with slot():
        return Response(papers_of_many(view, said))


def papers_of_many(view: Any, said: dict[str, Any]) -> dict[str, Any]:
    ids = list(dict.fromkeys(said["ids"]))
    found = shown_authors(ids)
    papers_of = newest_papers({author.pk for author in found.values()}, said["papers_each"])
    authors: list[dict[str, Any]] = []
    rest: list[str] = []
    keys: dict[int, None] = {}
    for text in ids:
        if text not in found:
            continue
        author = found[text]
        theirs = papers_of[author.pk]
        if rest or (authors and len(keys.keys() | set(theirs)) > MOST_PAPERS):
            rest.append(text)
            continue
        keys |= dict.fromkeys(theirs)
        authors.append({"id": author.public_id, "paper_count": author.paper_count, "papers": theirs})
    papers = list(Paper.objects.visible().filter(pk__in=list(keys)))
    rows = dict(zip((paper.pk for paper in papers), papers_json(papers), strict=True))
    for row in authors:
        row["papers"] = [rows[pk]["identifier"] for pk in row["papers"] if pk in rows]
    return {
        "authors": authors,
        "papers": view.finished([rows[pk] for pk in keys if pk in rows]),
        "missing": [text for text in ids if text not in found],
        "rest": rest,
    }


def newest_papers(authors: set[int], each: int) -> dict[int, list[int]]:
    """By author the ids of the newest papers; one query."""
    claims = Authorship.objects.filter(author__in=authors, paper__is_deleted=False)
    place = Window(RowNumber(), partition_by=F("author_id"), order_by=[F("sort_day").desc(), F("paper_id").desc()])
    rows = claims.order_by().annotate(place=place).filter(place__lte=each).order_by("author_id", "place")
    found: dict[int, list[int]] = defaultdict(list)
    for author, paper in rows.values_list("author_id", "paper_id"):
        found[author].append(paper)
    return found
