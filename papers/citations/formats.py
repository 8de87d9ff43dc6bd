"""The formats papers can be had in, by the ending of their address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from papers.citations import bibtex, csl, csv, ris
from papers.citations.work import Work


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ending of its files, its name, its media type, and the function that writes it piece by piece."""

    ending: str
    label: str
    media_type: str
    write: Callable[[Iterable[Work]], Iterator[str]]

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8"


FORMATS: dict[str, Format] = {
    each.ending: each
    for each in (
        Format("bib", "BibTeX", "application/x-bibtex", bibtex.write),
        Format("ris", "RIS", "application/x-research-info-systems", ris.write),
        Format("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl.write),
        Format("csv", "CSV", "text/csv", csv.write),
    )
}


MOST = 5_000  # papers in one file: about 10 MB of BibTeX
