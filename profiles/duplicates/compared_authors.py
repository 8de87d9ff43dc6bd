"""Authors as they are compared for possible duplicates, read from the database: all of them or some."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from papers.database import bulk
from papers.models import Paper
from profiles.duplicates.candidates import Candidate
from profiles.models import Author, AuthorIdentifier, Authorship, DistinctPair

LARGEST_COMPARED_TEAM = 30  # on papers of more people "wrote together" says little about who somebody is
BATCH = 20_000
NAME = ("id", "forenames", "surname", "suffix")
Papers = dict[int, list[int]]


def read_people(authors: Iterable[int] | None = None) -> tuple[list[Candidate], Papers]:
    """Authors with papers as Candidates, and the ids of their papers: all of them, or those of these ids that have some."""
    papers_of, people_on = _papers() if authors is None else _papers_of(authors)
    columns = (*NAME, "first_year", "last_year", "statistics")
    rows = Author.objects.filter(merged_into=None, paper_count__gt=0).order_by("id")
    found: dict[int, Candidate] = {}
    if authors is None:
        facts: Iterable[tuple[Any, ...]] = rows.values_list(*columns).iterator(BATCH)
    else:
        wanted = (*columns, "merged_into_id", "paper_count")
        facts = (
            (*row[:6], bulk.loads(row[6]))
            for row in sorted(bulk.select(Author, wanted, "id", authors))
            if row[7] is None and row[8] > 0
        )
    for pk, forenames, surname, suffix, first, last, statistics in facts:
        found[pk] = Candidate.named(
            pk,
            forenames,
            surname,
            suffix,
            papers=len(papers_of[pk]),
            first_year=first,
            last_year=last,
            categories=dict(statistics.get("categories", [])),
        )
    known = found
    if authors is not None:
        others = {pk for people in people_on.values() if len(people) <= LARGEST_COMPARED_TEAM for pk in people}
        known = {**read_names(others - found.keys()), **found}
    full = {pk: hashed(f"{p.surname}|{' '.join(p.parts)}") for pk, p in known.items()}
    initial = {pk: hashed("|".join(p.block)) for pk, p in known.items()}
    people = [
        _with_coauthors(
            person,
            {
                other
                for paper in papers_of[pk]
                if len(people_on[paper]) <= LARGEST_COMPARED_TEAM
                for other in people_on[paper]
                if other != pk and other in full
            },
            full,
            initial,
        )
        for pk, person in found.items()
    ]
    return people, papers_of


def read_names(authors: Iterable[int]) -> dict[int, Candidate]:
    """By id those of these authors who have papers, with their names alone."""
    rows = bulk.select(Author, (*NAME, "merged_into_id", "paper_count"), "id", authors)
    return {row[0]: Candidate.named(*row[:4]) for row in rows if row[4] is None and row[5] > 0}


def _papers() -> tuple[Papers, Papers]:
    papers_of: Papers = defaultdict(list)
    people_on: Papers = defaultdict(list)
    rows = Authorship.objects.filter(author__merged_into=None, paper__is_deleted=False).order_by()
    for paper, author in rows.values_list("paper_id", "author_id").iterator(BATCH):
        papers_of[author].append(paper)
        people_on[paper].append(author)
    return papers_of, people_on


def _papers_of(authors: Iterable[int]) -> tuple[Papers, Papers]:
    """The papers of these authors, and everybody on them."""
    wanted = set(authors)
    papers = {paper for (paper,) in bulk.select(Authorship, ("paper_id",), "author_id", wanted)}
    here = {pk for pk, gone in bulk.select(Paper, ("id", "is_deleted"), "id", papers) if not gone}
    papers_of: Papers = defaultdict(list)
    people_on: Papers = defaultdict(list)
    for paper, author in bulk.select(Authorship, ("paper_id", "author_id"), "paper_id", here):
        people_on[paper].append(author)
        if author in wanted:
            papers_of[author].append(paper)
    return papers_of, people_on


def _with_coauthors(person: Candidate, others: set[int], full: dict[int, int], initial: dict[int, int]) -> Candidate:
    return Candidate(
        person.id,
        person.surname,
        person.forenames,
        person.suffix,
        person.papers,
        person.first_year,
        person.last_year,
        person.categories,
        frozenset(full[pk] for pk in others),
        frozenset(initial[pk] for pk in others),
    )


def hashed(text: str) -> int:
    """A number for a text, the same in every run."""
    return zlib.crc32(text.encode()) | len(text) << 32


def forbidden_pairs() -> set[tuple[int, int]]:
    """Pairs that somebody told apart; and (author, -1) for an author who has an ORCID: two of these are two people."""
    pairs = set(DistinctPair.objects.values_list("one_id", "two_id"))
    return pairs | {
        (pk, -1) for pk in AuthorIdentifier.objects.filter(scheme="orcid").values_list("author_id", flat=True)
    }
