"""The page on the quality of similar authors and linking, in words that a visitor understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.display.wording import number, percent
from papers.models import Build
from profiles.linking import quality_report
from profiles.similarity import full_run, quality
from profiles.similarity.evaluation.methods import ADAMIC_ADAR, LSA_DIMENSIONS, MOST_IN_CATEGORY, OURS, SUMMED, TOPIC


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
    in_short: list[str]
    tables: list[ProtocolTable]
    sentences: list[str]


@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """How good the similar authors are, and how well names are told apart."""
    measured, linked = Build.objects.latest_finished(quality.STAGE), Build.objects.latest_finished(quality_report.STAGE)
    context = {
        "similarity": similarity_quality(measured, Build.objects.latest_finished(full_run.STAGE)) if measured else None,
        "linking": quality_report.in_words(linked) if linked else None,
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
        in_short=in_short(found["ratios"]),
        tables=[table_of(protocol, measured) for protocol in found["protocols"]],
        sentences=[
            (
                _("Of %(all)s authors %(some)s have a list; of those with two papers or more %(two)s of %(all_two)s.")
                if lists["of_all"]
                else _(
                    "Of %(all)s authors by lot %(some)s have a list; of those with two papers or more %(two)s of %(all_two)s."
                )
            )
            % {
                "some": number(lists["authors_with_links"]),
                "all": number(lists["authors"]),
                "two": number(lists["authors_of_two_with_links"]),
                "all_two": number(lists["authors_of_two"]),
            },
            _("%(same)s of the people in a list have the same main subject as its author; by lot it would be %(lot)s.")
            % {"same": percent(same), "lot": percent(lists["same_category_by_chance"])},
            _("Nobody is in more than %(most)s of these lists.") % {"most": percent(lists["in_most_lists"], 2)},
            _("Measuring took %(seconds)s seconds of computing, and %(megabytes)s MB of memory at most.")
            % {"seconds": number(round(found["seconds"]["all"])), "megabytes": number(found["peak_mb"])},
        ],
    )


def in_short(ratios: dict[str, dict[str, float] | None]) -> list[str]:
    """How much better than plainer methods, a sentence each; nothing for those that found nothing."""
    texts = {
        MOST_IN_CATEGORY: _(
            "Among the first ten of our lists are %(times)s times as many future co-authors as among the ten people with "
            "most papers in the same subject (19 times out of 20 between %(low)s and %(high)s)."
        ),
        ADAMIC_ADAR: _(
            "They are %(times)s times as many as by common co-authors alone, counted as Adamic and Adar do "
            "(%(low)s to %(high)s)."
        ),
        TOPIC: _("They are %(times)s times as many as by words alone (%(low)s to %(high)s)."),
        SUMMED: _(
            "By words alone, an author's other half comes first %(times)s times as often as with words weighted as older tools "
            "do (%(low)s to %(high)s)."
        ),
    }
    keys = {
        MOST_IN_CATEGORY: f"future recall@10, ours / {MOST_IN_CATEGORY}",
        ADAMIC_ADAR: f"future recall@10, ours / {ADAMIC_ADAR}",
        TOPIC: "future recall@10, ours / topic only",
        SUMMED: f"split half first, topic / {SUMMED}",
    }
    return [
        texts[other] % {"times": times(ratio["mean"]), "low": times(ratio["low"]), "high": times(ratio["high"])}
        for other, key in keys.items()
        if (ratio := ratios.get(key))
    ]


def times(ratio: float) -> str:
    """A ratio as finely as differences need: "1.08", "4.9", "15"."""
    digits = 0 if ratio >= 10 else 1 if ratio >= 2 else 2
    return number_format(f"{ratio:.{digits}f}", digits)


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
        "day": date_format(day),
        "authors": number(protocol["authors"]),
        "candidates": number(protocol["candidates"]),
    }
    rows = [
        MethodRow(
            method_names().get(row["method"], row["method"]),
            row["method"].startswith("ours"),
            [{end: percent(row["figures"][name][end]) for end in ("mean", "low", "high")} for name in columns],
        )
        for row in protocol["rows"]
        if protocol["authors"]
    ]
    return ProtocolTable(heading, explanation % said, list(columns.values()), rows)


def method_names() -> dict[str, str]:
    """The methods of profiles/similarity/evaluation/methods.py by the names that measurements keep, as visitors read them."""
    return {
        "random": _("by lot"),
        "most papers": _("most papers"),
        MOST_IN_CATEGORY: _("most papers in the same main subject"),
        "cosine of categories": _("the same subjects"),
        "common co-authors": _("common co-authors"),
        ADAMIC_ADAR: _("common co-authors, those with few others count more (Adamic–Adar)"),
        SUMMED: _("words weighted as older tools do (summed counts × idf)"),
        f"LSA, {LSA_DIMENSIONS} dimensions": _("words pressed into %(n)s dimensions (LSA)") % {"n": LSA_DIMENSIONS},
        TOPIC: _("ours, words only"),
        "ours, network only": _("ours, co-authors only"),
        OURS: _("ours"),
    }
