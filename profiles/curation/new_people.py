"""People and claims that no byline gives: made by a curator, or by the seed."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction

from papers.bylines import Name
from papers.database.changes import next_moment
from papers.models import Paper
from profiles import search
from profiles.curation.rules import Refused
from profiles.linking.identifiers import free_public_ids, free_slugs
from profiles.linking.matching import key_of
from profiles.models import Author, AuthorName, Authorship, IdentityKey
from profiles.names import sort_key


@transaction.atomic
def add_person(name: Name, other_names: Sequence[Name] = (), *, site_key: str | None = None) -> Author:
    """A curated author under whom papers printed under any of the names will be linked, all names public.

    Raises Refused if one of the names already leads to somebody.
    """
    names = list(dict.fromkeys([name, *other_names]))
    keys = list(dict.fromkeys(key_of(each) for each in names))
    taken = IdentityKey.objects.filter(key__in=keys).select_related("author").first()
    if taken and taken.author is None:
        raise Refused(f"The name behind {taken.key!r} was split between several people and matches nobody.")
    if taken and taken.author:
        raise Refused(f"Papers under {taken.key!r} already go to {taken.author} ({taken.author.public_id}).")
    [public_id] = free_public_ids([f"{keys[0]}#1"], site_key or settings.SECRET_KEY)
    [slug] = free_slugs([(name.name, public_id)])
    author = Author.objects.create(
        public_id=public_id,
        slug=slug,
        name=name.name,
        forenames=name.forenames,
        surname=name.surname,
        suffix=name.suffix,
        sort_key=sort_key(name),
        name_decided_by_human=True,
        standing=Author.Standing.CURATED,
        modified_at=next_moment(Author),
    )
    AuthorName.objects.bulk_create(AuthorName(author=author, name=each.name, decided_by_human=True) for each in names)
    IdentityKey.objects.bulk_create(IdentityKey(author=author, key=key, decided_by_human=True) for key in keys)
    search.index_authors(connection, [author.pk])
    return author


@transaction.atomic
def claim_without_position(paper: Paper, author: Author) -> Authorship:
    """The claim that a source's profile page lists this paper for the author, whose place in the byline nobody knows."""
    found, _created = Authorship.objects.get_or_create(
        paper=paper,
        author=author,
        defaults={
            "basis": Authorship.Basis.LISTING,
            "decided_by_human": True,
            "decided_at": paper.read_at,
            "sort_day": paper.sort_day,
        },
    )
    Author.objects.filter(pk=author.pk).update(statistics_are_stale=True, modified_at=next_moment(Author))
    return found
