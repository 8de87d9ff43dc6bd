"""Errors, for people as pages and under /api/ as problem details; and the addresses that only machines ask for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views import i18n
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from config.recipes import Example, read_recipes
from papers.api.exceptions import problem_response
from papers.citations import FORMATS
from papers.database.availability import is_passing, trouble_in_writing
from papers.http.addresses import absolute_url, prefix
from papers.http.limits import Busy, TooMany
from papers.models import Paper
from papers.text.plain_text import plain_text
from profiles.models import Author


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        # A page would have the addresses of a site that is not ours in it.
        message: Any = "The site you asked for is not served here: ALLOWED_HOSTS names those that are."
        if request.path_info.startswith("/api/"):
            return problem_response(request, 400, message)
        return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")
    is_ours = isinstance(exception, BadRequest)
    return _error(request, 400, exception if is_ours else _("The request could not be understood."))


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    return _error(request, 413, _("What you sent is larger than %(most)s bytes."), most=f"{most:,}")


def body_trouble(request: HttpRequest, status: int) -> HttpResponse:
    """400 for a body that broke off, 408 for one that comes too slowly, 503 for one too many at a time."""
    if status != 503:
        return _error(request, status, _("What you sent did not arrive whole, or not in time. Please send it again."))
    return come_again(request, Busy(_("Too much is being sent here at this moment. Please try again a little later.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, _("This is for people who are signed in and allowed to."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # A view's own sentence is a text; the resolver's answer to an unknown address is a dict.
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return _error(request, 404, said)


def server_error(request: HttpRequest) -> HttpResponse:
    """Made from nothing that could fail a second time."""
    error = sys.exception()
    if error and is_passing(error):  # outside of a view: in keeping a session, in looking who is signed in
        return cannot_now(request)
    if request.path_info.startswith("/api/"):
        return problem_response(request, 500, "Something went wrong here. It has been logged.")
    return HttpResponse(loader.render_to_string("500.html", {"prefix": prefix()}), status=500)


def come_again(request: HttpRequest, reason: Busy, sent: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """503 for a site that is busy, 429 for who asks too often."""
    response = _error(request, 429 if isinstance(reason, TooMany) else 503, reason.args[0], sent)
    response.headers["Retry-After"] = str(reason.wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def cannot_now(request: HttpRequest) -> HttpResponse:
    """503 where the database is busy, full or not there; what was sent stands on the page, to be sent again."""
    reason = Busy(
        _("What is kept here can't be changed at this moment. Nothing was changed; please try again a little later.")
    )
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    if any("password" in name for name, _value in sent):
        sent = []
    try:
        return come_again(request, reason, sent)
    except DatabaseError:  # the page asks who is signed in
        response = HttpResponse(f"{reason}\n", status=503, content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = str(reason.wait)
        return response


def _error(
    request: HttpRequest, status: int, message: Any, sent: Sequence[tuple[str, str]] = (), **values: str
) -> HttpResponse:
    """The page, or the problem, with this text, into which the values go when its language is known."""
    if request.path_info.startswith("/api/"):
        return problem_response(request, status, _filled(message, values) or "There is nothing at this address.")
    page = {408: "503.html", 413: "400.html", 429: "503.html"}.get(status, f"{status}.html")
    # Who mistypes the address of a file reads a page too.
    with translation.override(translation.get_language_from_request(request)):
        response = render(request, page, {"message": _filled(message, values), "sent": sent}, status=status)
        response.headers["Content-Language"] = translation.get_language()
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _filled(message: Any, values: dict[str, str]) -> str:
    return str(message) % values if values else str(message)


@csrf_exempt
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language a visitor chose in a cookie, and go back to the page.

    Without a token, which would set a cookie for everybody who reads a page; the worst a forged request does is a page
    in German.
    """
    response = i18n.set_language(request)
    if response.headers.get("Location") == "/":  # nothing said which page
        response.headers["Location"] = reverse("home")
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """That the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """That the database answers, has this code's tables and can be written to: 200 or 503."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("the database needs `manage.py migrate`\n", status=503, content_type="text/plain")
    if trouble := trouble_in_writing():
        headers = {"Retry-After": "10"}  # who writes much may hold the database for a moment
        return HttpResponse(f"{trouble}\n", status=503, content_type="text/plain; charset=utf-8", headers=headers)
    return HttpResponse(f"ok\nCoterie {settings.VERSION}\n", content_type="text/plain")


# What a crawler has no use for, or what costs more than the record it would find there.
NOT_FOR_CRAWLERS = (
    "/search/",
    "/people/",
    "/compare/",
    "/suggest/",
    "/language/",
    "/admin/",
    "/api/",
    "/oai",
    "/oembed",
    "/opensearch/",
    "/papers.",
    "/papers-per-year.csv",
    "/authors/*/papers.",
    "/authors/*/publications/",
    "/authors/*/embed/",
    "/authors/*/statistics",
    "/authors/*/network",
    "/authors/*/similar/",
    "/authors/*/with/",
    "/categories/*/papers.",
    "/categories/*/years.csv",
    "/papers/*/similar/",
    "/papers/*/linkset/",
    *(f"/papers/*.{ending}$" for ending in FORMATS),
    "/*?",
)


@require_safe
def recipes(request: HttpRequest) -> HttpResponse:
    """The worked examples of docs/recipes/, with this site's address and one of its authors in them."""
    recipes = read_recipes(settings.BASE_DIR / "docs" / "recipes", example_here())
    return render(request, "recipes.html", {"recipes": recipes})


def example_here() -> Example:
    """The seed's author where that is here, else whoever has most papers; nobody in particular where nobody is."""
    authors = Author.objects.listed()
    found = authors.filter(slug=Example().slug).first() or authors.most_papers_first().first()
    if found is None:
        return Example.of("some-author", "some author", "letters")
    if found.slug == Example().slug:
        return Example()
    paper = Paper.objects.visible().newest_first().first()
    return Example.of(found.slug, found.name, plain_text(paper.title) if paper else "")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where crawlers are welcome: every record, and not every combination of filters."""
    refused = [f"Disallow: {prefix()}{path}" for path in NOT_FOR_CRAWLERS]
    lines = ["User-agent: *", *refused, "", f"Sitemap: {absolute_url(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
