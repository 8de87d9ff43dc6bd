"""Topics of authors and papers, by the terms of the latest build: people for free words, papers similar to a paper.

The stored lists compare whole vectors; here, where a visitor waits, an author is the strongest terms of a vector, found by an
index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from django.db import connection

from papers.database import bulk
from papers.models import Paper
from papers.search import Query, Term, ranked
from profiles.models import Author, AuthorTopic, TopicTerm
from profiles.similarity.model import vectors
from profiles.similarity.model.evidence import EvidenceTerm, most_telling
from profiles.similarity.model.lists import pair_keys
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Vocabulary

TERMS_OF_AUTHOR = 40
BLOCK = 5_000  # authors whose terms are written at once
MOVED = 0.05  # of a weight, by which it has to move to be written again when some authors are brought up to date
LONGEST_QUESTION = 500
PEOPLE = 50
TERMS_ASKED, MATCHES_OF_TERM, CANDIDATES, TERMS_NAMED = 8, 200, 100, 4  # of similar papers


def replace(vocabulary: Vocabulary, model: Model) -> None:
    """Put the terms and strongest weights of this build in the place of the last one's. Call it in a transaction."""
    AuthorTopic.objects.all()._raw_delete(AuthorTopic.objects.db)
    TopicTerm.objects.all()._raw_delete(TopicTerm.objects.db)
    numbers = range(1, len(vocabulary.terms) + 1)
    bulk.insert(
        TopicTerm, ("id", "term", "idf"), list(zip(numbers, vocabulary.terms, vocabulary.idf.tolist(), strict=True))
    )
    for start in range(0, len(model.listed), BLOCK):
        _insert(*_strongest(model, model.listed[start : start + BLOCK]))


def replace_some(model: Model, authors: Sequence[int]) -> None:
    """The same for these authors alone, whose model is of the stored terms; a weight that moved by less than MOVED stays."""
    columns = ("id", "author_id", "term_id", "weight")
    stored = np.array(bulk.select(AuthorTopic, columns, "author_id", authors), dtype=np.float64).reshape(-1, 4)
    ids, old = stored[:, 0].astype(np.int64), pair_keys(*stored[:, 1:3].astype(np.int64).T)
    people, terms, weights = _strongest(model, model.listed[np.isin(model.authors[model.listed], authors)])
    _, known, again = np.intersect1d(old, pair_keys(people, terms), assume_unique=True, return_indices=True)
    stays = np.abs(stored[known, 3] - weights[again]) <= MOVED * weights[again]
    bulk.delete(AuthorTopic, "id", np.delete(ids, known[stays]).tolist())
    _insert(*(np.delete(column, again[stays]) for column in (people, terms, weights)))


def stored_vocabulary() -> Vocabulary:
    """The terms and weights of the latest build; a term's id counts them from 1."""
    rows = list(TopicTerm.objects.order_by("id").values_list("term", "idf"))
    return Vocabulary([term for term, _ in rows], np.array([idf for _, idf in rows], dtype=np.float64))


def _strongest(model: Model, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids of author and term, and weight, of the strongest terms of the authors in these places."""
    rows = model.documents[model.document_of[places]].tocsr()
    owner = np.repeat(np.arange(len(places)), np.diff(rows.indptr))
    order = np.lexsort((rows.indices, -np.round(rows.data, 12), owner))
    order = order[np.arange(len(order)) - rows.indptr[owner[order]] < TERMS_OF_AUTHOR]
    people = model.authors[places[owner[order]]]
    return people, rows.indices[order].astype(np.int64) + 1, np.round(rows.data[order], 6)


def _insert(people: np.ndarray, terms: np.ndarray, weights: np.ndarray) -> None:
    rows = list(zip(people.tolist(), terms.tolist(), weights.tolist(), strict=True))
    bulk.insert(AuthorTopic, ("author_id", "term_id", "weight"), rows)


@dataclass(frozen=True, slots=True)
class TopicAuthor:
    """An author who works on what was asked for: how nearly, and by which terms, which add up to the score."""

    author: Author
    score: float
    parts: list[EvidenceTerm]


def known_terms(words: Iterable[str]) -> dict[str, tuple[int, float]]:
    """Those of the terms that the latest build compares by: their id and idf."""
    return {
        term: (pk, idf) for pk, term, idf in bulk.select(TopicTerm, ("id", "term", "idf"), "term", sorted(set(words)))
    }


def people_who_work_on(text: str, most: int = PEOPLE) -> tuple[list[TopicAuthor], list[str]]:
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
            "WHERE a.is_listed AND a.in_similarity GROUP BY t.author_id ORDER BY score DESC, t.author_id LIMIT %s",
            [value for row in sorted(weights.items()) for value in row] + [most],
        )
        best = [row[0] for row in cursor.fetchall()]
    parts: dict[int, list[EvidenceTerm]] = defaultdict(list)
    for author, term, weight in AuthorTopic.objects.filter(author__in=best, term__in=weights).values_list(
        "author_id", "term_id", "weight"
    ):
        parts[author].append(EvidenceTerm("term", labels[term], round(weight * weights[term], 6)))
    authors = Author.objects.listed().in_bulk(best)
    found = [
        TopicAuthor(
            authors[pk],
            round(sum(part.contribution for part in parts[pk]), 6),
            sorted(parts[pk], key=lambda part: (-part.contribution, part.label)),
        )
        for pk in best
        if pk in authors
    ]
    return sorted(found, key=lambda row: (-row.score, row.author.pk)), sorted(known)


def similar_papers(paper: Paper, most: int = 10) -> list[tuple[int, float, list[str]]]:
    """Other papers with the strongest terms of this one: (id, cosine, shared terms), best first.

    Candidates are what the search index finds for each of the terms; the cosine compares all words.
    """
    terms = vectors.terms_of(paper.title, paper.abstract)
    known = known_terms(terms)
    # A pair of words tells more than its words, though each of them weighs as much.
    strongest = sorted(known, key=lambda term: (-(1 + log(terms[term])) * known[term][1] * len(term.split()), term))
    votes: dict[int, float] = defaultdict(float)
    papers = Paper.objects.visible()
    for term in strongest[:TERMS_ASKED]:
        asked = Query((Term(tuple(term.replace("-", " ").split())),))
        for pk in [pk for pk in ranked(papers, asked, MATCHES_OF_TERM + 1, only_words=True) if pk != paper.pk][
            :MATCHES_OF_TERM
        ]:
            votes[pk] += known[term][1]
    best = sorted(votes, key=lambda pk: (-votes[pk], -pk))[:CANDIDATES]
    if not best:
        return []
    rows = {pk: (title, text) for pk, title, text in bulk.select(Paper, ("id", "title", "abstract"), "id", best)}
    every = [terms, *(vectors.terms_of(*rows[pk]) for pk in best)]
    vocabulary = vocabulary_of(every)
    matrix = vectors.paper_vectors(vectors.count_matrix(every, vocabulary), vocabulary.idf)
    near = (matrix[1:] @ matrix[0].T).toarray().ravel()
    found = []
    for place in np.lexsort((np.array(best), -np.round(near, 12)))[:most].tolist():
        products = matrix[1 + place].multiply(matrix[0]).tocsr()
        shared = [
            EvidenceTerm("term", vocabulary.terms[column], round(float(product), 12))
            for column, product in zip(products.indices.tolist(), products.data.tolist(), strict=True)
        ]
        found.append((best[place], float(near[place]), most_telling(shared, TERMS_NAMED)))
    return [row for row in found if row[1] > 0]


def vocabulary_of(texts: Iterable[Iterable[str]]) -> Vocabulary:
    """Those of these texts' terms that the latest build compares by, in alphabetical order."""
    known = known_terms(term for terms in texts for term in terms)
    terms = sorted(known)
    return Vocabulary(terms, np.array([known[term][1] for term in terms], dtype=np.float64))
