"""What is in the database, as plain values that tests compare whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction

from profiles.models import Author, AuthorName, Authorship

T = TypeVar("T")


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every row of the site's tables: equal if and only if nothing was written."""
    return {
        model._meta.label: [tuple(map(plain, row)) for row in model.objects.order_by("pk").values_list()]
        for app in ("papers", "profiles")
        for model in apps.get_app_config(app).get_models()
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def linked() -> dict[str, set[tuple[str, int | None]]]:
    """By public id the papers of each author and the place in their bylines."""
    found: dict[str, set[tuple[str, int | None]]] = {pid: set() for pid in public_ids()}
    for pid, paper, position in Authorship.objects.values_list("author__public_id", "paper__identifier", "position"):
        found[pid].add((paper, position))
    return found


def by_name() -> dict[str, set[tuple[str, int | None]]]:
    """The same by the name that is shown; two authors of one name are told apart by a number, most papers first."""
    names = dict(Author.objects.values_list("public_id", "name"))
    found: dict[str, set[tuple[str, int | None]]] = {}
    for pid, places in sorted(linked().items(), key=lambda item: (-len(item[1]), sorted(item[1], key=str))):
        name, number = names[pid], 1
        while name in found:
            number += 1
            name = f"{names[pid]} {number}"
        found[name] = places
    return found


def names() -> dict[str, tuple[str, str, list[str], bool]]:
    """By public id: the name shown, its sort key, all names, and whether a paper prints it twice."""
    others: dict[str, list[str]] = defaultdict(list)
    for pid, name in AuthorName.objects.order_by("name").values_list("author__public_id", "name"):
        others[pid].append(name)
    rows = Author.objects.values_list("public_id", "name", "sort_key", "shares_name_on_a_paper")
    return {pid: (name, key, sorted(others[pid]), shares) for pid, name, key, shares in rows}


def public_ids() -> list[str]:
    return list(Author.objects.order_by("public_id").values_list("public_id", flat=True))


def slugs() -> dict[str, str]:
    return dict(Author.objects.values_list("public_id", "slug"))


def figures() -> dict[str, tuple[Any, ...]]:
    """By public id the kept figures and subjects; which of equal co-authors is before which depends on ids."""
    subjects: dict[str, dict[str, int]] = defaultdict(dict)
    found = {}
    for author in Author.objects.prefetch_related("category_counts__category"):
        subjects[author.public_id] = {row.category.code: row.papers for row in author.category_counts.all()}
        kept = {**author.statistics, "coauthors": sorted(map(tuple, author.statistics.get("coauthors", [])))}
        found[author.public_id] = (
            author.paper_count,
            author.coauthor_count,
            author.first_year,
            author.last_year,
            kept,
            subjects[author.public_id],
        )
    return found


def in_a_site_of_its_own(make: Callable[[], T]) -> T:
    """What `make` gives; what it did to the database is undone."""
    with transaction.atomic():
        answer = make()
        transaction.set_rollback(True)
    return answer
