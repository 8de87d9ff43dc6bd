"""Papers as files: one paper, or any list of them as it is filtered, in every format of papers/citations.

A list is written while it is read, a few hundred papers at a time, and ends after MOST papers; the header
`Link: …; rel="next"` then leads to the rest. More than one such portion is dear work (papers/http/limits.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import conditional_page, require_safe

from papers import search
from papers.citations import Format, Work
from papers.citations.formats import MOST
from papers.citations.from_papers import works_of
from papers.citations.work import AS, Form, UnknownForm, form_named
from papers.database.keyset import Order, Query, cursor_after, read_page
from papers.display.cards import category_names
from papers.filters.papers import MOST_RANKED, PaperFilter
from papers.http.addresses import absolute_url
from papers.http.limits import take_slot
from papers.http.lookup import find_category, moved, paper_or_answer
from papers.http.streaming import SlottedStream, pieces
from papers.metadata.signposting import LINKSET, links_of, linkset
from papers.models import Paper

CHUNK = 250
NONE_OF_FORM = {
    "preprint": gettext_lazy("No preprint of %(id)s is known here. Without “as” it is cited as what it is."),
    "article": gettext_lazy("No published article of %(id)s is known here. Without “as” it is cited as what it is."),
}


@require_safe
@conditional_page
def paper_export(request: HttpRequest, identifier: str, ending: Format) -> HttpResponse:
    """One paper in this format, cited as its preprint or its article if `as` says so; raises Http404 for one it has not."""
    form = form_asked(request)
    paper = paper_or_answer(request, identifier, "paper-export", ending)
    if isinstance(paper, HttpResponse):
        return paper
    work = work_in_form(works_of([paper])[0], form)
    return HttpResponse("".join(ending.write([work])), headers=headers(ending, work.key, [("canonical", work.url)]))


@require_safe
@conditional_page
def paper_linkset(request: HttpRequest, identifier: str) -> HttpResponse:
    """All links of a paper as a document (RFC 9264)."""
    paper = paper_or_answer(request, identifier, "paper-linkset")
    if isinstance(paper, HttpResponse):
        return paper
    work = works_of([paper])[0]
    return JsonResponse({"linkset": [linkset(work.url, links_of(work))]}, content_type=LINKSET)


@require_safe
def papers_export(request: HttpRequest, ending: Format) -> HttpResponseBase:
    """All papers, or those that the filters of the list name."""
    return export_list(request, PaperFilter(request.GET, Paper.objects.visible()), ending, "papers")


@require_safe
def category_export(request: HttpRequest, code: str, ending: Format) -> HttpResponseBase:
    """The papers of a subject."""
    category = find_category(code)
    if category.code != code:
        return moved(request, "category-export", category.code, ending)
    return export_list(request, PaperFilter(request.GET, Paper.objects.visible().in_category(category)), ending, code)


def export_list(request: HttpRequest, found: PaperFilter, ending: Format, name: str) -> HttpResponseBase:
    """The papers found, from the request's `page` on, as a file of this name; 400 for parameters that make no sense.

    `as` asks for preprints or articles: each paper is cited so that has one, the others as they are.
    """
    form = form_asked(request)
    found.check()
    order = found.order
    links = []
    if order is None:
        papers, is_long = ranked(found), True
    else:
        cursor = request.GET.get("page", "")
        read_page(found.qs.for_citing(), order, cursor, 1)  # says now, and not in the middle of a file, if it is none
        is_long = bool(cursor_after(found.qs, order, cursor, CHUNK))
        if is_long and (following := cursor_after(found.qs, order, cursor, MOST)):
            links.append(("next", absolute_url(Query.of(request).url(following))))
        papers = in_order(found.qs.for_citing(), order, cursor)
    place = take_slot() if request.method == "GET" and is_long else None
    content = SlottedStream(pieces(ending.write(in_form(papers, form))) if request.method == "GET" else iter(()), place)
    return StreamingHttpResponse(content, headers=headers(ending, name, links))


def in_order(papers: Any, order: Order, cursor: str) -> Iterator[Work]:
    """The works of the first MOST papers from the cursor on; three queries a CHUNK."""
    names = category_names()
    for _chunk in range(MOST // CHUNK):
        page = read_page(papers, order, cursor, CHUNK)
        yield from works_of(page.rows, names)
        cursor = page.next
        if not cursor:
            return


def ranked(found: PaperFilter) -> Iterator[Work]:
    """The works that match best, best first."""
    names = category_names()
    ids = search.ranked(found.qs, search.parse_query(found.words), MOST_RANKED)
    for start in range(0, len(ids), CHUNK):
        by_id = Paper.objects.for_citing().in_bulk(ids[start : start + CHUNK])
        yield from works_of((by_id[pk] for pk in ids[start : start + CHUNK] if pk in by_id), names)


def in_form(works: Iterable[Work], form: Form | Literal[""]) -> Iterable[Work]:
    """The works cited as what was asked for, those that have none as they are."""
    return (work.as_form(form) or work for work in works) if form else works


def work_in_form(work: Work, form: Form | Literal[""]) -> Work:
    """The work cited as what was asked for; raises Http404 with a sentence where it has no such form."""
    found = work.as_form(form)
    if found is None:
        raise Http404(NONE_OF_FORM[form] % {"id": work.identifier})
    return found


def form_asked(request: HttpRequest) -> Form | Literal[""]:
    """What `as` asks for, "" where nothing does; raises BadRequest."""
    try:
        return form_named(request.GET.get(AS, ""))
    except UnknownForm as error:
        message = _("as: “%(word)s” is no form in which papers are cited. Ask for preprint or article.")
        raise BadRequest(message % {"word": str(error)[:40]}) from error


def headers(ending: Format, name: str, links: list[tuple[str, str]]) -> dict[str, str]:
    """What says how to keep the file, and where more is."""
    filename = f"{name.replace('/', '-')}.{ending.ending}"
    found = {
        "Content-Type": ending.content_type,
        "Access-Control-Allow-Origin": "*",  # a lab's page may read them in its visitors' browsers
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename) or "attachment",
    }
    if links:
        found["Link"] = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links)
    return found
