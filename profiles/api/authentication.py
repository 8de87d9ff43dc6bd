"""Authentication of writers: a curator signed in to the site, or a program with a curator's token."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from profiles.models import ApiToken
from profiles.models.tokens import find_token
from profiles.permissions import may_curate


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


class MayCurate(BasePermission):
    """Staff who may change authors; with a token only if it has the view's scope."""

    message = "This is for curators: staff who may change authors, and tokens of theirs that have the scope."

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_curate(request)


class ReadOrCurate(MayCurate):
    """Anybody reads, curators write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_permission(request, view)
