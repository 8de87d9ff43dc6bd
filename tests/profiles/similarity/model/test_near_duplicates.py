"""A text that an author has twice counts once."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from papers.database.builds import stage_lock
from papers.models import Paper
from profiles.models import SimilarityLink
from profiles.similarity.corpus import Corpus
from profiles.similarity.full_run import compute_similarity
from profiles.similarity.model.near_duplicates import signatures, without_copies
from profiles.similarity.model.vectors import Parameters
from tests.conftest import record


def texts(rows: list[list[int]], terms: int = 40) -> sparse.csr_matrix:
    """Vectors of length one of papers with these terms."""
    found = np.zeros((len(rows), terms))
    for row, columns in enumerate(rows):
        found[row, columns] = 1 / np.sqrt(max(len(columns), 1))
    return sparse.csr_matrix(found)


PAPERS = texts(
    [
        list(range(10)),
        list(range(20, 30)),
        list(range(10)),  # the first again
        [*range(9), 30],  # … and with another word
        [*range(5), *range(30, 35)],  # half of it
        [],
        [],
    ]
)


@pytest.mark.parametrize(
    ("wrote", "left"),
    [
        ([[0, 1, 2]], [[0, 1]]),
        ([[0, 2, 3]], [[0]]),
        ([[1, 2, 3]], [[1, 2]]),
        ([[0, 1, 4]], [[0, 1, 4]]),
        ([[5, 6]], [[5, 6]]),  # without a word nobody knows
        ([[0], [2]], [[0], [2]]),  # each has it once
        ([[0, 2], [2], [1, 3, 4]], [[0], [2], [1, 3, 4]]),
        ([[]], [[]]),
    ],
)
def test_of_equal_texts_of_an_author_the_earlier_stays(wrote: list[list[int]], left: list[list[int]]) -> None:
    matrix = np.zeros((len(wrote), PAPERS.shape[0]), dtype=np.float32)
    for row, columns in enumerate(wrote):
        matrix[row, columns] = 1
    found = without_copies(sparse.csr_matrix(matrix), PAPERS, 0.85)
    assert [found.indices[a:b].tolist() for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True)] == left
    assert found.shape == matrix.shape
    assert without_copies(sparse.csr_matrix(matrix), PAPERS, 2.0).nnz == matrix.sum()


def test_among_hundreds_of_papers_of_one_author_nearly_every_copy_is_found() -> None:
    rng = random.Random(1)
    once = [rng.sample(range(5000), 80) for _ in range(200)]
    copied = [[*row[:76], *rng.sample(range(5000, 6000), 4)] for row in once]
    papers = texts(once + copied, 6000)
    found = without_copies(sparse.csr_matrix(np.ones((1, 400), dtype=np.float32)), papers, 0.85)
    assert found.indices[:200].tolist() == list(range(200))
    assert found.nnz <= 202
    assert all((one == two).all() for one, two in zip(signatures(papers), signatures(papers), strict=True))


@pytest.mark.django_db
def test_a_paper_deposited_twice(build_rows: Callable[..., Any]) -> None:
    words = "engines cogs cams tables levers gears springs wheels looms cards"
    build_rows(
        record("2001.00001", authors="Ada Byron, Charles Babbage", title="Engines", abstract=words),
        record("2001.00002", authors="Ada Byron", title="Algebra", abstract="algebra weaves cards and gears"),
        record("2001.00003", authors="Alan Turing", title="Machines", abstract="gears that halt, wheels that weave"),
        record("2001.00009", authors="Ada Byron, Charles Babbage", title="Engines", abstract=f"{words} again"),
    )
    twice, once = Corpus.read(Parameters(copies_alike=2.0)), Corpus.read(Parameters())
    assert (np.diff(twice.wrote.indptr).tolist(), np.diff(once.wrote.indptr).tolist()) == ([3, 2, 1], [2, 1, 1])
    with stage_lock():
        compute_similarity()
    # All that Babbage wrote is Ada's, too: no other paper of hers is a copy of it.
    pair = SimilarityLink.objects.get(author__name="Ada Byron", other__name="Charles Babbage").evidence[
        "closest_papers"
    ]
    first = Paper.objects.get(identifier="2001.00001").pk
    assert pair == {"mine": first, "theirs": first, "score": 1.0}
