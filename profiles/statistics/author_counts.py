"""Counts of listed authors of each kind, kept, so that the list of authors can be narrowed without counting them.

`bring_up_to_date` counts everybody in two statements, in the transaction that ends a run of counting; a decision moves those
it concerns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from papers.database import bulk
from profiles.models import Author, AuthorCategory, AuthorCount

STEPS = (1, 2, 5, 10, 20, 50, 100)  # "so many papers or more" as one can choose it

Kind = tuple[int | None, str, int, int]  # category id (None: all), standing, year of the latest paper, step of papers
Places = dict[int, Counter[Kind]]  # by author where one is counted; those who are not listed nowhere
COLUMNS = ("category_id", "standing", "last_year", "papers")
KIND = ("kind_standing", "kind_year", "kind_step")


def bring_up_to_date() -> None:
    """Make the kept counts true; writes only what differs."""
    with bulk.one_writer():
        _write({kind: true for kind, _kept, true in differences()})


def of(author_ids: Iterable[int]) -> Places:
    """Where these authors are counted now; two queries."""
    found: Places = {pk: Counter() for pk in author_ids}
    authors = Author.objects.listed().filter(pk__in=list(found)).order_by()
    for pk, *kind in _with_kind(authors, "").values_list("pk", *KIND):
        found[pk][cast(Kind, (None, *kind))] += 1
    claims = AuthorCategory.objects.filter(author__in=list(found), author__is_listed=True).order_by()
    for pk, *kind in _with_kind(claims, "author__").values_list("author_id", "category_id", *KIND):
        found[pk][cast(Kind, tuple(kind))] += 1
    return found


def move(before: Places, after: Places) -> None:
    """Count these authors where they are now and no longer where they were. Call it in the transaction that changed them."""
    by: Counter[Kind] = Counter()
    for places, sign in ((before, -1), (after, 1)):
        for kinds in places.values():
            for kind in kinds:
                by[kind] += sign
    changed = {kind: n for kind, n in by.items() if n}
    if changed:
        kept = _stored_counts()
        _write({kind: kept.get(kind, 0) + n for kind, n in changed.items()})


def differences() -> list[tuple[Kind, int, int]]:
    """Where kept and true counts differ: (kind, kept, true); empty when all is well."""
    kept, true = _stored_counts(), recount()
    return [
        (kind, kept.get(kind, 0), true.get(kind, 0))
        for kind in sorted(kept.keys() | true.keys(), key=repr)
        if kept.get(kind, 0) != true.get(kind, 0)
    ]


def recount() -> dict[Kind, int]:
    """The counts as the authors themselves give them."""
    of_site = _with_kind(Author.objects.listed().order_by(), "").values_list(*KIND)
    claims = AuthorCategory.objects.filter(author__is_listed=True).order_by()
    of_categories = _with_kind(claims, "author__").values_list("category_id", *KIND)
    return {
        **{cast(Kind, (None, *kind)): n for *kind, n in of_site.annotate(n=Count("pk"))},
        **{cast(Kind, tuple(kind)): n for *kind, n in of_categories.annotate(n=Count("pk"))},
    }


def _stored_counts() -> dict[Kind, int]:
    rows = AuthorCount.objects.order_by().values_list(*COLUMNS, "authors")
    return {cast(Kind, tuple(kind)): n for *kind, n in rows}


def _write(counts: Mapping[Kind, int]) -> None:
    by_place: dict[tuple[int | None, str], list[tuple[int, int]]] = defaultdict(list)
    for category, standing, year, step in counts:
        by_place[category, standing].append((year, step))
    for (category, standing), kinds in by_place.items():
        rows = AuthorCount.objects.filter(category=category, standing=standing).order_by()
        gone = [pk for pk, *kind in rows.values_list("pk", "last_year", "papers") if tuple(kind) in set(kinds)]
        bulk.delete(AuthorCount, "id", gone)
    bulk.insert(AuthorCount, (*COLUMNS, "authors"), [(*kind, n) for kind, n in counts.items() if n > 0])


def _with_kind(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    """The rows with the kind of their author in columns named alike; `prefix` leads to the author."""
    count = f"{prefix}paper_count__gte"
    steps = [When(**{count: step}, then=Value(step)) for step in sorted(STEPS, reverse=True)]
    with_kind: QuerySet[Any] = rows.annotate(
        kind_standing=F(f"{prefix}standing"),
        kind_year=Coalesce(f"{prefix}last_year", 0),
        kind_step=Case(*steps, default=Value(0), output_field=IntegerField()),
    )
    return with_kind
