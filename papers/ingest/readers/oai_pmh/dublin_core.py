"""Records in Dublin Core, as arXiv fills it and as other repositories do: DSpace, EPrints, OJS, Zenodo, HAL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

from papers import identifiers, taxonomy
from papers.ingest.checks import InvalidRecord, one_line, possible_date
from papers.ingest.readers.documents.xml_fields import Fields
from papers.ingest.readers.documents.xml_stream import text_of
from papers.ingest.readers.fields.addresses import is_pdf
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of
from papers.ingest.readers.fields.licenses import license_among
from papers.ingest.readers.oai_pmh.sources import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details, Url
from papers.publications.details import NO_DETAILS
from papers.publications.languages import language_tag
from papers.publications.printed_sources import issns_in, place_in, place_in_citation
from papers.taxonomy.types import known_type, word_of
from papers.text.dates import PartialDate, earliest
from papers.text.jats import text_of_markup
from papers.text.printed_dates import date_in

SUFFIXED = re.compile(r"(.+\S) (Jr\.?|Sr\.?|II|III|IV|V|VI)")
MSC = re.compile(r"\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-[Xx]{2})\b.*")
ACM = re.compile(r"[A-K]\.(?:\d|m)\b.*")
LONGEST_SLUG = 80
FULL_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?")
NO_PUBLISHER = re.compile(r"(?:arxiv|(?:hal )?ccsd)\b", re.IGNORECASE)  # servers that give their own name for one
# A code of a classification, not a word: "ddc:510", "[MATH.MATH-AG]…", "510", an address.
NO_KEYWORD = re.compile(r"(?:info:|https?://|ddc[: ]|\[|[\d.\s]+$)", re.IGNORECASE)
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
PROVENANCE = re.compile(
    r"(?:fil:|submitted by\b|made available (?:in|on)\b|approved for entry|rejected by|no\. of bitstreams"
    r"|item (?:created|withdrawn)|restriction (?:set|removed)|peer[ -]?reviewed$|published version$|full text\b.{0,20}$"
    r"|\d+ p(?:\.|ages?|ágs?\.|p\.)?$)",
    re.IGNORECASE,
)
SHORT_NOTE = 100  # characters; an abstract is longer
ROLE = re.compile(r"[(\[,]\s*(?:eds?|editors?|hrsg|herausgeber(?:in)?|éd|dir)\.?\s*[)\]]?$", re.IGNORECASE)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
READ = frozenset("title creator subject description publisher date type identifier language rights source".split())


def from_dublin_core(
    fields: Fields, name: str, set_specs: list[str], datestamp: date | None, base_url: str = ""
) -> PaperRecord:
    """The paper in an `oai_dc` element of the repository at `base_url`; raises InvalidRecord naming the field."""
    texts = {key: [text for one in found if (text := text_of(one).strip())] for key, found in fields.items()}
    if name.lower().startswith(OF_ARXIV):
        return _of_arxiv(texts, name, set_specs, datestamp)
    warnings: list[str] = []
    language = next(iter(texts.get("language", [])), "")
    title = _in_language(fields.get("title", []), language)
    source_type = next((word for text in texts.get("type", []) if known_type(word := word_of(text))), "")
    own = _Own(source_type, one_line(text_of_markup(title)))
    for text in texts.get("identifier", []):
        own.take_identifier(text)
    of_title = next((each.get(LANGUAGE, "") for each in fields.get("title", []) if text_of(each).strip() == title), "")
    sources = sorted(fields.get("source", []), key=lambda each: not _is_same(each.get(LANGUAGE, ""), of_title))
    for element in islice(sources, MOST_PLACES):
        own.take_source(text_of(element).strip())
    own.take_relations(texts.get("relation", []))
    posted, updated, issued = _sorted_dates(texts.get("date", []), warnings)
    subjects = _subjects(fields.get("subject", []), of_title)
    categories, msc, acm, keywords = _sorted_subjects(subjects, set_specs, keep_unknown=False)
    contributors = texts.get("contributor", [])
    editors = [text for text in contributors if ROLE.search(text)]
    unread = [key for key in texts if key not in READ and texts[key]]
    unread = [key for key in unread if key != "contributor" or len(editors) < len(contributors)]
    return PaperRecord.from_source(
        SourceFields(
            source=OTHER_SOURCE,
            giver=slug_of_name(name) if re.search("[A-Za-z0-9]", name) else "",
            base_url=base_url,
            arxiv_id=own.arxiv_id or None,
            slug="" if own.arxiv_id else slug_of_name(name),
            title=own.title,
            abstract=text_of_markup(_abstract(fields.get("description", []), language)),
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=posted,
            updated=updated,
            issued=issued,
            type="article-journal" if not source_type and own.place.get("volume") else "",
            details=Details(
                source_type=source_type,
                publisher=next((text for text in texts.get("publisher", []) if not NO_PUBLISHER.match(text)), ""),
                language=language,
                keywords=tuple(keywords),
                editors=editors_of([_creator(ROLE.sub("", text)) for text in editors]),
                **own.details(),
            ),
            dois=" ".join(own.dois.values()),
            license=license_among(texts.get("rights", []), warnings),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
            warnings=[*warnings, *own.warnings],
            unread=unread if own.has_unread_relations else [key for key in unread if key != "relation"],
        )
    )


def _of_arxiv(texts: dict[str, list[str]], name: str, set_specs: list[str], datestamp: date | None) -> PaperRecord:
    warnings: list[str] = []
    dois, others = _identifiers_of_arxiv(texts.get("identifier", []))
    posted, updated, issued = _sorted_dates(texts.get("date", []), warnings)
    description, *more = texts.get("description", []) or [""]
    categories, msc, acm, _keywords = _sorted_subjects(texts.get("subject", []), set_specs, keep_unknown=True)
    return PaperRecord.from_source(
        SourceFields(
            source=ARXIV_SOURCE,
            arxiv_id=name.rpartition(":")[2],
            title=next(iter(texts.get("title", [])), ""),
            abstract=description,
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=posted,
            updated=updated,
            issued=issued,
            details=NO_DETAILS,
            dois=" ".join(dois),
            journal_ref="; ".join(others),
            comments=" ".join(text.removeprefix("Comment: ") for text in more),
            license=next((text for text in texts.get("rights", []) if text.startswith(("http://", "https://"))), ""),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
            warnings=warnings,
        )
    )


# --- In several languages


def _in_language(elements: Sequence[Element], language: str) -> str:
    """The text in the record's language, else the first; a text without a language is in the record's."""
    given = [(text, each.get(LANGUAGE, "")) for each in elements if (text := text_of(each).strip())]
    return next((text for text, of in given if not of or _is_same(of, language)), given[0][0] if given else "")


def _abstract(elements: Sequence[Element], language: str) -> str:
    """The description that is an abstract: not what a repository notes of its own work, nor a short note before a long text."""
    kept = [each for each in elements if (text := text_of(each).strip()) and not PROVENANCE.match(text)]
    first = _in_language(kept, language)
    longest = max((text_of(each).strip() for each in kept), key=len, default="")
    return longest if len(first) < SHORT_NOTE and len(longest) > 3 * len(first) else first


def _subjects(subjects: Sequence[Element], of_title: str) -> list[str]:
    """The subjects in the language of the title, where they are told apart; else all."""
    marked = [(text, each.get(LANGUAGE, "")) for each in subjects if (text := text_of(each).strip())]
    kept = [text for text, of in marked if not of or not of_title or _is_same(of, of_title)]
    return kept or [text for text, _ in marked]


def _is_same(one: str, other: str) -> bool:
    return bool(one and other) and (language_tag(one) or one).lower()[:2] == (language_tag(other) or other).lower()[:2]


# --- Which paper it is, and where it appeared


@dataclass(slots=True)
class _Own:
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


# --- When


def _sorted_dates(texts: list[str], warnings: list[str]) -> tuple[PartialDate | None, date | None, PartialDate | None]:
    """When the paper was put there, when that was changed last, and when it was published, of the days in `dc:date`.

    Full days are those of the repository, a year or month alone is the publication's. Where some have a time of day, a
    machine wrote these, and the day without one is the publication's. What can't be or is still to come is left out.
    """
    days: list[PartialDate] = []
    stamped: list[PartialDate] = []
    issued: list[PartialDate] = []
    for text in texts:
        if text.lower().startswith("info:"):  # the end of an embargo
            continue
        try:
            found = date_in(text)
        except ValueError as error:
            warnings.append(f"date: {text!r:.80} {error}, and was left out")
            continue
        if found is None or possible_date("date", found, warnings) is None:
            continue
        full = FULL_DAY.fullmatch(text)
        (stamped if full and full[2] else days if full else issued).append(found)
    if stamped and not issued:
        days, issued = [], days
    days += stamped
    today = datetime.now(UTC).date()
    past = [day for day in days if day.first <= today + timedelta(days=1)] or days[:1]
    warnings += [f"date: {day.iso()} is still to come, and was left out" for day in days if day not in past]
    past.sort(key=lambda day: day.first)
    return past[0] if past else None, past[-1].first if past else None, earliest(issued)


# --- Who wrote it


def _creator(text: str) -> Printed:
    """The parts of "Keyname Suffix, Forenames"; a text without a comma is a name by itself."""
    surname, _, forenames = (part.strip() for part in text.partition(","))
    suffix = ""
    if forenames and (found := SUFFIXED.fullmatch(surname)):
        surname, suffix = found.groups()
    return Printed(surname, forenames, suffix)


# --- What it is about, and arXiv's own


def _identifiers_of_arxiv(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The DOIs, and what is no address (arXiv puts its journal reference there), among `dc:identifier`."""
    dois, rest = [], []
    for text in texts:
        if re.match(r"(?:doi:|info:doi/|https?://(?:dx\.|www\.)?doi\.org/|10\.\d{4,9}/)", text, re.IGNORECASE):
            dois.append(re.sub(r"^(?:doi:\s*|info:doi/)", "", text, flags=re.IGNORECASE))
        elif not re.match(r"(?:https?://|arxiv:|[a-z][a-z0-9+.-]*:\S)", text, re.IGNORECASE):
            rest.append(text)
    return dois, rest


def _sorted_subjects(
    subjects: list[str], set_specs: list[str], keep_unknown: bool
) -> tuple[list[str], list[str], list[str], list[str]]:
    """The codes of the categories whose names are among `dc:subject`, the MSC and ACM classes among them, and keywords.

    Two categories are called "Machine Learning": the sets of the record decide between such. What else arXiv's own
    records have is a category, and another repository's a keyword.
    """
    in_sets = {taxonomy.from_oai_set(spec) for spec in set_specs if spec in taxonomy.OAI_SETS}
    codes, msc, acm, keywords = [], [], [], []
    for subject in subjects:
        candidates = CODES_BY_NAME.get(_folded(subject), [])
        if candidates:
            codes += [code for code in candidates if code in in_sets] or candidates[:1]
        elif MSC.fullmatch(subject):
            msc.append(subject)
        elif ACM.fullmatch(subject):
            acm.append(subject)
        elif keep_unknown:
            codes.append(subject)
        else:
            words = (word.strip() for word in subject.split(";"))
            keywords += [word for word in words if word and not NO_KEYWORD.match(word)]
    return codes, msc, acm, keywords


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _read_names() -> dict[str, list[str]]:
    """Codes by the names arXiv prints: "Combinatorics" or "Mathematics - Combinatorics"; a name may have several."""
    names: dict[str, list[str]] = {}
    for subject in taxonomy.ALL.values():
        for name in (subject.name, f"{subject.archive_name} - {subject.name}"):
            names.setdefault(_folded(name), []).append(subject.code)
    return names


CODES_BY_NAME = _read_names()


def slug_of_name(name: str) -> str:
    """The identifier of a paper that only its OAI identifier names: "oai:zenodo.org:42" is "zenodo-org-42".

    Where letters of the identifier had to be replaced, a digest of it keeps two of them apart.
    """
    local = name.removeprefix("oai:")
    slug = re.sub(r"[^a-z0-9]+", "-", local.lower()).strip("-")
    if not slug:
        raise InvalidRecord("identifier", f"{name!r} is not an OAI identifier")
    is_plain = re.fullmatch(r"[a-z0-9.]+:[a-z0-9]+", local) and len(slug) <= LONGEST_SLUG
    return slug if is_plain else f"{slug[:LONGEST_SLUG]}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
