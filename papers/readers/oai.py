"""OAI-PMH 2.0: records as repositories give them out, in the formats `arXiv`, `arXivRaw` and `oai_dc`.

A file may hold one response, several behind one another as harvesters store them, or bare `record` elements. The
formats are told by their namespaces: http://arxiv.org/OAI/arXiv/, http://arxiv.org/OAI/arXivRaw/ and
http://www.openarchives.org/OAI/2.0/oai_dc/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any
from xml.etree.ElementTree import Element, tostring

from papers import identifiers, taxonomy
from papers.readers.bylines_in_parts import Printed, byline_of
from papers.readers.streams import SourceError, Stream, check_reached, kept
from papers.readers.xmlstream import Broken, Elements, Malformed, elements, text_of
from papers.records import Deletion, InvalidRecord, PaperRecord, Rejection, Version, read_day, read_moment

FORMAT = "oai-pmh"
ARXIV_SOURCE = "arxiv-oai"
OTHER_SOURCE = "oai-pmh"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
ARXIV = "{http://arxiv.org/OAI/arXiv/}arXiv"
ARXIV_RAW = "{http://arxiv.org/OAI/arXivRaw/}arXivRaw"
DUBLIN_CORE = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
RESPONSE_DATE, TOKEN, ERROR = OAI + "responseDate", OAI + "resumptionToken", OAI + "error"
RECORDS = frozenset({OAI + "record", "record"})  # bare records often come without the namespace
SUFFIXED = re.compile(r"(.+\S) (Jr\.?|Sr\.?|II|III|IV|V|VI)")
MSC = re.compile(r"\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-[Xx]{2})\b.*")
ACM = re.compile(r"[A-K]\.(?:\d|m)\b.*")
LONGEST_SLUG = 80
FULL_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T.*)?")

Item = PaperRecord | Rejection | Deletion
Fields = dict[str, list[Element]]


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One response: its items in order, the token for the next page ("" at the end), and the protocol's error codes.

    `last_datestamp` is the latest datestamp of its records, None if it has none.
    """

    items: list[Item]
    resumption_token: str
    errors: list[tuple[str, str]]
    response_date: datetime | None
    last_datestamp: date | None


def read_response(content: bytes) -> OaiPage:
    """The page that one response of a server holds; raises SourceError saying where it is malformed.

    A page that is cut short is no page: none of its records are given out, and it should be asked for again.
    """
    parser = Elements(RECORDS | {RESPONSE_DATE, TOKEN, ERROR})
    try:
        found = parser.feed(content)
        parser.close()
    except Malformed as error:
        raise SourceError(f"The server's response is not the XML it should be: {error}.") from error
    items: list[Item] = []
    datestamps: list[date] = []
    token = ""
    errors: list[tuple[str, str]] = []
    response_date = None
    for element in found:
        if isinstance(element, Broken):
            raise SourceError(f"The server's response is not the XML it should be: {element.reason}.")
        if element.tag == TOKEN:
            token = text_of(element).strip()
        elif element.tag == ERROR:
            errors.append(_error(element))
        elif element.tag == RESPONSE_DATE:
            response_date = _moment(text_of(element))
        else:
            items.append(read_record(element, f"record {len(items) + 1}"))
            if day := _datestamp(element):
                datestamps.append(day)
    return OaiPage(items, token, errors, response_date, max(datestamps, default=None))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Item]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    number = 0
    for element in elements(stream, RECORDS | {ERROR}):
        number += 1
        if number <= skip:
            continue
        place = f"record {number}"
        if isinstance(element, Broken):
            yield number, place, Rejection(place, element.reason, element.raw)
        elif element.tag == ERROR:
            reason = "the repository answered " + ": ".join(_error(element))
            yield number, place, Rejection(place, reason, kept(tostring(element, encoding="unicode")))
        else:
            yield number, place, read_record(element, place)
    check_reached(stream, number, skip, "record")


def read_record(element: Element, place: str) -> Item:
    """The paper, deletion or rejection in one `record` element."""
    try:
        header, metadata = _parts(element)
        name = _one(header, "identifier")
        datestamp = read_day("datestamp", _one(header, "datestamp"))
        if _is_deleted(element):
            return Deletion(_identifier(name), datestamp, _arxiv_id_in(name))
        if metadata is None:
            raise InvalidRecord("metadata", "the record has none, and is not marked as deleted")
        fields = _children(metadata)
        if metadata.tag == ARXIV:
            return _from_arxiv(fields, datestamp)
        if metadata.tag == ARXIV_RAW:
            return _from_arxiv_raw(fields, datestamp)
        if metadata.tag == DUBLIN_CORE:
            codes = [text_of(spec).strip() for spec in header.get("setSpec", [])]
            return _from_dublin_core(fields, name, codes, datestamp)
        raise InvalidRecord("metadata", f"{metadata.tag} is not one of the formats arXiv, arXivRaw and oai_dc")
    except InvalidRecord as error:
        return Rejection(place, str(error), kept(tostring(element, encoding="unicode")))


def _from_arxiv(fields: Fields, datestamp: date | None) -> PaperRecord:
    printed = []
    for author in fields.get("authors", [])[:1]:
        for person in author:
            parts = _children(person)  # an ORCID among them is left alone: arXiv's schema doesn't have it
            printed.append(
                Printed(
                    surname=_one(parts, "keyname"),
                    forenames=_one(parts, "forenames"),
                    suffix=_one(parts, "suffix"),
                    affiliations=tuple(text_of(place) for place in parts.get("affiliation", [])),
                    guessed=True,
                )
            )
    return PaperRecord.from_source(
        **_arxiv_facts(fields),
        authors=byline_of(printed),
        published=read_day("created", _one(fields, "created")),
        updated=read_day("updated", _one(fields, "updated")),
        datestamp=datestamp,
    )


def _from_arxiv_raw(fields: Fields, datestamp: date | None) -> PaperRecord:
    versions = []
    for version in fields.get("version", []):
        parts = _children(version)
        created = read_moment("version", _one(parts, "date"))
        versions.append(Version(version.get("version", ""), created, _one(parts, "size"), _one(parts, "source_type")))
    return PaperRecord.from_source(
        **_arxiv_facts(fields),
        authors=text_of(_first(fields, "authors")),
        submitter=_one(fields, "submitter"),
        versions=versions,
        datestamp=datestamp,
    )


def _arxiv_facts(fields: Fields) -> dict[str, Any]:
    """What both of arXiv's own formats call by the same name."""
    msc, acm = _one(fields, "msc-class"), _one(fields, "acm-class")
    return {
        "source": ARXIV_SOURCE,
        "arxiv_id": _one(fields, "id"),
        "title": text_of(_first(fields, "title")),
        "abstract": text_of(_first(fields, "abstract")),
        "categories": _one(fields, "categories"),
        "comments": _one(fields, "comments"),
        "journal_ref": _one(fields, "journal-ref"),
        "dois": _one(fields, "doi"),
        "license": _one(fields, "license"),
        "report_no": _one(fields, "report-no"),
        "msc_class": msc,
        "acm_class": "" if acm == msc else acm,  # arXiv's server fills acm-class with a copy of msc-class
    }


def _from_dublin_core(fields: Fields, name: str, set_specs: list[str], datestamp: date | None) -> PaperRecord:
    texts = {key: [text for one in found if (text := text_of(one).strip())] for key, found in fields.items()}
    is_arxivs = name.lower().startswith("oai:arxiv.org:")
    arxiv_id, dois, journal_ref = _sorted_identifiers(texts.get("identifier", []))
    if is_arxivs:
        arxiv_id = name.rpartition(":")[2]
    dates = [read_day("date", text) for text in texts.get("date", []) if FULL_DAY.fullmatch(text)]
    days = sorted(day for day in dates if day)
    description, *more = texts.get("description", []) or [""]
    categories, msc, acm = _sorted_subjects(texts.get("subject", []), set_specs, keep_unknown=is_arxivs)
    return PaperRecord.from_source(
        source=ARXIV_SOURCE if is_arxivs else OTHER_SOURCE,
        arxiv_id=arxiv_id,
        slug="" if arxiv_id else slug_of(name),
        title=next(iter(texts.get("title", [])), ""),
        abstract=description,
        authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
        categories=categories,
        published=days[0] if days else None,
        updated=days[-1] if days else None,
        dois=" ".join(dois),
        journal_ref="; ".join(journal_ref) if is_arxivs else "",
        comments=" ".join(text.removeprefix("Comment: ") for text in more) if is_arxivs else "",
        license=next((text for text in texts.get("rights", []) if text.startswith(("http://", "https://"))), ""),
        msc_class=", ".join(msc),
        acm_class=", ".join(acm),
        datestamp=datestamp,
    )


def _creator(text: str) -> Printed:
    """The parts of "Keyname Suffix, Forenames"; a text without a comma is a name by itself."""
    surname, _, forenames = (part.strip() for part in text.partition(","))
    suffix = ""
    if forenames and (found := SUFFIXED.fullmatch(surname)):
        surname, suffix = found.groups()
    return Printed(surname, forenames, suffix)


def _sorted_identifiers(texts: list[str]) -> tuple[str | None, list[str], list[str]]:
    """The arXiv id, the DOIs and the rest (arXiv puts its journal reference there) among `dc:identifier`."""
    arxiv_id = None
    dois, rest = [], []
    for text in texts:
        if re.match(r"(?:https?://(?:www\.)?arxiv\.org/abs/|arxiv:)", text, re.I):
            arxiv_id = text
        elif re.match(r"(?:doi:|info:doi/|https?://(?:dx\.)?doi\.org/|10\.\d{4,9}/)", text, re.I):
            dois.append(re.sub(r"^(?:doi:\s*|info:doi/)", "", text, flags=re.I))
        elif not re.match(r"[a-z][a-z0-9+.-]*:\S", text, re.I):
            rest.append(text)
    return arxiv_id, dois, rest


def _sorted_subjects(
    subjects: list[str], set_specs: list[str], keep_unknown: bool
) -> tuple[list[str], list[str], list[str]]:
    """The codes of the categories whose names are among `dc:subject`, and the MSC and ACM classes among them.

    Two categories are called "Machine Learning": the sets of the record decide between such. Other repositories'
    free keywords are no categories and are left out.
    """
    in_sets = {taxonomy.from_oai_set(spec) for spec in set_specs if spec in taxonomy.OAI_SETS}
    codes, msc, acm = [], [], []
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
    return codes, msc, acm


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


def slug_of(name: str) -> str:
    """The identifier of a paper that only its OAI identifier names: "oai:zenodo.org:42" is "zenodo-org-42".

    Where letters of the identifier had to be replaced, a digest of it keeps two of them apart.
    """
    local = name.removeprefix("oai:")
    slug = re.sub(r"[^a-z0-9]+", "-", local.lower()).strip("-")
    if not slug:
        raise InvalidRecord("identifier", f"{name!r} is not an OAI identifier")
    is_plain = re.fullmatch(r"[a-z0-9.]+:[a-z0-9]+", local) and len(slug) <= LONGEST_SLUG
    return slug if is_plain else f"{slug[:LONGEST_SLUG]}-{blake2b(name.encode(), digest_size=4).hexdigest()}"


def _identifier(name: str) -> str:
    if not name.lower().startswith("oai:arxiv.org:"):
        return slug_of(name)
    try:
        return identifiers.ArxivId.parse(name.rpartition(":")[2]).canonical
    except identifiers.InvalidIdentifier as error:
        raise InvalidRecord("identifier", str(error)) from error


def _arxiv_id_in(name: str) -> str:
    """The arXiv id at the end of another repository's identifier: "oai:papers.example.org:math/0611800"."""
    start, _, local = name.rpartition(":")
    if start.lower() == "oai:arxiv.org":
        return ""
    try:
        found = identifiers.ArxivId.parse(local).canonical
    except identifiers.InvalidIdentifier:
        return ""
    return found if found == local else ""


def _parts(record: Element) -> tuple[Fields, Element | None]:
    fields = _children(record)
    header = _first(fields, "header")
    if header is None:
        raise InvalidRecord("header", "the record has none")
    metadata = _first(fields, "metadata")
    return _children(header), next(iter(metadata), None) if metadata is not None else None


def _is_deleted(record: Element) -> bool:
    header = _first(_children(record), "header")
    return header is not None and header.get("status") == "deleted"


def _datestamp(record: Element) -> date | None:
    """The record's datestamp where it has a good one; a bad one is told when the record is read."""
    header = _first(_children(record), "header")
    try:
        return read_day("datestamp", _one(_children(header), "datestamp")) if header is not None else None
    except InvalidRecord:
        return None


def _error(element: Element) -> tuple[str, str]:
    return element.get("code", ""), " ".join(text_of(element).split())


def _moment(text: str) -> datetime | None:
    try:
        return read_moment("responseDate", text).astimezone(UTC)
    except InvalidRecord:
        return None


def _children(element: Element) -> Fields:
    """The elements within, by their names without namespace."""
    found: Fields = {}
    for child in element:
        found.setdefault(child.tag.rpartition("}")[2], []).append(child)
    return found


def _first(fields: Fields, name: str) -> Element | None:
    return fields[name][0] if name in fields else None


def _one(fields: Fields, name: str) -> str:
    return text_of(_first(fields, name)).strip()
