"""Which authors may be one person: candidate pairs by name, a score for each, and its reasons. No Django, no database.

The score is a logistic sum of nine weights, fitted on names rewritten to initials over 527,053 arXiv papers and rounded:

    s = -2.5 + name + 3.5·ln(1 + min(co-authors shared by full key, 4)) + 1.5·[any co-author shared by initial]
        - 1.5·ln(1 + min(co-authors shared by initial only, 3)) + 5.0·cos(topic) + 3.5·cos(categories)
        - 0.02·min(gap in years, 15) - 1.0·ln(1 + entries in the surname + initial block),     p = 1 / (1 + e^-s)

It estimates the probability that a curator would find the two to be one person. Nothing is ever merged by it alone.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from papers.folding import fold
from profiles.names import is_initial

BASE = -2.5
TOPIC, CATEGORIES, YEAR_GAP, COMMON_NAME = 5.0, 3.5, -0.02, -1.0
SHARED_FULL, SHARED_INITIAL, SHARED_INITIAL_ONLY = 3.5, 1.5, -1.5
MOST_IN_BLOCK_ACROSS = (
    60  # authors who share letters, tokens or a contained surname, beyond which the likeness is no hint
)
MOST_CANDIDATES = 400  # of one author inside a block, those with the most papers
NICKNAMES = (
    "alexander alex sasha", "andrew andy drew", "anthony tony", "benjamin ben", "charles charlie chuck", "christopher chris",
    "daniel dan danny", "david dave", "edward ed eddie ted", "elizabeth liz beth betty", "gregory greg", "james jim jimmy",
    "jeffrey jeff", "jonathan jon", "joseph joe", "joshua josh", "katherine kate kathy", "kenneth ken", "lawrence larry",
    "matthew matt", "michael mike mick", "mikhail misha", "nicholas nick", "patrick pat", "peter pete", "philip phil",
    "richard rick dick", "robert bob rob bobby", "ronald ron", "samuel sam", "stephen steve", "steven steve", "susan sue",
    "thomas tom", "timothy tim", "vladimir volodya", "william bill will", "zachary zach",
)  # fmt: skip
SHORT_FOR: dict[str, set[str]] = defaultdict(set)
for _row in NICKNAMES:
    for _one in _row.split():
        SHORT_FOR[_one].update(_row.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of an author's name and papers is compared. `coauthors` and `initials` are hashes of folded names."""

    id: int
    surname: str  # folded, glued
    forenames: tuple[str, ...]  # folded tokens
    suffix: str
    papers: int
    first_year: int | None
    last_year: int | None
    categories: Mapping[str, int]
    coauthors: frozenset[int] = frozenset()
    initials: frozenset[int] = frozenset()

    @classmethod
    def named(cls, pk: int, forenames: str, surname: str, suffix: str = "", **facts: object) -> Candidate:
        """The candidate with this printed name."""
        tokens = tuple(fold(forenames).split())
        defaults: dict[str, object] = {"papers": 0, "first_year": None, "last_year": None, "categories": {}}
        return cls(pk, fold(surname).replace(" ", ""), tokens, fold(suffix), **{**defaults, **facts})  # type: ignore[arg-type]

    @property
    def block(self) -> tuple[str, str]:
        return self.surname, self.forenames[0][0] if self.forenames else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A scored pair, the smaller id first, with what spoke for and against, strongest first."""

    one: int
    two: int
    score: float
    reasons: tuple[tuple[str, float], ...]


# --- Names ------------------------------------------------------------------------------------------------------------


def name_evidence(one: Candidate, two: Candidate) -> tuple[str, float] | None:
    """How two names of one surname + first initial agree, with its weight; None where they can't be one person's."""
    if one.suffix and two.suffix and one.suffix != two.suffix:
        return None  # father and son
    mine, theirs = one.forenames, two.forenames
    if not mine or not theirs:
        return None  # a surname alone is no hint
    if "".join(mine) == "".join(theirs):
        return "the same letters", 5.0
    a, b = mine[0], theirs[0]
    if is_initial(a) or is_initial(b):
        if a[0] != b[0] or not _middles_agree(mine[1:], theirs[1:]):
            return None
        if len(mine) > 1 and len(theirs) > 1:
            return "two initials agree", 2.5
        return "the first initial", 0.0
    if a == b:
        if not _middles_agree(mine[1:], theirs[1:]):
            return None
        return ("the forename and a middle name", 4.5) if len(mine) > 1 and len(theirs) > 1 else ("the forename", 4.0)
    if b in SHORT_FOR.get(a, ()) and _middles_agree(mine[1:], theirs[1:]):
        return "a short form of the forename", 4.0
    # A glued forename against its parts: Jian-Cheng and Jiancheng are equal letters, Jian and Jian-Cheng two people.
    if min(len(a), len(b)) >= 5 and one_letter_apart(a, b) and _middles_agree(mine[1:], theirs[1:]):
        return "the forename but for one letter", -1.0
    return None


def _middles_agree(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether no middle name contradicts the other's; a missing one contradicts nothing unless a full one is glued on."""
    return all(
        a == b if not is_initial(a) and not is_initial(b) else a[0] == b[0] for a, b in zip(mine, theirs, strict=False)
    )


def one_letter_apart(one: str, two: str) -> bool:
    """Whether a letter put in, left out, replaced, or swapped with its neighbour makes one of the other."""
    if abs(len(one) - len(two)) > 1 or one == two:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    if len(one) == len(two):
        swapped = one[start : start + 2] == two[start : start + 2][::-1] and one[start + 2 :] == two[start + 2 :]
        return one[start + 1 :] == two[start + 1 :] or swapped
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return longer[start + 1 :] == shorter[start:]


# --- Candidate pairs --------------------------------------------------------------------------------------------------


def candidate_pairs(
    people: Sequence[Candidate], among: Collection[int] | None = None
) -> Iterator[tuple[Candidate, Candidate, str, float]]:
    """Pairs whose names may be one person's, each once, with what agrees and its weight.

    With `among` (ids) only the pairs that one of these belongs to; `people` must then hold everybody in their blocks and
    everybody who has one of their keys (`keys_across`).
    """
    blocks: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for person in people:
        blocks[person.block].append(person)
    for found in blocks.values():
        found.sort(key=lambda person: (-person.papers, person.id))
        wanted = [place for place, person in enumerate(found) if among is None or person.id in among]
        for place, one in enumerate(found):
            end = place + 1 + MOST_CANDIDATES
            if among is None or one.id in among:
                others = found[place + 1 : end]
            else:
                others = [found[at] for at in wanted[bisect_right(wanted, place) : bisect_left(wanted, end)]]
            for two in others:
                if evidence := name_evidence(one, two):
                    yield one, two, *evidence
    yield from _across_blocks(people, among)


def keys_across(person: Candidate) -> list[str]:
    """What a person of another block must share with this one to be compared with."""
    return [f"{place}|{key}" for place, (_, _, keys) in enumerate(_ways()) for key in keys(person)]


def _ways() -> tuple[tuple[str, float, Callable[[Candidate], Sequence[str]]], ...]:
    """How names of different blocks may agree, with the weight and the keys that those share who do, surest first."""
    return (
        ("the same letters", 4.0, lambda p: ["".join((*p.forenames, p.surname))] if full(p) else []),
        (
            "the same names in another order",
            4.0,
            lambda p: [" ".join(sorted((*p.forenames, p.surname)))] if full(p) else [],
        ),
        ("a surname that holds the other", 2.0, _surname_parts),
        ("the surname but for one letter", 0.0, _surname_spellings),
    )


def _across_blocks(
    people: Sequence[Candidate], among: Collection[int] | None
) -> Iterator[tuple[Candidate, Candidate, str, float]]:
    seen: set[tuple[int, int]] = set()
    for said, weight, keys in _ways():
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for person in people:
            for key in keys(person):
                groups[key].append(person)
        for found in groups.values():
            if not 1 < len(found) <= MOST_IN_BLOCK_ACROSS:
                continue
            for one, two in combinations(found, 2):
                if among is not None and one.id not in among and two.id not in among:
                    continue
                place = (one.id, two.id) if one.id < two.id else (two.id, one.id)
                if one.block == two.block or place in seen or not _fits(said, one, two):
                    continue
                seen.add(place)
                yield one, two, said, weight


def full(person: Candidate) -> bool:
    """Whether the first forename is more than an initial."""
    return bool(person.forenames) and not is_initial(person.forenames[0])


def _surname_parts(person: Candidate) -> list[str]:
    """The forename with the surname, and with what the surname may be without its last middle name."""
    if not full(person):
        return []
    first = person.forenames[0]
    glued = [
        first + "|" + "".join((*person.forenames[place:], person.surname)) for place in range(1, len(person.forenames))
    ]
    return [first + "|" + person.surname, *glued]


def _surname_spellings(person: Candidate) -> list[str]:
    """The surname with one letter left out, beside the forename: what a typing error shares with the right name."""
    name = person.surname
    if not full(person) or len(name) < 5:
        return []
    first = " ".join(person.forenames)
    return [f"{first}|{name}", *(f"{first}|{name[:place]}{name[place + 1 :]}" for place in range(len(name)))]


def _fits(said: str, one: Candidate, two: Candidate) -> bool:
    if one.suffix and two.suffix and one.suffix != two.suffix:
        return False
    if said == "the surname but for one letter":
        return one.forenames == two.forenames and one_letter_apart(one.surname, two.surname)
    if said == "a surname that holds the other":
        return one.surname != two.surname
    return True


# --- Scores -----------------------------------------------------------------------------------------------------------


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


def entries_by_block(people: Sequence[Candidate]) -> Counter[tuple[str, str]]:
    """How many byline entries have each surname + first initial: how common the name is."""
    found: Counter[tuple[str, str]] = Counter()
    for person in people:
        found[person.block] += person.papers
    return found
