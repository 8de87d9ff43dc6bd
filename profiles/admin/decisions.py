"""The admin of what was decided, and of what waits for a decision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from profiles.admin.curation.forms import FORMS
from profiles.admin.visibility import CuratorsOnlyAdmin, PeopleAdmin
from profiles.models import Author, Correction, Decision, UnassignedName
from profiles.permissions import is_curator


@admin.register(Decision)
class DecisionAdmin(CuratorsOnlyAdmin):
    """Everything that was decided, newest first; nothing here is changed, but all of it can be undone."""

    list_display = ("id", "kind", "summary", "made_by_name", "made_at", "stands", "undo_link")
    list_filter = ("kind",)
    search_fields = ("=subjects__public_id", "=made_by_name")
    search_help_text = "The public id of an author, or a curator."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).prefetch_related("undone_by__undone_by").defer("changes")

    @admin.display(description="in force", boolean=True)
    def stands(self, decision: Decision) -> bool:
        return decision.is_in_force

    @admin.display(description="")
    def undo_link(self, decision: Decision) -> str:
        if not decision.is_in_force:
            return ""
        address = reverse("admin:curation-undo", args=[decision.pk])
        return format_html('<button class="button" formaction="{}">Undo</button>', address)


@admin.register(UnassignedName)
class UnassignedNameAdmin(CuratorsOnlyAdmin):
    """Papers under a name that was split. Whose a paper is, is said on this page."""

    list_display = ("printed", "paper", "position", "candidates")
    list_select_related = ("paper", "key")

    @admin.display(description="printed name")
    def printed(self, row: UnassignedName) -> str:
        name: str = row.paper.byline[row.position - 1]["name"]
        return name

    @admin.display(description="give it to")
    def candidates(self, row: UnassignedName) -> str:
        people = Author.objects.filter(public_id__in=row.key.candidates)
        return format_html_join(
            ", ",
            '<a href="{}">{} ({} papers)</a>',
            ((reverse("admin:curation-assign", args=[row.pk, p.public_id]), p.name, p.paper_count) for p in people),
        )


@admin.register(Correction)
class CorrectionAdmin(PeopleAdmin):
    """What visitors say is wrong. Decide by the links, then answer; the sender reads the answer at the status address."""

    list_display = ("kind", "author", "paper", "shortened", "made_at", "status", "led_to")
    list_filter = ("status", "kind")
    list_select_related = ("author", "paper", "decision")
    readonly_fields = ("kind", "author", "paper", "text", "orcid", "email", "made_at", "prepared", "led_to", "on_site")
    fields = (*readonly_fields, "status", "answer")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._readable(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._readable(request, super().get_fields(request, obj))

    def _readable(self, request: HttpRequest, fields: Any) -> list[Any]:
        return [name for name in fields if name != "led_to" or is_curator(request.user)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="in their words")
    def shortened(self, row: Correction) -> str:
        return Truncator(row.text).words(20)

    @admin.display(description="decision")
    def led_to(self, row: Correction) -> str:
        if row.decision is None:
            return "–"
        stands = "" if row.decision.is_in_force else " (undone)"
        address = reverse("admin:profiles_decision_change", args=[row.decision.pk])
        return format_html('<a href="{}">{}</a>{}', address, row.decision.summary, stands)

    @admin.display(description="what the sender sees")
    def on_site(self, row: Correction) -> str:
        address = reverse("correction", args=[row.token])
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.display(description="decide")
    def prepared(self, row: Correction) -> str:
        if row.author is None:
            return "–"
        kinds = {"not-mine": ("split",), "same-person": ("merge",), "name": ("rename", "name-visibility")}
        chosen = kinds.get(row.kind, tuple(FORMS))
        query = f"?correction={row.pk}" + (f"&papers={row.paper_id}" if row.paper_id else "")
        return format_html_join(
            ", ",
            '<a href="{}{}">{}</a>',
            ((reverse("admin:curation-decide", args=[row.author_id, k]), query, FORMS[k].title) for k in chosen),
        )
