"""Possible duplicates after a change: only pairs that it concerns are scored again; the outcome is that of doing everything.

A pair's score depends on its two people, on the names of their co-authors, on which pairs are compared at all (in large blocks,
and among people of one key), and on how many byline entries its names' blocks have. The last is one term of the sum, so that
pairs of untouched people are brought up to date by arithmetic. Words keep the weights of the last whole run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from papers.database import bulk
from papers.models import Build, Paper
from profiles.duplicates.candidates import (
    MOST_CANDIDATES,
    Candidate,
    candidate_pairs,
)
from profiles.duplicates.compared_authors import Papers, forbidden_pairs, read_names, read_people
from profiles.duplicates.pair_cache import ComparedPeople, Fingerprints, KeptPairs, LastRun, block_number
from profiles.duplicates.reach import Reach, papers_of_everybody
from profiles.duplicates.score import COMMON_NAME, Pair, common_name, in_order
from profiles.duplicates.suggestion_store import (
    LEAST_SCORE,
    MOST_KEPT,
    DuplicatesSummary,
    NamedPair,
    allowed,
    explained,
    keys_and_owners,
    store,
)
from profiles.models import Authorship, DuplicateSuggestion

MOST_CHANGED = 0.2  # of the authors; where more have changed, or the papers have grown so much, everything is done


def update(build: Build, before: LastRun, now: Fingerprints) -> DuplicatesSummary | None:
    """Look at what changed since, store what follows and finish the run; None, and nothing done, where too much has."""
    touched, gone, papers = what_changed(before.fingerprints, now)
    if len(touched) + len(gone) > max(MOST_CHANGED * len(before.people.ids), 50) or len(now.papers) > (
        1 + MOST_CHANGED
    ) * max(len(before.fingerprints.papers), 250):
        return None
    people, names = _people_now(before.people, touched, gone)
    return _score(build, before, now, people, names, touched, gone, papers)


def what_changed(before: Fingerprints, now: Fingerprints) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids of authors to be looked at again, of those who are gone, and of papers that changed."""
    renamed = _differing(before.authors, before.names, now.authors, now.names)
    papers = np.union1d(
        _differing(before.papers, before.bylines, now.papers, now.bylines),
        np.fromiter(Paper.objects.filter(revision__gt=before.revision).values_list("pk", flat=True), np.int64),
    )
    touched = {*renamed.tolist(), *_differing(before.authors, before.facts, now.authors, now.facts).tolist()}
    touched.update(pk for (pk,) in bulk.select(Authorship, ("author_id",), "paper_id", papers.tolist()))
    # Whoever wrote with somebody whose name is another now: their papers need not have changed.
    theirs = {pk for (pk,) in bulk.select(Authorship, ("paper_id",), "author_id", renamed.tolist())}
    touched.update(pk for (pk,) in bulk.select(Authorship, ("author_id",), "paper_id", theirs - set(papers.tolist())))
    touched.update(np.setxor1d(before.identified, now.identified).tolist())
    told = {tuple(pair) for pair in before.distinct.tolist()} ^ {tuple(pair) for pair in now.distinct.tolist()}
    touched.update(pk for pair in told for pk in pair)
    here = np.intersect1d(np.fromiter(touched, np.int64), now.authors)
    return here, np.setdiff1d(before.authors, now.authors), papers


def _differing(old_ids: np.ndarray, old: np.ndarray, new_ids: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Ids that have come, gone, or another value."""
    both, mine, theirs = np.intersect1d(old_ids, new_ids, assume_unique=True, return_indices=True)
    return np.union1d(np.setxor1d(old_ids, new_ids, assume_unique=True), both[old[mine] != new[theirs]])


def _people_now(
    old: ComparedPeople, touched: np.ndarray, gone: np.ndarray
) -> tuple[ComparedPeople, dict[int, Candidate]]:
    """Everybody as they are now, and by id the names of the touched."""
    mine = read_names(touched.tolist())
    counts = _paper_counts(list(mine))
    changed = np.union1d(touched, gone)
    keep, keep_key = ~np.isin(old.ids, changed), ~np.isin(old.owners, changed)
    ids = np.array(sorted(mine), dtype=np.int64)
    keys, owners = keys_and_owners(mine.values())
    joined = np.concatenate((old.ids[keep], ids))
    order = np.argsort(joined)
    people = ComparedPeople(
        joined[order],
        np.concatenate((old.blocks[keep], np.array([block_number(mine[pk]) for pk in ids.tolist()], np.int64)))[order],
        np.concatenate((old.papers[keep], np.array([counts.get(pk, 0) for pk in ids.tolist()], np.int64)))[order],
        np.concatenate((old.keys[keep_key], keys)),
        np.concatenate((old.owners[keep_key], owners)),
    )
    return people, mine


def _paper_counts(authors: list[int]) -> dict[int, int]:
    rows = bulk.select(Authorship, ("author_id", "paper_id"), "author_id", authors)
    gone = {pk for pk, deleted in bulk.select(Paper, ("id", "is_deleted"), "id", {row[1] for row in rows}) if deleted}
    found: dict[int, int] = {}
    for author, paper in rows:
        found[author] = found.get(author, 0) + (paper not in gone)
    return found


@dataclass(frozen=True)
class _Staying:
    """Pairs scored before, both untouched and still near enough; aligned arrays, brought up to date by arithmetic."""

    ones: np.ndarray
    twos: np.ndarray
    sums: np.ndarray  # without the term of the common name
    entries: np.ndarray  # byline entries of the commoner of the two names

    @classmethod
    def of(cls, pairs: KeptPairs, people: ComparedPeople, reach: Reach) -> _Staying:
        stay = np.isin(pairs.ones, reach.untouched) & np.isin(pairs.twos, reach.untouched)
        ones, twos, sums = pairs.ones[stay], pairs.twos[stay], pairs.sums[stay]
        at_one, at_two = np.searchsorted(people.ids, ones), np.searchsorted(people.ids, twos)
        places = reach.ranks.places
        near = (people.blocks[at_one] != people.blocks[at_two]) | (
            np.abs(places[at_one] - places[at_two]) <= MOST_CANDIDATES
        )
        entries = _entries(people)
        return cls(ones[near], twos[near], sums[near], np.maximum(entries[at_one], entries[at_two])[near])

    @property
    def scores(self) -> np.ndarray:
        scores: np.ndarray = 1 / (1 + np.exp(-(self.sums + COMMON_NAME * np.log1p(self.entries))))
        return scores

    @property
    def likely(self) -> np.ndarray:
        return self.scores >= LEAST_SCORE

    def without(self, pairs: list[tuple[int, int]]) -> _Staying:
        return self[~np.isin(_numbers(self.ones, self.twos), _numbers(*np.array(pairs, np.int64).reshape(-1, 2).T))]

    def __getitem__(self, chosen: np.ndarray) -> _Staying:
        return _Staying(self.ones[chosen], self.twos[chosen], self.sums[chosen], self.entries[chosen])


def _entries(people: ComparedPeople) -> np.ndarray:
    """By author the byline entries of everybody in their block: how common the name is."""
    numbers, place = np.unique(people.blocks, return_inverse=True)
    return np.bincount(place, weights=people.papers, minlength=len(numbers))[place].astype(np.int64)


def _score(
    build: Build,
    before: LastRun,
    now: Fingerprints,
    people: ComparedPeople,
    names: dict[int, Candidate],
    touched: np.ndarray,
    gone: np.ndarray,
    papers: np.ndarray,
) -> DuplicatesSummary | None:
    reach = Reach.of(before.people, people, touched, gone)
    staying = _Staying.of(before.pairs, people, reach)
    stored = _stored()
    # A pair whose name has become rarer may enter the queue, and was never explained.
    likely = staying[staying.likely]
    rising = [pair for pair in zip(likely.ones.tolist(), likely.twos.tolist(), strict=True) if pair not in stored]
    found, papers_of = _read_in_full(reach.named_pairs(people, names), rising)
    concerned = {pk for one, two, *_ in found for pk in (one.id, two.id)}
    words = before.words.with_papers([paper for pk in concerned for paper in papers_of[pk]], papers)
    entries = dict(zip(people.ids.tolist(), _entries(people).tolist(), strict=True))
    scored = [
        explained(pair, topic, max(entries[pair[0].id], entries[pair[1].id]))
        for pair, topic in zip(found, words.cosines(found, papers_of), strict=True)
    ]
    staying = staying.without(rising)  # they are among the scored
    pairs = KeptPairs(
        np.concatenate((staying.ones, np.array([pair.one for pair, _ in scored], np.int64))),
        np.concatenate((staying.twos, np.array([pair.two for pair, _ in scored], np.int64))),
        np.concatenate((staying.sums, np.array([total for _, total in scored], np.float64))),
    )
    with bulk.one_writer():
        queue = _into_queue(build, [pair for pair, _ in scored], staying[staying.likely], stored, people)
        if queue is None:
            return None
        summary = DuplicatesSummary(len(people.ids), len(scored), *queue, len(reach.again))
        LastRun(now, people, pairs, words).conclude(build, summary)
    return summary


def _stored() -> dict[tuple[int, int], tuple[int, float, datetime | None]]:
    """The queue as it is: by pair the row's id, the score, and when it was skipped."""
    rows = DuplicateSuggestion.objects.values_list("pk", "one_id", "two_id", "score", "skipped_at")
    return {(one, two): (pk, score, skipped) for pk, one, two, score, skipped in rows}


def _read_in_full(found: list[NamedPair], rising: list[tuple[int, int]]) -> tuple[list[NamedPair], Papers]:
    """The pairs that may be suggested with all that is compared, and the papers of everybody in them."""
    concerned = {pk for one, two, *_ in found for pk in (one.id, two.id)} | {pk for pair in rising for pk in pair}
    facts, papers_of = read_people(concerned)
    full = {person.id: person for person in facts}
    pairs = [(full[one.id], full[two.id], said, weight) for one, two, said, weight in found]
    pairs += [pair for one, two in rising for pair in candidate_pairs([full[one], full[two]])]
    return allowed(pairs, papers_of, forbidden_pairs()), papers_of


def _into_queue(
    build: Build,
    scored: list[Pair],
    staying: _Staying,
    stored: dict[tuple[int, int], tuple[int, float, datetime | None]],
    people: ComparedPeople,
) -> tuple[int, int] | None:
    """Store what differs from the queue; gives how many are in it and how many at .9 or more, None if too many.

    Call it in a transaction.
    """
    new = [pair for pair in scored if pair.score >= LEAST_SCORE]
    total = len(new) + len(staying.ones)
    if total > MOST_KEPT:
        return None
    same, moved = set(), []
    for one, two, probability, entries in zip(
        staying.ones.tolist(), staying.twos.tolist(), staying.scores.tolist(), staying.entries.tolist(), strict=True
    ):
        if round(probability, 6) == stored[one, two][1]:
            same.add((one, two))
        else:
            moved.append((one, two, probability, entries))
    rows = bulk.select(
        DuplicateSuggestion, ("one_id", "two_id", "reasons"), "id", [stored[row[0], row[1]][0] for row in moved]
    )
    reasons = {(one, two): bulk.loads(why) for one, two, why in rows}
    new += [Pair(one, two, p, _of_block(reasons[one, two], entries)) for one, two, p, entries in moved]
    bulk.delete(DuplicateSuggestion, "id", [row[0] for pair, row in stored.items() if pair not in same])
    store(build, new, papers_of_everybody(people), {pair: row[2] for pair, row in stored.items() if row[2]})
    return total, sum(pair.score >= 0.9 for pair in new) + sum(stored[pair][1] >= 0.9 for pair in same)


def _of_block(reasons: list[tuple[str, float]], block_entries: int) -> tuple[tuple[str, float], ...]:
    """The reasons with the present number of byline entries of the name."""
    text, weight = common_name(block_entries)
    others = [(said, number) for said, number in reasons if not said.startswith("a name of ")]
    return in_order([*others, (text, round(weight, 2))])


def _numbers(ones: np.ndarray, twos: np.ndarray) -> np.ndarray:
    numbers: np.ndarray = (ones.astype(np.int64) << 32) + twos
    return numbers
