"""Topic vectors: the words of titles and abstracts of an author, counted and hashed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from papers.database import bulk
from papers.models import Paper
from papers.text.folding import fold
from profiles.duplicates.candidates import Candidate
from profiles.similarity.model import vectors

TOPIC_DIMENSIONS = 2**18
BATCH = 20_000


@dataclass(frozen=True)
class PaperWords:
    """The words of papers (ids, ascending), papers × hashed words, and the words' weights, ln(papers / papers with it)."""

    papers: np.ndarray
    counts: sparse.csr_matrix
    idf: np.ndarray

    @classmethod
    def read(cls, papers: Sequence[int]) -> PaperWords:
        """Those of these papers, weighed by how many of them have each."""
        ids = np.unique(np.array(papers, dtype=np.int64))
        counts = _count_words(ids.tolist())
        frequencies = np.bincount(counts.indices, minlength=TOPIC_DIMENSIONS)
        idf = np.log(max(len(ids), 1) / np.maximum(frequencies, 1)).astype(np.float32)
        idf[(frequencies < 2) | (frequencies > 0.1 * len(ids) + 5)] = 0
        return cls(ids, counts, idf)

    def with_papers(self, papers: Sequence[int], changed: np.ndarray) -> PaperWords:
        """These and the words of further papers, where the changed are read again. The weights stay as they are."""
        keep = ~np.isin(self.papers, changed)
        wanted = np.unique(np.array(papers, dtype=np.int64))
        new = wanted[~np.isin(wanted, self.papers[keep])]
        ids = np.concatenate((self.papers[keep], new))
        mine = self.counts if keep.all() else self.counts[np.flatnonzero(keep)]
        if not len(new) and keep.all():
            return self
        counts = sparse.vstack((mine, _count_words(new.tolist())), format="csr")
        order = np.argsort(ids)
        if not np.array_equal(order, np.arange(len(ids))):
            ids, counts = ids[order], counts[order]
        return PaperWords(ids, counts, self.idf)

    def cosines(
        self, pairs: Sequence[tuple[Candidate, Candidate, str, float]], papers_of: Mapping[int, Sequence[int]]
    ) -> list[float]:
        """The cosine of each pair of authors: log counts × weight."""
        if not pairs:
            return []
        people = sorted({person.id for one, two, *_ in pairs for person in (one, two)})
        rows = {pk: row for row, pk in enumerate(people)}
        row_of = np.array([rows[pk] for pk in people for _ in papers_of[pk]], dtype=np.int32)
        wrote_ids = np.array([paper for pk in people for paper in papers_of[pk]], dtype=np.int64)
        mine, column_of = np.unique(wrote_ids, return_inverse=True)
        words = self.counts[np.searchsorted(self.papers, mine)]
        wrote = sparse.csr_matrix(
            (np.ones(len(row_of), np.float32), (row_of, column_of)), shape=(len(people), len(mine))
        )
        matrix = (wrote @ words).tocsr()
        matrix.data = np.log1p(matrix.data)
        matrix = vectors.weigh(matrix, self.idf)
        found: list[float] = []
        for start in range(0, len(pairs), BATCH):
            some = pairs[start : start + BATCH]
            left = matrix[[rows[one.id] for one, *_ in some]]
            right = matrix[[rows[two.id] for _, two, *_ in some]]
            found += np.asarray(left.multiply(right).sum(axis=1)).ravel().tolist()
        return found


def topic_cosines(
    pairs: Sequence[tuple[Candidate, Candidate, str, float]], papers_of: Mapping[int, Sequence[int]]
) -> list[float]:
    """The cosine of the words of each pair, weighed by the papers of these pairs."""
    people = {person.id for one, two, *_ in pairs for person in (one, two)}
    return PaperWords.read([paper for pk in people for paper in papers_of[pk]]).cosines(pairs, papers_of)


def _count_words(papers: Sequence[int]) -> sparse.csr_matrix:
    """Word counts of the papers by hashed word."""
    indices: list[np.ndarray] = []
    ends = [0]
    for start in range(0, len(papers), 2_000):
        texts = {
            pk: f"{title} {abstract}"
            for pk, title, abstract in bulk.select(
                Paper, ("id", "title", "abstract"), "id", papers[start : start + 2_000]
            )
        }
        for pk in papers[start : start + 2_000]:
            words = [
                zlib.crc32(word.encode()) % TOPIC_DIMENSIONS
                for word in fold(texts.get(pk, "")).split()
                if len(word) > 2 and word not in vectors.STOP_WORDS
            ]
            indices.append(np.array(words, dtype=np.int32))
            ends.append(ends[-1] + len(words))
    columns = np.concatenate(indices) if indices else np.empty(0, np.int32)
    matrix = sparse.csr_matrix(
        (np.ones(len(columns), np.float32), columns, np.array(ends)), shape=(len(papers), TOPIC_DIMENSIONS)
    )
    matrix.sum_duplicates()
    return matrix
