"""Storing what readers give: upsert by identifier, in short transactions, resumable, with every reject kept.

A batch is one transaction: papers, their rows in other tables, the search index, the kept counts and the place to go on
from are written together or not at all. Identical records write nothing. Which of two records is the newer one is decided
by the source's datestamp; an older one never replaces a newer one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from papers import bulk
from papers.matching import same_paper
from papers.models import Build, Paper, PaperCategory, PaperDoi
from papers.readers.oai import OTHER_SOURCE
from papers.records import Deletion, PaperRecord, Rejection, iso
from papers.storing import NOT_GIVEN_BY, Stored, Writer
from papers.taxonomy import canonical_codes

# 500 papers are written in about 50 ms: a curator's write that meets an import waits no longer than that.
BATCH_SIZE = 500
# What a batch finds stored rows by.
LOOKED_UP_BY = {Paper: ["id", "identifier"], PaperCategory: ["paper_id"], PaperDoi: ["paper_id", "key"]}

Item = PaperRecord | Rejection | Deletion
Located = tuple[int, str, Item]  # position to go on from, place in words, what stood there

LONGEST = {"identifier": 200, "license": 255}
LONGEST_DOI = 255
LONGEST_CODE = 64


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
    after every kept batch. A source that changes while it is read `may_repeat` a record; in a file that is a fault.
    """

    def __init__(
        self,
        build: Build,
        rejects: Path,
        *,
        only: Sequence[str] = (),
        on_batch: Callable[[ImportSummary], None] | None = None,
        batch_size: int = BATCH_SIZE,
        may_repeat: bool = False,
    ):
        self.build = build
        self.may_repeat = may_repeat
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
        batches = 0
        while batch := self._next_batch(iterator):
            self.store(batch)
            batches += 1
            bulk.tell_planner(batches, LOOKED_UP_BY)
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
            stored = self._stored(
                [*records, *(name for gone in deletions for name in (gone.identifier, gone.arxiv_id) if name)]
            )
            to_create, to_update = self._compare(records, stored, summary, rejections)
            to_delete = self._to_take_back(deletions, stored, summary)
            if to_create or to_update or to_delete:
                writer = Writer(self.build.started_at, self.category_ids, self.collaboration_ids)
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
            if paper is None and (same := stored.get(deletion.arxiv_id)) and same.source == OTHER_SOURCE:
                paper = same  # in Dublin Core, a paper of arXiv's that another repository gave us and now takes back
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
            was_given = old.read_at == self.build.started_at and not self.may_repeat  # already by this run
            if was_given and (is_same or not is_newer(record, old)):
                rejections.append(_repeated("an earlier batch", record))
                summary.reject(rejections[-1].reason)
                continue
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
