"""The papers in the database that a batch of records is about, with their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from papers.bylines import Byline
from papers.ingest.records import PaperRecord
from papers.models import Paper, PaperDoi
from papers.publications import Details
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate

STORED_COLUMNS = (
    "identifier",
    "arxiv_id",
    "id",
    "digest",
    "datestamp",
    "source",
    "read_at",
    "is_deleted",
    "giver",
    "base_url",
    "is_hidden",
    "merged_into_id",
)


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """What the database holds of a paper that a record may replace."""

    identifier: str
    arxiv_id: str | None
    id: int
    digest: bytes
    datestamp: date | None
    source: str
    read_at: datetime
    is_deleted: bool
    giver: str
    base_url: str
    is_hidden: bool
    merged_into_id: int | None

    @classmethod
    def of(cls, paper: Paper) -> StoredPaper:
        values = {name: getattr(paper, name) for name in STORED_COLUMNS}
        return cls(**values | {"digest": bytes(paper.digest)})


def stored_by_identifier(identifiers: Sequence[str]) -> dict[str, StoredPaper]:
    """The papers with these identifiers. One query, none for no identifiers."""
    if not identifiers:
        return {}
    rows = Paper.objects.filter(identifier__in=identifiers).values_list(*STORED_COLUMNS)
    return {name: StoredPaper(name, arxiv_id, pk, bytes(digest), *rest) for name, arxiv_id, pk, digest, *rest in rows}


def stored_by_id(ids: Collection[int]) -> dict[int, StoredPaper]:
    """The papers with these ids. One query, none for no ids."""
    if not ids:
        return {}
    return {pk: StoredPaper.of(paper) for pk, paper in Paper.objects.only(*STORED_COLUMNS).in_bulk(ids).items()}


def survivors(papers: Iterable[StoredPaper]) -> dict[int, StoredPaper]:
    """By the id of each paper itself, or that into which it was merged. A query for each step of merges."""
    found = {paper.id: paper for paper in papers}
    while wanted := {paper.merged_into_id for paper in found.values() if paper.merged_into_id}:
        known = stored_by_id(wanted)
        found = {pk: known[paper.merged_into_id] if paper.merged_into_id else paper for pk, paper in found.items()}
    return found


def stored_records(papers: Collection[Paper]) -> dict[int, PaperRecord]:
    """What is stored of papers, as the records that would say it, by their ids. One query, none for no papers."""
    dois: dict[int, list[str]] = {paper.pk: [] for paper in papers}
    if papers:
        rows = PaperDoi.objects.filter(paper__in=dois).order_by("position").values_list("paper_id", "doi")
        for pk, doi in rows:
            dois[pk].append(doi)
    return {
        paper.pk: PaperRecord(
            identifier=paper.identifier,
            arxiv_id=paper.arxiv_id,
            title=paper.title,
            abstract=paper.abstract,
            abstract_is_cut=paper.abstract_is_cut,
            authors_text=paper.authors_text,
            byline=Byline.from_json(
                paper.authors_text, paper.byline, paper.collaborations, paper.byline_is_complete, paper.byline_problems
            ),
            categories=tuple(paper.categories_text.split()),
            posted=posted_date(paper),
            issued=PartialDate.stored(paper.issued, paper.issued_precision),
            updated=paper.updated,
            versions=tuple(map(StoredVersion, paper.versions)),  # type: ignore[arg-type]
            type=_own_type(paper),
            details=replace(Details.from_json(paper.details), posted=""),
            dois=tuple(dois[paper.pk]),
            journal_ref=paper.journal_ref,
            comments=paper.comments,
            license=paper.license,
            report_no=paper.report_no,
            msc_class=paper.msc_class,
            acm_class=paper.acm_class,
            submitter=paper.submitter,
            source=paper.source,
            datestamp=paper.datestamp,
            giver=paper.giver,
            base_url=paper.base_url,
        )
        for paper in papers
    }


def posted_date(paper: Paper) -> PartialDate | None:
    """When it was put where its source keeps it: the paper's date unless that is when it was published."""
    if posted := paper.details.get("posted"):
        return PartialDate.from_iso(posted)
    published = PartialDate.stored(paper.published, paper.published_precision)
    return None if published == PartialDate.stored(paper.issued, paper.issued_precision) else published


def _own_type(paper: Paper) -> str:
    """The type that its source gives it: what a preprint's journal reference makes of it is shown only."""
    return paper.type if paper.details.get("source_type") or not paper.arxiv_id else PREPRINT


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version as the database holds it, which is already what `as_json` gives."""

    row: dict[str, str]

    def as_json(self) -> dict[str, str]:
        return self.row

    @property
    def source_type(self) -> str:
        """arXiv's flags of the version's source."""
        return self.row.get("source_type", "")
