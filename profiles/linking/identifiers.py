"""Permanent ids and addresses that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from papers.database import bulk
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
    slugs: list[str] = []
    further: dict[str, Iterator[str]] = {}  # by the first address wanted, so that namesakes don't begin again
    for (name, pid), slug in zip(wanted, first, strict=True):
        if slug in taken:
            if slug not in further:
                further[slug] = _free_slugs(name, pid, taken)
            slug = next(further[slug])
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _free_slugs(name: str, pid: str, taken: set[str]) -> Iterator[str]:
    """Addresses that are nobody's and not in `taken`, best first, without end; asked for in larger and larger portions."""
    candidates, size = iter(slugs_for(name, pid)), 50
    while True:
        portion = list(islice(candidates, size))
        used = {row[0] for model in (Author, EarlierSlug) for row in bulk.select(model, ("slug",), "slug", portion)}
        yield from (slug for slug in portion if slug not in used and slug not in taken)
        size = min(2 * size, 5_000)
