"""The paper or the category that an address means, with the redirect from a former one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from papers.identifiers import ArxivId, InvalidIdentifier
from papers.models import Category, CategoryQuerySet, Paper
from papers.people import curation_links


def paper_or_answer(request: HttpRequest, identifier: str, name: str, *rest: Any) -> Paper | HttpResponse:
    """The paper at this address, or the answer for one known by another identifier or merged into another (301), or that was
    taken back or hidden (410, with a curator's way to it); raises Http404.

    `name` and `rest` are the page's own: another form of the identifier leads to the same page.
    """
    paper = find_paper(identifier)
    if paper.identifier != identifier:
        return moved(request, name, paper.identifier, *rest)
    if paper.is_deleted:
        links = curation_links(request, paper) if paper.is_hidden else []
        return render(request, "410.html", {"message": why_gone(paper), "curation_links": links}, status=410)
    return paper


def moved(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """301 to the page of this name, with the parameters that were asked for."""
    query = request.META.get("QUERY_STRING", "")
    address = reverse(name, args=args)
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def why_gone(paper: Paper) -> str:
    """Why a paper that was here is not shown, in a sentence."""
    if paper.is_hidden:
        return _("The curators of this site do not show this paper.")
    return _("The source of this paper has taken its record back.")


def find_paper(identifier: str) -> Paper:
    """The paper with this identifier, in any of its forms or once its own, or the one that it was merged into.

    Raises Http404 with a sentence.
    """
    return survivor(find_record(identifier))


def find_record(identifier: str) -> Paper:
    """The same, even where it was merged."""
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


def survivor(paper: Paper) -> Paper:
    """The paper that this one was merged into, however often, or itself."""
    seen = {paper.pk}
    while paper.merged_into and paper.merged_into.pk not in seen:
        paper = paper.merged_into
        seen.add(paper.pk)
    return paper


def find_category(code: str, among: CategoryQuerySet | None = None) -> Category:
    """The category that this code, or a former one, means today; raises Http404 with a sentence."""
    category = (Category.objects.all() if among is None else among).by_code(code)
    if category is None:
        raise Http404(_("There is no category %(code)s.") % {"code": code[:64]})
    return category
