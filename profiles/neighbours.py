"""Who is nearest to whom by topic and co-author network, exactly, block by block, and why. numpy and scipy only: no Django.

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

from profiles import graph
from profiles.vectors import Parameters, author_vectors

# What differs by less than this is a tie: the last bits of a sum depend on the order of its terms.
DIGITS = 12
LEAST_SCORE = 1e-6  # scores are kept with six digits
MOST_TERMS = 10  # named in the evidence; the rest are one part


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
            parameters, authors, document_of, author_vectors(wrote[first], counts, idf), papers,
            graph.steps(wrote, parameters.largest_walk_team), graph.tied(wrote),
            np.where(enough, 1.0 if trust is None else trust, 0.0),
        )  # fmt: skip

    @property
    def topic_scale(self) -> float:
        """What a cosine of 1 adds to a score."""
        return 1 / (1 + self.parameters.walk_weight * sqrt(graph.MOST))

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

    def walk(self, people: np.ndarray) -> sparse.csr_matrix:
        """What the network adds to the scores of these authors (rows) with the listed ones."""
        near = graph.nearness(self.steps[people], self.steps, self.steps_to_listed)
        near.data = np.sqrt(near.data) * self.walk_scale
        return (near @ sparse.diags(self.trust[self.listed])).tocsr()

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
        return self.topic + self.walk


def distinct_rows(wrote: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its content, numbered as they first appear, and where each first appears."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    found = np.empty(wrote.shape[0], dtype=np.int64)
    for row in range(wrote.shape[0]):
        content = wrote.indices[wrote.indptr[row] : wrote.indptr[row + 1]].tobytes()
        found[row] = number = numbers.setdefault(content, len(numbers))
        if number == len(first):
            first.append(row)
    return found, np.array(first, dtype=np.int64)


def blocks(model: Model, documents: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """The rows of documents (all, or these) whose authors are compared at once."""
    rows = np.arange(model.documents.shape[0]) if documents is None else documents
    return (rows[start : start + model.parameters.block] for start in range(0, len(rows), model.parameters.block))


def nearest(model: Model, documents: np.ndarray) -> Links:
    """The links of the authors of these documents (ascending rows).

    A pure function: blocks can be computed anywhere, in any order.
    """
    people = model.people_of(documents)
    topic = (model.documents[documents] @ model.targets).toarray()
    own = np.searchsorted(documents, model.document_of[people])
    limits = model.limits(people)
    columns = len(model.listed)
    if not columns or not len(people):
        nothing = np.empty(0, dtype=np.int64)
        return Links(nothing, nothing, np.empty(0), np.empty(0))
    near, tied = model.walk(people).tocoo(), model.tied_to_listed[people].tocoo()
    # By topic alone, as many as could be kept: the author and all co-authors may be among them. Whoever the network adds
    # nothing for and who is not among these has enough better ones before.
    coauthors = np.bincount(tied.row, minlength=len(people))
    most = np.zeros(len(documents), dtype=np.int64)
    np.maximum.at(most, own, model.parameters.links + 1 + coauthors)
    by_topic = largest(topic, most)
    rows, found = _joined(own, by_topic)
    pairs = np.unique(np.concatenate((rows * columns + found, near.row.astype(np.int64) * columns + near.col)))
    rows, found = np.divmod(pairs, columns)
    others = model.listed[found]
    walk = np.zeros(len(pairs))
    walk[np.searchsorted(pairs, near.row.astype(np.int64) * columns + near.col)] = near.data
    is_coauthor = np.zeros(len(pairs), dtype=bool)
    known = tied.row.astype(np.int64) * columns + tied.col
    is_coauthor[np.flatnonzero(np.isin(pairs, known))] = True
    by_topic = topic[own[rows], found]
    scores = np.round(by_topic + walk, DIGITS)
    keep = (others != people[rows]) & (scores >= LEAST_SCORE)
    rows, others, by_topic, walk, scores = rows[keep], others[keep], by_topic[keep], walk[keep], scores[keep]
    order = np.lexsort((others, -scores, rows))
    rows, new = rows[order], ~is_coauthor[keep][order]
    start = np.searchsorted(rows, rows)
    place = np.arange(len(order)) - start
    new_before = np.cumsum(new) - new
    new_place = new_before - new_before[start] if len(start) else new_before
    kept = (place < limits[rows]) | (new & (new_place < model.parameters.not_yet_share * limits[rows]))
    order, rows = order[kept], rows[kept]
    return Links(people[rows], others[order], by_topic[order], walk[order])


def within_two_steps(model: Model, places: np.ndarray) -> np.ndarray:
    """A mask of the authors whose walk passes one of these in two steps, so that their network changes with theirs."""
    near = np.zeros(len(model.authors))
    near[places] = 1
    for _ in range(2):
        near = np.where((near > 0) | (model.steps @ near > 0), 1.0, 0.0)
    return near > 0


def entered(model: Model, places: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """A mask of the authors with whom one of these listed authors reaches the score of `thresholds`, which has one each.

    Topic alone is asked: whom the network joins to one of them is within two steps of a co-author of theirs.
    """
    found = np.zeros(len(model.authors), dtype=bool)
    columns = np.flatnonzero(np.isin(model.listed, places))
    if not len(columns):
        return found
    targets = model.targets[:, columns].tocsr()
    for documents in blocks(model):
        best = (model.documents[documents] @ targets).max(axis=1).toarray().ravel()
        people = model.people_of(documents)
        scores = best[np.searchsorted(documents, model.document_of[people])]
        found[people] = (scores >= LEAST_SCORE) & (scores >= thresholds[people] - LEAST_SCORE)
    return found


def largest(values: np.ndarray, most: np.ndarray) -> sparse.csr_matrix:
    """At least the `most` largest positive values of each row, those that equal the last of them included, as 0/1 marks.

    The largest values of so many stretches of the row are as many different ones, so the least of the best of them is a bound
    that is cheap to find and leaves few to sort.
    """
    rows, columns = values.shape
    width = max(columns // (4 * int(most.max())), 1)
    stretches = columns // width
    peaks = np.sort(values[:, : stretches * width].reshape(rows, stretches, width).max(axis=2), axis=1)
    bound = np.where(most <= stretches, peaks[np.arange(rows), np.maximum(stretches - most, 0)], 0)
    bound = np.maximum(bound - 10.0**-DIGITS, np.finfo(float).tiny)
    marks = values >= bound[:, None]
    ends = np.concatenate(([0], np.cumsum(marks.sum(axis=1))))
    columns_found = np.nonzero(marks)[1]
    return sparse.csr_matrix((np.ones(len(columns_found), dtype=np.int8), columns_found, ends), shape=values.shape)


def _joined(own: np.ndarray, marks: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """The marked columns of each author's document: (author's row, column)."""
    chosen = marks[own]
    return np.repeat(np.arange(len(own)), np.diff(chosen.indptr)), chosen.indices.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a score: what kind of evidence, what it is called, how much of the score it makes."""

    kind: str
    label: str
    contribution: float


def shared_terms(model: Model, links: Links, terms: list[str], most: int = MOST_TERMS) -> list[list[Part]]:
    """For each link the parts of its topic share: the strongest shared terms, and the others in one."""
    mine, theirs = model.document_of[links.authors], model.document_of[links.others]
    products = model.documents[mine].multiply(model.documents[theirs]).tocsr()
    products = (sparse.diags(model.trust[links.others] * model.topic_scale) @ products).tocsr()
    rows = np.repeat(np.arange(len(mine)), np.diff(products.indptr))
    order = np.lexsort((products.indices, -np.round(products.data, DIGITS), rows))
    columns, values = products.indices[order].tolist(), products.data[order].tolist()
    found = []
    for start, end in pairwise(products.indptr.tolist()):
        cut = min(start + most, end)
        while cut > start and values[cut - 1] < LEAST_SCORE:
            cut -= 1
        parts = [Part("term", terms[columns[place]], values[place]) for place in range(start, cut)]
        if cut < end:
            parts.append(Part("other", more_terms(end - cut), sum(values[cut:end])))
        found.append(parts)
    return found


def more_terms(count: int) -> str:
    return f"{count} more shared terms" if count > 1 else "1 more shared term"


def tie_label(common: int, wrote_together: bool) -> str:
    """What the network's part of a score is called."""
    if common:
        return f"{common} common co-authors" if common > 1 else "1 common co-author"
    return "co-authors of each other's co-authors" if not wrote_together else "wrote together, and met through others"


def exact_parts(parts: Sequence[Part], score: float) -> list[Part]:
    """The parts rounded to six places; what rounding took or gave goes to the largest, so that they add up to the score."""
    rounded = [Part(part.kind, part.label, round(part.contribution, 6)) for part in parts]
    if rounded:
        place = max(range(len(rounded)), key=lambda number: rounded[number].contribution)
        largest = rounded[place]
        missing = score - sum(part.contribution for part in rounded)
        rounded[place] = Part(largest.kind, largest.label, round(largest.contribution + missing, 6))
    return rounded
