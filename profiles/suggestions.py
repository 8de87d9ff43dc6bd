"""The queue of possible duplicates: candidates read from the database, scored, and stored in the place of the last ones."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

import numpy as np
from scipy import sparse

from papers import builds, bulk
from papers.folding import fold
from papers.models import Paper
from profiles import vectors
from profiles.duplicates import Candidate, Pair, candidate_pairs, entries_by_block, score
from profiles.models import Author, AuthorIdentifier, Authorship, DistinctPair, DuplicateSuggestion

STAGE = "duplicates"
LARGEST_TEAM = 30  # on papers of more people "wrote together" says little about who somebody is
LEAST_SCORE = 0.3  # kept below the middle, so that a curator who is through can look further
MOST_KEPT = 200_000
TOPIC_DIMENSIONS = 2**18
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class DuplicatesSummary:
    """What a run of find_duplicates did."""

    authors: int
    candidates: int
    kept: int
    likely: int  # of these with a score of .9 or more

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def find_duplicates(on_progress: Callable[[str, int, int | None], None] = lambda *_: None) -> DuplicatesSummary:
    """Score every pair of compatible names and store the likely ones. Call it under papers.builds.stage_lock."""
    build = builds.begin(STAGE, parameters={"least": LEAST_SCORE, "largest_team": LARGEST_TEAM})
    with builds.ending(build):
        people, papers_of = read_people()
        on_progress("authors read", len(people), None)
        pairs, candidates = scored_pairs(people, papers_of, forbidden_pairs(), on_progress=on_progress)
        with bulk.one_writer():
            skipped = {
                (one, two): moment
                for one, two, moment in DuplicateSuggestion.objects.filter(skipped_at__isnull=False).values_list(
                    "one_id", "two_id", "skipped_at"
                )
            }
            DuplicateSuggestion.objects.all()._raw_delete(DuplicateSuggestion.objects.db)
            papers = {person.id: person.papers for person in people}
            for batch in _batches(pairs, BATCH):
                bulk.insert(
                    DuplicateSuggestion,
                    ("one_id", "two_id", "score", "payoff", "reasons", "build_id", "skipped_at"),
                    [
                        (
                            pair.one, pair.two, round(pair.score, 6),
                            round(pair.score * min(papers[pair.one], papers[pair.two]), 6), bulk.dumps(pair.reasons),
                            build.pk, bulk.moment(moment) if (moment := skipped.get((pair.one, pair.two))) else None,
                        )
                        for pair in batch
                    ],
                )  # fmt: skip
        summary = DuplicatesSummary(len(people), candidates, len(pairs), sum(pair.score >= 0.9 for pair in pairs))
        build.results = summary.as_json()
    return summary


def read_people(authors: Iterable[int] | None = None) -> tuple[list[Candidate], dict[int, list[int]]]:
    """Every author with papers as a Candidate, and the ids of their papers."""
    papers_of: dict[int, list[int]] = defaultdict(list)
    people_on: dict[int, list[int]] = defaultdict(list)
    rows = Authorship.objects.filter(author__merged_into=None, paper__is_deleted=False).order_by()
    for paper, author in rows.values_list("paper_id", "author_id").iterator(BATCH):
        papers_of[author].append(paper)
        people_on[paper].append(author)
    columns = ("id", "forenames", "surname", "suffix", "first_year", "last_year", "statistics")
    found: dict[int, Candidate] = {}
    known = Author.objects.filter(merged_into=None, paper_count__gt=0).order_by("id").values_list(*columns)
    for pk, forenames, surname, suffix, first, last, statistics in known.iterator(BATCH):
        found[pk] = Candidate.named(
            pk, forenames, surname, suffix, papers=len(papers_of[pk]), first_year=first, last_year=last,
            categories=dict(statistics.get("categories", [])),
        )  # fmt: skip
    full = {pk: _hash(f"{p.surname}|{' '.join(p.forenames)}") for pk, p in found.items()}
    initial = {pk: _hash("|".join(p.block)) for pk, p in found.items()}
    people = [
        _with_coauthors(person, {
            other for paper in papers_of[pk] if len(people_on[paper]) <= LARGEST_TEAM
            for other in people_on[paper] if other != pk and other in full
        }, full, initial)
        for pk, person in found.items()
    ]  # fmt: skip
    return people, papers_of


def _with_coauthors(person: Candidate, others: set[int], full: dict[int, int], initial: dict[int, int]) -> Candidate:
    return Candidate(
        person.id, person.surname, person.forenames, person.suffix, person.papers, person.first_year, person.last_year,
        person.categories, frozenset(full[pk] for pk in others), frozenset(initial[pk] for pk in others),
    )  # fmt: skip


def _hash(text: str) -> int:
    return zlib.crc32(text.encode()) | len(text) << 32


def forbidden_pairs() -> set[tuple[int, int]]:
    """Pairs that somebody told apart, or whose ORCIDs differ."""
    pairs = set(DistinctPair.objects.values_list("one_id", "two_id"))
    orcids = sorted(AuthorIdentifier.objects.filter(scheme="orcid").values_list("author_id", flat=True))
    known = set(orcids)
    return pairs | {(pk, -1) for pk in known}  # (author, -1): has an ORCID; see `scored_pairs`


def scored_pairs(
    people: Sequence[Candidate],
    papers_of: dict[int, list[int]],
    forbidden: set[tuple[int, int]],
    *,
    least: float = LEAST_SCORE,
    on_progress: Callable[[str, int, int | None], None] = lambda *_: None,
) -> tuple[list[Pair], int]:
    """The pairs with at least this score, best first, and how many were compared. Never one that shares a paper."""
    entries = entries_by_block(people)
    chosen: list[tuple[Candidate, Candidate, str, float]] = []
    for one, two, said, weight in candidate_pairs(people, entries):
        place = (one.id, two.id) if one.id < two.id else (two.id, one.id)
        if place in forbidden or ((one.id, -1) in forbidden and (two.id, -1) in forbidden):
            continue
        if not set(papers_of[one.id]).isdisjoint(papers_of[two.id]):
            continue
        chosen.append((one, two, said, weight))
    on_progress("candidate pairs", len(chosen), None)
    topics = topic_cosines(chosen, papers_of)
    found = []
    for (one, two, said, weight), topic in zip(chosen, topics, strict=True):
        block = max(entries[one.block], entries[two.block])
        p, reasons = score(one, two, said, weight, topic=topic, block_entries=block)
        if p >= least:
            found.append(Pair(min(one.id, two.id), max(one.id, two.id), p, reasons))
    found.sort(key=lambda pair: (-pair.score, pair.one, pair.two))
    return found[:MOST_KEPT], len(chosen)


def topic_cosines(
    pairs: Sequence[tuple[Candidate, Candidate, str, float]], papers_of: dict[int, list[int]]
) -> list[float]:
    """The cosine of the words of titles and abstracts of each pair, log counts × idf, hashed to 2^18 places."""
    if not pairs:
        return []
    people = sorted({person.id for one, two, *_ in pairs for person in (one, two)})
    rows = {pk: row for row, pk in enumerate(people)}
    papers = sorted({paper for pk in people for paper in papers_of[pk]})
    places = {pk: row for row, pk in enumerate(papers)}
    words, frequencies = _paper_words(papers)
    row_of = np.array([rows[pk] for pk in people for _ in papers_of[pk]], dtype=np.int32)
    column_of = np.array([places[paper] for pk in people for paper in papers_of[pk]], dtype=np.int32)
    wrote = sparse.csr_matrix((np.ones(len(row_of), np.float32), (row_of, column_of)), shape=(len(people), len(papers)))
    matrix = (wrote @ words).tocsr()
    matrix.data = np.log1p(matrix.data)
    idf = np.log(len(papers) / np.maximum(frequencies, 1)).astype(np.float32)
    idf[(frequencies < 2) | (frequencies > 0.1 * len(papers) + 5)] = 0
    matrix = vectors.weigh(matrix, idf)
    found: list[float] = []
    for start in range(0, len(pairs), BATCH):
        some = pairs[start : start + BATCH]
        left = matrix[[rows[one.id] for one, *_ in some]]
        right = matrix[[rows[two.id] for _, two, *_ in some]]
        found += np.asarray(left.multiply(right).sum(axis=1)).ravel().tolist()
    return found


def _paper_words(papers: Sequence[int]) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Word counts of the papers by hashed word, and in how many papers each place occurs."""
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
                zlib.crc32(word.encode()) % TOPIC_DIMENSIONS for word in fold(texts.get(pk, "")).split()
                if len(word) > 2 and word not in vectors.STOP_WORDS
            ]  # fmt: skip
            indices.append(np.array(words, dtype=np.int32))
            ends.append(ends[-1] + len(words))
    columns = np.concatenate(indices) if indices else np.empty(0, np.int32)
    matrix = sparse.csr_matrix(
        (np.ones(len(columns), np.float32), columns, np.array(ends)), shape=(len(papers), TOPIC_DIMENSIONS)
    )
    matrix.sum_duplicates()
    return matrix, np.bincount(matrix.indices, minlength=TOPIC_DIMENSIONS)


def _batches(rows: Iterable[Pair], size: int) -> Iterable[list[Pair]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def survivor_first(one: Author, two: Author) -> tuple[Author, Author]:
    """Of two records of one person the one that goes, and the one that stays: better known, more papers, fuller name."""
    standings = ["name-only", "identified", "curated"]

    def worth(author: Author) -> tuple[object, ...]:
        initials = all(len(token) == 1 for token in fold(author.forenames).split())
        return standings.index(author.standing), not initials, author.paper_count, -author.pk

    return (two, one) if worth(one) > worth(two) else (one, two)
