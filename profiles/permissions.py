"""Permissions: curators are staff who may change authors."""

from __future__ import annotations

from typing import Any


def is_curator(user: Any) -> bool:
    """Whether the user reads what visitors don't, hidden names and people among it: staff who may change authors."""
    return bool(user and user.is_active and user.is_staff and user.has_perm("profiles.change_author"))


def may_curate(request: Any) -> bool:
    """Whether a curator asks the API; with a token only if it has the scope of the view."""
    token = request.auth
    return is_curator(request.user) and (token is None or token.allows(request.parser_context["view"].scope))
