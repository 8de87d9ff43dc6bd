"""What an answer of the API may be asked for: a parameter that nobody knows, that is empty or given twice is an error."""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

TYPED_TEXT = {"q", "search"}  # what a visitor typed may be nothing


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise ValidationError for parameters that are not known, naming those that are, and for repeated or empty ones."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        allowed = ", ".join(sorted(known)) or "none"
        raise ValidationError({name: [f"Unknown parameter. Allowed here: {allowed}."] for name in unknown})
    if repeated := sorted(name for name, values in request.query_params.lists() if len(values) > 1):
        raise ValidationError({name: ["Give it once."] for name in repeated})
    if empty := sorted(name for name, value in request.query_params.items() if not value and name not in TYPED_TEXT):
        raise ValidationError({name: ["Give a value, or leave the parameter out."] for name in empty})
