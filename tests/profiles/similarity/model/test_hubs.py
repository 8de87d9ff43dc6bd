"""Who would be in too many lists is held back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from profiles.similarity.model.evidence import shared_terms
from profiles.similarity.model.hubs import held_back
from profiles.similarity.model.neighbours import Links, Model, blocks, nearest
from profiles.similarity.model.vectors import Parameters

PARAMETERS = Parameters(links=5, links_of_unlisted=5, listed_papers=1, small_site=1, most_of_lists=0.1)


def world(authors: int = 300) -> Model:
    """Groups of four with four words each and a lighter one of a larger circle; and one author, the last, with all words."""
    rng = np.random.default_rng(2)
    groups, circles = authors // 4, max(authors // 10, 1)
    counts = np.zeros((authors + 1, 4 * groups + circles), dtype=np.float32)
    for author in range(authors):
        counts[author, author // 4 * 4 : author // 4 * 4 + 4] = 1
        counts[author, 4 * groups + rng.integers(circles)] = 1
    counts[authors] = 1
    idf = np.repeat([1.0, 0.3], [4 * groups, circles])
    wrote = sparse.csr_matrix(np.eye(authors + 1, dtype=np.float32))
    return Model.of(PARAMETERS, np.arange(authors + 1), wrote, sparse.csr_matrix(counts), idf)


def lists(model: Model) -> Links:
    return Links.joined([nearest(model, block) for block in blocks(model)])


def test_the_one_near_to_everybody_is_held_back_and_hardly_anybody_else() -> None:
    model = world()
    before = lists(model)
    in_lists = np.bincount(before.others, minlength=301)
    factors = held_back(model)
    after = lists(replace(model, trust=model.trust * factors))
    assert in_lists[300] == 300
    assert np.flatnonzero(factors < 1).tolist() == [300]
    assert np.bincount(after.others, minlength=301).max() <= 0.1 * 301
    assert (held_back(model) == factors).all()


def test_the_parts_still_add_up() -> None:
    model = world()
    found = replace(model, trust=model.trust * held_back(model))
    links = lists(found)
    shared = shared_terms(found, links)
    named = [values.sum() for values in np.split(shared.values, shared.ends[1:-1])]
    assert np.allclose(named + shared.rest, links.topic)


def test_on_a_small_site_everybody_is_in_many_lists_and_nobody_held_back() -> None:
    model = world(20)
    assert held_back(model).tolist() == [1.0] * 21
    nobody = Model.of(PARAMETERS, np.arange(1), sparse.csr_matrix((1, 1)), sparse.csr_matrix((1, 1)), np.zeros(1))
    assert held_back(nobody).tolist() == [1.0]
