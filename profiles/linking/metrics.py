"""Metrics of linking: how well byline entries were put together, against curated signatures. No Django, no database.

B-cubed (Bagga and Baldwin 1998): over all signatures the mean share of one's cluster that is the same person (precision), and
of one's person's signatures that are in the same cluster (recall). Pairwise: over all pairs in one cluster, and of one person.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from papers.bylines import Name
from papers.text.folding import fold
from profiles.names import identity_key


@dataclass(frozen=True, slots=True)
class Signature:
    """A curated fact: the name at this position (counted from 1) of this paper is this person."""

    paper: str
    position: int
    person: str

    @classmethod
    def from_line(cls, line: str, number: int) -> Signature:
        """The signature of one line of a gold file; raises InvalidGold naming the line and the reason."""
        try:
            row = json.loads(line)
            paper, position, person = row["paper"], row["position"], row["person"]
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidGold(f"line {number}: not an object with paper, position and person ({error})") from error
        if isinstance(position, bool) or not isinstance(position, int) or position < 1:
            raise InvalidGold(f"line {number}: position is {position!r}, and should be a number from 1")
        if not paper or not isinstance(paper, str) or person in (None, ""):
            raise InvalidGold(f"line {number}: paper and person may not be empty")
        return cls(paper, position, str(person))


class InvalidGold(ValueError):
    """A line of a gold file that says nothing; the message names it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1, 0 to 1; without any pair to judge, the pairwise ones are 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float]:
        return {"precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4)}


def b_cubed(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Quality:
    """For aligned lists of true persons and clusters found; raises ValueError for empty ones."""
    if not truth or len(truth) != len(found):
        raise ValueError("B-cubed needs as many clusters as persons, and at least one")
    together, persons, clusters = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    n = len(truth)
    precision = sum(count * count / clusters[cluster] for (_, cluster), count in together.items()) / n
    recall = sum(count * count / persons[person] for (person, _), count in together.items()) / n
    return Quality(precision, recall)


def pairwise(truth: Sequence[Hashable], found: Sequence[Hashable]) -> Quality:
    """Of the pairs of signatures in one cluster those of one person, and the other way round."""

    def pairs(counts: Iterable[int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts)

    right = pairs(Counter(zip(truth, found, strict=True)).values())
    in_clusters, of_persons = pairs(Counter(found).values()), pairs(Counter(truth).values())
    return Quality(right / in_clusters if in_clusters else 1.0, right / of_persons if of_persons else 1.0)


BASELINES: Mapping[str, Callable[[Name], Hashable]] = {
    "identity key": lambda name: identity_key(name.forenames, name.surname, name.suffix),
    "exact string": lambda name: name.name,
    "surname + first initial": lambda name: (fold(name.surname).replace(" ", ""), fold(name.forenames)[:1]),
}


def joined(clusters: Sequence[Hashable], pairs: Iterable[tuple[Hashable, Hashable]]) -> list[Hashable]:
    """The clusters after each of the pairs has been made one."""
    parent: dict[Hashable, Hashable] = {}

    def root(cluster: Hashable) -> Hashable:
        while (above := parent.get(cluster, cluster)) != cluster:
            parent[cluster] = cluster = parent.get(above, above)
        return cluster

    for one, two in pairs:
        parent[root(one)] = root(two)
    return [root(cluster) for cluster in clusters]


def queue_quality(
    truth: Sequence[Hashable],
    clusters: Sequence[Hashable],
    pairs: Sequence[tuple[Hashable, Hashable, float]],
    least: float,
) -> dict[str, Any]:
    """Of the suggested pairs with at least this score those that are right, of all right pairs those suggested, and the
    B-cubed quality that accepting them all would give. A pair is right if both clusters are mostly the same person.
    """
    members: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for person, cluster in zip(truth, clusters, strict=True):
        members[cluster][person] += 1
    person_of = {cluster: counts.most_common(1)[0][0] for cluster, counts in members.items()}
    chosen = [(one, two) for one, two, score in pairs if score >= least and one in person_of and two in person_of]
    right = sum(person_of[one] == person_of[two] for one, two in chosen)
    possible = sum(count * (count - 1) // 2 for count in Counter(person_of.values()).values())
    return {
        "least": least,
        "suggested": len(chosen),
        **Quality(right / len(chosen) if chosen else 1.0, right / possible if possible else 1.0).as_json(),
        "accepted": b_cubed(truth, joined(clusters, chosen)).as_json(),
    }
