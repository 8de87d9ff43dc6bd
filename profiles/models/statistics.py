"""Figures and layouts of authors, kept so that pages and lists need not make them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from papers.models import Category
from papers.models.fields import JSONField
from profiles.models.authors import Author


class AuthorCategory(models.Model):
    """How many of an author's papers are in a category; kept, so that a subject's authors can be listed."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="category_counts", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="author_counts", db_index=False)
    papers = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "author categories"
        ordering = ("author", "-papers")
        indexes = [models.Index("category", "papers", "author", name="category_authors_by_papers")]
        constraints = [models.UniqueConstraint(fields=["author", "category"], name="one_count_per_author_and_category")]

    def __str__(self) -> str:
        return f"{self.papers} in {self.category_id}"


class AuthorCount(models.Model):
    """How many listed authors a category (or, without one, the whole site) has, by standing, year of the latest paper (0:
    undated) and step of papers; kept (profiles/statistics/author_counts.py), so that the list of authors need not count
    them."""

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="counts_of_authors", db_index=False
    )
    standing = models.CharField(max_length=16)
    last_year = models.PositiveSmallIntegerField()
    papers = models.PositiveSmallIntegerField(help_text="So many papers or more, and fewer than the next step has.")
    authors = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("category", "standing", "last_year", "papers")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "standing", "last_year", "papers"], name="one_author_count_per_category_and_kind"
            ),
            models.UniqueConstraint(
                fields=["standing", "last_year", "papers"], condition=Q(category=None), name="one_author_count_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authors} of {self.papers} papers or more until {self.last_year}"


class CoauthorNetwork(models.Model):
    """An author's network of co-authors as it was laid out: ids, ties and places, no names (profiles/statistics/network.py)."""

    author = models.OneToOneField(Author, models.CASCADE, related_name="network")
    drawn = JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("author",)

    def __str__(self) -> str:
        return f"network of author {self.author_id}"
