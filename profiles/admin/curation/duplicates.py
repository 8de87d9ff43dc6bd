"""The queue of possible duplicates: a pair side by side to accept, reject or skip, and many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from papers.models import Paper
from profiles.admin.curation.views import may_decide, page
from profiles.curation import Refused, acts, decide, preview, undo
from profiles.curation.rules import merge_direction
from profiles.models import Author, Authorship, Decision, DuplicateSuggestion, DuplicateSuggestionQuerySet

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that may be one person, as the queue shows it."""

    author: Author
    names: list[str]
    categories: list[str]
    newest: list[Paper]


def side(author: Author) -> Side:
    newest = Paper.objects.filter(authorships__author=author).order_by("-sort_day", "-id")[:5]
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
        way = merge_direction(found.one, found.two)
        context |= {
            "suggestion": found,
            "sides": [side(way.kept), side(way.gone)],
            "together": list(together.exclude(pk__in=[found.one_id, found.two_id])[:20]),
        }
    return page(request, "duplicates.html", context)


def _answer_suggestion(request: HttpRequest) -> None:
    answer = request.POST.get("answer")
    try:
        if answer == "undo":
            last = get_object_or_404(Decision, pk=posted_number(request, "decision"))
            messages.success(request, f"{undo(last, request.user).summary}.")
            return
        found = get_object_or_404(open_suggestions(), pk=posted_number(request, "suggestion"))
        if answer == "accept":
            way = merge_direction(found.one, found.two)
            messages.success(request, f"{decide(acts.Merge(way.gone, way.kept), request.user).summary}.")
        elif answer == "reject":
            messages.success(request, f"{decide(acts.NotSame(found.one, found.two), request.user).summary}.")
        else:
            DuplicateSuggestion.objects.filter(pk=found.pk).update(skipped_at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))


def posted_number(request: HttpRequest, name: str) -> int:
    """The number in a field of the form; raises BadRequest."""
    try:
        return int(request.POST.get(name, ""))
    except ValueError as error:
        raise BadRequest(f"{name}: Give a number.") from error


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
        ways = (merge_direction(row.one, row.two) for row in found)
        act = acts.MergeMany([(way.gone, way.kept) for way in ways])
        try:
            if "confirm" in request.POST:
                messages.success(request, f"{decide(act, request.user).summary}.")
                return redirect("admin:curation-duplicates")
            context["effects"] = preview(act, request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
    return page(request, "batch.html", context)
