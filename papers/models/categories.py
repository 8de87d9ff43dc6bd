"""Subjects: arXiv's taxonomy and codes nobody knows, and how many papers each has from a year."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from papers.models.fields import MayBe
from papers.taxonomy import canonical_codes


class CategoryQuerySet(models.QuerySet["Category"]):
    def get_by_natural_key(self, code: str) -> Category:
        return self.get(code=code)

    def current(self) -> Self:
        """Categories that papers are filed under: second names stand for others and are left out."""
        return self.filter(canonical=None)

    def by_code(self, code: str) -> Category | None:
        """The category that this code, or a former or second one, means today; None for a code nothing is filed under."""
        [canonical] = canonical_codes([code])
        return self.current().filter(code=canonical).first()

    def with_counts(self) -> Self:
        """Each with `paper_count`, summed over the kept yearly counts."""
        return self.annotate(paper_count=Sum("counts__papers", default=0))


class Category(models.Model):
    """A subject of arXiv's taxonomy, one of its older names, or a code nobody knows, kept as it came."""

    class Kind(models.TextChoices):
        CATEGORY = "category", "category"
        ALIAS = "alias", "second name of a category"
        SUBSUMED = "subsumed", "archive that became a category"
        LEGACY = "legacy", "archive once used as a category"
        UNKNOWN = "unknown", "code not in the taxonomy"

    code = models.CharField(max_length=64, unique=True, validators=[MayBe("category")])
    name = models.CharField(max_length=200)
    archive = models.CharField(max_length=64, blank=True)
    archive_name = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=64, blank=True)
    group_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.CATEGORY)
    canonical = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="aliases", help_text="What this code means today."
    )

    paper_count: int  # by CategoryQuerySet.with_counts

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="only_other_names_have_a_canonical_category",
                condition=Q(kind__in=["alias", "subsumed"], canonical__isnull=False)
                | Q(kind__in=["category", "legacy", "unknown"], canonical__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.name})" if self.name != self.code else self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    natural_key.dependencies = []  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.code])


class PaperCountQuerySet(models.QuerySet["PaperCount"]):
    def total(self, category: Category | None = None, year: int | None = None) -> int:
        """How many papers the category, or without one the whole site, has; of this year, if one is given."""
        rows = self.filter(category=category) if year is None else self.filter(category=category, year=year)
        count: int = rows.aggregate(n=Sum("papers", default=0))["n"]
        return count

    def by_category(self, year: int | None = None) -> dict[str, int]:
        """The papers of all years, or of this one, by the codes of their categories."""
        rows = self.filter(category__isnull=False, papers__gt=0).order_by()
        rows = rows if year is None else rows.filter(year=year)
        return dict(rows.values_list("category__code").annotate(n=Sum("papers")))


class TypeCountQuerySet(models.QuerySet["TypeCount"]):
    def by_category(self, type_of_paper: str, year: int | None = None) -> dict[str, int]:
        """The papers of this type of all years, or of this one, by the codes of their categories."""
        rows = self.filter(type=type_of_paper, category__isnull=False, papers__gt=0).order_by()
        rows = rows if year is None else rows.filter(year=year)
        return dict(rows.values_list("category__code").annotate(n=Sum("papers")))


class PaperCount(models.Model):
    """How many papers a category (or, without one, the whole site) has from a year; year 0 holds the undated.

    Kept by the import in the same transaction as the papers, so that no page needs to count them.
    """

    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="counts", db_index=False)
    year = models.PositiveSmallIntegerField()
    papers = models.PositiveIntegerField(default=0)
    primary_papers = models.PositiveIntegerField(default=0, help_text="Of these, those whose first category it is.")

    objects = PaperCountQuerySet.as_manager()

    class Meta:
        ordering = ("category", "year")
        constraints = [
            models.UniqueConstraint(fields=["category", "year"], name="one_count_per_category_and_year"),
            models.UniqueConstraint(fields=["year"], condition=Q(category=None), name="one_site_count_per_year"),
        ]

    def __str__(self) -> str:
        return f"{self.papers} in {self.year}"


class TypeCount(models.Model):
    """The same as PaperCount by the type of the papers, "" where it is not known."""

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="counts_of_types", db_index=False
    )
    type = models.CharField(max_length=32, blank=True)
    year = models.PositiveSmallIntegerField()
    papers = models.PositiveIntegerField(default=0)

    objects = TypeCountQuerySet.as_manager()

    class Meta:
        ordering = ("category", "type", "year")
        constraints = [
            models.UniqueConstraint(fields=["category", "type", "year"], name="one_count_per_category_type_and_year"),
            models.UniqueConstraint(
                fields=["type", "year"], condition=Q(category=None), name="one_site_count_per_type_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.papers} of type {self.type or '?'} in {self.year}"
