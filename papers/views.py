"""Pages about papers. Who the printed names belong to comes from papers.people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import facets, search
from papers.cards import cards, category_names
from papers.citations.box import cite_box
from papers.citations.works import work_of
from papers.filters import PaperFilter
from papers.identifiers import ArxivId, InvalidIdentifier, license_name, normal_doi
from papers.linked_data import paper_head
from papers.models import ARXIVS, SEED, Paper, PaperCount
from papers.paging import COUNTED_TO, Pager, Query, check_page, keyset_pager, numbered_pager
from papers.people import correct_url
from papers.places import place_of
from papers.rows import rows_of
from papers.signposting import with_links
from papers.wording import said, why

PAGE_SIZE = 25
# The filters that stand over a list of papers, and those that its sides offer.
OVER_A_LIST = frozenset({"q", "author", "year_min", "year_max", "ordering", "category", "year", "coauthor"})
MOST_RANKED = 1000  # best matches that can be paged through; who looks further narrows the search


@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """All papers, by words, category, author and year."""
    found = PaperFilter.for_list(request.GET, Paper.objects.visible(), OVER_A_LIST)
    context: dict[str, Any] = {"form": found.form, "heading": _("Papers")}
    status = 400
    if found.is_valid():
        status = 200
        names = category_names()
        query = Query.of(request)
        context["pager"] = paper_pager(request, found, whole_site=True, names=names)
        context["facets"] = facets.of_papers(found, query, names, facets.of_site)
        context["chosen"] = facets.chosen(found, query)
        context["contradiction"] = found.contradiction
    return render_list(request, "papers/paper_list.html", "papers/_list.html", "list", context, status)


def render_list(
    request: HttpRequest, page: str, part: str, target: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or of it only the part that htmx asks for to put in the place of the element `target`."""
    response = render(request, part if asks_for(request, target) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def asks_for(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for the part of the page that comes in the place of this element."""
    htmx = getattr(request, "htmx", None)  # a bare request has not been through the middleware
    return htmx is not None and bool(htmx) and htmx.target == target


def paper_pager(
    request: HttpRequest, found: PaperFilter, *, whole_site: bool = False, count: int | None = None, **of_cards: Any
) -> Pager:
    """The page of paper cards that the request names; raises InvalidPage. `of_cards` goes to `cards`.

    With `whole_site` all papers are filtered, whose number may be known without counting; `count` is for who knows it.
    """
    order = found.order
    check_page(request, found.qs, order)
    if order is None:
        ids = found.ranked(MOST_RANKED, whole_site=whole_site)
        pager = numbered_pager(request, ids, PAGE_SIZE, len(ids), len(ids) == MOST_RANKED)
        papers = rows_of(pager.items)
    else:
        known, is_capped = known_count(found) if whole_site else (count, False)
        pager = keyset_pager(request, found.qs, order, PAGE_SIZE, known, is_capped=is_capped, fetch=rows_of)
        papers = pager.items
    return with_items(pager, cards(papers, **of_cards))


def known_count(found: PaperFilter) -> tuple[int | None, bool]:
    """How many of all papers were found, where that is known or learnt cheaper than by counting; and whether it is a cap."""
    asked = found.asked.keys()
    if asked <= {"category", "year"}:
        counts = PaperCount.objects.filter(category=found.asked.get("category"))
        if "year" in asked:
            counts = counts.filter(year=int(found.asked["year"]))
        return counts.aggregate(n=Sum("papers", default=0))["n"], False
    if asked <= {"q", "search"}:
        n = search.count_matches(search.parse_query(found.words), COUNTED_TO + 1)
        return min(n, COUNTED_TO), n > COUNTED_TO
    return None, False


def with_items(pager: Pager, items: list[Any]) -> Pager:
    """The same page with other items."""
    return Pager(
        items, pager.next_url, pager.previous_url, pager.first_url, pager.count, pager.count_is_capped, pager.number
    )


@require_safe
def paper_detail(request: HttpRequest, identifier: str) -> HttpResponse:
    """One paper with everything its source says."""
    paper = paper_or_answer(request, identifier, "paper")
    if isinstance(paper, HttpResponse):
        return paper
    card = cards([paper], fold=False)[0]
    work = work_of(card)
    context = {
        "paper": paper,
        "card": card,
        "abstract_paragraphs": paper.abstract.splitlines(),
        "versions": paper_versions(paper),
        "facts": paper_facts(paper),
        "place": place_of(paper, request.GET.get("list", "")),
        "cite": cite_box(work),
        "head": paper_head(
            work, card.subjects, version=paper.versions[-1].get("version", "") if paper.versions else ""
        ),
        "correct_url": correct_url(paper.identifier),
    }
    return with_links(render(request, "papers/paper_detail.html", context), work)


def paper_or_answer(request: HttpRequest, identifier: str, name: str, *rest: Any) -> Paper | HttpResponse:
    """The paper at this address, or the answer for one known by another identifier (301) or taken back (410); raises Http404.

    `name` and `rest` are the page's own: another form of the identifier leads to the same page.
    """
    paper = find_paper(identifier)
    if paper.identifier != identifier:
        return HttpResponsePermanentRedirect(reverse(name, args=[paper.identifier, *rest]))
    if paper.is_deleted:
        message = _("The source of this paper has taken its record back.")
        return render(request, "410.html", {"message": message}, status=410)
    return paper


@dataclass(frozen=True, slots=True)
class Version:
    """One version as its source dates it, and where it can be read."""

    number: str
    day: date | None
    url: str


def paper_versions(paper: Paper) -> list[Version]:
    """The versions, the newest first."""
    found = []
    for row in paper.versions:
        number, created = row.get("version") or "", row.get("created") or ""
        url = f"{paper.source_url}{number}" if paper.source_url and number else ""
        found.append(Version(number, date.fromisoformat(created[:10]) if created else None, url))
    return found[::-1]


def find_paper(identifier: str) -> Paper:
    """The paper with this identifier, in any of its forms or once its own; raises Http404 with a sentence."""
    paper = Paper.objects.filter(identifier=identifier).first()
    if paper is None:
        try:
            paper = Paper.objects.filter(identifier=ArxivId.parse(identifier).canonical).first()
        except InvalidIdentifier:
            paper = None
    if paper is None or paper.is_deleted:
        paper = Paper.objects.filter(earlier_identifiers__identifier=identifier).first() or paper
    if paper is None:
        raise Http404(_("There is no paper %(id)s here.") % {"id": identifier[:200]})
    return paper


def said_source(source: str) -> str:
    """Where a record was read, in words; of sources that only programs have, their name."""
    if source in ARXIVS:
        return "arXiv"
    words = {
        "bibtex": _("A list of publications (BibTeX)"),
        "oai-pmh": _("Another repository (OAI-PMH)"),
        SEED: _("The example papers of this software"),
    }
    return words.get(source, source)


def paper_facts(paper: Paper) -> list[tuple[str, str, str]]:
    """What else the source says: (label, text, address or nothing), only what is known."""
    dois = [(_("DOI"), row.doi, f"https://doi.org/{row.doi}") for row in paper.dois.all()]
    rows = [
        (_("Comments"), paper.comments, ""),
        (_("Journal reference"), paper.journal_ref, ""),
        *dois,
        (_("Report number"), paper.report_no, ""),
        (_("MSC class"), paper.msc_class, ""),
        (_("ACM class"), paper.acm_class, ""),
        (
            _("Licence"),
            said(license_name(paper.license)) or paper.license,
            paper.license if license_name(paper.license) else "",
        ),
        (_("arXiv"), f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "", paper.source_url),
        (_("Source"), said_source(paper.source), ""),
        (_("Record read"), date_format(paper.read_at.date()), ""),
    ]
    return [row for row in rows if row[1]]


@require_safe
def jump_to_arxiv(request: HttpRequest, identifier: str) -> HttpResponse:
    """To the paper with this arXiv id, or a page that says what to do."""
    try:
        canonical = ArxivId.parse(identifier).canonical
    except InvalidIdentifier as error:
        raise Http404(why(error)) from error
    if not Paper.objects.filter(identifier=canonical).exists():
        message = _("arXiv:%(id)s is not in here. You can read it at https://arxiv.org/abs/%(id)s.")
        raise Http404(message % {"id": canonical})
    return redirect("paper", canonical)


@require_safe
def jump_to_doi(request: HttpRequest, doi: str) -> HttpResponse:
    """To the paper with this DOI (arXiv's own DOIs too), or a page that says what to do."""
    try:
        doi = normal_doi(doi)
    except InvalidIdentifier as error:
        raise Http404(why(error)) from error
    if doi.lower().startswith("10.48550/arxiv."):
        return jump_to_arxiv(request, doi[len("10.48550/arxiv.") :])
    paper = Paper.objects.visible().filter(dois__key=doi.lower()).order_by("id").first()
    if paper is None:
        raise Http404(
            _("No paper with the DOI %(doi)s is in here. It leads to https://doi.org/%(doi)s.") % {"doi": doi}
        )
    return redirect(paper)
