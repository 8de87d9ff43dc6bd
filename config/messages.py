"""Messages to curators, in a cookie that other sites of the host don't get."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage


class MessageStorage(FallbackStorage):
    """Django's, whose cookie has no path of its own."""

    def update(self, response: Any) -> Any:
        left = super().update(response)
        if cookie := response.cookies.get(CookieStorage.cookie_name):
            cookie["path"] = settings.SESSION_COOKIE_PATH
        return left
