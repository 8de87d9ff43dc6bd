"""The schema of a dataset: its tables, what may stand in their columns, which rows name which, and the JSON Schema of a row.

`profiles/dataset/value_types.py` says what a value may be, `checking.py` goes through a dataset by this description.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from papers.field_rules import LONGEST, MOST, RULES
from papers.publications import FIELDS, KINDS_OF_URL
from papers.text.dates import PRECISIONS, PartialDate, earliest
from papers.text.lazy_messages import marked as _
from profiles.dataset.value_types import (
    LARGEST,
    LARGEST_NUMBER,
    LARGEST_SMALL,
    Boolean,
    Day,
    Either,
    Integer,
    Kind,
    List,
    Maybe,
    Moment,
    Named,
    Number,
    Object,
    ReducedDay,
    Text,
    Tuple,
    Year,
    inside,
    quoted,
)
from profiles.models import Author, AuthorIdentifier, Authorship, Decision

FORMAT = "coterie-dataset"
VERSION = 2
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
# Runs of these stages stand behind what is in the tables.
STAGES = ("link", "statistics", "similarity", "similarity_update", "evaluate_similarity")

YES_OR_NO = Boolean()
COUNT = Integer()
ROW_NUMBER = Integer(1, LARGEST_NUMBER)
SHARE = Number(0, 1)
AUTHOR, PAPER, CODE = Text("public_id"), Text("identifier"), Text("category")
FORENAMES, SURNAME, SUFFIX = Text("forenames", may_be_empty=True), Text("surname"), Text("suffix", may_be_empty=True)
COUNTED_YEARS = List(Tuple((Year(), COUNT)), once=True)
COUNTED_CODES = List(Tuple((CODE, COUNT)), once=True)
CODES = List(CODE, MOST["categories"], once=True)

NAME = Object(
    {
        "name": Text("name"),
        "forenames": FORENAMES,
        "surname": SURNAME,
        "suffix": SUFFIX,
        "affiliations": List(Text("affiliation"), MOST["affiliations"]),
    },
    optional={"orcid": Text("orcid"), "other_names": List(Text("name"), MOST["other_names"])},
)
DETAIL = Text("detail", may_be_empty=True)
EDITOR = Object({"name": Text("detail"), "forenames": DETAIL, "surname": DETAIL}, optional={"suffix": DETAIL})
# Where and how a paper was published (papers.publications.Details), but for when it was posted.
DETAILS: dict[str, Kind] = {
    **{name: DETAIL for name in FIELDS if name != "posted"},
    "editors": List(EDITOR, MOST["editors"]),
    "keywords": List(Text("detail"), MOST["keywords"]),
    "urls": List(Object({"url": Text("url"), "kind": Text(words=KINDS_OF_URL)}), MOST["urls"]),
}
TYPE = Text("type", may_be_empty=True)
PRECISION = Maybe(Text(words=PRECISIONS))
# The address of a repository, and what the source calls its record.
WHOSE: dict[str, Kind] = {
    "base_url": Text(may_be_empty=True, longest=LONGEST["base_url"]),
    "giver": Text(may_be_empty=True, longest=LONGEST["giver"]),
}
PAPER_VERSION = Object(
    {},
    optional={
        "version": Text("version"),
        "created": Either(Moment(), Day()),
        "size": Text("size"),
        "source_type": Text("source_type"),
    },
)
# What a source says of a paper, or a curator; a curator's empty value is that there is none.
FACTS = Object(
    {},
    optional={
        **{
            name: Text(name, may_be_empty=True)
            for name in (
                "title",
                "abstract",
                "authors",
                "journal_ref",
                "comments",
                "license",
                "report_no",
                "msc_class",
                "acm_class",
            )
        },
        "arxiv_id": Maybe(Text("arxiv_id")),
        "abstract_is_cut": YES_OR_NO,
        "byline": List(
            Object(
                {"name": Text("name"), "forenames": FORENAMES, "surname": SURNAME},
                optional={
                    "suffix": SUFFIX,
                    "affiliations": List(Text("affiliation"), MOST["affiliations"]),
                    "orcid": Text("orcid"),
                    "other_names": List(Text("name"), MOST["other_names"]),
                },
            ),
            MOST["authors"],
        ),
        "byline_is_incomplete": YES_OR_NO,
        "collaborations": List(Text("collaboration"), MOST["collaborations"]),
        "categories": CODES,
        **dict.fromkeys(("published", "posted", "issued", "updated"), ReducedDay(may_be_empty=True)),
        "versions": List(PAPER_VERSION, MOST["versions"]),
        "dois": List(Text("doi"), MOST["dois"]),
        "type": TYPE,
        **DETAILS,
    },
)
STATISTICS = Object(
    {},
    optional={
        "first": COUNT,
        "last": COUNT,
        "sole": COUNT,
        "elsewhere": COUNT,
        "median_authors": Maybe(Number(0, LARGEST)),
        "years": COUNTED_YEARS,
        "main_years": List(Tuple((Either(Text(words=("",), may_be_empty=True), CODE), COUNTED_YEARS)), once=True),
        "categories": COUNTED_CODES,
        "coauthors": List(Tuple((AUTHOR, COUNT)), once=True),
    },
)
EVIDENCE = Object(
    {
        "parts": List(
            Object(
                {
                    "kind": Text(words=("term", "category", "graph", "other")),
                    "label": Text(),
                    "contribution": Number(-1, 1),
                }
            )
        ),
        "shared_coauthors": List(AUTHOR),
        "shared_categories": List(CODE),
        "closest_papers": Maybe(Object({"mine": PAPER, "theirs": PAPER, "score": Number(-1, 1)})),
    }
)

# What a stage keeps of a run: numbers by name, but for the measurement that /quality/ shows.
COUNTS = Named(Integer(0, LARGEST_NUMBER))
SETTINGS = Named(Either(Maybe(Text(may_be_empty=True)), Either(Boolean(), Number(-LARGEST_NUMBER, LARGEST_NUMBER))))
FIGURE = Object(dict.fromkeys(("mean", "low", "high"), Number(0, 10**6)))
SECONDS = Number(0, LARGEST)


def _protocol(name: str, *figures: str) -> Object:
    row = Object({"method": Text(), "figures": Object(dict.fromkeys(figures, FIGURE)), "seconds": SECONDS})
    return Object({"name": Text(words=(name,)), "authors": COUNT, "candidates": COUNT, "rows": List(row)})


MEASURED = Object(
    {
        "papers": COUNT,
        "protocols": List(
            Either(
                _protocol("future co-authors", "recall@10", "recall@50", "MRR"),
                _protocol("split half", "first", "in ten"),
            )
        ),
        "lists": Object(
            {
                "of_all": YES_OR_NO,
                "authors": COUNT,
                "authors_with_links": COUNT,
                "authors_of_two": COUNT,
                "authors_of_two_with_links": COUNT,
                "in_most_lists": SHARE,
                "same_category": FIGURE,
                "same_category_by_chance": SHARE,
            }
        ),
        "ratios": Named(Maybe(FIGURE)),
        "seconds": Object({"lists": SECONDS, "all": SECONDS}),
        "peak_mb": COUNT,
    }
)


def _of_its_stage(row: Mapping[str, Any]) -> str:
    if row["stage"] != "evaluate_similarity":
        return (reason := COUNTS.problem(row["results"])) and inside("results", row["results"], reason)
    if reason := MEASURED.problem(row["results"]):
        return inside("results", row["results"], reason)
    cut = row["parameters"].get("cut")
    return (reason := Day().problem(cut)) and inside("parameters.cut", cut, reason)


def _of_its_scheme(row: Mapping[str, Any]) -> str:
    rule = {"orcid": "orcid", "arxiv": "arxiv_author_id", "homepage": "homepage"}[row["scheme"]]
    return (reason := RULES[rule](row["value"])) and inside("value", row["value"], reason)


def _of_a_paper(row: Mapping[str, Any]) -> str:
    if row["arxiv_id"] not in (None, row["identifier"]):
        return f"arxiv_id: {row['arxiv_id']!r} is not the paper's identifier"
    if not row["title"] and not row["is_deleted"]:
        return "title: is empty"
    if not row["is_deleted"] and (row["is_hidden"] or row["merged_into"]):
        return "is_deleted: is false, and what is hidden or merged is not shown"
    if row["merged_into"] == row["identifier"]:
        return "merged_into: is the paper itself"
    for name in ("published", "issued"):
        day = PartialDate.from_iso(row[name]) if row[name] else None
        if row[f"{name}_precision"] != (day.precision if day else None):
            return f"{name}_precision: {quoted(row[f'{name}_precision'])} is not that of {quoted(row[name])}"
    dates = [PartialDate.from_iso(row[name]) for name in ("published", "posted", "issued") if row[name]]
    if (first := earliest(dates)) and first.iso() != row["published"]:
        return f"published: {quoted(row['published'])} is not the earliest of its dates, which is {first.iso()}"
    codes = list(dict.fromkeys(row["categories_text"].split()))
    return (reason := CODES.problem(codes)) and inside("categories_text", codes, reason)


def _of_a_place(row: Mapping[str, Any]) -> str:
    is_known = row["position"] is not None or row["decided_by_human"]
    return "" if is_known else "position: is null, and only a human places an author without one"


def _of_a_pair(row: Mapping[str, Any]) -> str:
    return "other: is the author" if row["author"] == row["other"] else ""


def _of_an_undo(row: Mapping[str, Any]) -> str:
    is_undo = row["kind"] == Decision.Kind.UNDO
    return "" if is_undo == (row["undoes"] is not None) else "undoes: is for an undo, and each has one"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, its columns with their kinds, and whether it is cut by the day its papers changed.

    `once` are columns, or several together, in which no two rows are equal; `names` says of columns in which tables what they
    name has to be; `further` is what else may be wrong with a row whose columns are all right.
    """

    name: str
    what: str
    columns: Mapping[str, Kind]
    by_day: bool = False
    once: Sequence[tuple[str, ...]] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    further: Callable[[Mapping[str, Any]], str] = lambda _row: ""

    def problem(self, row: object) -> str:
        """What is wrong with a row that was read, or nothing."""
        if not isinstance(row, dict):
            return "is no JSON object"
        if missing := sorted(self.columns.keys() - row.keys()):
            return f"lacks {', '.join(missing)}"
        if unknown := row.keys() - self.columns.keys():
            return f"has {quoted(min(unknown))}, which {self.name} do not have"
        for name, kind in self.columns.items():
            if reason := kind.problem(row[name]):
                return inside(name, row[name], reason)
        return self.further(row)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a row."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.what,
            **Object(self.columns).schema(),
        }


TABLES = {
    table.name: table
    for table in (
        Table(
            "builds",
            _("A run of a stage that the other tables name, and the latest of each."),
            {
                "number": ROW_NUMBER,
                "stage": Text(words=STAGES),
                "started_at": Moment(),
                "finished_at": Maybe(Moment()),
                "code_version": Text(may_be_empty=True, longest=64),
                "parameters": SETTINGS,
                "results": Either(COUNTS, MEASURED),
            },
            once=(("number",),),
            further=_of_its_stage,
        ),
        Table(
            "authors",
            _(
                "A person as this site believes in them: neither hidden nor merged into another. Figures are as pages show "
                "them."
            ),
            {
                "id": AUTHOR,
                "slug": Text("author_slug"),
                "name": Text("name"),
                "forenames": FORENAMES,
                "surname": SURNAME,
                "suffix": SUFFIX,
                "name_decided_by_human": YES_OR_NO,
                "standing": Text(words=Author.Standing.values),
                "affiliation": Text("author_affiliation", may_be_empty=True),
                "bio": Text("bio", may_be_empty=True),
                "in_similarity": YES_OR_NO,
                "shares_name_on_a_paper": YES_OR_NO,
                "paper_count": COUNT,
                "coauthor_count": COUNT,
                "first_year": Maybe(Year()),
                "last_year": Maybe(Year()),
                "statistics": STATISTICS,
                "modified_at": Moment(),
            },
            once=(("id",), ("slug",)),
        ),
        Table(
            "names",
            _("A public name of an author."),
            {"author": AUTHOR, "name": Text("name"), "decided_by_human": YES_OR_NO},
            once=(("author", "name"),),
            names={"author": ("authors",)},
        ),
        Table(
            "identifiers",
            _("What another register calls an author."),
            {
                "author": AUTHOR,
                "scheme": Text(words=AuthorIdentifier.Scheme.values),
                "value": Text(longest=LONGEST["homepage"]),
            },
            once=(("scheme", "value"),),
            names={"author": ("authors",)},
            further=_of_its_scheme,
        ),
        Table(
            "merged",
            _("An author who was merged into another."),
            {"id": AUTHOR, "into": AUTHOR},
            once=(("id",),),
            names={"into": ("authors", "merged")},
        ),
        Table(
            "addresses",
            _("An earlier address that leads to an author."),
            {"slug": Text("author_slug"), "author": AUTHOR},
            once=(("slug",),),
            names={"author": ("authors", "merged")},
        ),
        Table(
            "earlier_identifiers",
            _(
                "An identifier that a paper had here (`was_given_out`), or under which it was read besides, and the one it has."
            ),
            {
                "identifier": PAPER,
                "paper": PAPER,
                "was_given_out": YES_OR_NO,
                "categories": CODES,
                "modified_at": Moment(),
            },
            once=(("identifier",),),
            names={"paper": ("papers",)},
        ),
        Table(
            "papers",
            _(
                "A paper as its sources describe it, with the names that this site shows; of one that was taken back, hidden "
                "or merged into another only that."
            ),
            {
                "identifier": PAPER,
                "arxiv_id": Maybe(Text("arxiv_id")),
                "title": Text("title", may_be_empty=True),
                "abstract": Text("abstract", may_be_empty=True),
                "abstract_is_cut": YES_OR_NO,
                "byline": List(NAME, MOST["authors"]),
                "byline_is_complete": YES_OR_NO,
                "collaborations": List(Text("collaboration"), MOST["collaborations"]),
                "categories": CODES,
                "categories_text": Text(may_be_empty=True, longest=MOST["categories"] * (LONGEST["category"] + 1)),
                "type": TYPE,
                **DETAILS,
                "published": Maybe(ReducedDay()),
                "published_precision": PRECISION,
                "posted": Maybe(ReducedDay()),
                "issued": Maybe(ReducedDay()),
                "issued_precision": PRECISION,
                "updated": Maybe(Day()),
                "versions": List(PAPER_VERSION, MOST["versions"]),
                "dois": List(Text("doi"), MOST["dois"]),
                "journal_ref": Text("journal_ref", may_be_empty=True),
                "comments": Text("comments", may_be_empty=True),
                "license": Text("license", may_be_empty=True),
                "report_no": Text("report_no", may_be_empty=True),
                "msc_class": Text("msc_class", may_be_empty=True),
                "acm_class": Text("acm_class", may_be_empty=True),
                "citation_key": Text("citation_key", may_be_empty=True),
                "source": Text("source"),
                **WHOSE,
                "datestamp": Maybe(Day()),
                "read_at": Moment(),
                "modified_at": Moment(),
                "is_withdrawn": YES_OR_NO,
                "is_deleted": YES_OR_NO,
                "is_hidden": YES_OR_NO,
                "merged_into": Maybe(PAPER),
            },
            by_day=True,
            once=(("identifier",),),
            further=_of_a_paper,
        ),
        Table(
            "source_records",
            _(
                "What one source says of a paper of which several say something, or what a curator set; of what was taken "
                "back only that. The word of a paper's only source is the paper's row."
            ),
            {
                "paper": PAPER,
                "source": Text("source"),
                **WHOSE,
                "identifier": Text("identifier", may_be_empty=True),
                "datestamp": Maybe(Day()),
                "read_at": Moment(),
                "is_deleted": YES_OR_NO,
                "is_fixed": YES_OR_NO,
                "facts": FACTS,
            },
            by_day=True,
            once=(("paper", "source", "base_url", "giver"),),
            names={"paper": ("papers",)},
        ),
        Table(
            "authorships",
            _(
                "That a place in a paper's byline (counted from 1; null where it is not known) is an author, and how we know."
            ),
            {
                "paper": PAPER,
                "position": Maybe(Integer(1, MOST["authors"])),
                "author": AUTHOR,
                "basis": Text(words=Authorship.Basis.values),
                "decided_by_human": YES_OR_NO,
                "decided_on": Maybe(Day()),
            },
            by_day=True,
            once=(("paper", "position"), ("paper", "author")),
            names={"paper": ("papers",), "author": ("authors", "merged")},
            further=_of_a_place,
        ),
        Table(
            "similarity_links",
            _(
                "That an author has another among the similar ones, with the evidence; its contributions add up to the score."
            ),
            {
                "author": AUTHOR,
                "other": AUTHOR,
                "build": Maybe(ROW_NUMBER),
                "score": SHARE,
                "rank": Integer(1, LARGEST_SMALL),
                "is_coauthor": YES_OR_NO,
                "pinned": YES_OR_NO,
                "note": Text("note", may_be_empty=True),
                "evidence": EVIDENCE,
            },
            once=(("author", "other"), ("author", "rank")),
            names={"author": ("authors",), "other": ("authors",), "build": ("builds",)},
            further=_of_a_pair,
        ),
        Table(
            "decisions",
            _("A curator's act, without its words and without who it was; `in_force` unless it was undone."),
            {
                "number": ROW_NUMBER,
                "kind": Text(words=sorted({*Decision.Kind.values} - Decision.PRIVATE_KINDS)),
                "made_at": Moment(),
                "authors": List(AUTHOR, once=True),
                "papers": List(PAPER, once=True),
                "undoes": Maybe(ROW_NUMBER),
                "in_force": YES_OR_NO,
            },
            once=(("number",),),
            further=_of_an_undo,
        ),
    )
}
