"""The questions this site asks about papers, each under the name that pages, feeds and API use for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q, Sum

if TYPE_CHECKING:
    from papers.models import Build, Category, Paper


class CategoryQuerySet(models.QuerySet["Category"]):
    def get_by_natural_key(self, code: str) -> Category:
        return self.get(code=code)

    def current(self) -> Self:
        """Categories that papers are filed under: second names stand for others and are left out."""
        return self.filter(canonical=None)

    def with_counts(self) -> Self:
        """Each with `paper_count`, summed over the kept yearly counts."""
        return self.annotate(paper_count=Sum("counts__papers", default=0))


class PaperQuerySet(models.QuerySet["Paper"]):
    # What a list of papers shows: the other columns can be large and stay where they are.
    CARD = (
        "identifier", "arxiv_id", "title", "abstract", "abstract_is_cut", "byline", "byline_is_complete",
        "collaborations", "categories", "published", "updated", "doi", "journal_ref", "sort_date", "is_deleted",
    )  # fmt: skip

    def get_by_natural_key(self, identifier: str) -> Paper:
        return self.get(identifier=identifier)

    def visible(self) -> Self:
        """Papers that their source has not taken back."""
        return self.filter(is_deleted=False)

    def newest_first(self) -> Self:
        """By date, along the index of the list they come through if they come through one (`in_category`)."""
        through_list = "list_date" in self.query.annotations
        return self.order_by("-list_date", "-list_id") if through_list else self.order_by("-sort_date", "-id")

    def for_cards(self) -> Self:
        """Only the columns that a list shows."""
        return self.only(*self.CARD)

    def for_citing(self) -> Self:
        """Only the columns that exports show."""
        return self.only(*self.CARD, "license", "modified_at")

    def in_category(self, category: Category) -> Self:
        """Papers filed under this category, as their first or another; ordered by `list_date` and `list_id` it is an
        index range of the membership table, however large the category."""
        return self.filter(memberships__category=category).annotate(
            list_date=F("memberships__sort_date"), list_id=F("memberships__paper_id")
        )

    def published_between(self, first: date | None, last: date | None) -> Self:
        """Papers whose first version is from these days, both included; undated ones are in no range."""
        # Of a list that the papers come through, the date that its index has: else the whole list is read to find them.
        day = "list_date" if "list_date" in self.query.annotations else "sort_date"
        conditions = Q()
        if first:
            conditions &= Q(**{f"{day}__gte": first})
        elif last:
            conditions &= Q(published__isnull=False)
        if last:
            conditions &= Q(**{f"{day}__lte": last})
        return self.filter(conditions)


class BuildQuerySet(models.QuerySet["Build"]):
    def latest_finished(self, stage: str) -> Build | None:
        """The newest run of the stage that came to its end, or None."""
        return self.filter(stage=stage, status="finished").order_by("-id").first()
