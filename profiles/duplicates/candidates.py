"""Candidate pairs: authors whose names may be one person's, with what agrees and its weight."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from papers.text.folding import fold
from papers.text.words import one_letter_apart
from profiles.names import is_initial

# Authors who share letters, tokens or a contained surname, beyond which the likeness is no hint.
MOST_IN_BLOCK_ACROSS = 60
MOST_CANDIDATES = 400  # of one author inside a block, those with the most papers
NICKNAMES = (
    "alexander alex sasha",
    "andrew andy drew",
    "anthony tony",
    "benjamin ben",
    "charles charlie chuck",
    "christopher chris",
    "daniel dan danny",
    "david dave",
    "edward ed eddie ted",
    "elizabeth liz beth betty",
    "gregory greg",
    "james jim jimmy",
    "jeffrey jeff",
    "jonathan jon",
    "joseph joe",
    "joshua josh",
    "katherine kate kathy",
    "kenneth ken",
    "lawrence larry",
    "matthew matt",
    "michael mike mick",
    "mikhail misha",
    "nicholas nick",
    "patrick pat",
    "peter pete",
    "philip phil",
    "richard rick dick",
    "robert bob rob bobby",
    "ronald ron",
    "samuel sam",
    "stephen steve",
    "steven steve",
    "susan sue",
    "thomas tom",
    "timothy tim",
    "vladimir volodya",
    "william bill will",
    "zachary zach",
)
SHORT_FOR: dict[str, set[str]] = defaultdict(set)
HYPHENS = re.compile("[-\u2010-\u2015\u2212\ufe63\uff0d]")
for _row in NICKNAMES:
    for _one in _row.split():
        SHORT_FOR[_one].update(_row.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of an author's name and papers is compared. `coauthors` and `initials` are hashes of folded names."""

    id: int
    surname: str  # folded, glued
    forenames: tuple[str, ...]  # folded; what a hyphen binds is one of them, with the hyphen, unless it is of initials
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
        tokens = tuple(token for word in forenames.split() for token in _bound(word))
        defaults: dict[str, object] = {"papers": 0, "first_year": None, "last_year": None, "categories": {}}
        return cls(pk, fold(surname).replace(" ", ""), tokens, fold(suffix), **{**defaults, **facts})  # type: ignore[arg-type]

    @property
    def block(self) -> tuple[str, str]:
        return self.surname, self.forenames[0][0] if self.forenames else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The forenames word by word, whatever binds them."""
        return tuple(part for name in self.forenames for part in name.split("-"))


def _bound(word: str) -> list[str]:
    parts = fold(word).split()
    return ["-".join(parts)] if HYPHENS.search(word) and not any(map(is_initial, parts)) else parts


def entries_by_block(people: Sequence[Candidate]) -> Counter[tuple[str, str]]:
    """How many byline entries have each surname + first initial: how common the name is."""
    found: Counter[tuple[str, str]] = Counter()
    for person in people:
        found[person.block] += person.papers
    return found


# --- Two names -------------------------------------------------------------------------------------------------------


def name_evidence(one: Candidate, two: Candidate) -> tuple[str, float] | None:
    """How two names of one surname + first initial agree, with its weight; None where they can't be one person's."""
    if one.suffix and two.suffix and one.suffix != two.suffix:
        return None  # father and son
    mine, theirs = one.forenames, two.forenames
    if not mine or not theirs:
        return None  # a surname alone is no hint
    if "".join(one.parts) == "".join(two.parts):
        return "the same letters", 5.0
    mine = _spelled_like(mine, theirs)
    theirs = _spelled_like(theirs, mine)
    if not mine or not theirs:
        return None  # half of Xuan-Jing is somebody else
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
    # A glued forename against its parts: Jian-Cheng and Jiancheng are equal letters, Jian and Jiancheng two people.
    if min(len(a), len(b)) >= 5 and one_letter_apart(a, b) and _middles_agree(mine[1:], theirs[1:]):
        return "the forename but for one letter", -1.0
    return None


def _spelled_like(mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """My forenames so that each stands beside theirs: Xuan-Jing in parts beside Xuan Jing, X. J. and X., else as one word.

    Nothing where they have only a part of what my hyphen binds: Xuan-Jing is neither Xuan nor Jing.
    """
    found: list[str] = []
    for name in mine:
        parts = name.split("-")
        beside = theirs[len(found) : len(found) + len(parts)]
        whole = "".join(parts)
        if len(parts) == 1 or not beside or beside[0].replace("-", "") == whole:
            found.append(whole)
        elif len(beside) < len(parts) and not is_initial(beside[0]):
            return ()
        else:
            found += parts[: len(beside)]
    return tuple(found)


def _middles_agree(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether no middle name contradicts the other's; a missing one contradicts nothing unless a full one is glued on."""
    return all(
        a == b if not is_initial(a) and not is_initial(b) else a[0] == b[0] for a, b in zip(mine, theirs, strict=False)
    )


# --- Pairs -----------------------------------------------------------------------------------------------------------


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
        ("the same letters", 4.0, lambda p: ["".join((*p.parts, p.surname))] if full(p) else []),
        (
            "the same names in another order",
            4.0,
            lambda p: [" ".join(sorted((*_as_one(p), p.surname)))] if full(p) else [],
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


def _as_one(person: Candidate) -> list[str]:
    """The forenames, what a hyphen binds as one word."""
    return [name.replace("-", "") for name in person.forenames]


def _surname_parts(person: Candidate) -> list[str]:
    """The forename with the surname, and with what the surname may be without its last middle name."""
    if not full(person):
        return []
    first, *middle = _as_one(person)
    glued = [first + "|" + "".join((*middle[place:], person.surname)) for place in range(len(middle))]
    return [first + "|" + person.surname, *glued]


def _surname_spellings(person: Candidate) -> list[str]:
    """The surname with one letter left out, beside the forename: what a typing error shares with the right name."""
    name = person.surname
    if not full(person) or len(name) < 5:
        return []
    first = " ".join(person.parts)
    return [f"{first}|{name}", *(f"{first}|{name[:place]}{name[place + 1 :]}" for place in range(len(name)))]


def _fits(said: str, one: Candidate, two: Candidate) -> bool:
    if one.suffix and two.suffix and one.suffix != two.suffix:
        return False
    if said == "the surname but for one letter":
        return one.parts == two.parts and one_letter_apart(one.surname, two.surname)
    if said == "a surname that holds the other":
        return one.surname != two.surname
    return True
