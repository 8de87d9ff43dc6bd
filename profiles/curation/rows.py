"""Which rows a decision changed, from what to what, and putting them back.

A row's fields fall into groups that only make sense together (a name and its parts). A change is one group of one row:

    {"table": "authorship", "row": 17, "group": "claim", "before": {…}, "after": {…}}

A row that was made or removed is one change of the group "row" with nothing before or after. Rows are named by their id, which
no later row is ever given. What the stages keep beside (counts, dates, places in a byline) is no part of a decision.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q, QuerySet

from papers import bulk
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
FEW, MANY = 20, 2_000  # rows that are written one by one, and at most in one statement
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
            "comparison": ("in_similarity",),
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
    """Undo the changes on which nothing newer stands; gives those that something has the place of.

    Many rows at once, in whatever order their constraints allow. What is as it was before already is left alone, and what
    linking keeps gives way. Authors whom the changes made stay: `remove_made` is for them.
    """
    waiting = [_without_rank(change) for change in changes if not _made_an_author(change)]
    _clear_ranks(waiting)
    # Authors come back first, for all else refers to them; rows that go leave their place to those that come.
    steps = (
        lambda change: change["table"] == "author" and change["after"] is None,
        lambda change: change["before"] is None,
        lambda change: change["before"] is not None and change["after"] is not None,
        lambda change: change["after"] is None,
    )
    for step in steps:
        now = [change for change in waiting if step(change)]
        waiting = [change for change in waiting if not step(change)] + _put_back_many(now)
    while waiting:
        left = [change for change in waiting if not _put_back_one(change)]
        if len(left) == len(waiting):
            break
        waiting = left
    return waiting


def changed_since(changes: Iterable[Change]) -> list[Change]:
    """Those whose rows are neither as the change left them nor as they were before it, though a human has to decide them."""
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change["group"] not in FOLLOWING:
            by_table[change["table"]].append(change)
    found: list[Change] = []
    for table, some in by_table.items():
        now = read(table, [change["row"] for change in some])
        for change in some:
            row = now.get((table, change["row"]))
            known = _has(row, change["before"]) or _has(row, change["after"])
            if not known and not _is_a_machines(change, row or change["before"] or {}):
                found.append(change)
    return found


def remove_made(changes: Iterable[Change]) -> list[Change]:
    """Remove the authors whom the changes made; gives those on whom something still hangs."""
    return [change for change in changes if _made_an_author(change) and not _remove_author(change)]


def _made_an_author(change: Change) -> bool:
    return change["table"] == "author" and change["before"] is None


def _without_rank(change: Change) -> Change:
    """A link that comes back waits for its rank until all are numbered again: somebody else may have it now."""
    if change["table"] != "link" or change["group"] != WHOLE or change["before"] is None:
        return change
    return {**change, "before": {**change["before"], "rank": None}}


def _clear_ranks(changes: Iterable[Change]) -> None:
    """A link that is vetoed again has no rank, whichever it was given meanwhile."""
    vetoed = [c["row"] for c in changes if c["table"] == "link" and (c["before"] or {}).get("verdict") == "vetoed"]
    SimilarityLink.objects.filter(pk__in=vetoed).update(rank=None)


def _put_back_many(changes: list[Change]) -> list[Change]:
    """The same in few statements for each table and group; gives what has to be looked at row by row."""
    left: list[Change] = []
    alike: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        alike[change["table"], change["group"]].append(change)
    for (name, _group), rows in alike.items():
        if len(rows) < FEW:
            left += rows
            continue
        for start in range(0, len(rows), MANY):
            some = rows[start : start + MANY]
            now = read(name, [change["row"] for change in some])
            usual = [change for change in some if _has(now.get((name, change["row"])), change["after"])]
            try:
                with transaction.atomic():
                    _write(TABLES[name], usual)
            except IntegrityError:
                usual = []
            done = {id(change) for change in usual}
            left += [change for change in some if id(change) not in done]
    return left


def _has(row: Values | None, values: Values | None) -> bool:
    """Whether the row is there and has these values, or neither is there."""
    if row is None or values is None:
        return row is None and values is None
    return all(row[name] == value for name, value in values.items())


def _write(table: Table, changes: list[Change]) -> None:
    """What one step of `put_back` does with rows of one table and group."""
    coming = [change for change in changes if change["after"] is None]
    table.model._base_manager.bulk_create(
        table.model(pk=change["row"], **_as_stored(table, change["before"])) for change in coming
    )
    going = [change["row"] for change in changes if change["before"] is None]
    table.model._base_manager.filter(pk__in=going).delete()
    changed = [change for change in changes if change["before"] and change["after"]]
    if changed:
        names = list(changed[0]["before"])
        of_name = {field.attname: field for field in table.model._meta.concrete_fields}
        fields = [of_name[name] for name in names]
        bulk.update(
            table.model,
            names,
            [
                (
                    *(f.get_db_prep_save(values[n], connection) for f, n in zip(fields, names, strict=True)),
                    change["row"],
                )
                for change in changed
                if (values := _as_stored(table, change["before"]))
            ],
        )


def _put_back_one(change: Change) -> bool:
    table = TABLES[change["table"]]
    now = read(change["table"], [change["row"]]).get((change["table"], change["row"]))
    before, after = change["before"], change["after"]
    try:
        with transaction.atomic():
            if before is None:
                table.model._base_manager.filter(pk=change["row"]).delete()
            elif now is not None:
                if any(now[name] != value for name, value in before.items()):
                    table.model._base_manager.filter(pk=change["row"]).update(**_as_stored(table, before))
            elif after is None:
                table.model(pk=change["row"], **_as_stored(table, before)).save(force_insert=True)
            else:
                # A machine's row that a later run replaced is nobody's decision: linking finds what it should be.
                return change["table"] == "name" or not after.get("decided_by_human", True)
            return True
    except IntegrityError:
        if change["group"] in FOLLOWING or _is_a_machines(change, now or before or {}):
            return True
        return _make_room(change, before or {}) and _put_back_one(change)


def _is_a_machines(change: Change, values: Values) -> bool:
    """Whether linking keeps these: places that follow the keys, names that follow the papers. They block nothing."""
    if change["table"] == "authorship":
        return not any(said and said.get("decided_by_human") for said in (values, change["before"]))
    if change["table"] == "author":
        return change["group"] == "name" and not values["name_decided_by_human"]
    if change["table"] != "name":
        return False
    decided = values.get("decided_by_human")
    return not (
        AuthorName.objects.filter(pk=change["row"], decided_by_human=True).exists() if decided is None else decided
    )


def _make_room(change: Change, before: Values) -> bool:
    """Remove the row of a machine's that is in the way of a human's; whether there was one."""
    taken: QuerySet[Any]
    if change["table"] == "name" and "name" in before:
        taken = AuthorName.objects.filter(author=before["author_id"], name=before["name"])
    elif change["table"] == "authorship":
        paper = before.get("paper_id") or Authorship.objects.values_list("paper", flat=True).get(pk=change["row"])
        taken = Authorship.objects.filter(paper=paper).filter(
            Q(author=before["author_id"]) | Q(position=before.get("position") or 0)
        )
    else:
        return False
    return bool(taken.filter(decided_by_human=False).exclude(pk=change["row"]).delete()[0])


def _remove_author(change: Change) -> bool:
    row = Author.objects.filter(pk=change["row"]).first()
    if row is not None and _is_referred_to(row):
        return False
    if row is not None:
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
    # Whoever has the rows now is concerned as well.
    claims = Authorship.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "authorship"])
    for paper, author in claims.order_by().values_list("paper_id", "author_id"):
        scope.papers.add(paper)
        scope.authors.add(author)
    keys = IdentityKey.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "key"])
    for key, owner in keys.order_by().values_list("key", "author_id"):
        scope.keys.add(key)
        scope.authors |= {owner} if owner else set()
    return scope
