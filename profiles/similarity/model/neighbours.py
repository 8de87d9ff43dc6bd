"""Nearest authors by topic and co-author network, exactly, block by block, and why. numpy and scipy only: no Django.

    score(a, b) = trust(b) · (cosine(a, b) + w · √nearness(a, b)) / (1 + w · √MOST)

so that it lies between 0 and 1 and is the sum of what each shared term and the network add. Every pair with a common term or
a common acquaintance is compared; memory grows with block × authors, never with authors × authors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import sqrt

import numpy as np
from scipy import sparse

from profiles.similarity.model import random_walk
from profiles.similarity.model.sparse_products import Products, rough_error
from profiles.similarity.model.vectors import Parameters, author_vectors

# What differs by less than this is a tie: the last bits of a sum depend on the order of its terms.
DIGITS = 12
LEAST_SCORE = 1e-6  # scores are kept with six digits


@dataclass(frozen=True)
class Model:
    """Authors (ids ascending), the distinct documents they wrote, their steps in the network, and who may be listed.

    Authors of exactly the same papers share a document: on a large site most authors have one paper, and several wrote it
    together, so this saves half the work. `document_of` gives each author's row of `documents`; rows are in the order of
    their first author. `trust` is a factor for each author, 0 for those who may be in nobody's list.
    """

    parameters: Parameters
    authors: np.ndarray
    document_of: np.ndarray
    documents: sparse.csr_matrix
    papers: np.ndarray  # how many each author has
    steps: sparse.csr_matrix
    tied: sparse.csr_matrix  # authors × authors: 1 for those who have written together
    trust: np.ndarray
    held_back: np.ndarray | None = None  # the factor in trust for being in too many lists (hubs.py)

    @classmethod
    def of(
        cls,
        parameters: Parameters,
        authors: np.ndarray,
        wrote: sparse.csr_matrix,
        counts: sparse.csr_matrix,
        idf: np.ndarray,
        trust: np.ndarray | None = None,
    ) -> Model:
        """The model of `wrote` (authors × papers), whose rows are `authors`, and the papers' term `counts`."""
        document_of, first = distinct_rows(wrote)
        papers = np.diff(wrote.indptr)
        enough = papers >= parameters.papers_to_be_listed(counts.shape[0])
        return cls(
            parameters,
            authors,
            document_of,
            author_vectors(wrote[first], counts, idf),
            papers,
            random_walk.steps(wrote, parameters.largest_walk_team),
            random_walk.tied(wrote),
            np.where(enough, 1.0 if trust is None else trust, 0.0),
        )

    @property
    def factors(self) -> dict[str, float]:
        """Who is held back: the factors of ids, as JSON takes them."""
        if self.held_back is None:
            return {}
        places = np.flatnonzero(self.held_back != 1)
        return dict(zip(map(str, self.authors[places].tolist()), self.held_back[places].tolist(), strict=True))

    @property
    def topic_scale(self) -> float:
        """What a cosine of 1 adds to a score."""
        return 1 / (1 + self.parameters.walk_weight * sqrt(random_walk.MOST))

    @property
    def walk_scale(self) -> float:
        """What a nearness of 1 would add."""
        return self.parameters.walk_weight * self.topic_scale

    @cached_property
    def listed(self) -> np.ndarray:
        """The places of those who may be in others' lists."""
        return np.flatnonzero(self.trust > 0)

    @cached_property
    def targets(self) -> sparse.csr_matrix:
        """terms × listed authors, scaled so that a product with a document is the topic's part of the score."""
        rows = self.documents[self.document_of[self.listed]]
        return (sparse.diags(self.trust[self.listed] * self.topic_scale) @ rows).T.tocsr()

    @cached_property
    def listed_scale(self) -> np.ndarray:
        """What a cosine of 1 with each listed author adds to a score, in 32 bits."""
        scale: np.ndarray = (self.trust[self.listed] * self.topic_scale).astype(np.float32)
        return scale

    @cached_property
    def document_scale(self) -> np.ndarray:
        """What a cosine of 1 with each document adds at most to a score with one of its listed authors, in 32 bits."""
        found = np.zeros(self.documents.shape[0], dtype=np.float32)
        np.maximum.at(found, self.document_of[self.listed], self.listed_scale)
        return found

    @cached_property
    def listed_by_document(self) -> sparse.csr_matrix:
        """documents × listed authors: 1 for who wrote it."""
        columns = np.arange(len(self.listed))
        return sparse.csr_matrix(
            (np.ones(len(columns), dtype=np.int8), (self.document_of[self.listed], columns)),
            shape=(self.documents.shape[0], len(columns)),
        )

    @cached_property
    def products(self) -> Products:
        return Products.of(self.targets)

    @cached_property
    def steps_to_listed(self) -> sparse.csr_matrix:
        return self.steps[:, self.listed].tocsr()

    @cached_property
    def tied_to_listed(self) -> sparse.csr_matrix:
        return self.tied[:, self.listed].tocsr()

    @cached_property
    def by_document(self) -> np.ndarray:
        """The places of all authors in the order of their documents."""
        return np.argsort(self.document_of, kind="stable")

    @cached_property
    def document_ends(self) -> np.ndarray:
        """Where in `by_document` the authors of each document begin, and the end."""
        return np.searchsorted(self.document_of[self.by_document], np.arange(self.documents.shape[0] + 1))

    def people_of(self, documents: np.ndarray) -> np.ndarray:
        """The places of the authors of these documents."""
        ends = self.document_ends
        parts = [self.by_document[ends[row] : ends[row + 1]] for row in documents.tolist()]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def count_people(self, documents: np.ndarray) -> int:
        return int((self.document_ends[documents + 1] - self.document_ends[documents]).sum())

    def walk(self, people: np.ndarray) -> sparse.csr_matrix:
        """What the network adds to the scores of these authors (rows) with the listed ones."""
        near = random_walk.nearness(self.steps[people], self.steps, self.steps_to_listed)
        near.data = np.sqrt(near.data) * self.walk_scale
        return (near @ sparse.diags(self.trust[self.listed])).tocsr()

    def walk_to(self, places: np.ndarray) -> sparse.csr_matrix:
        """What the network adds to the scores of all authors (rows) with these."""
        to = self.steps[:, places].tocsr()
        two = self.steps @ to
        near = (two * random_walk.TWO_STEPS + (self.steps @ two) * random_walk.THREE_STEPS).tocsr()
        near.data = np.sqrt(near.data) * self.walk_scale
        return (near @ sparse.diags(self.trust[places])).tocsr()

    def together(self, authors: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Whether each pair (places) has written together."""
        if not len(authors):
            return np.zeros(0, dtype=bool)
        found: np.ndarray = np.asarray(self.tied[authors, others]).ravel() > 0
        return found

    def cosines(self, documents: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The cosine of each pair of documents (rows), exactly; quick if those of one document stand together."""
        found = np.zeros(len(documents))
        row = np.zeros(self.documents.shape[1])
        starts = np.flatnonzero(np.diff(documents, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(documents)]):
            mine = slice(*self.documents.indptr[documents[start] : documents[start] + 2])
            terms = self.documents.indices[mine]
            row[terms] = self.documents.data[mine]
            found[start:end] = self.documents[others[start:end]] @ row
            row[terms] = 0
        return found

    def limits(self, people: np.ndarray) -> np.ndarray:
        """How many links each of these authors gets at least."""
        return np.where(self.trust[people] > 0, self.parameters.links, self.parameters.links_of_unlisted)


@dataclass(frozen=True, slots=True)
class Links:
    """Links as aligned arrays, those of an author together and best first: both authors' places, the score's two parts."""

    authors: np.ndarray
    others: np.ndarray
    topic: np.ndarray
    walk: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        scores: np.ndarray = self.topic + self.walk
        return scores

    @classmethod
    def joined(cls, parts: Sequence[Links]) -> Links:
        nothing = cls(*(np.empty(0, np.int64) for _ in range(2)), *(np.empty(0) for _ in range(2)))
        columns = zip(*((p.authors, p.others, p.topic, p.walk) for p in [nothing, *parts]), strict=True)
        return cls(*map(np.concatenate, columns))

    def some(self, which: np.ndarray) -> Links:
        return Links(self.authors[which], self.others[which], self.topic[which], self.walk[which])


def distinct_rows(wrote: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its content, numbered as they first appear, and where each first appears."""
    if not wrote.shape[0]:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    # A row is known by the sum of its columns' marks: of a million rows two different ones have one with a chance of 10^-7.
    marks = np.random.default_rng(1).integers(0, 2**64, wrote.shape[1], dtype=np.uint64)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(marks[wrote.indices])))[wrote.indptr]
    _, first, number = np.unique(np.diff(sums), return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[number], np.sort(first)


def blocks(model: Model, documents: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """The rows of documents (all, or these) whose authors are compared at once."""
    rows = np.arange(model.documents.shape[0]) if documents is None else documents
    return (rows[start : start + model.parameters.block] for start in range(0, len(rows), model.parameters.block))


def nearest(model: Model, documents: np.ndarray, cosines: np.ndarray | None = None) -> Links:
    """The links of the authors of these documents (ascending rows); rough `cosines` with all documents may be known already.

    A pure function: blocks can be computed anywhere, in any order.
    """
    people = model.people_of(documents)
    columns = len(model.listed)
    if not columns or not len(people):
        return Links.joined([])
    own = np.searchsorted(documents, model.document_of[people])
    limits = model.limits(people)
    near, tied = model.walk(people).tocoo(), model.tied_to_listed[people].tocoo()
    # By topic alone, as many as could be kept: the author and all co-authors may be among them. Whoever is not among these
    # and doesn't reach the last of them with what the network adds has enough better ones before.
    coauthors = np.bincount(tied.row, minlength=len(people))
    most = np.zeros(len(documents), dtype=np.int64)
    np.maximum.at(most, own, limits + 1 + coauthors)
    rows_asked = model.documents[documents]
    error = rough_error(rows_asked)
    pairs_near = own[near.row], near.col
    if cosines is None:
        rough = model.products.rough(rows_asked)
        by_topic, bounds = largest(rough, most, error)
        near_topic = rough[pairs_near]
    else:
        # So many documents have as many listed authors at least.
        marked, bounds = largest(cosines * model.document_scale, most, error)
        by_topic = (marked @ model.listed_by_document).tocsr()
        near_topic = cosines[pairs_near[0], model.document_of[model.listed[near.col]]] * model.listed_scale[near.col]
    rows, found = _joined(own, by_topic)
    reach = near_topic + near.data >= bounds[pairs_near[0]]
    near_pairs = near.row[reach].astype(np.int64) * columns + near.col[reach]
    pairs = np.unique(np.concatenate((rows * columns + found, near_pairs)))
    rows, found = np.divmod(pairs, columns)
    others = model.listed[found]
    walk = _values_at(pairs, near.row.astype(np.int64) * columns + near.col, near.data)
    is_coauthor = np.isin(pairs, tied.row.astype(np.int64) * columns + tied.col)
    words, which = np.unique(own[rows] * columns + found, return_inverse=True)
    word_rows, word_columns = np.divmod(words, columns)
    topic = model.cosines(documents[word_rows], model.document_of[model.listed[word_columns]])[which]
    topic *= model.trust[others] * model.topic_scale
    scores = np.round(topic + walk, DIGITS)
    keep = (others != people[rows]) & (scores >= LEAST_SCORE)
    rows, others, topic, walk, scores = rows[keep], others[keep], topic[keep], walk[keep], scores[keep]
    order = chosen(rows, others, scores, is_coauthor[keep], limits, model.parameters.not_yet_share)
    return Links(people[rows[order]], others[order], topic[order], walk[order])


def chosen(
    rows: np.ndarray, others: np.ndarray, scores: np.ndarray, is_coauthor: np.ndarray, limits: np.ndarray, share: float
) -> np.ndarray:
    """Which of these links are kept, list by list and best first, equals in the order of `others`.

    Of each row as many as its limit says, and of people not yet written with this share of the limit at least.
    """
    order = np.lexsort((others, -scores, rows))
    rows, new = rows[order], ~is_coauthor[order]
    start = np.searchsorted(rows, rows)
    place = np.arange(len(order)) - start
    new_before = np.cumsum(new) - new
    new_place = new_before - new_before[start]
    found: np.ndarray = order[(place < limits[rows]) | (new & (new_place < share * limits[rows]))]
    return found


def largest(values: np.ndarray, most: np.ndarray, error: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray]:
    """At least the `most` largest positive values of each row as 0/1 marks, and a bound below which none of them lies.

    A value may be off by the row's `error`, a part of itself: marked is whatever may be among the largest, and whatever may
    equal the last of them. The largest values of so many stretches of the row are as many different ones, so the least of the
    best of them is a bound that is cheap to find and leaves few to sort.
    """
    rows, columns = values.shape
    width = max(columns // (4 * int(most.max())), 1)
    stretches = columns // width
    peaks = np.sort(values[:, : stretches * width].reshape(rows, stretches, width).max(axis=2), axis=1)
    bounds = np.where(most <= stretches, peaks[np.arange(rows), np.maximum(stretches - most, 0)], 0).astype(np.float64)
    bounds = np.maximum(bounds * (1 - 3 * error) - 10.0**-DIGITS, np.finfo(np.float32).tiny)
    places = np.flatnonzero(values >= bounds[:, None].astype(values.dtype))
    marked_rows, marked = np.divmod(places, columns)
    ends = np.searchsorted(marked_rows, np.arange(rows + 1))
    return sparse.csr_matrix((np.ones(len(marked), dtype=np.int8), marked, ends), shape=values.shape), bounds


def _values_at(pairs: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The value of each of the pairs (ascending), 0 where none is known."""
    found = np.zeros(len(pairs))
    places = np.searchsorted(pairs, known)
    hit = np.flatnonzero(pairs[np.minimum(places, len(pairs) - 1)] == known) if len(pairs) else np.empty(0, np.int64)
    found[places[hit]] = values[hit]
    return found


def _joined(own: np.ndarray, marks: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """The marked columns of each author's document: (author's row, column)."""
    chosen = marks[own]
    return np.repeat(np.arange(len(own)), np.diff(chosen.indptr)), chosen.indices.astype(np.int64)
