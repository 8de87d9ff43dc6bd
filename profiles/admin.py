"""The admin of people: curation. Whatever is saved here is a human's word, which no later run overwrites."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from papers.admin import LargeListAdmin, ReadOnlyAdmin
from papers.bylines import Name
from profiles import search
from profiles.models import (
    Author,
    AuthorCategory,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
)  # fmt: skip
from profiles.names import RESERVED_SLUGS, slug_for, sort_key
from profiles.querysets import AuthorQuerySet

admin.site.site_title = admin.site.site_header = "Coterie curation"
admin.site.index_title = "Curation"


class NameForm(forms.ModelForm):
    """A name that a curator wrote or showed to fewer people is decided by a human."""

    def clean(self) -> dict[str, Any] | None:
        if self.has_changed():
            self.instance.decided_by_human = True
        return super().clean()


class NameInline(admin.TabularInline):
    model = AuthorName
    form = NameForm
    fields = ("name", "visibility")
    extra = 0


class IdentifierInline(admin.TabularInline):
    model = AuthorIdentifier
    fields = ("scheme", "value")
    extra = 0


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
        author = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if author is None:
            return rows.none()
        newest = Authorship.objects.filter(author=author).order_by("-sort_date", "-paper_id")[: self.MOST]
        return rows.filter(pk__in=list(newest.values_list("pk", flat=True))).order_by("-sort_date", "-paper_id")

    @admin.display(description="paper")
    def paper_link(self, row: Authorship) -> str:
        return format_html('<a href="{}">{}</a>', row.paper.get_absolute_url(), row.paper.title)


class AuthorForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = (
            "name", "forenames", "surname", "suffix", "slug", "standing", "affiliation", "bio", "is_hidden", "in_similarity",
        )  # fmt: skip

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug == self.instance.slug:
            return slug
        if slug != slug_for(slug):
            raise forms.ValidationError("An address is made of small Latin letters, digits and hyphens.")
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError("This address is the site's own.")
        if EarlierSlug.objects.filter(slug=slug).exclude(author=self.instance.pk).exists():
            raise forms.ValidationError("This address once was another author's and still leads to them.")
        if Author.objects.filter(public_id=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This is another author's public id.")
        return slug


@admin.register(Author)
class AuthorAdmin(LargeListAdmin):
    form = AuthorForm
    list_display = ("name", "paper_count", "years", "standing", "public_id", "is_hidden", "on_site")
    list_filter = ("standing", "is_hidden", "shares_name_on_a_paper")
    search_fields = ("public_id",)  # autocomplete asks for it; the search itself is get_search_results
    search_help_text = "The beginning of any part of a name, a public id or an address."
    readonly_fields = (
        "public_id", "merged_into", "paper_count", "coauthor_count", "first_year", "last_year", "created_at",
        "modified_at", "on_site",
    )  # fmt: skip
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
        return (exact, False) if exact.exists() else (search.matching(cast(AuthorQuerySet, queryset), text), False)

    def save_model(self, request: HttpRequest, obj: Author, form: Any, change: bool) -> None:
        """Keep what was decided as a human's word: the name shown, the address with the earlier one leading to it."""
        if {"name", "forenames", "surname", "suffix"} & set(form.changed_data):
            obj.name_decided_by_human = True
            obj.sort_key = sort_key(Name(obj.name, obj.forenames, obj.surname, obj.suffix))
        obj.modified_at = timezone.now()
        super().save_model(request, obj, form, change)
        if "slug" in form.changed_data:
            EarlierSlug.objects.filter(slug=obj.slug).delete()
            EarlierSlug.objects.get_or_create(slug=form.initial["slug"], defaults={"author": obj})
            messages.info(request, f"The earlier address {form.initial['slug']} leads to the new one.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        author = form.instance
        AuthorName.objects.get_or_create(author=author, name=author.name, defaults={"decided_by_human": True})
        search.index_authors(connection, [author.pk])

    @admin.display(description="years")
    def years(self, author: Author) -> str:
        return f"{author.first_year or '?'}–{author.last_year or '?'}"

    @admin.display(description="page")
    def on_site(self, author: Author) -> str:
        return format_html('<a href="{}">{}</a>', author.get_absolute_url(), author.slug)


class AuthorshipForm(forms.ModelForm):
    def clean_author(self) -> Author:
        # The paper is no field of this form, so Django leaves the constraint that says this to the database.
        author = self.cleaned_data["author"]
        if Authorship.objects.filter(paper=self.instance.paper, author=author).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This author already has a place on this paper.")
        return author


@admin.register(Authorship)
class AuthorshipAdmin(LargeListAdmin):
    """Who a byline position is. Changing the author is a decision: it stays whatever is imported or linked later."""

    form = AuthorshipForm
    list_display = ("paper", "position", "printed", "author", "basis", "decided_by_human")
    list_filter = ("basis", "decided_by_human")
    list_select_related = ("paper", "author")
    autocomplete_fields = ("author",)
    readonly_fields = ("paper", "position", "printed", "basis", "decided_by_human", "decided_by", "decided_at")
    fields = ("paper", "position", "printed", "author", "basis", "decided_by_human", "decided_by", "decided_at")
    search_fields = ("=paper__identifier",)
    search_help_text = "The identifier of a paper."

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # every printed name has one already

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="printed name")
    def printed(self, row: Authorship) -> str:
        if row.position is None or row.position > len(row.paper.byline):
            return "–"
        return row.paper.byline[row.position - 1]["name"]

    def save_model(self, request: HttpRequest, obj: Authorship, form: Any, change: bool) -> None:
        """The move as a human's decision, and both authors' figures to be counted again."""
        if "author" not in form.changed_data:
            return
        obj.basis = Authorship.Basis.CURATOR
        obj.decided_by_human = True
        obj.decided_by = request.user  # type: ignore[assignment]
        obj.decided_at = timezone.now()
        obj.printed_name = self.printed(obj) if obj.position else ""
        super().save_model(request, obj, form, change)
        on_paper = Authorship.objects.filter(paper=obj.paper).values("author")
        Author.objects.filter(pk__in=[form.initial["author"]]).update(statistics_are_stale=True)
        Author.objects.filter(pk__in=on_paper).update(statistics_are_stale=True)
        messages.info(request, "Moved. The figures of everybody on the paper are counted with the next link_authors.")


@admin.register(SimilarityLink)
class SimilarityLinkAdmin(LargeListAdmin):
    """Pin a link to have it first, veto it to have it never; both survive every build."""

    list_display = ("author", "other", "score", "rank", "is_coauthor", "verdict", "note")
    list_filter = ("verdict", "is_coauthor")
    list_select_related = ("author", "other")
    autocomplete_fields = ("author", "other")
    search_fields = ("=author__slug", "=author__public_id")
    search_help_text = "The address or public id of an author."
    readonly_fields = ("score", "rank", "is_coauthor", "build", "evidence", "decided_by", "decided_at")
    fields = ("author", "other", "verdict", "note", *readonly_fields)
    actions = ("pin", "veto", "clear")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SimilarityLink, form: Any, change: bool) -> None:
        self._decide(request, obj)
        super().save_model(request, obj, form, change)

    @staticmethod
    def _decide(request: HttpRequest, link: SimilarityLink) -> None:
        link.decided_by = request.user  # type: ignore[assignment]
        link.decided_at = timezone.now()
        if link.verdict == SimilarityLink.Verdict.VETOED:
            link.rank = None

    def _set(self, request: HttpRequest, queryset: QuerySet[SimilarityLink], verdict: str, said: str) -> None:
        for link in queryset:
            link.verdict = verdict
            self._decide(request, link)
            link.save(update_fields=["verdict", "rank", "decided_by", "decided_at"])
        self.message_user(request, f"{queryset.count()} links {said}.")

    @admin.action(description="Pin: always first")
    def pin(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.PINNED, "pinned; they come first with the next build")

    @admin.action(description="Veto: never show")
    def veto(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.VETOED, "vetoed; they are gone from the pages")

    @admin.action(description="Take pin or veto back")
    def clear(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.NONE, "without a verdict; the next build decides")


@admin.register(AuthorName)
class AuthorNameAdmin(LargeListAdmin):
    form = NameForm
    readonly_fields = ("decided_by_human",)
    list_display = ("name", "author", "visibility", "decided_by_human")
    list_filter = ("visibility", "decided_by_human")
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("name__startswith",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuthorIdentifier)
class AuthorIdentifierAdmin(LargeListAdmin):
    list_display = ("scheme", "value", "author")
    list_filter = ("scheme",)
    list_select_related = ("author",)
    autocomplete_fields = ("author",)
    search_fields = ("value",)


@admin.register(EarlierSlug)
class EarlierSlugAdmin(LargeListAdmin):
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
