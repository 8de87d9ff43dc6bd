"""Rows of the decisions that visitors may know of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from profiles.dataset.reading import Row, by_id, moment
from profiles.models import Author, Decision

# What people are called, called themselves before, and who is not to be seen: nobody's business, nor that it was decided.
NOT_PUBLIC = {
    Decision.Kind.SET_VISIBILITY, Decision.Kind.HIDE, Decision.Kind.RENAME, Decision.Kind.ADD_NAME, Decision.Kind.ADDRESS,
}  # fmt: skip


def public_decisions() -> QuerySet[Decision]:
    """Decisions that visitors may know of: about who wrote what and who is like whom, none about names."""
    kept_back = set(Decision.objects.filter(kind__in=NOT_PUBLIC).values_list("pk", flat=True))
    undone = kept_back
    while undone := set(Decision.objects.filter(undoes__in=undone).values_list("pk", flat=True)):
        kept_back |= undone
    return Decision.objects.exclude(pk__in=kept_back)


def decisions() -> Iterator[Row]:
    for chunk in by_id(public_decisions().prefetch_related("subjects")):
        named = {subject.public_id for decision in chunk for subject in decision.subjects.all()}
        shown = visible_ids(named)
        for decision in chunk:
            yield {
                "number": decision.pk,
                "kind": decision.kind,
                "made_at": moment(decision.made_at),
                "authors": sorted({subject.public_id for subject in decision.subjects.all()} & shown),
                "undoes": decision.undoes_id,
                "in_force": decision.is_in_force,
            }


def visible_ids(public_ids: Iterable[str]) -> set[str]:
    """Those of the public ids that lead somewhere: of visible authors and of those merged into one."""
    rows = Author.objects.filter(public_id__in=set(public_ids), is_hidden=False).select_related("merged_into")
    return {author.public_id for author in rows if author.merged_into is None or not author.merged_into.is_hidden}
