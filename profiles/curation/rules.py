"""Rules for curators' decisions, each in a sentence that the curator reads."""

from __future__ import annotations

from typing import NamedTuple

from papers.text.control_characters import UNWRITABLE
from papers.text.folding import fold
from papers.text.plain_text import plain_text
from profiles.models import Author, AuthorIdentifier, Authorship, DistinctPair

# Characters that a curator may write into a field.
LONGEST = {
    "name": 255,
    "surname": 255,
    "slug": 120,
    "value": 500,
    "affiliation": 500,
    "bio": 20_000,
    "note": 500,
    "reason": 5_000,
}


class Refused(ValueError):
    """An act that would contradict what is here; the message says what stands in its way, `field` which value of the act.

    `see` is the address of the page that stands in its way, if there is one.
    """

    def __init__(self, message: str, field: str = "", see: str = ""):
        super().__init__(message)
        self.field = field
        self.see = see


class Invalid(Refused):
    """A value that its field can't have, whatever is here."""


def pair(one: Author, two: Author) -> tuple[int, int]:
    """The ids of two authors in the order in which pairs are kept."""
    return (one.pk, two.pk) if one.pk < two.pk else (two.pk, one.pk)


def shared_papers(one: Author, two: Author) -> list[int]:
    """Ids of the papers that have a place for both."""
    mine = Authorship.objects.filter(author=one).values("paper")
    return sorted(Authorship.objects.filter(author=two, paper__in=mine).values_list("paper_id", flat=True))


def check_text(field: str, text: str) -> None:
    """Raises Invalid for a text that is too long for the field, or that no page could show."""
    if len(text) > LONGEST[field]:
        raise Invalid(f"Ensure this field has no more than {LONGEST[field]} characters.", field)
    if UNWRITABLE.search(text):
        raise Invalid("This has control characters.", field)


def check_merge(loser: Author, survivor: Author, *, override: bool) -> None:
    """Raises Refused where the two can't be one person; `override` lets a shared paper pass, nothing else."""
    if loser.pk == survivor.pk:
        raise Refused(f"{survivor} can't be merged with themselves.")
    for author in (loser, survivor):
        if author.merged_into_id:
            raise Refused(f"{author} ({author.public_id}) was merged already.")
    one, two = pair(loser, survivor)
    if DistinctPair.objects.filter(one=one, two=two).exists():
        raise Refused(
            f"Somebody decided that {loser} and {survivor} are not the same person. Undo that decision first."
        )
    orcids = AuthorIdentifier.objects.filter(scheme="orcid", author__in=(loser, survivor))
    if orcids.values("author").distinct().count() == 2:
        raise Refused(f"{loser} and {survivor} have different ORCIDs.")
    if not override and (shared := shared_papers(loser, survivor)):
        papers = "a paper" if len(shared) == 1 else f"{len(shared)} papers"
        raise Refused(f"{loser} and {survivor} are both on {papers}, so they are two people.")


def check_present(author: Author) -> None:
    """Raises Refused for an author who was merged into another."""
    if author.merged_into_id:
        raise Refused(f"{author} ({author.public_id}) was merged into {author.merged_into}.")


def check_places(to: Author, papers: list[int]) -> None:
    """Raises Refused if the author already has a place on one of the papers."""
    taken = Authorship.objects.filter(author=to, paper__in=papers).select_related("paper").first()
    if taken:
        raise Refused(f"{to} already has a place on “{plain_text(taken.paper.title)}”.", "author")


class MergeDirection(NamedTuple):
    """Which of two records goes into which."""

    gone: Author
    kept: Author


def merge_direction(one: Author, two: Author) -> MergeDirection:
    """The direction of a merge of two records of one person: kept is who is better known, has the fuller name, more papers."""

    def worth(author: Author) -> tuple[object, ...]:
        initials = all(len(token) == 1 for token in fold(author.forenames).split())
        return Author.Standing(author.standing).rank, not initials, author.paper_count, -author.pk

    return MergeDirection(gone=two, kept=one) if worth(one) > worth(two) else MergeDirection(gone=one, kept=two)
