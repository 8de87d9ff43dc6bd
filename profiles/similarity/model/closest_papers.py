"""The closest papers of two authors, for many pairs of authors at once. numpy and scipy only: no Django."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import sparse

PAPERS_AT_ONCE = 16  # of an author, compared with all papers of all others in the list
PAIRS_AT_ONCE = 10_000


def closest_papers(
    wrote: sparse.csr_matrix, papers: sparse.csr_matrix, authors: np.ndarray, others: np.ndarray, by_other: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pair of authors the paper of each that are most alike, and their cosine; a shared paper is nobody's likeness.

    Of equals it is the other's first paper, then the author's first. Where all papers of one are the other's too, it is
    one that they share. `wrote` is authors × papers, `papers` are their vectors of length one. Quick if pairs with the same
    author stand together, or with `by_other` those with the same other.
    """
    owners, listed = (others, authors) if by_other else (authors, others)
    found = np.zeros(len(authors), np.int64), np.zeros(len(authors), np.int64), np.zeros(len(authors))
    own = np.zeros((papers.shape[1], PAPERS_AT_ONCE), dtype=np.float32)
    starts = [*np.flatnonzero(np.diff(owners, prepend=-1)).tolist(), len(owners)]
    begin = 0
    while begin < len(starts) - 1:
        end = max(begin + 1, int(np.searchsorted(starts, starts[begin] + PAIRS_AT_ONCE, side="right")) - 1)
        some = slice(starts[begin], starts[end])
        bounds = [start - starts[begin] for start in starts[begin : end + 1]]
        parts = _closest(wrote, papers, owners[some], listed[some], bounds, own, by_other)
        for column, part in zip(found, parts, strict=True):
            column[some] = part
        begin = end
    of_owner, of_listed, closeness = found
    mine, theirs = (of_listed, of_owner) if by_other else (of_owner, of_listed)
    return mine, theirs, np.minimum(closeness, 1.0)


def _closest(
    wrote: sparse.csr_matrix,
    papers: sparse.csr_matrix,
    owners: np.ndarray,
    listed: np.ndarray,
    bounds: list[int],
    own: np.ndarray,
    rows_first: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The closest papers of each pair, whose owner's come from bounds to bounds, and their cosine.

    `own` is a table of zeros, terms × some, and is so again afterwards.
    """
    number = np.diff(wrote.indptr)[listed]
    ends = np.concatenate(([0], np.cumsum(number)))
    columns = _runs(wrote.indptr[listed], number, wrote.indices)
    of_pair = np.repeat(np.arange(len(listed)), number)
    compared = papers[columns]
    found = np.zeros(len(listed), np.int64), np.zeros(len(listed), np.int64), np.zeros(len(listed))
    for start, end in pairwise(bounds):
        first, last = int(ends[start]), int(ends[end])
        owner = owners[start]
        rows = wrote.indices[wrote.indptr[owner] : wrote.indptr[owner + 1]]
        span = slice(*compared.indptr[[first, last]].tolist())
        some = sparse.csr_matrix(
            (compared.data[span], compared.indices[span], compared.indptr[first : last + 1] - span.start),
            shape=(last - first, papers.shape[1]),
        )
        near = _products(papers, rows, some, own)
        parts = _best(near, rows, columns[first:last], of_pair[first:last] - start, ends[start:end] - first, rows_first)
        for column, part in zip(found, parts, strict=True):
            column[start:end] = part
    return found


def _best(
    near: np.ndarray, rows: np.ndarray, columns: np.ndarray, of_pair: np.ndarray, starts: np.ndarray, rows_first: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Paper of the row, of the column, and value of the largest cosine among the columns of each pair (from `starts`)."""
    # A paper of both may be neither's closest.
    at = np.minimum(np.searchsorted(rows, columns), len(rows) - 1)
    shared = np.flatnonzero(rows[at] == columns)
    if len(shared):
        sizes = np.diff([*starts.tolist(), len(columns)])
        pairs = of_pair[shared]
        near[np.repeat(at[shared], sizes[pairs]), _runs(starts[pairs], sizes[pairs])] = -1
        near[:, shared] = -1
    best = near.argmax(axis=0)
    value = near[best, np.arange(len(columns))]
    peaks = np.maximum.reduceat(value, starts)
    candidates = np.flatnonzero(value == peaks[of_pair])
    if rows_first:
        candidates = candidates[np.lexsort((candidates, best[candidates], of_pair[candidates]))]
    chosen = candidates[np.searchsorted(of_pair[candidates], np.arange(len(starts)))]
    row = best[chosen]
    if len(shared):
        # Nothing left but what both have: the first of it.
        nothing_else = np.flatnonzero(peaks < 0)
        chosen[nothing_else] = shared[np.searchsorted(of_pair[shared], nothing_else)]
        row[nothing_else] = at[chosen[nothing_else]]
        peaks[nothing_else] = 1.0
    return rows[row], columns[chosen], peaks


def _products(papers: sparse.csr_matrix, rows: np.ndarray, compared: sparse.csr_matrix, own: np.ndarray) -> np.ndarray:
    """rows × compared of the papers' cosines."""
    found = np.empty((len(rows), compared.shape[0]), dtype=np.float32)
    for start in range(0, len(rows), own.shape[1]):
        some = rows[start : start + own.shape[1]]
        number = papers.indptr[some + 1] - papers.indptr[some]
        entries = _runs(papers.indptr[some], number)
        terms, place = papers.indices[entries], np.repeat(np.arange(len(some)), number)
        # As narrow as there are papers: most authors have one.
        table = own.reshape(-1)[: own.shape[0] * len(some)].reshape(own.shape[0], len(some))
        table[terms, place] = papers.data[entries]
        found[start : start + len(some)] = (compared @ table).T
        table[terms, place] = 0
    return found


def _runs(starts: np.ndarray, sizes: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
    """The whole numbers of all runs, so many from each start; or the values that stand there."""
    before = np.cumsum(sizes) - sizes
    found: np.ndarray = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return found if values is None else values[found]
