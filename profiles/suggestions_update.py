"""Possible duplicates after a change: only pairs that it concerns are scored again; the outcome is that of doing everything.

A pair's score depends on its two people, on the names of their co-authors, on which pairs are compared at all (in large blocks,
and among people of one key), and on how many byline entries its names' blocks have. The last is one term of the sum, so that
pairs of untouched people are brought up to date by arithmetic. Words keep the weights of the last whole run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from papers import bulk
from papers.models import Build, Paper
from profiles.duplicates import (
    COMMON_NAME,
    MOST_CANDIDATES,
    MOST_IN_BLOCK_ACROSS,
    Candidate,
    Pair,
    candidate_pairs,
    common_name,
    in_order,
    name_evidence,
)  # fmt: skip
from profiles.kept_pairs import ComparedPeople, Fingerprints, KeptPairs, LastRun, block_number
from profiles.models import Authorship, DuplicateSuggestion
from profiles.people_compared import forbidden_pairs, read_names, read_people
from profiles.suggestions import (
    LEAST_SCORE,
    MOST_CHANGED,
    MOST_KEPT,
    DuplicatesSummary,
    NamedPair,
    allowed,
    explained,
    keys_and_owners,
    store,
)  # fmt: skip


def update(build: Build, before: LastRun, now: Fingerprints) -> tuple[LastRun, DuplicatesSummary] | None:
    """Look at what changed since, store what follows; None, and nothing done, where too much has."""
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
        np.concatenate((old.keys[keep_key], keys)), np.concatenate((old.owners[keep_key], owners)),
    )  # fmt: skip
    return people, mine


def _paper_counts(authors: list[int]) -> dict[int, int]:
    rows = bulk.select(Authorship, ("author_id", "paper_id"), "author_id", authors)
    gone = {pk for pk, deleted in bulk.select(Paper, ("id", "is_deleted"), "id", {row[1] for row in rows}) if deleted}
    found: dict[int, int] = {}
    for author, paper in rows:
        found[author] = found.get(author, 0) + (paper not in gone)
    return found


def _crossed(old: ComparedPeople, new: ComparedPeople, keys: np.ndarray) -> np.ndarray:
    """Those of the keys whose bearers have become too many to be compared, or few enough."""

    def bearers(people: ComparedPeople) -> np.ndarray:
        place = np.searchsorted(keys, people.keys)
        place[place == len(keys)] = 0
        return np.bincount(place[keys[place] == people.keys], minlength=len(keys))

    if not len(keys):
        return keys
    return keys[(bearers(old) <= MOST_IN_BLOCK_ACROSS) != (bearers(new) <= MOST_IN_BLOCK_ACROSS)]


@dataclass(frozen=True)
class Ranks:
    """By author (ids ascending) the place in the block, most papers first."""

    ids: np.ndarray
    places: np.ndarray
    blocks: np.ndarray

    @classmethod
    def of(cls, people: ComparedPeople) -> Ranks:
        order = np.lexsort((people.ids, -people.papers, people.blocks))
        blocks = people.blocks[order]
        first = np.searchsorted(blocks, blocks)
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order)) - first
        return cls(people.ids, places, people.blocks)

    def of_ids(self, ids: np.ndarray) -> np.ndarray:
        return self.places[np.searchsorted(self.ids, ids)]


def _brought_together(old: Ranks, new: Ranks, untouched: np.ndarray, blocks: np.ndarray) -> set[tuple[int, int]]:
    """Pairs of untouched people of these blocks whose places are near enough now and were not."""
    found: set[tuple[int, int]] = set()
    large, sizes = np.unique(new.blocks, return_counts=True)
    for block in np.intersect1d(large[sizes > MOST_CANDIDATES + 1], blocks):
        members = np.intersect1d(new.ids[new.blocks == block], untouched)
        members = members[np.argsort(new.of_ids(members))]
        now, then = new.of_ids(members), old.of_ids(members)
        for at, pk in enumerate(members.tolist()):
            end = int(np.searchsorted(now, now[at] + MOST_CANDIDATES, side="right"))
            far = np.flatnonzero(np.abs(then[at + 1 : end] - then[at]) > MOST_CANDIDATES)
            found.update((pk, other) for other in members[at + 1 + far].tolist())
    return found


def _score(
    build: Build,
    before: LastRun,
    now: Fingerprints,
    people: ComparedPeople,
    names: dict[int, Candidate],
    touched: np.ndarray,
    gone: np.ndarray,
    papers: np.ndarray,
) -> tuple[LastRun, DuplicatesSummary] | None:
    old = before.people
    changed = np.union1d(touched, gone)
    keys = np.unique(np.concatenate((
        old.keys[np.isin(old.owners, changed)], people.keys[np.isin(people.owners, touched)],
    )))  # fmt: skip
    crossed = _crossed(old, people, keys)
    again = np.union1d(touched, people.owners[np.isin(people.keys, crossed)])
    blocks = np.union1d(old.blocks[np.isin(old.ids, changed)], people.blocks[np.isin(people.ids, again)])
    keys = np.union1d(keys, people.keys[np.isin(people.owners, again)])
    untouched = np.setdiff1d(people.ids, again)
    ranks, old_ranks = Ranks.of(people), Ranks.of(old)
    entered = _brought_together(old_ranks, ranks, untouched, blocks)
    # Whose names are needed: whole blocks, for the places in them count, and everybody with one of the keys.
    wanted = np.union1d(
        people.ids[np.isin(people.blocks, people.blocks[np.isin(people.ids, again)])],
        people.owners[np.isin(people.keys, keys)],
    )
    wanted = np.union1d(wanted, np.fromiter((pk for pair in entered for pk in pair), np.int64))
    count = dict(zip(people.ids.tolist(), people.papers.tolist(), strict=True))
    named = {
        pk: _with_papers(person, count[pk])
        for pk, person in {**read_names(set(wanted.tolist()) - names.keys()), **names}.items()
    }
    among = set(again.tolist())
    found: list[NamedPair] = list(candidate_pairs(list(named.values()), among))
    for one, two in entered:
        if evidence := name_evidence(named[one], named[two]):
            found.append((named[one], named[two], *evidence))
    # What was scored and stays: both untouched, and in large blocks still near enough.
    pairs = before.pairs
    stay = np.isin(pairs.ones, untouched) & np.isin(pairs.twos, untouched)
    ones, twos, sums = pairs.ones[stay], pairs.twos[stay], pairs.sums[stay]
    at_one, at_two = np.searchsorted(people.ids, ones), np.searchsorted(people.ids, twos)
    near = (people.blocks[at_one] != people.blocks[at_two]) | (
        np.abs(ranks.places[at_one] - ranks.places[at_two]) <= MOST_CANDIDATES
    )
    ones, twos, sums, at_one, at_two = ones[near], twos[near], sums[near], at_one[near], at_two[near]
    numbers, place = np.unique(people.blocks, return_inverse=True)
    entries = np.bincount(place, weights=people.papers, minlength=len(numbers))[place].astype(np.int64)
    most = np.maximum(entries[at_one], entries[at_two])
    stored = {
        (one, two): (pk, probability, skipped)
        for pk, one, two, probability, skipped in DuplicateSuggestion.objects.values_list(
            "pk", "one_id", "two_id", "score", "skipped_at"
        )
    }
    scores = 1 / (1 + np.exp(-(sums + COMMON_NAME * np.log1p(most))))
    rising = [
        (one, two)
        for one, two in zip(ones[scores >= LEAST_SCORE].tolist(), twos[scores >= LEAST_SCORE].tolist(), strict=True)
        if (one, two) not in stored
    ]
    forbidden = forbidden_pairs()
    concerned = {pk for one, two, *_ in found for pk in (one.id, two.id)} | {pk for pair in rising for pk in pair}
    facts, papers_of = read_people(concerned)
    full = {person.id: person for person in facts}
    found += [pair for one, two in rising for pair in candidate_pairs([full[one], full[two]])]
    found = allowed(
        ((full[one.id], full[two.id], said, weight) for one, two, said, weight in found), papers_of, forbidden
    )
    words = before.words.with_papers([paper for pk in concerned for paper in papers_of[pk]], papers)
    of_author = dict(zip(people.ids.tolist(), entries.tolist(), strict=True))
    scored = [
        explained(pair, topic, max(of_author[pair[0].id], of_author[pair[1].id]))
        for pair, topic in zip(found, words.cosines(found, papers_of), strict=True)
    ]
    # A pair that rose is among both.
    rose = np.isin(_numbers(ones, twos), _numbers(*np.array(rising, np.int64).reshape(-1, 2).T))
    keep = ~rose
    good = scores[keep] >= LEAST_SCORE
    new = [pair for pair, _ in scored if pair.score >= LEAST_SCORE]
    total = len(new) + int(good.sum())
    if total > MOST_KEPT:
        return None
    staying = zip(ones[keep][good].tolist(), twos[keep][good].tolist(), scores[keep][good].tolist(),
                  most[keep][good].tolist(), strict=True)  # fmt: skip
    same, moved = set(), []
    for one, two, probability, block in staying:
        if round(probability, 6) == stored[one, two][1]:
            same.add((one, two))
        else:
            moved.append((one, two, probability, block))
    reasons = {
        (one, two): bulk.loads(why) for one, two, why in bulk.select(
            DuplicateSuggestion, ("one_id", "two_id", "reasons"), "id", [stored[row[0], row[1]][0] for row in moved]
        )
    }  # fmt: skip
    new += [Pair(one, two, p, _of_block(reasons[one, two], block)) for one, two, p, block in moved]
    with bulk.one_writer():
        bulk.delete(DuplicateSuggestion, "id", [row[0] for pair, row in stored.items() if pair not in same])
        store(build, new, count, {pair: row[2] for pair, row in stored.items() if row[2]})
    pairs = KeptPairs(
        np.concatenate((ones[keep], np.array([pair.one for pair, _ in scored], np.int64))),
        np.concatenate((twos[keep], np.array([pair.two for pair, _ in scored], np.int64))),
        np.concatenate((sums[keep], np.array([total for _, total in scored], np.float64))),
    )
    likely = sum(pair.score >= 0.9 for pair in new) + sum(stored[pair][1] >= 0.9 for pair in same)
    summary = DuplicatesSummary(len(people.ids), len(scored), total, likely, len(again))
    return LastRun(now, people, pairs, words), summary


def _of_block(reasons: list[tuple[str, float]], block_entries: int) -> tuple[tuple[str, float], ...]:
    """The reasons with the present number of byline entries of the name."""
    text, weight = common_name(block_entries)
    others = [(said, number) for said, number in reasons if not said.startswith("a name of ")]
    return in_order([*others, (text, round(weight, 2))])


def _numbers(ones: np.ndarray, twos: np.ndarray) -> np.ndarray:
    return (ones.astype(np.int64) << 32) + twos


def _with_papers(person: Candidate, papers: int) -> Candidate:
    return replace(person, papers=papers)
