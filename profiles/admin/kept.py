"""The admin of what is only looked at: names, identifiers, earlier addresses, keys, categories."""

from __future__ import annotations

from django.contrib import admin

from papers.admin import ReadOnlyAdmin
from profiles.models import AuthorCategory, AuthorIdentifier, AuthorName, EarlierSlug, IdentityKey


@admin.register(AuthorName)
class AuthorNameAdmin(ReadOnlyAdmin):
    list_display = ("name", "author", "visibility", "decided_by_human")
    list_filter = ("visibility", "decided_by_human")
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("name__startswith",)


@admin.register(AuthorIdentifier)
class AuthorIdentifierAdmin(ReadOnlyAdmin):
    list_display = ("scheme", "value", "author")
    list_filter = ("scheme",)
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("value",)


@admin.register(EarlierSlug)
class EarlierSlugAdmin(ReadOnlyAdmin):
    list_display = ("slug", "author", "is_retired")
    list_filter = ("is_retired",)
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("slug",)


@admin.register(IdentityKey)
class IdentityKeyAdmin(ReadOnlyAdmin):
    """To whom new papers under a name go."""

    list_display = ("key", "occurrence", "author", "decided_by_human")
    list_filter = ("decided_by_human",)
    list_select_related = ("author",)
    search_fields = ("key__startswith",)


@admin.register(AuthorCategory)
class AuthorCategoryAdmin(ReadOnlyAdmin):
    list_display = ("author", "category", "papers")
    list_select_related = ("author", "category")
    search_fields = ("=author__slug",)
