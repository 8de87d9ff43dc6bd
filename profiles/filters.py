"""What authors and links can be asked for: one FilterSet each for the pages and the API."""

from __future__ import annotations

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from papers.filters import CategoryFilter, IdsFilter, ListFilter, filters_run
from papers.models import Category
from papers.paging import Order
from profiles import search
from profiles.models import Author, SimilarityLink
from profiles.people import find_author
from profiles.querysets import AuthorQuerySet

MOST_PAPERS = Order(("paper_count", "id"), descending=True)
MOST_PAPERS_OF_LIST = Order(("list_papers", "list_id"), descending=True)
BY_NAME = Order(("sort_key", "id"), descending=False)


class AuthorFilter(ListFilter):
    """Authors by name, category, standing and public id."""

    sought = "a name"

    q = filters.CharFilter(method="by_name", label="Name", help_text="The beginning of any part of the name.")
    search = filters.CharFilter(method="by_name", label="search", help_text="The same as q.")
    category = CategoryFilter(method="by_category", label="Category", help_text="A code such as cs.LG.")
    standing = filters.ChoiceFilter(choices=Author.Standing.choices, label="Standing", empty_label="any")
    id__in = IdsFilter(field_name="public_id", label="id__in", help_text="Public ids, comma between.")
    ordering = filters.ChoiceFilter(
        choices=[("-paper_count", "most papers first"), ("name", "by name"), ("relevance", "best match first")],
        method="unfiltered",
        label="Order",
        empty_label=None,
    )

    class Meta:
        model = Author
        fields: list[str] = []

    @property
    def order(self) -> Order | None:
        """The order asked for; None for best match first, which is not a keyset."""
        wanted = self.wanted_order("-paper_count")
        if wanted == "relevance":
            return None
        if wanted == "name":
            return BY_NAME
        return MOST_PAPERS_OF_LIST if "list_papers" in self.qs.query.annotations else MOST_PAPERS

    def by_name(self, queryset: AuthorQuerySet, name: str, text: str) -> AuthorQuerySet:
        return search.matching(queryset, text)

    def by_category(self, queryset: QuerySet[Author], name: str, category: Category) -> QuerySet[Author]:
        return queryset.filter(category_counts__category=category).annotate(
            list_papers=F("category_counts__papers"), list_id=F("category_counts__author_id")
        )


class SimilarityLinkFilter(filters.FilterSet):
    """Similarity links by author and by whether the two have written together."""

    author = filters.CharFilter(method="by_author", label="author", help_text="Address, public id, or orcid:…")
    is_coauthor = filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda text: text == "true", label="is_coauthor"
    )

    class Meta:
        model = SimilarityLink
        fields: list[str] = []

    def is_valid(self) -> bool:
        return super().is_valid() and filters_run(self)

    def by_author(self, queryset: QuerySet[SimilarityLink], name: str, who: str) -> QuerySet[SimilarityLink]:
        author = find_author(who.strip())
        if author is None or author.is_hidden:
            raise ValidationError({name: f"There is no author {who[:60]!r}."})
        return queryset.filter(author=author)
