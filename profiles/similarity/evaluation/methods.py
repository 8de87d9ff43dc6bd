"""Methods compared in the protocol of future co-authors: plainer ones, and ours. No Django."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from profiles.similarity.evaluation.known import Known
from profiles.similarity.model import random_walk
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters, author_vectors, weigh

Scorer = Callable[[np.ndarray], np.ndarray]  # places of authors → a row of scores over the candidates for each
LSA_DIMENSIONS = 100
TOPIC, OURS = "ours, topic only", "ours"
MOST_IN_CATEGORY, SUMMED, ADAMIC_ADAR = "most papers in the main category", "summed counts × idf", "Adamic–Adar"


def methods(known: Known, candidates: np.ndarray, parameters: Parameters, seed: int) -> dict[str, Callable[[], Scorer]]:
    """What is compared, plainest first; each is made only when its turn comes, so that one is in memory at a time.

    Whoever is asked for has to be a candidate, too: nobody else gets a vector.
    """
    had = np.diff(known.wrote.indptr)
    wrote = known.wrote[candidates]

    def constant(values: np.ndarray) -> Scorer:
        return lambda people: np.tile(values.astype(np.float64), (len(people), 1))

    def random() -> Scorer:
        rng = np.random.default_rng(seed)
        return lambda people: rng.random((len(people), len(candidates)))

    def popular_in_category() -> Scorer:
        main = known.main_categories()
        return lambda people: (main[people][:, None] == main[candidates][None, :]) * had[candidates].astype(float)

    def cosine(matrix: Callable[[], sparse.csr_matrix]) -> Callable[[], Scorer]:
        def make() -> Scorer:
            unit = of_length_one(matrix())
            to = unit.T.tocsr()
            return lambda people: (unit[np.searchsorted(candidates, people)] @ to).toarray()

        return make

    def of_links(weights: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Scorer]:
        def make() -> Scorer:
            tied = (random_walk.steps(known.wrote, parameters.largest_walk_team) > 0).astype(np.float64)
            friends = np.diff(tied.indptr)
            to = (sparse.diags(weights(friends)) @ tied[:, candidates]).tocsr()
            return lambda people: (tied[people] @ to).toarray()

        return make

    def log_documents() -> sparse.csr_matrix:
        return author_vectors(wrote, known.counts, known.idf)

    def lsa() -> Scorer:
        matrix = log_documents()
        if min(matrix.shape) < 3 or not matrix.nnz:
            return constant(np.zeros(len(candidates)))
        size = min(LSA_DIMENSIONS, min(matrix.shape) - 1)
        start = np.random.default_rng(seed).standard_normal(min(matrix.shape))
        left, strength, _ = svds(matrix, k=size, v0=start, return_singular_vectors="u")
        places = left * strength
        places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
        return lambda people: np.maximum(places[np.searchsorted(candidates, people)] @ places.T, 0)

    return {
        "random": random,
        "most papers": lambda: constant(had[candidates]),
        MOST_IN_CATEGORY: popular_in_category,
        "cosine of categories": cosine(lambda: wrote @ known.categories),
        "common co-authors": of_links(lambda friends: np.ones(len(friends))),
        ADAMIC_ADAR: of_links(lambda friends: 1 / np.log(np.maximum(friends, 2))),
        SUMMED: cosine(lambda: (wrote @ known.counts @ sparse.diags(known.idf)).tocsr()),
        f"LSA, {LSA_DIMENSIONS} dimensions": lsa,
        TOPIC: cosine(log_documents),
        "ours, network only": lambda: scores_of(plain_model(known, parameters), candidates, topic=False),
        OURS: lambda: scores_of(known.model(parameters), candidates),
    }


def plain_model(known: Known, parameters: Parameters) -> Model:
    """The model without what lets some count less in others' lists."""
    return Model.of(parameters, np.arange(known.wrote.shape[0]), known.wrote, known.counts, known.idf)


def scores_of(model: Model, candidates: np.ndarray, topic: bool = True) -> Scorer:
    """A model's scores, or what the network alone adds to them; 0 for candidates who may be in nobody's list."""
    listed = np.isin(model.listed, candidates)
    columns = np.searchsorted(candidates, model.listed[listed])

    def score(people: np.ndarray) -> np.ndarray:
        found = model.walk(people).toarray()
        if topic:
            found += (model.documents[model.document_of[people]] @ model.targets).toarray()
        scores = np.zeros((len(people), len(candidates)))
        scores[:, columns] = found[:, listed]
        return scores

    return score


def of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The rows made length one."""
    return weigh(matrix.tocsr().astype(np.float64), np.ones(matrix.shape[1]))
