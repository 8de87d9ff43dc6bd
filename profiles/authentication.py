"""Who writes through the API: a curator signed in to the site, or a program with a curator's token."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from profiles.tokens import ApiToken, find_token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer coterie_…`"""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        kind, _, text = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        token = find_token(text.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed("This token is not one of this site, or was revoked, or its time is over.")
        token.used()
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="API"'


def is_curator(user: Any) -> bool:
    """Whether the user reads what visitors don't, hidden names and people among it: staff who may change authors."""
    return bool(user and user.is_active and user.is_staff and user.has_perm("profiles.change_author"))


def may_curate(request: Any) -> bool:
    """Whether a curator asks the API; with a token only if it has the scope of the view."""
    token = request.auth
    return is_curator(request.user) and (token is None or token.allows(request.parser_context["view"].scope))


class MayCurate(BasePermission):
    """Staff who may change authors; with a token only if it has the view's scope."""

    message = "This is for curators: staff who may change authors, and tokens of theirs that have the scope."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_curate(request)


class ReadOrCurate(MayCurate):
    """Anybody reads, curators write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_permission(request, view)
