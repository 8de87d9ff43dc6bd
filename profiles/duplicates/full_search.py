"""Every pair of compatible names scored, and the likely ones stored in the place of the last ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from papers.database import bulk
from papers.models import Build
from profiles.duplicates.candidates import candidate_pairs, entries_by_block
from profiles.duplicates.compared_authors import forbidden_pairs, read_people
from profiles.duplicates.pair_cache import ComparedPeople, Fingerprints, KeptPairs, LastRun, block_number
from profiles.duplicates.suggestion_store import (
    LEAST_SCORE,
    MOST_KEPT,
    DuplicatesSummary,
    allowed,
    explained,
    keys_and_owners,
    rank,
    store,
)
from profiles.duplicates.topic_vectors import PaperWords
from profiles.models import DuplicateSuggestion

OnProgress = Callable[[str, int, int | None], None]


def do_everything(
    build: Build, prints: Fingerprints, on_progress: OnProgress, words: PaperWords | None
) -> DuplicatesSummary:
    """Fill the queue and finish the run; `words` are weights in place of the corpus's own."""
    people, papers_of = read_people()
    on_progress("authors read", len(people), None)
    chosen = allowed(candidate_pairs(people), papers_of, forbidden_pairs())
    on_progress("candidate pairs", len(chosen), None)
    concerned = {person.id for one, two, *_ in chosen for person in (one, two)}
    papers = sorted({paper for pk in concerned for paper in papers_of[pk]})
    words = words.with_papers(papers, np.array(papers)) if words else PaperWords.read(papers)
    entries = entries_by_block(people)
    scored = [
        explained(pair, topic, max(entries[pair[0].block], entries[pair[1].block]))
        for pair, topic in zip(chosen, words.cosines(chosen, papers_of), strict=True)
    ]
    best = sorted((pair for pair, _ in scored if pair.score >= LEAST_SCORE), key=rank)[:MOST_KEPT]
    papers_now = {person.id: person.papers for person in people}
    people_kept = ComparedPeople(
        np.array([person.id for person in people], dtype=np.int64),
        np.array([block_number(person) for person in people], dtype=np.int64),
        np.array([person.papers for person in people], dtype=np.int64),
        *keys_and_owners(people),
    )
    pairs = KeptPairs(
        np.array([pair.one for pair, _ in scored], dtype=np.int64),
        np.array([pair.two for pair, _ in scored], dtype=np.int64),
        np.array([total for _, total in scored], dtype=np.float64),
    )
    likely = sum(pair.score >= 0.9 for pair in best)
    summary = DuplicatesSummary(len(people), len(chosen), len(best), likely, len(people))
    with bulk.one_writer():
        skipped = {
            (one, two): moment
            for one, two, moment in DuplicateSuggestion.objects.filter(skipped_at__isnull=False).values_list(
                "one_id", "two_id", "skipped_at"
            )
        }
        DuplicateSuggestion.objects.all()._raw_delete(DuplicateSuggestion.objects.db)
        store(build, best, papers_now, skipped)
        LastRun(prints, people_kept, pairs, words).conclude(build, summary)
    return summary
