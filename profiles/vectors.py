"""Author vectors from the words of their papers, the nearest of each, and why. numpy and scipy only: no Django.

The method is the log author document: an author's term counts over all papers are damped as ln(1 + tf), weighted by
idf = ln(N / df) and normalised to length one; similarity is the cosine. In our study of 527,053 arXiv papers it ranked
an author's second half of papers first for 78 % of authors, against 65 % for summed counts × idf and 70 % for
mean paper vectors. A cosine is a sum over shared terms, so every score comes with its exact parts.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from papers.folding import fold

# Words of English that say nothing about a subject; what is common in this corpus alone is cut by `max_share`.
STOP_WORDS = frozenset(
    """a about above after again all also although always am among an and another any are as at be because become been
    before being below best better between both but by came can cannot could did do does doing done due during each
    either else especially etc even every few first for from further furthermore get give given gives had has have
    having he hence her here hers him his how however i if in indeed instead into is it its itself just least less let
    like made make makes making many may me might more moreover most much must my namely near neither never no nor not
    now obtain obtained of off often on once one only onto or other others otherwise our ours out over own per perhaps
    put quite rather re s same second see seem seems several shall she should show showed shown shows since so some
    still such t take than that the their them then there thereby therefore these they this those though three through
    throughout thus to together too toward towards two under until up upon us use used using various very via was we
    well were what when where whereas whether which while who whole whom whose why will with within without would yet
    you your paper propose proposed present presented presents introduce introduces study studied results result
    approach based new novel abstract arxiv http https www com org github""".split()
)
TEX_MATHS = re.compile(r"\$[^$]{0,300}\$|\\\([^)]{0,300}\\\)")
TEX_COMMAND = re.compile(r"\\[a-zA-Z]+")
WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the vectors depend on; stored with every build."""

    min_papers: int = 2  # documents a single word has to be in; 1 in a corpus of fewer than `small_corpus` papers
    min_papers_bigram: int = 3
    max_share: float = 0.1  # of all papers; a word that is in more tells nothing (in a small corpus: 0.5)
    small_corpus: int = 1000
    neighbours: int = 50
    block: int = 2048  # authors a product is taken over at once

    def document_bounds(self, papers: int) -> tuple[int, int, int]:
        """The least papers a word and a pair of words must be in, and the most."""
        if papers < self.small_corpus:
            return 1, 2, max(2, int(papers * 0.5))
        grown = papers >= 20_000
        return (
            (5 if grown else self.min_papers),
            (10 if grown else self.min_papers_bigram),
            int(papers * self.max_share),
        )


@dataclass(frozen=True, slots=True)
class AuthorVectors:
    """Unit vectors: `matrix` has a row per author (ids in `authors`, ascending) and a column per term."""

    matrix: sparse.csr_matrix
    authors: np.ndarray
    terms: list[str]

    def row(self, author: int) -> int:
        """The row of an author id; raises KeyError for one without a vector."""
        place = int(np.searchsorted(self.authors, author))
        if place == len(self.authors) or self.authors[place] != author:
            raise KeyError(author)
        return place


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a score: what kind of evidence, what it is called, how much of the score it makes."""

    kind: str
    label: str
    contribution: float


def words(text: str) -> list[str]:
    """The words of a title or abstract, folded, in order; TeX mathematics and stop words give an empty place.

    The empty places ("") keep words apart that are no pair: "attention is all you need" holds no "attention need".
    """
    text = TEX_COMMAND.sub(" ", TEX_MATHS.sub(" | ", text))
    found: list[str] = []
    end = 0
    for word in WORD.finditer(text):
        if found and not text[end : word.start()].isspace():
            found.append("")
        end = word.end()
        folded = fold(word.group()).replace(" ", "-")
        if len(folded) < 2 or folded in STOP_WORDS or folded.isdigit():
            found.append("")
        else:
            found.append(folded)
    return found


def terms_of(title: str, abstract: str) -> Counter[str]:
    """How often each word and each pair of neighbouring words is in a paper."""
    counts: Counter[str] = Counter()
    for text in (title, abstract):
        row = words(text)
        counts.update(word for word in row if word)
        counts.update(f"{one} {two}" for one, two in pairwise(row) if one and two)
    return counts


class PaperTerms:
    """The term counts of papers, collected one paper after another in flat arrays."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {}
        self._indices = array("i")
        self._counts = array("i")
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, title: str, abstract: str) -> None:
        """Count the next paper's terms."""
        columns = self._columns
        for term, count in terms_of(title, abstract).items():
            self._indices.append(columns.setdefault(term, len(columns)))
            self._counts.append(count)
        self._ends.append(len(self._indices))

    def vocabulary(self, parameters: Parameters) -> Vocabulary:
        """The terms that are neither too rare nor too common, in alphabetical order, with their counts in every paper."""
        indices = np.frombuffer(self._indices, dtype=np.int32) if self._indices else np.empty(0, np.int32)
        counts = np.frombuffer(self._counts, dtype=np.int32) if self._counts else np.empty(0, np.int32)
        ends = np.frombuffer(self._ends, dtype=np.int64)
        papers = len(self)
        frequencies = np.bincount(indices, minlength=len(self._columns))
        low, low_pair, high = parameters.document_bounds(papers)
        kept = sorted(
            (term, old)
            for term, old in self._columns.items()
            if (low_pair if " " in term else low) <= frequencies[old] <= high
        )
        old_columns = np.array([old for _, old in kept], dtype=np.int64)
        matrix = sparse.csr_matrix((counts.astype(np.float64), indices, ends), shape=(papers, len(self._columns)))
        matrix = matrix[:, old_columns].tocsr()
        matrix.sort_indices()
        idf = np.log(papers / frequencies[old_columns]) if kept else np.empty(0)
        return Vocabulary([term for term, _ in kept], idf, matrix)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The kept terms, their idf = ln(papers / papers with the term), and their raw counts (papers × terms)."""

    terms: list[str]
    idf: np.ndarray
    counts: sparse.csr_matrix


def author_vectors(vocabulary: Vocabulary, authors_of: Sequence[Sequence[int]]) -> AuthorVectors:
    """ln(1 + Σ tf) · idf over each author's papers, length one; authors without any kept term are left out.

    `authors_of[i]` are the ids of the authors of the i-th paper.
    """
    ids = np.array(sorted({author for found in authors_of for author in found}), dtype=np.int64)
    places = {author: row for row, author in enumerate(ids.tolist())}
    rows = np.array([places[author] for found in authors_of for author in found], dtype=np.int64)
    columns = np.repeat(np.arange(len(authors_of)), [len(found) for found in authors_of])
    wrote = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(ids), len(authors_of)))
    matrix = (wrote @ vocabulary.counts).tocsr()
    matrix.data = np.log1p(matrix.data)
    matrix = weigh(matrix, vocabulary.idf)
    filled = np.diff(matrix.indptr) > 0
    return AuthorVectors(matrix[filled], ids[filled], vocabulary.terms)


def paper_vectors(vocabulary: Vocabulary) -> sparse.csr_matrix:
    """(1 + ln tf) · idf for each paper, length one."""
    matrix = vocabulary.counts.copy()
    matrix.data = 1 + np.log(matrix.data)
    return weigh(matrix, vocabulary.idf)


def weigh(matrix: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """The matrix with every column times its idf and every row made length one (empty rows stay empty)."""
    matrix = (matrix @ sparse.diags(idf)).tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return (sparse.diags(1 / lengths) @ matrix).tocsr()


def nearest(
    rows: sparse.csr_matrix, matrix: sparse.csr_matrix, first_row: int, neighbours: int
) -> list[list[tuple[int, float]]]:
    """For each of these rows (which stand at `first_row` and below in `matrix`) the nearest other rows, best first.

    A pure function of its arguments, so that blocks can be computed anywhere in any order. Exact: every pair with a
    common term is compared. Equal scores are ordered by row. Memory grows with rows × authors of the block alone.
    """
    products = (rows @ matrix.T).tocsr()
    found: list[list[tuple[int, float]]] = []
    for place in range(rows.shape[0]):
        start, end = products.indptr[place], products.indptr[place + 1]
        others, scores = products.indices[start:end], products.data[start:end]
        keep = others != first_row + place
        others, scores = others[keep], scores[keep]
        # What differs by less than this is a tie: the last bits of a sum depend on the order of its terms.
        rounded = np.round(scores, 12)
        if len(scores) > neighbours:
            # All that reach the last place's score, so that ties at the edge are decided by the order below.
            keep = rounded >= np.partition(rounded, -neighbours)[-neighbours]
            others, scores, rounded = others[keep], scores[keep], rounded[keep]
        order = np.lexsort((others, -rounded))[:neighbours]
        found.append([(int(others[i]), float(scores[i])) for i in order])
    return found


def all_nearest(vectors: AuthorVectors, parameters: Parameters) -> Iterator[list[tuple[int, list[tuple[int, float]]]]]:
    """Block by block, each author's id with the ids and cosines of the nearest, best first."""
    ids = vectors.authors
    for start in range(0, len(ids), parameters.block):
        rows = vectors.matrix[start : start + parameters.block]
        lists = nearest(rows, vectors.matrix, start, parameters.neighbours)
        yield [
            (int(ids[start + place]), [(int(ids[other]), score) for other, score in found])
            for place, found in enumerate(lists)
        ]


def shared_terms(vectors: AuthorVectors, one: int, two: int, most: int = 20) -> list[Part]:
    """The parts of two authors' cosine: the strongest shared terms and the rest in one; they add up to the score."""
    a, b = vectors.matrix[vectors.row(one)], vectors.matrix[vectors.row(two)]
    product = a.multiply(b).tocsr()
    order = np.lexsort((product.indices, -product.data))
    parts = [Part("term", vectors.terms[product.indices[place]], float(product.data[place])) for place in order[:most]]
    rest = float(product.data[order[most:]].sum())
    if len(order) > most:
        parts.append(Part("other", f"{len(order) - most} more shared terms", rest))
    return parts
