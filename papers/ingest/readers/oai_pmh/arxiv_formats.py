"""Records in arXiv's own formats: `arXiv`, with names in parts, and `arXivRaw`, with the author string as it was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from papers.ingest.machine_dates import or_warning, read_day, read_moment
from papers.ingest.readers.documents.xml_fields import Fields, children, first, one
from papers.ingest.readers.documents.xml_stream import text_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of, orcid_of
from papers.ingest.readers.oai_pmh.sources import ARXIV_SOURCE
from papers.ingest.records import PaperRecord, SourceFields, Version


def from_arxiv(fields: Fields, datestamp: date | None) -> PaperRecord:
    """The paper in an `arXiv` element; raises InvalidRecord naming the field."""
    printed = []
    warnings: list[str] = []
    for author in fields.get("authors", [])[:1]:
        for person in author:
            parts = children(person)
            printed.append(
                Printed(
                    surname=one(parts, "keyname"),
                    forenames=one(parts, "forenames"),
                    suffix=one(parts, "suffix"),
                    affiliations=tuple(text_of(place) for place in parts.get("affiliation", [])),
                    guessed=True,
                    orcid=orcid_of(one(parts, "ORCID") or one(parts, "orcid"), warnings),
                )
            )
    return PaperRecord.from_source(
        replace(
            _arxiv_fields(fields),
            authors=byline_of(printed),
            posted=or_warning(read_day, "created", one(fields, "created"), warnings),
            updated=or_warning(read_day, "updated", one(fields, "updated"), warnings),
            datestamp=datestamp,
            warnings=warnings,
        )
    )


def from_arxiv_raw(fields: Fields, datestamp: date | None) -> PaperRecord:
    """The paper in an `arXivRaw` element, with its versions; raises InvalidRecord naming the field."""
    versions = []
    warnings: list[str] = []
    for version in fields.get("version", []):
        parts = children(version)
        created = or_warning(read_moment, "version", one(parts, "date"), warnings)
        versions.append(Version(version.get("version", ""), created, one(parts, "size"), one(parts, "source_type")))
    return PaperRecord.from_source(
        replace(
            _arxiv_fields(fields),
            authors=text_of(first(fields, "authors")),
            submitter=one(fields, "submitter"),
            versions=versions,
            datestamp=datestamp,
            warnings=warnings,
        )
    )


def _arxiv_fields(fields: Fields) -> SourceFields:
    """What both of arXiv's own formats call by the same name."""
    msc, acm = one(fields, "msc-class"), one(fields, "acm-class")
    return SourceFields(
        source=ARXIV_SOURCE,
        arxiv_id=one(fields, "id"),
        title=text_of(first(fields, "title")),
        abstract=text_of(first(fields, "abstract")),
        categories=one(fields, "categories"),
        comments=one(fields, "comments"),
        journal_ref=one(fields, "journal-ref"),
        dois=one(fields, "doi"),
        license=one(fields, "license"),
        report_no=one(fields, "report-no"),
        msc_class=msc,
        acm_class="" if acm == msc else acm,  # arXiv's server fills acm-class with a copy of msc-class
    )
