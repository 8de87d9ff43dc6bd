"""How near documents are to all listed authors, roughly and fast, with a bound for the error. numpy and scipy only: no Django.

A third of all products of a sparse matrix with itself are those of a few hundred words that many use; a dense product does
these at the full speed of the processor. The others are added along the lists of who has each term. Both take 32 bits, so
that what comes out only says who is worth an exact look.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

COMMON_TERMS = 256
UNIT = 2.0**-24  # the relative error of one rounding to 32 bits


@dataclass(frozen=True, slots=True)
class Products:
    """The columns (terms × authors) that documents are multiplied with, parted into common terms and all others."""

    common_terms: np.ndarray
    common: np.ndarray
    others: sparse.csr_matrix  # the rows of common terms are empty

    @classmethod
    def of(cls, targets: sparse.csr_matrix) -> Products:
        having = np.diff(targets.indptr)
        common_terms = np.sort(np.argsort(-having, kind="stable")[:COMMON_TERMS])
        is_other = np.ones(targets.shape[0], dtype=np.float32)
        is_other[common_terms] = 0
        others = (sparse.diags(is_other, format="csr") @ targets.astype(np.float32)).tocsr()
        others.eliminate_zeros()
        common = np.ascontiguousarray(targets[common_terms].toarray().astype(np.float32))
        return cls(common_terms, common, others)

    def rough(self, documents: sparse.csr_matrix, threads: int = 1) -> np.ndarray:
        """The product of these rows with all columns, in 32 bits; the same whatever the number of threads."""
        rows = documents.astype(np.float32)
        found: np.ndarray = rows[:, self.common_terms].toarray() @ self.common

        def add_others(row: int) -> None:
            start, end = rows.indptr[row], rows.indptr[row + 1]
            found[row] += self.others[rows.indices[start:end]].T @ rows.data[start:end]

        if threads == 1:
            for row in range(rows.shape[0]):
                add_others(row)
        else:  # scipy lets go of the interpreter's lock while it multiplies
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(add_others, range(rows.shape[0])))
        return found


def rough_error(documents: sparse.csr_matrix) -> np.ndarray:
    """By which part of itself each row's rough products may be off: all terms are positive, and each is rounded."""
    return (np.diff(documents.indptr) + 8) * UNIT
