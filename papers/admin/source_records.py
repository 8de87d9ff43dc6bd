"""Source records in the admin: what one source says of a paper, and its facts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator

from papers.admin.lists import ReadOnlyAdmin
from papers.models import Paper, SourceRecord
from papers.people import people

LONGEST_FACT = 300  # characters of an abstract beside others


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    """What one of several sources says of a paper, and when it was read."""

    list_display = ("paper", "source", "giver", "base_url", "datestamp", "read_at", "is_deleted")
    list_select_related = ("paper",)
    list_filter = ("source", "is_deleted")
    search_fields = ("=identifier", "=paper__identifier", "=giver")
    search_help_text = "A paper's identifier, or what a source calls its record: the key of a list's entry."
    readonly_fields = ("said",)
    fieldsets = (
        (None, {"fields": ("paper", "source", "base_url", "giver", "identifier")}),
        ("When", {"fields": ("datestamp", "read_at", "is_deleted")}),
        ("What", {"fields": ("said",)}),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sources print names that pages may not show."""
        return people().sees_everything(request.user) and super().has_view_permission(request, obj)

    @admin.display(description="facts")
    def said(self, record: SourceRecord) -> str:
        shown = ((name.replace("_", " "), as_text(value)) for name, value in record.facts.items())
        return "\n".join(f"{name}: {text}" for name, text in shown if text) or "–"


def said_by(record: SourceRecord, paper: Paper) -> str:
    """Whose word it is, for the head of a column: source, record, day of reading, and where it belongs to another paper."""
    if record.source == SourceRecord.CURATOR:
        return f"curator, decision {record.giver}"
    about = [record.source, record.base_url, record.giver, f"read {record.read_at:%Y-%m-%d}"]
    if record.is_deleted:
        about.append("taken back")
    if record.paper_id != paper.pk:
        about.append(f"of {record.paper.identifier}")
    return ", ".join(filter(None, about))


def said_of(name: str, facts: Mapping[str, Any], source: str) -> str:
    """What a source says of a field, cut; a curator's value is marked."""
    if name not in facts:
        return ""
    text = Truncator(as_text(facts[name])).chars(LONGEST_FACT)
    return format_html("<mark>{}</mark>", text or "none") if source == SourceRecord.CURATOR else text


def as_text(value: Any) -> str:
    """A fact in words: of names and addresses these alone, several with semicolons."""
    if isinstance(value, list):
        return "; ".join(map(as_text, value))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("url") or value.get("version") or "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")
