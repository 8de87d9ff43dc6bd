"""How good similar authors and linking are, in words that a visitor understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.models import Build
from papers.wording import number, percent
from profiles import linking_quality, quality, similarity


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method's figures as percentages with their intervals."""

    method: str
    is_ours: bool
    figures: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ProtocolTable:
    heading: str
    explanation: str
    columns: list[str]
    rows: list[MethodRow]


@dataclass(frozen=True, slots=True)
class SimilarityQuality:
    """A measurement in words a visitor understands."""

    measured_at: datetime | None
    papers: int
    is_older: bool
    tables: list[ProtocolTable]
    sentences: list[str]


@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """How good the similar authors are, and how well names are told apart."""
    measured, linked = quality.latest_build(), linking_quality.latest_build()
    context = {
        "similarity": similarity_quality(measured, similarity.latest_build()) if measured else None,
        "linking": linking_quality.in_words(linked) if linked else None,
    }
    return render(request, "profiles/quality.html", context)


def similarity_quality(measured: Build, shown: Build | None) -> SimilarityQuality:
    """The measurement as the page shows it; `shown` is the build whose links the profiles show."""
    found = measured.results
    lists = found["lists"]
    same = lists["same_category"]["mean"]
    return SimilarityQuality(
        measured_at=measured.finished_at,
        papers=found["papers"],
        is_older=bool(shown and shown.pk > measured.pk),
        tables=[table_of(protocol, measured) for protocol in found["protocols"]],
        sentences=[
            _("Of %(all)s authors %(some)s have a list; of those with two papers or more %(two)s of %(all_two)s.")
            % {
                "some": number(lists["authors_with_links"]), "all": number(lists["authors"]),
                "two": number(lists["authors_of_two_with_links"]), "all_two": number(lists["authors_of_two"]),
            },
            _("%(same)s of the people in a list have the same main subject as its author; by lot it would be %(lot)s.")
            % {"same": percent(same), "lot": percent(lists["same_category_by_chance"])},
            _("Nobody is in more than %(most)s of all lists.") % {"most": percent(lists["in_most_lists"], 2)},
        ],
    )  # fmt: skip


def table_of(protocol: dict[str, Any], measured: Build) -> ProtocolTable:
    texts = {
        "future co-authors": (
            _("Future co-authors"),
            _(
                "We pretended that it was %(day)s and asked, for %(authors)s authors: who of %(candidates)s people will they "
                "write with next, for the first time? The columns say how many of those were among the first 10 and the "
                "first 50 of the list. Nobody can know the future; what counts is how a method does beside the others."
            ),
            {
                "recall@10": _("in the first 10"),
                "recall@50": _("in the first 50"),
                "MRR": _("1 / place of the first found"),
            },
        ),
        "split half": (
            _("Half against half"),
            _(
                "We took %(authors)s authors with ten papers or more, cut the papers into two heaps by lot and asked, by words "
                "and subjects alone: whose is the other heap? The columns say how often the right one came first, and among "
                "the first ten of %(candidates)s."
            ),
            {"first": _("first"), "in ten": _("in the first ten")},
        ),
    }
    heading, explanation, columns = texts[protocol["name"]]
    day = datetime.fromisoformat(measured.parameters["cut"])
    said = {
        "day": date_format(day), "authors": number(protocol["authors"]), "candidates": number(protocol["candidates"]),
    }  # fmt: skip
    rows = [
        MethodRow(
            method_names().get(row["method"], row["method"]),
            row["method"].startswith("ours"),
            [{end: percent(figure[end]) for end in ("mean", "low", "high")} for figure in row["figures"].values()],
        )
        for row in protocol["rows"]
        if protocol["authors"]
    ]
    return ProtocolTable(heading, explanation % said, list(columns.values()), rows)


def method_names() -> dict[str, str]:
    """The methods of profiles/evaluation.py by the names that measurements keep, as visitors read them."""
    return {
        "random": _("by lot"),
        "most papers": _("most papers"),
        "most papers in the main category": _("most papers in the main category"),
        "cosine of categories": _("cosine of categories"),
        "common co-authors": _("common co-authors"),
        "summed counts × idf": _("summed counts × idf"),
        "LSA, 100 dimensions": _("LSA, 100 dimensions"),
        "ours, topic only": _("ours, topic only"),
        "ours, network only": _("ours, network only"),
        "ours": _("ours"),
    }
