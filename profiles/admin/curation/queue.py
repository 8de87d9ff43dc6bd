"""A queue of pairs that may be one: each is accepted, rejected or skipped, and the last answer can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from profiles.curation import Refused, acts, decide, undo
from profiles.models import Decision

Pair = Any  # a DuplicateSuggestion or a PaperSuggestion


def shown(request: HttpRequest, title: str, waiting: QuerySet[Any]) -> dict[str, Any]:
    """What the page of each queue shows: how many pairs wait, and the curator's last decision if it is in force."""
    mine = Decision.objects.filter(made_by=request.user.pk).exclude(kind="undo")
    last = mine.prefetch_related("undone_by").first()
    return {"title": title, "left": waiting.count(), "last": last if last and last.is_in_force else None}


def take_answer(request: HttpRequest, pairs: QuerySet[Any], answers: Mapping[str, Callable[[Pair], acts.Act]]) -> None:
    """Decide as was answered about one of the pairs, take back the last decision, or skip; tells the curator."""
    answer = request.POST.get("answer", "")
    try:
        if answer == "undo":
            made = undo(get_object_or_404(Decision, pk=posted_number(request, "decision")), request.user)
        else:
            pair = get_object_or_404(pairs, pk=posted_number(request, "suggestion"))
            if answer not in answers:
                pair.skipped_at = timezone.now()
                pair.save(update_fields=["skipped_at"])
                return
            made = decide(answers[answer](pair), request.user, request.POST.get("reason", ""))
        messages.success(request, f"{made.summary}.")
    except Refused as refused:
        messages.error(request, str(refused))


def posted_number(request: HttpRequest, name: str) -> int:
    """The number in a field of the form; raises BadRequest."""
    try:
        return int(request.POST.get(name, ""))
    except ValueError as error:
        raise BadRequest(f"{name}: Give a number.") from error
