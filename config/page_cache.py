"""Pages that were made a moment ago, given again as long as nothing on the site has changed.

The state that the API's tags are made of (papers/http/conditional.py) moves with every paper, run, decision and edit, so a
page under the same state is the same page: a name hidden by a curator is gone from the next answer on, in every process. What
differs otherwise is told apart by language and by the headers that the page's own Vary names (htmx's among them). Only for
those without a session, and only what sets no cookie: a page with a form's secret or a message is made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_cache_key, learn_cache_key, patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from config.middleware import is_page
from papers.http.conditional import Freshness

KEPT_FOR = 300  # seconds: for what no change of state tells of, such as a day's end
LARGEST = 300_000  # bytes
PERSONAL = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def kept_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers a page from the cache, or 304 to who has it already; keeps it where it may be kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not (request.method == "GET" and is_page(request.path_info)) or any(n in request.COOKIES for n in PERSONAL):
            return get_response(request)
        cache, state = caches["pages"], Freshness.now().etag.strip('"')
        key = get_cache_key(request, key_prefix=state, cache=cache)
        if key and tag_of(key) in parse_etags(request.headers.get("If-None-Match", "")):
            return with_headers(HttpResponseNotModified(), key)
        kept: HttpResponse | None = cache.get(key) if key else None
        if kept is not None:
            return kept
        response = get_response(request)
        if may_be_kept(response):
            key = learn_cache_key(request, response, KEPT_FOR, key_prefix=state, cache=cache)
            cache.set(key, with_headers(response, key), KEPT_FOR)
        return response

    return middleware


def may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cookie" not in response.headers.get("Vary", "")
        and "Cache-Control" not in response.headers
        and len(response.content) <= LARGEST
    )


def with_headers(response: HttpResponse, key: str) -> HttpResponse:
    response.headers["ETag"] = tag_of(key)
    response.headers["Cache-Control"] = "no-cache"  # ask each time: the answer is mostly 304
    patch_vary_headers(response, ["Cookie"])
    return response


def tag_of(key: str) -> str:
    """Weak, for a proxy may compress the page."""
    return "W/" + quote_etag(blake2b(key.encode(), digest_size=12).hexdigest())
