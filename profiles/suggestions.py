"""The queue of possible duplicates: candidates read from the database, scored, and stored in the place of the last ones.

After a whole run only what has changed since the last run is looked at again, with the same outcome but for one thing: words
keep the weights that they had in the last whole run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from papers import builds, bulk
from papers.folding import fold
from papers.models import Build
from profiles.duplicates import Candidate, Pair, candidate_pairs, entries_by_block, evidence_sum, keys_across, score
from profiles.kept_pairs import ComparedPeople, Fingerprints, KeptPairs, LastRun, block_number
from profiles.models import Author, DuplicateSuggestion
from profiles.paper_words import PaperWords, topic_cosines
from profiles.people_compared import LARGEST_TEAM, Papers, forbidden_pairs, hashed, read_people

__all__ = [
    "LARGEST_TEAM",
    "DuplicatesSummary",
    "find_duplicates",
    "hashed",
    "read_people",
    "survivor_first",
    "topic_cosines",
]

STAGE = "duplicates"
LEAST_SCORE = 0.3  # kept below the middle, so that a curator who is through can look further
MOST_KEPT = 200_000
MOST_CHANGED = 0.2  # of the authors; where more have changed, or the papers have grown so much, everything is done

OnProgress = Callable[[str, int, int | None], None]
NamedPair = tuple[Candidate, Candidate, str, float]


@dataclass(frozen=True, slots=True)
class DuplicatesSummary:
    """What a run of find_duplicates did."""

    authors: int
    candidates: int
    kept: int
    likely: int  # of these with a score of .9 or more
    looked_at: int  # authors whose pairs were scored again

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def find_duplicates(
    on_progress: OnProgress = lambda *_: None, everything: bool = False, words: PaperWords | None = None
) -> DuplicatesSummary:
    """Score the pairs of compatible names that changed since the last run, and store the likely ones.

    All pairs where `everything` is wanted or the last run left nothing to go on from. `words` are weights in place of
    the corpus's own. Call it under papers.builds.stage_lock.
    """
    from profiles import suggestions_update

    last = Build.objects.latest_finished(STAGE)
    before = None if everything or last is None else LastRun.of_build(last)
    build = builds.begin(STAGE, parameters={"least": LEAST_SCORE, "largest_team": LARGEST_TEAM})
    with builds.ending(build):
        prints = Fingerprints.now()
        done = suggestions_update.update(build, before, prints) if before else None
        if done is None:
            build.parameters["everything"] = True
            build.save(update_fields=["parameters"])
            done = _do_everything(build, prints, on_progress, words)
        run, summary = done
        build.results = summary.as_json()
    run.keep(build)
    return summary


def _do_everything(
    build: Build, prints: Fingerprints, on_progress: OnProgress, words: PaperWords | None
) -> tuple[LastRun, DuplicatesSummary]:
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
    with bulk.one_writer():
        skipped = {
            (one, two): moment
            for one, two, moment in DuplicateSuggestion.objects.filter(skipped_at__isnull=False).values_list(
                "one_id", "two_id", "skipped_at"
            )
        }
        DuplicateSuggestion.objects.all()._raw_delete(DuplicateSuggestion.objects.db)
        store(build, best, papers_now, skipped)
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
    return LastRun(prints, people_kept, pairs, words), summary


def keys_and_owners(people: Iterable[Candidate]) -> tuple[np.ndarray, np.ndarray]:
    """The keys across blocks of these people as numbers, and whose each is; aligned."""
    rows = [(hashed(key), person.id) for person in people for key in set(keys_across(person))]
    table = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def allowed(pairs: Iterable[NamedPair], papers_of: Papers, forbidden: set[tuple[int, int]]) -> list[NamedPair]:
    """Those of the pairs that share no paper, and that neither a curator nor two ORCIDs tell apart."""
    found = []
    for one, two, said, weight in pairs:
        place = (one.id, two.id) if one.id < two.id else (two.id, one.id)
        if place in forbidden or ((one.id, -1) in forbidden and (two.id, -1) in forbidden):
            continue
        if not set(papers_of[one.id]).isdisjoint(papers_of[two.id]):
            continue
        found.append((one, two, said, weight))
    return found


def explained(pair: NamedPair, topic: float, block_entries: int) -> tuple[Pair, float]:
    """The pair with its score and reasons, and the sum without the term of the common name."""
    one, two, said, weight = pair
    total, reasons = score(one, two, said, weight, topic=topic, block_entries=block_entries)
    scored = Pair(min(one.id, two.id), max(one.id, two.id), total, reasons)
    return scored, evidence_sum(one, two, weight, topic)


def rank(pair: Pair) -> tuple[float, int, int]:
    """Best first."""
    return -pair.score, pair.one, pair.two


def store(
    build: Build, pairs: Sequence[Pair], papers: dict[int, int], skipped: Mapping[tuple[int, int], datetime | None]
) -> None:
    """Insert the suggestions; `papers` counts them by author, `skipped` says which a curator could not tell, and when."""
    columns = ("one_id", "two_id", "score", "payoff", "reasons", "build_id", "skipped_at")
    bulk.insert(
        DuplicateSuggestion,
        columns,
        [
            (
                pair.one, pair.two, round(pair.score, 6),
                round(pair.score * min(papers[pair.one], papers[pair.two]), 6), bulk.dumps(pair.reasons),
                build.pk, bulk.moment(moment) if (moment := skipped.get((pair.one, pair.two))) else None,
            )
            for pair in pairs
        ],
    )  # fmt: skip


def survivor_first(one: Author, two: Author) -> tuple[Author, Author]:
    """Of two records of one person the one that goes, and the one that stays: better known, more papers, fuller name."""
    standings = ["name-only", "identified", "curated"]

    def worth(author: Author) -> tuple[object, ...]:
        initials = all(len(token) == 1 for token in fold(author.forenames).split())
        return standings.index(author.standing), not initials, author.paper_count, -author.pk

    return (two, one) if worth(one) > worth(two) else (one, two)
