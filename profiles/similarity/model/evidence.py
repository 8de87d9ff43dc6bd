"""Evidence of a similarity: parts that add up to the score, shared people and subjects, closest papers. No Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from scipy import sparse

from profiles.similarity.model.closest_papers import closest_papers
from profiles.similarity.model.neighbours import DIGITS, LEAST_SCORE, Links, Model, nearest

LinkRow = tuple[int, int, float, bool, str]  # author, other, score, is a co-author, evidence as JSON
MOST_TERMS = 10  # named in the evidence; the rest are one part
MOST_SHARED = 10  # people and subjects named
CODE = 1  # goes up when the same matrices would give other links


@dataclass(frozen=True, slots=True)
class EvidenceTerm:
    """A share of a score: what kind of evidence, what it is called, how much of the score it makes."""

    kind: str
    label: str
    contribution: float


def most_telling(terms: Iterable[EvidenceTerm], most: int) -> list[str]:
    """The labels of the strongest terms, a pair of words in the place of its single ones, one form of a word."""
    # "scaling laws" says more than "laws", though each of its words scores as much.
    order = sorted(terms, key=lambda part: (-part.contribution * len(part.label.split()), part.label))
    chosen: list[str] = []
    said: set[str] = set()
    for part in order:
        new = {word.removesuffix("s") for word in part.label.split()}
        if not new & said:
            chosen.append(part.label)
            said |= new
        if len(chosen) == most:
            break
    return chosen


@dataclass(frozen=True)
class Evidence:
    """What links are explained by: the model, the ids of papers, who wrote what, and the names of terms and subjects.

    `papers` are the papers' vectors in 32 bits, `fields` authors × codes.
    """

    model: Model
    paper_ids: np.ndarray
    wrote: sparse.csr_matrix
    papers: sparse.csr_matrix
    terms: list[str]
    codes: list[str]
    fields: sparse.csr_matrix

    def __call__(self, documents: np.ndarray) -> list[LinkRow]:
        """The links of the authors of these documents: a pure function, which any process may compute, in any order."""
        return list(self.rows(nearest(self.model, documents)))

    def digest(self, blocks: Sequence[np.ndarray]) -> str:
        """A fingerprint of everything that the links of these blocks depend on, the code included."""
        model = self.model
        found = hashlib.blake2b(digest_size=16)
        for array in (model.authors, model.document_of, model.trust, self.paper_ids, *blocks):
            found.update(np.ascontiguousarray(array).data)
        for matrix in (model.documents, model.steps, model.tied, self.wrote, self.papers, self.fields):
            for array in (matrix.indptr, matrix.indices, matrix.data):
                found.update(np.ascontiguousarray(array).data)
        for part in (model.parameters, self.terms, self.codes, CODE):
            found.update(repr(part).encode())
        return found.hexdigest()

    def rows(self, links: Links, together_by_other: bool = False) -> Iterator[LinkRow]:
        """The links as they are stored; the evidence names ids of authors and papers, and codes of categories.

        Links of one author should stand together, or else those to one other: then it is quick.
        """
        if not len(links.authors):
            return
        authors = self.model.authors
        scores = np.round(links.scores, 6)
        together = self.model.together(links.authors, links.others)
        people, subjects = _common(self.model.tied, links), _common(self.fields, links)
        parts = self._parts(links, scores, np.diff(people.indptr), together)
        mine, theirs, closeness = closest_papers(
            self.wrote, self.papers, links.authors, links.others, by_other=together_by_other
        )
        common, codes = authors[people.indices].tolist(), [self.codes[column] for column in subjects.indices.tolist()]
        common_ends, code_ends = people.indptr.tolist(), subjects.indptr.tolist()
        for row, (author, other, score, is_coauthor, my_paper, their_paper, cosine) in enumerate(
            zip(
                authors[links.authors].tolist(),
                authors[links.others].tolist(),
                scores.tolist(),
                together.tolist(),
                self.paper_ids[mine].tolist(),
                self.paper_ids[theirs].tolist(),
                np.round(closeness, 6).tolist(),
                strict=True,
            )
        ):
            start, code_start = common_ends[row], code_ends[row]
            evidence = {
                "parts": parts[row],
                "shared_coauthors": common[start : min(common_ends[row + 1], start + MOST_SHARED)],
                "shared_categories": codes[code_start : min(code_ends[row + 1], code_start + MOST_SHARED)],
                "closest_papers": {"mine": my_paper, "theirs": their_paper, "score": cosine},
            }
            yield author, other, score, is_coauthor, orjson.dumps(evidence).decode()

    def _parts(
        self, links: Links, scores: np.ndarray, common: np.ndarray, together: np.ndarray
    ) -> list[list[dict[str, Any]]]:
        """What each score consists of, as it is stored: the network, the strongest shared terms, all other terms."""
        shared = shared_terms(self.model, links)
        by_network, has_rest = links.walk >= LEAST_SCORE, shared.others > 0
        sizes = by_network + np.diff(shared.ends) + has_rest
        ends = np.concatenate(([0], np.cumsum(sizes)))
        values = np.empty(int(ends[-1]))
        is_term = np.ones(len(values), dtype=bool)
        first, last = ends[:-1][by_network], ends[1:][has_rest] - 1
        is_term[first] = is_term[last] = False
        values[is_term], values[first], values[last] = shared.values, links.walk[by_network], shared.rest[has_rest]
        labels: list[tuple[str, str]] = [("", "")] * len(values)
        for place, column in zip(np.flatnonzero(is_term).tolist(), shared.columns.tolist(), strict=True):
            labels[place] = ("term", self.terms[column])
        for place, row in zip(first.tolist(), np.flatnonzero(by_network).tolist(), strict=True):
            labels[place] = ("graph", tie_label(int(common[row]), bool(together[row])))
        for place, count in zip(last.tolist(), shared.others[has_rest].tolist(), strict=True):
            labels[place] = ("other", more_terms(count))
        parts = [
            {"kind": kind, "label": label, "contribution": value}
            for (kind, label), value in zip(labels, (exact_parts(values, ends, scores) / 1e6).tolist(), strict=True)
        ]
        return [parts[start:end] for start, end in pairwise(ends.tolist())]


def _common(matrix: sparse.csr_matrix, links: Links) -> sparse.csr_matrix:
    """What both authors of each link have, of the columns of the matrix."""
    found = matrix[links.authors].multiply(matrix[links.others]).tocsr()
    found.sort_indices()
    return found


@dataclass(frozen=True, slots=True)
class SharedTerms:
    """What shared terms add to the scores of links: the strongest of link n from `ends[n]` to `ends[n + 1]`, best first,
    and how many `others` there are, which add the `rest`."""

    ends: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    others: np.ndarray
    rest: np.ndarray


def shared_terms(model: Model, links: Links, most: int = MOST_TERMS) -> SharedTerms:
    """The parts of each link's topic share."""
    mine, theirs = model.document_of[links.authors], model.document_of[links.others]
    products = model.documents[mine].multiply(model.documents[theirs]).tocsr()
    products.sort_indices()
    sizes = np.diff(products.indptr)
    rows = np.repeat(np.arange(len(mine)), sizes)
    values = products.data * (model.trust[links.others] * model.topic_scale)[rows]
    # One whole number orders by row and by falling value; equal ones stay in the order of their terms.
    order = np.argsort((rows << 41) - np.round(values * 10**DIGITS).astype(np.int64), kind="stable")
    place = np.arange(len(order)) - products.indptr[rows[order]]
    named = order[(place < most) & (values[order] >= LEAST_SCORE)]
    ends = np.searchsorted(rows[named], np.arange(len(mine) + 1))
    left = values.copy()
    left[named] = 0
    rest = np.bincount(rows, weights=left, minlength=len(mine))
    return SharedTerms(ends, products.indices[named], values[named], sizes - np.diff(ends), rest)


def more_terms(count: int) -> str:
    return f"{count} more shared terms" if count > 1 else "1 more shared term"


def tie_label(common: int, wrote_together: bool) -> str:
    """What the network's part of a score is called."""
    if common:
        return f"{common} common co-authors" if common > 1 else "1 common co-author"
    return "co-authors of each other's co-authors" if not wrote_together else "wrote together, and met through others"


def exact_parts(values: np.ndarray, ends: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The parts in millionths, those of score n from `ends[n]` to `ends[n + 1]`, which add up to it exactly.

    What rounding took or gave goes to the first of the largest.
    """
    counted: np.ndarray = np.round(values * 1e6).astype(np.int64)
    has_parts = np.flatnonzero(np.diff(ends))
    if not len(has_parts):
        return counted
    starts, sizes = ends[:-1][has_parts], np.diff(ends)[has_parts]
    missing = np.round(scores[has_parts] * 1e6).astype(np.int64) - np.add.reduceat(counted, starts)
    largest = np.flatnonzero(counted == np.repeat(np.maximum.reduceat(counted, starts), sizes))
    counted[largest[np.searchsorted(largest, starts)]] += missing
    return counted
