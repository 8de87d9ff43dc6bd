"""Visibility in the admin: curators see everything, other staff no more of people than visitors do."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet
from django.http import HttpRequest

from papers.admin.lists import LargeListAdmin, ReadOnlyAdmin
from profiles.models import Author
from profiles.permissions import is_curator


class AuthorChoice(AutocompleteSelect):
    """The choice of a record by its number; what is no number chooses none."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [v for v in value if v.isascii() and v.isdecimal() and len(v) < 19], attr)


# Whoever was merged has a name of their own still, which may be one that the survivor hides.
WITHOUT_PAGE = Author.objects.filter(Q(is_hidden=True) | Q(merged_into__isnull=False))


class LimitedVisibility(admin.options.BaseModelAdmin):
    """What staff who are no curators see of a model: the rows that name nobody without a page, and of these what is shown.

    A log names records by number, because a name may be hidden after it was written down.
    """

    people: tuple[str, ...] = ("author",)  # the fields that name authors

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that visitors may know of."""
        for field in self.people:
            rows = rows.exclude(Exists(WITHOUT_PAGE.filter(pk=OuterRef(field))))
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if is_curator(request.user) else self.shown(rows)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Author:
            if db_field.name in self.get_autocomplete_fields(request):
                kwargs["widget"] = AuthorChoice(db_field, self.admin_site)
            if not is_curator(request.user):
                kwargs["queryset"] = Author.objects.visible()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PeopleAdmin(LimitedVisibility, LargeListAdmin):
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return by_number(super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return by_number(super().log_change(request, obj, message))


class PeopleReadOnlyAdmin(LimitedVisibility, ReadOnlyAdmin):
    pass


class CuratorsOnlyAdmin(ReadOnlyAdmin):
    """Rows that spell hidden names, or could."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_curator(request.user) and super().has_view_permission(request, obj)


def by_number(entry: LogEntry) -> LogEntry:
    entry.object_repr = entry.object_id or ""
    entry.save(update_fields=["object_repr"])
    return entry
