"""Search from the browser: the description that it finds by a link in every page, and suggestions of authors.

OpenSearch 1.1 (https://github.com/dewitt/opensearch); suggestions are its extension: [words, names, descriptions, addresses].
"""

from __future__ import annotations

from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import conditional_page, require_safe

from papers.display.cards import category_names
from papers.http.addresses import absolute_url
from profiles.display.author_rows import active_years
from profiles.models import Author
from profiles.search import search_authors

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
LONGEST_NAME = 16
LONGEST_QUERY = 200
SUGGESTIONS = 8


@require_safe
@conditional_page
def description(request: HttpRequest) -> HttpResponse:
    """The OpenSearch description document."""
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": NAMESPACE})

    def add(name: str, text: str = "", **attributes: str) -> None:
        ElementTree.SubElement(root, name, attributes).text = text or None

    add("ShortName", settings.SITE_NAME[:LONGEST_NAME])
    add("Description", _("Find authors, papers and identifiers at %(site)s.") % {"site": settings.SITE_NAME})
    add("Url", type="text/html", method="get", template=absolute_url(reverse("search")) + "?q={searchTerms}")
    add(
        "Url",
        type="application/x-suggestions+json",
        method="get",
        template=absolute_url(reverse("opensearch-suggestions")) + "?q={searchTerms}",
    )
    add(
        "Url",
        type="application/atom+xml",
        method="get",
        template=absolute_url(reverse("papers-feed")) + "?q={searchTerms}",
    )
    add("Url", type="application/opensearchdescription+xml", rel="self", template=absolute_url(reverse("opensearch")))
    add("Image", absolute_url(static("icon.svg")), type="image/svg+xml", width="16", height="16")
    add("InputEncoding", "UTF-8")
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="application/opensearchdescription+xml")


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Authors whose names begin so, for a browser's address bar."""
    text = request.GET.get("q", "").strip()
    ids = search_authors(text, SUGGESTIONS, queryset=Author.objects.listed()) if 0 < len(text) <= LONGEST_QUERY else []
    by_id = Author.objects.in_bulk(ids)
    names = category_names() if ids else {}
    found = [by_id[pk] for pk in ids if pk in by_id]
    answer = [
        text,
        [author.name for author in found],
        [hint(author, names) for author in found],
        [absolute_url(author.get_absolute_url()) for author in found],
    ]
    return JsonResponse(answer, safe=False, content_type="application/x-suggestions+json")


def hint(author: Author, names: dict[str, str]) -> str:
    """What tells an author from others of the name: how many papers, when, in what."""
    papers = ngettext("%(n)s paper", "%(n)s papers", author.paper_count) % {"n": author.paper_count}
    subjects = [names.get(code, code) for code, _n in author.statistics.get("categories", [])[:1]]
    return ", ".join(part for part in (papers, active_years(author), *subjects) if part)
