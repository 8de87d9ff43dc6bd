"""Permanent ids and addresses that nobody else has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from papers import bulk
from profiles.models import Author, EarlierSlug
from profiles.names import public_id, slugs_for


def free_public_ids(identities: Sequence[str], site_key: str) -> list[str]:
    """A public id for each identity that no author has."""
    found = [public_id(site_key, identity) for identity in identities]
    taken = {row[0] for row in bulk.select(Author, ("public_id",), "public_id", found)}
    for place, identity in enumerate(identities):
        attempt = 0
        while found[place] in taken:
            attempt += 1
            found[place] = public_id(site_key, identity, attempt)
            if Author.objects.filter(public_id=found[place]).exists():
                taken.add(found[place])
        taken.add(found[place])
    return found


def free_slugs(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """An address for each (name, public id) that is nobody's, now or earlier."""
    first = [next(iter(slugs_for(name, pid))) for name, pid in wanted]
    taken = {row[0] for model in (Author, EarlierSlug) for row in bulk.select(model, ("slug",), "slug", first)}
    slugs = []
    for (name, pid), slug in zip(wanted, first, strict=True):
        if slug in taken:
            slug = _next_free_slug(name, pid, taken)
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _next_free_slug(name: str, pid: str, taken: set[str]) -> str:
    candidates = iter(slugs_for(name, pid))
    while chunk := list(islice(candidates, 50)):
        used = set(Author.objects.filter(slug__in=chunk).values_list("slug", flat=True))
        used |= set(EarlierSlug.objects.filter(slug__in=chunk).values_list("slug", flat=True))
        for slug in chunk:
            if slug not in used and slug not in taken:
                return slug
    raise AssertionError("slugs_for never ends")
