"""Every error under /api/ as RFC 9457 describes it: problem details in JSON, whatever format was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
MOST_NAMED = 20  # errors of an answer; of more it says how many
LONGEST = 2_000  # letters of one: some repeat what was sent


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE
    format = "json"


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem as RFC 9457 describes it."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error of a view; `errors` says which parameter, or which part of the body, is wrong and why."""
    from rest_framework.views import exception_handler  # at module level a circle: it reads the settings that name us

    if isinstance(error, Http404):
        said = error.args[0] if error.args and isinstance(error.args[0], str) else ""
        error = exceptions.NotFound(said or "There is nothing at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None:
        return None
    request = context["request"]
    more: dict[str, Any] = {"instance": request.get_full_path()}
    if isinstance(error, exceptions.ValidationError):
        # A body is checked after the parameters of the address, so only one of the two is wrong.
        kind = "parameter" if request.method in ("GET", "HEAD") else "pointer"
        leaves = _leaves(error.detail, kind)
        more["errors"] = [{kind: where, "detail": text[:LONGEST]} for where, text in islice(leaves, MOST_NAMED)]
        detail = " ".join(f"{row[kind]}: {row['detail']}" if row[kind] else row["detail"] for row in more["errors"])
        if unnamed := sum(1 for _ in leaves):
            detail += f" And {unnamed:,} more."
    else:
        detail = str(getattr(error, "detail", error))
        if field := getattr(error, "field", ""):
            more["errors"] = [{"pointer": f"/{field}", "detail": detail}]
    response.data = problem(response.status_code, detail, **more)
    response.content_type = MEDIA_TYPE
    if wait := getattr(error, "wait", None):
        response.headers["Retry-After"] = f"{wait:.0f}"
    request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
    return response


def _leaves(detail: Any, kind: str, where: str = "") -> Iterator[tuple[str, str]]:
    """Each sentence with the name of its parameter, or the JSON pointer of its place in the body."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            name = "" if name == "non_field_errors" else str(name)
            yield from _leaves(below, kind, f"{where}/{name}" if kind == "pointer" and name else name or where)
    elif isinstance(detail, list | tuple):
        for number, below in enumerate(detail):
            if isinstance(below, dict | list) and below:
                yield from _leaves(below, kind, f"{where}/{number}")
            elif not isinstance(below, dict | list):
                yield where, str(below)
    else:
        yield where, str(detail)


def problem_response(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """The same for what never reached a view of the API."""
    body = problem(status, detail, instance=request.get_full_path())
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
