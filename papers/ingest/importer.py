"""Storing what readers give: upsert by identifier, in short transactions, resumable, with every reject kept.

A batch is one transaction: papers, their rows in other tables, the search index, the kept counts and the place to go on
from are written together or not at all. Identical records write nothing. Which of two records of one giver is the newer one is
decided by the source's datestamp; an older one never replaces a newer one, and who may replace is said in precedence.py.

A record goes from readers/ to records.py, is matched with papers that are here (matching.py), weighed against what is known of
its paper (precedence.py) and written (writer.py).
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
    BatchState,
    Effect,
    giver_of,
    is_newer,
    may_change,
    may_take_back,
)
from papers.ingest.records import Deletion, IncomingRecord, PaperRecord, Rejection
from papers.ingest.rejects import RejectsFile, repeated
from papers.ingest.stored_papers import StoredPaper, stored_by_giver, stored_by_identifier, stored_records
from papers.ingest.writer import Writer, redirect_identifiers
from papers.models import Build, Paper, PaperCategory, PaperDoi, SupersededRecord

# 500 papers are written in about 50 ms: a curator's write that meets an import waits no longer than that.
BATCH_SIZE = 500
HEAVIEST_BATCH = 10_000_000  # characters; 500 ordinary records have a tenth of that
MOST_REMEMBERED = 100_000  # of the papers without datestamp that a run found unchanged; lists are not longer
# What a batch finds stored rows by.
LOOKED_UP_BY = {Paper: ["id", "identifier"], PaperCategory: ["paper_id"], PaperDoi: ["paper_id", "key"]}

Item = PaperRecord | Rejection | Deletion
Located = tuple[int, str, Item]  # position to go on from, place in words, what stood there
RecordsByPaper = dict[str, list[IncomingRecord]]  # by identifier: what a batch says of a paper, in its order


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
        """The counts as a Build keeps them."""
        return {**asdict(self), "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ImportSummary:
        """The counts that a Build kept."""
        return cls(**{**stored, "reasons": Counter(stored.get("reasons", {}))}) if stored else cls()

    @property
    def deletions_without_effect(self) -> str:
        """How many there were, as part of the sentence that sums up; nothing for none."""
        return f"{self.without_effect:,} deletions without effect, " if self.without_effect else ""

    def reject(self, reason: str) -> None:
        """Count a rejection under the first word of its reason."""
        self.rejected += 1
        # "id: '2113.1' is ..." and its like would each be a reason of its own: count by field
        self.reasons[reason.split(":")[0].split(" in line ")[0][:80]] += 1


def _for_paper(incoming: IncomingRecord, target: str, arxiv_id: str | None) -> IncomingRecord:
    """The record as one of the paper with this identifier, which has this arXiv id."""
    record = replace(incoming.record, identifier=target, arxiv_id=arxiv_id, giver=giver_of(incoming.record))
    return incoming._replace(record=record, is_moved=arxiv_id is not None)


def _independent_parts(batch: Sequence[Located]) -> list[Sequence[Located]]:
    """The batch in parts, none of which both gives and deletes a paper; the last may be empty."""
    parts: list[Sequence[Located]] = []
    start = 0
    given: set[str] = set()
    deleted: set[str] = set()
    for at, (_, _, item) in enumerate(batch):
        if isinstance(item, Rejection):
            continue
        names = {item.identifier, item.arxiv_id if isinstance(item, Deletion) else item.giver} - {""}
        if names & (deleted | given if isinstance(item, Deletion) else deleted):
            parts.append(batch[start:at])
            start, given, deleted = at, set(), set()
        (deleted if isinstance(item, Deletion) else given).update(names)
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
        """Store everything `items` yields, and give the counts. Raises what `items` raises; batches stored before stay."""
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
        *parts, last = _independent_parts(batch)
        for part in parts:
            self._store(part)
        if last or progress:
            self._store(last, progress)

    def _store(self, batch: Sequence[Located], progress: dict[str, Any] | None = None) -> None:
        # A transaction that fails leaves the counts of the run as they were, too.
        summary = ImportSummary.from_json(self.summary.as_json())
        summary.read += len(batch)
        records, deletions, rejections = self._by_kind(batch, summary)
        with bulk.one_writer():
            named = [name for deletion in deletions for name in (deletion.identifier, deletion.arxiv_id) if name]
            stored = stored_by_identifier([*records, *named])
            by_giver = stored_by_giver([deletion.identifier for deletion in deletions])
            redirects = self._match(records, stored, summary, rejections)
            states = self._states(records, stored, summary, rejections)
            to_delete = self._papers_to_delete(deletions, stored, by_giver, summary)
            self._write(states, to_delete, redirects, summary)
            self.rejects.add(rejections)
            done = {"summary": summary.as_json(), "rejects_bytes": self.rejects.size, **(progress or {})}
            if batch:
                done["position"] = batch[-1][0]
            self.build.progress = {**self.build.progress, **done}
            Build.objects.filter(pk=self.build.pk).update(progress=self.build.progress)
        self.summary = summary
        if self.on_batch:
            self.on_batch(summary)

    def _write(
        self,
        states: Sequence[BatchState],
        to_delete: Sequence[tuple[StoredPaper, Deletion]],
        redirects: dict[str, str],
        summary: ImportSummary,
    ) -> None:
        """Write what has become of the papers, and count it."""
        changed = [state for state in states if state.is_changed]
        to_create = [state for state in changed if state.stored is None]
        to_update = [state for state in changed if state.stored]
        later = [state for state in states if state.has_later_day]
        given_up: dict[str, list[str]] = {}
        if changed or later or to_delete:
            writer = Writer(self.build.started_at, self.category_ids, self.collaboration_ids)
            given_up = writer.identifiers_given_up(to_update)
            writer.create(to_create)
            writer.replace(to_update)
            writer.update_datestamps(later)
            written = [state for state in (*changed, *later) if state.record]
            writer.store_superseded([state for state in written if state.superseded != state.noted])
            writer.mark_deleted(to_delete)
            writer.counts.write()
        redirect_identifiers(redirects, given_up)
        summary.created += len(to_create)
        summary.updated += sum(state.is_replaced for state in to_update)
        summary.deleted += len(to_delete)

    def _by_kind(
        self, batch: Sequence[Located], summary: ImportSummary
    ) -> tuple[RecordsByPaper, list[Deletion], list[Rejection]]:
        """The records to store, the deletions and the rejections of a batch."""
        records: RecordsByPaper = {}
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

    def _match(
        self,
        records: RecordsByPaper,
        stored: dict[str, StoredPaper],
        summary: ImportSummary,
        rejections: list[Rejection],
    ) -> dict[str, str]:
        """Put records, and stored papers, that are papers with an arXiv id or other papers here under their identifier.

        Gives the identifiers that are to lead to those of the papers.
        """
        matches = matching.find_matches({identifier: rows[-1] for identifier, rows in records.items()}, stored)
        stored.update(matches.takeovers)
        for identifier, doubt in matches.doubts.items():
            rejections.append(Rejection(records[identifier][-1].place, f"warning, the paper was taken: {doubt}", ""))
            summary.warnings += 1
        stored.update(stored_by_identifier([target for target in matches.targets.values() if target not in stored]))
        for identifier, target in matches.targets.items():
            others = records.get(target, [])
            arxiv_id = stored[target].arxiv_id if target in stored else None
            arxiv_id = arxiv_id or (others[0].record.arxiv_id if others else None)
            moved = [_for_paper(incoming, target, arxiv_id) for incoming in records.pop(identifier)]
            records[target] = [*others, *moved]
        return matches.redirects

    @staticmethod
    def _papers_to_delete(
        deletions: Sequence[Deletion],
        stored: dict[str, StoredPaper],
        by_giver: dict[str, StoredPaper],
        summary: ImportSummary,
    ) -> list[tuple[StoredPaper, Deletion]]:
        """Papers that are here by who takes them back, and whose record is not newer than their deletion."""
        found = []
        taken: set[int] = set()
        for deletion in deletions:
            # In Dublin Core it may be a paper of arXiv's that another repository gave us and now takes back.
            named = (stored.get(deletion.identifier), by_giver.get(deletion.identifier), stored.get(deletion.arxiv_id))
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

    def _states(
        self,
        records: RecordsByPaper,
        stored: dict[str, StoredPaper],
        summary: ImportSummary,
        rejections: list[Rejection],
    ) -> list[BatchState]:
        """What the records make of each paper."""
        # A repository that is followed may change a record back within a day, and means it.
        superseded = {} if self.may_repeat else self._superseded_digests(records, stored)
        adding = {
            old.id
            for identifier, rows in records.items()
            if (old := stored.get(identifier)) and not old.is_deleted
            if any(not may_change(incoming.record, old.source, giver_of(old)) for incoming in rows)
        }
        known = stored_records(Paper.objects.in_bulk(adding).values()) if adding else {}
        states = []
        for identifier, rows in records.items():
            state = BatchState(stored.get(identifier))
            if old := state.stored:
                state.superseded = state.noted = superseded.get(old.id, frozenset())
                state.facts = known.get(old.id)
                state.is_given = old.read_at == self.build.started_at or old.id in self.undated
            states.append(state)
            effect = self._take_records(state, rows, summary, rejections)
            if state.is_replaced or effect is None:
                continue
            if old and old.read_at == self.build.started_at and not self.may_repeat:
                rejections.append(repeated("an earlier batch", rows[-1].record))
                summary.reject(rejections[-1].reason)
            elif effect == "older":
                summary.older += 1
            else:
                summary.unchanged += 1
                if old and state.datestamp is None:
                    if len(self.undated) >= MOST_REMEMBERED:
                        self.undated.clear()
                    self.undated.add(old.id)
        return states

    @staticmethod
    def _take_records(
        state: BatchState, rows: list[IncomingRecord], summary: ImportSummary, rejections: list[Rejection]
    ) -> Effect | None:
        """What became of the record that is kept; the others of the same paper go to the rejects.

        Records of others than who gave the paper are none of those; None if there are only such.
        """
        kept: IncomingRecord | None = None
        effect: Effect | None = None
        for incoming in rows:
            next_effect = state.take(incoming)
            if next_effect == "added":
                summary.updated += 1
                continue
            if next_effect == "nothing to add" or (incoming.is_moved and next_effect == "older"):
                summary.older += 1
                continue
            if kept is None:
                kept, effect = incoming, next_effect
                continue
            dropped = incoming
            is_kept = next_effect == "taken" or (
                effect != "taken" and is_newer(incoming.record, kept.record.datestamp, kept.record.source)
            )
            if is_kept:
                kept, dropped, effect = incoming, kept, next_effect
            rejections.append(repeated(incoming.place, dropped.record))
            summary.reject(rejections[-1].reason)
        return effect

    @staticmethod
    def _superseded_digests(records: RecordsByPaper, stored: dict[str, StoredPaper]) -> dict[int, frozenset[bytes]]:
        """The digests that some of the papers have left behind. No query where records are as stored or of another day."""
        asked = {
            old.id: old
            for identifier, rows in records.items()
            if (old := stored.get(identifier))
            and any(incoming.digest != old.digest and incoming.record.datestamp == old.datestamp for incoming in rows)
        }
        if not asked:
            return {}
        found: dict[int, set[bytes]] = {}
        noted = SupersededRecord.objects.filter(paper__in=asked).values_list("paper_id", "datestamp", "digest")
        for pk, datestamp, digest in noted:
            if datestamp == asked[pk].datestamp:
                found.setdefault(pk, set()).add(bytes(digest))
        return {pk: frozenset(digests) for pk, digests in found.items()}
