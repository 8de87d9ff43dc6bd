"""Why authors are similar: parts that add up to the score, shared people and subjects, closest papers. No Django."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import orjson
from scipy import sparse

from profiles.neighbours import DIGITS, LEAST_SCORE, Links, Model, nearest
from profiles.vectors import paper_vectors

LinkRow = tuple[int, int, float, bool, str]  # author, other, score, is a co-author, evidence as JSON
MOST_TERMS = 10  # named in the evidence; the rest are one part
MOST_SHARED = 10  # people and subjects named
CODE = 1  # goes up when the same matrices would give other links
PAPERS_AT_ONCE = 16  # of an author, compared with all papers of all others in the list


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a score: what kind of evidence, what it is called, how much of the score it makes."""

    kind: str
    label: str
    contribution: float


def most_telling(terms: Iterable[Part], most: int) -> list[str]:
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

    `papers` are the papers' vectors, `fields` authors × codes.
    """

    model: Model
    paper_ids: np.ndarray
    wrote: sparse.csr_matrix
    papers: sparse.csr_matrix
    terms: list[str]
    codes: list[str]
    fields: sparse.csr_matrix

    @classmethod
    def of(
        cls, model: Model, paper_ids: np.ndarray, wrote: sparse.csr_matrix, counts: sparse.csr_matrix, idf: np.ndarray,
        terms: list[str], codes: list[str], fields: sparse.csr_matrix,
    ) -> Evidence:  # fmt: skip
        return cls(model, paper_ids, wrote, paper_vectors(counts, idf).astype(np.float32), terms, codes, fields)

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
        terms = shared_terms(self.model, links, self.terms)
        people = _common(self.model.tied, links)
        subjects = _common(self.fields, links)
        together = self.model.together(links.authors, links.others)
        if together_by_other:
            theirs, mine, closeness = self.closest_papers(links.others, links.authors)
        else:
            mine, theirs, closeness = self.closest_papers(links.authors, links.others)
        scores = np.round(links.scores, 6)
        for row, (author, other, score, walk, is_coauthor) in enumerate(
            zip(
                authors[links.authors].tolist(), authors[links.others].tolist(), scores.tolist(), links.walk.tolist(),
                together.tolist(), strict=True,
            )
        ):  # fmt: skip
            common = people.indices[people.indptr[row] : people.indptr[row + 1]]
            codes = subjects.indices[subjects.indptr[row] : subjects.indptr[row + 1]]
            parts = terms[row]
            if walk >= LEAST_SCORE:
                parts = [Part("graph", tie_label(len(common), is_coauthor), walk), *parts]
            evidence = {
                "parts": exact_parts(parts, score),
                "shared_coauthors": authors[common[:MOST_SHARED]].tolist(),
                "shared_categories": [self.codes[column] for column in codes[:MOST_SHARED].tolist()],
                "closest_papers": {"mine": mine[row], "theirs": theirs[row], "score": closeness[row]},
            }
            yield author, other, score, is_coauthor, orjson.dumps(evidence).decode()

    def closest_papers(self, authors: np.ndarray, others: np.ndarray) -> tuple[list[int], list[int], list[float]]:
        """For each pair (places) the paper of each that are most alike, and their cosine; a shared paper is nobody's likeness.

        Where all papers of one are the other's too, it is one that they share.
        """
        count = len(authors)
        mine, theirs, closeness = (np.zeros(count, kind) for kind in (np.int64, np.int64, np.float64))
        starts = np.flatnonzero(np.diff(authors, prepend=-1))
        own = np.zeros((self.papers.shape[1], PAPERS_AT_ONCE), dtype=np.float32)
        for start, end in pairwise([*starts.tolist(), count]):
            my_papers = self._papers_of(authors[start])
            lists = [self._papers_of(other) for other in others[start:end]]
            columns = np.concatenate(lists)
            near = _products(self.papers, my_papers, columns, own)
            # A paper of both may be neither's closest.
            at = np.searchsorted(my_papers, columns)
            both = my_papers[np.minimum(at, len(my_papers) - 1)] == columns
            ends = np.cumsum([0, *map(len, lists)])
            best = near.argmax(axis=0)
            value = near[best, np.arange(len(columns))]
            for place, (first, last) in enumerate(pairwise(ends.tolist()), start):
                if both[first:last].any():
                    row, column, cosine = _closest_unshared(near[:, first:last], at[first:last], both[first:last])
                else:
                    column = int(value[first:last].argmax())
                    row, cosine = int(best[first + column]), float(value[first + column])
                mine[place], theirs[place] = my_papers[row], columns[first + column]
                closeness[place] = min(cosine, 1.0)
        return (
            self.paper_ids[mine].tolist(), self.paper_ids[theirs].tolist(), np.round(closeness, 6).tolist()
        )  # fmt: skip

    def _papers_of(self, author: int) -> np.ndarray:
        found: np.ndarray = self.wrote.indices[self.wrote.indptr[author] : self.wrote.indptr[author + 1]]
        return found


def _products(papers: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
    """rows × columns of the papers' cosines; `own` is a table of zeros, terms × some, and is so again afterwards."""
    compared = papers[columns]
    found = np.empty((len(rows), len(columns)), dtype=np.float32)
    for start in range(0, len(rows), own.shape[1]):
        some = papers[rows[start : start + own.shape[1]]]
        place = np.repeat(np.arange(some.shape[0]), np.diff(some.indptr))
        # As narrow as there are papers: most authors have one.
        table = own.reshape(-1)[: own.shape[0] * some.shape[0]].reshape(own.shape[0], some.shape[0])
        table[some.indices, place] = some.data
        found[start : start + some.shape[0]] = (compared @ table).T
        table[some.indices, place] = 0
    return found


def _closest_unshared(near: np.ndarray, at: np.ndarray, both: np.ndarray) -> tuple[int, int, float]:
    """Row, column and value of the largest product that is of no paper of both; of one of these if there is no other."""
    shared_rows = at[both]
    if both.all() or len(shared_rows) == near.shape[0]:
        column = int(np.flatnonzero(both)[0])
        return int(at[column]), column, 1.0
    left = near.copy()
    left[shared_rows] = -1
    left[:, both] = -1
    row, column = divmod(int(left.argmax()), left.shape[1])
    return row, column, float(left[row, column])


def _common(matrix: sparse.csr_matrix, links: Links) -> sparse.csr_matrix:
    """What both authors of each link have, of the columns of the matrix."""
    found = matrix[links.authors].multiply(matrix[links.others]).tocsr()
    found.sort_indices()
    return found


def shared_terms(model: Model, links: Links, terms: list[str], most: int = MOST_TERMS) -> list[list[Part]]:
    """For each link the parts of its topic share: the strongest shared terms, and the others in one."""
    mine, theirs = model.document_of[links.authors], model.document_of[links.others]
    products = model.documents[mine].multiply(model.documents[theirs]).tocsr()
    products.sort_indices()
    rows = np.repeat(np.arange(len(mine)), np.diff(products.indptr))
    values = products.data * (model.trust[links.others] * model.topic_scale)[rows]
    # One whole number orders by row and by falling value; equal ones stay in the order of their terms.
    order = np.argsort((rows << 41) - np.round(values * 10**DIGITS).astype(np.int64), kind="stable")
    place = np.arange(len(order)) - products.indptr[rows[order]]
    named = order[(place < most) & (values[order] >= LEAST_SCORE)]
    named_ends = np.searchsorted(rows[named], np.arange(len(mine) + 1)).tolist()
    left = values.copy()
    left[named] = 0
    rest = np.bincount(rows, weights=left, minlength=len(mine)).tolist()
    sizes = np.diff(products.indptr).tolist()
    columns, contributions = products.indices[named].tolist(), values[named].tolist()
    found = []
    for row, (start, end) in enumerate(pairwise(named_ends)):
        parts = [Part("term", terms[columns[place]], contributions[place]) for place in range(start, end)]
        if end - start < sizes[row]:
            parts.append(Part("other", more_terms(sizes[row] - (end - start)), rest[row]))
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
    # Counted in millionths, which are whole numbers and add up exactly.
    counted = [round(part.contribution * 1e6) for part in parts]
    if counted:
        counted[max(range(len(counted)), key=counted.__getitem__)] += round(score * 1e6) - sum(counted)
    return [Part(part.kind, part.label, millionths / 1e6) for part, millionths in zip(parts, counted, strict=True)]
