"""The rows that a decision changed, from what to what.

A row's fields fall into groups that only make sense together (a name and its parts). A change is one group of one row:

    {"table": "authorship", "row": 17, "group": "claim", "before": {…}, "after": {…}}

A row that was made or removed is one change of the group "row" with nothing before or after. Rows are named by their id, which
no later row is ever given. What the stages keep beside (counts, dates, places in a byline) is no part of a decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

from papers.models import DistinctPapers, Paper, SourceRecord
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    DistinctPair,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
)

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
        ("paper_id", "position", "sort_day"),
    ),
    "distinct": Table(DistinctPair, {"pair": ("one_id", "two_id")}),
    "link": Table(
        SimilarityLink,
        {"verdict": ("verdict", "note", "decided_by_id", "decided_at"), "rank": ("rank",)},
        ("author_id", "other_id", "score", "is_coauthor", "evidence", "build_id"),
    ),
    # A paper that a decision made stays, as one of which nobody says anything: what was given out is never forgotten.
    "paper": Table(Paper, {"survivor": ("merged_into_id",), "paper visibility": ("is_hidden",)}),
    "word": Table(
        SourceRecord, {"paper": ("paper_id", "is_fixed"), "facts": ("facts",)}, ("source", "giver", "read_at")
    ),
    "papers apart": Table(DistinctPapers, {"pair": ("one_id", "two_id")}),
}


@dataclass(slots=True)
class Scope:
    """What a decision may touch: the ids of authors, of papers and of links, and identity keys.

    `papers` are those whose places it is about. `records` are those whose record it may change, `about` are further papers
    that it is about; `people` are the authors on them, whose rows follow and are no part of the decision.
    """

    authors: set[int] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    records: set[int] = field(default_factory=set)
    about: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def __or__(self, other: Scope) -> Scope:
        return Scope(*(getattr(self, each.name) | getattr(other, each.name) for each in fields(self)))

    @property
    def everybody(self) -> set[int]:
        """The authors that it may touch, or that follow."""
        return self.authors | self.people


def snapshot(scope: Scope) -> Snapshot:
    """Every row about these authors, every authorship on these papers, these links and keys, what is said of these records."""
    authors, papers, records = sorted(scope.authors), sorted(scope.papers), sorted(scope.records)
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
    found |= _read("paper", Paper.objects.filter(pk__in=records))
    found |= _read("word", SourceRecord.objects.filter(paper__in=records))
    concerned = sorted(scope.records | scope.about)
    found |= _read("papers apart", DistinctPapers.objects.filter(Q(one__in=concerned) | Q(two__in=concerned)))
    theirs = Authorship.objects.filter(Q(author__in=authors) | Q(paper__in=papers))
    # A machine's places follow the byline, and are no part of a decision on the record.
    said = Authorship.objects.filter(paper__in=records, decided_by_human=True)
    return found | _read("authorship", theirs.exclude(paper__in=records)) | _read("authorship", said)


def read(table: str, ids: Iterable[int]) -> Snapshot:
    """These rows as they are now."""
    return _read(table, TABLES[table].model._base_manager.filter(pk__in=sorted(set(ids))))


def _read(table: str, rows: QuerySet[Any]) -> Snapshot:
    fields = TABLES[table].fields
    found = {(table, pk): dict(zip(fields, values, strict=True)) for pk, *values in rows.values_list("pk", *fields)}
    # As the stored decision will have them, so that equal is equal.
    return {place: json.loads(json.dumps(values, cls=DjangoJSONEncoder)) for place, values in found.items()}


def is_of_decisions(table: str, row: Values) -> bool:
    """Whether decisions make and remove such rows: papers stay, and what sources say of them is divided as it is needed."""
    return table != "paper" and (table != "word" or row["source"] == SourceRecord.CURATOR)


def changes_between(before: Snapshot, after: Snapshot) -> list[Change]:
    """What went from what to what, in a fixed order."""
    changes: list[Change] = []
    for table, row in sorted(before.keys() | after.keys()):
        old, new = before.get((table, row)), after.get((table, row))
        if (old is None or new is None) and not is_of_decisions(table, old or new or {}):
            continue
        if old is None or new is None:
            changes.append({"table": table, "row": row, "group": WHOLE, "before": old, "after": new})
            continue
        for group, names in TABLES[table].groups.items():
            was, is_now = {name: old[name] for name in names}, {name: new[name] for name in names}
            if was != is_now:
                changes.append({"table": table, "row": row, "group": group, "before": was, "after": is_now})
    return changes


REFERENCES = ("author_id", "merged_into_id", "one_id", "two_id", "other_id")


def authors_in(table: str, values: Values | None) -> set[int]:
    """The authors that these fields of a row of the table name."""
    if values is None or table in ("paper", "word", "papers apart"):
        return set()
    return {values[name] for name in REFERENCES if values.get(name)}


def scope_of(changes: Sequence[Change]) -> Scope:
    """What the changes touch."""
    scope = Scope()
    for change in changes:
        table, row = change["table"], change["row"]
        if table == "author":
            scope.authors.add(row)
        elif table == "link":
            scope.links.add(row)
        elif table == "paper":
            scope.records.add(row)
        for values in (change["before"], change["after"]):
            scope.authors |= authors_in(table, values)
            if values and table == "papers apart":
                scope.about |= {values["one_id"], values["two_id"]}
            if values and table in ("authorship", "word") and "paper_id" in values:
                (scope.papers if table == "authorship" else scope.records).add(values["paper_id"])
            if values and table == "paper" and values.get("merged_into_id"):
                scope.records.add(values["merged_into_id"])
    # Whoever has the rows now is concerned as well.
    words = SourceRecord.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "word"])
    scope.records |= set(words.values_list("paper_id", flat=True))
    claims = Authorship.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "authorship"])
    for paper, author in claims.order_by().values_list("paper_id", "author_id"):
        scope.papers.add(paper)
        scope.authors.add(author)
    keys = IdentityKey.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "key"])
    for key, owner in keys.order_by().values_list("key", "author_id"):
        scope.keys.add(key)
        scope.authors |= {owner} if owner else set()
    return scope
