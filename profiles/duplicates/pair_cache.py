"""The files that a run of find_duplicates leaves, so that the next one need look only at what has changed since.

All of it follows from the database: the file may be deleted at any time, and the next run then does everything. What is of
another run than the last in the database is not used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from scipy import sparse

from papers.database import builds
from papers.models import Build, Paper
from profiles.duplicates.candidates import Candidate
from profiles.duplicates.compared_authors import hashed
from profiles.duplicates.suggestion_store import DuplicatesSummary
from profiles.duplicates.topic_vectors import TOPIC_DIMENSIONS, PaperWords
from profiles.models import AuthorIdentifier, DistinctPair
from profiles.similarity import cache_files

NAME = "duplicates"


@dataclass(frozen=True)
class Fingerprints:
    """What the outcome depends on, as numbers that differ when it does: of every author with papers and of every paper.

    Aligned arrays, ids ascending. They are compared instead of keeping a list of what was touched, so that no way of changing
    a row (import, linking, decision, undoing, a file that is loaded) can be forgotten.
    """

    authors: np.ndarray
    names: np.ndarray
    facts: np.ndarray
    papers: np.ndarray
    bylines: np.ndarray
    revision: int
    distinct: np.ndarray
    identified: np.ndarray

    @classmethod
    def now(cls) -> Fingerprints:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, forenames, surname, suffix, paper_count, first_year, last_year, statistics_are_stale "
                "FROM profiles_author WHERE merged_into_id IS NULL AND paper_count > 0 ORDER BY id"
            )
            people = cursor.fetchall()
            cursor.execute(
                "SELECT author_id, count(*), sum(paper_id % 999983), sum(paper_id % 32749 * (paper_id % 32719)) "
                "FROM profiles_authorship GROUP BY author_id ORDER BY author_id"
            )
            wrote = _table(cursor.fetchall(), 4)
            cursor.execute(
                "SELECT paper_id, count(*), sum(author_id % 999983), sum(author_id % 32749 * (author_id % 32719)) "
                "FROM profiles_authorship GROUP BY paper_id ORDER BY paper_id"
            )
            bylines = _table(cursor.fetchall(), 4)
        authors = np.array([row[0] for row in people], dtype=np.int64)
        facts = np.array([hash((row[4], row[5] or 0, row[6] or 0, bool(row[7]))) for row in people], dtype=np.int64)
        sums = np.zeros(len(authors), dtype=np.int64)
        at = np.searchsorted(wrote[:, 0], authors)
        there = at < len(wrote)
        there[there] = wrote[at[there], 0] == authors[there]
        sums[there] = _mixed(wrote[at[there]])
        last = Paper.objects.order_by("-revision").values_list("revision", flat=True).first()
        return cls(
            authors,
            np.array([hashed("|".join(row[1:4])) for row in people], dtype=np.int64),
            facts ^ sums,
            bylines[:, 0],
            _mixed(bylines),
            last or 0,
            np.array(sorted(DistinctPair.objects.values_list("one_id", "two_id")), dtype=np.int64).reshape(-1, 2),
            np.array(
                sorted(AuthorIdentifier.objects.filter(scheme="orcid").values_list("author_id", flat=True)),
                dtype=np.int64,
            ),
        )


@dataclass(frozen=True)
class ComparedPeople:
    """By author (ids ascending) the block and the number of papers; and by key across blocks who has it."""

    ids: np.ndarray
    blocks: np.ndarray
    papers: np.ndarray
    keys: np.ndarray
    owners: np.ndarray


@dataclass(frozen=True)
class KeptPairs:
    """Every pair that was scored: its people, the smaller id first, and its sum without the term of the common name."""

    ones: np.ndarray
    twos: np.ndarray
    sums: np.ndarray


@dataclass(frozen=True)
class LastRun:
    """A run, as it is kept."""

    fingerprints: Fingerprints
    people: ComparedPeople
    pairs: KeptPairs
    words: PaperWords

    def conclude(self, build: Build, summary: DuplicatesSummary) -> None:
        """Keep the run and mark its Build finished, in the transaction that fills the queue."""
        self._keep(build)
        build.results = summary.as_json()
        builds.finish(build)

    def _keep(self, build: Build) -> None:
        words = self.words.counts
        cache_files.write(
            NAME,
            build,
            {
                **{f"print_{name}": np.asarray(value) for name, value in vars(self.fingerprints).items()},
                **{f"people_{name}": value for name, value in vars(self.people).items()},
                **{f"pairs_{name}": value for name, value in vars(self.pairs).items()},
                "words_papers": self.words.papers,
                "words_idf": self.words.idf,
                "words_indptr": words.indptr,
                "words_indices": words.indices.astype(np.int32),
                "words_data": np.minimum(words.data, 65_535).astype(np.uint16),
            },
        )

    @classmethod
    def of_build(cls, build: Build) -> LastRun | None:
        """What this run left, if it is there."""
        found = cache_files.read(NAME, build)
        if found is None:
            return None

        def part(name: str) -> dict[str, np.ndarray]:
            return {key.removeprefix(name): value for key, value in found.items() if key.startswith(name)}

        prints = part("print_")
        words = part("words_")
        counts = sparse.csr_matrix(
            (words["data"].astype(np.float32), words["indices"], words["indptr"]),
            shape=(len(words["papers"]), TOPIC_DIMENSIONS),
        )
        return cls(
            Fingerprints(revision=int(prints.pop("revision")), **prints),
            ComparedPeople(**part("people_")),
            KeptPairs(**part("pairs_")),
            PaperWords(words["papers"], counts, words["idf"]),
        )


def block_number(person: Candidate) -> int:
    """A number for the person's surname + initial that no other has."""
    digest = hashlib.blake2b("|".join(person.block).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _table(rows: list[tuple[Any, ...]], width: int) -> np.ndarray:
    return np.array([[int(value) for value in row] for row in rows], dtype=np.int64).reshape(-1, width)


def _mixed(sums: np.ndarray) -> np.ndarray:
    """The three sums in one number."""
    numbers: np.ndarray = sums[:, 1] * 1_000_003 + sums[:, 2] * 7_919_777_777 + sums[:, 3] * 104_729_000_003
    return numbers
