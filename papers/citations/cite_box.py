"""The box for citing on a paper's page: formatted citations, and the text of each format with its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from papers.citations.formats import FORMATS
from papers.citations.styles import formatted
from papers.citations.work import Work


@dataclass(frozen=True, slots=True)
class Quotation:
    """A text to copy. `name` is part of its element's id, `url` where it can be had as a file, if it can."""

    name: str
    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CiteBox:
    styles: list[Quotation]
    formats: list[Quotation]
    csv_url: str


def cite_box(work: Work) -> CiteBox:
    """Everything the cite box shows of this paper."""

    def address(ending: str) -> str:
        return reverse("paper-export", args=[work.identifier, ending])

    return CiteBox(
        [Quotation(label.lower(), label, text) for label, text in formatted(work).items()],
        [
            Quotation(ending, FORMATS[ending].label, "".join(FORMATS[ending].write([work])).strip(), address(ending))
            for ending in FORMATS
            if ending != "csv"  # a table of one row is no way to cite a paper
        ],
        address("csv"),
    )
