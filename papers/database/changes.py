"""Moments of change of papers' public records: harvesters, mirrors and dumps ask for what came after one.

The import stamps what it writes. What changes a record without a word of its source, such as a name that is hidden from now
on, says so by `touch`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Model, OuterRef, Subquery
from django.utils import timezone

from papers.database import bulk
from papers.models import EarlierIdentifier, Paper, PaperCategory


def next_moment(*models: type[Model]) -> datetime:
    """The moment of a change of rows of these tables (`modified_at`): now, but always after every change before.

    Where the clock was set back, whoever asks for what came after a moment misses nothing for it. Call it in a transaction
    of papers.database.bulk.one_writer.
    """
    last = (
        model._default_manager.order_by("-modified_at").values_list("modified_at", flat=True).first()
        for model in models
    )
    moments: list[datetime] = [timezone.now(), *(moment + timedelta(microseconds=1) for moment in last if moment)]
    return max(moments)


def moment_of_record() -> Any:
    """The same for a record that is given out, of a paper or of an identifier it once had, as `bulk.moment` makes it."""
    return bulk.moment(next_moment(Paper, EarlierIdentifier))


def touch(paper_ids: Iterable[int]) -> None:
    """Stamp these papers as changed now, inside the caller's transaction."""
    ids = sorted(set(paper_ids))
    if not ids:
        return
    now = moment_of_record()
    bulk.update(Paper, ("modified_at",), [(now, pk) for pk in ids])
    stamp_lists(ids, now)


def stamp_lists(paper_ids: Collection[int], moment: Any) -> None:
    """Give the memberships of these papers the moment (as `bulk.moment` makes it) at which their papers changed."""
    memberships = [row[0] for row in bulk.select(PaperCategory, ("id",), "paper_id", paper_ids)]
    bulk.update(PaperCategory, ("changed_at",), [(moment, pk) for pk in memberships])


def repair() -> int:
    """Give memberships their papers' moments where rows came in by another way than the import; gives how many had others."""
    moment = Paper.objects.filter(pk=OuterRef("paper")).values("modified_at")
    wrong = PaperCategory.objects.exclude(changed_at=F("paper__modified_at"))
    return PaperCategory.objects.filter(pk__in=wrong.values("pk")).update(changed_at=Subquery(moment))
