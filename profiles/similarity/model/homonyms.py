"""Homonyms: uncurated authors who look like several people of one name. numpy and scipy only: no Django.

Papers of an author that share a co-author belong together; the groups that come of it are compared by their words. People of
one name have papers in groups that have next to nothing in common, and a name that many bear. Either alone says little: single
people with rare names have such groups, too (11 % of those with six papers or more; two people of different fields put
together 47 %, of one field 37 %). It is a hint and no verdict: such authors go down in others' lists, and nothing else.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

LEAST_PAPERS = 6  # fewer say nothing
MOST_ALIKE = 0.15  # papers of different groups, as a part of how alike those of one group are
MOST_IN_LARGEST = 0.75  # of the papers, in the largest group
LEAST_OF_ONE_SURNAME, SHARE_OF_ONE_SURNAME = 20, 1 / 2000  # authors, of whom so many make a surname common


def doubted(
    wrote: sparse.csr_matrix, papers: sparse.csr_matrix, surnames: np.ndarray, sure: np.ndarray, largest_team: int
) -> np.ndarray:
    """A mask of the authors who may be several people; those a human or an identifier is `sure` of (a mask) are not.

    `wrote` is authors × papers, `papers` are the papers' vectors of length one, `surnames` a number for each author.
    """
    found = np.zeros(wrote.shape[0], dtype=bool)
    bearers = np.bincount(surnames)[surnames] if len(surnames) else surnames
    common = bearers >= max(LEAST_OF_ONE_SURNAME, SHARE_OF_ONE_SURNAME * wrote.shape[0])
    asked = np.flatnonzero(~sure & common & (np.diff(wrote.indptr) >= LEAST_PAPERS))
    across, within, largest = likeness(wrote, papers, asked, largest_team)
    found[asked[(across <= MOST_ALIKE * within) & (largest <= MOST_IN_LARGEST)]] = True
    return found


def likeness(
    wrote: sparse.csr_matrix, papers: sparse.csr_matrix, asked: np.ndarray, largest_team: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each of these authors the mean cosine of papers of different groups, of those of one, and the largest's share.

    Where there is but one group, nothing is across: that is 1.
    """
    owner, paper, group = groups_of_papers(wrote, asked, largest_team)
    if not len(owner):
        return np.ones(len(asked)), np.ones(len(asked)), np.ones(len(asked))
    count, people = int(group.max()) + 1, len(asked)
    size = np.bincount(group, minlength=count).astype(float)
    owner_of = np.zeros(count, dtype=np.int64)
    owner_of[group] = owner
    sums = sparse.csr_matrix((np.ones(len(group)), (group, paper)), shape=(count, papers.shape[0])) @ papers
    total = sparse.csr_matrix((np.ones(count), (owner_of, np.arange(count))), shape=(people, count)) @ sums
    # A sum's square is the sum over all pairs of its papers, each paper with itself among them.
    inside = np.bincount(owner_of, weights=_squares(sums), minlength=people)
    number = np.bincount(owner, minlength=people).astype(float)
    inside_pairs = np.bincount(owner_of, weights=size**2, minlength=people)
    across_pairs = number**2 - inside_pairs
    across = np.where(across_pairs > 0, (_squares(total) - inside) / np.maximum(across_pairs, 1), 1.0)
    within = (inside - number) / np.maximum(inside_pairs - number, 1)
    largest = np.zeros(people)
    np.maximum.at(largest, owner_of, size)
    return across, within, largest / np.maximum(number, 1)


def groups_of_papers(
    wrote: sparse.csr_matrix, asked: np.ndarray, largest_team: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Owner (place in `asked`), paper and group of each of their papers; those that share a co-author have one group."""
    mine = wrote[asked].tocoo()
    owner, paper = mine.row.astype(np.int64), mine.col.astype(np.int64)
    people = wrote.T.tocsr()
    team = np.diff(people.indptr)
    linked = np.flatnonzero(team[paper] <= largest_team)
    sizes = team[paper[linked]]
    entry = np.repeat(linked, sizes)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    other = people.indices[people.indptr[paper[entry]] + within].astype(np.int64)
    keep = other != asked[owner[entry]]
    entry, other = entry[keep], other[keep]
    _, acquaintance = np.unique(owner[entry] * wrote.shape[0] + other, return_inverse=True)
    nodes = len(owner) + (int(acquaintance.max()) + 1 if len(acquaintance) else 0)
    ties = sparse.csr_matrix(
        (np.ones(len(entry), dtype=np.int8), (entry, len(owner) + acquaintance)), shape=(nodes, nodes)
    )
    _, component = connected_components(ties, directed=False)
    _, group = np.unique(component[: len(owner)], return_inverse=True)
    return owner, paper, group


def _squares(matrix: sparse.csr_matrix) -> np.ndarray:
    """The square of each row's length."""
    matrix = matrix.tocsr()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    found: np.ndarray = np.bincount(rows, weights=matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0])
    return found
