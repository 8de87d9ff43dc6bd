"""Tables beside the papers, to look at: categories, collaborations, runs, counts, and what belongs to a paper."""

from __future__ import annotations

from django.contrib import admin

from papers.admin.lists import ReadOnlyAdmin
from papers.models import (
    Build,
    Category,
    Collaboration,
    EarlierIdentifier,
    PaperCategory,
    PaperCollaboration,
    PaperCount,
    PaperDoi,
    TypeCount,
)


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "archive_name", "group_name", "kind", "canonical")
    list_filter = ("kind", "group_name")
    list_select_related = ("canonical",)
    search_fields = ("code", "name")


@admin.register(Collaboration)
class CollaborationAdmin(ReadOnlyAdmin):
    list_display = ("name", "key")
    search_fields = ("name",)


@admin.register(Build)
class BuildAdmin(ReadOnlyAdmin):
    list_display = ("id", "stage", "status", "started_at", "finished_at", "subject", "code_version")
    list_filter = ("stage", "status")


@admin.register(PaperCount)
class PaperCountAdmin(ReadOnlyAdmin):
    list_display = ("category", "year", "papers", "primary_papers")
    list_select_related = ("category",)
    list_filter = ("year",)
    search_fields = ("category__code",)


@admin.register(TypeCount)
class TypeCountAdmin(ReadOnlyAdmin):
    list_display = ("category", "type", "year", "papers")
    list_select_related = ("category",)
    list_filter = ("year",)
    search_fields = ("category__code", "=type")


@admin.register(PaperCategory)
class PaperCategoryAdmin(ReadOnlyAdmin):
    list_display = ("paper", "category", "position", "sort_day")
    list_select_related = ("paper", "category")
    search_fields = ("=paper__identifier",)


@admin.register(PaperDoi)
class PaperDoiAdmin(ReadOnlyAdmin):
    list_display = ("doi", "paper", "position")
    list_select_related = ("paper",)
    search_fields = ("=key",)


@admin.register(PaperCollaboration)
class PaperCollaborationAdmin(ReadOnlyAdmin):
    list_display = ("collaboration", "paper")
    list_select_related = ("collaboration", "paper")
    search_fields = ("=paper__identifier", "collaboration__name")


@admin.register(EarlierIdentifier)
class EarlierIdentifierAdmin(ReadOnlyAdmin):
    list_display = ("identifier", "paper")
    list_select_related = ("paper",)
    search_fields = ("=identifier", "=paper__identifier")
