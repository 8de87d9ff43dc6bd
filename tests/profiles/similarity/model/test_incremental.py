"""What changes in the lists of untouched authors, played out move by move on rows of which no two may have one rank."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from profiles.similarity.model.incremental import changed_lists
from profiles.similarity.model.lists import KeptLists
from profiles.similarity.model.neighbours import Links, Model
from profiles.similarity.model.vectors import Parameters

FIRST_ID = 10


@settings(max_examples=300, deadline=None)
@given(st.integers(2, 9), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_every_move_finds_its_place_free_and_the_ranks_are_those_of_the_new_lists(
    people: int, links: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    ids = np.arange(FIRST_ID, FIRST_ID + people)
    tied = sparse.csr_matrix(np.triu(rng.random((people, people)) < 0.3, 1).astype(np.int32))
    model = Model(
        Parameters(links=links, links_of_unlisted=links),
        ids,
        np.arange(people),
        sparse.identity(people, format="csr"),
        np.ones(people),
        tied * 0.0,
        (tied + tied.T).tocsr(),
        np.ones(people),
    )
    touched = np.flatnonzero(rng.random(people) < 0.4)
    pairs = np.array([(one, two) for one in range(people) for two in range(people) if one != two])
    # Few different scores, so that there are ties, in any order.
    old = pairs[rng.random(len(pairs)) < 0.6]
    scores = rng.integers(1, 5, len(old)) / 8
    order = np.lexsort((rng.random(len(old)), -scores, old[:, 0]))
    old, scores = old[order], scores[order]
    listed_for = np.unique(old[:, 0])
    lists = KeptLists(
        ids[old[:, 0]],
        ids[old[:, 1]],
        scores,
        model.together(old[:, 0], old[:, 1]),
        ids[listed_for],
        rng.integers(0, 4, len(listed_for)) / 8,
    )
    new = pairs[np.isin(pairs[:, 1], touched) & ~np.isin(pairs[:, 0], touched) & (rng.random(len(pairs)) < 0.7)]
    found = Links(new[:, 0], new[:, 1], rng.integers(1, 5, len(new)) / 8, np.zeros(len(new)))
    decided = ids[rng.random(people) < 0.2]

    change = changed_lists(model, lists, found, ids[touched], 0.0, decided)

    ranks: dict[int, dict[int, int | None]] = {author: {} for author in ids.tolist()}
    for author, other in zip(lists.authors.tolist(), lists.others.tolist(), strict=True):
        ranks[author][other] = len(ranks[author]) + 1
    for author, other in change.gone.tolist():
        del ranks[author][other]
    for author in change.renumbered.tolist():
        ranks[author] = dict.fromkeys(ranks[author])
    for (author, other), place in zip(change.moved.tolist(), change.moved_to.tolist(), strict=True):
        assert other in ranks[author] and place not in ranks[author].values()
        ranks[author][other] = place
    for author, other, place in zip(
        ids[change.links.authors].tolist(), ids[change.links.others].tolist(), change.places.tolist(), strict=True
    ):
        assert other not in ranks[author] and place not in ranks[author].values()
        ranks[author][other] = place
    wanted = zip(change.kept.authors.tolist(), change.kept.others.tolist(), strict=True)
    for author, links_of in groupby(wanted, key=lambda link: link[0]):
        assert ranks[author] == {other: place for place, (_, other) in enumerate(links_of, 1)}
