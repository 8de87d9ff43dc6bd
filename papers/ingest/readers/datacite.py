"""DataCite's answers: a DOI, a page of DOIs, its data files, and the bare JSON that a DOI leads to.

The format: https://support.datacite.org/docs/api-get-doi, the fields: https://schema.datacite.org/. A preprint at arXiv and its
article are one paper where DataCite says so (`relatedIdentifiers`). `updated` says which of two answers is the newer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from papers import identifiers
from papers.ingest.checks import InvalidRecord, check_count
from papers.ingest.machine_dates import or_warning, read_day
from papers.ingest.readers.documents.json_documents import Found, Row, read_records
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.readers.fields.addresses import CODE_HOST, is_pdf, urls_of
from papers.ingest.readers.fields.author_lists import (
    Printed,
    byline_of,
    editors_of,
    is_others,
    orcid_of,
    without_shared_orcids,
)
from papers.ingest.readers.fields.licenses import license_of
from papers.ingest.readers.fields.registry_texts import abstract_of, line, lines, with_subtitle
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, PassedOver, SourceFields
from papers.publications import Details
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT, known_type
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in

FORMAT = "datacite"
PLACES = ("data", "data.item")

FIELD = re.compile(rb'"(?:resourceTypeGeneral|publicationYear|nameIdentifiers|relatedIdentifiers|rightsList)"\s*:')

# What is registered and no publication.
NO_PAPERS = frozenset("award event instrument journal peerreview physicalobject project service".split())
# General types of which the `resourceType` may say more.
VAGUE = frozenset({"", "text", "other", "collection"})
# The schema's words for what isn't known.
UNKNOWN = re.compile(r"\s*(?:\(?:|:\()(?:unac|unal|unap|unas|unav|unkn|none|null|tba)\b.*", re.IGNORECASE)
NOBODY = re.compile(
    r"unknown|unbekannt|\[?s\. ?n\.?\]?|n\.? ?n\.?|n/a|not (?:known|available|applicable)", re.IGNORECASE
)
# As libraries write names: "Scot, Reginald, 1538?-1599".
YEARS_OF_LIFE = re.compile(r"([^()]+?)[, ]{1,3}\(?(?:b\. ?|\* ?|[-–] ?)?\d{4}\??(?: ?[-–] ?(?:\d{4}\??)?)?\)?")
ARXIV_CODE = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]{2,9})?)\)$")
NO_KEYWORD = re.compile(r"(?:info:|https?://|ddc[: ]|\[|[\d.\s]+$)", re.IGNORECASE)
CODE = re.compile(r"^\d[\d.]+ (?=[^\W\d_])")  # of a classification, before its words
NO_LICENSE = re.compile(r"info:eu-repo/|(?:open|closed|restricted|embargoed)\s?access", re.IGNORECASE)
# Where journal, volume and pages are one text: "Journal of Things, 3(2), 1-10".
SAME_TEXT = frozenset({"isversionof", "isidenticalto", "ispreviousversionof", "isvariantformof", "ispublishedin"})
REGISTRATION = (
    "state isActive source metadataVersion schemaVersion schema_version schema-version created registered published updated "
    "viewCount downloadCount citationCount referenceCount partCount partOfCount versionCount versionOfCount viewsOverTime "
    "downloadsOverTime citationsOverTime prefix suffix id agency clientId providerId reason xml identifiers "
    "alternateIdentifiers"
).split()


def recognizes(head: bytes) -> bool:
    """Whether the file begins as DataCite's answers do."""
    return head.startswith((b"{", b"[")) and b'"types"' in head and b'"titles"' in head and bool(FIELD.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Found]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    return read_records(stream, skip, PLACES, record)


def record(value: Any, place: str = "") -> PaperRecord | PassedOver:
    """The paper that a DOI's metadata describe; raises InvalidRecord naming the field."""
    warnings: list[str] = []
    row = Row(value, warnings)
    row = row.row("attributes") if "attributes" in row else row
    types = row.row("types")
    general, own_type = types.text("resourceTypeGeneral"), types.text("resourceType")
    if general.lower() in NO_PAPERS:
        return PassedOver(place, f"resource type {general}")
    doi = _doi(row)
    if not doi:
        raise InvalidRecord("doi", "the record has none, and is no DOI of DataCite's")
    title = _title(row)
    authors, is_complete = _names(row.rows("creators"), warnings)
    byline = byline_of(authors, is_complete)
    related = row.rows("relatedIdentifiers")
    arxiv_id = identifiers.arxiv_id_of_doi(doi) or _other_arxiv_id(row)
    is_preprint = (
        bool(identifiers.arxiv_id_of_doi(doi)) or general.lower() == "preprint" or known_type(own_type) == PREPRINT
    )
    dois, preprint_doi, arxiv_id = _identifiers(doi, arxiv_id, is_preprint, related)
    dates = _dates(row)
    issued = _issued(row, dates)
    posted = (
        next((dates[kind] for kind in ("submitted", "available") if kind in dates), issued) if is_preprint else None
    )
    return PaperRecord.from_source(
        SourceFields(
            source=FORMAT,
            giver=doi.lower(),
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, str(issued.year) if issued else "", title),
            title=title,
            abstract=_abstract(row),
            authors=byline,
            categories=_categories(row) if arxiv_id else "",
            posted=posted,
            issued=None if is_preprint else issued,
            type=PREPRINT if is_preprint else _type(general, own_type, row),
            details=_details(row, general, own_type, dois, arxiv_id, preprint_doi, related),
            dois=" ".join(dois),
            license=_license(row),
            datestamp=or_warning(read_day, "updated", row.text("updated"), warnings),
            warnings=warnings,
            unread=[name for name in row.unread if name not in REGISTRATION],
        )
    )


def _known(text: str) -> str:
    """The text in one line, nothing where it says that something is unknown."""
    text = line(text)
    return "" if UNKNOWN.fullmatch(text) else text


def _title(row: Row) -> str:
    titles: dict[str, str] = {}
    for each in row.rows("titles"):
        kind = each.text("titleType").lower()
        titles[kind] = titles.get(kind) or _known(each.text("title"))
    title = titles.get("") or next(filter(None, (text for kind, text in titles.items() if kind != "subtitle")), "")
    return with_subtitle(title, titles.get("subtitle", "")) if title else ""


def _type(general: str, own_type: str, row: Row) -> str:
    """The type where the word for it doesn't say it alone."""
    if found := GENERAL.get(general.lower()):
        return found
    if known_type(_source_type(general, own_type)) and general.lower() != "collection":
        return ""
    if general.lower() in VAGUE and (found := known_type(own_type) or _in_words(own_type)):
        return found
    if general.lower() in VAGUE - {"collection"} and row.row("container").text("type") == "Journal":
        return "article-journal"
    return "collection" if general.lower() == "collection" else ""


def _in_words(own_type: str) -> str:
    """The type of which a word stands in what the source calls it: "Thesis (PhD)", "MonographieMonograph"."""
    return next((type_ for word, type_ in WORDS.items() if word in own_type.lower()), "")


# Which elsewhere may be of a paper that is one: the scan of an article.
GENERAL = {"audiovisual": "motion_picture", "image": "graphic", "interactiveresource": "webpage", "sound": "song"}
WORDS = {
    "thes": "thesis",
    "dissertation": "thesis",
    "blog": "post-weblog",
    "conference": "paper-conference",
    "article": "article-journal",
    "review": "review",
    "monograph": "book",
    "report": "report",
}


def _source_type(general: str, own_type: str) -> str:
    """The word that says more: the general one, or the source's own where that is vague."""
    return own_type if known_type(own_type) and general.lower() in VAGUE else general or own_type


# --- Who made it


def _names(rows: Sequence[Row], warnings: list[str]) -> tuple[list[Printed], bool]:
    """The names as printed, and whether they are all."""
    check_count("authors", len(rows))
    printed = []
    is_complete = True
    for row in rows:
        found = _name(row)
        name = found.whole or found.surname
        if is_others(name):
            is_complete = False
        elif name and not NOBODY.fullmatch(name):
            affiliations = tuple(filter(None, map(_known, _affiliations(row))))
            orcid = next((orcid for text in _orcids(row) if (orcid := orcid_of(text, warnings))), "")
            printed.append(found._replace(affiliations=affiliations, orcid=orcid))
    return without_shared_orcids(printed, warnings), is_complete


def _name(row: Row) -> Printed:
    """The name in its parts; whole that of an organisation, and one of which nobody said whether it is a person's."""
    name, family, given = (_known(row.text(each)) for each in ("name", "familyName", "givenName"))
    kind = row.text("nameType")
    if kind == "Organizational" and name:
        return Printed(whole=name, is_literal=True, is_group=True)
    if family and given:
        return Printed(surname=family, forenames=given)
    name = name.strip(" ,") or family or given
    if dated := YEARS_OF_LIFE.fullmatch(name):
        name = dated[1]
    if kind != "Personal" and not family:
        return Printed(whole=name, is_literal=True)
    surname, comma, forenames = name.partition(",")
    return Printed(surname=surname, forenames=forenames.strip()) if comma else Printed(whole=name)


def _affiliations(row: Row) -> list[str]:
    value = row.get("affiliation")
    each = value if isinstance(value, list) else [value]
    found = (text.strip() for one in each for text in _texts(one, "name"))
    return [text[1:-1] if text.startswith("(") and text.endswith(")") else text for text in found]


def _texts(value: Any, name: str) -> list[str]:
    """The text, or that in the field of this name; nothing for other things."""
    value = value.get(name) if isinstance(value, dict) else value
    return [value] if isinstance(value, str) and value.strip() else []


def _orcids(row: Row) -> Iterator[str]:
    for each in row.rows("nameIdentifiers"):
        text = each.text("nameIdentifier")
        if each.text("nameIdentifierScheme").upper() == "ORCID" or "orcid.org/" in text.lower():
            yield text


# --- Which paper it is


def _doi(row: Row) -> str:
    """The DOI, which repositories' own files have among the identifiers alone."""
    own = (text for kind, text in _identifiers_of(row) if kind.upper() == "DOI")
    found = (identifiers.find_doi(text) for text in (row.text("doi"), *own, row.text("id")))
    return next(filter(None, found), "") or row.text("doi")


def _other_arxiv_id(row: Row) -> str | None:
    texts = (f"arXiv:{text.removeprefix('arXiv:')}" for kind, text in _identifiers_of(row) if kind.lower() == "arxiv")
    return next((found.canonical for text in texts if (found := identifiers.find_arxiv_id(text))), None)


def _identifiers_of(row: Row) -> list[tuple[str, str]]:
    """What else it is known by: kinds and identifiers."""
    return [
        (each.text("identifierType", "alternateIdentifierType"), each.text("identifier", "alternateIdentifier"))
        for name in ("identifiers", "identifier", "alternateIdentifiers")
        for each in row.rows(name)
    ]


def _identifiers(
    own: str, arxiv_id: str | None, is_preprint: bool, related: Sequence[Row]
) -> tuple[list[str], str, str | None]:
    """The DOIs, the publication's first, that of a preprint elsewhere, and the arXiv id.

    What a preprint is a version of is its article; a dataset's other versions are other works.
    """
    articles, same = [], []
    for each in related:
        relation, kind, text = (
            each.text(name) for name in ("relationType", "relatedIdentifierType", "relatedIdentifier")
        )
        if relation.lower() not in SAME_TEXT:
            continue
        paper = identifiers.find_arxiv_id(text if kind.lower() != "arxiv" else f"arXiv:{text.removeprefix('arXiv:')}")
        doi = identifiers.find_doi(text) if kind.upper() in ("DOI", "URL") else ""
        if paper and relation.lower() in ("isidenticalto", "isvariantformof", "isversionof"):
            arxiv_id = arxiv_id or paper.canonical
        elif doi and relation.lower() == "isidenticalto":
            same.append(doi)
        elif doi and is_preprint and each.text("resourceTypeGeneral").lower() in OF_ARTICLES:
            articles.append(doi)
    if identifiers.arxiv_id_of_doi(own):
        return [*articles, *same], "", arxiv_id
    if is_preprint and articles:
        return [*articles, own, *same], own, arxiv_id
    return [own, *same], "", arxiv_id


OF_ARTICLES = frozenset({"", "text", "journalarticle", "conferencepaper", "bookchapter", "datapaper"})


# --- When


def _dates(row: Row) -> dict[str, PartialDate]:
    """By type the first date of it; of a period its beginning."""
    found: dict[str, PartialDate] = {}
    for each in row.rows("dates"):
        kind, text = each.text("dateType").lower(), each.text("date").strip().lstrip("/")
        if kind not in USED_DATES or UNKNOWN.fullmatch(text):
            continue
        try:
            day = date_in(text)
        except ValueError as error:
            row.warnings.append(f"dates: {text!r:.80} {error}, and was left out")
            continue
        if day and (kind not in found or found[kind].contains(day)):
            found[kind] = day
    return found


USED_DATES = frozenset("issued available submitted created copyrighted accepted".split())


def _issued(row: Row, dates: dict[str, PartialDate]) -> PartialDate | None:
    """When it was published: as issued, else the year of publication, more precisely where a date within it says so."""
    text = row.text("publicationYear", "publication_year", "publication-year")
    try:
        year = date_in(text, is_year=True) if text and not UNKNOWN.fullmatch(text) else None
    except ValueError as error:
        row.warnings.append(f"publicationYear: {text!r:.80} {error}, and was left out")
        year = None
    issued = dates.get("issued") or year
    available = dates.get("available")
    if issued and available and issued.contains(available):
        return available
    return issued or next((dates[kind] for kind in INSTEAD if kind in dates), None)


INSTEAD = ("available", "submitted", "accepted", "copyrighted", "created")


# --- What it is about


def _abstract(row: Row) -> str:
    """The abstract, else what there is beside methods, tables of contents and the like."""
    texts: dict[str, str] = {}
    for each in row.rows("descriptions"):
        kind = each.text("descriptionType").lower()
        text = _paragraphs(each)
        texts[kind] = texts.get(kind) or ("" if UNKNOWN.fullmatch(text) else text)
    return next(filter(None, (texts.get(kind, "") for kind in ("abstract", "other", ""))), "")


def _paragraphs(row: Row) -> str:
    return "\n\n".join(map(abstract_of, row.texts("description")))


def _categories(row: Row) -> list[str]:
    """The codes that arXiv gives its papers' subjects: "Machine Learning (cs.LG)"."""
    codes = [
        ARXIV_CODE.search(each.text("subject"))
        for each in row.rows("subjects")
        if each.text("subjectScheme").lower() == "arxiv"
    ]
    return [code[1] for code in codes if code]


def _keywords(row: Row) -> tuple[str, ...]:
    """The subjects in words; fields of science that DataCite adds by itself only where there are no others."""
    own: list[str] = []
    added: list[str] = []
    for each in row.rows("subjects"):
        scheme, text = each.text("subjectScheme").lower(), _known(each.text("subject"))
        if scheme == "arxiv" or NO_KEYWORD.match(text):
            continue
        is_added = text.startswith("FOS: ") or "fields of science" in scheme
        text = CODE.sub("", text.removeprefix("FOS: ")) if scheme or is_added else text
        (added if is_added else own).append(text)
    return lines(own or added)


# --- Where it appeared


def _details(
    row: Row,
    general: str,
    own_type: str,
    dois: list[str],
    arxiv_id: str | None,
    preprint_doi: str,
    related: Sequence[Row],
) -> Details:
    container = row.row("container")
    item = next(
        (each for each in row.rows("relatedItems") if each.text("relationType").lower() == "ispublishedin"), None
    )
    item = item or Row({}, row.warnings)
    within = next((_known(each.text("title")) for each in item.rows("titles")), "") or _known(container.text("title"))
    is_series = container.text("type") == "Series" and known_type(own_type or general) in ("book", "report", "thesis")
    number_kind = item.text("numberType").lower()
    editors, _ = _names(
        [each for each in row.rows("contributors") if each.text("contributorType") == "Editor"], row.warnings
    )
    publisher = _publisher(row)
    pages = [item.text(name) or container.text(name) for name in ("firstPage", "lastPage")]
    is_servers = bool(identifiers.arxiv_id_of_doi(_doi(row)))  # arXiv is no publisher
    return Details(
        source_type=_source_type(general, own_type),
        container="" if is_series or is_servers else within,
        series=within if is_series else "",
        volume=_known(item.text("volume") or container.text("volume")),
        issue=_known(item.text("issue") or container.text("issue")),
        pages=page_range("-".join(filter(None, map(_known, pages)))),
        article_number=_known(item.text("number")) if number_kind in ("article", "") else "",
        publisher="" if is_servers else publisher,
        editors=editors_of(editors),
        edition=_known(item.text("edition")),
        isbn=_number(row, item, container, related, "ISBN"),
        issn=_number(row, item, container, related, "ISSN"),
        language=_known(row.text("language")),
        keywords=_keywords(row),
        urls=urls_of(_urls(row, general, related), [*dois, row.text("doi")], arxiv_id),
        preprint_doi=preprint_doi,
    )


def _publisher(row: Row) -> str:
    return next((text for one in _texts(row.get("publisher"), "name") if (text := _known(one))), "")


def _number(row: Row, item: Row, container: Row, related: Sequence[Row], kind: str) -> str:
    """The ISBN or ISSN, its own or that of what it is part of."""
    within = item.row("relatedItemIdentifier")
    found = [
        (within.text("relatedItemIdentifierType"), within.text("relatedItemIdentifier")),
        (container.text("identifierType"), container.text("identifier")),
        *_identifiers_of(row),
        *(
            (each.text("relatedIdentifierType"), each.text("relatedIdentifier"))
            for each in related
            if each.text("relationType").lower() in ("ispartof", "ispublishedin", "isidenticalto")
        ),
    ]
    return next((line(text) for type_of_number, text in found if type_of_number.upper().endswith(kind) and text), "")


def _urls(row: Row, general: str, related: Sequence[Row]) -> Iterator[tuple[str, str]]:
    yield row.text("url"), "landing"
    for address in row.texts("contentUrl"):
        yield address, "pdf" if is_pdf(address) else "data" if general == "Dataset" else "other"
    for each in related:
        if each.text("relationType") == "IsSupplementedBy":
            address, kind = each.text("relatedIdentifier"), each.text("relatedIdentifierType").upper()
            address = identifiers.doi_url(identifiers.find_doi(address)) if kind == "DOI" else address
            what = {"Software": "code", "Dataset": "data"}.get(each.text("resourceTypeGeneral"), "other")
            yield address, "code" if CODE_HOST.match(address) else what


def _license(row: Row) -> str:
    """The licence by its address, else its code, else its words; who may read it where nothing else is said."""
    rows = row.rows("rightsList") or row.rows("rights_list")
    found = [[each.text(name) for name in ("rightsUri", "rightsURI", "rightsIdentifier", "rights")] for each in rows]
    texts = [next((text for text in each if text and not NO_LICENSE.match(text)), "") for each in found]
    return license_of([*texts, *(each[-1] for each in found)], row.warnings)
