"""The score of a pair: how likely two authors are one person, and why.

The score is a logistic sum of nine weights, fitted on names rewritten to initials over 527,053 arXiv papers and rounded:

    s = -2.5 + name + 3.5·ln(1 + min(co-authors shared by full key, 4)) + 1.5·[any co-author shared by initial]
        - 1.5·ln(1 + min(co-authors shared by initial only, 3)) + 5.0·cos(topic) + 3.5·cos(categories)
        - 0.02·min(gap in years, 15) - 1.0·ln(1 + entries in the surname + initial block),     p = 1 / (1 + e^-s)

It estimates the probability that a curator would find the two to be one person. Nothing is ever merged by it alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from profiles.duplicates.candidates import Candidate

BASE = -2.5
TOPIC, CATEGORIES, YEAR_GAP, COMMON_NAME = 5.0, 3.5, -0.02, -1.0
SHARED_FULL, SHARED_INITIAL, SHARED_INITIAL_ONLY = 3.5, 1.5, -1.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A scored pair, the smaller id first, with what spoke for and against, strongest first."""

    one: int
    two: int
    score: float
    reasons: tuple[tuple[str, float], ...]


def score(
    one: Candidate, two: Candidate, said: str, name: float, *, topic: float, block_entries: int
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """The probability that the two are one person, and the terms of its sum in words, strongest first."""
    terms = [*_terms(one, two, said, name, topic), common_name(block_entries)]
    total = BASE + sum(weight for _, weight in terms)
    return probability(total), in_order((text, round(weight, 2)) for text, weight in terms if weight)


def evidence_sum(one: Candidate, two: Candidate, name: float, topic: float) -> float:
    """The sum without the term of the common name, which changes with everybody who bears it."""
    return BASE + sum(weight for _, weight in _terms(one, two, "", name, topic))


def probability(total: float) -> float:
    """1 / (1 + e^-s)"""
    return 1 / (1 + math.exp(-total))


def _terms(one: Candidate, two: Candidate, said: str, name: float, topic: float) -> list[tuple[str, float]]:
    shared = len(one.coauthors & two.coauthors)
    by_initial = len(one.initials & two.initials)
    only_by_initial = max(by_initial - shared, 0)
    alike = cosine(one.categories, two.categories)
    gap = year_gap(one, two)
    return [
        (f"name: {said}", name),
        (_counted(shared, "co-author in common", "co-authors in common"), SHARED_FULL * math.log1p(min(shared, 4))),
        ("a co-author in common by surname and initial", SHARED_INITIAL * bool(by_initial)),
        (
            _counted(only_by_initial, "of these by initial only", "of these by initial only"),
            SHARED_INITIAL_ONLY * math.log1p(min(only_by_initial, 3)),
        ),
        (f"subject of the papers {topic:.2f}", TOPIC * topic),
        (f"categories {alike:.2f}", CATEGORIES * alike),
        (f"{gap} years between", YEAR_GAP * min(gap, 15)),
    ]


def common_name(block_entries: int) -> tuple[str, float]:
    """What speaks against a pair because so many byline entries have its surname + initial, in words and as a weight."""
    return f"a name of {block_entries} byline entries", COMMON_NAME * math.log1p(block_entries)


def in_order(reasons: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """The reasons, strongest first."""
    return tuple(sorted(reasons, key=lambda term: (-abs(term[1]), term[0])))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """Of counts or weights by name; 0 where one has none."""
    if len(two) < len(one):
        one, two = two, one
    product = sum(count * two.get(code, 0.0) for code, count in one.items())
    if not product:
        return 0.0
    return product / math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))


def year_gap(one: Candidate, two: Candidate) -> int:
    """Years from the end of the earlier to the beginning of the later; 0 where they overlap or are not known."""
    if one.first_year is None or two.first_year is None or one.last_year is None or two.last_year is None:
        return 0
    return max(one.first_year - two.last_year, two.first_year - one.last_year, 0)
