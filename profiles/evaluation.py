"""How good the similar authors are: protocols that hide something known and ask whether it is found. No Django.

*Future co-authors*: what came before a day is given; of an author with at least three papers by then, who are those first
written with afterwards? Existing co-authors are no answer. It rewards closeness in the network. *Split half*: an author's
papers in two random halves; does one half find the other among all? It rewards fidelity to one's own words. Neither is
"similarity" itself, so agreement in subject, coverage and the worst hub stand beside them, and every figure beside those of
plainer methods in the same run. Intervals are bootstraps over authors, 95 %.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from profiles import graph, hubs
from profiles.neighbours import Model, blocks, nearest
from profiles.vectors import Parameters, author_vectors, weigh

Scorer = Callable[[np.ndarray], np.ndarray]  # places of authors → a row of scores over the candidates for each
QUERIES_AT_ONCE = 128
RESAMPLES = 1_000
LSA_DIMENSIONS = 100


@dataclass(frozen=True)
class Known:
    """What is given: authors × papers, the papers' term counts with their idf, and the papers' categories (papers × codes).

    The first entry of a row of `primary` is the paper's main category.
    """

    wrote: sparse.csr_matrix
    counts: sparse.csr_matrix
    idf: np.ndarray
    categories: sparse.csr_matrix
    primary: np.ndarray

    def before(self, papers: np.ndarray, max_share: float) -> Known:
        """What these papers (a mask) alone tell: authors stay in their places, a term's idf is that of these papers."""
        counts = self.counts[papers]
        having = np.bincount(counts.indices, minlength=counts.shape[1])
        telling = (having > 0) & (having <= counts.shape[0] * max_share)
        idf = np.where(telling, np.log(max(counts.shape[0], 1) / np.maximum(having, 1)), 0)
        return Known(self.wrote[:, papers], counts, idf, self.categories[papers], self.primary[papers])


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over authors with its 95 % interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: np.ndarray, seed: int = 0) -> Figure:
        if not len(values):
            return cls(0.0, 0.0, 0.0)
        draws = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)), dtype=np.int32)
        low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
        return cls(round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4))


@dataclass(frozen=True, slots=True)
class Row:
    """What one method reached in one protocol."""

    method: str
    figures: dict[str, Figure]
    seconds: float


@dataclass(slots=True)
class Protocol:
    """A protocol's table: over how many authors, among how many candidates, a row per method."""

    name: str
    authors: int
    candidates: int
    rows: list[Row] = field(default_factory=list)


def future_coauthors(
    known: Known, later: sparse.csr_matrix, parameters: Parameters, most_authors: int = 3_000, seed: int = 1
) -> Protocol:
    """The protocol over a sample of the authors for whom there is something to find.

    `later` is authors × papers after the day; a candidate has as many papers before it as a listed author needs.
    """
    small = np.bincount(later.indices, minlength=later.shape[1]) <= parameters.largest_walk_team
    after = later[:, small].astype(np.float64)
    together = (known.wrote.astype(np.float64) @ known.wrote.T.astype(np.float64)).tocsr()
    had = np.diff(known.wrote.indptr)
    candidates = np.flatnonzero(had >= parameters.papers_to_be_listed(known.counts.shape[0]))
    new = (after @ after.T).tocsr()
    new = _without(new, together)[:, candidates]
    asked = np.flatnonzero((had >= 3) & (np.diff(new.indptr) > 0))
    rng = np.random.default_rng(seed)
    if len(asked) > most_authors:
        asked = np.sort(rng.choice(asked, most_authors, replace=False))
    protocol = Protocol("future co-authors", len(asked), len(candidates))
    out = together[:, candidates].astype(bool).tocsr()
    for name, make in methods(known, candidates, parameters, seed).items():
        started = time.process_time()
        score = make()
        ranks: list[list[float]] = []
        for first in range(0, len(asked), QUERIES_AT_ONCE):
            people = asked[first : first + QUERIES_AT_ONCE]
            scores = score(people)
            known_pairs = out[people].tocoo()
            scores[known_pairs.row, known_pairs.col] = 0
            ranks += [
                ranks_of(scores[row], new.indices[new.indptr[p] : new.indptr[p + 1]]) for row, p in enumerate(people)
            ]
        protocol.rows.append(Row(name, recall_figures(ranks), round(time.process_time() - started, 1)))
    return protocol


def ranks_of(scores: np.ndarray, wanted: np.ndarray) -> list[float]:
    """The ranks of the wanted columns, best first, from 1; among equals the first column comes first; inf for score 0."""
    found = []
    for column in wanted.tolist():
        score = scores[column]
        better = int((scores > score).sum()) + int((scores[:column] == score).sum())
        found.append(better + 1.0 if score > 0 else float("inf"))
    return sorted(found)


def recall_figures(ranks: Sequence[Sequence[float]]) -> dict[str, Figure]:
    """Recall among the first 10 and 50, and the mean of 1 / the first one's rank."""
    lists = [np.array(found) for found in ranks]
    return {
        "recall@10": Figure.of(np.array([(found <= 10).mean() for found in lists])),
        "recall@50": Figure.of(np.array([(found <= 50).mean() for found in lists])),
        "MRR": Figure.of(np.array([1 / found[0] for found in lists])),
    }


def methods(known: Known, candidates: np.ndarray, parameters: Parameters, seed: int) -> dict[str, Callable[[], Scorer]]:
    """What is compared, plainest first; each is made only when its turn comes, so that one is in memory at a time."""
    authors, had = known.wrote.shape[0], np.diff(known.wrote.indptr)
    profile = known.wrote @ known.categories

    def constant(values: np.ndarray) -> Scorer:
        return lambda people: np.tile(values.astype(np.float64), (len(people), 1))

    def random() -> Scorer:
        rng = np.random.default_rng(seed)
        return lambda people: rng.random((len(people), len(candidates)))

    def popular_in_category() -> Scorer:
        main = main_categories(known)
        return lambda people: (main[people][:, None] == main[candidates][None, :]) * had[candidates].astype(float)

    def cosine(matrix: sparse.csr_matrix) -> Callable[[], Scorer]:
        def make() -> Scorer:
            unit = _unit(matrix)
            to = unit[candidates].T.tocsr()
            return lambda people: (unit[people] @ to).toarray()

        return make

    def of_links(weights: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Scorer]:
        def make() -> Scorer:
            tied = (graph.steps(known.wrote, parameters.largest_walk_team) > 0).astype(np.float64)
            friends = np.diff(tied.indptr)
            to = (sparse.diags(weights(friends)) @ tied[:, candidates]).tocsr()
            return lambda people: (tied[people] @ to).toarray()

        return make

    def lsa() -> Scorer:
        documents = Model.of(parameters, np.arange(authors), known.wrote, known.counts, known.idf)
        matrix = documents.documents
        if min(matrix.shape) < 3 or not matrix.nnz:
            return constant(np.zeros(len(candidates)))
        size = min(LSA_DIMENSIONS, min(matrix.shape) - 1)
        start = np.random.default_rng(seed).standard_normal(min(matrix.shape))
        left, strength, _ = svds(matrix, k=size, v0=start)
        places = left * strength
        places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
        rows = places[documents.document_of]
        to = rows[candidates].T
        return lambda people: np.maximum(rows[people] @ to, 0)

    def ours(topic: float, walk: float) -> Callable[[], Scorer]:
        def make() -> Scorer:
            model = Model.of(parameters, np.arange(authors), known.wrote, known.counts, known.idf)
            if topic and walk:
                model = replace(model, trust=model.trust * hubs.held_back(model))

            def score(people: np.ndarray) -> np.ndarray:
                scores = np.zeros((len(people), len(candidates)))
                if topic:
                    scores += (model.documents[model.document_of[people]] @ model.targets).toarray()
                if walk:
                    scores += model.walk(people).toarray()
                return scores

            return score

        return make

    return {
        "random": random,
        "most papers": lambda: constant(had[candidates]),
        "most papers in the main category": popular_in_category,
        "cosine of categories": cosine(profile),
        "common co-authors": of_links(lambda friends: np.ones(len(friends))),
        "Adamic–Adar": of_links(lambda friends: 1 / np.log(np.maximum(friends, 2))),
        "summed counts × idf": cosine((known.wrote @ known.counts @ sparse.diags(known.idf)).tocsr()),
        f"LSA, {LSA_DIMENSIONS} dimensions": lsa,
        "ours, topic only": ours(1, 0),
        "ours, network only": ours(0, 1),
        "ours": ours(1, 1),
    }


def split_half(known: Known, parameters: Parameters, least_papers: int = 10, seed: int = 2) -> Protocol:
    """The protocol over authors with so many papers; words and categories only, for a half has no network of its own.

    A paper falls into the same half for all its authors: else a co-author's half would hold the very papers looked for.
    """
    in_first = np.random.default_rng(seed).random(known.wrote.shape[1]) < 0.5
    one, two = known.wrote @ sparse.diags(in_first * 1.0), known.wrote @ sparse.diags(~in_first * 1.0)
    for half in (one, two):
        half.eliminate_zeros()
    enough = np.diff(known.wrote.indptr) >= least_papers
    asked = np.flatnonzero(enough & (np.diff(one.indptr) > 0) & (np.diff(two.indptr) > 0))
    one, two = one[asked].tocsr(), two[asked].tocsr()
    protocol = Protocol("split half", len(asked), len(asked))
    made: dict[str, Callable[[sparse.csr_matrix], sparse.csr_matrix]] = {
        "cosine of categories": lambda half: half @ known.categories,
        "summed counts × idf": lambda half: (half @ known.counts @ sparse.diags(known.idf)).tocsr(),
        "ours, topic only": lambda half: author_vectors(half, known.counts, known.idf),
    }
    for name, make in made.items():
        started = time.process_time()
        a, b = (_unit(make(half)) for half in (one, two))
        to = b.T.tocsr()
        ranks = np.concatenate(
            [_own_ranks((a[first : first + QUERIES_AT_ONCE] @ to).toarray(), first)
             for first in range(0, len(asked), QUERIES_AT_ONCE)] or [np.empty(0)]
        )  # fmt: skip
        figures = {"first": Figure.of((ranks <= 1).astype(float)), "in ten": Figure.of((ranks <= 10).astype(float))}
        protocol.rows.append(Row(name, figures, round(time.process_time() - started, 1)))
    return protocol


def _own_ranks(scores: np.ndarray, first: int) -> np.ndarray:
    """The rank of the column `first` + i in row i; equals share the worse rank, so that a tie is no find."""
    own = scores[np.arange(len(scores)), first + np.arange(len(scores))]
    ranks = (scores >= own[:, None]).sum(axis=1).astype(float)
    return np.where(own > 0, ranks, np.inf)


@dataclass(frozen=True, slots=True)
class Lists:
    """What lists are like, of all authors or of those of a sample of documents."""

    of_all: bool
    authors: int
    authors_with_links: int
    authors_of_two: int
    authors_of_two_with_links: int
    in_most_lists: float  # share of all lists that the one author is in who is in most of them
    same_category: Figure  # share of an author's links to people of the same main category
    same_category_by_chance: float  # the same if lists were filled by lot


def describe_lists(model: Model, known: Known, most_documents: int = 20_000, seed: int = 3) -> tuple[Lists, float]:
    """The lists of all authors, or of so many documents drawn by lot, described, and the CPU seconds that they took."""
    documents = np.arange(model.documents.shape[0])
    of_all = len(documents) <= most_documents
    if not of_all:
        documents = np.sort(np.random.default_rng(seed).choice(documents, most_documents, replace=False))
    asked = np.isin(model.document_of, documents)
    started = time.process_time()
    found = [nearest(model, block) for block in blocks(model, documents)]
    seconds = time.process_time() - started
    authors = np.concatenate([links.authors for links in found] or [np.empty(0, np.int64)])
    others = np.concatenate([links.others for links in found] or [np.empty(0, np.int64)])
    lists = np.bincount(authors, minlength=len(model.authors))
    main = main_categories(known)
    agree = np.bincount(authors, weights=main[authors] == main[others], minlength=len(lists))
    has, two = lists > 0, asked & (model.papers >= 2)
    shares = np.bincount(main[model.listed], minlength=known.categories.shape[1]) / max(len(model.listed), 1)
    return (
        Lists(
            of_all, int(asked.sum()), int(has.sum()), int(two.sum()), int((has & two).sum()),
            round(float(np.bincount(others).max() / has.sum()), 5) if len(others) else 0.0,
            Figure.of(agree[has] / lists[has]),
            round(float(shares[main[has]].mean()), 4) if has.any() else 0.0,
        ),
        round(seconds, 1),
    )  # fmt: skip


def main_categories(known: Known) -> np.ndarray:
    """The column of each author's most frequent main category, the first of equals."""
    size = max(known.categories.shape[1], 1)
    papers = np.arange(len(known.primary))
    primary = sparse.csr_matrix((np.ones(len(papers)), (papers, known.primary)), shape=(len(papers), size))
    return np.asarray((known.wrote.astype(np.float64) @ primary).argmax(axis=1)).ravel()


def _without(matrix: sparse.csr_matrix, other: sparse.csr_matrix) -> sparse.csr_matrix:
    """The entries of the matrix where the other has none, and none on the diagonal."""
    left = (matrix - matrix.multiply(other > 0)).tocsr()
    left.setdiag(0)
    left.eliminate_zeros()
    left.sort_indices()
    return left


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return weigh(matrix.tocsr().astype(np.float64), np.ones(matrix.shape[1]))
