"""The papers and authors that are compared, read from the database as matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from scipy import sparse

from papers.database import bulk
from papers.models import Paper, PaperQuerySet
from papers.text.dates import PartialDate
from papers.text.folding import fold
from profiles.models import Author, Authorship
from profiles.similarity.cache_files import KeptCounts
from profiles.similarity.model import vectors
from profiles.similarity.model.assembly import guarded_model
from profiles.similarity.model.evidence import Evidence
from profiles.similarity.model.near_duplicates import without_copies
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters, Vocabulary


@dataclass(frozen=True)
class Corpus:
    """The papers that are compared and their authors, both in the order of their ids, and who wrote what (authors × papers,
    a text that an author has twice only once).

    `counts` are papers × terms, `subjects` papers × codes; `days` count from year 1, 1 where nobody knows.
    `surnames` are numbers, `sure` marks authors of whom a human or an identifier says who they are.
    """

    parameters: Parameters
    paper_ids: np.ndarray
    days: np.ndarray
    authors: np.ndarray
    wrote: sparse.csr_matrix
    vocabulary: Vocabulary
    counts: sparse.csr_matrix
    codes: list[str]
    subjects: sparse.csr_matrix
    primary: np.ndarray
    surnames: np.ndarray
    sure: np.ndarray
    revision: int  # the highest of the papers

    @classmethod
    def read(
        cls, parameters: Parameters, vocabulary: Vocabulary | None = None, kept: KeptCounts | None = None
    ) -> Corpus:
        """Every visible paper, and everybody on those that are not by too many.

        With the terms of an earlier vocabulary, and the counts that were kept of papers unchanged since.
        """
        papers = Paper.objects.visible().order_by("id")
        rows = _rows(papers.values_list("id", "revision", "sort_day", "categories", "author_count"))
        paper_ids = np.array([row[0] for row in rows], dtype=np.int64)
        revisions = np.array([row[1] for row in rows], dtype=np.int64)
        # Every day once: there are several papers of most.
        ordinals = {place: _first_day(place).toordinal() for place in {row[2] for row in rows}}
        days = np.array([ordinals[row[2]] for row in rows], dtype=np.int64)
        categories = [bulk.loads(row[3]) for row in rows]
        in_team = np.array([row[4] for row in rows], dtype=np.int64) <= parameters.largest_team
        if vocabulary is None:
            vocabulary, counts = vectors.read_terms(lambda: texts(papers, paper_ids), parameters)
        elif kept is None:
            counts = vectors.count_terms(texts(papers, paper_ids), vocabulary)
        else:
            counts = _counts_with(kept, paper_ids, revisions, vocabulary)
        authors, wrote = who_wrote(paper_ids, in_team)
        wrote = without_copies(wrote, vectors.paper_vectors(counts, vocabulary.idf), parameters.copies_alike)
        known = sorted({code for row in categories for code in row})
        place = {code: column for column, code in enumerate(known)}
        return cls(
            parameters,
            paper_ids,
            days,
            authors,
            wrote,
            vocabulary,
            counts,
            known,
            marks([[place[code] for code in row] for row in categories], len(known)),
            np.array([place[row[0]] if row else 0 for row in categories], dtype=np.int64),
            *names_of(authors),
            int(revisions.max(initial=0)),
        )

    def model(self, held_back: dict[int, float] | None = None) -> Model:
        """What is compared; whom to hold back (factors of ids) is found here unless an earlier build says so."""
        return guarded_model(
            self.parameters,
            self.authors,
            self.wrote,
            self.counts,
            self.vocabulary.idf,
            self.surnames,
            self.sure,
            held_back,
            self.papers,
        )

    def evidence(self, model: Model) -> Evidence:
        """What the links of this model are explained by."""
        return Evidence(
            model,
            self.paper_ids,
            self.wrote,
            self.papers.astype(np.float32),
            self.vocabulary.terms,
            self.codes,
            self.fields,
        )

    @cached_property
    def papers(self) -> sparse.csr_matrix:
        """The papers' vectors of length one."""
        return vectors.paper_vectors(self.counts, self.vocabulary.idf)

    @cached_property
    def fields(self) -> sparse.csr_matrix:
        """authors × codes: in how many papers."""
        return (self.wrote @ self.subjects).tocsr()


def texts(papers: PaperQuerySet, paper_ids: np.ndarray) -> Iterator[tuple[str, str]]:
    """Title and abstract of each of these papers, in their order; nothing for one that has gone meanwhile."""
    place = 0
    for pk, title, abstract in papers.values_list("id", "title", "abstract").iterator(2000):
        while place < len(paper_ids) and paper_ids[place] < pk:
            yield "", ""
            place += 1
        if place < len(paper_ids) and paper_ids[place] == pk:
            yield title, abstract
            place += 1
    for _ in range(place, len(paper_ids)):
        yield "", ""


def _rows(query: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows as the database's driver gives them: for hundreds of thousands, Django's own conversion takes longer."""
    with connection.cursor() as cursor:
        cursor.execute(*query.query.sql_with_params())
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _first_day(place: int) -> date:
    day = PartialDate.from_place(place)
    return day.first if day else date.min


def _counts_with(
    kept: KeptCounts, paper_ids: np.ndarray, revisions: np.ndarray, vocabulary: Vocabulary
) -> sparse.csr_matrix:
    """papers × terms: as kept, and counted for papers that are new or changed since."""
    at = np.minimum(np.searchsorted(kept.paper_ids, paper_ids), max(len(kept.paper_ids) - 1, 0))
    is_kept = (kept.paper_ids[at] == paper_ids) & (revisions <= kept.revision) if len(kept.paper_ids) else at < 0
    new = np.flatnonzero(~is_kept)
    texts_of_new = bulk.select(Paper, ("id", "title", "abstract"), "id", paper_ids[new].tolist())
    found = {pk: (title, abstract) for pk, title, abstract in texts_of_new}
    counted = vectors.count_terms((found.get(pk, ("", "")) for pk in paper_ids[new].tolist()), vocabulary)
    order = at.copy()
    order[new] = len(kept.paper_ids) + np.arange(len(new))
    return sparse.vstack([kept.counts, counted], format="csr")[order]


def names_of(authors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of these authors (ids ascending) the number of the surname, and whether it is sure who it is."""
    rows = _rows(Author.objects.order_by("id").values_list("id", "surname", "standing"))
    rows = [row for row, compared in zip(rows, np.isin([row[0] for row in rows], authors), strict=True) if compared]
    # Every printed surname once: there are several authors of most.
    folded = {surname: fold(surname) for surname in {row[1] for row in rows}}
    numbers: dict[str, int] = {}
    surnames = [numbers.setdefault(folded[surname], len(numbers)) for _, surname, _ in rows]
    sure = [standing != Author.Standing.NAME_ONLY for *_, standing in rows]
    return np.array(surnames, dtype=np.int64), np.array(sure, dtype=bool)


def who_wrote(paper_ids: np.ndarray, in_team: np.ndarray) -> tuple[np.ndarray, sparse.csr_matrix]:
    """The ids of the authors who can be compared, and authors × papers; papers that `in_team` leaves out have nobody."""
    people = Author.objects.filter(in_similarity=True, is_hidden=False, merged_into=None).order_by()
    compared = np.array(sorted(row[0] for row in _rows(people.values_list("id"))), dtype=np.int64)
    rows = _rows(Authorship.objects.order_by().values_list("author_id", "paper_id"))
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    pairs = pairs[_marked(paper_ids[in_team], pairs[:, 1]) & _marked(compared, pairs[:, 0])]
    authors = np.unique(pairs[:, 0])
    places = (np.searchsorted(authors, pairs[:, 0]), np.searchsorted(paper_ids, pairs[:, 1]))
    wrote = sparse.csr_matrix((np.ones(len(pairs), np.float32), places), shape=(len(authors), len(paper_ids)))
    wrote.sort_indices()
    return authors, wrote


def _marked(ids: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Whether each of the asked is among the ids, by a table as long as the largest."""
    found = np.zeros(max(int(ids.max(initial=0)), int(asked.max(initial=0))) + 1, dtype=bool)
    found[ids] = True
    marked: np.ndarray = found[asked]
    return marked


def marks(rows: list[list[int]], columns: int) -> sparse.csr_matrix:
    """0/1 rows with these columns."""
    ends = np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64)))
    indices = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(indices), np.float32), indices, ends), shape=(len(rows), columns))
