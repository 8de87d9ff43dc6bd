"""What a dataset holds: its tables, their columns, and the JSON Schema of a row. Needs no Django.

A column's kind is a type as JSON has it, or "day" or "moment" for texts in ISO 8601; with "?" behind it may be null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from papers.sentences import marked as _

FORMAT = "coterie-dataset"
VERSION = 1
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"

NAME = {"name": "text", "forenames": "text", "surname": "text", "suffix": "text", "affiliations": "list"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, its columns with their kinds, and whether it is cut by the day its papers changed."""

    name: str
    what: str
    columns: Mapping[str, str]
    by_day: bool = False

    def problem(self, row: object) -> str:
        """What is wrong with a row that was read, or nothing."""
        if not isinstance(row, dict):
            return "is no JSON object"
        if missing := sorted(self.columns.keys() - row.keys()):
            return f"lacks {', '.join(missing)}"
        if unknown := sorted(row.keys() - self.columns.keys()):
            return f"has {', '.join(unknown)}, which {self.name} do not have"
        wrong = [name for name, kind in self.columns.items() if not _is_a(kind, row[name])]
        return f"{wrong[0]}: {row[wrong[0]]!r:.80} is no {self.columns[wrong[0]].rstrip('?')}" if wrong else ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a row."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.what,
            "type": "object",
            "required": list(self.columns),
            "additionalProperties": False,
            "properties": {name: _schema_of(kind) for name, kind in self.columns.items()},
        }


TABLES = {
    table.name: table
    for table in (
        Table(
            "builds",
            _("A run of a stage that the other tables name, and the latest of each."),
            {
                "number": "integer", "stage": "text", "started_at": "moment", "finished_at": "moment?",
                "code_version": "text", "parameters": "object", "results": "object",
            },
        ),
        Table(
            "authors",
            _(
                "A person as this site believes in them: neither hidden nor merged into another. Figures are as pages show "
                "them."
            ),
            {
                "id": "text", "slug": "text", "name": "text", "forenames": "text", "surname": "text", "suffix": "text",
                "name_decided_by_human": "boolean", "standing": "text", "affiliation": "text", "bio": "text",
                "in_similarity": "boolean", "shares_name_on_a_paper": "boolean", "paper_count": "integer",
                "coauthor_count": "integer", "first_year": "integer?", "last_year": "integer?", "statistics": "object",
                "modified_at": "moment",
            },
        ),
        Table("names", _("A public name of an author."), {"author": "text", "name": "text", "decided_by_human": "boolean"}),
        Table(
            "identifiers",
            _("What another register calls an author."),
            {"author": "text", "scheme": "text", "value": "text"},
        ),
        Table("merged", _("An author who was merged into another."), {"id": "text", "into": "text"}),
        Table("addresses", _("An earlier address that leads to an author."), {"slug": "text", "author": "text"}),
        Table(
            "earlier_identifiers",
            _("An identifier that a paper had here (`was_given_out`), or under which it was read besides, and the one it has."),
            {
                "identifier": "text", "paper": "text", "was_given_out": "boolean", "categories": "list",
                "modified_at": "moment",
            },
        ),
        Table(
            "papers",
            _("A paper as its source describes it, with the names that this site shows; of one that was taken back only that."),
            {
                "identifier": "text", "arxiv_id": "text?", "title": "text", "abstract": "text", "abstract_is_cut": "boolean",
                "byline": "list", "byline_is_complete": "boolean", "collaborations": "list", "categories": "list",
                "categories_text": "text", "published": "day?", "updated": "day?", "versions": "list", "dois": "list",
                "journal_ref": "text", "comments": "text", "license": "text", "report_no": "text", "msc_class": "text",
                "acm_class": "text", "source": "text", "datestamp": "day?", "read_at": "moment", "modified_at": "moment",
                "is_deleted": "boolean",
            },
            by_day=True,
        ),
        Table(
            "authorships",
            _("That a place in a paper's byline (counted from 1; null where it is not known) is an author, and how we know."),
            {
                "paper": "text", "position": "integer?", "author": "text", "basis": "text", "decided_by_human": "boolean",
                "decided_on": "day?",
            },
            by_day=True,
        ),
        Table(
            "similarity_links",
            _("That an author has another among the similar ones, with the evidence; its contributions add up to the score."),
            {
                "author": "text", "other": "text", "build": "integer?", "score": "number", "rank": "integer",
                "is_coauthor": "boolean", "pinned": "boolean", "note": "text", "evidence": "object",
            },
        ),
        Table(
            "decisions",
            _("A curator's act, without its words and without who it was; `in_force` unless it was undone."),
            {
                "number": "integer", "kind": "text", "made_at": "moment", "authors": "list", "undoes": "integer?",
                "in_force": "boolean",
            },
        ),
    )
}  # fmt: skip

JSON_TYPES = {
    "text": "string", "integer": "integer", "number": "number", "boolean": "boolean", "list": "array", "object": "object",
}  # fmt: skip
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "list": (list,), "object": (dict,),
}  # fmt: skip


def _schema_of(kind: str) -> dict[str, Any]:
    base = kind.rstrip("?")
    found: dict[str, Any] = {"type": JSON_TYPES.get(base, "string")}
    if base in ("day", "moment"):
        found["format"] = {"day": "date", "moment": "date-time"}[base]
    if kind.endswith("?"):
        found["type"] = [found["type"], "null"]
    return found


def _is_a(kind: str, value: object) -> bool:
    if value is None:
        return kind.endswith("?")
    base = kind.rstrip("?")
    if base in PYTHON_TYPES:
        return isinstance(value, PYTHON_TYPES[base]) and (base == "boolean" or not isinstance(value, bool))
    if not isinstance(value, str):
        return False
    try:
        if base == "day":
            date.fromisoformat(value)
        else:
            return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
    return True


def name_problem(entry: object) -> str:
    """What is wrong with an entry of a byline, or nothing."""
    if not isinstance(entry, dict) or entry.keys() != NAME.keys():
        return "an entry of the byline has other fields than " + ", ".join(NAME)
    if not all(_is_a(kind, entry[name]) for name, kind in NAME.items()):
        return "an entry of the byline has a value of the wrong kind"
    if not entry["name"] or not all(isinstance(place, str) for place in entry["affiliations"]):
        return "an entry of the byline has no name, or an affiliation that is no text"
    return ""
