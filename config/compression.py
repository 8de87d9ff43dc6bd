"""Answers packed by zstd, Brotli or gzip, whichever of them the client takes, and the limit of requests in their headers.

What holds a secret beside text that somebody else may have chosen is not packed, for the length would tell of the secret
(BREACH): pages with a form, which come with its cookie, and whatever is answered to somebody who is signed in. Files that
are packed already and images keep what they are; the tags of packed answers are weak, so that 304 goes on working.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django_http_compression.middleware import HttpCompressionMiddleware

from papers.api.throttling import write_limit

SMALLEST = 500  # bytes; below, the headers outweigh what is saved
TEXTS = re.compile(
    r"text/|application/(?:.+\+(?:json|xml)|json|xml|javascript|x-ndjson|x-bibtex|x-research-info-systems)$",
    re.IGNORECASE,
)


class Compression(HttpCompressionMiddleware):
    """The package's middleware, for answers that hold no secret; these need no padding then."""

    content_type_re = TEXTS
    max_random_bytes = 0

    def maybe_compress(self, request: HttpRequest, response: HttpResponseBase) -> None:
        write_limit(request, response)
        is_text = bool(self.content_type_re.match(media_type(response)))
        if (
            is_text or response.status_code == HTTPStatus.NOT_MODIFIED
        ):  # which has no type, and the headers of what is kept
            patch_vary_headers(response, ["Accept-Encoding"])
        is_short = isinstance(response, HttpResponse) and len(response.content) < SMALLEST
        if is_text and not is_short and not may_hold_secret(request, response):
            super().maybe_compress(request, response)


def media_type(response: HttpResponseBase) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip()


def may_hold_secret(request: HttpRequest, response: HttpResponseBase) -> bool:
    return bool(response.cookies) or settings.SESSION_COOKIE_NAME in request.COOKIES
