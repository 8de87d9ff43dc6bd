"""Conflicts of an undo: what still stands of a decision, and which later decisions stand on it.

Undoing puts back a decision's changes place by place. A later decision stands on a change where it changed the same place,
where it took what the change had given up and may be only once (an ORCID, an address, a place on a paper), where it needs an
author whom the change made, or where it merged away an author to whom the change would give something back. Such a change
waits until that decision is undone. The newest decision has none above it, so there is always one that can be undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from profiles.curation import row_changes
from profiles.curation.row_changes import Change, Values
from profiles.models import Author, AuthorIdentifier, AuthorName, Authorship, Decision, EarlierSlug, SimilarityLink

Place = tuple[str, int, str]
NOW = 2**63


def place_of(change: Mapping[str, Any]) -> Place:
    """The place of a change: its table, row and group."""
    return change["table"], change["row"], change["group"]


# --- What stands ------------------------------------------------------------------------------------------------------


def standing_since(decision: Decision, at: int = NOW) -> dict[Place, int]:
    """The places that the decision holds before decision number `at`, with the number since which it does.

    That is its own number, or that of the decision by which an undoing was undone.
    """
    since = {place_of(change): decision.pk for change in decision.changes}
    for undo in sorted(decision.undone_by.all(), key=lambda undo: undo.pk):
        if undo.pk >= at:
            break
        put_back = standing_since(decision, undo.pk).keys() - {place_of(row) for row in undo.conflicts}
        if _in_force(undo, at):
            for place in put_back:
                since.pop(place, None)
        else:
            number = max(
                in_force_since(again, at) for again in undo.undone_by.all() if again.pk < at and _in_force(again, at)
            )
            since |= {place: max(number, since[place]) for place in put_back if place in since}
    return since


def _in_force(decision: Decision, at: int) -> bool:
    undone = decision.undone_by.all()
    return not any(decision.pk < undo.pk < at and not undo.conflicts and _in_force(undo, at) for undo in undone)


def in_force_since(decision: Decision, at: int = NOW) -> int:
    """The number of the decision that put it in force before decision `at`: its own, or of the undoing of its undoing."""
    redone = [
        again
        for undo in decision.undone_by.all()
        for again in undo.undone_by.all()
        if decision.pk < again.pk < at and _in_force(again, at)
    ]
    return max([decision.pk, *(in_force_since(again, at) for again in redone)])


# --- What stands on it ------------------------------------------------------------------------------------------------


class LaterDecisions:
    """The standing changes of the other decisions about the authors concerned, to be asked by place."""

    def __init__(self, decision: Decision, changes: Sequence[Change]):
        others = (
            Decision.objects.filter(
                Q(subjects__public_id__in=_subjects(decision, changes)) | Q(papers__in=decision.papers.all())
            )
            .exclude(kind=Decision.Kind.UNDO)
            .exclude(pk=decision.pk)
            .distinct()
            .prefetch_related("undone_by__undone_by")
        )
        standing: list[tuple[int, int, Change]] = []  # number of the decision, since which it stands, the change
        for other in others:
            since = standing_since(other)
            standing += [
                (other.pk, since[place], change)
                for change in other.changes
                if (place := place_of(change)) in since and change["group"] not in row_changes.FOLLOWING
            ]
        self.facts = UnchangedFacts([*changes, *(change for _, _, change in standing)])
        self._at: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
        self._merged: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._needed: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._taken: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
        for number, then, change in standing:
            self._at[change["table"], change["row"]].append((number, then, change["group"]))
            if change["group"] == "merge":
                self._merged[change["row"]].append((number, then))
            for author in self.facts.authors(change):
                self._needed[author].append((number, then))
            for slot in self.facts.slots(change, change["after"]):
                self._taken[slot].append((number, then))

    def on_top_of(self, change: Change, since: int) -> list[int]:
        """Numbers of the decisions that stand on a change which has stood since this number."""
        if change["group"] in row_changes.FOLLOWING:
            return []
        whole = row_changes.WHOLE
        above = [
            (number, then)
            for number, then, group in self._at[change["table"], change["row"]]
            if whole in (group, change["group"]) or group == change["group"]
        ]
        if change["table"] == "author" and change["before"] is None:
            above += self._needed[change["row"]]
        for author in row_changes.authors_in(change["table"], change["before"]):
            above += self._merged[author]
        for slot in self.facts.slots(change, change["before"]):
            above += self._taken[slot]
        return sorted({number for number, then in above if then > since})


class UnchangedFacts:
    """What changes leave out about their rows: whose a name or link is, and on which paper a claim."""

    def __init__(self, changes: Iterable[Change]):
        ids: dict[str, set[int]] = defaultdict(set)
        for change in changes:
            ids[change["table"]].add(change["row"])
        self._papers = dict(Authorship.objects.filter(pk__in=ids["authorship"]).values_list("pk", "paper_id"))
        self._whose: dict[tuple[str, int], set[int]] = defaultdict(set)
        for pk, author in AuthorName.objects.filter(pk__in=ids["name"]).values_list("pk", "author_id"):
            self._whose["name", pk].add(author)
        links = SimilarityLink.objects.filter(pk__in=ids["link"]).values_list("pk", "author_id", "other_id")
        for pk, author, other in links:
            self._whose["link", pk].update((author, other))

    def authors(self, change: Change) -> set[int]:
        """The authors that the row is or refers to, before, after or now."""
        itself = {change["row"]} if change["table"] == "author" else self._whose[change["table"], change["row"]]
        named = (row_changes.authors_in(change["table"], change[when]) for when in ("before", "after"))
        return itself.union(*named)

    def slots(self, change: Change, values: Values | None) -> list[Hashable]:
        """What a row with these values has that no other row may have at the same time."""
        if values is None:
            return []
        table = change["table"]
        if table == "name" and "name" in values:
            return [("name", values["author_id"], values["name"])]
        if table == "key" and "key" in values:
            return [("key", values["key"], values["occurrence"])]
        if table == "identifier":
            orcid = [("orcid", values["author_id"])] if values["scheme"] == "orcid" else []
            return [("identifier", values["scheme"], values["value"]), *orcid]
        if table in ("slug", "author") and "slug" in values:
            return [("slug", values["slug"])]
        if table == "authorship":
            paper = values.get("paper_id") or self._papers.get(change["row"])
            place = [("position", paper, values["position"])] if values.get("position") else []
            return [("place", paper, values["author_id"]), *place] if paper else []
        if table == "distinct":
            return [("apart", values["one_id"], values["two_id"])]
        if table == "papers apart":
            return [("papers apart", values["one_id"], values["two_id"])]
        if table == "link" and "other_id" in values:
            return [("link", values["author_id"], values["other_id"])]
        return []


def _subjects(decision: Decision, changes: Sequence[Change]) -> set[str]:
    """Public ids of those concerned, and of whoever has now what may be only once and would be given back."""
    before = [(change["table"], change["before"]) for change in changes if change["before"]]
    values = {row["value"] for table, row in before if table == "identifier"}
    slugs = {row["slug"] for table, row in before if table in ("slug", "author") and "slug" in row}
    keys = {row["key"] for table, row in before if table == "key" and "key" in row}
    subjects = set(decision.subjects.values_list("public_id", flat=True))
    if not (values or slugs or keys):
        return subjects
    holders = Author.objects.filter(
        Q(pk__in=AuthorIdentifier.objects.filter(value__in=values).values("author"))
        | Q(pk__in=EarlierSlug.objects.filter(slug__in=slugs).values("author"))
        | Q(slug__in=slugs)
        | Q(identity_keys__key__in=keys)
    )
    return subjects | set(holders.values_list("public_id", flat=True))


# --- What stays together ----------------------------------------------------------------------------------------------


def with_their_merges(
    conflicts: Mapping[Place, list[int]], changes: Sequence[Change], facts: UnchangedFacts
) -> dict[Place, list[int]]:
    """The conflicts, and with a merge that has to stay everything that came with it."""
    all_conflicts = dict(conflicts)
    while True:
        staying: dict[int, list[int]] = {}
        for change in changes:
            if change["group"] == "merge" and (numbers := all_conflicts.get(place_of(change))):
                staying |= {change["row"]: numbers, (change["after"] or change["before"])["merged_into_id"]: numbers}
        more = {
            place_of(change): sorted({number for author in together for number in staying[author]})
            for change in changes
            if place_of(change) not in all_conflicts and (together := facts.authors(change) & staying.keys())
        }
        if not more:
            return all_conflicts
        all_conflicts |= more
