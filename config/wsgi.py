"""The site as a WSGI application. What the server runs is config/server.py, which has it behind a door."""

import gc
import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

from papers.http.addresses import path_within

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class SiteRequest(WSGIRequest):
    """A request for the site, which may be below a path: a proxy passes that on or takes it off.

    It is read as UTF-8, whatever charset it names: Python knows some in which nothing can be read.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        path = environ.get("PATH_INFO", "")
        super().__init__({**environ, "PATH_INFO": path_within(path) or path})

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


application = get_wsgi_application()
application.request_class = SiteRequest
get_resolver().url_patterns  # noqa: B018 all views are imported now, and not while the first visitor waits

# A page makes tens of thousands of short-lived objects. Looking through all modules for garbage every few hundred of them took
# a fifth of its time: what is loaded stays and is looked at no more, and the rest is looked at less often.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
