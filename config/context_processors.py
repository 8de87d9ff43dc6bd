"""Values that every page's template may name without being told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from papers.http.addresses import absolute_url


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the canonical address of this page without its query, and what marks English on a page in another
    language: titles and abstracts, as nearly all papers are written."""
    is_english = (get_language() or "en").split("-")[0] == "en"
    return {
        "site_name": settings.SITE_NAME,
        "canonical_url": absolute_url(escape_uri_path(request.path)),
        "in_english": "" if is_english else mark_safe(' lang="en"'),
    }
