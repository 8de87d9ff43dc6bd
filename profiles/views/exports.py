"""An author's papers as files and as a feed, at the profile's address and its earlier ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from papers.citations import Format
from papers.filters.papers import NEWEST_OF_LIST, PaperFilter
from papers.http.addresses import absolute_url
from papers.models import Paper
from papers.views.exports import export_list
from papers.views.feeds import Listing, answer_feed
from profiles.lookup import author_or_redirect, papers_of


@require_safe
def author_export(request: HttpRequest, slug: str, ending: Format) -> HttpResponseBase:
    """The author's papers, or those that the filters of the list name, in this format."""
    author = author_or_redirect(request, slug, "author-export", ending)
    if isinstance(author, HttpResponse):
        return author
    return export_list(request, PaperFilter(request.GET, papers_of(author, Paper.objects.visible())), ending, slug)


@require_safe
@conditional_page
def author_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The author's newest papers as Atom."""
    author = author_or_redirect(request, slug, "author-feed")
    if isinstance(author, HttpResponse):
        return author
    listing = Listing(
        title=author.name,
        subtitle=_("Papers by %(name)s, newest first.") % {"name": author.name},
        url=absolute_url(author.get_absolute_url()),
        papers=papers_of(author, Paper.objects.visible()),
        order=NEWEST_OF_LIST,
        changed_at=author.modified_at,
        author=author.name,
    )
    return answer_feed(request, listing)
