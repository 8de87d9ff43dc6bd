"""The admin of what is only looked at: names, identifiers, earlier addresses, keys, categories."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from profiles.admin.visibility import CuratorsOnlyAdmin, PeopleReadOnlyAdmin
from profiles.models import AuthorCategory, AuthorIdentifier, AuthorName, EarlierSlug, IdentityKey


@admin.register(AuthorName)
class AuthorNameAdmin(PeopleReadOnlyAdmin):
    list_display = ("name", "author", "visibility", "decided_by_human")
    list_filter = ("visibility", "decided_by_human")
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("name__startswith",)

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().shown(rows).filter(visibility=AuthorName.Visibility.PUBLIC)


@admin.register(AuthorIdentifier)
class AuthorIdentifierAdmin(PeopleReadOnlyAdmin):
    list_display = ("scheme", "value", "author")
    list_filter = ("scheme",)
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("value",)


@admin.register(EarlierSlug)
class EarlierSlugAdmin(PeopleReadOnlyAdmin):
    list_display = ("slug", "author", "is_retired")
    list_filter = ("is_retired",)
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("slug",)

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().shown(rows).filter(is_retired=False)  # a retired address spells a hidden name


@admin.register(IdentityKey)
class IdentityKeyAdmin(CuratorsOnlyAdmin):
    """To whom new papers under a name go."""

    list_display = ("key", "occurrence", "author", "decided_by_human")
    list_filter = ("decided_by_human",)
    list_select_related = ("author",)
    search_fields = ("key__startswith",)


@admin.register(AuthorCategory)
class AuthorCategoryAdmin(PeopleReadOnlyAdmin):
    list_display = ("author", "category", "papers")
    list_select_related = ("author", "category")
    search_fields = ("=author__slug",)
