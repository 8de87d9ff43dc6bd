"""Share of namesakes that are noticed: `python -m benchmarks.homonyms [--sample 400]`, on a linked database.

Method: people with a forename, five to sixty papers and a surname + first initial that nobody else has are taken for single
people. Their papers alone, and those of two of them put together as if they had one name, are grouped (profiles/paper_groups).
Told are the share flagged: of pairs whose main archives differ, of pairs without a category in common, of pairs inside one
archive, and of single people, which are false alarms. "Clean" is, of the pairs flagged, the share of papers that lie in a group
whose majority is of the same person. The database is only read.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from random import Random
from typing import Any


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sample", type=int, default=400, help="pairs of each kind, and single people")
    sample = arguments.parse_args().sample
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from papers.models import Paper
    from papers.text.folding import fold
    from profiles.curation.paper_groups import PaperFacts, groups_of_papers, may_be_several, words_of
    from profiles.models import Author, Authorship

    random, started = Random(21), time.process_time()
    entries: Counter[tuple[str, str]] = Counter()
    people: list[tuple[int, tuple[str, str], int]] = []
    rows = Author.objects.listed().order_by("pk").values_list("pk", "surname", "forenames", "paper_count")
    for pk, surname, forenames, count in rows.iterator(20_000):
        first = fold(forenames).split()[:1] or [""]
        block = fold(surname).replace(" ", ""), first[0][:1]
        entries[block] += count
        if len(first[0]) > 1 and 5 <= count <= 60:
            people.append((pk, block, count))
    able = [pk for pk, block, count in people if entries[block] == count]
    chosen = random.sample(able, min(len(able), 4 * sample))

    wrote: dict[int, list[int]] = defaultdict(list)
    for author, paper in Authorship.objects.filter(author__in=chosen).order_by().values_list("author", "paper"):
        wrote[author].append(paper)
    everybody: dict[int, set[int]] = defaultdict(set)
    papers_of_all = sorted({paper for papers in wrote.values() for paper in papers})
    for start in range(0, len(papers_of_all), 5_000):
        some = Authorship.objects.filter(paper__in=papers_of_all[start : start + 5_000]).order_by()
        for paper, author in some.values_list("paper", "author"):
            everybody[paper].add(author)
    facts: dict[int, tuple[tuple[str, ...], frozenset[str]]] = {}
    for start in range(0, len(papers_of_all), 5_000):
        texts = Paper.objects.filter(pk__in=papers_of_all[start : start + 5_000]).order_by()
        for pk, title, abstract, codes in texts.values_list("pk", "title", "abstract", "categories"):
            facts[pk] = tuple(codes), words_of(title, abstract)

    def papers_of(author: int) -> dict[int, Any]:
        return {
            paper: PaperFacts(frozenset(everybody[paper] - {author}), *facts[paper])
            for paper in wrote[author]
            if facts[paper][0]
        }

    single = {pk: papers for pk in chosen if (papers := papers_of(pk))}
    archive = {
        pk: Counter(paper.categories[0].partition(".")[0] for paper in papers.values()).most_common(1)[0][0]
        for pk, papers in single.items()
    }
    codes = {pk: {code for paper in papers.values() for code in paper.categories} for pk, papers in single.items()}

    def pairs(fits: Callable[[int, int], bool]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        ids = sorted(single)
        for _ in range(200 * sample):
            one, two = random.sample(ids, 2)
            if fits(one, two):
                found.append((one, two))
                if len(found) == sample:
                    break
        return found

    kinds = {
        "main archives differ": pairs(lambda one, two: archive[one] != archive[two]),
        "no category in common": pairs(lambda one, two: not codes[one] & codes[two]),
        "inside one archive": pairs(lambda one, two: archive[one] == archive[two]),
    }
    print(f"{len(able):,} people with a name of their own; archives {Counter(archive.values()).most_common(6)}")
    for kind, found in kinds.items():
        flagged = clean = grouped = 0
        for one, two in found:
            groups = groups_of_papers({**single[one], **single[two]})
            if may_be_several(groups):
                flagged += 1
                for group in groups:
                    mine = sum(paper in single[one] for paper in group)
                    clean += max(mine, len(group) - mine)
                    grouped += len(group)
        print(
            f"{kind:<24}{len(found):>5} pairs   flagged {flagged / len(found):.1%}   clean {clean / max(grouped, 1):.1%}"
        )
    alone = sorted(single)[:sample] if len(single) < sample else random.sample(sorted(single), sample)
    wrong = sum(may_be_several(groups_of_papers(single[pk])) for pk in alone)
    print(f"{'single people':<24}{len(alone):>5}         flagged {wrong / len(alone):.1%}")
    print(f"{time.process_time() - started:.1f} s CPU")


if __name__ == "__main__":
    main()
