"""Who may be several people of one name."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from profiles.similarity.model.homonyms import doubted, groups_of_papers, likeness


def two_people() -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Author 0 has papers 0–2 with author 1 and 3–5 with author 2, on another subject."""
    wrote = np.zeros((3, 6), dtype=np.float32)
    wrote[0] = wrote[1, :3] = wrote[2, 3:] = 1
    return sparse.csr_matrix(wrote), sparse.csr_matrix(np.repeat(np.eye(2), 3, axis=0))


def test_papers_that_share_a_coauthor_are_one_group() -> None:
    wrote, _ = two_people()
    owner, paper, group = groups_of_papers(wrote, np.array([0, 2]), 30)
    assert owner.tolist() == [0] * 6 + [1] * 3
    assert paper.tolist() == [0, 1, 2, 3, 4, 5, 3, 4, 5]
    assert [len(set(group[places])) for places in (slice(0, 3), slice(3, 6), slice(0, 6), slice(6, 9))] == [1, 1, 2, 1]
    assert not set(group[:6]) & set(group[6:])
    # A team too large ties nothing: then each paper stands for itself.
    assert len(set(groups_of_papers(wrote, np.array([0]), 1)[2])) == 6


def test_likeness_by_hand() -> None:
    wrote, papers = two_people()
    across, within, largest = likeness(wrote, papers, np.array([0, 1]), 30)
    assert (across.tolist(), within.tolist(), largest.tolist()) == ([0.0, 1.0], [1.0, 1.0], [0.5, 1.0])
    # All papers of one subject: nothing tells the groups apart.
    across, within, _ = likeness(wrote, sparse.csr_matrix(np.ones((6, 1))), np.array([0]), 30)
    assert (across.tolist(), within.tolist()) == ([1.0], [1.0])


@pytest.mark.parametrize(
    ("bearers", "sure", "papers", "expected"),
    [(25, False, 6, True), (25, True, 6, False), (5, False, 6, False), (25, False, 5, False)],
    ids=["common name", "a human is sure", "rare name", "few papers"],
)
def test_doubted_is_a_common_name_with_groups_that_have_nothing_in_common(
    bearers: int, sure: bool, papers: int, expected: bool
) -> None:
    wrote, vectors = two_people()
    others = sparse.csr_matrix((30, 6), dtype=np.float32)
    wrote = sparse.vstack([wrote[:, :papers], others[:, :papers]]).tocsr()
    surnames = np.array([0, 1, 2, *([0] * (bearers - 1)), *range(3, 34 - bearers)])
    mask = np.zeros(33, dtype=bool)
    mask[0] = sure
    assert np.flatnonzero(doubted(wrote, vectors[:papers], surnames, mask, 30)).tolist() == ([0] if expected else [])


def test_nobody_is_doubted_on_an_empty_site() -> None:
    nothing = sparse.csr_matrix((0, 0), dtype=np.float32)
    assert doubted(nothing, nothing, np.empty(0, np.int64), np.empty(0, bool), 30).tolist() == []
