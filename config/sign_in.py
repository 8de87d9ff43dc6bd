"""Signing in with a password: who guesses is slowed down, and nobody is locked out.

After a few tries an address has one a minute, before any work is done for it. So that a name is not guessed from a thousand
addresses, a name has some hundred tries an hour from browsers that nobody ever signed in with, and then one a minute. A browser
that somebody signed in with has a cookie for that name and is counted by itself: whatever others try, its owner comes in.
What a password costs to compare, on purpose, is spent for a few at a time on the machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from papers.http.limits import Busy, Slots, TooMany, address_of, counter

WINDOW = 900  # seconds
FREE = 9  # tries in a window, of an address or a known browser
HOUR = 3600
FREE_FOR_A_NAME = 200  # in an hour, from unknown browsers
PAUSE = 60  # seconds between two tries after that
COOKIE = "known"
A_YEAR = 60 * 60 * 24 * 365
CHECKING = {is_known: Slots(f"password.{is_known}", most=2, of_a_process=1) for is_known in (False, True)}


class SlowedBackend(ModelBackend):
    """Accounts and passwords as Django has them, for those who sign in from outside."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **more: Any) -> Any:
        """Who it is; raises PermissionDenied for a wrong password, TooMany and Busy."""
        if request is None or username is None or "REMOTE_ADDR" not in request.META:
            return None
        browser = known_browser(request, username)
        if browser:
            tries = [(f"sign-in by {browser}", FREE, WINDOW)]
        else:
            tries = [
                (f"sign-in from {address_of(request)}", FREE, WINDOW),
                (f"sign-in as {username.casefold()}", FREE_FOR_A_NAME, HOUR),
            ]
        for key, free, seconds in tries:
            slow_down(key, free, seconds)
        place = CHECKING[bool(browser)].take()
        if place is None:
            for key, _free, seconds in tries:
                counter.add(key, seconds, -1)
            raise Busy(_("Many people are signing in at this moment. Please try again."))
        try:
            user = super().authenticate(request, username, password, **more)
        finally:
            place.leave()
        if user is None:
            raise PermissionDenied  # so that the next backend does not compare it again
        for key, *_rest in tries:
            counter.forget(key)
            counter.forget(f"{key}, slowed")
        request.signed_in_as = username
        return user


def slow_down(key: str, free: int, seconds: int) -> None:
    """Count a try; raises TooMany where the last one was a moment ago and there were many."""
    if counter.add(key, seconds).n < free:
        return
    slowed = counter.add(f"{key}, slowed", PAUSE)
    if slowed.n > 1:
        raise TooMany(_("Those were many wrong passwords. Please try again in a minute."), slowed.left)


def known_browser(request: HttpRequest, username: str) -> str:
    """The browser's number, where somebody signed in with it under this name."""
    found = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=A_YEAR) or ""
    number, _colon, name = found.partition(":")
    return number if name == username else ""


def known_browsers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Gives a browser its cookie when somebody has signed in with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if name := getattr(request, "signed_in_as", ""):
            response.set_signed_cookie(
                COOKIE,
                f"{secrets.token_hex(16)}:{name}",
                salt=COOKIE,
                max_age=A_YEAR,
                path=reverse(settings.LOGIN_URL),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response

    return middleware
