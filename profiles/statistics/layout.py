"""Layout of a network: places and groups of its people. numpy only: no Django, no chance.

The layout lets all push each other away and ties pull (Fruchterman and Reingold 1991), with the person in question in the
middle; then boxes that overlap, a dot with its name each, are moved apart. Groups are those of greedy modularity (Clauset,
Newman and Moore 2004), found without the person in the middle, whom everybody is tied to. Up to some hundred people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 300
ROUNDS_APART = 400
LONG_WAY = 9
Matrix = NDArray[np.float64]


def groups(ties: Matrix) -> list[int]:
    """For each person the number of its group, 0 for the largest; those without a tie are a group of one each."""
    n, total = len(ties), float(ties.sum())
    members = [[person] for person in range(n)]
    if total:
        between = ties / total  # the share of all ties that leads from one group to the other
        np.fill_diagonal(between, np.diag(ties) / total)
        alive = np.ones(n, dtype=bool)
        while True:
            ends = between.sum(axis=1)
            gain = 2 * (between - np.outer(ends, ends))
            gain[~alive] = gain[:, ~alive] = -np.inf
            gain[np.tril_indices(n)] = -np.inf
            one, two = divmod(int(gain.argmax()), n)
            if not gain[one, two] > 1e-12:
                break
            between[one] += between[two]
            between[:, one] += between[:, two]
            between[two] = between[:, two] = 0
            alive[two] = False
            members[one] += members[two]
            members[two] = []
    order = sorted((found for found in members if found), key=lambda found: (-len(found), min(found)))
    number = {person: at for at, found in enumerate(order) for person in found}
    return [number[person] for person in range(n)]


def layout(ties: Matrix, group: Sequence[int], boxes: Matrix, width: float, height: float) -> Matrix:
    """The middle (x, y) of each box in the picture; `boxes` are widths and heights. Person 0 is in the middle of it all.

    Ties pull by their share of all that their two ends have, so that a dense group is no knot; those with many ties to the
    person in the middle are drawn towards it.
    """
    n = len(ties)
    middle, places = np.array([width, height]) / 2, _start(group)
    among = ties.copy()
    among[0] = among[:, 0] = 0
    ends = np.sqrt(np.maximum(among.sum(axis=1), 1))
    pull = among / np.outer(ends, ends)
    near = np.log1p(ties[0])[:, None]
    gravity = 0.15 + 0.25 * near / max(float(near.max()), 1.0)
    room = 1 / n**0.5
    weight = np.where(np.arange(n) == 0, 2.0, 1.0)  # the middle keeps some air
    for step in range(ROUNDS):
        apart = places[:, None] - places[None]
        far = np.sqrt((apart**2).sum(axis=2)) + 1e-9
        push = weight[None] * room**2 / far**2
        np.fill_diagonal(push, 0)
        force = (apart * (push - pull * far / room)[:, :, None]).sum(axis=1) - places * gravity / room
        length = np.sqrt((force**2).sum(axis=1, keepdims=True)) + 1e-9
        places += force / length * np.minimum(length, 0.1 * (1 - step / ROUNDS))
        places[0] = 0
    spread = np.abs(places).max(axis=0)
    spread[spread == 0] = 1
    return _moved_apart(places / spread * (middle - boxes.max(axis=0) / 2) + middle, boxes, width, height)


def _start(group: Sequence[int]) -> Matrix:
    """On a circle, group by group, at distances that no two share: symmetric starts would stay symmetric."""
    order = sorted(range(1, len(group)), key=lambda person: (group[person], person))
    places = np.zeros((len(group), 2))
    for at, person in enumerate(order):
        angle = 2 * np.pi * at / max(len(order), 1)
        places[person] = (0.6 + 0.4 * (at * 0.618 % 1)) * np.array([np.cos(angle), np.sin(angle)])
    return places


def _moved_apart(places: Matrix, boxes: Matrix, width: float, height: float) -> Matrix:
    half = (boxes[:, None] + boxes[None]) / 2
    low, high = boxes / 2, np.array([width, height]) - boxes / 2
    high = np.maximum(low, high)
    ahead = np.sign(np.arange(len(places))[:, None] - np.arange(len(places))[None])
    places, middle = np.clip(places, low, high), places[0].copy()
    for turn in range(ROUNDS_APART):
        apart = places[:, None] - places[None]
        over = half - np.abs(apart)
        touching = (over > 0).all(axis=2) & (ahead != 0)
        if not touching.any():
            break
        # Along the shorter way out, now and then the longer one; those in the same place part by their order.
        sign = np.where(apart == 0, ahead[:, :, None], np.sign(apart))
        along_x = over[:, :, 0] < over[:, :, 1]
        if turn % LONG_WAY == LONG_WAY - 1:
            along_x = ~along_x  # what is wedged in gets out
        move = np.zeros_like(apart)
        move[:, :, 0] = np.where(touching & along_x, sign[:, :, 0] * over[:, :, 0], 0)
        move[:, :, 1] = np.where(touching & ~along_x, sign[:, :, 1] * over[:, :, 1], 0)
        places = np.clip(places + move.sum(axis=1) * 0.4, low, high)
        places[0] = middle
    return places
