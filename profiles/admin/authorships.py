"""The admin of what authors are tied by: places in bylines, and links to similar authors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from profiles.admin.apply import DecidedForm, apply_acts
from profiles.admin.visibility import PeopleAdmin
from profiles.curation import acts
from profiles.models import Authorship, SimilarityLink
from profiles.permissions import is_curator


class AuthorshipForm(DecidedForm):
    def to_decide(self) -> list[acts.Act]:
        if "author" not in self.changed_data or "author" in self.errors:
            return []
        claim = Authorship.objects.select_related("author").get(pk=self.instance.pk)
        return [acts.Move([claim], self.cleaned_data["author"])]


class SimilarityLinkForm(DecidedForm):
    def to_decide(self) -> list[acts.Act]:
        given = self.cleaned_data
        if self.errors:
            return []
        return [acts.SetVerdict(given["author"], given["other"], given["verdict"], given["note"])]


@admin.register(Authorship)
class AuthorshipAdmin(PeopleAdmin):
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

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._readable(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._readable(request, super().get_fields(request, obj))

    def _readable(self, request: HttpRequest, fields: Any) -> list[Any]:
        return [name for name in fields if name != "printed" or is_curator(request.user)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # every printed name has one already

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="printed name")
    def printed(self, row: Authorship) -> str:
        if row.position is None or row.position > len(row.paper.byline):
            return "–"
        name: str = row.paper.byline[row.position - 1]["name"]
        return name

    def save_model(self, request: HttpRequest, obj: Authorship, form: Any, change: bool) -> None:
        """The move as a decision, which can be undone."""
        apply_acts(request, form.to_decide())


@admin.register(SimilarityLink)
class SimilarityLinkAdmin(PeopleAdmin):
    """Pin a link to have it first, veto it to have it never, in the other one's list too; both survive every build."""

    form = SimilarityLinkForm
    people = ("author", "other")
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
        apply_acts(request, form.to_decide())
        obj.pk = (
            SimilarityLink.objects.filter(author=obj.author, other=obj.other).values_list("pk", flat=True).first() or 0
        )

    def _set(self, request: HttpRequest, queryset: QuerySet[SimilarityLink], verdict: str, said: str) -> None:
        links = list(queryset.select_related("author", "other"))
        made = apply_acts(request, [acts.SetVerdict(link.author, link.other, verdict, link.note) for link in links])
        self.message_user(request, f"{made} {'link' if made == 1 else 'links'} {said}.")

    @admin.action(description="Pin: always first")
    def pin(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.PINNED, "pinned; they come first")

    @admin.action(description="Veto: never show")
    def veto(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.VETOED, "vetoed; they are gone from the pages")

    @admin.action(description="Take pin or veto back")
    def clear(self, request: HttpRequest, queryset: QuerySet[SimilarityLink]) -> None:
        self._set(request, queryset, SimilarityLink.Verdict.NONE, "without a verdict, where the build puts them")
