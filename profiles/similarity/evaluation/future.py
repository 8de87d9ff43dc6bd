"""The protocol of future co-authors: who will write together next, for the first time. No Django."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from profiles.similarity.evaluation.figures import Protocol, Row
from profiles.similarity.evaluation.known import Known
from profiles.similarity.evaluation.methods import Scorer, methods
from profiles.similarity.model.vectors import Parameters

QUERIES_AT_ONCE = 128


@dataclass(frozen=True)
class Question:
    """The authors who are asked for and those who may be the answer (places, ascending), and who is right.

    Both matrices are authors × candidates: whom each first wrote with after the day, and had written with before.
    """

    asked: np.ndarray
    candidates: np.ndarray
    right: sparse.csr_matrix
    together: sparse.csr_matrix

    @classmethod
    def of(
        cls, known: Known, later: sparse.csr_matrix, parameters: Parameters, most_authors: int, seed: int = 1
    ) -> Question:
        """The question over a sample of the authors for whom there is something to find.

        `later` is authors × papers after the day; a candidate has as many papers before it as a listed author needs.
        """
        small = np.bincount(later.indices, minlength=later.shape[1]) <= parameters.largest_walk_team
        after = later[:, small].astype(np.float64)
        together = (known.wrote.astype(np.float64) @ known.wrote.T.astype(np.float64)).tocsr()
        had = np.diff(known.wrote.indptr)
        candidates = np.flatnonzero(had >= parameters.papers_to_be_listed(known.counts.shape[0]))
        new = _without((after @ after.T).tocsr(), together)[:, candidates]
        asked = np.flatnonzero((had >= 3) & (np.diff(new.indptr) > 0))
        if len(asked) > most_authors:
            asked = np.sort(np.random.default_rng(seed).choice(asked, most_authors, replace=False))
        return cls(asked, candidates, new, together[:, candidates].astype(bool).tocsr())

    def answered(self, score: Scorer) -> dict[str, np.ndarray]:
        """How well these scores answer it: for each figure a value for each author."""
        ranks: list[list[float]] = []
        for first in range(0, len(self.asked), QUERIES_AT_ONCE):
            people = self.asked[first : first + QUERIES_AT_ONCE]
            scores = score(people)
            known_pairs = self.together[people].tocoo()
            scores[known_pairs.row, known_pairs.col] = 0
            ends = self.right.indptr
            ranks += [
                ranks_of(scores[row], self.right.indices[ends[place] : ends[place + 1]])
                for row, place in enumerate(people)
            ]
        return recall(ranks)


def future_coauthors(
    known: Known,
    later: sparse.csr_matrix,
    parameters: Parameters,
    most_authors: int = 3_000,
    seed: int = 1,
    on_method: Callable[[str], None] = lambda *_: None,
) -> Protocol:
    """The protocol with a row for every method; `later` is authors × papers after the day."""
    question = Question.of(known, later, parameters, most_authors, seed)
    protocol = Protocol("future co-authors", len(question.asked), len(question.candidates))
    for name, make in methods(known, question.candidates, parameters, seed).items():
        on_method(name)
        started = time.process_time()
        values = question.answered(make())
        protocol.rows.append(Row(name, values, round(time.process_time() - started, 1)))
    return protocol


def ranks_of(scores: np.ndarray, wanted: np.ndarray) -> list[float]:
    """The ranks of the wanted columns, best first, from 1; among equals the first column comes first; inf for score 0."""
    found = []
    for column in wanted.tolist():
        score = scores[column]
        better = int((scores > score).sum()) + int((scores[:column] == score).sum())
        found.append(better + 1.0 if score > 0 else float("inf"))
    return sorted(found)


def recall(ranks: Sequence[Sequence[float]]) -> dict[str, np.ndarray]:
    """Of each author the recall among the first 10 and 50, and 1 / the first one's rank."""
    lists = [np.array(found) for found in ranks]
    return {
        "recall@10": np.array([(found <= 10).mean() for found in lists]),
        "recall@50": np.array([(found <= 50).mean() for found in lists]),
        "MRR": np.array([1 / found[0] for found in lists]),
    }


def _without(matrix: sparse.csr_matrix, other: sparse.csr_matrix) -> sparse.csr_matrix:
    """The entries of the matrix where the other has none, and none on the diagonal."""
    left = (matrix - matrix.multiply(other > 0)).tocsr()
    left.setdiag(0)
    left.eliminate_zeros()
    left.sort_indices()
    return left
