"""Does one half of an author's papers find the other half among everybody's? No Django."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy import sparse

from profiles.similarity.evaluation.figures import Protocol, Row
from profiles.similarity.evaluation.known import Known
from profiles.similarity.evaluation.methods import SUMMED, TOPIC, of_length_one
from profiles.similarity.model.vectors import author_vectors

LEAST_PAPERS = 10
SPLITS = 3
QUERIES_AT_ONCE = 128


def split_half(
    known: Known,
    least_papers: int = LEAST_PAPERS,
    seed: int = 2,
    splits: int = SPLITS,
    trust: np.ndarray | None = None,
    on_method: Callable[[str], None] = lambda *_: None,
) -> Protocol:
    """The protocol over authors with so many papers; words and categories only, for a half has no network of its own.

    A paper falls into the same half for all its authors: else a co-author's half would hold the very papers looked for. How the
    lot falls moves the figures of a few hundred authors by more than methods differ, so the mean of several splits is taken.
    `trust` are factors of authors on being found, as in their lists.
    """
    parted = []
    enough = np.diff(known.wrote.indptr) >= least_papers
    rng = np.random.default_rng(seed)
    for _ in range(splits):
        in_first = rng.random(known.wrote.shape[1]) < 0.5
        one, two = known.wrote @ sparse.diags(in_first * 1.0), known.wrote @ sparse.diags(~in_first * 1.0)
        for half in (one, two):
            half.eliminate_zeros()
        enough &= (np.diff(one.indptr) > 0) & (np.diff(two.indptr) > 0)
        parted.append((one, two))
    asked = np.flatnonzero(enough)
    halves = [(one[asked].tocsr(), two[asked].tocsr()) for one, two in parted]
    protocol = Protocol("split half", len(asked), len(asked))
    made: dict[str, Callable[[sparse.csr_matrix], sparse.csr_matrix]] = {
        "cosine of categories": lambda half: half @ known.categories,
        SUMMED: lambda half: (half @ known.counts @ sparse.diags(known.idf)).tocsr(),
        TOPIC: lambda half: author_vectors(half, known.counts, known.idf),
    }
    for name, make in made.items():
        on_method(name)
        started = time.process_time()
        ranks = []
        for one, two in halves:
            mine, theirs = of_length_one(make(one)), of_length_one(make(two))
            if trust is not None:
                theirs = sparse.diags(trust[asked]) @ theirs
            ranks.append(ranks_of_own(mine, theirs.T.tocsr()))
        values = {
            "first": np.mean([found <= 1 for found in ranks], axis=0),
            "in ten": np.mean([found <= 10 for found in ranks], axis=0),
        }
        protocol.rows.append(Row(name, values, round(time.process_time() - started, 1)))
    return protocol


def ranks_of_own(mine: sparse.csr_matrix, theirs: sparse.csr_matrix) -> np.ndarray:
    """The rank of column i in row i of the product; equals share the worse rank, so that a tie is no find."""
    found = [np.empty(0)]
    for first in range(0, mine.shape[0], QUERIES_AT_ONCE):
        scores = (mine[first : first + QUERIES_AT_ONCE] @ theirs).toarray()
        own = scores[np.arange(len(scores)), first + np.arange(len(scores))]
        found.append(np.where(own > 0, (scores >= own[:, None]).sum(axis=1), np.inf))
    return np.concatenate(found)
