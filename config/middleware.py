"""What is refused before any view sees it, and what is done to answers after."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from config.throttling import write_limit


def readable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 400 to an address with control characters: no record has one, and PostgreSQL fails on a NUL."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.isprintable() or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds characters that can't be printed. Perhaps it was damaged in copying.")
        return get_response(request)

    return middleware


class CompressedApi(GZipMiddleware):
    """Compresses answers of the API, and writes the limit of requests into their headers.

    Only there: pages hold a form's secret beside what a visitor typed, and compressing the two together tells of the secret
    by the length (BREACH). Answers of the API hold no secret.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # type: ignore[override]
        if not request.path_info.startswith("/api/"):
            return response
        write_limit(request, response)
        return super().process_response(request, response)
