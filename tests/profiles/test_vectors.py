"""Author vectors, nearest authors and the parts of a score: computed here by hand, and against plain numpy."""

from __future__ import annotations

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from profiles.vectors import (
    AuthorVectors,
    PaperTerms,
    Parameters,
    Part,
    all_nearest,
    author_vectors,
    nearest,
    paper_vectors,
    shared_terms,
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
        (r"\emph{deep} nets of 12 x layers", ["deep", "", "nets", "", "", "", "layers"]),
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
        (0, (1, 2, 2)), (3, (1, 2, 2)), (21, (1, 2, 10)), (999, (1, 2, 499)), (1000, (2, 3, 100)),
        (19_999, (2, 3, 1999)), (20_000, (5, 10, 2000)),
    ],
)  # fmt: skip
def test_document_bounds(papers: int, bounds: tuple[int, int, int]) -> None:
    assert Parameters().document_bounds(papers) == bounds


def small_site() -> PaperTerms:
    """Four papers: "apples" is in two, "bread" in two, "cheese" in one (twice), "apples bread" is a pair of one."""
    terms = PaperTerms()
    for title, abstract in [("apples bread", ""), ("apples", ""), ("bread", ""), ("cheese", "cheese")]:
        terms.add(title, abstract)
    return terms


def test_vocabulary() -> None:
    found = small_site().vocabulary(Parameters())
    assert found.terms == ["apples", "bread", "cheese"]  # the pair is in one paper only
    assert found.idf.tolist() == [log(4 / 2), log(4 / 2), log(4 / 1)]
    assert found.counts.toarray().tolist() == [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 2]]


def test_a_word_that_most_papers_have_and_one_that_few_have_are_left_out() -> None:
    terms = PaperTerms()
    for number in range(6):
        terms.add("common" if number < 4 else "rare", "pair wise" if number < 2 else "")
    found = terms.vocabulary(Parameters())  # six papers: at most three, a pair in at least two
    assert dict(zip(found.terms, found.idf.tolist(), strict=True)) == {
        "pair": log(3), "pair wise": log(3), "rare": log(3), "wise": log(3),
    }  # fmt: skip


def test_author_vectors_by_hand() -> None:
    """Author 7 wrote papers 0 and 1, author 3 papers 0 and 3, author 5 paper 2; nobody else has words."""
    found = author_vectors(small_site().vocabulary(Parameters()), [[7, 3], [7], [5], [3]])
    assert found.authors.tolist() == [3, 5, 7]
    a, b, c = (
        log(2) * log(2),
        log(2) * log(2),
        log(3) * log(4),
    )  # ln(1 + tf) · ln(N / df), before the length is made one
    three = sqrt(a * a + b * b + c * c)
    seven_apples, seven_bread = log(3) * log(2), log(2) * log(2)
    seven = sqrt(seven_apples**2 + seven_bread**2)
    np.testing.assert_allclose(
        found.matrix.toarray(),
        [[a / three, b / three, c / three], [0, 1, 0], [seven_apples / seven, seven_bread / seven, 0]],
        rtol=1e-15,
    )
    assert [found.row(author) for author in (3, 5, 7)] == [0, 1, 2]
    for stranger in (1, 4, 9):
        with pytest.raises(KeyError):
            found.row(stranger)


def test_paper_vectors_by_hand() -> None:
    half = sqrt(0.5)
    np.testing.assert_allclose(
        paper_vectors(small_site().vocabulary(Parameters())).toarray(),
        [[half, half, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
        rtol=1e-15,
    )


def test_an_author_whose_papers_share_no_word_with_any_other_has_no_vector() -> None:
    terms = PaperTerms()
    for title in ("apples", "the 12", "apples"):
        terms.add(title, "")
    found = author_vectors(terms.vocabulary(Parameters()), [[1], [2], [3]])
    assert found.authors.tolist() == [1, 3]


def test_an_empty_site_has_no_vectors() -> None:
    vocabulary = PaperTerms().vocabulary(Parameters())
    found = author_vectors(vocabulary, [])
    assert (found.authors.tolist(), found.terms, found.matrix.shape) == ([], [], (0, 0))
    assert list(all_nearest(found, Parameters())) == []
    assert paper_vectors(vocabulary).shape == (0, 0)


def vectors_of(rows: list[list[float]], authors: list[int] | None = None) -> AuthorVectors:
    matrix = sparse.csr_matrix(np.array(rows, dtype=np.float64))
    ids = np.array(authors or range(10, 10 + len(rows)), dtype=np.int64)
    return AuthorVectors(matrix, ids, [f"term {column}" for column in range(matrix.shape[1])])


def test_nearest_by_hand() -> None:
    """Equal scores stand in the order of their rows; whoever shares nothing is in no list; nobody is near oneself."""
    rows = [[1, 0, 0], [0.6, 0.8, 0], [0.6, 0, 0.8], [0, 1, 0], [1, 0, 0]]
    matrix = sparse.csr_matrix(np.array(rows, dtype=np.float64))
    assert nearest(matrix[:2], matrix, 0, 3) == [
        [(4, 1.0), (1, 0.6), (2, 0.6)],
        [(3, 0.8), (0, 0.6), (4, 0.6)],
    ]
    assert nearest(matrix[3:4], matrix, 3, 3) == [[(1, 0.8)]]
    assert nearest(matrix, matrix, 0, 1) == [[(4, 1.0)], [(3, 0.8)], [(0, 0.6)], [(1, 0.8)], [(0, 1.0)]]


@st.composite
def unit_rows(draw: st.DrawFn) -> np.ndarray:
    """Up to twelve rows over up to six terms, many of them equal, some empty, all others of length one."""
    terms = draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(st.sampled_from([0, 0, 1, 2, 3]), min_size=terms, max_size=terms), max_size=12))
    matrix = np.array(rows, dtype=np.float64).reshape(len(rows), terms)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths == 0, 1, lengths)


@settings(max_examples=150, deadline=None)
@given(unit_rows(), st.integers(1, 5), st.integers(1, 4))
def test_nearest_is_what_comparing_every_pair_gives_whatever_the_block(rows: np.ndarray, most: int, block: int) -> None:
    rows = rows if len(rows) else np.zeros((1, 1))
    products = np.round(rows @ rows.T, 12)
    expected = []
    for row in range(len(rows)):
        others = sorted((-products[row, other], other) for other in range(len(rows)) if other != row)
        expected.append((10 + row, [(10 + other, float(-score)) for score, other in others if score < 0][:most]))
    blocks = list(all_nearest(vectors_of(rows.tolist()), Parameters(neighbours=most, block=block)))
    assert [len(found) for found in blocks[:-1]] == [block] * (len(blocks) - 1)
    found = [(author, [(other, round(score, 12)) for other, score in row]) for rows in blocks for author, row in rows]
    assert found == expected


def test_shared_terms_by_hand() -> None:
    found = vectors_of([[0.5, 0.5, 0.5, 0.5], [0.1, 0.7, 0.7, 0.1]], [4, 9])
    assert shared_terms(found, 4, 9) == [
        Part("term", "term 1", 0.35), Part("term", "term 2", 0.35), Part("term", "term 0", 0.05),
        Part("term", "term 3", 0.05),
    ]  # fmt: skip
    assert shared_terms(found, 9, 4, most=1) == [
        Part("term", "term 1", 0.35), Part("other", "3 more shared terms", pytest.approx(0.45)),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(unit_rows(), st.integers(1, 4))
def test_the_parts_of_a_score_add_up_to_it(rows: np.ndarray, most: int) -> None:
    found = vectors_of(rows.tolist() if len(rows) else [[0.0]])
    for author, others in (row for block in all_nearest(found, Parameters(neighbours=3)) for row in block):
        for other, score in others:
            parts = shared_terms(found, author, other, most)
            assert sum(part.contribution for part in parts) == pytest.approx(score, abs=1e-12)
            assert [part.kind for part in parts] in (["term"] * len(parts), ["term"] * most + ["other"])
