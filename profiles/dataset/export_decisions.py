"""Rows of the decisions that visitors may know of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papers.database.chunks import by_id
from profiles.dataset.rows import Row, moment
from profiles.models import Author, Decision


def decisions() -> Iterator[Row]:
    for chunk in by_id(Decision.objects.public().prefetch_related("subjects", "papers")):
        named = {subject.public_id for decision in chunk for subject in decision.subjects.all()}
        shown = visible_ids(named)
        for decision in chunk:
            yield {
                "number": decision.pk,
                "kind": decision.kind,
                "made_at": moment(decision.made_at),
                "authors": sorted({subject.public_id for subject in decision.subjects.all()} & shown),
                "papers": sorted(paper.identifier for paper in decision.papers.all()),
                "undoes": decision.undoes_id,
                "in_force": decision.is_in_force,
            }


def visible_ids(public_ids: Iterable[str]) -> set[str]:
    """Those of the public ids that lead somewhere: of visible authors and of those merged into one."""
    named = Author.objects.filter(public_id__in=set(public_ids))
    return set(named.exclude(pk__in=named.kept_from_visitors()).values_list("public_id", flat=True))
