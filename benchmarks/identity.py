"""Quality of possible duplicates: `python -m benchmarks.identity [--sample 400]` on the configured database, linked.

Method: of authors with a full forename and at least four papers, 10 to 90 % of the papers are rewritten to initials, as if a
journal had printed them so. The rewritten record is then compared with every record of its surname + first
initial block that has a full forename. A
suggestion is right if it leads back to the record it was taken from. Precision: of the suggestions with at least p, those that
are right. Recall: of the rewritten records, those whose right one is suggested. "First": the right one has the highest score.
Blocks are told apart by the byline entries they hold. The database is only read.

The corpus is no perfect truth: "Karl Henrik Johansson" and "Karl H. Johansson" are two keys and most likely one man. A
suggestion that leads to a record whose full name fits the one before it was rewritten is neither right nor wrong: it is
counted as "unknown". The first precision counts it as wrong, the second leaves it out.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections import Counter, defaultdict
from random import Random
from typing import Any

REST = 10**12  # numbers what is left of a record
BANDS = ((11, 300), (301, 1000), (1001, 10**9))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sample", type=int, default=400, help="rewritten records in each band")
    sample = arguments.parse_args().sample
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from papers.models import Paper
    from profiles.duplicates.candidates import Candidate, entries_by_block, full, name_evidence
    from profiles.duplicates.compared_authors import LARGEST_COMPARED_TEAM, hashed, read_people
    from profiles.duplicates.score import score
    from profiles.duplicates.topic_vectors import topic_cosines

    random = Random(20)
    started = time.process_time()
    people, papers_of = read_people()
    print(f"{len(people):,} authors read in {time.process_time() - started:.1f} s CPU")
    entries = entries_by_block(people)
    blocks: dict[Any, list[Candidate]] = defaultdict(list)
    for person in people:
        blocks[person.block].append(person)
    by_id = {person.id: person for person in people}
    people_on: dict[int, list[int]] = defaultdict(list)
    for author, papers in papers_of.items():
        for paper in papers:
            people_on[paper].append(author)
    facts = {
        pk: (day.year, codes)
        for pk, day, codes in Paper.objects.values_list("pk", "sort_day", "categories").iterator(20_000)
    }

    def record_of(number: int, like: Candidate, forenames: tuple[str, ...], papers: list[int]) -> Candidate:
        others = {
            other
            for paper in papers
            if len(people_on[paper]) <= LARGEST_COMPARED_TEAM
            for other in people_on[paper]
            if other != like.id and other in by_id
        }
        years = [facts[paper][0] for paper in papers]
        found = [by_id[other] for other in others]
        return Candidate(
            number,
            like.surname,
            forenames,
            like.suffix,
            len(papers),
            min(years),
            max(years),
            Counter(code for paper in papers for code in facts[paper][1]),
            frozenset(hashed(f"{p.surname}|{' '.join(p.parts)}") for p in found),
            frozenset(hashed("|".join(p.block)) for p in found),
        )

    for low, high in BANDS:
        able = [
            p
            for p in people
            if p.papers >= 4 and full(p) and p.forenames[0].isascii() and low <= entries[p.block] <= high
        ]
        chosen = random.sample(able, min(sample, len(able)))
        pairs: list[tuple[Candidate, Candidate, str, float]] = []
        papers_now = dict(papers_of)
        for number, person in enumerate(chosen, 1):
            papers = sorted(papers_of[person.id])
            random.shuffle(papers)
            cut = min(max(round(len(papers) * random.uniform(0.1, 0.9)), 1), len(papers) - 1)
            rewritten = record_of(-number, person, tuple(name[0] for name in person.parts), papers[:cut])
            rest = record_of(REST + number, person, person.forenames, papers[cut:])
            papers_now[-number], papers_now[rest.id] = papers[:cut], papers[cut:]
            for other in blocks[person.block]:
                other = rest if other.id == person.id else other
                if not full(other):
                    continue  # in a corpus, the rewritten record would share its key with it
                if other is not rest and not set(papers[:cut]).isdisjoint(papers_of[other.id]):
                    continue
                if evidence := name_evidence(rewritten, other):
                    pairs.append((rewritten, other, *evidence))
        topics = topic_cosines(pairs, papers_now)
        scored: dict[int, list[tuple[float, bool, bool]]] = defaultdict(list)
        right = {-number: REST + number for number in range(1, len(chosen) + 1)}
        for (one, two, said, weight), topic in zip(pairs, topics, strict=True):
            p, _ = score(one, two, said, weight, topic=topic, block_entries=entries[one.block])
            is_right = right[one.id] == two.id
            fits = name_evidence(chosen[-one.id - 1], two) is not None
            scored[one.id].append((p, is_right, fits and not is_right))
        cells = []
        for least in (0.5, 0.7, 0.9):
            taken = [(ok, unknown) for rows in scored.values() for p, ok, unknown in rows if p >= least]
            hits, unsure = sum(ok for ok, _ in taken), sum(unknown for _, unknown in taken)
            cells.append(
                f"p ≥ {least}: {hits / max(len(taken), 1):.3f} or {hits / max(len(taken) - unsure, 1):.3f} "
                f"/ {hits / max(len(chosen), 1):.3f} ({unsure} unknown)"
            )
        first = sum(max(rows)[1] for rows in scored.values()) / max(len(chosen), 1)
        name = f"block {low}–{high if high < 10**9 else '∞'}"
        print(
            f"{name:<16} {len(chosen):>5} records, {len(pairs):>7} pairs   P / R  {'   '.join(cells)}   first {first:.3f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time() - started:.1f} s CPU, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
