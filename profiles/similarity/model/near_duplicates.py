"""Papers that an author has twice: the same text under two identifiers, or the conference's and the journal's version.

numpy and scipy only: no Django. A text counts once for its author, else whoever deposits everything twice would be twice as
much of everything, and an author of one text would have "two papers". Pairs to look at are found by signatures: of two texts
that share four fifths of their terms each signature is the same with a chance of four fifths.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

SIGNATURES = 6


def without_copies(wrote: sparse.csr_matrix, papers: sparse.csr_matrix, alike: float) -> sparse.csr_matrix:
    """authors × papers without those papers whose text the author has in an earlier one, too.

    `papers` are the papers' vectors of length one; `alike` is the cosine from which two texts are one.
    """
    owner = np.repeat(np.arange(wrote.shape[0]), np.diff(wrote.indptr))
    asked = np.flatnonzero((np.diff(wrote.indptr) > 1)[owner] & (np.diff(papers.indptr) > 0)[wrote.indices])
    if not len(asked):
        return wrote
    authors, mine = owner[asked], wrote.indices[asked]
    found = []
    known = signatures(papers)
    for number, signature in enumerate(known):
        # Side by side are copies: papers that happen to have one signature in common seldom have the next.
        order = np.lexsort((mine, known[number - 1][mine], signature[mine], authors))
        one, next_one = order[:-1], order[1:]
        same = (authors[one] == authors[next_one]) & (signature[mine[one]] == signature[mine[next_one]])
        found.append(np.stack((one[same], next_one[same]), axis=1))
    pairs = np.unique(np.concatenate(found), axis=0)
    texts, which = np.unique(np.sort(mine[pairs], axis=1), axis=0, return_inverse=True)
    cosines = np.asarray(papers[texts[:, 0]].multiply(papers[texts[:, 1]]).sum(axis=1)).ravel()
    pairs = pairs[(cosines >= alike)[which.ravel()]]
    keep = np.ones(wrote.nnz, dtype=bool)
    # An author's papers stand in the order of their ids: the earlier one stays.
    keep[asked[pairs.max(axis=1)]] = False
    ends = np.concatenate(([0], np.cumsum(keep)))[wrote.indptr]
    return sparse.csr_matrix((wrote.data[keep], wrote.indices[keep], ends), shape=wrote.shape)


def signatures(papers: sparse.csr_matrix) -> list[np.ndarray]:
    """Numbers for each paper, each the first of its terms in some order of all terms; the same at every call."""
    rng = np.random.default_rng(1)
    has_terms = np.diff(papers.indptr) > 0
    found = []
    for _ in range(SIGNATURES):
        place = rng.permutation(papers.shape[1])
        signature = np.full(papers.shape[0], -1)
        if has_terms.any():
            signature[has_terms] = np.minimum.reduceat(place[papers.indices], papers.indptr[:-1][has_terms])
        found.append(signature)
    return found
