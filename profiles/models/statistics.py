"""What is counted and laid out for authors, kept so that pages and lists need not do it."""

from __future__ import annotations

from django.db import models

from papers.fields import JSONField
from papers.models import Category
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


class CoauthorNetwork(models.Model):
    """An author's network of co-authors as it was laid out: ids, ties and places, no names (profiles/network.py)."""

    author = models.OneToOneField(Author, models.CASCADE, related_name="network")
    drawn = JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("author",)

    def __str__(self) -> str:
        return f"network of author {self.author_id}"
