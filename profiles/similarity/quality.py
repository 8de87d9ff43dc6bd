"""Quality of this site's similar authors: the corpus read, measured by profiles/similarity/evaluation/, kept as a Build."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from papers.database import builds
from papers.models import Build
from profiles.similarity import evaluation
from profiles.similarity.corpus import Corpus
from profiles.similarity.evaluation import Known, Protocol
from profiles.similarity.evaluation.methods import ADAMIC_ADAR, MOST_IN_CATEGORY, OURS, SUMMED, TOPIC
from profiles.similarity.model.vectors import Parameters

STAGE = "evaluate_similarity"
FIGURES = ("recall@10", "recall@50", "MRR", "first", "in ten")


class NothingToMeasure(ValueError):
    """The site is too small or too young for a protocol; the message says what is missing."""


def evaluate_similarity(
    cut: date | None = None,
    authors: int = 3_000,
    parameters: Parameters | None = None,
    on_step: Callable[[str], None] = lambda *_: None,
) -> Build:
    """The finished Build with all figures in its results. Call it under papers.database.builds.stage_lock.

    `cut` is the day that parts the known from the future, by default the 1 January a year before the newest paper's; raises
    NothingToMeasure.
    """
    parameters = parameters or Parameters()
    build = builds.begin(STAGE, parameters={**asdict(parameters), "authors": authors})
    with builds.ending(build):
        started = time.process_time()
        on_step("reading the papers")
        corpus = Corpus.read(parameters)
        if not len(corpus.authors):
            raise NothingToMeasure("There are no papers with authors here. Import some and link them first.")
        known = known_of(corpus)
        cut = cut or default_cut(corpus.days)
        earlier = corpus.days < cut.toordinal()
        build.parameters["cut"] = cut.isoformat()
        build.save(update_fields=["parameters"])
        future = evaluation.future_coauthors(
            known.before(earlier, parameters.max_share),
            corpus.wrote[:, ~earlier],
            parameters,
            authors,
            on_method=lambda method: on_step(f"future co-authors: {method}"),
        )
        halves = evaluation.split_half(known, on_method=lambda method: on_step(f"split half: {method}"))
        on_step("the lists")
        lists, seconds = evaluation.describe_lists(corpus.model(), known)
        build.results = {
            "papers": len(corpus.paper_ids),
            "protocols": [future.as_json(), halves.as_json()],
            "lists": asdict(lists),
            "ratios": ratios(future, halves),
            "seconds": {"lists": seconds, "all": round(time.process_time() - started, 1)},
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    return build


def default_cut(days: np.ndarray) -> date:
    newest = date.fromordinal(int(days.max()))
    return date(max(newest.year - 1, 2), 1, 1)


def known_of(corpus: Corpus) -> Known:
    """What is known of a corpus to the protocols."""
    return Known(
        corpus.wrote,
        corpus.counts,
        corpus.vocabulary.idf,
        corpus.subjects,
        corpus.primary,
        corpus.surnames,
        corpus.sure,
    )


def ratios(future: Protocol, halves: Protocol) -> dict[str, dict[str, float] | None]:
    """Ours against the plainer methods, with intervals; None where those found nothing."""
    recall = "recall@10"
    found = {
        "future recall@10, ours / topic only": future.ratio(recall, OURS, TOPIC),
        "future recall@10, ours / most papers in the main category": future.ratio(recall, OURS, MOST_IN_CATEGORY),
        "future recall@10, ours / Adamic–Adar": future.ratio(recall, OURS, ADAMIC_ADAR),
        "split half first, topic / summed counts × idf": halves.ratio("first", TOPIC, SUMMED),
    }
    return {name: asdict(ratio) if ratio else None for name, ratio in found.items()}


def figure_names(protocol: dict[str, Any]) -> list[str]:
    """The names of a stored protocol's figures in the order of its columns, which PostgreSQL doesn't keep."""
    return [name for name in FIGURES if name in protocol["rows"][0]["figures"]]


def as_text(build: Build) -> str:
    """The Build's figures as tables for a terminal."""
    found = build.results
    lines = [
        f"{found['papers']:,} papers; known until {build.parameters['cut']}. Means with 95 % intervals (bootstrap)."
    ]
    for protocol in found["protocols"]:
        names = figure_names(protocol)
        lines += [
            "",
            f"{protocol['name']}: {protocol['authors']:,} authors, {protocol['candidates']:,} candidates",
            f"{'':34}" + "".join(f"{name:>23}" for name in names) + f"{'CPU s':>9}",
        ]
        for row in protocol["rows"]:
            figures = "".join(
                f"  {f['mean']:.3f} [{f['low']:.3f}–{f['high']:.3f}]" for f in map(row["figures"].get, names)
            )
            lines.append(f"{row['method']:34}{figures}{row['seconds']:9.1f}")
    lists = found["lists"]
    same = lists["same_category"]
    lines += [
        "",
        f"Lists{'' if lists['of_all'] else ' (a sample of documents drawn by lot)'}: "
        f"{lists['authors_with_links']:,} of {lists['authors']:,} authors have one, "
        f"{lists['authors_of_two_with_links']:,} of {lists['authors_of_two']:,} with two papers.",
        f"Of a list {same['mean']:.1%} are of its author's main category ({lists['same_category_by_chance']:.1%} by lot).",
        f"Nobody is in more than {lists['in_most_lists']:.2%} of the lists.",
        f"{found['seconds']['lists']:,.0f} s CPU for these lists, {found['seconds']['all']:,.0f} s for everything, "
        f"{found['peak_mb']:,} MB at most.",
        "",
        *(
            f"{name}: " + (f"{ratio['mean']:.2f} [{ratio['low']:.2f}–{ratio['high']:.2f}]" if ratio else "–")
            for name, ratio in sorted(found["ratios"].items())
        ),
    ]
    return "\n".join(lines)
