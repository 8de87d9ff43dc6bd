"""A paper in the admin: the list with its search, and the page with what each source says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from papers import search
from papers.admin.lists import ReadOnlyAdmin, ReadOnlyInline
from papers.admin.source_records import as_text, said_by, said_of
from papers.display.wording import type_name
from papers.ingest.stored_papers import posted_date, stored_records
from papers.ingest.words import facts_of
from papers.models import Paper, PaperCategory, PaperDoi, PaperQuerySet, SourceRecord
from papers.people import people
from papers.publications import FIELDS
from papers.text.dates import PartialDate


class CategoryInline(ReadOnlyInline):
    model = PaperCategory
    fields = ("position", "category")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaperCategory]:
        return super().get_queryset(request).select_related("category")


class DoiInline(ReadOnlyInline):
    model = PaperDoi
    fields = ("position", "doi")


class TypeFilter(admin.AllValuesFieldListFilter):
    """The types that papers have, by their names."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice | {"display": type_name(str(choice["display"]))}


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """What the source said, byline and all. Who is on it is corrected on the author's or the authorship's page."""

    list_display = (
        "identifier",
        "title",
        "first_names",
        "author_count",
        "named_type",
        "published_as_known",
        "source",
        "needs_review",
    )
    list_filter = (
        ("type", TypeFilter),
        "source",
        "is_withdrawn",
        "byline_is_complete",
        "byline_needs_review",
        "abstract_is_cut",
        "is_deleted",
        "is_hidden",
    )
    search_fields = ("identifier",)
    search_help_text = "Words, phrases, author:, title:, venue:, category:, type:, or an identifier."
    readonly_fields = (
        "named_type",
        "printed_byline",
        "at_source",
        "published_as_known",
        "issued_as_known",
        "posted_as_known",
        "published_where",
        "addresses",
        "each_source",
    )
    inlines = (CategoryInline, DoiInline)
    fieldsets = (
        (None, {"fields": ("identifier", "title", "abstract", "abstract_is_cut", "at_source")}),
        (
            "Byline as printed",
            {
                "description": "Facts of the source: a wrong byline is corrected there and comes in with the next import. "
                "Whose names these are is corrected under Profiles: Authorships.",
                "fields": (
                    "authors_text",
                    "printed_byline",
                    "collaborations",
                    "byline_is_complete",
                    "byline_needs_review",
                    "byline_problems",
                ),
            },
        ),
        ("Dates", {"fields": ("published_as_known", "posted_as_known", "issued_as_known", "updated", "versions")}),
        ("Publication", {"fields": ("named_type", "published_where", "addresses", "is_withdrawn")}),
        (
            "References",
            {
                "fields": (
                    "categories_text",
                    "doi",
                    "journal_ref",
                    "comments",
                    "license",
                    "report_no",
                    "msc_class",
                    "acm_class",
                    "submitter",
                )
            },
        ),
        (
            "Where from",
            {
                "fields": (
                    "source",
                    "base_url",
                    "giver",
                    "citation_key",
                    "datestamp",
                    "read_at",
                    "revision",
                    "modified_at",
                    "is_deleted",
                    "is_hidden",
                    "merged_into",
                )
            },
        ),
        (
            "What each source says",
            {
                "description": "Shown is a curator's value, then arXiv's, a repository's, a list's. Where there is one source "
                "alone, what is shown is what it says.",
                "fields": ("each_source",),
            },
        ),
    )

    # What prints names that pages may not show.
    names_as_printed = frozenset(
        {
            "first_names",
            "authors_text",
            "printed_byline",
            "byline_problems",
            "submitter",
            "published_where",
            "giver",
            "citation_key",
            "each_source",
        }
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        return super().get_queryset(request).order_by("-sort_day", "-id")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._readable(request, super().get_list_display(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [
            (title, {**options, "fields": self._readable(request, options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def _readable(self, request: HttpRequest, fields: Any) -> list[Any]:
        everything = people().sees_everything(request.user)
        return [field for field in fields if everything or field not in self.names_as_printed]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        if (exact := queryset.filter(identifier=text)).exists():
            return exact, False
        return search.matching(cast(PaperQuerySet, queryset), search.parse_query(text)), False

    @admin.display(description="byline")
    def first_names(self, paper: Paper) -> str:
        names = [entry["name"] for entry in paper.byline[:3]]
        return ", ".join(names) + (" …" if len(paper.byline) > len(names) else "")

    @admin.display(description="review", boolean=True)
    def needs_review(self, paper: Paper) -> bool:
        return not paper.byline_needs_review

    @admin.display(description="names")
    def printed_byline(self, paper: Paper) -> str:
        rows = []
        for position, entry in enumerate(paper.byline, 1):
            about = [*entry.get("affiliations", []), *entry.get("flags", [])]
            rows.append(f"{position}. {entry['name']}" + (f" ({'; '.join(about)})" if about else ""))
        return "\n".join(rows)

    @admin.display(description="type", ordering="type")
    def named_type(self, paper: Paper) -> str:
        return type_name(paper.type)

    @admin.display(description="published", ordering="sort_day")
    def published_as_known(self, paper: Paper) -> str:
        return as_known(paper.published_date)

    @admin.display(description="issued")
    def issued_as_known(self, paper: Paper) -> str:
        return as_known(paper.issued_date)

    @admin.display(description="posted")
    def posted_as_known(self, paper: Paper) -> str:
        return as_known(posted_date(paper))

    @admin.display(description="published where")
    def published_where(self, paper: Paper) -> str:
        shown = {name: as_text(paper.details.get(name)) for name in FIELDS if name not in ("urls", "posted")}
        return "\n".join(f"{name.replace('_', ' ')}: {text}" for name, text in shown.items() if text) or "–"

    @admin.display(description="addresses")
    def addresses(self, paper: Paper) -> str:
        links = ((url["url"], url["url"], url["kind"]) for url in paper.details.get("urls", ()))
        return format_html_join(mark_safe("<br>"), '<a href="{}" rel="noopener">{}</a> ({})', links) or "–"

    @admin.display(description="fields")
    def each_source(self, paper: Paper) -> str:
        """A table of fields, by what is shown and what each source and each decision of a curator says; two queries."""
        rows = SourceRecord.objects.filter(Q(paper=paper) | Q(paper__merged_into=paper)).order_by("id")
        records = list(rows.select_related("paper"))
        columns = [facts_of(stored_records([paper])[paper.pk]), *(record.facts for record in records)]
        names = dict.fromkeys(name for facts in columns for name in facts if name not in ("byline", "abstract_is_cut"))
        heads = format_html_join("", '<th scope="col">{}</th>', [("shown",), *((said_by(r, paper),) for r in records)])
        sources = ["", *(record.source for record in records)]
        body = [
            (
                name.replace("_", " "),
                format_html_join(
                    "", "<td>{}</td>", ((said_of(name, f, by),) for f, by in zip(columns, sources, strict=True))
                ),
            )
            for name in names
        ]
        return format_html(
            '<div class="results"><table><thead><tr><th scope="col">field</th>{}</tr></thead><tbody>{}</tbody></table></div>',
            heads,
            format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', body),
        )

    @admin.display(description="at the source")
    def at_source(self, paper: Paper) -> str:
        url = paper.source_url
        return format_html('<a href="{}" rel="noopener">{}</a>', url, url) if url else "–"


def as_known(day: PartialDate | None) -> str:
    """The date as far as it is known."""
    return day.iso() if day else "–"
