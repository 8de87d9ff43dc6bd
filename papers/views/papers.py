"""Pages about papers. Who the printed names belong to comes from papers.people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.citations.cite_box import cite_box
from papers.citations.from_papers import work_of
from papers.database.keyset import Query
from papers.display.appearance import appeared_in
from papers.display.cards import cards, category_names
from papers.display.links import links_of_paper
from papers.display.wording import translated, type_name, why
from papers.filters import facets
from papers.filters.papers import PaperFilter
from papers.http.lookup import paper_or_answer
from papers.identifiers import ArxivId, InvalidIdentifier, arxiv_id_of_doi, doi_url, license_name, normal_doi
from papers.metadata.schema_org import paper_head
from papers.metadata.signposting import with_links
from papers.models import ARXIVS, SEED, Paper
from papers.people import correct_url, curation_links
from papers.publications import Details, language_tag
from papers.text.plain_text import plain_line, plain_text
from papers.views.exports import form_asked, work_in_form
from papers.views.lists import OVER_A_LIST, paper_pager, render_list
from papers.views.prev_next import list_position


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
        of_site = facets.OfSite()
        context["pager"] = paper_pager(request, found, of_site=of_site, names=names)
        context["facets"] = facets.of_papers(found, query, names, of_site)
        context["chosen"] = facets.chosen(found, query)
        context["contradiction"] = found.contradiction
    return render_list(request, "papers/paper_list.html", "papers/_list.html", "list", context, status)


@require_safe
def paper_detail(request: HttpRequest, identifier: str) -> HttpResponse:
    """One paper with everything its source says."""
    paper = paper_or_answer(request, identifier, "paper")
    if isinstance(paper, HttpResponse):
        return paper
    card = cards([paper], fold=False)[0]
    work = work_of(card)
    dois = [row.doi for row in paper.dois.all()]
    context = {
        "paper": paper,
        "card": card,
        "appeared_in": appeared_in(paper),
        "type_name": type_name(paper.type),
        "links": links_of_paper(paper, dois),
        "abstract_paragraphs": paper.abstract.splitlines(),
        "versions": paper_versions(paper),
        "facts": paper_facts(paper, work.details, dois),
        "place": list_position(paper, request.GET.get("list", "")),
        "cite": cite_box(work_in_form(work, form_asked(request)), Query.of(request)),
        "head": paper_head(
            work, card.subjects, version=paper.versions[-1].get("version", "") if paper.versions else ""
        ),
        "correct_url": correct_url(paper.identifier),
        "curation_links": curation_links(request, paper),
    }
    return with_links(render(request, "papers/paper_detail.html", context), work)


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


def source_label(source: str) -> str:
    """Where a record was read, in words; of sources that only programs have, their name."""
    if source in ARXIVS:
        return "arXiv"
    words = {
        "bibtex": _("A list of publications (BibTeX)"),
        "ris": _("A list of publications (RIS)"),
        "csl-json": _("A list of publications (CSL-JSON)"),
        "crossref": "Crossref",
        "datacite": "DataCite",
        "openalex": "OpenAlex",
        "opencitations": "OpenCitations",
        "orcid": "ORCID",
        "dblp": "dblp",
        "oai-pmh": _("Another repository (OAI-PMH)"),
        SEED: _("The example papers of this software"),
    }
    return words.get(source, source)


def paper_facts(paper: Paper, details: Details, dois: list[str]) -> list[tuple[str, str, str]]:
    """What else the source says: (label, text, address or nothing), only what is known."""
    publisher = _("Institution") if paper.type in ("thesis", "report") else _("Publisher")
    rows = [
        (_("Comments"), plain_text(paper.comments), ""),
        (_("Journal reference"), plain_text(paper.journal_ref) if details.container else "", ""),
        (_("Editors"), ", ".join(editor.name for editor in details.editors), ""),
        (publisher, plain_line(", ".join(filter(None, (details.publisher, details.place)))), ""),
        (_("Edition"), plain_line(details.edition), ""),
        *((_("DOI"), doi, doi_url(doi)) for doi in dois),
        (_("ISBN"), details.isbn, ""),
        (_("ISSN"), details.issn, ""),
        (_("Language"), language_name(details.language), ""),
        (_("Keywords"), ", ".join(map(plain_line, details.keywords)), ""),
        (_("Report number"), paper.report_no, ""),
        (_("MSC class"), paper.msc_class, ""),
        (_("ACM class"), paper.acm_class, ""),
        (
            _("Licence"),
            translated(license_name(paper.license)) or paper.license,
            paper.license if license_name(paper.license) else "",
        ),
        (_("arXiv"), f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "", paper.source_url),
        (_("Source"), source_label(paper.source), ""),
        (_("Record read"), date_format(paper.read_at.date()), ""),
    ]
    return [row for row in rows if row[1]]


def language_name(text: str) -> str:
    """The language in the visitor's words; of one that Django has no name for what the source says."""
    try:
        return str(capfirst(get_language_info(language_tag(text))["name_translated"]))
    except KeyError:
        return text


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
    if arxiv_id := arxiv_id_of_doi(doi):
        return jump_to_arxiv(request, arxiv_id)
    paper = Paper.objects.visible().filter(dois__key=doi.lower()).order_by("id").first()
    if paper is None:
        raise Http404(
            _("No paper with the DOI %(doi)s is in here. It leads to https://doi.org/%(doi)s.") % {"doi": doi}
        )
    return redirect(paper)
