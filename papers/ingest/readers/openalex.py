"""OpenAlex's works: one, a page of results, and the files of its snapshot, as documents or a record a line.

The format: https://docs.openalex.org/api-entities/works/work-object. OpenAlex takes the versions of a work for one; where
one of them is at arXiv, the paper is known by its arXiv id. `updated_date` says which of two answers is the newer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from papers import identifiers
from papers.ingest.checks import InvalidRecord, check_count
from papers.ingest.machine_dates import or_warning, read_day
from papers.ingest.readers.documents.json_documents import Found, Row, read_records
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.readers.fields.addresses import urls_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of, orcid_of, without_shared_orcids
from papers.ingest.readers.fields.dates import date_of
from papers.ingest.readers.fields.licenses import license_of
from papers.ingest.readers.fields.registry_texts import RETRACTED, abstract_of, line, lines
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, PassedOver, SourceFields
from papers.publications import Details
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT, known_type
from papers.text.dates import PartialDate

FORMAT = "openalex"
PLACES = ("results.item",)

WORK = re.compile(rb'"https://openalex\.org/W\d+"')
FIELD = re.compile(rb'"(?:authorships|publication_year|cited_by_api_url|primary_location|abstract_inverted_index)"\s*:')
GIVER = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d{1,15})", re.IGNORECASE)

NO_PAPERS = frozenset(
    "paratext peer-review grant supplementary-materials libguides component journal journal-issue".split()
)
# What stands in journals and has a name of its own here.
IN_JOURNALS = frozenset("article review letter editorial erratum retraction".split())
NO_CONTAINERS = frozenset({"repository", "ebook platform", "metadata", "other"})  # types of sources
MOST_WORDS = 50_000  # of an abstract
REGISTRATION = (
    "cited_by_count cited_by_api_url counts_by_year cited_by_percentile_year citation_normalized_percentile fwci summary_stats "
    "related_works referenced_works_count locations_count authors_count concepts_count countries_distinct_count "
    "institutions_distinct_count institution_assertions corresponding_author_ids corresponding_institution_ids has_fulltext "
    "has_content fulltext_origin has_abstract is_xpac indexed_in ngrams_url apc_list apc_paid created_date updated "
    "updated_date display_name relevance_score doi_registration_agency publication_year is_paratext type type_crossref "
    "host_venue ids open_access best_oa_location is_authors_truncated is_oa is_in_doaj @version @timestamp"
).split()


def recognizes(head: bytes) -> bool:
    """Whether the file begins as OpenAlex's works do."""
    return head.startswith((b"{", b"[")) and bool(WORK.search(head) and FIELD.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, Found]]:
    """The number of each record after the first `skip` ones, its place in words, and what it holds."""
    return read_records(stream, skip, PLACES, record)


def record(value: Any, place: str = "") -> PaperRecord | PassedOver:
    """The paper that a work describes; raises InvalidRecord naming the field."""
    warnings: list[str] = []
    row = Row(value, warnings)
    giver = GIVER.fullmatch(row.text("id"))
    if not giver:
        raise InvalidRecord(
            "id", f"{row.text('id')!r:.80} is not the id of a work, such as https://openalex.org/W2741809807"
        )
    kind, word = row.text("type"), row.text("type_crossref")
    if row.get("is_paratext") is True or kind in NO_PAPERS or word in NO_PAPERS:
        return PassedOver(place, f"type {kind if kind in NO_PAPERS else word if word in NO_PAPERS else 'paratext'}")
    title = line(row.text("title", "display_name"))
    authors = _names(row.rows("authorships"), warnings)
    byline = byline_of(authors, _is_complete(row, len(authors)))
    locations = _locations(row)
    doi = identifiers.find_doi(row.text("doi") or row.row("ids").text("doi"))
    arxiv_id = _arxiv_id(doi, locations)
    type_of_paper = _type(kind, word, locations)
    dois, preprint_doi = _dois(doi, locations, type_of_paper)
    issued = _issued(row)
    return PaperRecord.from_source(
        SourceFields(
            source=FORMAT,
            giver=giver[1].upper(),
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, str(issued.year) if issued else "", title),
            title=title,
            abstract=_abstract(row),
            authors=byline,
            posted=issued if type_of_paper == PREPRINT else None,
            issued=None if type_of_paper == PREPRINT else issued,
            type=type_of_paper,
            details=_details(row, word or kind, locations, dois, arxiv_id, preprint_doi),
            dois=" ".join(dois),
            license=_license(row, locations),
            comments=RETRACTED if row.get("is_retracted") is True else "",
            datestamp=or_warning(read_day, "updated_date", row.text("updated_date", "updated"), warnings),
            warnings=warnings,
            unread=[name for name in row.unread if name not in REGISTRATION],
        )
    )


# --- Who wrote it


def _names(rows: Sequence[Row], warnings: list[str]) -> list[Printed]:
    """The names as they were printed; where that isn't known, as OpenAlex writes them."""
    check_count("authors", len(rows))
    printed = []
    for row in rows:
        author = row.row("author")
        whole = line(row.text("raw_author_name") or author.text("display_name"))
        if whole:
            orcid = orcid_of(author.text("orcid"), warnings)
            printed.append(Printed(whole=whole, affiliations=_affiliations(row), orcid=orcid, is_literal="," in whole))
    return without_shared_orcids(printed, warnings)


def _affiliations(row: Row) -> tuple[str, ...]:
    """The affiliations as printed, else the institutions that OpenAlex found."""
    found = (
        row.texts("raw_affiliation_strings")
        or [each.text("raw_affiliation_string") for each in row.rows("affiliations")]
        or row.texts("raw_affiliation_string")
        or [each.text("display_name") for each in row.rows("institutions")]
    )
    return lines(found)


def _is_complete(row: Row, count: int) -> bool:
    """Whether these are all authors: a list of works has a hundred of each at most."""
    known = row.get("authors_count")
    return row.get("is_authors_truncated") is not True and not (isinstance(known, int) and known > count)


# --- Which paper it is


def _locations(row: Row) -> list[Row]:
    """Where the work is, the nearest to the published version first."""
    return [*row.rows("primary_location"), *row.rows("best_oa_location"), *row.rows("locations")]


def _arxiv_id(doi: str, locations: Sequence[Row]) -> str | None:
    texts = [doi, *(each.text(name) for each in locations for name in ("landing_page_url", "pdf_url", "id"))]
    found = next(filter(None, map(identifiers.find_arxiv_id, filter(None, texts))), None)
    return found.canonical if found else None


def _dois(doi: str, locations: Sequence[Row], type_of_paper: str) -> tuple[list[str], str]:
    """The DOIs, the publication's first, and that of a preprint elsewhere."""
    own = [doi] if doi and not identifiers.arxiv_id_of_doi(doi) else []
    preprints = []
    for each in locations if own and type_of_paper != PREPRINT else ():
        other = identifiers.find_doi(each.text("landing_page_url"))
        is_preprint = each.text("version") == "submittedVersion" and each.row("source").text("type") == "repository"
        if is_preprint and other.lower() not in ("", doi.lower()) and not identifiers.arxiv_id_of_doi(other):
            preprints.append(other)
    return [*own, *preprints], next(iter(preprints), "")


# --- What and when


def _type(kind: str, word: str, locations: Sequence[Row]) -> str:
    """The type, where only all that is said tells it: an article may be a conference's, or be in a repository alone."""
    if kind == "preprint" or word == "posted-content":
        return PREPRINT
    if word and known_type(word):
        return ""
    primary = locations[0] if locations else None
    source = primary.row("source").text("type") if primary else ""
    if kind == "article" and primary and known_type(primary.text("raw_type")) == "paper-conference":
        return "paper-conference"
    if kind == "article" and source in ("conference", "repository"):
        return "paper-conference" if source == "conference" else PREPRINT
    return "article-journal" if kind in IN_JOURNALS else ""


def _issued(row: Row) -> PartialDate | None:
    """The date of publication. OpenAlex writes one of which only the year or month is known as the first day of it."""
    text, year = row.text("publication_date"), row.text("publication_year")
    if found := re.match(r"(\d{4})-(\d\d)-(\d\d)", text):
        parts = [int(part) for part in found.groups()]
        while len(parts) > 1 and parts[-1] == 1:
            parts.pop()
        if day := date_of("publication_date", parts, row.warnings):
            return day
    elif text:
        row.warnings.append(f"publication_date: {text!r:.80} is not a date, and was left out")
    return date_of("publication_year", [year], row.warnings) if year else None


def _abstract(row: Row) -> str:
    """The abstract out of the places of its words."""
    index = row.get("abstract_inverted_index")
    if isinstance(index, str):  # as some copies of the snapshot have it
        try:
            index = orjson.loads(index)
        except orjson.JSONDecodeError:
            index = None
    if isinstance(index, dict) and isinstance(index.get("InvertedIndex"), dict):
        index = index["InvertedIndex"]
    if not isinstance(index, dict):
        return abstract_of(row.text("abstract"))
    words = [
        (place, word)
        for word, places in index.items()
        for place in (places if isinstance(places, list) else ())
        if isinstance(place, int) and not isinstance(place, bool)
    ]
    if len(words) > MOST_WORDS:
        row.warnings.append(f"abstract_inverted_index: has {len(words):,} words, and was left out")
        return ""
    return abstract_of(" ".join(word for _, word in sorted(words)))


# --- Where it appeared


def _details(
    row: Row, source_type: str, locations: Sequence[Row], dois: list[str], arxiv_id: str | None, preprint_doi: str
) -> Details:
    sources = [each.row("source") for each in locations[:1]] or row.rows("host_venue")  # as it was until 2023
    source = next((each for each in sources if each.text("type") not in NO_CONTAINERS), Row({}, row.warnings))
    name = line(source.text("display_name"))
    is_series = source.text("type") == "book series"
    printed = (
        line(locations[0].text("raw_source_name")) if locations and (is_series or not sources[0].text("type")) else ""
    )
    biblio = row.row("biblio")
    return Details(
        source_type=source_type,
        container=printed if is_series and printed != name else "" if is_series else name or printed,
        series=name if is_series else "",
        volume=line(biblio.text("volume")),
        issue=line(biblio.text("issue")),
        pages=page_range("-".join(filter(None, (biblio.text("first_page"), biblio.text("last_page"))))),
        publisher=line(source.text("host_organization_name", "publisher")),
        issn=source.text("issn_l", "issn"),
        language=row.text("language"),
        keywords=lines(each.text("display_name", "keyword") for each in row.rows("keywords")),
        urls=urls_of(_urls(row, locations), dois, arxiv_id),
        preprint_doi=preprint_doi,
    )


def _urls(row: Row, locations: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for each in locations:
        yield each.text("landing_page_url"), "landing"
        yield each.text("pdf_url"), "pdf"
    for venue in row.rows("host_venue"):
        yield venue.text("url"), "landing"
    yield row.row("open_access").text("oa_url"), "landing"


def _license(row: Row, locations: Sequence[Row]) -> str:
    """The licence of the published version, else of another one; OpenAlex doesn't say which version of a licence it is."""
    return license_of([*(each.text("license") for each in locations), row.text("license")], row.warnings)
