"""Groups and places of a network: against graphs whose groups are known, and for any graph what a picture must keep."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.statistics.layout import groups, layout

WIDTH, HEIGHT = 1120, 800


def matrix(n: int, ties: list[tuple[int, int, int]]) -> np.ndarray:
    found = np.zeros((n, n))
    for one, two, weight in ties:
        found[one, two] = found[two, one] = weight
    return found


def clique(first: int, last: int) -> list[tuple[int, int, int]]:
    return [(one, two, 1) for one in range(first, last) for two in range(one + 1, last)]


def test_two_cliques_with_a_bridge_and_a_loner_are_three_groups() -> None:
    ties = matrix(9, [*clique(0, 5), *clique(5, 8), (4, 5, 1)])
    assert groups(ties) == [0, 0, 0, 0, 0, 1, 1, 1, 2]
    assert groups(np.zeros((3, 3))) == [0, 1, 2]
    assert groups(np.zeros((0, 0))) == []


def test_groups_are_as_good_as_those_of_networkx() -> None:
    graph = networkx.karate_club_graph()
    ties = networkx.to_numpy_array(graph, weight=None)
    found = groups(ties)
    mine = [{person for person, group in enumerate(found) if group == number} for number in set(found)]
    theirs = networkx.community.greedy_modularity_communities(graph)
    quality = networkx.community.modularity
    assert quality(graph, mine, weight=None) >= quality(graph, theirs, weight=None) - 0.01
    sizes = [found.count(number) for number in range(max(found) + 1)]
    assert sizes == sorted(sizes, reverse=True)


def network(seed: int, people: int, density: float) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    ties = np.triu(chance.integers(1, 9, (people, people)) * (chance.random((people, people)) < density), 1).astype(
        float
    )
    ties[0, 1:] = chance.integers(1, 20, people - 1)
    boxes = np.column_stack([chance.integers(60, 170, people), chance.integers(30, 54, people)]).astype(float)
    return ties + ties.T, boxes


def overlapping(places: np.ndarray, boxes: np.ndarray) -> int:
    apart, half = np.abs(places[:, None] - places[None]), (boxes[:, None] + boxes[None]) / 2
    over = (half - apart > 2).all(axis=2)
    np.fill_diagonal(over, False)
    return int(over.sum()) // 2


@pytest.mark.parametrize("density", [0.0, 0.02, 0.1, 0.5, 1.0])
def test_sixty_names_can_be_read(density: float) -> None:
    for seed in (2, 4):
        ties, boxes = network(seed, 61, density)
        places = layout(ties, [-1, *groups(ties[1:, 1:])], boxes, WIDTH, HEIGHT)
        assert overlapping(places, boxes) == 0


@given(seed=st.integers(0, 1000), people=st.integers(1, 61), density=st.floats(0, 1))
@settings(max_examples=10, deadline=None)
def test_everybody_is_in_the_picture_and_the_first_in_the_middle(seed: int, people: int, density: float) -> None:
    ties, boxes = network(seed, people, density)
    group = [-1, *groups(ties[1:, 1:])]
    places = layout(ties, group, boxes, WIDTH, HEIGHT)
    assert (places >= boxes / 2 - 1e-6).all()
    assert (places <= np.array([WIDTH, HEIGHT]) - boxes / 2 + 1e-6).all()
    assert np.allclose(places[0], [WIDTH / 2, HEIGHT / 2])
    assert (layout(ties, group, boxes, WIDTH, HEIGHT) == places).all()


def test_those_who_write_with_each_other_are_near_each_other() -> None:
    ties = matrix(13, [(0, other, 1) for other in range(1, 13)] + clique(1, 7) + clique(7, 13))
    places = layout(ties, [-1, *groups(ties[1:, 1:])], np.full((13, 2), 40.0), WIDTH, HEIGHT)
    far = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    inside = np.mean([far[one, two] for one, two, _ in clique(1, 7) + clique(7, 13)])
    between = far[1:7, 7:13].mean()
    assert between > 1.3 * inside
