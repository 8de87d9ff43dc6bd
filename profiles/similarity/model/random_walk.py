"""Random walks in the network of who wrote with whom: how near two authors are. numpy and scipy only: no Django.

A paper of n people ties each pair of them by 1/(n - 1), so that every author of it has one tie to give away; the rows of the
matrix of ties made sum one are the steps P of a random walk. Nearness is ¼P² + ⅛P³: whoever is met two or three steps from
the author, a step more counting half. It says nothing of P itself: that two have written together is shown, and no news.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

TWO_STEPS, THREE_STEPS = 1 / 4, 1 / 8
MOST = TWO_STEPS + THREE_STEPS  # the nearness of a pair that every walk ends at


def steps(wrote: sparse.csr_matrix, largest_team: int) -> sparse.csr_matrix:
    """The chances of a walk's next step, authors × authors; rows of authors without co-authors are empty.

    `wrote` is authors × papers; papers of one person and of more than `largest_team` tie nobody.
    """
    team = np.bincount(wrote.indices, minlength=wrote.shape[1])
    tying = (team > 1) & (team <= largest_team)
    together = wrote[:, tying].astype(np.float64).tocsr()
    ties = (together @ sparse.diags(1 / (team[tying] - 1)) @ together.T).tocsr()
    ties.setdiag(0)
    ties.eliminate_zeros()
    ties.sort_indices()
    sums = np.asarray(ties.sum(axis=1)).ravel()
    sums[sums == 0] = 1
    return (sparse.diags(1 / sums) @ ties).tocsr()


def nearness(start: sparse.csr_matrix, step: sparse.csr_matrix, to: sparse.csr_matrix) -> sparse.csr_matrix:
    """¼P² + ⅛P³ from the authors whose rows of P are `start`; `to` is P cut down to the columns that are asked for."""
    two = start @ to
    three = (start @ step) @ to
    return (two * TWO_STEPS + three * THREE_STEPS).tocsr()


def tied(wrote: sparse.csr_matrix) -> sparse.csr_matrix:
    """authors × authors: 1 for those who have written together, whatever the size of the team."""
    together = (wrote.astype(np.int32) @ wrote.T.astype(np.int32)).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    together.data[:] = 1
    return together
