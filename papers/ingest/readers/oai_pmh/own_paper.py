"""A paper by the identifiers, sources and relations of its record in Dublin Core: which it is, and where it appeared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from papers import identifiers
from papers.ingest.readers.fields.addresses import is_pdf
from papers.publications import Url
from papers.publications.printed_sources import issns_in, place_in, place_in_citation
from papers.taxonomy.types import known_type

MOST_PLACES = 20  # texts of a record in which the place of its publication is looked for
BOOK_NUMBER = re.compile(r"(?:urn:)?[ep]?-?isbn[:\s]+([\dXx][\dXx -]{8,16})", re.IGNORECASE)
BARE_ISBN = re.compile(r"97[89](?:[ -]?\d){9}[ -]?[\dXx]")
IN_TEXT = re.compile(r"\bisbn[:\s]+([\dXx][\dXx -]{8,16})", re.IGNORECASE)
OF_THE_SAME = re.compile(r"info:eu-repo/semantics/altIdentifier/([a-z]+)/(.+)", re.IGNORECASE | re.DOTALL)
PARTS = frozenset({"chapter", "entry", "entry-dictionary", "entry-encyclopedia"})  # whose relation is the book
OF_JOURNALS = frozenset({"article-journal", "paper-conference", "chapter", "review", "review-book"})
MATERIAL = frozenset({"dataset", "software"})  # whose relation is the paper that they belong to
# Words in the names of journals and proceedings; "Wiley" and "MIT web domain" are where a repository has its copy from.
SERIAL = re.compile(
    r"\b(?:journal|zeitschrift|magazine|review|letters|annals|annales|bulletin|transactions|proceedings|archives?|conference|"
    r"symposium|workshop|congress|revista|revue|rivista|jurnal|dergi\w*|studies|studia|acta|advances|quarterly|reports|notes)\b",
    re.IGNORECASE,
)
IN_CITATIONS = re.compile(r"\(\d{4}\)|[,;] \d")
NO_SOURCE = re.compile(r"(?:reponame|instname|instacron|repourl)\s*:", re.IGNORECASE)  # the repository's own names


@dataclass(slots=True)
class OwnPaper:
    """What a record says of its own paper in identifiers, sources and relations, apart from what it says of others."""

    source_type: str
    title: str
    arxiv_id: str = ""
    dois: dict[str, str] = field(default_factory=dict)  # by themselves in small letters
    urls: list[str] = field(default_factory=list)
    place: dict[str, str] = field(default_factory=dict)
    isbn: str = ""
    issn: str = ""
    series: str = ""
    warnings: list[str] = field(default_factory=list)
    has_unread_relations: bool = False
    looked: int = 0

    @property
    def type(self) -> str:
        return known_type(self.source_type)

    def take_identifier(self, text: str) -> None:
        if re.match(r"(?:https?://(?:www\.)?arxiv\.org/|arxiv ?:)", text, re.IGNORECASE):
            self._take_arxiv_id(text)
        elif re.match(r"(?:doi ?[:=]? ?|info:doi/|https?://(?:dx\.|www\.)?doi\.org/)?10\.\d{4,9}", text, re.IGNORECASE):
            self._take_doi(re.sub(r"^(?:doi ?[:=]? ?|info:doi/)", "", text, flags=re.IGNORECASE))
        elif re.match(r"https?://\S+$", text, re.IGNORECASE):
            self.urls.append(text)
        elif found := re.fullmatch(r"(?:hdl|info:hdl/?):?\s?(\d[\w.]*/\S+)", text, re.IGNORECASE):
            self.urls.append(f"https://hdl.handle.net/{found[1]}")
        elif number := BOOK_NUMBER.match(text) or BARE_ISBN.fullmatch(text):
            self.isbn = self.isbn or (number[1] if number.re is BOOK_NUMBER else number[0]).strip().upper()
        elif issns := issns_in(text[:LONGEST_NUMBER]):
            self.issn = self.issn or issns[0]
        elif self.looked < MOST_PLACES:
            self._take_citation(text)

    def take_source(self, text: str) -> None:
        """A source that is a citation, a number, or a name of a journal; a DOI there is that of the issue."""
        if NO_SOURCE.match(text) or text.startswith(("http://", "https://")):
            return
        if number := BOOK_NUMBER.match(text):
            self.isbn = self.isbn or number[1].strip().upper()
        elif issns := issns_in(text):
            self.issn = self.issn or issns[0]
        found = place_in(text)
        if len(found) and sum(map(bool, found.values())) > sum(map(bool, self.place.values())):
            self.place = found
        elif not found and not self.place and self._is_serial(text):
            self.place = {"container": text.rstrip(" .;,")}

    def take_relations(self, texts: Sequence[str]) -> None:
        """Relations that the record says are the same paper; else the one DOI that a record without its own is a copy of."""
        rest: dict[str, None] = {}
        for text in texts:
            if found := OF_THE_SAME.fullmatch(text):
                self._take_same(found[1].lower(), found[2])
            else:
                rest[text] = None
        if self.type not in MATERIAL | PARTS:
            for text in self._taken_relations(list(rest)):
                rest.pop(text, None)
        self.has_unread_relations = bool(rest)

    def _taken_relations(self, texts: Sequence[str]) -> list[str]:
        """Those among the relations of which something was taken."""
        papers = {paper.canonical: text for text in texts if (paper := identifiers.find_arxiv_id(text))}
        at_arxiv = set(papers.values())
        dois = {doi.lower(): text for text in texts if text not in at_arxiv and (doi := _doi_alone(text))}
        names = [text for text in texts if _is_name(text)]
        own = set(map(_host, self.urls)) - {""}
        taken = [text for text in texts if _host(text) in own and is_pdf(text)]
        self.urls += taken
        if not self.arxiv_id and len(papers) == 1:
            [(self.arxiv_id, text)] = papers.items()
            taken.append(text)
        if not self.dois and len(dois) == 1:
            [(_, text)] = dois.items()
            self._take_doi(identifiers.find_doi(text))
            taken.append(text)
            if self.type in OF_JOURNALS and names and self.place.get("container") in (None, names[0]):
                self.place = self.place or {"container": names[0]}  # DSpace names the journal beside its DOI
                taken.append(names[0])
        if self.type == "report" and names and not self.series:
            self.series = names[0].replace(";", " ").strip()
            taken.append(names[0])
        return taken

    def details(self) -> dict[str, Any]:
        """What the texts say of where it appeared; Zenodo prints the title in the place of a journal that nobody named."""
        urls = (Url(url, "pdf" if is_pdf(url) else "landing") for url in self.urls)
        found: dict[str, Any] = {"isbn": self.isbn, "issn": self.issn, "series": self.series, "urls": tuple(urls)}
        place = {**self.place, "container": ""} if self.place.get("container") == self.title else self.place
        return found | place

    def _take_doi(self, text: str) -> None:
        found, _others = identifiers.split_dois(text)
        for doi in found[:1]:
            if name := identifiers.arxiv_id_of_doi(doi):
                self._take_arxiv_id(name)
            else:
                self.dois.setdefault(doi.lower(), doi)
        if not found:
            self.warnings.append(f"doi: {text!r:.80} is not a DOI and was left out")

    def _take_arxiv_id(self, text: str) -> None:
        if found := identifiers.find_arxiv_id(text if "arxiv" in text.lower() else f"arXiv:{text}"):
            self.arxiv_id = self.arxiv_id or found.canonical
        elif text.startswith("http"):
            self.urls.append(text)
        else:
            self.warnings.append(f"identifier: {text!r:.80} is not an arXiv identifier, and was left out")

    def _take_citation(self, text: str) -> None:
        """What a citation of the paper says of its journal, its DOI, ISSN and ISBN."""
        self.looked += 1
        if (doi := identifiers.find_doi(text)) and not self.dois:
            self._take_doi(doi)
        if not self.place:
            self.place = place_in_citation(text, self.title) or place_in(text)
        if self.place:
            self.issn = self.issn or next(iter(issns_in(text)), "")
        if found := IN_TEXT.search(text):
            self.isbn = self.isbn or found[1].strip().upper()

    def _take_same(self, kind: str, value: str) -> None:
        if kind == "doi":
            if found := identifiers.find_doi(value):
                self._take_doi(found)
        elif kind == "arxiv":
            self._take_arxiv_id(value)
        elif kind.endswith("issn"):
            self.issn = self.issn or value.upper()
        elif kind.endswith("isbn"):
            self.isbn = self.isbn or value.upper()
        elif kind in ("url", "hdl"):
            self.urls.append(value if kind == "url" else f"https://hdl.handle.net/{value}")

    def _is_serial(self, text: str) -> bool:
        if self.type in ("paper-conference", "speech"):  # Zenodo: "MEET2019, Meeting on Things 2019, Town, 2019-05-03"
            return _is_name(text) and bool(SERIAL.search(text) or ", " in text)
        is_of_kind = self.type in OF_JOURNALS or not self.type
        return is_of_kind and _is_name(text) and bool(SERIAL.search(text)) and not IN_CITATIONS.search(text)


LONGEST_NUMBER = 40  # characters of an identifier that is an ISSN, with what stands before it
LONGEST_NAME = 300


def _host(text: str) -> str:
    """The host of an address, "" for another text."""
    return text.split("/", 3)[2].lower() if text.startswith(("http://", "https://")) else ""


def _doi_alone(text: str) -> str:
    """The DOI in a text that is nothing else, "" where there is none."""
    return identifiers.find_doi(text) if " " not in text.strip() and not text.startswith("info:") else ""


def _is_name(text: str) -> bool:
    """Whether a text may be the name of a journal or a series: words, and no address or number."""
    is_code = text.startswith(("info:", "http", "hdl:", "urn:", "doi:", "10."))
    return not is_code and len(text) < LONGEST_NAME and sum(map(str.isalpha, text)) > 2
