"""Pairs of papers that may be one, and those that a curator said are two."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from papers.models.builds import Build
from papers.models.fields import JSONField
from papers.models.papers import Paper


class DistinctPapers(models.Model):
    """A human's word that two papers are not one. It stands for ever, whatever is imported."""

    one = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    two = models.ForeignKey(Paper, models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "distinct papers"
        ordering = ("one", "two")
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], name="one_word_per_pair_of_papers"),
            models.CheckConstraint(name="a_pair_of_papers_has_an_order", condition=Q(one__lt=F("two"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.two_id}"


class PaperSuggestionQuerySet(models.QuerySet["PaperSuggestion"]):
    def open(self) -> Self:
        """Pairs still worth a curator's look: both are shown, and nobody said that they are two papers."""
        told_apart = DistinctPapers.objects.filter(one=OuterRef("one"), two=OuterRef("two"))
        return self.filter(one__is_deleted=False, two__is_deleted=False).exclude(Exists(told_apart))

    def not_skipped(self) -> Self:
        return self.filter(skipped_at=None)

    def likeliest_first(self) -> Self:
        return self.order_by("-score", "id")

    def about(self, paper: Paper | int) -> Self:
        return self.filter(Q(one=paper) | Q(two=paper))


class PaperSuggestion(models.Model):
    """That two papers may be one, with a score and its reasons; each run of `find_duplicate_papers` brings them up to date.

    What was decided is not kept here: a pair that was merged or told apart is simply not open (`open`).
    """

    one = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    two = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1: how much speaks for their being one paper.")
    reasons = JSONField(default=list)
    build = models.ForeignKey(Build, models.PROTECT, related_name="+")
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="A curator looked and could not tell.")

    objects = PaperSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ("-score", "id")
        indexes = [models.Index("score", "id", name="paper_suggestions_by_score")]
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], name="one_suggestion_per_pair_of_papers"),
            models.CheckConstraint(name="a_suggested_pair_of_papers_has_an_order", condition=Q(one__lt=F("two"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.two_id}? {self.score:.2f}"
