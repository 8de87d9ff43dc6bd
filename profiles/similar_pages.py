"""Pages about who is like whom: two authors side by side, people who work on something, and how good it all is."""

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
from profiles import quality, similarity


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
    """How good the similar authors are."""
    measured = quality.latest_build()
    context = {"similarity": similarity_quality(measured, similarity.latest_build()) if measured else None}
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
            _("%(some)s of %(all)s authors have a list; of those with two papers or more %(two)s of %(all_two)s.")
            % {
                "some": f"{lists['authors_with_links']:,}", "all": f"{lists['authors']:,}",
                "two": f"{lists['authors_of_two_with_links']:,}", "all_two": f"{lists['authors_of_two']:,}",
            },
            _("%(same)s of the people in a list have the same main subject as its author; by lot it would be %(lot)s.")
            % {"same": percent(same), "lot": percent(lists["same_category_by_chance"])},
            _("Nobody is in more than %(most)s of all lists.") % {"most": f"{lists['in_most_lists']:.2%}"},
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
        "day": date_format(day), "authors": f"{protocol['authors']:,}", "candidates": f"{protocol['candidates']:,}",
    }  # fmt: skip
    rows = [
        MethodRow(
            row["method"],
            row["method"].startswith("ours"),
            [{end: percent(figure[end]) for end in ("mean", "low", "high")} for figure in row["figures"].values()],
        )
        for row in protocol["rows"]
        if protocol["authors"]
    ]
    return ProtocolTable(heading, explanation % said, list(columns.values()), rows)


def percent(share: float) -> str:
    return f"{share:.1%}"
