"""What every page's template may name without being told."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path


def site(request: HttpRequest) -> dict[str, str]:
    """The site's name, and the canonical address of this page without its query."""
    return {"site_name": settings.SITE_NAME, "canonical_url": settings.SITE_URL + escape_uri_path(request.path)}
