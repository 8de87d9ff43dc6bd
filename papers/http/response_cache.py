"""Responses made a moment ago, given again as long as nothing on the site has changed.

The state of the site (papers/http/conditional.py) is part of every key and moves with every paper, run, decision and edit, so
what is found under a key is what would be made: a name hidden by a curator is gone from the next answer on, in every process.
"""

from __future__ import annotations

from hashlib import blake2b

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_cache_key, learn_cache_key
from django.utils.http import quote_etag
from rest_framework.request import Request

from papers.http.conditional import Freshness

SECONDS = 300  # for what no change of state tells of, such as a day's end
LARGEST = 300_000  # bytes


def find(key: str | None) -> HttpResponse | None:
    """The response under this key, if there is one."""
    return caches["pages"].get(key) if key else None


def keep(key: str, response: HttpResponse) -> None:
    """Keep a response that is written, unless it is very long."""
    if len(response.content) <= LARGEST:
        caches["pages"].set(key, response, SECONDS)


def page_key(request: HttpRequest, state: Freshness, response: HttpResponse | None = None) -> str | None:
    """The key of a page, by its address and the headers that its Vary names; None before one with a Vary was seen.

    The `response` tells the Vary to those who ask next.
    """
    cache, prefix = caches["pages"], state.etag.strip('"')
    if response is None:
        return get_cache_key(request, key_prefix=prefix, cache=cache)
    return learn_cache_key(request, response, SECONDS, key_prefix=prefix, cache=cache)


def page_tag(key: str) -> str:
    """The entity tag of the page under this key: weak, for a proxy may compress the page."""
    return "W/" + quote_etag(blake2b(key.encode(), digest_size=12).hexdigest())


def answer_key(request: Request, freshness: Freshness) -> str | None:
    """The key of an answer of the API; None where it may not be kept, because not everybody may read it.

    The freshness is of the address, the format and who asks. The addresses of neighbouring pages are of the host that was
    asked, and the media type may say how to indent.
    """
    if request.method != "GET" or request.user.is_authenticated or request.auth is not None:
        return None
    origin = f"{request.scheme}://{request.get_host()} {request.accepted_media_type}"
    return f"{freshness.etag} {origin}".replace(" ", "|")
