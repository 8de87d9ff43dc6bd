"""Signposting: typed links in the header of an answer, by which machines find what a page is about (https://signposting.org/).

Long lists of authors would be longer than what proxies take for a header; they stand in the linkset (RFC 9264) alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from papers.citations.work import Work
from papers.http.addresses import absolute_url
from papers.identifiers import doi_url, license_name
from papers.metadata.head import formats
from papers.metadata.schema_org import type_of_work

MOST_AUTHORS = 5
LINKSET = "application/linkset+json"
UNSAFE = re.compile(r"[\s<>\"\\^`{|}]")


@dataclass(frozen=True, slots=True)
class Link:
    relation: str
    url: str
    media_type: str = ""

    def __str__(self) -> str:
        """As RFC 8288 writes it."""
        url = UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), self.url)
        return f'<{url}>; rel="{self.relation}"' + (f'; type="{self.media_type}"' if self.media_type else "")


def links_of(work: Work) -> list[Link]:
    """Everything that can be said of a paper by links."""
    return [
        *(Link("author", who.url) for who in work.authors if who.url),
        *([Link("cite-as", doi_url(work.cited_doi))] if work.cited_doi else []),
        *(Link("describedby", each.url, each.media_type) for each in formats("paper-export", work.identifier)),
        Link("type", f"https://schema.org/{type_of_work(work)}"),
        Link("type", "https://schema.org/AboutPage"),
        *([Link("license", work.license)] if license_name(work.license) else []),
    ]


def with_links(response: HttpResponse, work: Work) -> HttpResponse:
    """The page of the paper with its links, authors only if they are few."""
    links = links_of(work)
    if sum(link.relation == "author" for link in links) > MOST_AUTHORS:
        links = [link for link in links if link.relation != "author"]
    linkset = Link("linkset", absolute_url(reverse("paper-linkset", args=[work.identifier])), LINKSET)
    response.headers["Link"] = ", ".join(map(str, [*links, linkset]))
    return response


def linkset(anchor: str, links: list[Link]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": anchor}
    for link in links:
        row = {"href": link.url, **({"type": link.media_type} if link.media_type else {})}
        found.setdefault(link.relation, []).append(row)
    return found
