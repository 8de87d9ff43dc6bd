"""A random sample of a list that the same seed gives again while the list stays the same."""

from __future__ import annotations

import random
from typing import Any

from django.db.models import Max, Min, QuerySet

from papers.http.limits import slot

FEW = 2_000  # a list of so many is drawn from whole
DRAWN_AT_ONCE = 500
MOST_DRAWS = 20_000


def sample(queryset: QuerySet[Any], size: int, seed: int) -> list[int]:
    """Primary keys of `size` different rows of the list, each as likely as any other, in random order.

    A long list is not read: numbers are drawn between the first and the last key and those kept that are in it. Only a list
    that is a small part of its table, which is nearly never met so, is read whole. Raises Busy.
    """
    dice = random.Random(seed)  # noqa: S311 drawn for a sample, nothing is kept secret by it
    whole = queryset.order_by()
    ids = list(whole.values_list("pk", flat=True).distinct()[: FEW + 1])
    if len(ids) > FEW:
        with slot():
            ends = (
                queryset.model._default_manager.aggregate(first=Min("pk")),
                queryset.model._default_manager.aggregate(last=Max("pk")),
            )
            found = _drawn(whole, size, dice, ends[0]["first"], ends[1]["last"])
            if len(found) == size:
                return found
            ids = list(whole.values_list("pk", flat=True).distinct())
    return dice.sample(sorted(ids), min(size, len(ids)))


def _drawn(whole: QuerySet[Any], size: int, dice: random.Random, first: int, last: int) -> list[int]:
    found: dict[int, None] = {}
    for _ in range(MOST_DRAWS // DRAWN_AT_ONCE):
        drawn = list(dict.fromkeys(dice.randint(first, last) for _ in range(DRAWN_AT_ONCE)))
        there = set(whole.filter(pk__in=drawn).values_list("pk", flat=True))
        found.update(dict.fromkeys(pk for pk in drawn if pk in there))
        if len(found) >= size:
            break
    return list(found)[:size]
