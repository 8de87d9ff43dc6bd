"""What every act is and knows: who decides, and the sentence in which an author is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from papers.bylines import Name, parse_name
from profiles.curation.row_changes import Scope
from profiles.lookup import survivor
from profiles.models import (
    Author,
    AuthorName,
    Authorship,
    Decision,
)

Kind = Decision.Kind
MATCH_ONLY = AuthorName.Visibility.MATCH_ONLY
PUBLIC = AuthorName.Visibility.PUBLIC


@dataclass(frozen=True, slots=True)
class ActContext:
    """Who decides, and when."""

    user: Any
    moment: datetime

    @property
    def claim(self) -> dict[str, Any]:
        """what an authorship says when this user decided it."""
        return {
            "basis": Authorship.Basis.CURATOR,
            "decided_by_human": True,
            "decided_by": self.user,
            "decided_at": self.moment,
        }


class Act(Protocol):
    @property
    def kind(self) -> Kind: ...

    @property
    def scope(self) -> Scope:
        """What the act may touch, beside authors that it makes."""
        ...

    @property
    def summary(self) -> str: ...

    def apply(self, context: ActContext) -> None:
        """Change the rows; raises Refused."""
        ...


def label(author: Author) -> str:
    return f"{author.name} ({author.public_id})"


def fresh(author: Author) -> Author:
    """The author as stored now: what the curator's page was made from may be old."""
    return Author.objects.select_related("merged_into").get(pk=author.pk)


def present(author: Author) -> Author:
    """Whom the author is now; one whose merges lead to nobody stays what it is, and every rule of merging refuses it."""
    author = fresh(author)
    return survivor(author) or author


def merged_into_any(authors: set[int]) -> set[int]:
    return set(Author.objects.filter(merged_into__in=authors).values_list("pk", flat=True))


def name_of(author: Author) -> Name:
    return Name(author.name, author.forenames, author.surname, author.suffix)


def parsed(text: str) -> Name:
    """The name that a curator typed; raises ValueError, with a sentence, if it is none."""
    try:
        return parse_name(" ".join(text.split()))
    except ValueError as error:
        raise ValueError(f"{text[:80]!r} can't be a person's name.") from error


def with_surname(name: Name, surname: str) -> Name:
    """The name with this surname, which may be more than its last word; raises ValueError if it does not end with it."""
    surname = " ".join(surname.split())
    if not surname:
        return name
    if not f" {name.name}".endswith(f" {surname}"):
        raise ValueError("The name does not end with it.")
    return Name(name.name, name.name.removesuffix(surname).strip(), surname, name.suffix)
