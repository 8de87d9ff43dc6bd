"""What a form or an action of the admin wants, as decisions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from profiles.curation import Refused, acts, decide


def apply_acts(request: HttpRequest, todo: list[acts.Act]) -> int:
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
