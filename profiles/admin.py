"""The admin of people: curation. Whatever is saved here is a human's word, which no later run overwrites."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from papers.admin import LargeListAdmin, ReadOnlyAdmin, ReadOnlyInline
from papers.bylines import Name
from profiles import search
from profiles.curation import Refused, acts, decide
from profiles.deciding.forms import FORMS
from profiles.deciding.work_lists import posing_as_people
from profiles.models import (
    Author,
    AuthorCategory,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Correction,
    Decision,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
    UnassignedName,
)  # fmt: skip
from profiles.names import RESERVED_SLUGS, slug_for
from profiles.querysets import AuthorQuerySet

admin.site.site_title = admin.site.site_header = "Coterie curation"
admin.site.index_title = "Curation"


def _carry_out(request: HttpRequest, todo: list[acts.Act]) -> int:
    """Decide these; what is refused is said to the curator and changes nothing. Gives how many were made."""
    made = 0
    for act in todo:
        try:
            decision = decide(act, request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            made += 1
            address = reverse("admin:curation-undo", args=[decision.pk])
            messages.success(request, format_html('{}. <a href="{}">Undo</a>', decision.summary, address))
    return made


class NameInline(ReadOnlyInline):
    """The names; they are added, hidden and shown by decisions."""

    model = AuthorName
    fields = ("written", "visibility", "shown_as_printed", "decided_by_human")
    readonly_fields = ("written",)

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


class Unidentified(admin.SimpleListFilter):
    title = "identifier"
    parameter_name = "unidentified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "none, of ten papers and more")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Author]) -> QuerySet[Author]:
        return queryset.filter(identifiers=None, paper_count__gte=10, is_listed=True) if self.value() else queryset


class Poses(admin.SimpleListFilter):
    title = "kind of name"
    parameter_name = "poses"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "like a collaboration's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Author]) -> QuerySet[Author]:
        return queryset.filter(pk__in=posing_as_people().values("pk")) if self.value() else queryset


@admin.register(Author)
class AuthorAdmin(LargeListAdmin):
    form = AuthorForm
    list_display = ("name", "paper_count", "years", "standing", "public_id", "is_hidden", "on_site")
    list_filter = ("standing", "is_hidden", "shares_name_on_a_paper", Unidentified, Poses)
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
        if exact.exists():
            return exact, False
        found = search.matching(cast(AuthorQuerySet, queryset), text)
        # Only curators find whom, and by what name, visitors don't.
        if request.user.has_perm("profiles.change_author") and (hidden := search.hidden_matching(text)):
            return queryset.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=hidden)), False
        return found, False

    def save_model(self, request: HttpRequest, obj: Author, form: Any, change: bool) -> None:
        """Each kind of change as a decision, which can be undone; nothing is written past them."""
        changed, wanted = set(form.changed_data), form.cleaned_data
        author = Author.objects.get(pk=obj.pk)
        todo: list[acts.Act] = []
        if {"name", "forenames", "surname", "suffix"} & changed:
            name = Name(wanted["name"], wanted["forenames"], wanted["surname"], wanted["suffix"])
            todo.append(acts.Rename(author, name))
        if "slug" in changed:
            todo.append(acts.ChangeAddress(author, wanted["slug"]))
        for fields in (("standing",), ("is_hidden",), ("in_similarity",), ("affiliation", "bio")):
            if values := {name: wanted[name] for name in fields if name in changed}:
                todo.append(acts.Edit(author, values))
        _carry_out(request, todo)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        links = [(form.title, reverse("admin:curation-decide", args=[object_id, kind])) for kind, form in FORMS.items()]
        author = Author.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        history = Decision.objects.filter(subjects__public_id=author.public_id)[:20] if author else []
        if author:
            links.append(
                ("Similar authors", f"{reverse('admin:profiles_similaritylink_changelist')}?q={author.public_id}")
            )
        more = {**(extra_context or {}), "decisions_to_make": links, "history": history}
        return super().change_view(request, object_id, form_url, more)

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
        """The move as a decision, which can be undone."""
        if "author" in form.changed_data:
            claim = Authorship.objects.select_related("author").get(pk=obj.pk)
            _carry_out(request, [acts.Move([claim], form.cleaned_data["author"])])


@admin.register(SimilarityLink)
class SimilarityLinkAdmin(LargeListAdmin):
    """Pin a link to have it first, veto it to have it never, in the other one's list too; both survive every build."""

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
        obj.pk = obj.pk or 0  # the decision makes the row; the admin asks for a number to link to
        _carry_out(request, [acts.Judge(obj.author, obj.other, obj.verdict, obj.note)])
        obj.pk = (
            SimilarityLink.objects.filter(author=obj.author, other=obj.other).values_list("pk", flat=True).first() or 0
        )

    def _set(self, request: HttpRequest, queryset: QuerySet[SimilarityLink], verdict: str, said: str) -> None:
        links = list(queryset.select_related("author", "other"))
        made = _carry_out(request, [acts.Judge(link.author, link.other, verdict, link.note) for link in links])
        self.message_user(request, f"{made} links {said}.")

    @admin.action(description="Pin: always first")
    def pin(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.PINNED, "pinned; they come first")

    @admin.action(description="Veto: never show")
    def veto(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.VETOED, "vetoed; they are gone from the pages")

    @admin.action(description="Take pin or veto back")
    def clear(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.NONE, "without a verdict; the next build decides")


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


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
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
class UnassignedNameAdmin(ReadOnlyAdmin):
    """Papers under a name that was split. Whose a paper is, is said on this page."""

    list_display = ("printed", "paper", "position", "candidates")
    list_select_related = ("paper", "key")

    @admin.display(description="printed name")
    def printed(self, row: UnassignedName) -> str:
        return row.paper.byline[row.position - 1]["name"]

    @admin.display(description="give it to")
    def candidates(self, row: UnassignedName) -> str:
        people = Author.objects.filter(public_id__in=row.key.candidates)
        return format_html_join(
            ", ", '<a href="{}">{} ({} papers)</a>',
            ((reverse("admin:curation-assign", args=[row.pk, p.public_id]), p.name, p.paper_count) for p in people),
        )  # fmt: skip


@admin.register(Correction)
class CorrectionAdmin(LargeListAdmin):
    """What visitors say is wrong. Decide by the links, then answer; the sender reads the answer at the status address."""

    list_display = ("kind", "author", "paper", "shortened", "made_at", "status", "led_to")
    list_filter = ("status", "kind")
    list_select_related = ("author", "paper", "decision")
    readonly_fields = ("kind", "author", "paper", "text", "orcid", "email", "made_at", "prepared", "led_to", "on_site")
    fields = (*readonly_fields, "status", "answer")

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
            ", ", '<a href="{}{}">{}</a>',
            ((reverse("admin:curation-decide", args=[row.author_id, k]), query, FORMS[k].title) for k in chosen),
        )  # fmt: skip


import profiles.token_admin  # noqa: E402, F401 one more subject of the admin
