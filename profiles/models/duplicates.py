"""Pairs of authors who may be one person."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from papers.models import Build
from profiles.models.authors import Author


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


class DuplicateSuggestion(models.Model):
    """That two authors may be one person, with a score and its reasons; `find_duplicates` replaces what has changed.

    What was decided is not kept here: a pair that was merged or told apart is simply not open (`open`).
    """

    one = models.ForeignKey(Author, models.CASCADE, related_name="+")
    two = models.ForeignKey(Author, models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1: the estimated probability that they are one person.")
    payoff = models.FloatField(help_text="Score × papers of the smaller record: what a decision would put right.")
    reasons = models.JSONField(default=list)
    build = models.ForeignKey(Build, models.PROTECT, related_name="duplicate_suggestions")
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="A curator looked and could not tell.")

    objects = DuplicateSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ("-payoff", "id")
        indexes = [models.Index("payoff", "id", name="suggestions_by_payoff")]
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], name="one_suggestion_per_pair"),
            models.CheckConstraint(name="a_suggested_pair_has_an_order", condition=Q(one__lt=F("two"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.two_id}? {self.score:.2f}"
