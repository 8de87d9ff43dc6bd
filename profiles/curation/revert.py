"""Putting back what a decision changed, where nothing newer stands on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from papers.database import bulk
from profiles.curation.row_changes import FOLLOWING, TABLES, WHOLE, Change, Table, Values, read
from profiles.models import Author, AuthorName, Authorship, DistinctPair, SimilarityLink

FEW, MANY = 20, 2_000  # rows that are written one by one, and at most in one statement


def put_back(changes: Iterable[Change]) -> list[Change]:
    """Undo the changes on which nothing newer stands; gives those that something has the place of.

    Many rows at once, in whatever order their constraints allow. What is as it was before already is left alone, and what
    linking keeps gives way. Authors whom the changes made stay: `remove_made` is for them.
    """
    waiting = _without_ranks(change for change in changes if not _made_an_author(change))
    # Authors come back first, for all else refers to them; rows that go leave their place to those that come.
    steps: tuple[Callable[[Change], bool], ...] = (
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


def _without_ranks(changes: Iterable[Change]) -> list[Change]:
    """The changes but those of links' ranks: somebody else may have one now, and all are numbered again in the end.

    Links that are judged again have none until then: not the one that their verdict gave them.
    """
    found = [change for change in changes if change["group"] != "rank"]
    judged = [change["row"] for change in found if change["table"] == "link"]
    SimilarityLink.objects.filter(pk__in=judged).update(rank=None)
    return [
        {**change, "before": {**change["before"], "rank": None}}
        if change["table"] == "link" and change["group"] == WHOLE and change["before"]
        else change
        for change in found
    ]


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
            if before is None or _is_nowhere(change, now):
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


def _is_nowhere(change: Change, now: Values | None) -> bool:
    """Whether it is a claim that a machine would have again, at a place that the byline doesn't print any more."""
    is_machines = change["table"] == "authorship" and change["before"].get("decided_by_human") is False
    return is_machines and now is not None and now["position"] is None


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
