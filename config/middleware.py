"""Middleware: work on a request before any view sees it, and the language of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from config import BODY_TROUBLE
from config.views import bad_request, body_trouble, cannot_now, come_again, too_large
from papers.database.availability import is_passing, waiting
from papers.http import response_cache
from papers.http.conditional import Freshness
from papers.http.limits import Busy

PERSONAL = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
WAIT_TO_WRITE = 3  # seconds


def errors_are_not_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tells caches to keep no error, which may be gone a moment later, unless the answer says otherwise itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def readable_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 400 to an address with control characters: no record has one, and PostgreSQL fails on a NUL.

    A cookie with a NUL is none.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.isprintable() or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest(
                _("The address holds characters that can't be printed. Perhaps it was damaged in copying.")
            )
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return middleware


def named_fields(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 400 where the admin is asked for a record by a field without a name, which Django looks up and fails on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.resolver_match or request.resolver_match.app_name != "admin":
            return
        if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
            raise BadRequest("_to_field is empty.")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def whole_bodies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 413 to a body that is larger than anything here takes, and what there is to say of one that didn't come whole."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if BODY_TROUBLE in request.META:
            return body_trouble(request, request.META[BODY_TROUBLE])
        length, most = request.META.get("CONTENT_LENGTH") or "0", settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        if length.isdecimal() and int(length) > most:
            return too_large(request, most)
        return get_response(request)

    return middleware


def busy_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 503 with Retry-After where the database can't just now (papers/database/availability.py) or a limit was met
    (papers/http/limits.py), and 429 for who asks too often. Who writes waits some seconds for another writer, not as long as
    a command.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        with waiting(WAIT_TO_WRITE):
            return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Busy):
            return come_again(request, exception)
        return cannot_now(request) if is_passing(exception) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def cached_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers a page that was made a moment ago, or 304 to who has it already (papers/http/response_cache.py).

    Only for those without a session, and only what sets no cookie: a page with a form's secret or a message is made anew.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not (request.method == "GET" and is_page(request.path_info)) or any(n in request.COOKIES for n in PERSONAL):
            return get_response(request)
        state = Freshness.now()
        key = response_cache.page_key(request, state)
        if key and response_cache.page_tag(key) in parse_etags(request.headers.get("If-None-Match", "")):
            return with_page_headers(HttpResponseNotModified(), key)
        if kept := response_cache.find(key):
            return kept
        response = get_response(request)
        if may_be_kept(response) and (key := response_cache.page_key(request, state, response)):
            response_cache.keep(key, with_page_headers(response, key))
        return response

    return middleware


def may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cookie" not in response.headers.get("Vary", "")
        and "Cache-Control" not in response.headers
    )


def with_page_headers(response: HttpResponse, key: str) -> HttpResponse:
    response.headers["ETag"] = response_cache.page_tag(key)
    response.headers["Cache-Control"] = "no-cache"  # ask each time: the answer is mostly 304
    patch_vary_headers(response, ["Cookie"])
    return response


def bad_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 400 where a view raises BadRequest, with what it says; the log has a line of it and not where it came from."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return bad_request(request, exception) if isinstance(exception, BadRequest) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


class PageLanguage(LocaleMiddleware):
    """Pages in the language of the switch's cookie, else of the browser; what machines and curators read is English."""

    def process_request(self, request: HttpRequest) -> None:
        if is_page(request.path_info):
            super().process_request(request)
        else:
            translation.activate("en")
            request.LANGUAGE_CODE = "en"

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not is_page(request.path_info):
            return response
        # Of two visitors with the same browser one may have used the switch.
        patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)


def is_page(path: str) -> bool:
    """Whether a visitor reads what is at the address: addresses for machines end in no slash, or in one of these."""
    if path.startswith(("/arxiv/", "/doi/", "/orcid/")):  # to a record, or a page that says why not
        return True
    return (
        path.endswith("/") and not path.startswith(("/api/", "/admin/")) and not path.endswith(("/feed/", "/linkset/"))
    )
