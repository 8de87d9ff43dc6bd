"""The part of a corpus that a protocol gives away: papers, their words and subjects, and who wrote them. No Django."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from profiles.similarity.model.assembly import guarded_model
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters


@dataclass(frozen=True)
class Known:
    """What is given: authors × papers, the papers' term counts with their idf, and the papers' categories (papers × codes).

    The first entry of a row of `primary` is the paper's main category. `surnames` are numbers, `sure` marks authors of whom a
    human or an identifier says who they are.
    """

    wrote: sparse.csr_matrix
    counts: sparse.csr_matrix
    idf: np.ndarray
    categories: sparse.csr_matrix
    primary: np.ndarray
    surnames: np.ndarray
    sure: np.ndarray

    def before(self, papers: np.ndarray, max_share: float) -> Known:
        """What these papers (a mask) alone tell: authors stay in their places, a term's idf is that of these papers."""
        counts = self.counts[papers]
        having = np.bincount(counts.indices, minlength=counts.shape[1])
        telling = (having > 0) & (having <= counts.shape[0] * max_share)
        idf = np.where(telling, np.log(max(counts.shape[0], 1) / np.maximum(having, 1)), 0)
        return Known(
            self.wrote[:, papers], counts, idf, self.categories[papers], self.primary[papers], self.surnames, self.sure
        )

    def model(self, parameters: Parameters) -> Model:
        """The model of it as the site's lists are made."""
        authors = np.arange(self.wrote.shape[0])
        return guarded_model(parameters, authors, self.wrote, self.counts, self.idf, self.surnames, self.sure)

    def main_categories(self) -> np.ndarray:
        """The column of each author's most frequent main category, the first of equals."""
        size = max(self.categories.shape[1], 1)
        papers = np.arange(len(self.primary))
        primary = sparse.csr_matrix((np.ones(len(papers)), (papers, self.primary)), shape=(len(papers), size))
        return np.asarray((self.wrote.astype(np.float64) @ primary).argmax(axis=1)).ravel()
