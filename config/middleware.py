"""What is refused before any view sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


def readable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 400 to an address with control characters: no record has one, and PostgreSQL fails on a NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.isprintable() or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds characters that can't be printed. Perhaps it was damaged in copying.")
        return get_response(request)

    return middleware
