"""Links between similar authors, and the terms they were compared by."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

from papers.models import Build
from papers.models.fields import JSONField
from profiles.models.authors import Author


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


class SimilarityLink(models.Model):
    """That `author` has `other` among the similar ones: how much, in which place, and the evidence for it.

    Links of a build are replaced whole; a curator's verdict stays. A vetoed link has no rank and is never shown.
    """

    class Verdict(models.TextChoices):
        NONE = "", "none"
        PINNED = "pinned", "pinned: always first"
        VETOED = "vetoed", "vetoed: never shown"

    author = models.ForeignKey(Author, models.CASCADE, related_name="similar_links", db_index=False)
    other = models.ForeignKey(Author, models.CASCADE, related_name="similar_to_links")
    build = models.ForeignKey(Build, models.PROTECT, null=True, blank=True, related_name="similarity_links")
    score = models.FloatField(default=0.0, help_text="0 to 1.")
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    is_coauthor = models.BooleanField(default=False)
    evidence = JSONField(default=dict, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.NONE, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Shown to visitors beside a pinned link.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SimilarityLinkQuerySet.as_manager()

    class Meta:
        ordering = ("author", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["author", "other"], name="one_link_per_pair"),
            models.UniqueConstraint(fields=["author", "rank"], name="one_link_per_rank"),
            models.CheckConstraint(name="no_link_to_self", condition=~Q(author=F("other"))),
            models.CheckConstraint(
                name="a_vetoed_link_has_no_rank", condition=~Q(verdict="vetoed") | Q(rank__isnull=True)
            ),
        ]
        # A handful among millions, which every run asks for.
        indexes = [models.Index(fields=["author", "other"], condition=~Q(verdict=""), name="decided_links")]

    def __str__(self) -> str:
        return f"{self.author_id} ~ {self.other_id}: {self.score:.3f}"


class TopicTerm(models.Model):
    """A word or pair of words that the latest build compared by; `idf` is ln(papers / papers with it)."""

    term = models.CharField(max_length=160, unique=True)
    idf = models.FloatField()

    class Meta:
        ordering = ("term",)

    def __str__(self) -> str:
        return self.term


class AuthorTopic(models.Model):
    """One of the strongest terms of an author who may be in lists, with its weight in the author's vector of length one."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="topics", db_index=False)
    term = models.ForeignKey(TopicTerm, models.CASCADE, related_name="authors", db_index=False)
    weight = models.FloatField()

    class Meta:
        ordering = ("term", "author")
        indexes = [
            models.Index("term", "author", "weight", name="topic_authors"),
            models.Index("author", name="topics_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.term_id}"
