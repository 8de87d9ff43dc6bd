"""The questions this site asks about people, each under the name that pages, feeds and API use for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

if TYPE_CHECKING:
    from profiles.models import (  # noqa: F401 named in strings below
        Author,
        Authorship,
        Decision,
        DecisionSubject,
        DuplicateSuggestion,
        SimilarityLink,
    )


class LastOf(models.Func):
    """The id of the last row of a chain, where `column` of each row names the next; null for a chain without an end."""

    output_field = models.BigIntegerField()
    template = (
        "(WITH RECURSIVE chain(id, next) AS (SELECT row.id, row.%(column)s FROM %(table)s AS row "
        "WHERE row.id = %(expressions)s UNION SELECT row.id, row.%(column)s FROM %(table)s AS row "
        "JOIN chain ON row.id = chain.next) SELECT chain.id FROM chain WHERE chain.next IS NULL)"
    )

    def __init__(self, start: Any, table: str, column: str):
        super().__init__(start, table=table, column=column)


class AuthorQuerySet(models.QuerySet["Author"]):
    def get_by_natural_key(self, public_id: str) -> Author:
        return self.get(public_id=public_id)

    def visible(self) -> Self:
        """Authors with a page of their own: neither hidden nor merged into another."""
        return self.filter(is_hidden=False, merged_into=None)

    def kept_from_visitors(self) -> Self:
        """Authors to whom nothing may lead: hidden, or merged into somebody who is, however often merged again."""
        from profiles.models import Author

        survivor = Author.objects.filter(pk=OuterRef("survivor"), is_hidden=True)
        found = self.alias(survivor=LastOf(F("pk"), "profiles_author", "merged_into_id"))
        return found.filter(Q(is_hidden=True) | Exists(survivor))

    def listed(self) -> Self:
        """Visible authors who have papers: those that lists and searches name."""
        return self.filter(is_listed=True)

    def most_papers_first(self) -> Self:
        return self.order_by("-paper_count", "-id")

    def by_name(self) -> Self:
        return self.order_by("sort_key", "id")

    def in_category(self, code: str) -> Self:
        """Authors with a paper in this category."""
        return self.filter(category_counts__category__code=code)

    def with_survivor(self) -> Self:
        """With `survivor`, the id of the author whom each is now, however often merged; null where merges lead to nobody."""
        return self.annotate(survivor=LastOf(F("pk"), "profiles_author", "merged_into_id"))

    def merged_into_nobody(self) -> Self:
        """Authors who were merged in a circle, or into one who is not there."""
        return self.with_survivor().filter(survivor=None)

    def survivors_of(self, ids: Iterable[int]) -> dict[int, Author]:
        """By id the author whom each of some thousand records is now: itself, or whoever it was merged into; two queries.

        A record that was merged in a circle, or into one who is not there, is nobody's and left out.
        """
        ends = dict(self.with_survivor().filter(pk__in=set(ids)).values_list("pk", "survivor"))
        people = self.in_bulk(set(ends.values()) - {None})
        return {pk: people[end] for pk, end in ends.items() if end in people}


class AuthorshipQuerySet(models.QuerySet["Authorship"]):
    def shown(self) -> Self:
        """Claims about people whom visitors may see."""
        return self.filter(author__is_hidden=False)

    def in_byline_order(self) -> Self:
        return self.order_by("paper_id", "position")


class SimilarityLinkQuerySet(models.QuerySet["SimilarityLink"]):
    def shown(self) -> Self:
        """Links that visitors see: not vetoed, to people who have a page, and neither kept out of the comparison."""
        compared = self.filter(author__in_similarity=True, other__in_similarity=True)
        return compared.filter(rank__isnull=False, other__is_listed=True).exclude(verdict="vetoed")

    def best_first(self) -> Self:
        return self.order_by("rank")

    def new_people_first(self) -> Self:
        """Those that a curator pinned, then those with whom the author has not written, then the others; each best first."""
        pinned, new = When(verdict="pinned", then=Value(0)), When(is_coauthor=False, then=Value(1))
        return self.order_by(Case(pinned, new, default=Value(2)), "rank")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def public(self) -> Self:
        """Decisions that everybody may know of: none about names, addresses and hiding, nor an undo of such a one.

        An undo is as private as what it undoes, however many undos lie between.
        """
        from profiles.models import Decision

        first = Decision.objects.filter(pk=OuterRef("first")).exclude(kind__in=Decision.PRIVATE_KINDS)
        return self.alias(first=LastOf(F("pk"), "profiles_decision", "undoes_id")).filter(Exists(first))


class DecisionSubjectQuerySet(models.QuerySet["DecisionSubject"]):
    def shown(self) -> Self:
        """Mentions of people whom visitors may know of."""
        from profiles.models import Author

        return self.exclude(Exists(Author.objects.kept_from_visitors().filter(public_id=OuterRef("public_id"))))


class DuplicateSuggestionQuerySet(models.QuerySet["DuplicateSuggestion"]):
    def open(self) -> Self:
        """Pairs still worth a curator's look: both have papers, and nobody said that they are two people."""
        from profiles.models import DistinctPair

        told_apart = DistinctPair.objects.filter(one=models.OuterRef("one"), two=models.OuterRef("two"))
        return self.filter(one__merged_into=None, two__merged_into=None).exclude(models.Exists(told_apart))

    def not_skipped(self) -> Self:
        return self.filter(skipped_at=None)

    def by_payoff(self) -> Self:
        return self.order_by("-payoff", "id")
