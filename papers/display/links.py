"""Links to where a paper can be read, and to what belongs to it elsewhere: its source, its publisher, files, code and data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.identifiers import ArxivId, InvalidIdentifier, doi_url, normal_doi
from papers.models import Paper
from papers.publications import Details, Url

KINDS = {
    "landing": gettext_lazy("Web page"),
    "pdf": gettext_lazy("PDF"),
    "code": gettext_lazy("Code"),
    "data": gettext_lazy("Data"),
    "slides": gettext_lazy("Slides"),
    "poster": gettext_lazy("Poster"),
    "video": gettext_lazy("Video"),
    "other": gettext_lazy("More"),
}


@dataclass(frozen=True, slots=True)
class PaperLink:
    """An address and what it is called; `host` says where it leads if the label doesn't, the first link is the paper itself."""

    label: str
    url: str
    host: str = ""


def links_of_paper(paper: Paper, dois: Sequence[str]) -> list[PaperLink]:
    """arXiv, the publisher, then what sources link to; an address that is one of these in another form is left out."""
    found = []
    if paper.arxiv_id:
        found.append(PaperLink(_("Read it on arXiv"), paper.source_url))
    found += [PaperLink(_("Published version"), doi_url(doi)) for doi in dois[:1]]
    for address in Details.from_json(paper.details).urls:
        if not is_same(address, paper.arxiv_id or "", dois):
            found.append(PaperLink(str(KINDS[address.kind]), address.url, urlsplit(address.url).netloc.lower()))
    return found


def is_same(address: Url, arxiv_id: str, dois: Sequence[str]) -> bool:
    """Whether it leads where the arXiv id or one of the DOIs leads."""
    if address.kind != "landing":
        return False
    try:
        return normal_doi(address.url).lower() in {doi.lower() for doi in dois}
    except InvalidIdentifier:
        pass
    try:
        return ArxivId.parse(address.url).canonical == arxiv_id
    except InvalidIdentifier:
        return False
