"""The queue of possible duplicates: a pair side by side to accept, reject or skip, and many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from papers.models import Paper
from profiles.admin.curation import queue
from profiles.admin.curation.forms import DecisionForm
from profiles.admin.curation.views import decided, may_decide, page
from profiles.curation import acts
from profiles.curation.rules import merge_direction
from profiles.models import Author, Authorship, DuplicateSuggestion, DuplicateSuggestionQuerySet

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


def merge(pair: DuplicateSuggestion) -> acts.Act:
    way = merge_direction(pair.one, pair.two)
    return acts.Merge(way.gone, way.kept)


@require_http_methods(["GET", "POST"])
def duplicates_page(request: HttpRequest) -> HttpResponse:
    """The pair most worth deciding, side by side; keys: a accept, r reject, s skip, u undo the last."""
    may_decide(request)
    if request.method == "POST":
        queue.take_answer(
            request, open_suggestions(), {"accept": merge, "reject": lambda pair: acts.NotSame(pair.one, pair.two)}
        )
        return redirect("admin:curation-duplicates")
    waiting = open_suggestions().not_skipped()
    context = queue.shown(request, "Possible duplicates", waiting)
    if found := waiting.by_payoff().first():
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


class BatchForm(DecisionForm):
    title = "Accept many possible duplicates"
    reason = None  # type: ignore[assignment]  # as Django leaves out a field; one for so many would say nothing
    least = forms.FloatField(
        min_value=0.5, max_value=1, initial=0.95, label="Accept every pair with at least this score"
    )

    def act(self) -> acts.Act:
        found = open_suggestions().filter(score__gte=self.cleaned_data["least"]).order_by("-score", "id")[:MOST_AT_ONCE]
        ways = (merge_direction(row.one, row.two) for row in found)
        return acts.MergeMany([(way.gone, way.kept) for way in ways])


@require_http_methods(["GET", "POST"])
def batch_page(request: HttpRequest) -> HttpResponse:
    """All pairs above a threshold as one decision, after a preview."""
    may_decide(request)
    form = BatchForm(request.POST if request.method == "POST" else None)
    return decided(request, form, "batch.html", {}, lambda _made: redirect("admin:curation-duplicates"))
