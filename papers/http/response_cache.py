"""Answers of the API that were made a moment ago, given again as long as nothing on the site has changed.

An answer's tag (papers/http/conditional.py) names the state of the site, the address, the format and who asks; under the same
tag the same is answered. Only what anybody may read is kept, after the limits have been counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.cache import caches
from django.http import HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from papers.http.conditional import Freshness

KEPT_FOR = 300  # seconds
LARGEST = 300_000  # bytes
HEADERS = ("Content-Type", "Link")  # what the view says; the rest is written anew


class Answer(NamedTuple):
    content: bytes
    headers: dict[str, str]


class Kept(APIException):
    """The answer is there already; made into a response by the view."""

    status_code = 200

    def __init__(self, answer: Answer):
        super().__init__()
        self.response = HttpResponse(answer.content, headers=answer.headers)


def key_of(request: Request, freshness: Freshness) -> str | None:
    """Under what the answer to this request is kept; None where it may not be.

    The addresses of neighbouring pages are of the host that was asked, and the media type may say how to indent.
    """
    if request.method != "GET" or request.user.is_authenticated or request.auth is not None:
        return None
    asked = f"{request.scheme}://{request.get_host()} {request.accepted_media_type}"
    return f"{freshness.etag} {asked}".replace(" ", "|")


def give(key: str) -> None:
    """Raise Kept if the answer is there."""
    if answer := caches["pages"].get(key):
        raise Kept(answer)


def keep(key: str, response: Any) -> None:
    """Keep the answer once it is written."""
    if isinstance(response, Response) and response.status_code == 200:
        response.add_post_render_callback(lambda written: _keep(key, written))


def _keep(key: str, response: Any) -> None:
    if len(response.content) <= LARGEST:
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        caches["pages"].set(key, Answer(response.content, headers), KEPT_FOR)
