"""Rows of similarity links that are shown, with what their evidence names, and of the builds that the tables name."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from papers.database import bulk
from papers.database.chunks import by_id
from papers.models import Build, Paper
from profiles.dataset.rows import Row, moment
from profiles.dataset.schema import STAGES
from profiles.models import Author, SimilarityLink


def builds() -> Iterator[Row]:
    named = SimilarityLink.objects.exclude(build=None).order_by().values_list("build", flat=True).distinct()
    latest = (Build.objects.latest_finished(stage) for stage in STAGES)
    wanted = {*named, *(build.pk for build in latest if build)}
    for build in Build.objects.filter(pk__in=wanted).order_by("pk"):
        yield {
            "number": build.pk,
            "stage": build.stage,
            "started_at": moment(build.started_at),
            "finished_at": moment(build.finished_at),
            "code_version": build.code_version,
            "parameters": build.parameters,
            "results": build.results,
        }


LINK = (
    "pk",
    "author__public_id",
    "other__public_id",
    "build_id",
    "score",
    "rank",
    "is_coauthor",
    "verdict",
    "note",
    "text",
)


def similarity_links() -> Iterator[Row]:
    """Links as plain rows, with evidence read by orjson: there are ten or twenty of each author."""
    shown = SimilarityLink.objects.shown().filter(author__is_listed=True)
    shown = shown.annotate(text=Cast("evidence", TextField()))
    for chunk in by_id(shown.values_list(*LINK, named=True)):
        evidence = [orjson.loads(text) for *_, text in chunk]
        persons = _shown_people({pk for found in evidence for pk in found.get("shared_coauthors", [])})
        pairs = [found.get("closest_papers") or {} for found in evidence]
        titles = _shown_papers({pair[side] for pair in pairs for side in ("mine", "theirs") if side in pair})
        for (_, author, other, build, score, rank, is_coauthor, verdict, note, _), found, pair in zip(
            chunk, evidence, pairs, strict=True
        ):
            mine, theirs = titles.get(pair.get("mine", 0)), titles.get(pair.get("theirs", 0))
            yield {
                "author": author,
                "other": other,
                "build": build,
                "score": score,
                "rank": rank,
                "is_coauthor": is_coauthor,
                "pinned": verdict == SimilarityLink.Verdict.PINNED,
                "note": note,
                "evidence": {
                    "parts": found.get("parts", []),
                    "shared_coauthors": [persons[pk] for pk in found.get("shared_coauthors", []) if pk in persons],
                    "shared_categories": found.get("shared_categories", []),
                    "closest_papers": {"mine": mine, "theirs": theirs, "score": pair["score"]}
                    if mine and theirs
                    else None,
                },
            }


def _shown_people(ids: set[int]) -> dict[int, str]:
    rows = bulk.select(Author, ("id", "public_id", "is_hidden", "merged_into_id"), "id", ids)
    return {pk: public_id for pk, public_id, hidden, merged in rows if not hidden and merged is None}


def _shown_papers(ids: set[int]) -> dict[int, str]:
    rows = bulk.select(Paper, ("id", "identifier", "is_deleted"), "id", ids)
    return {pk: identifier for pk, identifier, is_deleted in rows if not is_deleted}
