"""The curators' pages in the admin: decide with a preview, undo with a preview, possible duplicates, work-lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from papers.models import Collaboration, Paper
from profiles.curation import Refused, acts, decide, preview, undo
from profiles.curation.effects import conflict_text
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Correction,
    Decision,
    DuplicateSuggestion,
    UnassignedName,
)  # fmt: skip
from profiles.paper_groups import PaperFacts, groups_of_papers, words_of
from profiles.people import find_author
from profiles.querysets import DuplicateSuggestionQuerySet
from profiles.suggestions import survivor_first

LATEST = 10
MOST_AT_ONCE = 1000
MOST_PRE_GROUPED = 500  # papers of an author whose split form offers groups


# --- Forms, one for each act -------------------------------------------------------------------------------------------


class ActForm(forms.Form):
    """What a curator says to decide something about an author; `act` is the decision it makes."""

    title = ""
    explanation = ""
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 2}), required=False, help_text="Kept with the decision."
    )

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.author = author
        self.order_fields([name for name in self.fields if name != "reason"])

    def act(self) -> acts.Act:
        raise NotImplementedError


class OtherAuthorField(forms.CharField):
    """An author by address, public id or orcid:…"""

    def __init__(self, **kwargs: Any):
        super().__init__(help_text="Address, public id or orcid:…", **kwargs)

    def clean(self, value: Any) -> Author:
        text = super().clean(value).strip().rstrip("/").rsplit("/", 1)[-1]
        found = Author.objects.filter(public_id=text).first() or find_author(text)
        if found is None:
            raise forms.ValidationError(f"There is no author {text[:60]!r}.")
        return found


class MergeForm(ActForm):
    title = "Merge with another record of the same person"
    explanation = (
        "Papers, names and identifiers go together. The better known record stays, the other's address leads to it."
    )
    other = OtherAuthorField()
    override = forms.BooleanField(required=False, label="although both are on one paper (superusers, with a reason)")

    def act(self) -> acts.Act:
        loser, survivor = survivor_first(self.author, self.cleaned_data["other"])
        return acts.Merge(loser, survivor, override=self.cleaned_data["override"])


class SplitForm(ActForm):
    title = "Give some of the papers to another person"
    explanation = (
        "Tick the papers of the other person, who gets a record. Groups are guessed from co-authors and subjects."
    )
    papers = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["papers"].choices = grouped_papers(author)  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        return acts.Split(self.author, [int(pk) for pk in self.cleaned_data["papers"]])


class NotSameForm(ActForm):
    title = "Not the same person as another"
    explanation = "Said once, it stands for ever: the two are never proposed again, and can't be merged."
    other = OtherAuthorField()

    def act(self) -> acts.Act:
        return acts.NotSame(self.author, self.cleaned_data["other"])


class RenameForm(ActForm):
    title = "Rename"
    explanation = "The name shown everywhere. The present one stays as another name, which you can hide afterwards."
    name = forms.CharField(max_length=255, help_text="As it is to be shown.")
    surname = forms.CharField(max_length=255, required=False, help_text="If it is more than the name's last word.")

    def act(self) -> acts.Act:
        name = acts.parsed(self.cleaned_data["name"])
        if surname := self.cleaned_data["surname"]:
            name = acts.Name(name.name, name.name.removesuffix(surname).strip(), surname, name.suffix)
        return acts.Rename(self.author, name)


class AddNameForm(ActForm):
    title = "Add a name"
    explanation = (
        "New papers under the name go to this person. A match-only name is used for that alone and shown nowhere."
    )
    name = forms.CharField(max_length=255)
    visibility = forms.ChoiceField(choices=AuthorName.Visibility.choices)

    def act(self) -> acts.Act:
        return acts.AddName(self.author, acts.parsed(self.cleaned_data["name"]), self.cleaned_data["visibility"])


class VisibilityForm(ActForm):
    title = "Hide or show a name"
    explanation = (
        "A match-only name is shown nowhere, not even on papers that print it; addresses that spell it are gone."
    )
    name = forms.ChoiceField()
    visibility = forms.ChoiceField(choices=AuthorName.Visibility.choices)
    as_printed = forms.BooleanField(required=False, label="papers that print it go on showing it")

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["name"].choices = [  # type: ignore[attr-defined]
            (row.name, f"{row.name} ({row.visibility})") for row in author.names.all()
        ]

    def act(self) -> acts.Act:
        data = self.cleaned_data
        return acts.SetVisibility(self.author, data["name"], data["visibility"], as_printed=data["as_printed"])


class IdentifierForm(ActForm):
    title = "Set an identifier"
    explanation = "What another register calls this person. An ORCID or arXiv author id makes them identified."
    scheme = forms.ChoiceField(choices=AuthorIdentifier.Scheme.choices)
    value = forms.CharField(max_length=500)

    def act(self) -> acts.Act:
        return acts.SetIdentifier(self.author, self.cleaned_data["scheme"], self.cleaned_data["value"])


class RemoveIdentifierForm(ActForm):
    title = "Remove an identifier"
    explanation = "For an identifier that means somebody else."
    identifier = forms.ModelChoiceField(AuthorIdentifier.objects.none())

    def __init__(self, author: Author, *args: Any, **kwargs: Any):
        super().__init__(author, *args, **kwargs)
        self.fields["identifier"].queryset = author.identifiers.all()  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        return acts.RemoveIdentifier(self.cleaned_data["identifier"])


class AddressForm(ActForm):
    title = "Change the address"
    explanation = "The present address leads to the new one, unless it is to be gone for good."
    slug = forms.SlugField(max_length=120)
    retire = forms.BooleanField(required=False, label="the present address spells a hidden name: it is gone for good")

    def act(self) -> acts.Act:
        return acts.ChangeAddress(self.author, self.cleaned_data["slug"], retire=self.cleaned_data["retire"])


FORMS: dict[str, type[ActForm]] = {
    "merge": MergeForm,
    "split": SplitForm,
    "not-same": NotSameForm,
    "rename": RenameForm,
    "add-name": AddNameForm,
    "name-visibility": VisibilityForm,
    "set-identifier": IdentifierForm,
    "remove-identifier": RemoveIdentifierForm,
    "address": AddressForm,
}


def grouped_papers(author: Author) -> list[tuple[str, list[tuple[str, str]]]]:
    """The author's papers as choices, in groups that no co-author and no subject links; a hint, no verdict."""
    claims = Authorship.objects.filter(author=author).select_related("paper").order_by("-sort_date", "-paper_id")
    papers = {claim.paper_id: claim.paper for claim in claims}
    groups = [list(papers)]
    if len(papers) <= MOST_PRE_GROUPED:
        people: dict[int, set[int]] = {pk: set() for pk in papers}
        others = Authorship.objects.filter(paper__in=papers).exclude(author=author).order_by()
        for paper, other in others.values_list("paper_id", "author_id"):
            people[paper].add(other)
        groups = groups_of_papers({
            pk: PaperFacts(frozenset(people[pk]), tuple(paper.categories), words_of(paper.title, paper.abstract))
            for pk, paper in papers.items()
        })  # fmt: skip
    return [
        (
            f"Group {number}: {len(group)} paper{'' if len(group) == 1 else 's'}",
            [
                (
                    str(pk),
                    f"{papers[pk].published or 'undated'} · {papers[pk].title} [{', '.join(papers[pk].categories[:2])}]",
                )
                for pk in sorted(group, key=lambda pk: (papers[pk].sort_date, pk), reverse=True)
            ],
        )
        for number, group in enumerate(groups, 1)
    ]


# --- Pages ------------------------------------------------------------------------------------------------------------


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"admin/curation/{template}", {**admin.site.each_context(request), **context})


def may_decide(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever may not change authors."""
    if not request.user.has_perm("profiles.change_author"):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def decide_page(request: HttpRequest, author_id: int, kind: str) -> HttpResponse:
    """A form for the decision, then its preview, then it is done."""
    may_decide(request)
    author = get_object_or_404(Author, pk=author_id)
    if kind not in FORMS:
        raise Http404("There is no such decision.")
    correction = _correction(request)
    form = FORMS[kind](author, request.POST if request.method == "POST" else None, initial=_initial(request))
    effects = None
    if request.method == "POST" and form.is_valid():
        try:
            if "confirm" in request.POST:
                with transaction.atomic():
                    made = decide(form.act(), request.user, form.cleaned_data["reason"])
                    if correction:
                        accept(correction, made)
                messages.success(request, f"{made.summary}.")
                if correction:
                    return redirect("admin:profiles_correction_change", correction.pk)
                return redirect("admin:profiles_author_change", author.pk)
            effects = preview(form.act(), request.user, form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"title": form.title, "author": author, "form": form, "effects": effects, "correction": correction}
    return page(request, "decide.html", context)


def _correction(request: HttpRequest) -> Correction | None:
    """The visitor's suggestion that this decision answers."""
    number = request.GET.get("correction", "")
    return get_object_or_404(Correction, pk=number) if number.isdecimal() else None


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address fills into the form: several papers as a list."""
    return {**request.GET.dict(), **{name: request.GET.getlist(name) for name in ("papers",) if name in request.GET}}


def accept(correction: Correction, decision: Decision) -> None:
    """Tie the suggestion to the decision that it led to."""
    Correction.objects.filter(pk=correction.pk).update(status=Correction.Status.ACCEPTED, decision=decision)


@require_http_methods(["GET", "POST"])
def undo_page(request: HttpRequest, decision_id: int) -> HttpResponse:
    """What undoing a decision would do, and a button that does it.

    Posted from a list it is undone at once, unless something would stay: then the page asks first.
    """
    may_decide(request)
    decision = get_object_or_404(Decision, pk=decision_id)
    effects, refusal = None, ""
    try:
        if request.method == "POST" and (made := _undone(decision, request)):
            again = reverse("admin:curation-undo", args=[made.pk])
            messages.success(request, format_html('{}. <a href="{}">Take that back</a>', made.summary, again))
            for conflict in made.conflicts:
                messages.warning(request, f"Not put back: {conflict_text(conflict)}.")
            return redirect(_next(request))
        effects = preview(decision, request.user)
    except Refused as refused:
        refusal = str(refused)
    context = {
        "title": f"Undo decision {decision.pk}", "decision": decision, "effects": effects, "refusal": refusal,
        "next": _next(request), "subtitle": decision.summary,
    }  # fmt: skip
    return page(request, "undo.html", context)


def _undone(decision: Decision, request: HttpRequest) -> Decision | None:
    """The undoing, or None if a part would stay and the curator has not seen yet which."""
    with transaction.atomic():
        made = undo(decision, request.user, request.POST.get("reason", ""))
        if made.conflicts and "confirm" not in request.POST:
            transaction.set_rollback(True)
            return None
    return made


def _next(request: HttpRequest) -> str:
    """Where the curator came from, if that is this site's."""
    wanted = request.POST.get("next") or request.GET.get("next") or request.headers.get("Referer", "")
    here = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, here) and "/curation/undo/" not in wanted:
        return wanted
    return reverse("admin:profiles_decision_changelist")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that may be one person, as the queue shows it."""

    author: Author
    names: list[str]
    categories: list[str]
    newest: list[Paper]


def side(author: Author) -> Side:
    newest = Paper.objects.filter(authorships__author=author).order_by("-sort_date", "-id")[:5]
    return Side(
        author,
        [row.name for row in author.names.all()],
        [f"{code} {count}" for code, count in author.statistics.get("categories", [])[:6]],
        list(newest),
    )


def open_suggestions() -> DuplicateSuggestionQuerySet:
    return DuplicateSuggestion.objects.open().select_related("one", "two")


@require_http_methods(["GET", "POST"])
def duplicates_page(request: HttpRequest) -> HttpResponse:
    """The pair most worth deciding, side by side; keys: a accept, r reject, s skip, u undo the last."""
    may_decide(request)
    if request.method == "POST":
        _answer_suggestion(request)
        return redirect("admin:curation-duplicates")
    found = open_suggestions().not_skipped().by_payoff().first()
    context: dict[str, Any] = {"title": "Possible duplicates", "left": open_suggestions().not_skipped().count()}
    last = Decision.objects.filter(made_by=request.user.pk).exclude(kind="undo").prefetch_related("undone_by").first()
    if last and last.is_in_force:
        context["last"] = last
    if found:
        mine = Authorship.objects.filter(author=found.one).values("paper")
        theirs = Authorship.objects.filter(author=found.two).values("paper")
        together = Author.objects.filter(authorships__paper__in=mine).filter(authorships__paper__in=theirs).distinct()
        loser, survivor = survivor_first(found.one, found.two)
        context |= {
            "suggestion": found, "sides": [side(survivor), side(loser)],
            "together": list(together.exclude(pk__in=[found.one_id, found.two_id])[:20]),
        }  # fmt: skip
    return page(request, "duplicates.html", context)


def _answer_suggestion(request: HttpRequest) -> None:
    answer = request.POST.get("answer")
    try:
        if answer == "undo":
            last = get_object_or_404(Decision, pk=request.POST.get("decision"))
            messages.success(request, f"{undo(last, request.user).summary}.")
            return
        found = get_object_or_404(open_suggestions(), pk=request.POST.get("suggestion"))
        if answer == "accept":
            messages.success(
                request, f"{decide(acts.Merge(*survivor_first(found.one, found.two)), request.user).summary}."
            )
        elif answer == "reject":
            messages.success(request, f"{decide(acts.NotSame(found.one, found.two), request.user).summary}.")
        else:
            DuplicateSuggestion.objects.filter(pk=found.pk).update(skipped_at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))


@require_http_methods(["GET", "POST"])
def assign_page(request: HttpRequest, waiting_id: int, public_id: str) -> HttpResponse:
    """That a paper which waits is this author's: what it would do, and a button that does it."""
    may_decide(request)
    waiting = get_object_or_404(UnassignedName.objects.select_related("paper"), pk=waiting_id)
    act = acts.Assign(waiting.paper, waiting.position, get_object_or_404(Author, public_id=public_id))
    try:
        if request.method == "POST":
            messages.success(request, f"{decide(act, request.user).summary}.")
            return redirect("admin:profiles_unassignedname_changelist")
        effects, refusal = preview(act, request.user), ""
    except Refused as refused:
        effects, refusal = None, str(refused)
    return page(request, "undo.html", {"title": act.summary, "effects": effects, "refusal": refusal})


class BatchForm(forms.Form):
    least = forms.FloatField(
        min_value=0.5, max_value=1, initial=0.95, label="Accept every pair with at least this score"
    )


@require_http_methods(["GET", "POST"])
def batch_page(request: HttpRequest) -> HttpResponse:
    """All pairs above a threshold as one decision, after a preview."""
    may_decide(request)
    form = BatchForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"title": "Accept many possible duplicates", "form": form}
    if request.method == "POST" and form.is_valid():
        found = open_suggestions().filter(score__gte=form.cleaned_data["least"]).order_by("-score", "id")[:MOST_AT_ONCE]
        act = acts.MergeMany([survivor_first(row.one, row.two) for row in found])
        try:
            if "confirm" in request.POST:
                messages.success(request, f"{decide(act, request.user).summary}.")
                return redirect("admin:curation-duplicates")
            context["effects"] = preview(act, request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
    return page(request, "batch.html", context)


URLS = [
    path("curation/author/<int:author_id>/<slug:kind>/", admin.site.admin_view(decide_page), name="curation-decide"),
    path("curation/undo/<int:decision_id>/", admin.site.admin_view(undo_page), name="curation-undo"),
    path("curation/assign/<int:waiting_id>/<public_id>/", admin.site.admin_view(assign_page), name="curation-assign"),
    path("curation/duplicates/", admin.site.admin_view(duplicates_page), name="curation-duplicates"),
    path("curation/duplicates/many/", admin.site.admin_view(batch_page), name="curation-batch"),
]


# --- Work-lists -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkList:
    """Something to look at: its name, how much there is (counted to ten thousand), and where."""

    name: str
    length: int
    url: str


def work_lists() -> list[WorkList]:
    """What is worth a curator's look, in the order in which it is."""

    def counted(rows: QuerySet[Any]) -> int:
        return rows.order_by()[:10_000].count()

    papers, authors = reverse("admin:papers_paper_changelist"), reverse("admin:profiles_author_changelist")
    unidentified = Author.objects.listed().filter(identifiers=None, paper_count__gte=10)
    return [
        WorkList(
            "Corrections suggested by visitors", counted(Correction.objects.filter(status="open")),
            reverse("admin:profiles_correction_changelist") + "?status__exact=open",
        ),
        WorkList(
            "Possible duplicates", counted(DuplicateSuggestion.objects.open().not_skipped()),
            reverse("admin:curation-duplicates"),
        ),
        WorkList(
            "Papers under a name that was split", counted(UnassignedName.objects.all()),
            reverse("admin:profiles_unassignedname_changelist"),
        ),
        WorkList(
            "Names that could not be parsed", counted(Paper.objects.filter(byline_needs_review=True)),
            papers + "?byline_needs_review__exact=1",
        ),
        WorkList(
            "Papers with an incomplete byline", counted(Paper.objects.filter(byline_is_complete=False)),
            papers + "?byline_is_complete__exact=0",
        ),
        WorkList(
            "Collaborations", counted(Collaboration.objects.all()), reverse("admin:papers_collaboration_changelist")
        ),
        WorkList(
            "Collaborations posing as people", counted(posing_as_people()), authors + "?poses=1",
        ),
        WorkList("Authors of ten papers and more without identifier", counted(unidentified), authors + "?unidentified=1"),
        WorkList("Names printed twice on a paper", counted(Author.objects.filter(shares_name_on_a_paper=True)),
                 authors + "?shares_name_on_a_paper__exact=1"),
    ]  # fmt: skip


def posing_as_people() -> QuerySet[Author]:
    """Authors whose surname is a word that groups call themselves."""
    words = ("Collaboration", "Team", "Consortium", "Group", "Project", "Network", "Community", "Society", "Survey")
    return Author.objects.listed().filter(surname__in=words)


def latest_decisions() -> list[Decision]:
    return list(Decision.objects.prefetch_related("undone_by")[:LATEST])
