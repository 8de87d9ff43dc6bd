"""Fragments of pages that are repeated often, in Django's templates (papers/display/jinja.py says why there are two kinds)."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, engines
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def fragment(context: Context, name: str, **values: Any) -> SafeString:
    """The Jinja template of this name with these values, and what marks English on pages in another language."""
    made = engines["fragments"].get_template(name)
    return mark_safe(made.render({"in_english": context.get("in_english", ""), **values}))
