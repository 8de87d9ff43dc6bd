"""Metadata in a page's head: Open Graph, schema.org data, other formats of the same thing (templates/_head.html)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from papers.citations import FORMATS
from papers.http.addresses import absolute_url

# In the text of a script these could end it or begin a comment; JSON has another spelling for them.
IN_SCRIPT = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same thing in another format."""

    media_type: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Head:
    """`tags` are (name, content) of plain meta elements, `properties` those of Open Graph beside the usual ones."""

    title: str
    description: str
    url: str
    kind: str = "website"
    tags: list[tuple[str, str]] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    alternates: list[Alternate] = field(default_factory=list)
    data: list[dict[str, Any]] = field(default_factory=list)

    @property
    def image(self) -> str:
        """The picture that stands beside a shared link: the site's own, 1200 × 630 pixels."""
        return absolute_url(static("share.png"))

    @property
    def site_name(self) -> str:
        return settings.SITE_NAME

    @property
    def locale(self) -> str:
        """The language as Open Graph writes it: "en", "de", "pt_BR"."""
        return (get_language() or settings.LANGUAGE_CODE).replace("-", "_")

    @property
    def json_ld(self) -> SafeString:
        """The schema.org data as the text of a script element that is data and never run."""
        return script_text({"@context": "https://schema.org", "@graph": self.data})


def script_text(data: Any) -> SafeString:
    """The data as JSON that no text in it can break out of."""
    text = json.dumps(data, ensure_ascii=False)
    for sign, spelling in IN_SCRIPT.items():
        text = text.replace(sign, spelling)
    return mark_safe(text)  # nothing in it can end the script, see IN_SCRIPT


def without_empty(**values: Any) -> dict[str, Any]:
    """The values that there are; "at_" begins the names that JSON-LD begins with "@"."""
    return {name.replace("at_", "@", 1): value for name, value in values.items() if value not in (None, "", [], {})}


def breadcrumbs(*steps: tuple[str, str]) -> dict[str, Any]:
    """The way from the home page to this one: (name, path) of each step after it."""
    items = [(settings.SITE_NAME, reverse("home")), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute_url(path)}
            for position, (name, path) in enumerate(items, 1)
        ],
    }


def website() -> dict[str, Any]:
    """The site itself, and how to search it."""
    return {
        "@type": "WebSite",
        "@id": absolute_url(reverse("home")) + "#site",
        "name": settings.SITE_NAME,
        "url": absolute_url(reverse("home")),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute_url(reverse("search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def home_head() -> Head:
    description = _("Academic profiles: authors, their papers, and who works on similar things and why.")
    feed = Alternate("application/atom+xml", _("Newest papers"), absolute_url(reverse("papers-feed")))
    return Head(settings.SITE_NAME, description, absolute_url(reverse("home")), data=[website()], alternates=[feed])


def formats(name: str, *args: str) -> list[Alternate]:
    """Every format of a list or paper as an alternate; `name` is that of the address in the site map."""
    return [
        Alternate(each.media_type, each.label, absolute_url(reverse(name, args=[*args, each])))
        for each in FORMATS.values()
    ]


def markdown(name: str, *args: str) -> Alternate:
    """The page's twin in Markdown; `name` is that of the twin's address in the site map."""
    return Alternate("text/markdown", "Markdown", absolute_url(reverse(name, args=args)))
