"""The rule: which author each printed name of a paper is, given who bears its identity key and what a human decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from papers.bylines import Name, parse_name
from profiles.names import identity_key

Key = tuple[str, int]  # identity key and its occurrence on a paper, counted from 1
NOBODY = 0  # stands for the author of a key that was split: a human must say whose a paper under it is


@dataclass(frozen=True, slots=True)
class Claim:
    """A stored authorship: that this position is this author, and the printed name if a human said so."""

    id: int
    position: int | None
    author_id: int
    decided_by_human: bool
    printed_name: str
    sort_day: int


def names_of(byline: Sequence[dict[str, Any]]) -> list[Name]:
    """The printed names of a stored byline, in order."""
    return [_name(e["name"], e["forenames"], e["surname"], e.get("suffix", "")) for e in byline]


def other_names_of(byline: Sequence[dict[str, Any]]) -> dict[int, list[str]]:
    """By position the further names that a stored byline prints for a person."""
    return {position: entry["other_names"] for position, entry in enumerate(byline, 1) if "other_names" in entry}


# People write more than one paper: half the names of a run have been met before in it.
_name = lru_cache(maxsize=20_000)(Name)


def key_of(name: Name) -> str:
    return identity_key(name.forenames, name.surname, name.suffix)


def place_decisions(decisions: Iterable[Claim], names: Sequence[Name]) -> dict[int, int | None]:
    """Where each human decision (by id) stands in this byline: at the name it was about, nearest to where it was.

    A name the byline no longer prints leaves its decision without a position: the claim is kept, the place is not known.
    """
    taken: set[int] = set()
    places: dict[int, int | None] = {}
    for claim in sorted(decisions, key=lambda claim: (claim.position or 0, claim.id)):
        if claim.position is None and not claim.printed_name:
            places[claim.id] = None
            continue
        place = _place_of(claim, names, taken)
        places[claim.id] = place
        if place is not None:
            taken.add(place)
    return places


def _place_of(claim: Claim, names: Sequence[Name], taken: set[int]) -> int | None:
    here = claim.position
    if not claim.printed_name:
        return here if here is not None and here <= len(names) and here not in taken else None
    key = key_of_text(claim.printed_name)
    # The same letters first; then the same name written another way ("Tom B Brown" for "Tom B. Brown").
    for same in (lambda name: name.name == claim.printed_name, lambda name: key_of(name) == key):
        found = [place for place, name in enumerate(names, 1) if place not in taken and same(name)]
        if found:
            return min(found, key=lambda place: abs(place - (here or place)))
    return None


def key_of_text(text: str) -> str:
    """The key of a name given as one text."""
    return key_of(parse_name(text))


def match(
    keys: Sequence[str], decided: dict[int, int], reserved: Iterable[int], owners: dict[Key, int]
) -> tuple[dict[int, int], dict[int, Key]]:
    """Authors for the positions that no human decided: those known by position, and the key still without one.

    `decided` are the positions a human decided and `reserved` every author with a place on the paper by decision. A
    key whose author already has a place on this paper goes on to its next occurrence. A key that was split gives NOBODY.
    """
    present = {*decided.values(), *reserved}
    known: dict[int, int] = {}
    missing: dict[int, Key] = {}
    used: dict[str, int] = defaultdict(int)
    for position, key in enumerate(keys, 1):
        if position in decided:
            # What a human said of one print of a name leaves the other prints on this paper with whom they were.
            if (key, used[key] + 2) in owners and decided[position] not in _owners_of(key, owners):
                used[key] += 1
            continue
        occurrence = used[key] + 1
        while (owner := owners.get((key, occurrence))) in present and owner is not None:
            occurrence += 1
        used[key] = occurrence
        if owner is None:
            missing[position] = (key, occurrence)
            continue
        known[position] = owner
        if owner != NOBODY:
            present.add(owner)
    return known, missing


def _owners_of(key: str, owners: dict[Key, int]) -> set[int]:
    found: set[int] = set()
    while (owner := owners.get((key, len(found) + 1))) is not None and owner not in found:
        found.add(owner)
    return found
