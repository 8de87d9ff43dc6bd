"""Names: the preferred one, further ones, and which are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from papers.bylines import Name
from papers.text.folding import squeezed
from profiles.curation.acts.base import (
    MATCH_ONLY,
    PUBLIC,
    ActContext,
    Kind,
    fresh,
    label,
    merged_into_any,
    parsed,
    without_suffix,
)
from profiles.curation.acts.slugs import retire_addresses
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Invalid, Refused, check_present, check_text
from profiles.linking.matching import key_of
from profiles.models import (
    Author,
    AuthorName,
    IdentityKey,
)
from profiles.names import sort_key


@dataclass(frozen=True, slots=True)
class Rename:
    """The preferred name is this one; the one before stays as another name."""

    author: Author
    name: Name
    kind: Kind = field(default=Kind.RENAME, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        return f"Rename {label(self.author)}"

    def check(self) -> None:
        author = fresh(self.author)
        check_present(author)
        name, surname = self.name.name, self.name.surname
        if name != author.name:
            parsed(name)
        if not any(map(str.isalpha, surname)):
            raise Invalid("A surname has letters.", "surname")
        if (name, surname) != (author.name, author.surname):
            check_text("surname", surname)
            if not f" {without_suffix(self.name)}".endswith(f" {surname}"):
                raise Invalid("The name does not end with it.", "surname")
        if is_one_of(name, hidden_names(author)):
            raise Refused("This is a match-only name, which is shown nowhere. Make it public first.", "name")

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.author)
        give_name(author, self.name)
        AuthorName.objects.update_or_create(author=author, name=self.name.name, defaults={"decided_by_human": True})


@dataclass(frozen=True, slots=True)
class AddName:
    """A further name. New papers under it go to the author, unless it already leads to somebody."""

    author: Author
    name: Name
    visibility: str = PUBLIC
    kind: Kind = field(default=Kind.ADD_NAME, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk}, keys={key_of(self.name)})

    @property
    def summary(self) -> str:
        return f"Add a {'public' if self.visibility == PUBLIC else 'match-only'} name to {label(self.author)}"

    def check(self) -> None:
        author = fresh(self.author)
        check_present(author)
        if author.names.filter(name=self.name.name).exists():
            raise Refused(f"{author} has this name already.", "name")
        if self.visibility == PUBLIC and is_one_of(self.name.name, hidden_names(author)):
            raise Refused("This is a match-only name in other letters.", "name")
        if self.visibility == MATCH_ONLY and squeezed(author.name) == squeezed(self.name.name):
            raise Refused("This is the preferred name in other letters: rename the author first.", "name")

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.author)
        AuthorName.objects.create(author=author, name=self.name.name, visibility=self.visibility, decided_by_human=True)
        if not IdentityKey.objects.filter(key=key_of(self.name)).exists():
            IdentityKey.objects.create(author=author, key=key_of(self.name), decided_by_human=True)


@dataclass(frozen=True, slots=True)
class SetVisibility:
    """A name, in whatever letters, is public or match-only: used for matching and shown nowhere.

    Papers that print a match-only name show the preferred one, unless `as_printed`. An address that spells it is retired.
    """

    author: Author
    name: str
    visibility: str
    as_printed: bool = False
    retire_addresses: bool = True
    kind: Kind = field(default=Kind.SET_VISIBILITY, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk} | merged_into_any({self.author.pk}))

    @property
    def summary(self) -> str:
        verb = "Show" if self.visibility == PUBLIC else "Hide"
        return f"{verb} a name of {label(self.author)}"

    def check(self) -> None:
        author = fresh(self.author)
        check_present(author)
        if not self._rows(author):
            raise Refused(f"{author} has no such name.", "name")
        if self.visibility == MATCH_ONLY and squeezed(author.name) == squeezed(self.name):
            raise Refused("This is the preferred name: rename the author first.", "name")

    def _rows(self, author: Author) -> list[int]:
        """The ids of the author's names that are this one in whatever letters."""
        return [row.pk for row in author.names.all() if squeezed(row.name) == squeezed(self.name)]

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.author)
        AuthorName.objects.filter(pk__in=self._rows(author)).update(
            visibility=self.visibility,
            decided_by_human=True,
            shown_as_printed=self.visibility == MATCH_ONLY and self.as_printed,
        )
        if self.visibility == MATCH_ONLY and self.retire_addresses:
            for one in [author, *Author.objects.filter(merged_into=author)]:
                retire_addresses(one, [self.name])


def give_name(author: Author, name: Name) -> None:
    """Make the name the one that is shown, by a human's decision."""
    Author.objects.filter(pk=author.pk).update(
        name=name.name,
        forenames=name.forenames,
        surname=name.surname,
        suffix=name.suffix,
        sort_key=sort_key(name),
        name_decided_by_human=True,
    )


def learn_name(author: Author, name: Name | None, giver: Author) -> None:
    """The name that a paper prints becomes one of the author's, as hidden as it was with whom the paper comes from."""
    if name is None or author.names.filter(name=name.name).exists():
        return
    hidden = [*hidden_names(author), *hidden_names(giver)]
    visibility = MATCH_ONLY if is_one_of(name.name, hidden) and name.name != author.name else PUBLIC
    AuthorName.objects.create(author=author, name=name.name, visibility=visibility, decided_by_human=True)


def hidden_names(author: Author) -> list[str]:
    """The author's names that are shown nowhere."""
    return list(author.names.filter(visibility=MATCH_ONLY).values_list("name", flat=True))


def is_one_of(name: str, names: Sequence[str]) -> bool:
    """Whether the name is one of these, in whatever letters."""
    return squeezed(name) in {squeezed(other) for other in names}
