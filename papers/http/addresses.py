"""Addresses of the site as others see them. It may be served below a path: SITE_URL=https://example.org/lab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Error
from django.urls import get_resolver


def absolute_url(path: str) -> str:
    """The address of a path of the site, as `reverse` and `request.path` give it."""
    return f"{settings.SITE_URL.removesuffix(prefix())}{path}"


def prefix() -> str:
    """The path that the site is served below, such as /lab; "" at the root of its host."""
    return settings.FORCE_SCRIPT_NAME or ""


def path_within(path: str) -> str | None:
    """The path as `resolve` and `request.path_info` have it, without the prefix; None for what is not below it."""
    if not f"{path}/".startswith(f"{prefix()}/"):
        return None
    return path.removeprefix(prefix()) or "/"


def check_prefix(**_options: Any) -> list[Error]:
    """That no address of the site begins as its prefix does.

    A proxy may pass the prefix on or take it off; what then comes must mean one thing.
    """
    start = prefix().split("/")[1:2]
    static = path_within(settings.STATIC_URL) or ""
    if start and start[0] in {*first_parts(get_resolver().url_patterns), static.strip("/")}:
        message = f"SITE_URL is {settings.SITE_URL!r}, and the site has addresses of its own below /{start[0]}/."
        return [Error(message, hint="Serve it below another path.", id="papers.E001")]
    return []


def first_parts(patterns: Iterable[Any]) -> Iterator[str]:
    """What addresses begin with, up to the first slash."""
    for pattern in patterns:
        if route := str(pattern.pattern):
            yield route.partition("/")[0]
        else:
            yield from first_parts(pattern.url_patterns if hasattr(pattern, "url_patterns") else ())
