"""An author's papers inside somebody else's page: the list for an iframe, and oEmbed (https://oembed.com/) that gives its code.

This is the one page that other sites may frame.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from papers.display.cards import cards
from papers.filters.papers import NEWEST_OF_LIST, PaperFilter
from papers.http.addresses import absolute_url, path_within
from papers.models import Paper
from profiles.display.schema_org import EMBED_HEIGHT, EMBED_WIDTH, embed_code
from profiles.lookup import author_or_redirect, find_shown_author, papers_of
from profiles.models import Author

USUAL_COUNT, MOST = 10, 100
KEPT_FOR = 24 * 60 * 60


class EmbedForm(forms.Form):
    """How the list looks and how long it is; every option may be left out."""

    count = forms.IntegerField(min_value=1, max_value=MOST, required=False)
    year = forms.IntegerField(min_value=1, max_value=9999, required=False)
    format = forms.ChoiceField(
        choices=[("full", gettext_lazy("title, authors, journal")), ("titles", gettext_lazy("titles only"))],
        required=False,
    )
    theme = forms.ChoiceField(
        choices=[
            ("auto", gettext_lazy("as the visitor's device has it")),
            ("light", gettext_lazy("light")),
            ("dark", gettext_lazy("dark")),
        ],
        required=False,
    )


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The author's newest papers without the site around them."""
    author = author_or_redirect(request, slug, "author-embed")
    if isinstance(author, HttpResponse):
        return author
    form = EmbedForm(request.GET)
    if not form.is_valid():
        raise BadRequest(" ".join(f"{name}: {error}" for name, errors in form.errors.items() for error in errors))
    asked = form.cleaned_data
    found = PaperFilter({"year": asked["year"]}, papers_of(author, Paper.objects.visible()))
    newest = NEWEST_OF_LIST.applied(found.qs.for_cards())[: asked["count"] or USUAL_COUNT]
    context = {
        "author": author,
        "url": absolute_url(author.get_absolute_url()),
        "cards": cards(newest, subject=author.public_id),
        "is_full": asked["format"] != "titles",
        "theme": asked["theme"] or "auto",
    }
    return render(request, "profiles/author/embed.html", context)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """The code that shows the profile at `url`, as JSON or XML; 404 for what can't be shown, 501 for other formats."""
    author = author_at(request.GET.get("url", ""))
    width, height = (
        size(request, name, usual) for name, usual in (("maxwidth", EMBED_WIDTH), ("maxheight", EMBED_HEIGHT))
    )
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": _("Papers by %(name)s") % {"name": author.name},
        "author_name": author.name,
        "author_url": absolute_url(author.get_absolute_url()),
        "provider_name": settings.SITE_NAME,
        "provider_url": absolute_url(reverse("home")),
        "cache_age": KEPT_FOR,
        "html": embed_code(author, width, height),
        "width": width,
        "height": height,
    }
    wanted = request.GET.get("format", "json")
    if wanted == "json":
        response: HttpResponse = JsonResponse(answer)
    elif wanted == "xml":
        root = ElementTree.Element("oembed")
        for name, value in answer.items():
            ElementTree.SubElement(root, name).text = str(value)
        text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        response = HttpResponse(text, content_type="text/xml; charset=utf-8")
    else:
        return HttpResponse("The formats are json and xml.\n", status=501, content_type="text/plain")
    response.headers["Access-Control-Allow-Origin"] = "*"  # pages ask from the visitor's browser
    return response


def author_at(url: str) -> Author:
    """The author whose profile or list this address of the site shows; raises Http404."""
    message = _("There is no profile at %(url)s that could be shown elsewhere.") % {"url": url[:200]}
    try:
        parts, here = urlsplit(url), urlsplit(settings.SITE_URL)
        path = path_within(parts.path)
        if (parts.scheme, parts.netloc) != (here.scheme, here.netloc) or path is None:
            raise Http404(message)
        match = resolve(path)
    except (ValueError, Resolver404) as error:
        raise Http404(message) from error
    author = find_shown_author(match.kwargs["slug"]) if match.url_name in ("author", "author-embed") else None
    if author is None:
        raise Http404(message)
    return author


def size(request: HttpRequest, name: str, usual: int) -> int:
    """The usual size, or what the page has room for; raises BadRequest for what is no number."""
    text = request.GET.get(name) or str(usual)
    if not (text.isdecimal() and len(text) < 6 and int(text)):
        message = _("%(name)s is a number of pixels, not %(text)r.")
        raise BadRequest(message % {"name": name, "text": text[:40]})
    return min(int(text), usual)
