"""Limits on requests to the API and the OAI-PMH provider, by address and by token, said in every answer.

A counter for each window of time instead of the framework's list of moments: the same cost at any limit, and the same counter
for all processes of the machine (papers/http/limits.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from papers.http.limits import Busy, address_of, counter, slot

if TYPE_CHECKING:
    from rest_framework.views import APIView


LISTS = ("ListRecords", "ListIdentifiers")


class Window(SimpleRateThrottle):
    """So many requests in each window; the limit is written on the request for the headers."""

    duration: int
    num_requests: int

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = self.get_cache_key(request, view)
        if key is None or self.rate is None:
            return True
        now = self.timer()
        window = int(now // self.duration)
        self.reset = (window + 1) * self.duration - now
        asked = counter.add(f"{key}-{window}", self.duration + 1).n
        # The framework's request stands before Django's, which the headers are written from.
        plain: Any = getattr(request, "_request", request)
        plain.rate_limit = (self.num_requests, max(self.num_requests - asked, 0), self.reset)
        return asked <= self.num_requests

    def wait(self) -> float:
        return max(self.reset, 1)


class AddressThrottle(Window):
    """A limit for each address, for those who are not signed in."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if request.user and request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": address_of(request)}


class TokenThrottle(Window):
    """A limit for each token."""

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if request.auth is None:
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class HarvestThrottle(Window):
    """A limit for each address that harvests by OAI-PMH."""

    scope = "oai"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": address_of(request)}


def for_harvesters(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view within the limit for harvesters, its lists a few at a time; else the answer that the protocol has for it."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle = HarvestThrottle()
        if not throttle.allow_request(cast(Any, request), cast(Any, view)):
            return retry_later(
                f"More than {throttle.num_requests} requests from your address in {throttle.duration} seconds.",
                throttle.wait(),
            )
        try:
            with slot((request.GET.get("verb") or request.POST.get("verb")) in LISTS):
                return view(request, *args, **kwargs)
        except Busy as busy:
            return retry_later("Many long lists are being made here.", busy.wait)

    return limited


def retry_later(why: str, wait: float) -> HttpResponse:
    """What the protocol has for it."""
    return HttpResponse(
        f"{why} Go on after Retry-After.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(int(wait + 0.999))},
    )


def write_limit(request: Any, response: HttpResponseBase) -> None:
    """The limit in the headers of draft-ietf-httpapi-ratelimit-headers, where one was counted."""
    if limit := getattr(request, "rate_limit", None):
        most, left, reset = limit
        response.headers["RateLimit-Limit"] = str(most)
        response.headers["RateLimit-Remaining"] = str(left)
        response.headers["RateLimit-Reset"] = str(max(int(reset + 0.999), 1))
