"""Storing what readers give: upsert by identifier, in short transactions, resumable, with every reject kept.

A batch is one transaction: papers, their rows in other tables, the search index, the kept counts and the place to go on
from are written together or not at all. Identical records write nothing. Which of two records of one giver is the newer one is
decided by the source's datestamp; an older one never replaces a newer one, and who may replace is said in standing.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from papers.database import bulk
from papers.ingest import matching
from papers.ingest.precedence import (
    STORED_COLUMNS,
    BatchState,
    Fate,
    IncomingRecord,
    Stored,
    giver_of,
    is_newer,
    may_change,
    may_take_back,
)
from papers.ingest.records import Deletion, PaperRecord, Rejection
from papers.ingest.rejects import RejectsFile, repeated
from papers.ingest.writer import Writer, lead, stored_records
from papers.models import Build, Paper, PaperCategory, PaperDoi, SupersededRecord

# 500 papers are written in about 50 ms: a curator's write that meets an import waits no longer than that.
BATCH_SIZE = 500
HEAVIEST_BATCH = 10_000_000  # characters; 500 ordinary records have a tenth of that
# What a batch finds stored rows by.
MOST_REMEMBERED = 100_000  # of the papers without datestamp that a run found unchanged; lists are not longer
LOOKED_UP_BY = {Paper: ["id", "identifier"], PaperCategory: ["paper_id"], PaperDoi: ["paper_id", "key"]}

Item = PaperRecord | Rejection | Deletion
Located = tuple[int, str, Item]  # position to go on from, place in words, what stood there
Given = dict[str, list[IncomingRecord]]  # by identifier: what a batch says of a paper, in its order


@dataclass(slots=True)
class ImportSummary:
    """What an import did: how many records it read and what became of each.

    `read` is the sum of the counts behind it, without `warnings`.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    without_effect: int = 0  # deletions of what isn't here, or not any more
    left_out: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: int = 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ImportSummary:
        return cls(**{**stored, "reasons": Counter(stored.get("reasons", {}))}) if stored else cls()

    @property
    def deletions_without_effect(self) -> str:
        """How many there were, as part of the sentence that sums up; nothing for none."""
        return f"{self.without_effect:,} deletions without effect, " if self.without_effect else ""

    def reject(self, reason: str) -> None:
        self.rejected += 1
        # "id: '2113.1' is ..." and its like would each be a reason of its own: count by field
        self.reasons[reason.split(":")[0].split(" in line ")[0][:80]] += 1


def _moved(came: IncomingRecord, target: str, arxiv_id: str | None) -> IncomingRecord:
    """The record as one of the paper with this identifier, which has this arXiv id."""
    record = replace(came.record, identifier=target, arxiv_id=arxiv_id, giver=giver_of(came.record))
    return came._replace(record=record, is_moved=arxiv_id is not None)


def _parted(batch: Sequence[Located]) -> list[Sequence[Located]]:
    """The batch in parts, none of which has two words about one paper of which one takes it back; the last may be empty."""
    parts: list[Sequence[Located]] = []
    start = 0
    given: set[str] = set()
    taken_back: set[str] = set()
    for at, (_, _, item) in enumerate(batch):
        if isinstance(item, Rejection):
            continue
        names = {item.identifier, item.arxiv_id if isinstance(item, Deletion) else item.giver} - {""}
        if names & (taken_back | given if isinstance(item, Deletion) else taken_back):
            parts.append(batch[start:at])
            start, given, taken_back = at, set(), set()
        (taken_back if isinstance(item, Deletion) else given).update(names)
    return [*parts, batch[start:]]


def _weight(item: Item) -> int:
    """About how many characters of memory a record takes."""
    if isinstance(item, PaperRecord):
        return len(item.abstract) + len(item.authors_text) + 200 * len(item.byline.entries)
    return len(item.raw) if isinstance(item, Rejection) else 0


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
        self.undated: set[int] = set()

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
            weight = 0
            for located in islice(iterator, self.batch_size):
                batch.append(located)
                weight += _weight(located[2])
                if weight > HEAVIEST_BATCH:
                    break
        except Exception:
            self.store(batch)
            raise
        return batch

    def store(self, batch: Sequence[Located], progress: dict[str, Any] | None = None) -> None:
        """Write one batch, together with the place to go on from: in one transaction, or in a few that follow each other.

        What a source says and takes back in one batch counts as if two batches said it.
        """
        *parts, last = _parted(batch)
        for part in parts:
            self._store(part)
        if last or progress:
            self._store(last, progress)

    def _store(self, batch: Sequence[Located], progress: dict[str, Any] | None = None) -> None:
        # A transaction that fails leaves the counts of the run as they were, too.
        summary = ImportSummary.from_json(self.summary.as_json())
        summary.read += len(batch)
        records, deletions, rejections = self._sort_out(batch, summary)
        with bulk.one_writer():
            stored = self._stored(
                [*records, *(name for gone in deletions for name in (gone.identifier, gone.arxiv_id) if name)]
            )
            given = self._given([gone.identifier for gone in deletions])
            found = self._under_their_identifiers(records, stored, summary, rejections)
            standings = self._compare(records, stored, summary, rejections)
            changed = [standing for standing in standings if standing.is_changed]
            to_create = [standing for standing in changed if standing.stored is None]
            to_update = [standing for standing in changed if standing.stored]
            later = [standing for standing in standings if standing.has_later_day]
            to_delete = self._to_take_back(deletions, stored, given, summary)
            given_out: dict[str, list[str]] = {}
            if changed or later or to_delete:
                writer = Writer(self.build.started_at, self.category_ids, self.collaboration_ids)
                given_out = writer.about_to_move(to_update)
                writer.create(to_create)
                writer.replace(to_update)
                writer.note_days(later)
                writer.note_superseded([standing for standing in changed if standing.superseded != standing.noted])
                writer.take_back(to_delete)
                writer.counts.write()
            lead(found, given_out)
            summary.created += len(to_create)
            summary.updated += sum(standing.is_replaced for standing in to_update)
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
    ) -> tuple[Given, list[Deletion], list[Rejection]]:
        """The records to store, the deletions and the rejections of a batch."""
        records: Given = {}
        deletions: list[Deletion] = []
        rejections: list[Rejection] = []
        for _position, place, item in batch:
            if isinstance(item, Rejection):
                rejections.append(item)
                summary.reject(item.reason)
                continue
            if isinstance(item, Deletion):
                deletions.append(item)
                continue
            if self.only and not any(
                fnmatchcase(code, pattern) for code in item.canonical_codes for pattern in self.only
            ):
                summary.left_out += 1
                continue
            summary.warnings += len(item.warnings)
            rejections += [Rejection(place, f"warning, the paper was taken: {text}", "") for text in item.warnings]
            records.setdefault(item.identifier, []).append(IncomingRecord(place, item, item.digest()))
        return records, deletions, rejections

    def _under_their_identifiers(
        self, records: Given, stored: dict[str, Stored], summary: ImportSummary, rejections: list[Rejection]
    ) -> dict[str, str]:
        """Put records, and stored papers, that are papers with an arXiv id or other papers here under their identifier.

        Gives the identifiers that are to lead to those of the papers.
        """
        placement = matching.place({identifier: rows[-1] for identifier, rows in records.items()}, stored)
        stored.update(placement.takeovers)
        for identifier, doubt in placement.doubts.items():
            rejections.append(Rejection(records[identifier][-1].place, f"warning, the paper was taken: {doubt}", ""))
            summary.warnings += 1
        stored.update(self._stored([target for target in placement.targets.values() if target not in stored]))
        for identifier, target in placement.targets.items():
            others = records.get(target, [])
            arxiv_id = stored[target].arxiv_id if target in stored else None
            arxiv_id = arxiv_id or (others[0].record.arxiv_id if others else None)
            moved = [_moved(came, target, arxiv_id) for came in records.pop(identifier)]
            records[target] = [*others, *moved]
        return placement.found

    @staticmethod
    def _to_take_back(
        deletions: Sequence[Deletion], stored: dict[str, Stored], given: dict[str, Stored], summary: ImportSummary
    ) -> list[tuple[Stored, Deletion]]:
        """Papers that are here by who takes them back, and whose record is not newer than their deletion."""
        found = []
        taken: set[int] = set()
        for deletion in deletions:
            # In Dublin Core it may be a paper of arXiv's that another repository gave us and now takes back.
            named = (stored.get(deletion.identifier), given.get(deletion.identifier), stored.get(deletion.arxiv_id))
            paper = next((found for found in named if found and may_take_back(deletion, found)), None)
            if paper is None or paper.is_deleted or paper.id in taken:
                summary.without_effect += 1
                continue
            if deletion.datestamp and paper.datestamp and deletion.datestamp < paper.datestamp:
                summary.older += 1
            else:
                taken.add(paper.id)
                found.append((paper, deletion))
        return found

    @staticmethod
    def _stored(identifiers: Sequence[str]) -> dict[str, Stored]:
        if not identifiers:
            return {}
        rows = Paper.objects.filter(identifier__in=identifiers).values_list(*STORED_COLUMNS)
        return {name: Stored(name, arxiv_id, pk, bytes(digest), *rest) for name, arxiv_id, pk, digest, *rest in rows}

    @staticmethod
    def _given(givers: Sequence[str]) -> dict[str, Stored]:
        """The papers whose giver calls its record so, which is not their identifier."""
        if not givers:
            return {}
        papers = Paper.objects.filter(giver__in=givers).exclude(giver="").only(*STORED_COLUMNS)
        return {paper.giver: Stored.of(paper) for paper in papers}

    def _compare(
        self, records: Given, stored: dict[str, Stored], summary: ImportSummary, rejections: list[Rejection]
    ) -> list[BatchState]:
        """What the records make of each paper."""
        # A repository that is followed may change a record back within a day, and means it.
        superseded = {} if self.may_repeat else self._superseded(records, stored)
        adding = {
            old.id
            for identifier, rows in records.items()
            if (old := stored.get(identifier)) and not old.is_deleted
            if any(not may_change(came.record, old.source, giver_of(old)) for came in rows)
        }
        known = stored_records(Paper.objects.in_bulk(adding).values()) if adding else {}
        standings = []
        for identifier, rows in records.items():
            standing = BatchState(stored.get(identifier))
            if old := standing.stored:
                standing.superseded = standing.noted = superseded.get(old.id, frozenset())
                standing.facts = known.get(old.id)
                standing.is_given = old.read_at == self.build.started_at or old.id in self.undated
            standings.append(standing)
            fate = self._go_through(standing, rows, summary, rejections)
            if standing.is_replaced or fate is None:
                continue
            if old and old.read_at == self.build.started_at and not self.may_repeat:
                rejections.append(repeated("an earlier batch", rows[-1].record))
                summary.reject(rejections[-1].reason)
            elif fate == "older":
                summary.older += 1
            else:
                summary.unchanged += 1
                if old and standing.datestamp is None:
                    self._remember(old.id)
        return standings

    def _remember(self, pk: int) -> None:
        if len(self.undated) >= MOST_REMEMBERED:
            self.undated.clear()
        self.undated.add(pk)

    @staticmethod
    def _go_through(
        standing: BatchState, rows: list[IncomingRecord], summary: ImportSummary, rejections: list[Rejection]
    ) -> Fate | None:
        """What became of the record that is kept; the others of the same paper go to the rejects.

        Records of others than who gave the paper are none of those; None if there are only such.
        """
        kept: IncomingRecord | None = None
        fate: Fate | None = None
        for came in rows:
            next_fate = standing.take(came)
            if next_fate == "added":
                summary.updated += 1
                continue
            if next_fate == "nothing to add" or (came.is_moved and next_fate == "older"):
                summary.older += 1
                continue
            if kept is None:
                kept, fate = came, next_fate
                continue
            dropped = came
            is_kept = next_fate == "taken" or (
                fate != "taken" and is_newer(came.record, kept.record.datestamp, kept.record.source)
            )
            if is_kept:
                kept, dropped, fate = came, kept, next_fate
            rejections.append(repeated(came.place, dropped.record))
            summary.reject(rejections[-1].reason)
        return fate

    @staticmethod
    def _superseded(records: Given, stored: dict[str, Stored]) -> dict[int, frozenset[bytes]]:
        """The digests that some of the papers have left behind. No query where records are as stored or of another day."""
        asked = {
            old.id: old
            for identifier, rows in records.items()
            if (old := stored.get(identifier))
            and any(came.digest != old.digest and came.record.datestamp == old.datestamp for came in rows)
        }
        if not asked:
            return {}
        found: dict[int, set[bytes]] = {}
        noted = SupersededRecord.objects.filter(paper__in=asked).values_list("paper_id", "datestamp", "digest")
        for pk, datestamp, digest in noted:
            if datestamp == asked[pk].datestamp:
                found.setdefault(pk, set()).add(bytes(digest))
        return {pk: frozenset(digests) for pk, digests in found.items()}
