"""Byline entries to authors: papers whose record changed since the last run are linked again, the others left alone.

The rule is the identity key of the printed name (profiles/names.py). A key printed twice on one paper is two authors. What
a human decided stays, wherever the name has moved in the byline. The outcome does not depend on the order of the papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

import papers.search as papers_search
from papers import builds, bulk
from papers.bylines import Name, parse_name
from papers.changes import touch
from papers.folding import squeezed
from papers.models import Build, Paper
from profiles import search
from profiles.models import Author, AuthorName, Authorship, EarlierSlug, IdentityKey, UnassignedName
from profiles.names import best_name, identity_key, public_id, slugs_for, sort_key
from profiles.people import LinkedPeople

STAGE = "link"
BATCH_SIZE = 500  # papers in one transaction, so that a curator's write waits a tenth of a second at most
# What a batch finds stored rows by.
LOOKED_UP_BY = {
    Author: ["id", "public_id", "slug"], AuthorName: ["author_id"], Authorship: ["author_id", "paper_id"],
    IdentityKey: ["key", "author_id"],
}  # fmt: skip

Key = tuple[str, int]  # identity key and its occurrence on a paper, counted from 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A stored authorship: that this position is this author, and the printed name if a human said so."""

    id: int
    position: int | None
    author_id: int
    decided_by_human: bool
    printed_name: str
    sort_date: date


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


# --- The pure half ----------------------------------------------------------------------------------------------------


def names_of(byline: Sequence[dict[str, Any]]) -> list[Name]:
    """The printed names of a stored byline, in order."""
    return [_name(e["name"], e["forenames"], e["surname"], e.get("suffix", "")) for e in byline]


# People write more than one paper: half the names of a run have been met before in it.
_name = lru_cache(maxsize=20_000)(Name)


def key_of(name: Name) -> str:
    return identity_key(name.forenames, name.surname, name.suffix)


def place_decisions(decisions: Iterable[Claim], names: Sequence[Name]) -> dict[int, int | None]:
    """Where each human decision (by id) stands in this byline: at the name it was about, nearest to where it was.

    A name the byline no longer prints leaves its decision without a position: the claim is kept, the place is not known.
    """
    taken: set[int] = set()
    places: dict[int, int | None] = {}
    for claim in sorted(decisions, key=lambda claim: (claim.position or 0, claim.id)):
        if claim.position is None and not claim.printed_name:
            places[claim.id] = None
            continue
        place = _place_of(claim, names, taken)
        places[claim.id] = place
        if place is not None:
            taken.add(place)
    return places


def _place_of(claim: Claim, names: Sequence[Name], taken: set[int]) -> int | None:
    here = claim.position
    if not claim.printed_name:
        return here if here is not None and here <= len(names) and here not in taken else None
    key = key_of_text(claim.printed_name)
    # The same letters first; then the same name written another way ("Tom B Brown" for "Tom B. Brown").
    for same in (lambda name: name.name == claim.printed_name, lambda name: key_of(name) == key):
        found = [place for place, name in enumerate(names, 1) if place not in taken and same(name)]
        if found:
            return min(found, key=lambda place: abs(place - (here or place)))
    return None


def key_of_text(text: str) -> str:
    """The key of a name given as one text."""
    return key_of(parse_name(text))


NOBODY = 0  # stands for the author of a key that was split: a human must say whose a paper under it is


def match(
    keys: Sequence[str], decided: dict[int, int], reserved: Iterable[int], owners: dict[Key, int]
) -> tuple[dict[int, int], dict[int, Key]]:
    """Authors for the positions that no human decided: those known by position, and the key still without one.

    `decided` are the positions a human decided and `reserved` every author with a place on the paper by decision. A
    key whose author already has a place on this paper goes on to its next occurrence. A key that was split gives NOBODY.
    """
    present = {*decided.values(), *reserved}
    known: dict[int, int] = {}
    missing: dict[int, Key] = {}
    used: dict[str, int] = defaultdict(int)
    for position, key in enumerate(keys, 1):
        if position in decided:
            # What a human said of one print of a name leaves the other prints on this paper with whom they were.
            if (key, used[key] + 2) in owners and decided[position] not in _owners_of(key, owners):
                used[key] += 1
            continue
        occurrence = used[key] + 1
        while (owner := owners.get((key, occurrence))) in present and owner is not None:
            occurrence += 1
        used[key] = occurrence
        if owner is None:
            missing[position] = (key, occurrence)
            continue
        known[position] = owner
        if owner != NOBODY:
            present.add(owner)
    return known, missing


def _owners_of(key: str, owners: dict[Key, int]) -> set[int]:
    found: set[int] = set()
    while (owner := owners.get((key, len(found) + 1))) is not None and owner not in found:
        found.add(owner)
    return found


# --- The database half ------------------------------------------------------------------------------------------------


def link_authors(
    *,
    restart: bool = False,
    on_batch: Callable[[LinkSummary], None] | None = None,
    batch_size: int = BATCH_SIZE,
    site_key: str | None = None,
) -> LinkSummary:
    """Link every paper that changed since the last run (or, with `restart`, every paper); gives what was done.

    `site_key` is what public ids are made with, by default the site's secret. Call it under papers.builds.stage_lock.
    """
    last = None if restart else Build.objects.filter(stage=STAGE).order_by("-id").first()
    position = last.progress.get("revision", 0) if last else 0
    if last and last.status == Build.Status.FINISHED and not _papers_after(position, 1):
        return LinkSummary()
    build = builds.begin(STAGE)
    summary = LinkSummary()
    with builds.ending(build):
        build.progress = {"revision": position}
        batches = 0
        while rows := _papers_after(position, batch_size):
            with bulk.one_writer():
                _Batch(rows, summary, site_key or settings.SECRET_KEY).link()
                position = rows[-1].revision
                build.progress = {"revision": position}
                build.results = summary.as_json()
                Build.objects.filter(pk=build.pk).update(progress=build.progress, results=build.results)
            batches += 1
            bulk.tell_planner(batches, LOOKED_UP_BY)
            if on_batch:
                on_batch(summary)
    return summary


def link_papers(ids: Iterable[int], *, site_key: str | None = None) -> set[int]:
    """Link these papers again, inside the caller's transaction (papers.bulk.one_writer): after a decision about them.

    Gives the authors who gained or lost a place. Nobody is made by it: a paper that would need a further namesake stays as
    it is until the next run.
    """
    summary = LinkSummary()
    moved: set[int] = set()
    wanted = iter(sorted(set(ids)))
    while batch := list(islice(wanted, BATCH_SIZE)):
        rows = bulk.select(Paper, ("id", "byline", "sort_date", "is_deleted", "revision"), "id", batch)
        # In the order of their changes, as every other run sees them.
        papers = [_PaperRow(pk, names_of(bulk.loads(byline)), *rest) for pk, byline, *rest in rows]
        papers.sort(key=lambda paper: paper.revision)
        linked = _Batch(papers, summary, site_key or settings.SECRET_KEY, makes_authors=False)
        linked.link()
        moved |= linked.moved
    return moved


@dataclass(frozen=True, slots=True)
class _PaperRow:
    id: int
    names: list[Name]
    sort_date: date
    is_deleted: bool
    revision: int


def _papers_after(revision: int, limit: int) -> list[_PaperRow]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, byline, sort_date, is_deleted, revision FROM papers_paper WHERE revision > %s "
            "ORDER BY revision LIMIT %s",
            [revision, limit],
        )
        rows = cursor.fetchall()
    return [_PaperRow(pk, names_of(bulk.loads(byline)), *rest) for pk, byline, *rest in rows]


@dataclass(slots=True)
class _Batch:
    """One batch of papers inside its transaction."""

    papers: list[_PaperRow]
    summary: LinkSummary
    site_key: str
    makes_authors: bool = True
    touched: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)  # authors who gained or lost a place
    forms: dict[int, set[Name]] = field(default_factory=lambda: defaultdict(set))
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
                known = {
                    c.position: c.author_id for c in claims.get(paper.id, ()) if c.position and not c.decided_by_human
                }
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
        self._write(wanted, claims, moved, owners)
        self._write_unassigned(any(author == NOBODY for author in owners.values()))

    # New authors are numbered downwards from -1 until the batch is written.
    _promised: dict[int, Key] = field(default_factory=dict)

    def _promise(self, key: Key, name: Name) -> int:
        number = -1 - len(self._promised)
        self._promised[number] = key
        return number

    def _stored_claims(self) -> dict[int, list[Claim]]:
        found: dict[int, list[Claim]] = defaultdict(list)
        columns = ("paper_id", "id", "position", "author_id", "decided_by_human", "printed_name", "sort_date")
        rows = bulk.select(Authorship, columns, "paper_id", [paper.id for paper in self.papers])
        for paper, pk, position, author, decided, printed_name, day in rows:
            found[paper].append(Claim(pk, position, author, decided, printed_name, day))
        return found

    @staticmethod
    def _owners(keys: set[str]) -> dict[Key, int]:
        rows = bulk.select(IdentityKey, ("key", "occurrence", "author_id"), "key", keys)
        return {(key, occurrence): NOBODY if author is None else author for key, occurrence, author in rows}

    def _moved(
        self, decisions: Sequence[Claim], places: dict[int, int | None], paper: _PaperRow
    ) -> list[tuple[Any, ...]]:
        """Rows for decisions that stand at another place, or on a paper with another date, than before."""
        self.summary.decisions_kept += len(decisions)
        return [
            (places[claim.id], paper.sort_date.isoformat(), claim.id)
            for claim in decisions
            if claim.position != places[claim.id] or claim.sort_date != paper.sort_date
        ]

    def _write(
        self,
        wanted: dict[int, dict[int, int]],
        claims: dict[int, list[Claim]],
        moved: list[tuple[Any, ...]],
        owners: dict[Key, int],
    ) -> None:
        numbers = self._create_authors()
        gone: list[int] = []
        changed: dict[int, set[int]] = defaultdict(set)  # by paper those who left it or came to it
        added: list[tuple[Any, ...]] = []
        for paper in self.papers:
            day = paper.sort_date.isoformat()
            now = {position: numbers.get(author, author) for position, author in wanted[paper.id].items()}
            for claim in claims.get(paper.id, ()):
                self.touched.add(claim.author_id)
                if claim.decided_by_human:
                    continue
                if claim.position in now and (now[claim.position], paper.sort_date) == (
                    claim.author_id,
                    claim.sort_date,
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
        bulk.update(Authorship, ("position", "sort_date"), moved)
        columns = ("paper_id", "author_id", "position", "basis", "decided_by_human", "printed_name", "sort_date")
        bulk.insert(Authorship, columns, added)
        self._write_names(
            {numbers.get(author, author): names for author, names in self.forms.items()}, set(numbers.values())
        )
        self._hide_names(changed)
        self._mark_stale(self.touched - set(numbers.values()))
        self.summary.papers += len(self.papers)
        self.summary.authorships_added += len(added)
        self.summary.authorships_removed += len(gone)
        self.summary.authors_created += len(numbers)

    def _hide_names(self, changed: dict[int, set[int]]) -> None:
        """Papers that print a name which is shown nowhere are found by the preferred one, and their records have changed."""
        hiding = LinkedPeople.hiding()
        if not hiding:
            return
        touch(paper for paper, people in changed.items() if people & hiding)
        if instead := LinkedPeople().shown_names([paper.id for paper in self.papers]):
            papers_search.index_papers(
                connection, papers_search.stored_rows(Paper.objects.visible().filter(pk__in=instead))
            )

    def _write_unassigned(self, some_were_split: bool) -> None:
        """Which positions wait for a curator, in the place of what was known of these papers."""
        if not some_were_split and not UnassignedName.objects.exists():
            return
        bulk.delete(UnassignedName, "paper_id", [paper.id for paper in self.papers])
        keys = {key for _, _, key in self.unassigned}
        ids = {key: pk for pk, key in bulk.select(IdentityKey, ("id", "key"), "key", keys)}
        rows = [(paper, place, ids[key]) for paper, place, key in self.unassigned]
        bulk.insert(UnassignedName, ("paper_id", "position", "key_id"), rows)

    def _create_authors(self) -> dict[int, int]:
        """Author and key rows for what was promised; gives the id for each promised number."""
        if not self._promised:
            return {}
        numbers = dict(zip(self._promised, bulk.take_ids(Author, len(self._promised)), strict=True))
        names = {number: best_name(self.forms[number]) for number in self._promised}
        public_ids = free_public_ids([f"{key}#{n}" for key, n in self._promised.values()], self.site_key)
        slugs = free_slugs([(names[number].name, pid) for number, pid in zip(self._promised, public_ids, strict=True)])
        now = bulk.moment(timezone.now())
        repeated = {key for key, occurrence in self._promised.values() if occurrence > 1}
        rows = []
        for (number, (key, _)), pid, slug in zip(self._promised.items(), public_ids, slugs, strict=True):
            name = names[number]
            rows.append((
                numbers[number], pid, slug, name.name, name.forenames, name.surname, name.suffix, sort_key(name), False,
                "name-only", "", "", False, key in repeated, 0, 0, "{}", "[]", True, now, now,
            ))  # fmt: skip
        columns = (
            "id", "public_id", "slug", "name", "forenames", "surname", "suffix", "sort_key", "name_decided_by_human",
            "standing", "affiliation", "bio", "is_hidden", "shares_name_on_a_paper", "paper_count", "coauthor_count",
            "statistics", "hidden_forms", "statistics_are_stale", "created_at", "modified_at",
        )  # fmt: skip
        bulk.insert(Author, columns, rows)
        bulk.insert(
            IdentityKey,
            ("key", "occurrence", "author_id", "candidates", "decided_by_human"),
            [(*key, numbers[number], "[]", False) for number, key in self._promised.items()],
        )
        if repeated:
            Author.objects.filter(identity_keys__key__in=repeated, shares_name_on_a_paper=False).update(
                shares_name_on_a_paper=True
            )
        return numbers

    @staticmethod
    def _write_names(forms: dict[int, set[Name]], new: set[int]) -> None:
        """Keep every printed form of the authors' names, and show the best one unless a human chose."""
        known = defaultdict(set)
        old = [author for author in forms if author not in new]
        for author, name in bulk.select(AuthorName, ("author_id", "name"), "author_id", old):
            known[author].add(name)
        gaining = [author for author in old if any(name.name not in known[author] for name in forms[author])]
        kept_back = {
            author: set(bulk.loads(hidden))
            for author, hidden in bulk.select(Author, ("id", "hidden_forms"), "id", gaining)
        }
        rows = [
            # A hidden name that comes back in other letters stays hidden.
            (
                author,
                name.name,
                "match-only" if squeezed(name.name) in kept_back.get(author, ()) else "public",
                False,
                False,
            )
            for author, names in forms.items()
            for name in sorted(names, key=lambda name: name.name)
            if name.name not in known[author]
        ]
        # Two forms with equal text but other parts are one name.
        rows = list(dict.fromkeys(rows))
        columns = ("author_id", "name", "visibility", "decided_by_human", "shown_as_printed")
        bulk.insert(AuthorName, columns, rows)
        gained = {author for author, *_ in rows} - new
        _improve_names({author: forms[author] for author in gained})
        search.index_authors(connection, sorted(gained | new))

    @staticmethod
    def _mark_stale(authors: set[int]) -> None:
        bulk.mark(Author, "statistics_are_stale", sorted(authors))


def _improve_names(forms: dict[int, set[Name]]) -> None:
    """Show a printed form that tells more than the one shown so far, where no human has chosen."""
    authors = Author.objects.filter(id__in=list(forms), name_decided_by_human=False)
    match_only = AuthorName.objects.filter(author__in=list(forms), visibility=AuthorName.Visibility.MATCH_ONLY)
    kept_back = set(match_only.values_list("author_id", "name"))
    rows = []
    for author in authors:
        shown = Name(author.name, author.forenames, author.surname, author.suffix)
        best = best_name({shown, *(name for name in forms[author.pk] if (author.pk, name.name) not in kept_back)})
        if best != shown:
            rows.append((best.name, best.forenames, best.surname, best.suffix, sort_key(best), author.pk))
    bulk.update(Author, ("name", "forenames", "surname", "suffix", "sort_key"), rows)
    # Their papers show the better name where they print one that is hidden.
    if renamed := {row[-1] for row in rows} & LinkedPeople.hiding():
        touch(Authorship.objects.filter(author__in=renamed).values_list("paper_id", flat=True))


def free_public_ids(identities: Sequence[str], site_key: str) -> list[str]:
    """A public id for each identity that no author has."""
    found = [public_id(site_key, identity) for identity in identities]
    taken = {row[0] for row in bulk.select(Author, ("public_id",), "public_id", found)}
    for place, identity in enumerate(identities):
        attempt = 0
        while found[place] in taken:
            attempt += 1
            found[place] = public_id(site_key, identity, attempt)
            if Author.objects.filter(public_id=found[place]).exists():
                taken.add(found[place])
        taken.add(found[place])
    return found


def free_slugs(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """An address for each (name, public id) that is nobody's, now or earlier."""
    first = [next(iter(slugs_for(name, pid))) for name, pid in wanted]
    taken = {row[0] for model in (Author, EarlierSlug) for row in bulk.select(model, ("slug",), "slug", first)}
    slugs = []
    for (name, pid), slug in zip(wanted, first, strict=True):
        if slug in taken:
            slug = _next_free_slug(name, pid, taken)
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _next_free_slug(name: str, pid: str, taken: set[str]) -> str:
    candidates = iter(slugs_for(name, pid))
    while chunk := list(islice(candidates, 50)):
        used = set(Author.objects.filter(slug__in=chunk).values_list("slug", flat=True))
        used |= set(EarlierSlug.objects.filter(slug__in=chunk).values_list("slug", flat=True))
        for slug in chunk:
            if slug not in used and slug not in taken:
                return slug
    raise AssertionError("slugs_for never ends")


def relink_needed() -> bool:
    """Whether papers have changed since authors were last linked."""
    last = Build.objects.filter(stage=STAGE).order_by("-id").first()
    return bool(_papers_after(last.progress.get("revision", 0) if last else 0, 1))
