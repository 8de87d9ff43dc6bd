"""The reach of a change among possible duplicates: the people whose pairs have to be scored again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from profiles.duplicates.candidates import (
    MOST_CANDIDATES,
    MOST_IN_BLOCK_ACROSS,
    Candidate,
    candidate_pairs,
    name_evidence,
)
from profiles.duplicates.compared_authors import read_names
from profiles.duplicates.pair_cache import ComparedPeople
from profiles.duplicates.suggestion_store import NamedPair


def _crossed(old: ComparedPeople, new: ComparedPeople, keys: np.ndarray) -> np.ndarray:
    """Those of the keys whose bearers have become too many to be compared, or few enough."""

    def bearers(people: ComparedPeople) -> np.ndarray:
        place = np.searchsorted(keys, people.keys)
        place[place == len(keys)] = 0
        return np.bincount(place[keys[place] == people.keys], minlength=len(keys))

    if not len(keys):
        return keys
    changed: np.ndarray = keys[(bearers(old) <= MOST_IN_BLOCK_ACROSS) != (bearers(new) <= MOST_IN_BLOCK_ACROSS)]
    return changed


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


@dataclass(frozen=True)
class Reach:
    """How far a change goes: whose pairs are scored again, and which untouched people have come near each other."""

    again: np.ndarray  # ids, ascending
    untouched: np.ndarray
    keys: np.ndarray  # across blocks, of everybody concerned
    entered: set[tuple[int, int]]
    ranks: Ranks

    @classmethod
    def of(cls, old: ComparedPeople, people: ComparedPeople, touched: np.ndarray, gone: np.ndarray) -> Reach:
        changed = np.union1d(touched, gone)
        keys = np.unique(
            np.concatenate(
                (
                    old.keys[np.isin(old.owners, changed)],
                    people.keys[np.isin(people.owners, touched)],
                )
            )
        )
        crossed = _crossed(old, people, keys)
        again = np.union1d(touched, people.owners[np.isin(people.keys, crossed)])
        blocks = np.union1d(old.blocks[np.isin(old.ids, changed)], people.blocks[np.isin(people.ids, again)])
        untouched = np.setdiff1d(people.ids, again)
        ranks = Ranks.of(people)
        return cls(
            again,
            untouched,
            np.union1d(keys, people.keys[np.isin(people.owners, again)]),
            _brought_together(Ranks.of(old), ranks, untouched, blocks),
            ranks,
        )

    def named_pairs(self, people: ComparedPeople, names: dict[int, Candidate]) -> list[NamedPair]:
        """The pairs to score again, compared by name only; `names` are those read so far."""
        # Whose names are needed: whole blocks, for the places in them count, and everybody with one of the keys.
        wanted = np.union1d(
            people.ids[np.isin(people.blocks, people.blocks[np.isin(people.ids, self.again)])],
            people.owners[np.isin(people.keys, self.keys)],
        )
        wanted = np.union1d(wanted, np.fromiter((pk for pair in self.entered for pk in pair), np.int64))
        count = papers_of_everybody(people)
        read = read_names(set(wanted.tolist()) - names.keys())
        named = {pk: replace(person, papers=count[pk]) for pk, person in {**read, **names}.items()}
        found: list[NamedPair] = list(candidate_pairs(list(named.values()), set(self.again.tolist())))
        for one, two in self.entered:
            if evidence := name_evidence(named[one], named[two]):
                found.append((named[one], named[two], *evidence))
        return found


def papers_of_everybody(people: ComparedPeople) -> dict[int, int]:
    return dict(zip(people.ids.tolist(), people.papers.tolist(), strict=True))
