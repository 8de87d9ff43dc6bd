"""What templates of lists ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def named(found: Mapping[str, Any] | None, name: str) -> Any:
    """The one of this name, or None."""
    return found.get(name) if found else None
