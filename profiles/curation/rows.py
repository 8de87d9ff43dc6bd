"""Which rows a decision changed, from what to what, and putting them back.

A row's fields fall into groups that only make sense together (a name and its parts). A change is one group of one row:

    {"table": "authorship", "row": 17, "group": "claim", "before": {…}, "after": {…}}

A row that was made or removed is one change of the group "row" with nothing before or after. Rows are named by their id, which
no later row is ever given. What the stages keep beside (counts, dates, places in a byline) is no part of a decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet

from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    DistinctPair,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
)  # fmt: skip

Values = dict[str, Any]
Snapshot = dict[tuple[str, int], Values]  # by table and row id
Change = dict[str, Any]

WHOLE = "row"
# Groups that follow from others or that the next build decides: put back where that works, and no conflict where not.
FOLLOWING = {"hidden forms", "rank"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows decisions change: its groups of fields, and what else a removed row needs to come back."""

    model: type[Model]
    groups: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*(name for names in self.groups.values() for name in names), *self.others)


TABLES: dict[str, Table] = {
    "author": Table(
        Author,
        {
            "identity": ("public_id",),
            "name": ("name", "forenames", "surname", "suffix", "sort_key", "name_decided_by_human"),
            "address": ("slug",),
            "standing": ("standing",),
            "profile": ("affiliation", "bio"),
            "visibility": ("is_hidden",),
            "merge": ("merged_into_id",),
            "hidden forms": ("hidden_forms",),
        },
        ("shares_name_on_a_paper",),
    ),
    "name": Table(
        AuthorName,
        {"owner": ("author_id", "name"), "visibility": ("visibility", "shown_as_printed", "decided_by_human")},
    ),
    "key": Table(IdentityKey, {"owner": ("author_id", "candidates", "decided_by_human")}, ("key", "occurrence")),
    "identifier": Table(AuthorIdentifier, {"owner": ("author_id", "scheme", "value")}),
    "slug": Table(EarlierSlug, {"owner": ("author_id", "slug", "is_retired")}),
    "authorship": Table(
        Authorship,
        {"claim": ("author_id", "basis", "decided_by_human", "decided_by_id", "decided_at", "printed_name")},
        ("paper_id", "position", "sort_date"),
    ),
    "distinct": Table(DistinctPair, {"pair": ("one_id", "two_id")}),
    "link": Table(
        SimilarityLink,
        {"verdict": ("verdict", "note", "decided_by_id", "decided_at"), "rank": ("rank",)},
        ("author_id", "other_id", "score", "is_coauthor", "evidence", "build_id"),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Scope:
    """What a decision may touch: the ids of authors, of papers and of links, and identity keys."""

    authors: set[int] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    def __or__(self, other: Scope) -> Scope:
        return Scope(
            self.authors | other.authors, self.papers | other.papers, self.links | other.links, self.keys | other.keys
        )


def snapshot(scope: Scope) -> Snapshot:
    """Every row about these authors, every authorship on these papers, these links and keys."""
    authors, papers = sorted(scope.authors), sorted(scope.papers)
    asked = {
        "author": Q(pk__in=authors),
        "identifier": Q(author__in=authors),
        "name": Q(author__in=authors),
        "key": Q(author__in=authors) | Q(key__in=sorted(scope.keys)),
        "slug": Q(author__in=authors),
        "distinct": Q(one__in=authors) | Q(two__in=authors),
    }
    found: Snapshot = {}
    for table, condition in asked.items():
        found |= _read(table, TABLES[table].model._base_manager.filter(condition))
    # Only links with a verdict are a human's; the others belong to their build.
    decided = Q(author__in=authors) | Q(other__in=authors)
    found |= _read("link", SimilarityLink.objects.filter(decided & ~Q(verdict="") | Q(pk__in=sorted(scope.links))))
    found |= _read("authorship", Authorship.objects.filter(Q(author__in=authors) | Q(paper__in=papers)))
    return found


def read(table: str, ids: Iterable[int]) -> Snapshot:
    """These rows as they are now."""
    return _read(table, TABLES[table].model._base_manager.filter(pk__in=sorted(set(ids))))


def _read(table: str, rows: QuerySet[Any]) -> Snapshot:
    fields = TABLES[table].fields
    found = {(table, pk): dict(zip(fields, values, strict=True)) for pk, *values in rows.values_list("pk", *fields)}
    # As the stored decision will have them, so that equal is equal.
    return {place: json.loads(json.dumps(values, cls=DjangoJSONEncoder)) for place, values in found.items()}


def changes_between(before: Snapshot, after: Snapshot) -> list[Change]:
    """What went from what to what, in a fixed order."""
    changes: list[Change] = []
    for table, row in sorted(before.keys() | after.keys()):
        old, new = before.get((table, row)), after.get((table, row))
        if old is None or new is None:
            changes.append({"table": table, "row": row, "group": WHOLE, "before": old, "after": new})
            continue
        for group, names in TABLES[table].groups.items():
            was, is_now = {name: old[name] for name in names}, {name: new[name] for name in names}
            if was != is_now:
                changes.append({"table": table, "row": row, "group": group, "before": was, "after": is_now})
    return changes


def put_back(changes: Iterable[Change]) -> list[Change]:
    """Undo the changes as far as nothing newer stands on them; gives those that could not be.

    Rows are changed in whatever order their constraints allow. What is as it was before already is left alone.
    """
    waiting = sorted(changes, key=_order)
    # Authors go only when all else is back, for a row that waits may refer to one.
    going = [change for change in waiting if change["table"] == "author" and change["before"] is None]
    waiting = waiting[: len(waiting) - len(going)]
    while waiting:
        left = [change for change in waiting if not _put_back_one(change)]
        if len(left) == len(waiting):
            break
        waiting = left
    return [*waiting, *(change for change in going if not _put_back_one(change))]


def _order(change: Change) -> tuple[int, int]:
    """Authors come first where they come back and last where they go, for all else refers to them."""
    made, removed = change["before"] is None, change["after"] is None
    if change["table"] == "author":
        return (4 if made else 0 if removed else 2), change["row"]
    return (1 if made else 3 if removed else 2), change["row"]


def _put_back_one(change: Change) -> bool:
    table = TABLES[change["table"]]
    now = read(change["table"], [change["row"]]).get((change["table"], change["row"]))
    before, after = change["before"], change["after"]
    try:
        with transaction.atomic():
            if after is None:
                return now is not None or _bring_back(table, change["row"], before)
            if now is None:
                # A machine's row that a later run replaced is nobody's decision: linking finds what it should be.
                return before is None or change["table"] == "name" or not after.get("decided_by_human", True)
            if before is None:
                return _remove(table, change, now)
            current = {name: now[name] for name in before}
            if current == before:
                return True
            if current != after and not _is_a_machines(change, current):
                return change["group"] in FOLLOWING
            table.model._base_manager.filter(pk=change["row"]).update(**_as_stored(table, before))
            return True
    except IntegrityError:
        return change["group"] in FOLLOWING or _is_a_machines(change, now or before or {})


def _is_a_machines(change: Change, values: Values) -> bool:
    """Whether these are names that papers print or that was chosen among them: they follow the papers, and block nothing."""
    if change["table"] == "author":
        return change["group"] == "name" and not values["name_decided_by_human"]
    if change["table"] != "name":
        return False
    decided = values.get("decided_by_human")
    return not (
        AuthorName.objects.filter(pk=change["row"], decided_by_human=True).exists() if decided is None else decided
    )


def _bring_back(table: Table, row: int, values: Values) -> bool:
    table.model(pk=row, **_as_stored(table, values)).save(force_insert=True)
    return True


def _remove(table: Table, change: Change, now: Values) -> bool:
    free = FOLLOWING | ({"name"} if change["table"] == "author" and not now["name_decided_by_human"] else set())
    decided = [name for group, names in table.groups.items() if group not in free for name in names]
    if any(now[name] != change["after"][name] for name in decided):
        return False
    row = table.model._base_manager.get(pk=change["row"])
    if isinstance(row, Author) and _is_referred_to(row):
        return False
    row.delete()
    return True


def _is_referred_to(author: Author) -> bool:
    """Whether anything a human decided, or a paper, hangs on the author; names that machines gathered don't count."""
    return any(
        rows.exists()
        for rows in (
            author.authorships.all(),
            author.identity_keys.all(),
            author.identifiers.all(),
            author.earlier_slugs.all(),
            author.merged_authors.all(),
            author.names.filter(decided_by_human=True),
            DistinctPair.objects.filter(Q(one=author) | Q(two=author)),
            SimilarityLink.objects.exclude(verdict="").filter(Q(author=author) | Q(other=author)),
        )
    )


def _as_stored(table: Table, values: Values) -> Values:
    """The values as the model's fields take them: dates from their texts."""
    fields = {field.attname: field for field in table.model._meta.concrete_fields}
    return {
        name: value if value is None or fields[name].is_relation else fields[name].to_python(value)
        for name, value in values.items()
    }


def scope_of(changes: Sequence[Change]) -> Scope:
    """What the changes touch."""
    scope = Scope()
    for change in changes:
        table, row = change["table"], change["row"]
        if table == "author":
            scope.authors.add(row)
        elif table == "link":
            scope.links.add(row)
        for values in (change["before"], change["after"]):
            for name in ("author_id", "merged_into_id", "one_id", "two_id", "other_id"):
                if values and values.get(name):
                    scope.authors.add(values[name])
            if values and table == "authorship" and "paper_id" in values:
                scope.papers.add(values["paper_id"])
    claims = [change["row"] for change in changes if change["table"] == "authorship"]
    scope.papers.update(Authorship.objects.filter(pk__in=claims).values_list("paper_id", flat=True))
    keys = [change["row"] for change in changes if change["table"] == "key"]
    scope.keys.update(IdentityKey.objects.filter(pk__in=keys).values_list("key", flat=True))
    return scope
