"""The queue of papers that may be one: a pair side by side, with what agrees and what differs, to merge, tell apart or skip."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from papers.models import PaperSuggestion, PaperSuggestionQuerySet
from profiles.admin.curation import queue
from profiles.admin.curation.paper_comparison import lines
from profiles.admin.curation.views import may_decide, page
from profiles.curation import Refused, acts


def open_suggestions() -> PaperSuggestionQuerySet:
    return PaperSuggestion.objects.open().select_related("one", "two").prefetch_related("one__dois", "two__dois")


@require_http_methods(["GET", "POST"])
def duplicate_papers_page(request: HttpRequest) -> HttpResponse:
    """The likeliest pair, or the `pair` of the address; keys: a merge, r not one paper, s skip, w swap, u undo the last."""
    may_decide(request)
    if request.method == "POST":
        queue.take_answer(
            request,
            open_suggestions(),
            {
                "accept": lambda pair: merge(pair, queue.posted_number(request, "keep")),
                "reject": lambda pair: acts.PapersDiffer(pair.one, pair.two),
            },
        )
        return redirect("admin:curation-duplicate-papers")
    waiting = open_suggestions().not_skipped()
    wanted = request.GET.get("pair", "")
    found = open_suggestions().filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else None
    found = found or waiting.likeliest_first().first()
    context = queue.shown(request, "Possibly one paper", waiting)
    if found:
        gone, kept = acts.paper_merge_direction(found.one, found.two)
        if "swap" in request.GET:
            gone, kept = kept, gone
        refusal = refused(acts.MergePapers(gone, kept))
        never = refusal and refused(acts.MergePapers(gone, kept, override=True))
        context |= {
            "suggestion": found,
            "kept": kept,
            "gone": gone,
            "lines": lines(kept, gone),
            "refusal": never or refusal,
            "may_merge": not never,
            "is_swapped": "swap" in request.GET,
        }
    return page(request, "duplicate_papers.html", context)


def refused(act: acts.Act) -> str:
    """What forbids the act, or nothing."""
    try:
        act.check()
    except Refused as refusal:
        return str(refusal)
    return ""


def merge(pair: PaperSuggestion, keep: int) -> acts.Act:
    """The merging that keeps the paper of this number. What differs a reason overrides, if anything does."""
    kept, gone = (pair.two, pair.one) if keep == pair.two_id else (pair.one, pair.two)
    return acts.MergePapers(gone, kept, override=bool(refused(acts.MergePapers(gone, kept))))
