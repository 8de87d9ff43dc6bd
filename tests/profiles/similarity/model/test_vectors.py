"""The words of papers and the vectors made of them, computed here by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from profiles.similarity.model import vectors
from profiles.similarity.model.vectors import (
    Parameters,
    Vocabulary,
    author_vectors,
    count_terms,
    paper_vectors,
    read_terms,
    terms_of,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attention is all you need", ["attention", "", "", "", "need"]),
        ("Scaling laws, again", ["scaling", "laws", "", ""]),
        ("Self-attention in Schrödinger's cats", ["self-attention", "", "schrodingers", "cats"]),
        ("image$\\leftrightarrow$text models", ["image", "", "text", "models"]),
        (r"\emph{deep} nets of 12 x layers", ["deep", "nets", "", "", "", "layers"]),
        (r"Schr\"odinger's $H$ in Erd\H{o}s-R\'enyi \foo graphs", ["schrodingers", "", "", "erdos-renyi", "graphs"]),
        ("The results of this paper", ["", "", "", "", ""]),
        ("Wide—and narrow", ["wide", "", "", "narrow"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_terms_are_words_and_neighbouring_pairs_within_title_or_abstract() -> None:
    assert terms_of("Scaling laws", "Laws of scaling laws.") == Counter(
        {"scaling": 2, "laws": 3, "scaling laws": 2}
    )  # not "laws laws" across title and abstract, not "laws scaling" across a stop word


@pytest.mark.parametrize(
    ("papers", "bounds"),
    [
        (0, (1, 2, 2)),
        (3, (1, 2, 2)),
        (21, (1, 2, 10)),
        (999, (1, 2, 499)),
        (1000, (2, 3, 100)),
        (49_999, (2, 3, 4999)),
        (50_000, (5, 10, 5000)),
    ],
)
def test_document_bounds(papers: int, bounds: tuple[int, int, int]) -> None:
    assert Parameters().document_bounds(papers) == bounds


def read(*papers: tuple[str, str]) -> tuple[Vocabulary, sparse.csr_matrix]:
    return read_terms(lambda: iter(papers), Parameters())


# "apples" is in two papers, "bread" in two, "cheese" in one (twice), "apples bread" is a pair of one.
SMALL = [("apples bread", ""), ("apples", ""), ("bread", ""), ("cheese", "cheese")]


def test_vocabulary() -> None:
    found, counts = read(*SMALL)
    assert found.terms == ["apples", "bread", "cheese"]  # the pair is in one paper only
    assert found.idf.tolist() == [log(4 / 2), log(4 / 2), log(4 / 1)]
    assert counts.toarray().tolist() == [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 2]]
    assert found.columns() == {"apples": 0, "bread": 1, "cheese": 2}


def test_terms_are_counted_again_by_an_earlier_vocabulary() -> None:
    found, counts = read(*SMALL)
    assert (count_terms(SMALL, found) != counts).nnz == 0
    assert count_terms([("bread of bread", "with butter")], found).toarray().tolist() == [[0, 2, 0]]
    assert count_terms([], found).shape == (0, 3)


def test_a_word_that_most_papers_have_and_one_that_few_have_are_left_out() -> None:
    papers = [("common" if number < 4 else "rare", "pair wise" if number < 2 else "") for number in range(6)]
    found, _ = read(*papers)  # six papers: at most three, a pair in at least two
    assert dict(zip(found.terms, found.idf.tolist(), strict=True)) == {
        "pair": log(3),
        "pair wise": log(3),
        "rare": log(3),
        "wise": log(3),
    }


texts = st.text(alphabet="ab $", max_size=12).map(lambda text: text.replace("a", "alpha ").replace("b", "beta "))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=8), st.sampled_from([1 << 24, 2]))
def test_the_table_of_hashes_changes_nothing_however_many_terms_share_a_place(
    papers: list[tuple[str, str]], places: int
) -> None:
    """Against counting every term of every paper in one dictionary."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "HASH_PLACES", places)
        found, counts = read(*papers)
    every = [terms_of(title, abstract) for title, abstract in papers]
    frequencies = Counter(term for terms in every for term in terms)
    low, low_pair, high = Parameters().document_bounds(len(papers))
    kept = sorted(t for t, n in frequencies.items() if (low_pair if " " in t else low) <= n <= high)
    assert found.terms == kept
    assert counts.toarray().tolist() == [[terms[term] for term in kept] for terms in every]


def wrote(rows: Iterable[Iterable[int]], papers: int) -> sparse.csr_matrix:
    matrix = np.zeros((0, papers))
    for row in rows:
        matrix = np.vstack([matrix, np.isin(np.arange(papers), list(row))])
    return sparse.csr_matrix(matrix)


def test_author_vectors_by_hand() -> None:
    """The first author wrote papers 0 and 3, the second paper 2, the third papers 0 and 1."""
    found, counts = read(*SMALL)
    a, b, c = (
        log(2) * log(2),
        log(2) * log(2),
        log(3) * log(4),
    )  # ln(1 + tf) · ln(N / df), before the length is made one
    one = sqrt(a * a + b * b + c * c)
    apples, bread = log(3) * log(2), log(2) * log(2)
    three = sqrt(apples**2 + bread**2)
    np.testing.assert_allclose(
        author_vectors(wrote([[0, 3], [2], [0, 1]], 4), counts, found.idf).toarray(),
        [[a / one, b / one, c / one], [0, 1, 0], [apples / three, bread / three, 0]],
        rtol=1e-15,
    )


def test_paper_vectors_by_hand() -> None:
    half = sqrt(0.5)
    found, counts = read(*SMALL)
    np.testing.assert_allclose(
        paper_vectors(counts, found.idf).toarray(), [[half, half, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], rtol=1e-15
    )


def test_an_author_whose_papers_share_no_word_with_any_other_has_an_empty_vector() -> None:
    found, counts = read(("apples", ""), ("the 12", ""), ("apples", ""))
    assert author_vectors(wrote([[0], [1], [2]], 3), counts, found.idf).toarray().tolist() == [[1], [0], [1]]


def test_an_empty_site_has_no_vectors() -> None:
    found, counts = read()
    assert (found.terms, counts.shape) == ([], (0, 0))
    assert author_vectors(wrote([], 0), counts, found.idf).shape == (0, 0)
    assert paper_vectors(counts, found.idf).shape == (0, 0)
