"""Checks of the query string: a parameter that nobody knows, that is empty or given twice is an error."""

from __future__ import annotations

from collections.abc import Collection
from heapq import nsmallest
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

MOST_NAMED = 10  # of many errors of the same kind
LONGEST_NAME = 80  # letters that are said of what somebody sent
TYPED_TEXT = {"q", "search"}  # what a visitor typed may be nothing


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise ValidationError for parameters that are not known, naming those that are, and for repeated or empty ones."""
    if unknown := set(request.query_params) - known:
        allowed = ", ".join(sorted(known)) or "none"
        raise ValidationError(few_named(unknown, f"Unknown parameter. Allowed here: {allowed}."))
    if repeated := [name for name, values in request.query_params.lists() if len(values) > 1]:
        raise ValidationError(few_named(repeated, "Give it once."))
    if empty := [name for name, value in request.query_params.items() if not value and name not in TYPED_TEXT]:
        raise ValidationError(few_named(empty, "Give a value, or leave the parameter out."))


def few_named(names: Collection[Any], message: str) -> dict[str, list[str]]:
    """The error by name for the first few of these, and how many more there are."""
    named = nsmallest(MOST_NAMED, map(str, names))
    found = {shortened(name): [message] for name in named}
    if more := len(names) - len(named):
        found["non_field_errors"] = [f"And {more:,} more."]
    return found


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…"
