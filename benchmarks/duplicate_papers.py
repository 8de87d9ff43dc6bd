"""Papers that are here twice, found or not: `python -m benchmarks.duplicate_papers FILE [--papers 20000]`; no database.

Method: every seventh part of the papers of FILE that have a DOI, in turn, is copied as an entry of a list would print it, with
one thing changed in each copy; all copies lie beside all papers. Recall is the share of the copies whose pair with their
original is kept, by what was changed. A pair of a copy with anything else is false; so is any pair where all papers
are compared as entries of a list, that is without arXiv ids and DOIs. Some of these may be one paper after all, and are counted
as false all the same. The baseline takes for one whatever has the same folded title.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice
from random import Random
from typing import Any

THRESHOLDS = (0.2, 0.5, 0.9)
BRITISH = (("ization", "isation"), ("izing", "ising"), ("ize", "ise"), ("avior", "aviour"), ("odeling", "odelling"))


@dataclass
class Entry:
    """A paper with what papers.ingest.duplicate_evidence.StoredFacts asks for."""

    id: int
    arxiv_id: str | None
    title: str
    byline: list[dict[str, Any]]
    published_date: Any
    dois: tuple[str, ...]
    byline_is_complete: bool = True
    issued_date: Any = None
    type: str = "article"
    details: dict[str, Any] = field(default_factory=dict)
    journal_ref: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--papers", type=int, default=20_000)
    options = parser.parse_args()
    random = Random(14)
    papers = list(islice(read(options.file), options.papers))
    with_doi = [paper for paper in papers if paper.dois]
    copies: dict[int, tuple[int, str]] = {}
    entries: list[Entry] = []
    changes = list(CHANGES.items())
    for place, paper in enumerate(with_doi):
        what, change = changes[place % len(changes)]
        if copy := change(paper, len(papers) + len(entries), random):
            entries.append(copy)
            copies[copy.id] = paper.id, what
    print(f"{len(papers):,} papers, {len(with_doi):,} with DOI, {len(copies):,} copies of them")
    told("copies beside the papers", [*papers, *entries], copies)
    lists = [
        Entry(paper.id, None, paper.title, paper.byline, paper.published_date, (), type="article-journal")
        for paper in papers
    ]
    told("all papers as entries of a list, no copies", lists, {})


def read(path: str) -> Iterator[Entry]:
    from papers.ingest.readers import open_source
    from papers.ingest.records import PaperRecord

    with open_source(path) as source:
        for number, (_, _, found) in enumerate(source):
            if isinstance(found, PaperRecord):
                yield Entry(
                    number, found.arxiv_id, found.title, found.byline.as_json(), found.published, tuple(found.dois)
                )


def told(label: str, entries: list[Entry], copies: dict[int, tuple[int, str]]) -> None:
    """Compare the entries, and print what was found beside the baseline."""
    import numpy as np

    from papers.ingest.duplicate_evidence import PaperFacts, Verdict
    from papers.ingest.duplicates import compare_groups, groups
    from papers.text.words import words_of

    facts = {entry.id: PaperFacts.of(entry, entry.dois) for entry in entries}
    table = np.array([(key, pk) for pk, paper in facts.items() for key in paper.keys], dtype=np.int64)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    shared, common = groups(table[:, 0], table[:, 1])
    found: dict[tuple[int, int], Verdict] = {
        (one.id, two.id): verdict for one, two, verdict in compare_groups(shared, facts, common)
    }
    by_title: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for entry in entries:
        by_title[tuple(words_of(entry.title))].append(entry.id)
    baseline = {pair for ids in by_title.values() for pair in combinations(sorted(ids), 2)}
    print(f"\n{label}: {len(found):,} pairs compared")
    rows: dict[str, set[tuple[int, int]]] = {"same folded title": baseline}
    for least in THRESHOLDS:
        rows[f"score of {least} or more"] = {pair for pair, verdict in found.items() if verdict.score >= least}
    true = {(original, copy): what for copy, (original, what) in copies.items()}
    of_each = Counter(true.values())
    print(f"{'':24}{'false per 10,000':>18}" + "".join(f"{what:>16}" for what in ("all", *of_each) if copies))
    for name, pairs in rows.items():
        hit = Counter(true[pair] for pair in pairs if pair in true)
        false = sum(pair not in true and (not copies or not copies.keys().isdisjoint(pair)) for pair in pairs)
        shares = [hit.total() / max(len(true), 1), *(hit[what] / of_each[what] for what in of_each)]
        print(
            f"{name:24}{10_000 * false / len(entries):>18.1f}"
            + "".join(f"{share:>16.1%}" for share in shares if copies)
        )


# --- What is changed in a copy


def printed(paper: Entry, pk: int, random: Random, title: str, **values: Any) -> Entry:
    """The paper as a list prints it: without arXiv id and DOI, with a journal, forenames by their initials now and then."""
    byline = paper.byline
    if random.random() < 0.3:
        byline = [{**row, "forenames": " ".join(f"{name[0]}." for name in row["forenames"].split())} for row in byline]
    details = {"container": "Journal of Things", "volume": "7", "pages": f"{pk}-{pk + 9}"}
    given: dict[str, Any] = {"byline": byline, "published_date": paper.published_date, "dois": ()}
    return Entry(pk, None, title, details=details, type="article-journal", **{**given, **values})


def title_case(paper: Entry, pk: int, random: Random) -> Entry:
    return printed(paper, pk, random, paper.title.title())


def braces(paper: Entry, pk: int, random: Random) -> Entry:
    return printed(paper, pk, random, re.sub(r"\b([A-Z]+)", r"{\1}", paper.title).replace(" and ", r" \& "))


def no_subtitle(paper: Entry, pk: int, random: Random) -> Entry | None:
    title, mark, _ = paper.title.partition(": ")
    return printed(paper, pk, random, title) if mark else None


def british(paper: Entry, pk: int, random: Random) -> Entry | None:
    title = paper.title
    for american, there in BRITISH:
        title = title.replace(american, there)
    return printed(paper, pk, random, title) if title != paper.title else None


def misspelt(paper: Entry, pk: int, random: Random) -> Entry | None:
    places = [found.start() for found in re.finditer(r"(?<=\w\w\w)\w(?=\w\w)", paper.title)]
    if not places:
        return None
    place = random.choice(places)
    return printed(paper, pk, random, paper.title[:place] + paper.title[place + 1 :])


def a_year_later(paper: Entry, pk: int, random: Random) -> Entry | None:
    from papers.text.dates import PartialDate

    day = paper.published_date
    return printed(paper, pk, random, paper.title, published_date=PartialDate.of(day.year + random.choice((-1, 1))))


def first_author(paper: Entry, pk: int, random: Random) -> Entry | None:
    if len(paper.byline) < 3:
        return None
    return printed(paper, pk, random, paper.title, byline=paper.byline[:1], byline_is_complete=False)


def a_word_less(paper: Entry, pk: int, random: Random) -> Entry | None:
    words = paper.title.split()
    if len(words) < 6:
        return None
    del words[random.randrange(len(words))]
    return printed(paper, pk, random, " ".join(words))


def doi_in_another_form(paper: Entry, pk: int, random: Random) -> Entry:
    doi = paper.dois[0].replace("_", r"{\_}").replace("/", "%2F")
    return printed(paper, pk, random, paper.title, dois=(f"https://doi.org/{doi.upper()}",))


CHANGES: dict[str, Callable[[Entry, int, Random], Entry | None]] = {
    "title case": title_case,
    "braces": braces,
    "no subtitle": no_subtitle,
    "British": british,
    "misspelt": misspelt,
    "year ±1": a_year_later,
    "first author": first_author,
    "a word less": a_word_less,
    "DOI's form": doi_in_another_form,
}


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main()
