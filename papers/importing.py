"""Storing what readers give: upsert by identifier, in short transactions, resumable, with every reject kept.

A batch is one transaction: papers, their rows in other tables, the search index, the kept counts and the place to go on
from are written together or not at all. Identical records write nothing. Which of two records is the newer one is decided
by the source's datestamp; an older one never replaces a newer one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from papers import bulk, search, taxonomy
from papers.counts import CountChanges
from papers.folding import fold
from papers.matching import same_paper
from papers.models import (
    NO_DATE,
    Build,
    Category,
    Collaboration,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperDoi,
    next_revision,
)  # fmt: skip
from papers.records import Deletion, PaperRecord, Rejection, iso
from papers.taxonomy import canonical_codes

# 500 papers are written in about 50 ms: a curator's write that meets an import waits no longer than that.
BATCH_SIZE = 500

Item = PaperRecord | Rejection | Deletion
Located = tuple[int, str, Item]  # position to go on from, place in words, what stood there

# What a source's formats (or some of them) have no room for: a newer record from there that lacks these facts leaves
# them as they are.
NOT_GIVEN_BY = {
    "arxiv-oai": {"versions", "submitter", "license", "report_no"},
    "arxiv-api": {"versions", "submitter", "license", "report_no", "msc_class", "acm_class"},
    "oai-pmh": {"versions", "submitter", "comments", "report_no", "journal_ref"},
    "bibtex": {"versions", "submitter", "comments", "report_no", "msc_class", "acm_class", "license"},
}  # fmt: skip

LONGEST = {"identifier": 200, "license": 255}
LONGEST_DOI = LONGEST_COLLABORATION = 255
LONGEST_CODE = 64

PAPER_COLUMNS = (
    "identifier", "arxiv_id", "title", "abstract", "abstract_is_cut", "authors_text", "byline", "author_count",
    "byline_is_complete", "byline_problems", "byline_needs_review", "collaborations", "categories", "categories_text",
    "published", "updated", "versions", "doi", "journal_ref", "comments", "license", "report_no", "msc_class",
    "acm_class", "submitter", "source", "datestamp", "digest", "is_deleted", "read_at", "modified_at", "revision",
)  # fmt: skip


@dataclass(slots=True)
class ImportSummary:
    """What an import did: how many records it read and what became of each."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    left_out: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: int = 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ImportSummary:
        return cls(**{**stored, "reasons": Counter(stored.get("reasons", {}))}) if stored else cls()

    def reject(self, reason: str) -> None:
        self.rejected += 1
        # "id: '2113.1' is ..." and its like would each be a reason of its own: count by field
        self.reasons[reason.split(":")[0][:80]] += 1


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a paper that a record may replace."""

    id: int
    digest: bytes
    datestamp: date | None
    source: str
    read_at: datetime
    is_deleted: bool


class RejectsFile:
    """Records that were not taken, one JSON object a line: place, reason, and the record as it came."""

    def __init__(self, path: Path, keep_bytes: int):
        self.path = path
        self.size = keep_bytes
        if keep_bytes or path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # What a killed run wrote after its last kept batch is written again.
            with path.open("ab") as file:
                file.truncate(min(keep_bytes, path.stat().st_size))

    def add(self, rejections: Sequence[Rejection]) -> None:
        """Write them to disk before the transaction that passes over them is kept."""
        if not rejections:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            for rejection in rejections:
                file.write(orjson.dumps(asdict(rejection), option=orjson.OPT_APPEND_NEWLINE))
            file.flush()
            self.size = file.tell()


class Importer:
    """Writes located items to the database, a batch at a time, keeping its progress in `build`.

    `only` are category patterns ("cs.*"): papers in none of them are left out. `on_batch` is called with the summary
    after every kept batch.
    """

    def __init__(
        self,
        build: Build,
        rejects: Path,
        *,
        only: Sequence[str] = (),
        on_batch: Callable[[ImportSummary], None] | None = None,
        batch_size: int = BATCH_SIZE,
    ):
        self.build = build
        self.only = tuple(only)
        self.on_batch = on_batch
        self.batch_size = batch_size
        self.summary = ImportSummary.from_json(build.progress.get("summary", {}))
        self.rejects = RejectsFile(rejects, build.progress.get("rejects_bytes", 0))
        self.category_ids: dict[str, int] = {}
        self.collaboration_ids: dict[str, int] = {}

    def run(self, items: Iterable[Located]) -> ImportSummary:
        """Store everything `items` yields; what was kept before an error or a kill stays kept."""
        iterator = iter(items)
        while batch := self._next_batch(iterator):
            self.store(batch)
        self.build.results = self.summary.as_json()
        return self.summary

    def _next_batch(self, iterator: Iterator[Located]) -> list[Located]:
        """The next items; when the source breaks off, what came before is stored before its error goes on."""
        batch: list[Located] = []
        try:
            batch.extend(islice(iterator, self.batch_size))
        except Exception:
            self.store(batch)
            raise
        return batch

    def store(self, batch: Sequence[Located], progress: dict[str, Any] | None = None) -> None:
        """Write one batch in one transaction, together with the place to go on from."""
        if not batch and not progress:
            return
        # A transaction that fails leaves the counts of the run as they were, too.
        summary = ImportSummary.from_json(self.summary.as_json())
        summary.read += len(batch)
        records, deletions, rejections = self._sort_out(batch, summary)
        with bulk.one_writer():
            records = self._under_their_identifiers(records)
            stored = self._stored([*records, *(deletion.identifier for deletion in deletions)])
            to_create, to_update = self._compare(records, stored, summary, rejections)
            to_delete = self._to_take_back(deletions, stored, summary)
            if to_create or to_update or to_delete:
                writer = _Writer(self.build.started_at, self.category_ids, self.collaboration_ids)
                writer.create(to_create)
                writer.replace(to_update)
                writer.take_back(to_delete)
                writer.counts.write()
            summary.created += len(to_create)
            summary.updated += len(to_update)
            summary.deleted += len(to_delete)
            self.rejects.add(rejections)
            state = {"summary": summary.as_json(), "rejects_bytes": self.rejects.size, **(progress or {})}
            if batch:
                state["position"] = batch[-1][0]
            self.build.progress = {**self.build.progress, **state}
            Build.objects.filter(pk=self.build.pk).update(progress=self.build.progress)
        self.summary = summary
        if self.on_batch:
            self.on_batch(summary)

    def _sort_out(
        self, batch: Sequence[Located], summary: ImportSummary
    ) -> tuple[dict[str, PaperRecord], list[Deletion], list[Rejection]]:
        """The records to store by identifier (the newer of two), the deletions and the rejections of a batch."""
        records: dict[str, PaperRecord] = {}
        deletions: dict[str, Deletion] = {}
        rejections: list[Rejection] = []
        for _position, place, item in batch:
            if isinstance(item, Rejection):
                rejections.append(item)
                summary.reject(item.reason)
                continue
            if isinstance(item, Deletion):
                deletions[item.identifier] = item
                records.pop(item.identifier, None)
                continue
            if reason := too_long(item):
                rejections.append(Rejection(place, reason, raw_of(item)))
                summary.reject(reason)
                continue
            if self.only and not any(
                fnmatchcase(code, pattern) for code in canonical_codes(item.categories) for pattern in self.only
            ):
                summary.left_out += 1
                continue
            summary.warnings += len(item.warnings)
            rejections += [Rejection(place, f"warning, the paper was taken: {text}", "") for text in item.warnings]
            deletions.pop(item.identifier, None)  # what a source says last is what it means
            earlier = records.get(item.identifier)
            if earlier and earlier.digest() != item.digest():
                kept, dropped = (item, earlier) if is_newer(item, earlier) else (earlier, item)
                records[item.identifier] = kept
                rejections.append(_repeated(place, dropped))
                summary.reject(rejections[-1].reason)
            elif earlier:
                rejections.append(_repeated(place, item))
                summary.reject(rejections[-1].reason)
            else:
                records[item.identifier] = item
        return records, list(deletions.values()), rejections

    @staticmethod
    def _under_their_identifiers(records: dict[str, PaperRecord]) -> dict[str, PaperRecord]:
        """The same records; one without arXiv id that is a paper already here goes under that paper's identifier."""
        found: dict[str, PaperRecord] = {}
        for identifier, record in records.items():
            paper = same_paper(record) if record.arxiv_id is None else None
            if paper:
                record = replace(record, identifier=paper.identifier, arxiv_id=paper.arxiv_id)
            if not paper or record.identifier not in records:
                found[record.identifier if paper else identifier] = record
        return found

    @staticmethod
    def _to_take_back(
        deletions: Sequence[Deletion], stored: dict[str, Stored], summary: ImportSummary
    ) -> list[tuple[Stored, Deletion]]:
        """Papers that are here and whose record is not newer than their deletion."""
        found = []
        for deletion in deletions:
            paper = stored.get(deletion.identifier)
            if paper is None or paper.is_deleted:
                continue
            if deletion.datestamp and paper.datestamp and deletion.datestamp < paper.datestamp:
                summary.older += 1
            else:
                found.append((paper, deletion))
        return found

    def _stored(self, identifiers: Sequence[str]) -> dict[str, Stored]:
        columns = ("identifier", "id", "digest", "datestamp", "source", "read_at", "is_deleted")
        rows = Paper.objects.filter(identifier__in=identifiers).values_list(*columns)
        return {identifier: Stored(pk, bytes(digest), *rest) for identifier, pk, digest, *rest in rows}

    def _compare(
        self,
        records: dict[str, PaperRecord],
        stored: dict[str, Stored],
        summary: ImportSummary,
        rejections: list[Rejection],
    ) -> tuple[list[PaperRecord], list[tuple[Stored, PaperRecord]]]:
        """What is to be created and what is to be replaced."""
        to_create: list[PaperRecord] = []
        to_update: list[tuple[Stored, PaperRecord]] = []
        for identifier, record in records.items():
            old = stored.get(identifier)
            if old is None:
                to_create.append(record)
                continue
            is_same = old.digest == record.digest() and not old.is_deleted
            if old.read_at == self.build.started_at:  # this run has already given it
                rejections.append(_repeated("an earlier batch", record))
                summary.reject(rejections[-1].reason)
                if is_same or not is_newer(record, old):
                    continue
                rejections.pop()
                summary.rejected -= 1
            if is_same:
                summary.unchanged += 1
            elif is_newer(record, old):
                to_update.append((old, record))
            else:
                summary.older += 1
        return to_create, to_update


def is_newer(record: PaperRecord, other: PaperRecord | Stored) -> bool:
    """Whether a record that differs is to replace the other: the later datestamp wins, then the fuller source."""
    if other.datestamp is None:
        return True
    if record.datestamp is None:
        return False
    if record.datestamp != other.datestamp:
        return record.datestamp > other.datestamp
    return not NOT_GIVEN_BY.get(record.source, set()) - NOT_GIVEN_BY.get(other.source, set())


def too_long(record: PaperRecord) -> str:
    """Why a record can't be stored whole, or nothing: identifiers and codes have a limit, texts have none."""
    for name, limit in LONGEST.items():
        if len(getattr(record, name)) > limit:
            return f"{name}: has {len(getattr(record, name))} characters, {limit} are allowed"
    for name, texts, limit in (
        ("categories", record.categories, LONGEST_CODE),
        ("doi", record.dois, LONGEST_DOI),
    ):
        if any(len(text) > limit for text in texts):
            return f"{name}: one of them has more than {limit} characters"
    return ""


def raw_of(record: PaperRecord) -> str:
    """The record as JSON, for the rejects file."""
    facts = {
        "id": record.identifier, "authors": record.authors_text, "title": record.title, "abstract": record.abstract,
        "categories": " ".join(record.categories), "doi": " ".join(record.dois), "journal-ref": record.journal_ref,
        "comments": record.comments, "license": record.license, "report-no": record.report_no,
        "submitter": record.submitter, "versions": [version.as_json() for version in record.versions],
        "update_date": iso(record.datestamp),
    }  # fmt: skip
    return bulk.dumps(facts)


def _repeated(place: str, record: PaperRecord) -> Rejection:
    reason = "repeated id: the source gives this paper more than once; the newer record was kept"
    return Rejection(f"{place}, {record.identifier}", reason, raw_of(record))


class _Writer:
    """Rows for one batch inside its transaction."""

    def __init__(self, read_at: datetime, category_ids: dict[str, int], collaboration_ids: dict[str, int]):
        self.read_at = bulk.moment(read_at)
        self.modified_at = bulk.moment(timezone.now())
        self.revision = next_revision()
        self.category_ids = category_ids
        self.collaboration_ids = collaboration_ids
        self.counts = CountChanges()

    def create(self, records: Sequence[PaperRecord]) -> None:
        if not records:
            return
        self._know_categories(records)
        self._know_collaborations(records)
        ids = bulk.take_ids(Paper, len(records))
        rows = [(pk, *self._row(record)) for pk, record in zip(ids, records, strict=True)]
        bulk.insert(Paper, ("id", *PAPER_COLUMNS), rows)
        self._insert_parts(ids, records)

    def replace(self, pairs: Sequence[tuple[Stored, PaperRecord]]) -> None:
        if not pairs:
            return
        ids = [stored.id for stored, _ in pairs]
        old = Paper.objects.in_bulk(ids)
        records = [self._with_kept_facts(old[stored.id], record) for stored, record in pairs]
        self._know_categories(records)
        self._know_collaborations(records)
        self._forget_parts([old[pk] for pk in ids])
        # The digest stays that of the record as it came: reading the same record again must find nothing to do.
        rows = [
            (*self._row(record, digest=came.digest()), stored.id)
            for record, (stored, came) in zip(records, pairs, strict=True)
        ]
        bulk.update(Paper, PAPER_COLUMNS, rows)
        self._insert_parts(ids, records)

    def take_back(self, pairs: Sequence[tuple[Stored, Deletion]]) -> None:
        """Mark papers as deleted by their source; their facts stay, their place in lists, counts and search goes."""
        if not pairs:
            return
        ids = [paper.id for paper, _ in pairs]
        self._forget_parts(list(Paper.objects.in_bulk(ids).values()))
        rows = []
        for paper, deletion in pairs:
            # The day of the deletion keeps an older record, read again, from bringing the paper back.
            day = iso(deletion.datestamp or paper.datestamp) or None
            rows.append((True, day, self.modified_at, self.revision, paper.id))
            self.revision += 1
        bulk.update(Paper, ("is_deleted", "datestamp", "modified_at", "revision"), rows)
        search.remove_papers(connection, ids)

    def _row(self, record: PaperRecord, digest: bytes | None = None) -> tuple[Any, ...]:
        byline = record.byline
        revision = self.revision
        self.revision += 1
        return (
            record.identifier, record.arxiv_id, record.title, record.abstract, record.abstract_is_cut, record.authors_text,
            bulk.dumps(byline.as_json()), len(byline.entries), byline.is_complete, bulk.dumps(byline.problems),
            bool(byline.problems) or any(entry.flags for entry in byline.entries),
            bulk.dumps(byline.collaborations), bulk.dumps(canonical_codes(record.categories)), " ".join(record.categories),
            iso(record.published) or None, iso(record.updated) or None,
            bulk.dumps([version.as_json() for version in record.versions]),
            record.dois[0] if record.dois else "", record.journal_ref, record.comments, record.license, record.report_no,
            record.msc_class, record.acm_class, record.submitter, record.source, iso(record.datestamp) or None,
            digest or record.digest(), False, self.read_at, self.modified_at, revision,
        )  # fmt: skip

    def _insert_parts(self, ids: Sequence[int], records: Sequence[PaperRecord]) -> None:
        """The rows beside the paper: memberships, DOIs, collaborations, the search index, the counts."""
        memberships: list[tuple[Any, ...]] = []
        dois: list[tuple[Any, ...]] = []
        mentions: list[tuple[int, int]] = []
        for pk, record in zip(ids, records, strict=True):
            categories = [self.category_ids[code] for code in canonical_codes(record.categories)]
            day = iso(record.published or NO_DATE)
            memberships += [(pk, category, place, day) for place, category in enumerate(categories)]
            dois += [(pk, place, doi, doi.lower()) for place, doi in enumerate(record.dois)]
            keys = dict.fromkeys(collaboration_key(name) for name in record.byline.collaborations)
            mentions += [(pk, self.collaboration_ids[key]) for key in keys]
            self.counts.add(record.published, categories)
        bulk.insert(PaperCategory, ("paper_id", "category_id", "position", "sort_date"), memberships)
        bulk.insert(PaperDoi, ("paper_id", "position", "doi", "key"), dois)
        bulk.insert(PaperCollaboration, ("paper_id", "collaboration_id"), mentions)
        search.index_papers(
            connection,
            ((pk, r.title, r.abstract, byline_text(r)) for pk, r in zip(ids, records, strict=True)),
        )

    def _forget_parts(self, papers: Sequence[Paper]) -> None:
        ids = [paper.pk for paper in papers if not paper.is_deleted]
        by_paper: dict[int, list[int]] = {pk: [] for pk in ids}
        rows = PaperCategory.objects.filter(paper__in=ids).order_by("position").values_list("paper_id", "category_id")
        for pk, category in rows:
            by_paper[pk].append(category)
        for paper in papers:
            if not paper.is_deleted:
                self.counts.add(paper.published, by_paper[paper.pk], by=-1)
        for model in (PaperCategory, PaperDoi, PaperCollaboration):
            bulk.delete(model, "paper_id", ids)

    @staticmethod
    def _with_kept_facts(old: Paper, record: PaperRecord) -> PaperRecord:
        """The record, with what its source can't say taken from what another source said before."""
        silent = {name for name in NOT_GIVEN_BY.get(record.source, ()) if not getattr(record, name)}
        kept = {name: getattr(old, name) for name in silent if name != "versions" and getattr(old, name)}
        if "versions" in silent and old.versions:
            kept["versions"] = tuple(_StoredVersion(row) for row in old.versions)
        return replace(record, **kept) if kept else record

    def _know_categories(self, records: Sequence[PaperRecord]) -> None:
        """Make sure that every code has a row; one that is not in the taxonomy gets one of its own."""
        codes = {code for record in records for code in canonical_codes(record.categories)}
        if codes - self.category_ids.keys():
            self.category_ids.update(Category.objects.values_list("code", "id"))
            new = sorted(codes - self.category_ids.keys())
            Category.objects.bulk_create(category_of(code) for code in new)
            self.category_ids.update(Category.objects.filter(code__in=new).values_list("code", "id"))

    def _know_collaborations(self, records: Sequence[PaperRecord]) -> None:
        names = {collaboration_key(name): name for record in records for name in record.byline.collaborations}
        missing = sorted(names.keys() - self.collaboration_ids.keys())
        if missing:
            found = Collaboration.objects.filter(key__in=missing)
            known = set(found.values_list("key", flat=True))
            Collaboration.objects.bulk_create(
                Collaboration(name=names[key][:LONGEST_COLLABORATION], key=key) for key in missing if key not in known
            )
            self.collaboration_ids.update(found.all().values_list("key", "id"))


@dataclass(frozen=True, slots=True)
class _StoredVersion:
    """A version as the database holds it, which is already what `as_json` gives."""

    row: dict[str, str]

    def as_json(self) -> dict[str, str]:
        return self.row


def category_of(code: str) -> Category:
    """An unsaved category for a code of today: from the taxonomy, or one that says it is unknown."""
    subject = taxonomy.ALL.get(code)
    if subject is None:
        return Category(code=code, name=code, kind=Category.Kind.UNKNOWN)
    return Category(
        code=code, name=subject.name, kind=subject.kind, archive=subject.archive, archive_name=subject.archive_name,
        group=subject.group, group_name=subject.group_name,
    )  # fmt: skip


def collaboration_key(name: str) -> str:
    """The form under which two spellings of a collaboration are one."""
    return fold(name)[:LONGEST_COLLABORATION]


def byline_text(record: PaperRecord) -> str:
    """The printed names and collaborations as the search index takes them."""
    return "; ".join([*(entry.name.name for entry in record.byline.entries), *record.byline.collaborations])
