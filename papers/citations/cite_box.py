"""The box for citing on a paper's page: formatted citations, and the text of each format with its address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from papers.citations.formats import FORMATS
from papers.citations.styles import formatted
from papers.citations.work import AS, Form, Work
from papers.database.keyset import Query


@dataclass(frozen=True, slots=True)
class Quotation:
    """A text to copy. `name` is part of its element's id, `url` where it can be had as a file, if it can."""

    name: str
    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The article or the preprint of a paper that has both, and where the box shows that one."""

    label: str
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class CiteBox:
    choices: list[Choice]
    styles: list[Quotation]
    formats: list[Quotation]
    csv_url: str


def cite_box(work: Work, page: Query) -> CiteBox:
    """Everything the cite box shows of this work; `page` is the address of the paper's page as it was asked for."""
    usual = replace(work, asked="").form

    def address(ending: str) -> str:
        url = reverse("paper-export", args=[work.identifier, ending])
        return url if work.form == usual or ending == "csv" else f"{url}?{AS}={work.form}"

    def choice(label: str, form: Form) -> Choice:
        chosen = page.without(AS) if form == usual else page.changed(AS, form)
        return Choice(label, f"{chosen.url(None)}#cite", work.form == form)

    has_both = work.has_preprint and work.has_article
    return CiteBox(
        [choice(_("The published article"), "article"), choice(_("The preprint"), "preprint")] if has_both else [],
        [Quotation(label.lower(), label, text) for label, text in formatted(work).items()],
        [
            Quotation(ending, FORMATS[ending].label, "".join(FORMATS[ending].write([work])).strip(), address(ending))
            for ending in FORMATS
            if ending != "csv"  # a table of one row is no way to cite a paper
        ],
        address("csv"),
    )
