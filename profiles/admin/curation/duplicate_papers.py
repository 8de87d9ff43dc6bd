"""The queue of papers that may be one: a pair side by side, with what agrees and what differs, to merge, tell apart or skip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from papers.display.wording import type_name
from papers.ingest.duplicate_evidence import doi_key, title_words
from papers.models import Paper, PaperSuggestion, PaperSuggestionQuerySet
from papers.publications import Details, Publication, publication_of, same_container
from papers.text.dates import PartialDate
from papers.text.folding import fold
from papers.text.markup import markup
from profiles.admin.curation.duplicates import posted_number
from profiles.admin.curation.views import may_decide, page
from profiles.curation import Refused, acts, decide, undo
from profiles.models import Decision

MOST_NAMES = 30  # of a byline that are printed
MOST_OF_ABSTRACT = 400  # characters


def open_suggestions() -> PaperSuggestionQuerySet:
    return PaperSuggestion.objects.open().select_related("one", "two").prefetch_related("one__dois", "two__dois")


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of both papers: what each says, and whether they agree; nothing where one of them says nothing."""

    label: str
    kept: str
    gone: str
    agree: bool | None


@require_http_methods(["GET", "POST"])
def duplicate_papers_page(request: HttpRequest) -> HttpResponse:
    """The likeliest pair, or the `pair` of the address; keys: a merge, r not one paper, s skip, w swap, u undo the last."""
    may_decide(request)
    if request.method == "POST":
        _answer(request)
        return redirect("admin:curation-duplicate-papers")
    waiting = open_suggestions().not_skipped()
    wanted = request.GET.get("pair", "")
    found = open_suggestions().filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else None
    found = found or waiting.likeliest_first().first()
    context: dict[str, Any] = {"title": "Possibly one paper", "left": waiting.count()}
    last = Decision.objects.filter(made_by=request.user.pk).exclude(kind="undo").prefetch_related("undone_by").first()
    if last and last.is_in_force:
        context["last"] = last
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
            "needs_reason": bool(refusal),
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


def _answer(request: HttpRequest) -> None:
    answer = request.POST.get("answer")
    try:
        if answer == "undo":
            last = get_object_or_404(Decision, pk=posted_number(request, "decision"))
            messages.success(request, f"{undo(last, request.user).summary}.")
            return
        found = get_object_or_404(open_suggestions(), pk=posted_number(request, "suggestion"))
        reason = request.POST.get("reason", "")
        if answer == "accept":
            kept, gone = found.one, found.two
            if posted_number(request, "keep") == gone.pk:
                kept, gone = gone, kept
            act = acts.MergePapers(gone, kept)
            # What differs has to be overridden by a reason; what nothing overrides is refused again.
            act = acts.MergePapers(gone, kept, override=bool(refused(act)))
            messages.success(request, f"{decide(act, request.user, reason).summary}.")
        elif answer == "reject":
            messages.success(
                request, f"{decide(acts.PapersDiffer(found.one, found.two), request.user, reason).summary}."
            )
        else:
            PaperSuggestion.objects.filter(pk=found.pk).update(skipped_at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))


# --- Side by side -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two papers, and what is read out of it."""

    paper: Paper
    place: Publication
    dois: dict[str, str]  # as printed, by what a DOI has in all its forms

    @classmethod
    def of(cls, paper: Paper) -> Side:
        place = publication_of(Details.from_json(paper.details), paper.journal_ref)
        return cls(paper, place, {doi_key(row.doi): row.doi for row in paper.dois.all()})


def lines(kept: Paper, gone: Paper) -> list[Line]:
    """What the two papers say, fact by fact; facts of which neither says anything are left out."""
    mine, theirs = Side.of(kept), Side.of(gone)
    said = [(label, say(mine), say(theirs), same) for label, say, same in FACTS]
    return [
        Line(label, one, two, same(mine, theirs) if one and two else None)
        for label, one, two, same in said
        if one or two
    ]


def _byline(side: Side) -> str:
    names = [entry["name"] for entry in side.paper.byline[:MOST_NAMES]]
    more = len(side.paper.byline) - MOST_NAMES
    return ", ".join([*names, *([f"and {more} more"] if more > 0 else []), *side.paper.collaborations])


def _surnames(side: Side) -> str:
    return ", ".join(entry["surname"] for entry in side.paper.byline)


def _date(date: PartialDate | None) -> str:
    return date.iso() if date else ""


def _alike(say: Callable[[Side], str]) -> Callable[[Side, Side], bool]:
    return lambda one, two: fold(say(one)) == fold(say(two))


def _part(
    label: str, say: Callable[[Side], str]
) -> tuple[str, Callable[[Side], str], Callable[[Side, Side], bool | None]]:
    return label, say, _alike(say)


FACTS: tuple[tuple[str, Callable[[Side], str], Callable[[Side, Side], bool | None]], ...] = (
    (
        "Title",
        lambda side: markup(side.paper.title),
        lambda one, two: title_words(one.paper.title)[0] == title_words(two.paper.title)[0],
    ),
    ("Authors", _byline, _alike(_surnames)),
    _part("First date", lambda side: _date(side.paper.published_date)),
    _part("Issued", lambda side: _date(side.paper.issued_date)),
    _part("arXiv id", lambda side: side.paper.arxiv_id or ""),
    (
        "DOI",
        lambda side: ", ".join(side.dois.values()),
        lambda one, two: not one.dois.keys().isdisjoint(two.dois),
    ),
    _part("Type", lambda side: type_name(side.paper.type)),
    (
        "Appeared in",
        lambda side: side.place.container,
        lambda one, two: same_container(one.place.container, two.place.container),
    ),
    _part("Volume", lambda side: side.place.volume),
    _part("Issue", lambda side: side.place.issue),
    _part("Pages", lambda side: side.place.pages),
    _part("Article", lambda side: side.place.article_number),
    _part("Publisher", lambda side: side.place.publisher),
    ("Source", lambda side: " ".join(filter(None, (side.paper.source, side.paper.giver))), lambda *_: None),
    (
        "Abstract",
        lambda side: markup(side.paper.abstract[:MOST_OF_ABSTRACT]),
        _alike(lambda side: side.paper.abstract[:MOST_OF_ABSTRACT]),
    ),
)
