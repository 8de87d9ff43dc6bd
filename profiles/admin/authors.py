"""The admin of authors."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from papers.admin.lists import ReadOnlyInline
from papers.bylines import Name
from papers.text.plain_text import plain_text
from profiles import search
from profiles.admin.apply import DecidedForm, apply_acts
from profiles.admin.curation.forms import FORMS
from profiles.admin.curation.worklists import posing_as_people
from profiles.admin.visibility import PeopleAdmin
from profiles.curation import acts
from profiles.models import Author, AuthorIdentifier, AuthorName, AuthorQuerySet, Authorship, Decision
from profiles.permissions import is_curator


class NameInline(ReadOnlyInline):
    """The names; they are added, hidden and shown by decisions."""

    model = AuthorName
    fields = ("written", "visibility", "shown_as_printed", "decided_by_human")
    readonly_fields = ("written",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuthorName]:
        rows = super().get_queryset(request)
        return rows if is_curator(request.user) else rows.filter(visibility=AuthorName.Visibility.PUBLIC)

    @admin.display(description="name")
    def written(self, row: AuthorName) -> str:
        return row.name


class IdentifierInline(ReadOnlyInline):
    model = AuthorIdentifier
    fields = ("scheme", "value")


class AuthorshipInline(admin.TabularInline):
    """The author's papers, newest first, the first two hundred; a wrong one is moved on its own page."""

    model = Authorship
    fields = ("paper_link", "position", "basis", "decided_by_human")
    readonly_fields = ("paper_link", "position", "basis", "decided_by_human")
    extra = 0
    can_delete = False
    show_change_link = True
    MOST = 200

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        rows = super().get_queryset(request).select_related("paper")
        author = request.resolver_match.kwargs["object_id"] if request.resolver_match else ""
        newest = Authorship.objects.filter(author=int(unquote(author))).order_by("-sort_day", "-paper_id")[: self.MOST]
        return rows.filter(pk__in=list(newest.values_list("pk", flat=True))).order_by("-sort_day", "-paper_id")

    @admin.display(description="paper")
    def paper_link(self, row: Authorship) -> str:
        return format_html('<a href="{}">{}</a>', row.paper.get_absolute_url(), plain_text(row.paper.title))


class AuthorForm(DecidedForm):
    class Meta:
        model = Author
        fields = (
            "name",
            "forenames",
            "surname",
            "suffix",
            "slug",
            "standing",
            "affiliation",
            "bio",
            "is_hidden",
            "in_similarity",
        )

    def to_decide(self) -> list[acts.Act]:
        given = self.cleaned_data
        changed = set(self.changed_data) & given.keys()
        author = Author.objects.get(pk=self.instance.pk)
        todo: list[acts.Act] = []
        parts = {"name", "forenames", "surname", "suffix"}
        if parts & changed and parts <= given.keys():
            name = acts.parsed(given["name"]).name if "name" in changed else given["name"]
            todo.append(acts.Rename(author, Name(name, given["forenames"], given["surname"], given["suffix"])))
        if "slug" in changed:
            todo.append(acts.ChangeAddress(author, given["slug"]))
        todo += [
            acts.Edit(author, values)
            for fields in (("standing",), ("is_hidden",), ("in_similarity",), ("affiliation", "bio"))
            if (values := {name: given[name] for name in fields if name in changed})
        ]
        return todo


class WithoutIdentifier(admin.SimpleListFilter):
    title = "identifier"
    parameter_name = "unidentified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "none, of ten papers and more")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Author]) -> QuerySet[Author]:
        return queryset.filter(identifiers=None, paper_count__gte=10, is_listed=True) if self.value() else queryset


class LikeCollaboration(admin.SimpleListFilter):
    title = "kind of name"
    parameter_name = "poses"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "like a collaboration's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Author]) -> QuerySet[Author]:
        return queryset.filter(pk__in=posing_as_people().values("pk")) if self.value() else queryset


@admin.register(Author)
class AuthorAdmin(PeopleAdmin):
    form = AuthorForm
    people = ("pk",)
    list_display = ("name", "paper_count", "years", "standing", "public_id", "is_hidden", "on_site")
    list_filter = ("standing", "is_hidden", "shares_name_on_a_paper", WithoutIdentifier, LikeCollaboration)
    search_fields = ("public_id",)  # autocomplete asks for it; the search itself is get_search_results
    search_help_text = "The beginning of any part of a name, a public id or an address."
    readonly_fields = (
        "public_id",
        "merged_into",
        "paper_count",
        "coauthor_count",
        "first_year",
        "last_year",
        "created_at",
        "modified_at",
        "on_site",
    )
    inlines = (NameInline, IdentifierInline, AuthorshipInline)
    fieldsets = (
        (None, {"fields": ("name", ("forenames", "surname", "suffix"), "standing", "affiliation", "bio")}),
        ("Address", {"fields": ("slug", "public_id", "on_site", "is_hidden", "in_similarity", "merged_into")}),
        (
            "Kept figures",
            {"fields": ("paper_count", "coauthor_count", ("first_year", "last_year"), "created_at", "modified_at")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a public id is never given twice: an author is hidden instead

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # authors come from bylines

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return super().get_queryset(request).order_by("-paper_count", "-id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.strip()
        if not text:
            return queryset, False
        exact = queryset.filter(public_id=text) | queryset.filter(slug=text)
        if exact.exists():
            return exact, False
        found = search.matching(cast(AuthorQuerySet, queryset), text)
        # Only curators find whom, and by what name, visitors don't.
        if is_curator(request.user) and (hidden := search.hidden_matching(text)):
            return queryset.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=hidden)), False
        return found, False

    def save_model(self, request: HttpRequest, obj: Author, form: Any, change: bool) -> None:
        """Each kind of change as a decision, which can be undone; nothing is written past them."""
        apply_acts(request, form.to_decide())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        author = self.get_object(request, unquote(object_id)) if is_curator(request.user) else None
        more = dict(extra_context or {})
        if author:
            links = [
                (form.title, reverse("admin:curation-decide", args=[author.pk, kind])) for kind, form in FORMS.items()
            ]
            of_author = f"{reverse('admin:profiles_similaritylink_changelist')}?q={author.public_id}"
            more["decisions_to_make"] = [*links, ("Similar authors", of_author)]
            more["history"] = Decision.objects.filter(subjects__public_id=author.public_id)[:20]
        return super().change_view(request, object_id, form_url, more)

    @admin.display(description="years")
    def years(self, author: Author) -> str:
        return f"{author.first_year or '?'}–{author.last_year or '?'}"

    @admin.display(description="page")
    def on_site(self, author: Author) -> str:
        return format_html('<a href="{}">{}</a>', author.get_absolute_url(), author.slug)
