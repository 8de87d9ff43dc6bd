"""Authors for names that nobody bears yet."""

from __future__ import annotations

from collections.abc import Mapping

from papers.bylines import Name
from papers.database import bulk
from papers.database.changes import next_moment
from profiles.linking.identifiers import free_public_ids, free_slugs
from profiles.linking.matching import Key
from profiles.models import Author, IdentityKey
from profiles.names import best_name, sort_key


def create_authors(promised: Mapping[int, Key], forms: Mapping[int, set[Name]], site_key: str) -> dict[int, int]:
    """Store an author and a key for each promised number, under the best of its printed names; gives the ids by number."""
    if not promised:
        return {}
    numbers = dict(zip(promised, bulk.take_ids(Author, len(promised)), strict=True))
    names = {number: best_name(forms[number]) for number in promised}
    public_ids = free_public_ids([f"{key}#{n}" for key, n in promised.values()], site_key)
    slugs = free_slugs([(names[number].name, pid) for number, pid in zip(promised, public_ids, strict=True)])
    now = bulk.moment(next_moment(Author))
    repeated = {key for key, occurrence in promised.values() if occurrence > 1}
    rows = []
    for (number, (key, _)), pid, slug in zip(promised.items(), public_ids, slugs, strict=True):
        name = names[number]
        rows.append(
            (
                numbers[number],
                pid,
                slug,
                name.name,
                name.forenames,
                name.surname,
                name.suffix,
                sort_key(name),
                False,
                "name-only",
                "",
                "",
                False,
                key in repeated,
                0,
                0,
                "{}",
                "[]",
                True,
                now,
                now,
            )
        )
    columns = (
        "id",
        "public_id",
        "slug",
        "name",
        "forenames",
        "surname",
        "suffix",
        "sort_key",
        "name_decided_by_human",
        "standing",
        "affiliation",
        "bio",
        "is_hidden",
        "shares_name_on_a_paper",
        "paper_count",
        "coauthor_count",
        "statistics",
        "hidden_forms",
        "statistics_are_stale",
        "created_at",
        "modified_at",
    )
    bulk.insert(Author, columns, rows)
    bulk.insert(
        IdentityKey,
        ("key", "occurrence", "author_id", "candidates", "decided_by_human"),
        [(*key, numbers[number], "[]", False) for number, key in promised.items()],
    )
    if repeated:
        Author.objects.filter(identity_keys__key__in=repeated, shares_name_on_a_paper=False).update(
            shares_name_on_a_paper=True
        )
    return numbers
