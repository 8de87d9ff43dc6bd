"""Pairs on their way into the queue: what is left out, what is said of each, and the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from papers.database import bulk
from papers.models import Build
from profiles.duplicates.candidates import Candidate, keys_across
from profiles.duplicates.compared_authors import Papers, hashed
from profiles.duplicates.score import Pair, evidence_sum, score
from profiles.models import DuplicateSuggestion

LEAST_SCORE = 0.3  # kept below the middle, so that a curator who is through can look further
MOST_KEPT = 200_000

NamedPair = tuple[Candidate, Candidate, str, float]


@dataclass(frozen=True, slots=True)
class DuplicatesSummary:
    """What a run of find_duplicates did."""

    authors: int
    candidates: int
    kept: int
    likely: int  # of these with a score of .9 or more
    looked_at: int  # authors whose pairs were scored again

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def keys_and_owners(people: Iterable[Candidate]) -> tuple[np.ndarray, np.ndarray]:
    """The keys across blocks of these people as numbers, and whose each is; aligned."""
    rows = [(hashed(key), person.id) for person in people for key in set(keys_across(person))]
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def allowed(pairs: Iterable[NamedPair], papers_of: Papers, forbidden: set[tuple[int, int]]) -> list[NamedPair]:
    """Those of the pairs that share no paper, and that neither a curator nor two ORCIDs tell apart."""
    found = []
    for one, two, said, weight in pairs:
        place = (one.id, two.id) if one.id < two.id else (two.id, one.id)
        if place in forbidden or ((one.id, -1) in forbidden and (two.id, -1) in forbidden):
            continue
        if not set(papers_of[one.id]).isdisjoint(papers_of[two.id]):
            continue
        found.append((one, two, said, weight))
    return found


def explained(pair: NamedPair, topic: float, block_entries: int) -> tuple[Pair, float]:
    """The pair with its score and reasons, and the sum without the term of the common name."""
    one, two, said, weight = pair
    total, reasons = score(one, two, said, weight, topic=topic, block_entries=block_entries)
    scored = Pair(min(one.id, two.id), max(one.id, two.id), total, reasons)
    return scored, evidence_sum(one, two, weight, topic)


def rank(pair: Pair) -> tuple[float, int, int]:
    """Best first."""
    return -pair.score, pair.one, pair.two


def store(
    build: Build, pairs: Sequence[Pair], papers: dict[int, int], skipped: Mapping[tuple[int, int], datetime | None]
) -> None:
    """Insert the suggestions; `papers` counts them by author, `skipped` says which a curator could not tell, and when."""
    columns = ("one_id", "two_id", "score", "payoff", "reasons", "build_id", "skipped_at")
    bulk.insert(
        DuplicateSuggestion,
        columns,
        [
            (
                pair.one,
                pair.two,
                round(pair.score, 6),
                round(pair.score * min(papers[pair.one], papers[pair.two]), 6),
                bulk.dumps(pair.reasons),
                build.pk,
                bulk.moment(moment) if (moment := skipped.get((pair.one, pair.two))) else None,
            )
            for pair in pairs
        ],
    )
