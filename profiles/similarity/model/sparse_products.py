"""Rough, fast products of documents with all listed authors, with a bound for the error. numpy and scipy only: no Django.

Nine tenths of all products of a sparse matrix with itself are those of the thousand words that most use. For these, documents
are written out in full, and each term of a column is multiplied with many documents at once, which the processor does ten
at a time. The others are added along the lists of who has each term. Both take 32 bits, so that what comes out only says who
is worth an exact look.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

COMMON = 1 / 40  # of the columns: terms that more have are common
DOCUMENTS_AT_ONCE, COLUMNS_AT_ONCE = 32, 8192  # so that what is multiplied stays near the processor
UNIT = 2.0**-24  # the relative error of one rounding to 32 bits


@dataclass(frozen=True, slots=True)
class Products:
    """The columns (terms × authors) that documents are multiplied with, parted into common terms and all others."""

    columns: int
    common_terms: np.ndarray
    common: list[sparse.csr_matrix]  # columns × common terms, some columns each
    others: sparse.csr_matrix  # terms × columns; the rows of common terms are empty

    @classmethod
    def of(cls, targets: sparse.csr_matrix) -> Products:
        columns = targets.shape[1]
        is_common = np.diff(targets.indptr) > COMMON * columns
        terms = np.flatnonzero(is_common)
        common = targets[terms].astype(np.float32).T.tocsr()
        others = (sparse.diags((~is_common).astype(np.float32), format="csr") @ targets.astype(np.float32)).tocsr()
        others.eliminate_zeros()
        starts = range(0, columns, COLUMNS_AT_ONCE)
        return cls(columns, terms, [common[start : start + COLUMNS_AT_ONCE] for start in starts], others)

    def rough(self, documents: sparse.csr_matrix, threads: int = 1) -> np.ndarray:
        """The product of these rows with all columns, in 32 bits; the same whatever the number of threads."""
        found = np.empty((documents.shape[0], self.columns), dtype=np.float32)
        rows = documents.astype(np.float32)

        def multiply(start: int) -> None:
            self._multiply(rows[start : start + DOCUMENTS_AT_ONCE], found[start : start + DOCUMENTS_AT_ONCE])

        starts = range(0, documents.shape[0], DOCUMENTS_AT_ONCE)
        if threads == 1:
            for start in starts:
                multiply(start)
        else:  # scipy lets go of the interpreter's lock while it multiplies
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(multiply, starts))
        return found

    def _multiply(self, rows: sparse.csr_matrix, found: np.ndarray) -> None:
        table = np.ascontiguousarray(rows[:, self.common_terms].toarray().T)
        for number, common in enumerate(self.common):
            start = number * COLUMNS_AT_ONCE
            found[:, start : start + common.shape[0]] = (common @ table).T
        for row in range(rows.shape[0]):
            start, end = rows.indptr[row], rows.indptr[row + 1]
            found[row] += self.others[rows.indices[start:end]].T @ rows.data[start:end]


def rough_error(documents: sparse.csr_matrix) -> np.ndarray:
    """By which part of itself each row's rough products may be off: all terms are positive, and each is rounded."""
    error: np.ndarray = (np.diff(documents.indptr) + 8) * UNIT
    return error
