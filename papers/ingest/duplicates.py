"""Filling the queue of papers that may be one: those that share a key are compared, and the likely pairs are kept.

All papers are read at every run, for their keys alone; only those that share one are read whole, some thousands at a time.
So the cost grows with the papers, and memory by some numbers of each.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
from django.db.models.fields.json import KeyTextTransform

from papers.database import builds, bulk
from papers.identifiers import arxiv_doi
from papers.ingest.duplicate_evidence import PaperFacts, Verdict, compare, doi_key, keys_of, title_words
from papers.models import Build, Paper, PaperDoi, PaperSuggestion
from papers.text.folding import squeezed

STAGE = "duplicate papers"
RULES = 1  # counted up when papers are compared in another way: the next run then looks although no paper changed
LEAST_SCORE = 0.2  # kept below the middle: versions for a conference and a journal are for a curator to tell apart
MOST_KEPT = 200_000
MOST_ALIKE = 30  # papers that share a key, beyond which it is no hint: "Proceedings of the conference"
READ_AT_ONCE = 20_000
COMPARED_AT_ONCE = 4_000

T = TypeVar("T")
OnProgress = Callable[[str, int, int | None], None]  # what is done, how far, of how many if that is known
Kept = tuple[float, int, int, tuple[tuple[str, float], ...]]  # score, the two papers, reasons


@dataclass(frozen=True, slots=True)
class DuplicatePapersSummary:
    """What a run of find_duplicate_papers did."""

    papers: int
    compared: int  # pairs
    kept: int
    likely: int  # of these with a score of .9 or more

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def find_duplicate_papers(on_progress: OnProgress = lambda *_: None) -> DuplicatePapersSummary:
    """Compare the papers that share a key, and bring the queue up to date. Nothing is merged.

    Where no paper changed since the last run there is nothing to do. Call it under papers.database.builds.stage_lock.
    """
    seen = {"rules": RULES, "revision": Paper.objects.order_by("-revision").values_list("revision", flat=True).first()}
    last = Build.objects.latest_finished(STAGE)
    if last and last.parameters == seen:
        return DuplicatePapersSummary(**last.results)
    build = builds.begin(STAGE, parameters=seen)
    with builds.ending(build):
        papers, keys, owners = _read_keys(on_progress)
        best: list[Kept] = []
        compared = 0
        for score, pair, reasons in _verdicts(keys, owners, on_progress):
            compared += 1
            if score >= LEAST_SCORE:
                keep = heapq.heappush if len(best) < MOST_KEPT else heapq.heappushpop
                keep(best, (score, *pair, reasons))
        likely = sum(score >= 0.9 for score, *_ in best)
        summary = DuplicatePapersSummary(papers, compared, len(best), likely)
        with bulk.one_writer():
            _store(build, best)
            build.results = summary.as_json()
            builds.finish(build)
    return summary


# --- Which papers share a key


def _read_keys(on_progress: OnProgress) -> tuple[int, np.ndarray, np.ndarray]:
    """How many papers are shown, their keys, and whose each is; aligned arrays, ascending by key and paper."""
    keys: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    count = 0
    rows = (
        Paper.objects.visible()
        .order_by("id")
        .annotate(first=KeyTextTransform("surname", KeyTextTransform(0, "byline")))
        .values_list("id", "arxiv_id", "title", "first")
    )
    for some in _chunks(rows.iterator(READ_AT_ONCE), READ_AT_ONCE):
        dois: dict[int, set[str]] = {}
        for pk, doi in bulk.select(PaperDoi, ("paper_id", "doi"), "paper_id", [row[0] for row in some]):
            dois.setdefault(pk, set()).add(doi_key(doi))
        found: list[tuple[int, int]] = []
        for pk, arxiv_id, title, surname in some:
            own = dois.get(pk, set()) | ({doi_key(arxiv_doi(arxiv_id))} if arxiv_id else set())
            found += [(key, pk) for key in set(keys_of(*title_words(title), squeezed(surname or ""), own - {""}))]
        table = np.array(found, dtype=np.int64).reshape(-1, 2)
        keys.append(table[:, 0])
        owners.append(table[:, 1])
        count += len(some)
        on_progress("papers read for duplicates", count, None)
    all_keys, all_owners = np.concatenate(keys or [_NONE]), np.concatenate(owners or [_NONE])
    order = np.lexsort((all_owners, all_keys))
    return count, all_keys[order], all_owners[order]


_NONE = np.empty(0, np.int64)


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    some: list[T] = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def groups(keys: np.ndarray, owners: np.ndarray) -> tuple[list[tuple[int, list[int]]], frozenset[int]]:
    """Each key that a few papers share, with these, and the keys that are no hint because too many do."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else _NONE
    sizes = np.diff(np.r_[starts, len(keys)])
    few = (sizes > 1) & (sizes <= MOST_ALIKE)
    found = [
        (int(keys[start]), owners[start : start + size].tolist())
        for start, size in zip(starts[few].tolist(), sizes[few].tolist(), strict=True)
    ]
    return found, frozenset(keys[starts[sizes > MOST_ALIKE]].tolist())


# --- The pairs


def _verdicts(
    keys: np.ndarray, owners: np.ndarray, on_progress: OnProgress
) -> Iterator[tuple[float, tuple[int, int], tuple[tuple[str, float], ...]]]:
    """Each pair of papers that share a key, the smaller number first, with its score and reasons."""
    shared, common = groups(keys, owners)
    waiting: list[tuple[int, list[int]]] = []
    ids: set[int] = set()
    for done, group in enumerate(shared, 1):
        waiting.append(group)
        ids.update(group[1])
        if len(ids) >= COMPARED_AT_ONCE or done == len(shared):
            for one, two, verdict in compare_groups(waiting, read_facts(ids), common):
                yield verdict.score, (one.id, two.id), verdict.reasons
            on_progress("papers alike compared", done, len(shared))
            waiting, ids = [], set()


def read_facts(ids: Iterable[int]) -> dict[int, PaperFacts]:
    """What is compared of these papers, by their numbers."""
    wanted = sorted(ids)
    dois: dict[int, list[str]] = {}
    for pk, _place, doi in sorted(bulk.select(PaperDoi, ("paper_id", "position", "doi"), "paper_id", wanted)):
        dois.setdefault(pk, []).append(doi)
    columns = (
        "arxiv_id title byline byline_is_complete published published_precision issued issued_precision type details "
        "journal_ref"
    ).split()
    papers = Paper.objects.only(*columns).in_bulk(wanted)
    return {pk: PaperFacts.of(paper, dois.get(pk, ())) for pk, paper in papers.items()}


def compare_groups(
    shared: Sequence[tuple[int, list[int]]], facts: dict[int, PaperFacts], common: frozenset[int]
) -> Iterator[tuple[PaperFacts, PaperFacts, Verdict]]:
    """The pairs of each group with their verdicts; a pair of several groups in that of the smallest key alone."""
    for key, ids in shared:
        for one, two in combinations([facts[pk] for pk in ids if pk in facts], 2):
            if min((one.keys & two.keys) - common, default=key) == key:
                yield one, two, compare(one, two)


# --- The queue


def _store(build: Build, best: Sequence[Kept]) -> None:
    """Make the suggestions these: rows of pairs that stay are kept, with the moment a curator skipped them."""
    wanted = {(one, two): (round(score, 6), reasons) for score, one, two, reasons in best}
    stays: set[tuple[int, int]] = set()
    gone: list[int] = []
    changed: list[tuple[object, ...]] = []
    for pk, one, two, score, reasons in PaperSuggestion.objects.values_list(
        "pk", "one_id", "two_id", "score", "reasons"
    ).iterator(READ_AT_ONCE):
        if (one, two) not in wanted:
            gone.append(pk)
            continue
        stays.add((one, two))
        new_score, new_reasons = wanted[one, two]
        if (score, reasons) != (new_score, [list(reason) for reason in new_reasons]):
            changed.append((new_score, bulk.dumps(new_reasons), build.pk, pk))
    bulk.delete(PaperSuggestion, "id", gone)
    bulk.update(PaperSuggestion, ("score", "reasons", "build_id"), changed)
    new = sorted((-score, pair, reasons) for pair, (score, reasons) in wanted.items() if pair not in stays)
    bulk.insert(
        PaperSuggestion,
        ("one_id", "two_id", "score", "reasons", "build_id"),
        [(*pair, -score, bulk.dumps(reasons), build.pk) for score, pair, reasons in new],
    )
