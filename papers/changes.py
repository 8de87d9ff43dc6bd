"""When a paper's public record last changed: harvesters, mirrors and dumps ask for what came after a moment.

The import stamps what it writes. What changes a record without a word of its source, such as a name that is hidden from now
on, says so by `touch`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from papers import bulk
from papers.models import Paper, PaperCategory


def touch(paper_ids: Iterable[int]) -> None:
    """Stamp these papers as changed now, inside the caller's transaction."""
    ids = sorted(set(paper_ids))
    if not ids:
        return
    now = bulk.moment(timezone.now())
    bulk.update(Paper, ("modified_at",), [(now, pk) for pk in ids])
    stamp_lists(ids, now)


def stamp_lists(paper_ids: Collection[int], moment: Any) -> None:
    """Give the memberships of these papers the moment (as papers.bulk.moment makes it) at which their papers changed."""
    memberships = [row[0] for row in bulk.select(PaperCategory, ("id",), "paper_id", paper_ids)]
    bulk.update(PaperCategory, ("changed_at",), [(moment, pk) for pk in memberships])


def repair() -> int:
    """Give memberships their papers' moments where rows came in by another way than the import; gives how many had others."""
    moment = Paper.objects.filter(pk=OuterRef("paper")).values("modified_at")
    wrong = PaperCategory.objects.exclude(changed_at=F("paper__modified_at"))
    return PaperCategory.objects.filter(pk__in=wrong.values("pk")).update(changed_at=Subquery(moment))
