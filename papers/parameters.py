"""What an answer of the API may be asked for: a parameter that nobody knows is an error, never ignored."""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise ValidationError for parameters that are not among the known ones, naming those that are."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        allowed = ", ".join(sorted(known)) or "none"
        raise ValidationError({name: [f"Unknown parameter. Allowed here: {allowed}."] for name in unknown})
