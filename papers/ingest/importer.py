"""Storing what readers give: upsert by identifier, in short transactions, resumable, with every reject kept.

A batch is one transaction: papers, their rows in other tables, the search index, the kept counts and the place to go on
from are written together or not at all. Identical records write nothing. Which of two records of one source is the newer one
is decided by its datestamps; an older one never replaces a newer one. Whose word is shown is said in precedence.py.

A record goes from readers/ to records.py and is matched with papers that are here (matching.py). One that is this site's own
export given back is left out (own_exports.py), any other is weighed against what its source said before (words.py,
precedence.py). The paper is put together from what all its sources say (composition.py) and written (writer.py).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from papers.database import bulk
from papers.ingest import matching
from papers.ingest.composition import compose
from papers.ingest.deletions import key_of_deletion, papers_taken_back
from papers.ingest.import_summary import ImportSummary
from papers.ingest.known_groups import with_known_groups
from papers.ingest.matching import Matches, Target
from papers.ingest.own_exports import own_exports
from papers.ingest.precedence import Effect, PaperState, is_newer
from papers.ingest.records import Deletion, IncomingRecord, Item, PaperRecord, PassedOver, Rejection
from papers.ingest.rejects import RejectsFile, repeated
from papers.ingest.stored_papers import StoredPaper
from papers.ingest.words import LISTS, Word, WordKey, words_of
from papers.ingest.writer import Writer, redirect_identifiers
from papers.models import (
    Build,
    Collaboration,
    Paper,
    PaperCategory,
    PaperDoi,
    SupersededRecord,
)

# 500 papers are written in about 50 ms: a curator's write that meets an import waits no longer than that.
BATCH_SIZE = 500
HEAVIEST_BATCH = 10_000_000  # characters; 500 ordinary records have a tenth of that
MOST_REMEMBERED = 100_000  # of the papers without datestamp that a run found unchanged; lists are not longer
# What a batch finds stored rows by.
LOOKED_UP_BY = {Paper: ["id", "identifier"], PaperCategory: ["paper_id"], PaperDoi: ["paper_id", "key"]}

Located = tuple[int, str, Item]  # position to go on from, place in words, what stood there


def _independent_parts(batch: Sequence[Located]) -> list[Sequence[Located]]:
    """The batch in parts, none of which both gives and deletes a paper; the last may be empty."""
    parts: list[Sequence[Located]] = []
    start = 0
    given: set[str] = set()
    deleted: set[str] = set()
    for at, (_, _, item) in enumerate(batch):
        if isinstance(item, Rejection | PassedOver):
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
        self.collaborations: dict[str, Collaboration] = {}
        self.undated: set[tuple[int, WordKey]] = set()

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
            matches = matching.find_papers(records)
            for place, doubt in matches.doubts:
                rejections.append(Rejection(place, f"warning, the paper was taken: {doubt}", ""))
                summary.warnings += 1
            taken_back = papers_taken_back(deletions)
            states = self._states(matches, [paper for _, paper in taken_back if paper])
            own: set[tuple[int, bytes]] = set()
            if any(incoming.record.source in LISTS for incoming in records):
                own = own_exports(self._targets_with_news(matches, states))
                self._forget_identifiers(matches, own)
            for identifier, target in matches.targets.items():
                self._take_records(states[identifier], target, own, summary, rejections)
            for deletion, paper in taken_back:
                self._take_back(deletion, states[paper.identifier] if paper else None, summary)
            self._write(list(states.values()), matches.redirects)
            self.rejects.add(rejections)
            done = {"summary": summary.as_json(), "rejects_bytes": self.rejects.size, **(progress or {})}
            if batch:
                done["position"] = batch[-1][0]
            self.build.progress = {**self.build.progress, **done}
            Build.objects.filter(pk=self.build.pk).update(progress=self.build.progress)
        self.summary = summary
        if self.on_batch:
            self.on_batch(summary)

    def _write(self, states: Sequence[PaperState], redirects: dict[str, str]) -> None:
        """Write what has become of the papers."""
        changed = [state for state in states if state.is_replaced]
        shown = [state for state in changed if state.is_said]
        gone = [state for state in changed if not state.is_said]
        later = [state for state in states if state.has_later_day]
        given_up: dict[str, list[str]] = {}
        if changed or later:
            compose(shown)
            writer = Writer(self.build.started_at, self.category_ids, self.collaborations)
            given_up = writer.identifiers_given_up(shown)
            writer.create([state for state in shown if state.stored is None])
            writer.replace([state for state in shown if state.stored])
            writer.update_datestamps(later)
            writer.store_superseded([state for state in (*shown, *later) if state.superseded != state.noted])
            writer.mark_deleted(gone)
            writer.counts.write()
        redirect_identifiers(redirects, given_up)

    def _by_kind(
        self, batch: Sequence[Located], summary: ImportSummary
    ) -> tuple[list[IncomingRecord], list[Deletion], list[Rejection]]:
        """The records to store, the deletions and the rejections of a batch."""
        places: list[str] = []
        records: list[PaperRecord] = []
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
            if isinstance(item, PassedOver):
                summary.left_out += 1
                summary.pass_over(item.kind)
                continue
            if self.only and not any(
                fnmatchcase(code, pattern) for code in item.canonical_codes for pattern in self.only
            ):
                summary.left_out += 1
                continue
            for name in item.unread:
                summary.pass_over(f"field {name}")
            summary.warnings += len(item.warnings)
            rejections += [Rejection(place, f"warning, the paper was taken: {text}", "") for text in item.warnings]
            places.append(place)
            records.append(item)
        settled = with_known_groups(records)
        incoming = [IncomingRecord(*each, each[1].digest()) for each in zip(places, settled, strict=True)]
        return incoming, deletions, rejections

    def _states(self, matches: Matches, others: Sequence[StoredPaper]) -> dict[str, PaperState]:
        """What is known of each paper before, by its identifier from now on."""
        states = {name: PaperState(name, target.arxiv_id, target.stored) for name, target in matches.targets.items()}
        for paper in others:
            states.setdefault(paper.identifier, PaperState(paper.identifier, paper.arxiv_id, paper))
        stored = {state.stored.id: state for state in states.values() if state.stored}
        for pk, words in words_of([state.stored for state in stored.values() if state.stored]).items():
            state = stored[pk]
            state.words, state.curated = words.sources, words.curated
            state.given = {
                word.key
                for word in state.words
                if word.read_at == self.build.started_at or (pk, word.key) in self.undated
            }
        # A repository that is followed may change a record back within a day, and means it.
        if not self.may_repeat:
            self._read_superseded(matches.targets.values(), stored)
        return states

    @staticmethod
    def _targets_with_news(matches: Matches, states: dict[str, PaperState]) -> list[Target]:
        """The papers of which a record says what no source has said before."""
        return [
            target
            for identifier, target in matches.targets.items()
            if any(not states[identifier].has_said(incoming) for incoming in target.records)
        ]

    @staticmethod
    def _forget_identifiers(matches: Matches, own: Container[tuple[int, bytes]]) -> None:
        """Let no identifier lead to a paper that only our own entry of it has: of a title without its TeX there is another."""
        for target in matches.targets.values():
            for incoming in target.records:
                if target.stored and (target.stored.id, incoming.digest) in own:
                    matches.redirects.pop(incoming.record.identifier, None)

    @staticmethod
    def _read_superseded(targets: Iterable[Target], states: dict[int, PaperState]) -> None:
        """Note the digests that some of the papers have left behind. No query where records are as stored or of another day."""
        asked = {
            target.stored.id
            for target in targets
            if target.stored
            and any(
                incoming.record.datestamp == word.datestamp and incoming.digest != word.digest
                for incoming in target.records
                for word in states[target.stored.id].words
            )
        }
        if not asked:
            return
        found: dict[int, set[tuple[Any, bytes]]] = {}
        rows = SupersededRecord.objects.filter(paper__in=asked).values_list("paper_id", "datestamp", "digest")
        for pk, datestamp, digest in rows:
            if any(word.datestamp == datestamp for word in states[pk].words):
                found.setdefault(pk, set()).add((datestamp, bytes(digest)))
        for pk, noted in found.items():
            states[pk].superseded = states[pk].noted = frozenset(noted)

    def _take_records(
        self,
        state: PaperState,
        target: Target,
        own: Container[tuple[int, bytes]],
        summary: ImportSummary,
        rejections: list[Rejection],
    ) -> None:
        """Take the records of a paper and count what became of each; what one source says twice, and not the same, goes to
        the rejects."""
        kept: dict[int, tuple[IncomingRecord, Effect]] = {}
        known = dict(enumerate(state.words))
        for incoming, owner in zip(target.records, target.owners, strict=True):
            if own and state.stored and (state.stored.id, incoming.digest) in own:
                summary.unchanged += 1
                continue
            word = Word.of_record(incoming.record, incoming.digest, self.build.started_at)
            word.owner = owner
            at, effect = state.take(word)
            if at not in kept:
                kept[at] = incoming, effect
                continue
            first, before = kept[at]
            if incoming.digest == first.digest:  # of two windows on one list that overlap
                summary.unchanged += 1
                continue
            is_kept = effect == "taken" or (before != "taken" and is_newer(incoming.record, first.record))
            if is_kept:
                kept[at] = incoming, effect
            rejections.append(repeated(incoming.place, (first if is_kept else incoming).record))
            summary.reject(rejections[-1].reason)
        for at, (incoming, effect) in kept.items():
            old = known.get(at)
            if old is None and state.stored is None and at == min(kept):
                summary.created += 1
            elif old is None or (at in state.replaced and state.words[at].says_more_than(old)):
                summary.updated += 1
            elif old.read_at == self.build.started_at and not self.may_repeat and incoming.digest != old.digest:
                rejections.append(repeated("an earlier batch", incoming.record))
                summary.reject(rejections[-1].reason)
            elif effect == "older":
                summary.older += 1
            else:
                summary.unchanged += 1
                if state.stored and state.words[at].datestamp is None:
                    if len(self.undated) >= MOST_REMEMBERED:
                        self.undated.clear()
                    self.undated.add((state.stored.id, state.words[at].key))

    @staticmethod
    def _take_back(deletion: Deletion, state: PaperState | None, summary: ImportSummary) -> None:
        """Take back what a source said of a paper, and count it."""
        key = key_of_deletion(deletion, state.words) if state else None
        effect = state.take_back(deletion, key) if state and key else None
        if effect is None:
            summary.without_effect += 1
        elif effect == "older":
            summary.older += 1
        else:
            summary.deleted += 1
