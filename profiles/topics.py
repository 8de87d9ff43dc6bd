"""What authors work on, by the terms of the latest build: asked in free words, and two authors side by side.

The stored lists compare whole vectors; here, where a visitor waits, an author is the strongest terms of a vector, found by an
index, or is computed anew from the papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from django.db import connection
from scipy import sparse

from papers import bulk
from papers.models import Paper
from papers.search import Query, Term, ranked
from profiles import vectors
from profiles.evidence import Part
from profiles.models import Author, Authorship, AuthorTopic, TopicTerm
from profiles.neighbours import Model
from profiles.statistics import LARGEST_TEAM
from profiles.vectors import Vocabulary

TERMS_OF_AUTHOR = 40
BLOCK = 5_000  # authors whose terms are written at once
LONGEST_QUESTION = 500
PEOPLE = 50
TERMS_SHOWN = 12
MOST_PAPERS = 300  # of an author, the newest, that a comparison reads
TERMS_ASKED, MATCHES_OF_TERM, CANDIDATES, TERMS_NAMED = 8, 200, 100, 4  # of similar papers
MOST_STEPS = 6
MOST_EXPANDED = 3_000  # people whose co-authors are looked up at once on the way from one author to another


def replace(vocabulary: Vocabulary, model: Model) -> None:
    """Put the terms and strongest weights of this build in the place of the last one's. Call it in a transaction."""
    AuthorTopic.objects.all()._raw_delete(AuthorTopic.objects.db)
    TopicTerm.objects.all()._raw_delete(TopicTerm.objects.db)
    numbers = range(1, len(vocabulary.terms) + 1)
    bulk.insert(
        TopicTerm, ("id", "term", "idf"), list(zip(numbers, vocabulary.terms, vocabulary.idf.tolist(), strict=True))
    )
    _insert(model, model.listed)


def replace_some(model: Model, authors: Sequence[int]) -> None:
    """The same for these authors alone, whose model is of the stored terms."""
    for start in range(0, len(authors), BLOCK):
        bulk.delete(AuthorTopic, "author_id", authors[start : start + BLOCK])
    _insert(model, model.listed[np.isin(model.authors[model.listed], authors)])


def stored_vocabulary() -> Vocabulary:
    """The terms and weights of the latest build; a term's id counts them from 1."""
    rows = list(TopicTerm.objects.order_by("id").values_list("term", "idf"))
    return Vocabulary([term for term, _ in rows], np.array([idf for _, idf in rows], dtype=np.float64))


def _insert(model: Model, places: np.ndarray) -> None:
    for start in range(0, len(places), BLOCK):
        people = places[start : start + BLOCK]
        rows = model.documents[model.document_of[people]].tocsr()
        owner = np.repeat(np.arange(len(people)), np.diff(rows.indptr))
        order = np.lexsort((rows.indices, -np.round(rows.data, 12), owner))
        order = order[np.arange(len(order)) - rows.indptr[owner[order]] < TERMS_OF_AUTHOR]
        bulk.insert(
            AuthorTopic,
            ("author_id", "term_id", "weight"),
            list(
                zip(
                    model.authors[people[owner[order]]].tolist(),
                    (rows.indices[order] + 1).tolist(),
                    np.round(rows.data[order], 6).tolist(),
                    strict=True,
                )
            ),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An author who works on what was asked for: how nearly, and by which terms, which add up to the score."""

    author: Author
    score: float
    parts: list[Part]


def known_terms(words: Iterable[str]) -> dict[str, tuple[int, float]]:
    """Those of the terms that the latest build compares by: their id and idf."""
    return {
        term: (pk, idf) for pk, term, idf in bulk.select(TopicTerm, ("id", "term", "idf"), "term", sorted(set(words)))
    }


def people_who_work_on(text: str, most: int = PEOPLE) -> tuple[list[Found], list[str]]:
    """Authors for a topic in free words, best first, and the terms of it that are known here."""
    known = known_terms(vectors.terms_of("", text[:LONGEST_QUESTION]))
    if not known:
        return [], []
    length = sum(idf * idf for _, idf in known.values()) ** 0.5 or 1
    weights = {pk: idf / length for pk, idf in known.values()}
    labels = {pk: term for term, (pk, _) in known.items()}
    marks = ", ".join(["(%s, %s)"] * len(weights))
    number = "::bigint" if connection.vendor == "postgresql" else ""
    decimal = "::float" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked (term, weight) AS (VALUES {marks.replace('%s, %s', f'%s{number}, %s{decimal}')}) "
            "SELECT t.author_id, SUM(t.weight * asked.weight) AS score FROM asked "
            "JOIN profiles_authortopic t ON t.term_id = asked.term JOIN profiles_author a ON a.id = t.author_id "
            "WHERE a.is_listed GROUP BY t.author_id ORDER BY score DESC, t.author_id LIMIT %s",
            [value for row in sorted(weights.items()) for value in row] + [most],
        )
        best = [row[0] for row in cursor.fetchall()]
    parts: dict[int, list[Part]] = defaultdict(list)
    for author, term, weight in AuthorTopic.objects.filter(author__in=best, term__in=weights).values_list(
        "author_id", "term_id", "weight"
    ):
        parts[author].append(Part("term", labels[term], round(weight * weights[term], 6)))
    authors = Author.objects.listed().in_bulk(best)
    found = [
        Found(
            authors[pk], round(sum(part.contribution for part in parts[pk]), 6),
            sorted(parts[pk], key=lambda part: (-part.contribution, part.label)),
        )
        for pk in best if pk in authors
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row.score, row.author.pk)), sorted(known)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two authors side by side: how near their words are, by which, what only each has, and their papers most alike."""

    cosine: float
    shared: list[Part]
    only_one: list[str]
    only_two: list[str]
    closest: list[tuple[int, int, float]]


def compare(one: Author, two: Author, pairs: int = 3) -> Comparison:
    """The comparison, computed from the newest papers of each with the weights of the latest build."""
    papers = [_texts(author) for author in (one, two)]
    texts = [text for found in papers for text in found.values()]
    vocabulary = vocabulary_of(texts)
    counts = vectors.count_terms(texts, vocabulary)
    first = len(papers[0])
    whose = sparse.csr_matrix(
        np.vstack([np.arange(len(texts)) < first, np.arange(len(texts)) >= first]).astype(np.float32)
    )
    mine, theirs = vectors.author_vectors(whose, counts, vocabulary.idf).toarray()
    products = mine * theirs
    order = np.lexsort((np.arange(len(products)), -np.round(products, 12)))
    shown = [place for place in order[:TERMS_SHOWN].tolist() if products[place] > 0]
    shared = [Part("term", vocabulary.terms[place], float(products[place])) for place in shown]
    if rest := int((products > 0).sum()) - len(shown):
        shared.append(Part("other", f"{rest} more shared terms", float(products.sum() - products[shown].sum())))
    return Comparison(
        float(products.sum()), shared, _strongest(mine, theirs, vocabulary), _strongest(theirs, mine, vocabulary),
        _closest(counts, vocabulary, list(papers[0]), list(papers[1]), pairs),
    )  # fmt: skip


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


def similar_papers(paper: Paper, most: int = 10) -> list[tuple[int, float, list[str]]]:
    """Other papers with the strongest terms of this one: (id, cosine, shared terms), best first.

    Candidates are what the search index finds for each of the terms; the cosine compares all words.
    """
    terms = vectors.terms_of(paper.title, paper.abstract)
    known = known_terms(terms)
    # A pair of words tells more than its words, though each of them weighs as much.
    strongest = sorted(known, key=lambda term: (-(1 + log(terms[term])) * known[term][1] * len(term.split()), term))
    votes: dict[int, float] = defaultdict(float)
    papers = Paper.objects.visible().exclude(pk=paper.pk)
    for term in strongest[:TERMS_ASKED]:
        for pk in ranked(papers, Query((Term(tuple(term.replace("-", " ").split())),)), MATCHES_OF_TERM):
            votes[pk] += known[term][1]
    best = sorted(votes, key=lambda pk: (-votes[pk], -pk))[:CANDIDATES]
    if not best:
        return []
    rows = {pk: (title, text) for pk, title, text in bulk.select(Paper, ("id", "title", "abstract"), "id", best)}
    every = [(paper.title, paper.abstract), *(rows[pk] for pk in best)]
    vocabulary = vocabulary_of(every)
    matrix = vectors.paper_vectors(vectors.count_terms(every, vocabulary), vocabulary.idf)
    near = (matrix[1:] @ matrix[0].T).toarray().ravel()
    found = []
    for place in np.lexsort((np.array(best), -np.round(near, 12)))[:most].tolist():
        products = matrix[1 + place].multiply(matrix[0]).tocsr()
        top = np.lexsort((products.indices, -np.round(products.data, 12)))[:TERMS_NAMED]
        found.append((best[place], float(near[place]), [vocabulary.terms[column] for column in products.indices[top]]))
    return [row for row in found if row[1] > 0]


def vocabulary_of(texts: Iterable[tuple[str, str]]) -> Vocabulary:
    """Those terms of the texts that the latest build compares by, in alphabetical order."""
    known = known_terms(term for title, abstract in texts for term in vectors.terms_of(title, abstract))
    terms = sorted(known)
    return Vocabulary(terms, np.array([known[term][1] for term in terms], dtype=np.float64))


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
