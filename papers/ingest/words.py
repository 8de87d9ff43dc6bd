"""A word: what one source says of a paper, or what a curator set, as it is kept beside those of other sources.

The word of a paper's only source stands in the paper itself; of several each has a row (papers.models.SourceRecord) with its
facts as JSON, the fields of a record under their names, details among them, those that are unknown left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from papers.bylines import Byline, parse_byline
from papers.database import bulk
from papers.ingest.readers.oai_pmh.sources import OTHER_SOURCE
from papers.ingest.records import PaperRecord, iso_of
from papers.ingest.stored_papers import StoredPaper, StoredVersion, stored_records
from papers.models import ARXIVS, Paper, SourceRecord
from papers.publications import FIELDS, Details
from papers.publications.details import NO_DETAILS
from papers.text.dates import PartialDate

Facts = dict[str, Any]

ARXIV = "arxiv"
LISTS = ("bibtex", "ris", "csl-json")  # formats of lists, whose entries have keys
# Sources behind arXiv in the order of precedence: registries in which publishers say it themselves, repositories, indexes.
ORDER = ("crossref", "datacite", OTHER_SOURCE, "dblp", "openalex", "opencitations", "orcid")
OF_LISTS = len(ORDER) + 1
TEXTS = tuple("title abstract type journal_ref comments license report_no msc_class acm_class submitter".split())


@dataclass(frozen=True, slots=True)
class WordKey:
    """Whose word it is: all of arXiv's formats are one source, a repository's record is named by its address and identifier,
    a list's entry by its format and key."""

    source: str
    base_url: str = ""
    giver: str = ""

    @classmethod
    def of(cls, source: str, base_url: str, giver: str) -> WordKey:
        return cls(ARXIV if source in ARXIVS else source, base_url, giver)

    def is_same(self, other: WordKey) -> bool:
        """Whether both may be one source: one whose address, or name for its record, was not noted is any of its kind."""
        pairs = ((self.base_url, other.base_url), (self.giver, other.giver))
        return self.source == other.source and all(not mine or not its or mine == its for mine, its in pairs)

    @property
    def kind(self) -> int:
        """The place of its kind in the order of precedence: arXiv, those of ORDER, lists, what stood here before."""
        if self.source == ARXIV:
            return 0
        if self.source == SourceRecord.EARLIER:
            return OF_LISTS + 1
        return ORDER.index(self.source) + 1 if self.source in ORDER else OF_LISTS


@dataclass(slots=True)
class Word:
    """What a source says, and what is kept of when. `record` is None while it isn't needed; `row` is that of SourceRecord.

    `owner` is the paper whose row it is, which may have been merged into another. One that `is_changed` is not as it is stored,
    and is to be written; one that `is_fixed` was put to its paper by a curator, and is matched with no other.
    """

    key: WordKey
    source: str
    digest: bytes
    datestamp: date | None
    read_at: datetime | None
    identifier: str
    is_deleted: bool = False
    record: PaperRecord | None = None
    row: int | None = None
    owner: int | None = None
    is_changed: bool = False
    is_fixed: bool = False

    @property
    def rank(self) -> tuple[int, int, int, str, str, str]:
        """The place in the order of precedence: by kind, of lists the fuller entry first, else by names."""
        key, facts = self.key, facts_of(self.record) if self.record and self.key.kind == OF_LISTS else {}
        return key.kind, -len(facts), -len(bulk.dumps(facts)), key.base_url, key.source, key.giver

    @classmethod
    def of_paper(cls, paper: StoredPaper) -> Word:
        """The word of the paper's only source."""
        key = WordKey.of(paper.source, paper.base_url, giver_of(paper.giver, paper.source, paper.identifier))
        return cls(
            key,
            paper.source,
            paper.digest,
            paper.datestamp,
            paper.read_at,
            paper.identifier,
            paper.is_deleted and not paper.is_hidden and paper.merged_into_id is None,
            owner=paper.id,
        )

    @classmethod
    def of_record(cls, record: PaperRecord, digest: bytes, read_at: datetime) -> Word:
        """The word that a record is which has just been read."""
        giver = giver_of(record.giver, record.source, record.identifier)
        key = WordKey.of(record.source, record.base_url, giver)
        return cls(
            key, record.source, digest, record.datestamp, read_at, record.identifier, record=record, is_changed=True
        )

    def says_more_than(self, before: Word) -> bool:
        """Whether it is another word than its source's last, and not the same that came back within a batch."""
        gets_arxiv_id = self.record is not None and bool(self.record.arxiv_id) and self.identifier != before.identifier
        return self.digest != before.digest or before.is_deleted or gets_arxiv_id

    @classmethod
    def of_row(cls, row: SourceRecord) -> Word:
        return cls(
            WordKey.of(row.source, row.base_url, giver_of(row.giver, row.source, row.identifier)),
            row.source,
            bytes(row.digest),
            row.datestamp,
            row.read_at,
            row.identifier,
            row.is_deleted,
            row=row.pk,
            owner=row.paper_id,
            is_fixed=row.is_fixed,
        )


def giver_of(giver: str, source: str, identifier: str) -> str:
    """What its source calls a record: its arXiv id, or what is noted; else, of a repository, its identifier here."""
    if source in ARXIVS:
        return identifier
    is_own = source == OTHER_SOURCE and not {".", "/"} & set(identifier)
    return giver or (identifier if is_own else "")


# --- Facts ------------------------------------------------------------------------------------------------------------


def facts_of(record: PaperRecord) -> Facts:
    """The record's facts as JSON can hold them, the unknown ones left out."""
    byline = record.byline
    facts: Facts = {
        **{name: getattr(record, name) for name in TEXTS},
        "abstract_is_cut": record.abstract_is_cut,
        "authors": record.authors_text,
        "byline": byline.as_json(),
        "byline_is_incomplete": not byline.is_complete,
        "byline_problems": list(byline.problems),
        "collaborations": list(byline.collaborations),
        "categories": list(record.categories),
        "posted": iso_of(record.posted),
        "issued": iso_of(record.issued),
        "updated": record.updated.isoformat() if record.updated else "",
        "versions": [version.as_json() for version in record.versions],
        "dois": list(record.dois),
        "arxiv_id": record.arxiv_id,
        **record.details.as_json(),
    }
    return {name: value for name, value in facts.items() if value}


def record_of(facts: Facts, *, identifier: str, source: str, giver: str = "", base_url: str = "") -> PaperRecord:
    """The record whose `facts_of` are these."""
    text = facts.get("authors", "")
    byline = Byline.from_json(
        text,
        facts.get("byline", []),
        facts.get("collaborations", []),
        not facts.get("byline_is_incomplete", False),
        facts.get("byline_problems", []),
    )
    return PaperRecord(
        identifier=identifier,
        arxiv_id=facts.get("arxiv_id"),
        abstract_is_cut=facts.get("abstract_is_cut", False),
        authors_text=text,
        byline=byline,
        categories=tuple(facts.get("categories", ())),
        posted=_date(facts.get("posted")),
        issued=_date(facts.get("issued")),
        updated=date.fromisoformat(facts["updated"]) if facts.get("updated") else None,
        versions=tuple(map(StoredVersion, facts.get("versions", ()))),  # type: ignore[arg-type]
        details=Details.from_json({name: facts[name] for name in FIELDS if name in facts and name != "posted"}),
        dois=tuple(facts.get("dois", ())),
        source=source,
        datestamp=None,
        giver=giver,
        base_url=base_url,
        **{name: facts.get(name, "") for name in TEXTS},
    )


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.from_iso(text) if text else None


def carries_a_paper(facts: Facts) -> bool:
    """Whether a curator's word is that of a paper that they added, and not a field of one that sources give."""
    return "title" in facts and len(facts) > 1


def with_curated(record: PaperRecord, facts: Mapping[str, Any]) -> PaperRecord:
    """The record with what a curator set; an empty value means that there is none, whatever sources say.

    The names are those of `facts_of`; `authors` is an author string, `published` another name of `posted`.
    """
    changes: dict[str, Any] = {}
    details: dict[str, Any] = {}
    for name, value in facts.items():
        if name == "authors":
            byline = parse_byline(value)
            changes |= {"authors_text": byline.text or value, "byline": byline}
        elif name in ("published", "posted", "issued"):
            field = "issued" if name == "issued" else "posted"
            changes |= {field: _date(value), "other_dates": _without(record, field)}
        elif name in ("categories", "dois"):
            changes[name] = tuple(value)
        elif name in FIELDS and name not in TEXTS:
            details[name] = value
        elif name in TEXTS:
            changes[name] = value
            if name == "abstract":
                changes["abstract_is_cut"] = False
        record = replace(record, **changes) if name in ("published", "posted", "issued") else record
    if details:
        row = {**record.details.as_json(), **details}
        changes["details"] = Details.from_json({name: value for name, value in row.items() if value}) or NO_DETAILS
    return replace(record, **changes) if changes else record


def _without(record: PaperRecord, field: str) -> tuple[tuple[str, PartialDate], ...]:
    """The dates of other sources but those of this kind."""
    return tuple((kind, day) for kind, day in record.other_dates if kind != field)


# --- The database -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Words:
    """The words of one paper's sources, and what curators set, the latest last."""

    sources: list[Word]
    curated: list[Facts]


def words_of(papers: Collection[StoredPaper]) -> dict[int, Words]:
    """What is said of papers, those merged into them included, by their ids, without the records. Two queries or three."""
    survivor_of = {paper.id: paper.id for paper in papers}
    merged = _merged_into(survivor_of)
    for pk, paper in merged.items():
        survivor_of[pk] = survivor_of[paper.merged_into_id or pk]
    found = {paper.id: Words([], []) for paper in papers}
    rows = SourceRecord.objects.filter(paper__in=survivor_of).order_by("id").defer("facts")
    owners: set[int] = set()
    for row in rows:
        if row.source != SourceRecord.CURATOR:
            found[survivor_of[row.paper_id]].sources.append(Word.of_row(row))
            owners.add(row.paper_id)
    if rows:
        for row in SourceRecord.objects.filter(paper__in=survivor_of, source=SourceRecord.CURATOR).order_by("id"):
            found[survivor_of[row.paper_id]].curated.append(row.facts)
    for paper in (*papers, *merged.values()):
        if paper.id not in owners and paper.source != SourceRecord.CURATOR:
            found[survivor_of[paper.id]].sources.append(Word.of_paper(paper))
    return found


def _merged_into(ids: Collection[int]) -> dict[int, StoredPaper]:
    """The papers that were merged into these, and into those, each after that into which it was merged."""
    found: dict[int, StoredPaper] = {}
    wanted = list(ids)
    while wanted:
        rows = {paper.pk: StoredPaper.of(paper) for paper in Paper.objects.filter(merged_into__in=wanted)}
        found |= rows
        wanted = list(rows)
    return found


def read_records(words: Iterable[Word]) -> None:
    """Give the words that are stored their records. Up to three queries."""
    missing = [word for word in words if word.record is None]
    rows = {row.pk: row for row in SourceRecord.objects.filter(pk__in=[word.row for word in missing if word.row])}
    papers = Paper.objects.in_bulk([word.owner for word in missing if not word.row and word.owner])
    stored = stored_records(papers.values())
    for word in missing:
        if word.row:
            row = rows[word.row]
            word.record = record_of(
                row.facts, identifier=row.identifier, source=row.source, giver=row.giver, base_url=row.base_url
            )
        elif word.owner:
            word.record = stored[word.owner]
