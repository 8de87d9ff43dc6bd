"""Whole records in the place of references, where an answer about similar authors is asked to `expand` them."""

from __future__ import annotations

from typing import Any

from papers.api.base import Rows
from papers.api.papers import papers_json
from papers.models import Paper
from papers.people import people


def expand_author(rows: Rows) -> None:
    """The author that each row names."""
    records = people().records({row["author"]["id"] for row in rows})
    for row in rows:
        row["author"].update(records.get(row["author"]["id"], {}))


def expand_evidence(rows: Rows) -> None:
    """The shared co-authors and the closest papers of each row's evidence."""
    found = [row["evidence"] for row in rows]
    records = people().records({person["id"] for evidence in found for person in evidence["shared_coauthors"]})
    for evidence in found:
        evidence["shared_coauthors"] = [records.get(one["id"], one) for one in evidence["shared_coauthors"]]
    references = [side for evidence in found for side in _sides(evidence)]
    wanted = Paper.objects.visible().filter(identifier__in={reference["identifier"] for reference in references})
    papers = {row["identifier"]: row for row in papers_json(list(wanted))}
    for reference in references:
        reference.update(papers.get(reference["identifier"], {}))


def _sides(evidence: dict[str, Any]) -> list[dict[str, Any]]:
    pair = evidence["closest_papers"]
    return [pair["mine"], pair["theirs"]] if pair else []
