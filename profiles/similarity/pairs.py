"""Two authors side by side: what both write about and what only one, their papers most alike, the way from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from papers.models import Paper
from profiles.models import Author, Authorship
from profiles.similarity.model import vectors
from profiles.similarity.model.evidence import EvidenceTerm
from profiles.similarity.model.vectors import Vocabulary
from profiles.similarity.topics import vocabulary_of
from profiles.statistics.summaries import LARGEST_TEAM

TERMS_SHOWN = 12
MOST_PAPERS = 300  # of an author, the newest, that a comparison reads
MOST_STEPS = 6
MOST_EXPANDED = 3_000  # people whose co-authors are looked up at once on the way from one author to another


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two authors side by side: how near their words are, by which, what only each has, and their papers most alike."""

    cosine: float
    shared: list[EvidenceTerm]
    only_one: list[str]
    only_two: list[str]
    closest: list[tuple[int, int, float]]


def compare(one: Author, two: Author, pairs: int = 3) -> Comparison:
    """The comparison, computed from the newest papers of each with the weights of the latest build."""
    papers = [_texts(author) for author in (one, two)]
    texts = [vectors.terms_of(*text) for found in papers for text in found.values()]
    vocabulary = vocabulary_of(texts)
    counts = vectors.count_matrix(texts, vocabulary)
    first = len(papers[0])
    whose = sparse.csr_matrix(
        np.vstack([np.arange(len(texts)) < first, np.arange(len(texts)) >= first]).astype(np.float32)
    )
    mine, theirs = vectors.author_vectors(whose, counts, vocabulary.idf).toarray()
    products = mine * theirs
    order = np.lexsort((np.arange(len(products)), -np.round(products, 12)))
    shown = [place for place in order[:TERMS_SHOWN].tolist() if products[place] > 0]
    shared = [EvidenceTerm("term", vocabulary.terms[place], float(products[place])) for place in shown]
    if rest := int((products > 0).sum()) - len(shown):
        shared.append(EvidenceTerm("other", f"{rest} more shared terms", float(products.sum() - products[shown].sum())))
    return Comparison(
        float(products.sum()),
        shared,
        _strongest(mine, theirs, vocabulary),
        _strongest(theirs, mine, vocabulary),
        _closest(counts, vocabulary, list(papers[0]), list(papers[1]), pairs),
    )


def _texts(author: Author) -> dict[int, tuple[str, str]]:
    papers = Paper.objects.visible().filter(authorships__author=author, author_count__lte=LARGEST_TEAM)
    rows = papers.newest_first().values_list("id", "title", "abstract")[:MOST_PAPERS]
    return {pk: (title, abstract) for pk, title, abstract in rows}


def _strongest(mine: np.ndarray, theirs: np.ndarray, vocabulary: Vocabulary) -> list[str]:
    """The strongest terms that the other never uses."""
    own = np.where(theirs > 0, 0, mine)
    order = np.lexsort((np.arange(len(own)), -np.round(own, 12)))[:TERMS_SHOWN]
    return [vocabulary.terms[place] for place in order.tolist() if own[place] > 0]


def _closest(
    counts: sparse.csr_matrix, vocabulary: Vocabulary, mine: list[int], theirs: list[int], most: int
) -> list[tuple[int, int, float]]:
    """The pairs of papers that are most alike, each paper once; papers of both are nobody's likeness."""
    papers = vectors.paper_vectors(counts, vocabulary.idf)
    near = (papers[: len(mine)] @ papers[len(mine) :].T).toarray()
    near[np.isin(mine, theirs)] = 0
    near[:, np.isin(theirs, mine)] = 0
    found: list[tuple[int, int, float]] = []
    while len(found) < most and near.size and near.max() > 0:
        row, column = divmod(int(near.argmax()), near.shape[1])
        found.append((mine[row], theirs[column], float(near[row, column])))
        near[row] = near[:, column] = 0
    return found


def ties_of(people: Sequence[int]) -> dict[int, set[int]]:
    """With whom each of these has written, large teams and hidden people left out: two queries."""
    rows = Authorship.objects.filter(
        author__in=people, paper__author_count__lte=LARGEST_TEAM, paper__is_deleted=False
    ).order_by()
    wrote: dict[int, list[int]] = defaultdict(list)
    for author, paper in rows.values_list("author_id", "paper_id"):
        wrote[paper].append(author)
    on_papers = Authorship.objects.filter(paper__in=list(wrote), author__is_listed=True).order_by()
    found: dict[int, set[int]] = {author: set() for author in people}
    for paper, other in on_papers.values_list("paper_id", "author_id"):
        for author in wrote[paper]:
            if author != other:
                found[author].add(other)
    return found


def path_between(one: int, two: int) -> list[int]:
    """The ids of a shortest chain of co-authors from one to the other, both included; empty if there is none so short."""
    came: tuple[dict[int, int], dict[int, int]] = ({one: one}, {two: two})
    edges: list[list[int]] = [[one], [two]]
    for _ in range(MOST_STEPS):
        side = 0 if len(edges[0]) <= len(edges[1]) else 1
        if not edges[side] or len(edges[side]) > MOST_EXPANDED:
            return []
        reached: list[int] = []
        for author, others in sorted(ties_of(edges[side]).items()):
            for other in sorted(others):
                if other not in came[side]:
                    came[side][other] = author
                    reached.append(other)
        if met := sorted(set(reached) & set(came[1 - side])):
            return [*_chain(came[0], met[0])[::-1], *_chain(came[1], met[0])[1:]]
        edges[side] = reached
    return []


def _chain(came: dict[int, int], end: int) -> list[int]:
    """From the end back to where the search began."""
    chain = [end]
    while came[chain[-1]] != chain[-1]:
        chain.append(came[chain[-1]])
    return chain
