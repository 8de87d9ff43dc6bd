"""The pages on which a curator decides, undoes, and says whose a waiting paper is: each with a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from profiles.admin.apply import add_refusal
from profiles.admin.curation.forms import FORMS, DecisionForm
from profiles.curation import Refused, acts, decide, preview, undo
from profiles.curation.effects import conflict_text
from profiles.models import Author, Correction, Decision, UnassignedName
from profiles.permissions import is_curator


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"admin/curation/{template}", {**admin.site.each_context(request), **context})


def may_decide(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever may not change authors."""
    if not is_curator(request.user):
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

    def done(made: Decision) -> HttpResponse:
        if correction:
            accept(correction, made)
            return redirect("admin:profiles_correction_change", correction.pk)
        return redirect("admin:profiles_author_change", author.pk)

    return decided(request, form, "decide.html", {"author": author, "correction": correction}, done)


def decided(
    request: HttpRequest,
    form: DecisionForm,
    template: str,
    context: dict[str, Any],
    done: Callable[[Decision], HttpResponse],
) -> HttpResponse:
    """The form, then its preview; and once it is confirmed, what `done` answers to the decision."""
    context |= {"title": form.title, "form": form, "effects": None}
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            if "confirm" in request.POST:
                with transaction.atomic():
                    made = decide(form.act(), request.user, reason)
                    answer = done(made)
                messages.success(request, f"{made.summary}.")
                return answer
            context["effects"] = preview(form.act(), request.user, reason)
        except Refused as refused:
            add_refusal(form, refused)
            context["see"] = refused.see
    return page(request, template, context)


def _correction(request: HttpRequest) -> Correction | None:
    """The visitor's suggestion that this decision answers."""
    number = request.GET.get("correction", "")
    if not number.isdecimal():
        return None
    if not admin.site.get_model_admin(Correction).has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(Correction, pk=number)


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
            return HttpResponseRedirect(_next(request))
        effects = preview(decision, request.user)
    except Refused as refused:
        refusal = str(refused)
    context = {
        "title": f"Undo decision {decision.pk}",
        "decision": decision,
        "effects": effects,
        "refusal": refusal,
        "next": _next(request),
        "on_record": decision.papers.exists(),
        "subtitle": decision.summary,
    }
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
