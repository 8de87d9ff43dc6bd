"""The line under a list of papers that offers the whole list as files and as a feed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from papers.citations import FORMATS
from papers.citations.formats import MOST

register = template.Library()


@register.inclusion_tag("papers/_export.html", takes_context=True)
def export_list(context: Context, kind: str, *args: str) -> dict[str, Any]:
    """The list that this page shows, with its filters; `kind` is "papers", "category" or "author", `args` says which."""
    asked = context["request"].GET
    kept = [(name, value) for name, values in asked.lists() for value in values if name != "page" and value]
    pager = context.get("pager")
    return {
        "formats": [
            (each.label, f"{reverse(f'{kind}-export', args=[*args, each])}{query(kept)}") for each in FORMATS.values()
        ],
        "feed_url": reverse(f"{kind}-feed", args=args) + (query(kept) if kind == "papers" else ""),
        "print_url": reverse("author-publications", args=args) + query(kept) if kind == "author" else "",
        "most": MOST,
        "is_cut": bool(pager and pager.count and pager.count > MOST),
    }


def query(parameters: list[tuple[str, str]]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""
