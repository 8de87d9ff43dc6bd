"""Nearest authors and the parts of their scores, against comparing every pair in plain numpy."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from profiles.similarity.model import evidence, random_walk
from profiles.similarity.model.closest_papers import closest_papers
from profiles.similarity.model.evidence import shared_terms
from profiles.similarity.model.neighbours import Links, Model, blocks, distinct_rows, largest, nearest
from profiles.similarity.model.vectors import Parameters, paper_vectors


def marks(rows: list[list[int]]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))


# --- The network ------------------------------------------------------------------------------------------------------


def test_steps_and_nearness_by_hand() -> None:
    """Papers of authors 0 and 1; 1 and 2 (twice); 0, 1 and 2; 3 alone; all four, which is a team too large."""
    wrote = marks([[1, 0, 0, 1, 0, 1], [1, 1, 1, 1, 0, 1], [0, 1, 1, 1, 0, 1], [0, 0, 0, 0, 1, 1]])
    found = random_walk.steps(wrote, 3)
    ties = np.array([[0, 1.5, 0.5, 0], [1.5, 0, 2.5, 0], [0.5, 2.5, 0, 0], [0, 0, 0, 0]])
    step = ties / np.array([[2], [4], [3], [1]])
    np.testing.assert_allclose(found.toarray(), step, rtol=1e-15)
    near = random_walk.nearness(found[[2, 0]], found, found[:, [0, 2]])
    np.testing.assert_allclose(
        near.toarray(), (step @ step / 4 + step @ step @ step / 8)[[2, 0]][:, [0, 2]], rtol=1e-14
    )


# --- The lists --------------------------------------------------------------------------------------------------------


def test_distinct_rows() -> None:
    numbers, first = distinct_rows(marks([[1, 0], [1, 1], [1, 0], [0, 0], [1, 1]]))
    assert (numbers.tolist(), first.tolist()) == ([0, 1, 0, 2, 1], [0, 1, 3])


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 5), st.integers(1, 60), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_largest_marks_at_least_the_largest_and_everything_equal_to_them(
    rows: int, columns: int, most: int, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(0, 6, (rows, columns)).astype(float)
    wanted = np.random.default_rng(seed).integers(1, most + 1, rows)
    marks, _bounds = largest(values, wanted, np.zeros(rows))
    found = marks.toarray().astype(bool)
    for row, chosen, number in zip(values, found, wanted, strict=True):
        best = np.sort(row[row > 0])[::-1][:number]
        assert not chosen[row == 0].any()
        assert chosen[(row > 0) & (row >= (best[-1] if len(best) else 1))].all()


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Any]:
    """Up to ten authors of up to eight papers over up to five terms, with a trust for each author."""
    authors, papers, terms = draw(st.integers(1, 10)), draw(st.integers(1, 8)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    wrote = (rng.random((authors, papers)) < 0.3).astype(np.float32)
    wrote[np.arange(authors), rng.integers(0, papers, authors)] = 1
    counts = rng.integers(0, 3, (papers, terms)) * (rng.random((papers, terms)) < 0.6)
    trust = rng.choice([1, 1, 1, 0.5, 0], authors)
    return {
        "authors": np.arange(10, 10 + authors),
        "wrote": sparse.csr_matrix(wrote),
        "counts": sparse.csr_matrix(counts.astype(np.float32)),
        "idf": rng.random(terms) + 0.1,
        "trust": trust,
    }


def all_links(model: Model) -> list[Links]:
    return [nearest(model, documents) for documents in blocks(model)]


def by_hand(site: dict[str, Any], parameters: Parameters) -> list[tuple[int, int, float]]:
    """Every pair compared: (place of author, place of other, score), best first."""
    wrote, weight = site["wrote"].toarray().astype(float), parameters.walk_weight
    documents = np.log1p(wrote @ site["counts"].toarray()) * site["idf"]
    lengths = np.linalg.norm(documents, axis=1, keepdims=True)
    documents /= np.where(lengths == 0, 1, lengths)
    step = random_walk.steps(site["wrote"], parameters.largest_walk_team).toarray()
    near = step @ step / 4 + step @ step @ step / 8
    scores = (documents @ documents.T + weight * np.sqrt(near)) / (1 + weight * np.sqrt(0.375)) * site["trust"]
    found = []
    for author, row in enumerate(np.round(scores, 12).tolist()):
        most = parameters.links if site["trust"][author] > 0 else parameters.links_of_unlisted
        best = sorted((-score, other) for other, score in enumerate(row) if other != author and score >= 1e-6)
        new = [link for link in best if not (wrote[author] * wrote[link[1]]).any()]
        found += [(author, other, -score) for score, other in sorted({*best[:most], *new[: ceil(most / 2)]})]
    return found


@settings(max_examples=150, deadline=None)
@given(sites(), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4))
def test_the_links_are_what_comparing_every_pair_gives_whatever_the_block(
    site: dict[str, Any], links: int, fewer: int, block: int
) -> None:
    parameters = Parameters(links=links, links_of_unlisted=min(fewer, links), block=block)
    model = Model.of(parameters, **site)
    found = [
        (author, other, round(score, 12))
        for part in all_links(model)
        for author, other, score in zip(part.authors.tolist(), part.others.tolist(), part.scores.tolist(), strict=True)
    ]
    expected = by_hand(site, parameters)
    assert [(a, o) for a, o, _ in sorted(found, key=lambda link: link[0])] == [(a, o) for a, o, _ in expected]
    assert [s for *_, s in sorted(found, key=lambda link: link[0])] == pytest.approx([s for *_, s in expected])
    assert all(0 < score <= 1 + 1e-12 for *_, score in found)


@settings(max_examples=60, deadline=None)
@given(sites(), st.integers(1, 4))
def test_the_parts_of_a_topic_add_up_to_it_and_name_terms_of_both(site: dict[str, Any], most: int) -> None:
    model = Model.of(Parameters(), **site)
    used = (site["wrote"] @ site["counts"]).toarray() > 0
    for links in all_links(model):
        found = shared_terms(model, links, most)
        for row, (author, other, topic) in enumerate(zip(links.authors, links.others, links.topic, strict=True)):
            named = slice(found.ends[row], found.ends[row + 1])
            assert found.values[named].sum() + found.rest[row] == pytest.approx(topic, abs=1e-9)
            shared = set(np.flatnonzero(used[author] & used[other]).tolist())
            columns = found.columns[named].tolist()
            assert set(columns) <= shared and len(columns) <= most
            assert all(one >= two - 1e-12 for one, two in pairwise(found.values[named].tolist()))
            assert found.others[row] == len(shared) - len(columns)


@settings(max_examples=100, deadline=None)
@given(sites(), st.booleans())
def test_the_closest_papers_are_what_comparing_every_pair_gives(site: dict[str, Any], by_other: bool) -> None:
    wrote, papers = site["wrote"], paper_vectors(site["counts"], site["idf"]).astype(np.float32)
    cosines = (papers @ papers.T).toarray()
    pairs = [(one, two) for one in range(wrote.shape[0]) for two in range(wrote.shape[0]) if one != two]
    if not pairs:
        return
    authors, others = np.array(sorted(pairs, key=lambda pair: pair[::-1] if by_other else pair)).T
    found = closest_papers(wrote, papers, authors, others, by_other)
    for author, other, *closest in zip(authors, others, *(column.tolist() for column in found), strict=True):
        mine, theirs = (
            wrote.indices[wrote.indptr[place] : wrote.indptr[place + 1]].tolist() for place in (author, other)
        )
        own, both = (
            [paper for paper in some if (paper in theirs) == shared] for some, shared in ((mine, False), (mine, True))
        )
        left = [paper for paper in theirs if paper not in mine]
        if own and left:
            near, their_paper, my_paper = min((-float(cosines[one, two]), two, one) for one in own for two in left)
            assert closest == [my_paper, their_paper, min(-near, 1.0)]
        else:
            assert closest == [both[0], both[0], 1.0]


def test_on_a_larger_site_whoever_has_one_paper_is_in_nobodys_list() -> None:
    wrote = marks([[1, 1, 0], [1, 0, 0], [0, 1, 1]])
    site = (np.arange(3), wrote, marks([[1], [1], [1]]), np.ones(1))
    small, larger = (Model.of(Parameters(small_site=size), *site) for size in (4, 3))
    assert [set(all_links(model)[0].others.tolist()) for model in (small, larger)] == [{0, 1, 2}, {0, 2}]
    assert set(all_links(larger)[0].authors.tolist()) == {0, 1, 2}


@pytest.mark.parametrize(
    ("common", "together", "label"),
    [
        (0, False, "co-authors of each other's co-authors"),
        (0, True, "wrote together, and met through others"),
        (1, True, "1 common co-author"),
        (2, False, "2 common co-authors"),
    ],
)
def test_tie_label(common: int, together: bool, label: str) -> None:
    assert evidence.tie_label(common, together) == label


def test_shared_terms_by_hand() -> None:
    documents = sparse.csr_matrix(np.array([[0.5, 0.5, 0.5, 0.5], [0.1, 0.7, 0.7, 0.1]]))
    model = Model(
        Parameters(walk_weight=0),
        np.arange(2),
        np.arange(2),
        documents,
        np.ones(2),
        sparse.csr_matrix((2, 2)),
        sparse.csr_matrix((2, 2)),
        np.array([1.0, 0.5]),
    )
    links = Links(np.array([0, 1]), np.array([1, 0]), np.array([0.4, 0.8]), np.zeros(2))
    found = shared_terms(model, links, 2)
    assert (found.ends.tolist(), found.columns.tolist()) == ([0, 2, 4], [1, 2, 1, 2])
    assert found.values.tolist() == pytest.approx([0.175, 0.175, 0.35, 0.35])
    assert (found.others.tolist(), found.rest.tolist()) == ([2, 2], pytest.approx([0.05, 0.1]))
