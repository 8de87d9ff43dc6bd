"""Atom feeds (RFC 4287) of papers: all or filtered, by subject, by author (profiles/views/exports.py).

Titles and summaries are plain text with formulas in Unicode, which every reader can show; `content` is the same typeset, with
MathML. An entry's `updated` is when its record last changed here, the feed's is that of its newest entry, so that nothing is
"today". Last-Modified also moves with the people whose names an entry shows; the entity tag is that of the text itself. Older
papers are behind `link rel="next"` (RFC 5005).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from papers.citations.from_papers import works_of
from papers.citations.work import Work
from papers.database.keyset import Order, Query, read_page
from papers.filters.papers import NEWEST, NEWEST_OF_LIST, PaperFilter
from papers.http.addresses import absolute_url
from papers.http.lookup import find_category
from papers.models import Build, Paper, PaperQuerySet
from papers.people import people
from papers.text.control_characters import writable
from papers.text.markup import markup
from papers.text.plain_text import plain_line

ENTRIES = 50
BEGINNING = datetime(1991, 8, 14, tzinfo=UTC)  # arXiv's first day: what has no entries and no import never changed


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed is of: a list of papers in an order, and the page (absolute address) that shows it to people.

    `changed_at` is when something other than a paper last changed what the feed says.
    """

    title: str
    subtitle: str
    url: str
    papers: PaperQuerySet
    order: Order
    changed_at: datetime | None = None
    author: str = ""


class PaperAtom(Atom1Feed):
    """Django's Atom with what it lacks: several authors an entry, paging, and a true `updated` of an empty feed."""

    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]
        return changed_at

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for relation in ("next", "previous", "first"):
            if self.feed.get(relation):
                handler.addQuickElement("link", "", {"rel": relation, "href": self.feed[relation]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, url in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if url:
                handler.addQuickElement("uri", url)
            handler.endElement("author")
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})
        if item["source_url"]:
            handler.addQuickElement("link", "", {"rel": "related", "href": item["source_url"]})


class PaperFeed(Feed):
    """One page of a listing as a feed."""

    feed_type = PaperAtom

    def __init__(self, listing: Listing, query: Query, cursor: str) -> None:
        self.listing = listing
        page = read_page(listing.papers.for_citing(), listing.order, cursor, ENTRIES)
        self.rows: list[tuple[Paper, Work]] = list(zip(page.rows, works_of(page.rows), strict=True))
        moments = [paper.modified_at for paper in page.rows]
        self.changed_at = max(moments) if moments else listing.changed_at or last_import()
        self.links = {
            "self": absolute_url(query.url(cursor or None)),
            "next": absolute_url(query.url(page.next)) if page.next else "",
            "previous": absolute_url(query.url(page.previous)) if page.previous else "",
            "first": absolute_url(query.url(None)) if cursor else "",
        }

    def last_modified(self) -> datetime:
        """When anything in the feed changed: a paper, or somebody on one."""
        moments = [self.changed_at, self.listing.changed_at, people().changed_at([paper.pk for paper, _w in self.rows])]
        return max(moment for moment in moments if moment)

    def title(self) -> str:
        return writable(f"{self.listing.title} · {settings.SITE_NAME}")

    def subtitle(self) -> str:
        return writable(self.listing.subtitle)

    def link(self) -> str:
        return self.listing.url

    def feed_url(self) -> str:
        return self.links["self"]

    def feed_guid(self) -> str:
        return self.links["first"] or self.links["self"]

    def author_name(self) -> str:
        return writable(self.listing.author or settings.SITE_NAME)

    def feed_extra_kwargs(self, obj: None) -> dict[str, Any]:
        return {"changed_at": self.changed_at, **{name: url for name, url in self.links.items() if name != "self"}}

    def items(self) -> Iterable[tuple[Paper, Work]]:
        return self.rows

    def item_title(self, item: tuple[Paper, Work]) -> str:
        return item[1].plain_title

    def item_description(self, item: tuple[Paper, Work]) -> str:
        return escape(" ".join(filter(None, (notice(item[0]), plain_line(item[1].abstract)))))  # Django calls it HTML

    def item_link(self, item: tuple[Paper, Work]) -> str:
        return item[1].url

    def item_guid(self, item: tuple[Paper, Work]) -> str:
        return item[1].url

    def item_pubdate(self, item: tuple[Paper, Work]) -> datetime | None:
        day = item[0].published_date  # Atom knows moments alone: a month or a year is none
        return datetime.combine(day.first, time(), UTC) if day and day.precision == "day" else None

    def item_updateddate(self, item: tuple[Paper, Work]) -> datetime:
        return item[0].modified_at

    def item_categories(self, item: tuple[Paper, Work]) -> tuple[str, ...]:
        return item[1].categories

    def item_extra_kwargs(self, item: tuple[Paper, Work]) -> dict[str, Any]:
        return {
            "authors": [(writable(who.name), who.url) for who in item[1].authors],
            "source_url": item[1].source_url,
            "content": writable(content(*item)),
        }


def notice(paper: Paper) -> str:
    """What a reader must know before all else."""
    return _("This paper has been withdrawn.") if paper.is_withdrawn else ""


def content(paper: Paper, work: Work) -> str:
    """The paper's text as HTML with its mathematics typeset: the title too where plain text says less, then the abstract."""
    title, withdrawn = markup(work.title), escape(notice(paper))
    typeset = [f"<p><strong>{text}</strong></p>" for text in (withdrawn, title if "<" in title else "") if text]
    return "".join(
        [*typeset, *(f"<p>{markup(paragraph)}</p>" for paragraph in work.abstract.splitlines() if paragraph)]
    )


def answer_feed(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The page of the feed that the request's `page` names, with Last-Modified; raises InvalidPage (a 404)."""
    feed = PaperFeed(listing, Query.of(request), request.GET.get("page", ""))
    response = feed(request)
    response.headers["Last-Modified"] = http_date(feed.last_modified().timestamp())
    return response


@require_safe
@conditional_page
def papers_feed(request: HttpRequest) -> HttpResponse:
    """All papers, or those that the filters of the list name, newest first."""
    wanted = {name: value for name, value in request.GET.dict().items() if name != "ordering"}
    found = PaperFilter({**wanted, "ordering": "-published"}, Paper.objects.visible())
    found.check()
    asked = {name: value for name, value in wanted.items() if name in found.filters and value}
    shown = ", ".join(f"{name}: {value}" for name, value in asked.items())
    page = Query(reverse("papers"), list(asked.items()))
    listing = Listing(
        title=_("Papers, %(filters)s") % {"filters": shown} if shown else _("Papers"),
        subtitle=_("Papers, newest first."),
        url=absolute_url(page.url(None)),
        papers=found.qs,
        order=found.order or NEWEST,
    )
    return answer_feed(request, listing)


@require_safe
@conditional_page
def category_feed(request: HttpRequest, code: str) -> HttpResponse:
    """The newest papers of a subject."""
    category = find_category(code)
    if category.code != code:
        return redirect("category-feed", category.code, permanent=True)
    listing = Listing(
        title=f"{category.name} ({category.code})",
        subtitle=_("Papers in %(name)s, newest first.") % {"name": category.name},
        url=absolute_url(category.get_absolute_url()),
        papers=Paper.objects.visible().in_category(category),
        order=NEWEST_OF_LIST,
    )
    return answer_feed(request, listing)


def last_import() -> datetime:
    """When papers last came in."""
    build = Build.objects.latest_finished("import")
    return build.finished_at if build and build.finished_at else BEGINNING
