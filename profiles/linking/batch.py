"""One batch of papers: what is stored about them is compared with what the rule says now, and the difference written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

import papers.search as papers_search
from papers.bylines import Name
from papers.database import bulk
from papers.database.changes import touch
from papers.models import Paper
from profiles.linking.matching import NOBODY, Claim, Key, key_of, match, names_of, other_names_of, place_decisions
from profiles.linking.new_authors import create_authors
from profiles.linking.printed_forms import hiding_authors, keep_printed_forms, shown_names
from profiles.models import Author, Authorship, IdentityKey, UnassignedName


@dataclass(slots=True)
class LinkSummary:
    """What a linking run did."""

    papers: int = 0
    authorships_added: int = 0
    authorships_removed: int = 0
    authors_created: int = 0
    decisions_kept: int = 0

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class PaperRow:
    id: int
    names: list[Name]
    other_names: dict[int, list[str]]  # by position
    sort_day: int
    is_deleted: bool
    revision: int

    @classmethod
    def stored(cls, pk: int, byline: str, sort_day: int, is_deleted: bool, revision: int) -> PaperRow:
        entries = bulk.loads(byline)
        return cls(pk, names_of(entries), other_names_of(entries), sort_day, is_deleted, revision)


def papers_after(revision: int, limit: int) -> list[PaperRow]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, byline, sort_day, is_deleted, revision FROM papers_paper WHERE revision > %s "
            "ORDER BY revision LIMIT %s",
            [revision, limit],
        )
        rows = cursor.fetchall()
    return [PaperRow.stored(*row) for row in rows]


@dataclass(slots=True)
class Batch:
    """One batch of papers inside its transaction."""

    papers: list[PaperRow]
    summary: LinkSummary
    site_key: str
    makes_authors: bool = True
    as_far_as_known: bool = False
    touched: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)  # authors who gained or lost a place
    forms: dict[int, set[Name]] = field(default_factory=lambda: defaultdict(set))
    other_names: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    unassigned: list[tuple[int, int, str]] = field(default_factory=list)

    def link(self) -> None:
        claims = self._stored_claims()
        keys = {paper.id: [key_of(name) for name in paper.names] for paper in self.papers}
        owners = self._owners({key for found in keys.values() for key in found})
        wanted: dict[int, dict[int, int]] = {}
        moved: list[tuple[Any, ...]] = []
        for paper in self.papers:
            decided: dict[int, int] = {}
            decisions = [claim for claim in claims.get(paper.id, ()) if claim.decided_by_human]
            if decisions:
                places = place_decisions(decisions, paper.names)
                moved += self._moved(decisions, places, paper)
                decided = {place: c.author_id for c in decisions if (place := places[c.id]) is not None}
            if paper.is_deleted:
                wanted[paper.id] = {}
                continue
            reserved = {claim.author_id for claim in decisions}
            known, missing = match(keys[paper.id], decided, reserved, owners)
            if missing and not self.makes_authors:
                if not self.as_far_as_known:
                    stored = [c for c in claims.get(paper.id, ()) if not c.decided_by_human]
                    known = {c.position: c.author_id for c in stored if c.position}
                missing = {}
            if missing:
                # Authors are made paper by paper in memory, so that the next paper of the batch finds them.
                for position, key in missing.items():
                    owners[key] = known[position] = self._promise(key, paper.names[position - 1])
            self.unassigned += [
                (paper.id, place, keys[paper.id][place - 1]) for place, author in known.items() if author == NOBODY
            ]
            known = wanted[paper.id] = {place: author for place, author in known.items() if author != NOBODY}
            for position, author in known.items():
                self.forms[author].add(paper.names[position - 1])
                if position in paper.other_names:
                    self.other_names[author].update(paper.other_names[position])
        self._write(wanted, claims, moved)
        self._write_unassigned(any(author == NOBODY for author in owners.values()))

    # New authors are numbered downwards from -1 until the batch is written.
    _promised: dict[int, Key] = field(default_factory=dict)

    def _promise(self, key: Key, name: Name) -> int:
        number = -1 - len(self._promised)
        self._promised[number] = key
        return number

    def _stored_claims(self) -> dict[int, list[Claim]]:
        found: dict[int, list[Claim]] = defaultdict(list)
        columns = ("paper_id", "id", "position", "author_id", "decided_by_human", "printed_name", "sort_day")
        rows = bulk.select(Authorship, columns, "paper_id", [paper.id for paper in self.papers])
        for paper, pk, position, author, decided, printed_name, day in rows:
            found[paper].append(Claim(pk, position, author, decided, printed_name, day))
        return found

    @staticmethod
    def _owners(keys: set[str]) -> dict[Key, int]:
        rows = bulk.select(IdentityKey, ("key", "occurrence", "author_id"), "key", keys)
        return {(key, occurrence): NOBODY if author is None else author for key, occurrence, author in rows}

    def _moved(
        self, decisions: Sequence[Claim], places: dict[int, int | None], paper: PaperRow
    ) -> list[tuple[Any, ...]]:
        """Rows for decisions that stand at another place, or on a paper with another date, than before."""
        self.summary.decisions_kept += len(decisions)
        return [
            (places[claim.id], paper.sort_day, claim.id)
            for claim in decisions
            if claim.position != places[claim.id] or claim.sort_day != paper.sort_day
        ]

    def _write(
        self,
        wanted: dict[int, dict[int, int]],
        claims: dict[int, list[Claim]],
        moved: list[tuple[Any, ...]],
    ) -> None:
        numbers = create_authors(self._promised, self.forms, self.site_key)
        gone: list[int] = []
        changed: dict[int, set[int]] = defaultdict(set)  # by paper those who left it or came to it
        added: list[tuple[Any, ...]] = []
        for paper in self.papers:
            day = paper.sort_day
            now = {position: numbers.get(author, author) for position, author in wanted[paper.id].items()}
            for claim in claims.get(paper.id, ()):
                self.touched.add(claim.author_id)
                if claim.decided_by_human:
                    continue
                if claim.position in now and (now[claim.position], paper.sort_day) == (
                    claim.author_id,
                    claim.sort_day,
                ):
                    del now[claim.position]
                else:
                    gone.append(claim.id)
                    self.moved.add(claim.author_id)
                    changed[paper.id].add(claim.author_id)
            self.touched.update(now.values())
            self.moved.update(now.values())
            if now:
                changed[paper.id].update(now.values())
            added += [(paper.id, author, position, "name", False, "", day) for position, author in now.items()]
        bulk.delete(Authorship, "id", gone)
        # A decision may take the place another one leaves: vacate first.
        bulk.update(Authorship, ("position",), [(None, claim_id) for _, _, claim_id in moved])
        bulk.update(Authorship, ("position", "sort_day"), moved)
        columns = ("paper_id", "author_id", "position", "basis", "decided_by_human", "printed_name", "sort_day")
        bulk.insert(Authorship, columns, added)
        keep_printed_forms(
            {numbers.get(author, author): names for author, names in self.forms.items()},
            {numbers.get(author, author): names for author, names in self.other_names.items()},
            set(numbers.values()),
        )
        self._hide_names(changed)
        bulk.mark(Author, "statistics_are_stale", sorted(self.touched - set(numbers.values())))
        self.summary.papers += len(self.papers)
        self.summary.authorships_added += len(added)
        self.summary.authorships_removed += len(gone)
        self.summary.authors_created += len(numbers)

    def _hide_names(self, changed: dict[int, set[int]]) -> None:
        """Papers that print a name which is shown nowhere are found by the preferred one, and their records have changed."""
        hiding = hiding_authors()
        if not hiding:
            return
        touch(paper for paper, people in changed.items() if people & hiding)
        if instead := shown_names([paper.id for paper in self.papers]):
            papers_search.index_papers(
                connection, papers_search.stored_rows(Paper.objects.visible().filter(pk__in=instead))
            )

    def _write_unassigned(self, some_were_split: bool) -> None:
        """Which positions wait for a curator, in the place of what was known of these papers."""
        if not some_were_split and not UnassignedName.objects.exists():
            return
        bulk.delete(UnassignedName, "paper_id", [paper.id for paper in self.papers])
        keys = {key for _, _, key in self.unassigned}
        found = bulk.select(IdentityKey, ("id", "key", "author_id"), "key", keys)
        ids = {key: pk for pk, key, author in found if author is None}
        rows = [(paper, place, ids[key]) for paper, place, key in self.unassigned]
        bulk.insert(UnassignedName, ("paper_id", "position", "key_id"), rows)
