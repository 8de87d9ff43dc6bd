"""The base of all acts: who decides, and the sentence in which an author is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from papers.bylines import Name, parse_name
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Invalid, check_text
from profiles.lookup import find_record, survivor
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
    """Who decides, when, and the number of the decision; `papers_made` are those that the act makes."""

    user: Any
    moment: datetime
    number: int
    papers_made: set[int] = field(default_factory=set)

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

    def check(self) -> None:
        """Raises Refused where a rule forbids the act, Invalid where one of its values is impossible; changes nothing."""
        ...

    def apply(self, context: ActContext) -> None:
        """Change the rows, after `check`; raises what that raises."""
        ...


def label(author: Author) -> str:
    """The author as sentences of decisions name them: name and public id."""
    return f"{author.name} ({author.public_id})"


def fresh(author: Author) -> Author:
    """The author as stored now: what the curator's page was made from may be old."""
    return Author.objects.select_related("merged_into").get(pk=author.pk)


def present(author: Author) -> Author:
    """Whom the author is now; one whose merges lead to nobody stays what it is, and every rule of merging refuses it."""
    author = fresh(author)
    return survivor(author) or author


def merged_into_any(authors: set[int]) -> set[int]:
    """Ids of the records that were merged into one of these."""
    return set(Author.objects.filter(merged_into__in=authors).values_list("pk", flat=True))


def name_of(author: Author) -> Name:
    """The author's shown name in its parts."""
    return Name(author.name, author.forenames, author.surname, author.suffix)


def parsed(text: str) -> Name:
    """The name that a curator typed; raises Invalid if it is none."""
    check_text("name", text)
    try:
        return parse_name(" ".join(text.split()))
    except ValueError as error:
        raise Invalid(f"{text[:80]!r} can't be a person's name.", "name") from error


def named_author(text: str) -> Author:
    """The author whom a curator named by address, page, public id or ORCID; raises Invalid if there is none.

    A merged one by public id is that record itself.
    """
    text = text.strip().rstrip("/").rsplit("/", 1)[-1]
    author = find_record(text)
    if author is None:
        raise Invalid(f"There is no author {text[:60]!r}.")
    return author


def with_surname(name: Name, surname: str) -> Name:
    """The name with this surname, which may be more than its last word; Rename checks that the name ends with it."""
    surname = " ".join(surname.split())
    if not surname:
        return name
    return Name(name.name, without_suffix(name).removesuffix(surname).strip(), surname, name.suffix)


def without_suffix(name: Name) -> str:
    """Forenames and surname."""
    return name.name.removesuffix(f" {name.suffix}") if name.suffix else name.name
