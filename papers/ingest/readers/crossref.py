"""Crossref's answers: a work, a page of works, and the public data file, as documents or a record a line.

The format: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md. A work's preprint, and a preprint's article, are
one paper with it where Crossref says so (`relation`). `indexed` says which of two answers is the newer one.
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
from papers.ingest.readers.fields.addresses import is_pdf, kind_of_supplement, urls_of
from papers.ingest.readers.fields.author_lists import (
    Printed,
    byline_of,
    editors_of,
    is_others,
    orcid_of,
    without_shared_orcids,
)
from papers.ingest.readers.fields.dates import date_of
from papers.ingest.readers.fields.licenses import license_of
from papers.ingest.readers.fields.registry_texts import RETRACTED, abstract_of, line, lines, with_subtitle
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, PassedOver, SourceFields
from papers.publications import Details
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT, known_type
from papers.text.dates import PartialDate, earliest

FORMAT = "crossref"
PLACES = ("message", "message.items.item", "items.item")

ANSWER = re.compile(rb'"message-type"\s*:\s*"work')
WORK = re.compile(rb'"(?:is-referenced-by-count|content-domain|references?-count|deposited|issn-type)"\s*:')

# What is registered and no work: parts of one, what is said of one, and what works appear in.
NO_PAPERS = frozenset(
    """component peer-review grant journal journal-issue journal-volume book-series book-set proceedings-series report-series
    standard-series""".split()
)
PREPRINTS = frozenset({"", "preprint", "working_paper"})  # subtypes of posted content
IN_BOOKS = frozenset("book-chapter book-part book-section book-track proceedings-article reference-entry other".split())
BOOKS = frozenset("book edited-book monograph proceedings reference-book".split())
# Of a series of books, not of a book in it.
OF_SERIES = re.compile(
    r"\b(?:series|lecture notes|schriften\w*|reihe|briefs\w*|monographs?|studies in|advances in|topics in|progress in|studien"
    r"|communications in|contemporary mathematics|transactions|spie proceedings|conference proceedings|library|handbooks)\b",
    re.IGNORECASE,
)
# An address that was registered as an author.
ADDRESS = re.compile(
    r"(?:\w+ )?(?:department|dept|school|faculty|institute|laborator|division|section|college|universit|[\w ]*research cent)"
    r"[^,]*(?:,[^,]*){2,}",
    re.IGNORECASE,
)
RETRACTIONS = frozenset({"retraction", "withdrawal", "removal"})
# What says nothing of the paper itself but counts, and how it is registered.
REGISTRATION = (
    "is-referenced-by-count reference-count references-count content-domain prefix member source score created deposited "
    "indexed URL update-policy archive alternative-id license issn-type isbn-type short-container-title short-title _id"
).split()


def recognizes(head: bytes) -> bool:
    """Whether the file begins as Crossref's answers do."""
    return head.startswith((b"{", b"[")) and bool(ANSWER.search(head) or (b'"DOI"' in head and WORK.search(head)))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Found]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    return read_records(stream, skip, PLACES, record)


def record(value: Any, place: str = "") -> PaperRecord | PassedOver:
    """The paper that a work describes; raises InvalidRecord naming the field."""
    warnings: list[str] = []
    row = Row(value, warnings)
    kind, subtype = row.text("type"), row.text("subtype")
    if kind in NO_PAPERS:
        return PassedOver(place, f"type {kind}")
    doi = row.text("DOI")
    if not doi:
        raise InvalidRecord("DOI", "the record has none, and is no work of Crossref's")
    title = _title(row)
    is_preprint = kind == "posted-content" and subtype in PREPRINTS
    same, supplements = _relations(row)
    dois, preprint_doi, arxiv_id = _identifiers(doi, is_preprint, same)
    authors, is_complete = _names(row.rows("author"), warnings)
    byline = byline_of(authors, is_complete)
    day = earliest([_date(row, name) for name in DATES])
    day = day or next(filter(None, (_date(row, name) for name in ("approved", "content-created"))), None)
    return PaperRecord.from_source(
        SourceFields(
            source=FORMAT,
            giver=doi.lower(),
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, str(day.year) if day else "", title),
            title=title,
            abstract=abstract_of(row.text("abstract", "description")),
            authors=byline,
            posted=day if is_preprint else None,
            issued=None if is_preprint else day,
            type=_type(kind, subtype, is_preprint),
            details=_details(row, kind, dois, arxiv_id, preprint_doi, supplements),
            dois=" ".join(dois),
            license=_license(row),
            comments=RETRACTED if RETRACTIONS & {each.text("type") for each in row.rows("updated-by")} else "",
            datestamp=or_warning(read_day, "indexed", _stamp(row, "indexed") or _stamp(row, "deposited"), warnings),
            warnings=warnings,
            unread=[name for name in row.unread if name not in REGISTRATION],
        )
    )


# The same day said in several ways, one of which may be more precise.
DATES = ("issued", "published", "published-print", "published-online", "published-other", "posted")


def _date(row: Row, name: str) -> PartialDate | None:
    parts = row.row(name).get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    return date_of(name, first if isinstance(first, list) else [first], row.warnings)


def _stamp(row: Row, name: str) -> str:
    return row.row(name).text("date-time")


def _title(row: Row) -> str:
    title = next(
        filter(None, map(line, (*row.texts("title"), *row.texts("original-title"), *row.texts("short-title")))), ""
    )
    return with_subtitle(title, next(filter(None, map(line, row.texts("subtitle"))), "")) if title else ""


def _type(kind: str, subtype: str, is_preprint: bool) -> str:
    """The type where the word for it doesn't say it alone."""
    if is_preprint:
        return PREPRINT
    return known_type(subtype) or "document" if kind == "posted-content" else ""


# --- Who wrote it


def _names(rows: Sequence[Row], warnings: list[str]) -> tuple[list[Printed], bool]:
    """The names as printed, and whether they are all."""
    check_count("authors", len(rows))
    printed: list[Printed] = []
    is_complete = True
    has_people = any("family" in row for row in rows)
    for row in rows:
        found = _name(row)
        if is_others(found.whole or found.surname):
            is_complete = False
        elif has_people and printed and found.is_group and ADDRESS.fullmatch(found.whole):
            printed.append(_with_affiliation(printed.pop(), found.whole))
        elif found.whole or found.surname:
            affiliations = tuple(filter(None, map(_affiliation, row.rows("affiliation"))))
            printed.append(found._replace(affiliations=affiliations, orcid=orcid_of(row.text("ORCID"), warnings)))
    return without_shared_orcids(printed, warnings), is_complete


def _name(row: Row) -> Printed:
    """The name in its parts; that of a group, or one that stands as a whole in one field, whole."""
    group, family, given, suffix = (line(row.text(name)) for name in ("name", "family", "given", "suffix"))
    family, given = (text if any(map(str.isalpha, text)) else "" for text in (family, given))  # "-" is none
    if group and not family:
        return Printed(whole=group, is_literal=True, is_group=True)
    if family and given:
        return Printed(surname=family, forenames=given, suffix=suffix)
    name = family or given
    return Printed(whole=f"{name} {suffix}".strip(), is_literal=True) if " " in name else Printed(surname=name)


def _with_affiliation(printed: Printed, place: str) -> Printed:
    return printed if place in printed.affiliations else printed._replace(affiliations=(*printed.affiliations, place))


def _affiliation(row: Row) -> str:
    """The name of the institution, its department before it and its place behind it where they stand apart."""
    name = line(row.text("name"))
    parts = [part for part in (*map(line, row.texts("department")), name, *map(line, row.texts("place"))) if part]
    return ", ".join(part for part in parts if part == name or part not in name)


# --- Which paper it is


def _relations(row: Row) -> tuple[dict[str, list[str]], list[str]]:
    """The identifiers of its preprints, of the articles it is a preprint of and of what is the same; what supplements it."""
    relation = row.row("relation")
    same = {
        name: [
            each.text("id")
            for each in relation.rows(name)
            if each.text("id-type").lower() in ("doi", "arxiv", "uri", "")
        ]
        for name in ("has-preprint", "is-preprint-of", "is-identical-to")
    }
    supplements = [
        identifiers.doi_url(text) if each.text("id-type").lower() == "doi" and not text.startswith("http") else text
        for each in relation.rows("is-supplemented-by")
        if (text := each.text("id"))
    ]
    return same, supplements


def _identifiers(own: str, is_preprint: bool, same: dict[str, list[str]]) -> tuple[list[str], str, str | None]:
    """The DOIs, the publication's first, that of a preprint elsewhere, and the arXiv id."""
    arxiv_id = None
    dois: dict[str, list[str]] = {name: [] for name in same}
    for name, texts in same.items():
        for text in texts:
            paper = identifiers.find_arxiv_id(text) or identifiers.find_arxiv_id(f"arXiv:{text}")
            doi = identifiers.find_doi(text)
            if paper and (not doi or identifiers.arxiv_id_of_doi(doi)):
                arxiv_id = arxiv_id or paper.canonical
            elif doi:
                dois[name].append(doi)
    articles, preprints = dois["is-preprint-of"], dois["has-preprint"]
    own_doi = identifiers.find_doi(own) or own
    if is_preprint and articles:
        return [*articles, own_doi, *preprints, *dois["is-identical-to"]], own_doi, arxiv_id
    return [own_doi, *dois["is-identical-to"], *preprints, *articles], next(iter(preprints), ""), arxiv_id


# --- Where it appeared


def _details(
    row: Row, kind: str, dois: list[str], arxiv_id: str | None, preprint_doi: str, supplements: list[str]
) -> Details:
    container, series = _container(row, kind)
    institution = next((line(each.text("name")) for each in row.rows("institution") if "name" in each), "")
    printed, _ = _names(row.rows("editor"), row.warnings)
    publisher = line(row.text("publisher"))
    return Details(
        source_type=kind,
        container=container,
        series=series,
        volume=line(row.text("volume")),
        issue=line(row.text("issue") or row.row("journal-issue").text("issue")),
        pages=page_range(row.text("page")),
        article_number=line(row.text("article-number")),
        publisher=institution if institution and kind in ("dissertation", "report") else publisher,
        place=line(row.text("publisher-location")),
        editors=editors_of(printed),
        edition=line(row.text("edition-number")),
        isbn=next((text.rpartition("/")[2] for text in row.texts("ISBN")), ""),
        issn=next((text.rpartition("/")[2] for text in row.texts("ISSN")), ""),
        language=row.text("language"),
        keywords=lines([*row.texts("subject"), *row.texts("group-title")]),
        urls=urls_of(_urls(row, supplements), dois, arxiv_id),
        preprint_doi=preprint_doi,
    )


def _container(row: Row, kind: str) -> tuple[str, str]:
    """Journal, book or conference, and the series of books; which of two names is that of the series isn't told."""
    names = lines(row.texts("container-title"))
    if kind in BOOKS:
        return "", next(iter(names), "")
    if kind not in IN_BOOKS or len(names) < 2:
        return next(iter(names), ""), ""
    series = [name for name in names if OF_SERIES.search(name)]
    book = next((name for name in reversed(names) if name not in series), names[-1])
    return book, next((name for name in names if name != book), "")


def _urls(row: Row, supplements: list[str]) -> Iterator[tuple[str, str]]:
    yield row.row("resource").row("primary").text("URL"), "landing"
    for link in row.rows("link"):
        address, content = link.text("URL"), link.text("content-type")
        is_for_programs = re.match(r"https?://api\.", address) or "xml" in content
        if not is_for_programs and ("pdf" in content or is_pdf(address)):
            yield address, "pdf"
        elif not is_for_programs and content == "text/html":
            yield address, "landing"
    for address in supplements:
        yield address, kind_of_supplement(address)


def _license(row: Row) -> str:
    """The licence of the version of record, before that of a manuscript and that of text mining."""
    rows = sorted(row.rows("license"), key=lambda each: VERSIONS.get(each.text("content-version"), 2))
    return license_of([each.text("URL") for each in rows], row.warnings)


VERSIONS = {"vor": 0, "am": 1, "unspecified": 1, "tdm": 3}
