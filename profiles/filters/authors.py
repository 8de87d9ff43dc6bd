"""Filters of authors and links: one FilterSet each for the pages and the API."""

from __future__ import annotations

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from papers.database.keyset import Order
from papers.filters.fields import (
    YEARS,
    CategoriesFilter,
    CategoryFilter,
    CheckedFilters,
    IdsFilter,
    ListFilter,
    OrderSelect,
    SeveralField,
    SinceFilter,
)
from papers.filters.papers import BY_CHANGE, LATEST_CHANGE
from papers.models import Category
from profiles import search
from profiles.lookup import find_shown_author
from profiles.models import Author, AuthorCategory, AuthorQuerySet, SimilarityLink

MOST_PAPERS = Order(("paper_count", "id"), descending=True)
MOST_PAPERS_OF_LIST = Order(("list_papers", "list_id"), descending=True)
BY_NAME = Order(("sort_key", "id"), descending=False)
BY_NAME_BACKWARDS = Order(("sort_key", "id"), descending=True)
FEWEST_PAPERS = Order(("paper_count", "id"), descending=False)
ORDERS = {
    "-paper_count": MOST_PAPERS,
    "paper_count": FEWEST_PAPERS,
    "name": BY_NAME,
    "-name": BY_NAME_BACKWARDS,
    "modified": BY_CHANGE,
    "-modified": LATEST_CHANGE,
}
MOST_RANKED = 200  # best matches that can be paged through
COUNT = {"min_value": 0, "max_value": 1_000_000, "decimal_places": 0}


class StandingsFilter(filters.BaseInFilter, filters.CharFilter):
    base_field_class = SeveralField


class AuthorFilter(ListFilter):
    """Authors by name, category, standing and public id."""

    nothing_to_match = _("Best match first needs a name to match: give q.")
    usual_order = "-paper_count"

    q = filters.CharFilter(method="by_name", label=_("Name"), help_text=_("The beginning of any part of the name."))
    search = filters.CharFilter(method="by_name", label="search", help_text="The same as q.")
    category = CategoryFilter(method="by_category", label=_("Category"), help_text=_("A code such as cs.LG."))
    standing = filters.ChoiceFilter(choices=Author.Standing.choices, label=_("Standing"), empty_label=_("any"))
    id__in = IdsFilter(field_name="public_id", label="id__in", help_text="Public ids, comma between.")
    category__in = CategoriesFilter(
        method="by_categories", label="category__in", help_text="With papers in any of these, comma between."
    )
    standing__in = StandingsFilter(
        method="by_standings", label="standing__in", help_text="Any of these standings, comma between."
    )
    exclude_category = CategoriesFilter(
        method="without_categories", label="exclude_category", help_text="Without papers in these, comma between."
    )
    exclude_standing = filters.ChoiceFilter(
        choices=Author.Standing.choices, field_name="standing", exclude=True, label="exclude_standing"
    )
    paper_count_min = filters.NumberFilter(
        field_name="paper_count",
        lookup_expr="gte",
        label=_("Papers, at least"),
        help_text="So many papers or more.",
        **COUNT,
    )
    paper_count_max = filters.NumberFilter(
        field_name="paper_count",
        lookup_expr="lte",
        label="paper_count_max",
        help_text="So many papers or fewer.",
        **COUNT,
    )
    first_year_min = filters.NumberFilter(
        field_name="first_year",
        lookup_expr="gte",
        label="first_year_min",
        help_text="First paper in this year or later.",
        **YEARS,
    )
    first_year_max = filters.NumberFilter(
        field_name="first_year",
        lookup_expr="lte",
        label="first_year_max",
        help_text="First paper by this year.",
        **YEARS,
    )
    last_year_min = filters.NumberFilter(
        field_name="last_year",
        lookup_expr="gte",
        label=_("Latest paper since"),
        help_text="Latest paper in this year or later.",
        **YEARS,
    )
    last_year_max = filters.NumberFilter(
        field_name="last_year",
        lookup_expr="lte",
        label="last_year_max",
        help_text="Latest paper by this year.",
        **YEARS,
    )
    updated_since = SinceFilter(
        label="updated_since", help_text="Authors whose record changed here at this moment or later (ISO 8601)."
    )
    ordering = filters.ChoiceFilter(
        choices=[
            ("-paper_count", _("most papers first")),
            ("paper_count", _("fewest papers first")),
            ("name", _("by name")),
            ("-name", _("by name, backwards")),
            ("modified", _("in the order of changes here")),
            ("-modified", _("latest change here first")),
            ("relevance", _("best match first")),
        ],
        method="unfiltered",
        label=_("Order"),
        empty_label=None,
        widget=OrderSelect,
    )

    class Meta:
        model = Author
        fields: list[str] = []

    @property
    def order(self) -> Order | None:
        """The order asked for; None for best match first, which is not a keyset."""
        wanted = self.wanted_order
        if wanted == "relevance":
            return None
        if wanted == "-paper_count" and "list_papers" in self.qs.query.annotations:
            return MOST_PAPERS_OF_LIST
        return ORDERS[wanted]

    def ranked(self) -> list[int]:
        """Ids of the authors found, best match first."""
        return search.search_authors(self.words, MOST_RANKED, queryset=self.without("q", "search"))

    def by_name(self, queryset: AuthorQuerySet, name: str, text: str) -> AuthorQuerySet:
        return search.matching(queryset, text)

    def by_category(self, queryset: QuerySet[Author], name: str, category: Category) -> QuerySet[Author]:
        return queryset.filter(category_counts__category=category).annotate(
            list_papers=F("category_counts__papers"), list_id=F("category_counts__author_id")
        )

    def by_categories(self, queryset: QuerySet[Author], name: str, categories: list[Category]) -> QuerySet[Author]:
        return queryset.filter(pk__in=AuthorCategory.objects.filter(category__in=categories).values("author"))

    def without_categories(self, queryset: QuerySet[Author], name: str, categories: list[Category]) -> QuerySet[Author]:
        among = AuthorCategory.objects.filter(author=OuterRef("pk"), category__in=categories)
        return queryset.filter(~Exists(among))

    def by_standings(self, queryset: QuerySet[Author], name: str, standings: list[str]) -> QuerySet[Author]:
        for standing in standings:
            if standing not in Author.Standing.values:
                allowed = ", ".join(Author.Standing.values)
                message = _("Unknown value %(value)r. Allowed here: %(allowed)s.")
                raise ValidationError({name: message % {"value": standing[:40], "allowed": allowed}})
        return queryset.filter(standing__in=standings)


class MergedFilter(CheckedFilters):
    """Merged authors by when that happened."""

    updated_since = SinceFilter(label="updated_since", help_text="Merged at this moment or later (ISO 8601).")

    class Meta:
        model = Author
        fields: list[str] = []


class SimilarityLinkFilter(CheckedFilters):
    """Similarity links by author and by whether the two have written together."""

    author = filters.CharFilter(method="by_author", label="author", help_text="Address, public id, or orcid:…")
    is_coauthor = extend_schema_field({"type": "string", "enum": ["true", "false"]})(
        filters.TypedChoiceFilter(
            choices=[("true", "true"), ("false", "false")], coerce=lambda text: text == "true", label="is_coauthor"
        )
    )

    class Meta:
        model = SimilarityLink
        fields: list[str] = []

    def by_author(self, queryset: QuerySet[SimilarityLink], name: str, who: str) -> QuerySet[SimilarityLink]:
        author = find_shown_author(who.strip())
        if author is None:
            raise ValidationError({name: f"There is no author {who[:60]!r}."})
        return queryset.filter(author=author)
