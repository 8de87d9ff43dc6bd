"""Evaluating the present linking against a gold file, and keeping the result as a Build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from papers.database import builds, bulk
from papers.display.wording import percent
from papers.models import Build, Paper
from profiles.linking.matching import names_of
from profiles.linking.metrics import BASELINES, InvalidGold, Signature, b_cubed, pairwise, queue_quality
from profiles.models import Author, Authorship, DuplicateSuggestion

STAGE = "evaluate-linking"
THRESHOLDS = (0.5, 0.7, 0.9)


def evaluate_linking(lines: Iterable[str], subject: str) -> dict[str, Any]:
    """B-cubed and pairwise quality of linking, baselines and queue on these signatures; kept as a Build.

    Signatures of papers or positions that are not here are counted and left out. Raises InvalidGold.
    """
    gold = [Signature.from_line(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    build = builds.begin(STAGE, subject)
    with builds.ending(build):
        build.results = results = _measured(gold)
    return results


def _measured(gold: list[Signature]) -> dict[str, Any]:
    wanted = sorted({signature.paper for signature in gold})
    papers: dict[str, tuple[int, Any]] = {}
    for start in range(0, len(wanted), 5_000):
        for pk, identifier, byline in bulk.select(
            Paper, ("id", "identifier", "byline"), "identifier", wanted[start : start + 5_000]
        ):
            papers[identifier] = (pk, bulk.loads(byline))
    survivors = dict(Author.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    ids = [pk for pk, _byline in papers.values()]
    authors: dict[tuple[int, int], int] = {}
    for start in range(0, len(ids), 5_000):
        columns = ("paper_id", "position", "author_id")
        for paper, position, author in bulk.select(Authorship, columns, "paper_id", ids[start : start + 5_000]):
            authors[paper, position] = survivors.get(author, author)
    truth, linked, names = [], [], []
    for signature in gold:
        pk, byline = papers.get(signature.paper, (0, []))
        if signature.position > len(byline):
            continue
        truth.append(signature.person)
        # A name that waits for a curator is a person of its own.
        linked.append(authors.get((pk, signature.position), (pk, signature.position)))
        names.append(names_of(byline[signature.position - 1 : signature.position])[0])
    if not truth:
        raise InvalidGold("None of the signatures is about a paper that is here.")
    ways: dict[str, list[Any]] = {
        "present linking": linked,
        **{way: [key(name) for name in names] for way, key in BASELINES.items()},
    }
    here = set(linked)
    pairs = [
        (one, two, score)
        for one, two, score in DuplicateSuggestion.objects.open().values_list("one_id", "two_id", "score").iterator()
        if one in here and two in here
    ]
    return {
        "signatures": len(truth),
        "not_here": len(gold) - len(truth),
        "people": len(set(truth)),
        "quality": {
            way: {"b_cubed": b_cubed(truth, found).as_json(), "pairwise": pairwise(truth, found).as_json()}
            for way, found in ways.items()
        },
        "queue": [queue_quality(truth, linked, pairs, least) for least in THRESHOLDS],
    }


@dataclass(frozen=True, slots=True)
class LinkingQuality:
    """A measurement in a visitor's words: rows are (way, precision, recall, F1) in percent, the present linking first."""

    measured_at: datetime | None
    names: int
    people: int
    sentences: list[str]
    rows: list[tuple[str, str, str, str]]
    queue: list[tuple[str, int, str, str]]  # least score, pairs suggested, of these right, found of all there are


def in_words(measured: Build) -> LinkingQuality:
    """The measurement as /quality/ shows it."""
    found = measured.results
    ways = {
        "present linking": _("This site now"),
        "identity key": _("Equal names, without curators"),
        "exact string": _("Equal letters"),
        "surname + first initial": _("Surname and first initial"),
    }
    now = found["quality"]["present linking"]["b_cubed"]
    return LinkingQuality(
        measured_at=measured.finished_at,
        names=found["signatures"],
        people=found["people"],
        sentences=[
            _("Of the papers on a profile, %(share)s are by the same person, in the mean.")
            % {"share": percent(now["precision"])},
            _("Of a person's papers, %(share)s are on one profile, in the mean.") % {"share": percent(now["recall"])},
        ],
        rows=[
            (ways[way], percent(row["precision"]), percent(row["recall"]), percent(row["f1"]))
            for way in ways
            if way in found["quality"] and (row := found["quality"][way]["b_cubed"])
        ],
        queue=[
            (number_format(row["least"]), row["suggested"], percent(row["precision"]), percent(row["recall"]))
            for row in found["queue"]
        ],
    )
