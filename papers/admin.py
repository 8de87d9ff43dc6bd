"""The admin of what sources say: looked at, searched and filtered; corrected only where the source itself was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from papers import search
from papers.display.wording import type_name
from papers.ingest.stored_papers import posted_date, stored_records
from papers.ingest.words import facts_of
from papers.models import (
    Build,
    Category,
    Collaboration,
    EarlierIdentifier,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperCount,
    PaperDoi,
    PaperQuerySet,
    SourceRecord,
    TypeCount,
)
from papers.people import people
from papers.publications import FIELDS
from papers.text.dates import PartialDate

LONGEST_FACT = 300  # characters of an abstract beside others


class CappedPaginator(Paginator):
    """Counts to ten thousand and no further: a list of millions opens at once, and is searched, not leafed through."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[: self.MOST].count() if isinstance(rows, QuerySet) else len(rows)


class LargeListAdmin(admin.ModelAdmin):
    """A list page that costs the same for a hundred rows and for millions."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Lists are narrowed by their filters alone: other lookups could guess at what is not shown."""
        name = lookup.partition("__")[0]
        try:
            self.opts.get_field(name)
        except FieldDoesNotExist:
            return True  # and finds nothing
        return name in [each[0] if isinstance(each, tuple) else each for each in self.list_filter]


class ReadOnlyAdmin(LargeListAdmin):
    """Rows that come from a source or are kept by the stages; changing them here would be undone by the next run."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows below a record, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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


def as_known(day: PartialDate | None) -> str:
    """The date as far as it is known."""
    return day.iso() if day else "–"


def as_text(value: Any) -> str:
    """A fact in words: of names and addresses these alone, several with semicolons."""
    if isinstance(value, list):
        return "; ".join(map(as_text, value))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("url") or value.get("version") or "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")


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
