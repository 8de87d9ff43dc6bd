"""Addresses of profiles: changed, retired, and those that spell a hidden name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from papers.field_rules import RESERVED_SLUGS
from profiles.curation.acts.base import ActContext, Kind, fresh, label
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Invalid, Refused, check_present, check_text
from profiles.linking.identifiers import free_slugs
from profiles.models import (
    Author,
    EarlierSlug,
)
from profiles.names import slug_for

MADE_OF = "An address is made of small Latin letters, digits and hyphens."


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """The profile's address is this; the one before leads to it, or is gone for good where it is retired."""

    author: Author
    slug: str
    retire: bool = False
    kind: Kind = field(default=Kind.ADDRESS, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        return f"Change the address of {label(self.author)}"

    def check(self) -> None:
        author = fresh(self.author)
        check_present(author)
        if self.slug == author.slug:
            raise Refused("This is the address already.", "slug")
        check_text("slug", self.slug)
        if self.slug != slug_for(self.slug):
            raise Invalid(MADE_OF, "slug")
        if self.slug in RESERVED_SLUGS:
            raise Invalid("This address is the site's own.", "slug")
        if Author.objects.filter(public_id=self.slug).exclude(pk=author.pk).exists():
            raise Refused("This is another author's public id.", "slug")
        taken = EarlierSlug.objects.filter(slug=self.slug)
        if taken.exclude(author=author).exists() or Author.objects.filter(slug=self.slug).exists():
            raise Refused("This address is, or once was, another author's.", "slug")
        if taken.filter(is_retired=True).exists():
            raise Refused("This address was retired: it spells a hidden name.", "slug")

    def apply(self, context: ActContext) -> None:
        self.check()
        EarlierSlug.objects.filter(slug=self.slug).delete()
        _move_address(fresh(self.author), self.slug, retire=self.retire)


@dataclass(frozen=True, slots=True)
class RetireAddress:
    """An earlier address answers "gone" for ever, or leads to the profile again."""

    earlier: EarlierSlug
    is_retired: bool = True
    kind: Kind = field(default=Kind.ADDRESS, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.earlier.author_id})

    @property
    def summary(self) -> str:
        return f"{'Retire' if self.is_retired else 'Revive'} an earlier address of {label(self.earlier.author)}"

    def check(self) -> None:
        """Any earlier address may be retired, and any retired one may lead to the profile again."""

    def apply(self, context: ActContext) -> None:
        EarlierSlug.objects.filter(pk=self.earlier.pk).update(is_retired=self.is_retired)


def _spells(slug: str, names: Sequence[str]) -> bool:
    return re.sub(r"-\d+$", "", slug) in {slug_for(name) for name in names}


def retire_addresses(author: Author, hidden: Sequence[str]) -> None:
    """Addresses of the author that spell one of the hidden names answer "gone" from now on."""
    for earlier in author.earlier_slugs.filter(is_retired=False):
        if _spells(earlier.slug, hidden):
            EarlierSlug.objects.filter(pk=earlier.pk).update(is_retired=True)
    author = fresh(author)
    if _spells(author.slug, hidden):
        shown = author.merged_into or author
        [slug] = free_slugs([(author.public_id if author.merged_into else shown.name, author.public_id)])
        if _spells(slug, hidden):
            slug = author.public_id
        _move_address(author, slug, retire=True)


def _move_address(author: Author, slug: str, *, retire: bool) -> None:
    before = author.slug
    Author.objects.filter(pk=author.pk).update(slug=slug)
    EarlierSlug.objects.create(slug=before, author=author, is_retired=retire)
