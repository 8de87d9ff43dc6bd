"""Similar authors as pages show them, with what their evidence names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.display.cards import Subject
from papers.display.wording import number
from papers.models import Build, Paper
from profiles.models import Author, SimilarityLink
from profiles.similarity import full_run
from profiles.watermark import Watermark


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """A similar author as the profile and the full list show them; evidence is filled in for the full list only."""

    rank: int
    name: str
    url: str
    score: float
    reason: str
    is_coauthor: bool
    is_pinned: bool
    note: str
    with_url: str
    evidence: list[tuple[str, str, float, int]]
    shared_coauthors: list[tuple[str, str]]
    shared_subjects: list[Subject]
    closest: dict[str, Any] | None


def similar_row(
    author: Author,
    link: SimilarityLink,
    people: dict[int, Author] | None = None,
    titles: dict[int, Paper] | None = None,
    names: dict[str, str] | None = None,
) -> SimilarRow:
    """The link as a row; with people, papers and category names also its whole evidence."""
    evidence = link.evidence
    is_whole = names is not None
    parts = evidence.get("parts", []) if is_whole else []
    # The bars compare the named parts; the rest, many terms in one, has none.
    largest = max((part["contribution"] for part in parts if part["kind"] != "other"), default=0) or 1
    pair = evidence.get("closest_papers") or {}
    mine, theirs = (titles or {}).get(pair.get("mine", 0)), (titles or {}).get(pair.get("theirs", 0))
    return SimilarRow(
        rank=link.rank or 0,
        name=link.other.name,
        url=link.other.get_absolute_url(),
        score=link.score,
        reason=reason(evidence),
        is_coauthor=link.is_coauthor,
        is_pinned=link.verdict == SimilarityLink.Verdict.PINNED,
        note=link.note,
        with_url=reverse("author-with", args=[author.slug, link.other.slug]) if is_whole else "",
        evidence=[
            (p["kind"], part_label(p["kind"], p["label"]), p["contribution"], bar_length(p["contribution"], largest))
            for p in parts
        ],
        shared_coauthors=[
            (people[pk].name, people[pk].get_absolute_url())
            for pk in evidence.get("shared_coauthors", [])
            if people and pk in people
        ],
        shared_subjects=[
            Subject(code, names.get(code, code)) for code in evidence.get("shared_categories", []) if names is not None
        ],
        closest={
            "mine": {"title": mine.title, "url": mine.get_absolute_url(), "is_withdrawn": mine.is_withdrawn},
            "theirs": {"title": theirs.title, "url": theirs.get_absolute_url(), "is_withdrawn": theirs.is_withdrawn},
        }
        if mine and theirs
        else None,
    )


def evidence_records(links: list[SimilarityLink]) -> tuple[dict[int, Author], dict[int, Paper]]:
    """The people and papers that the evidence of these links names; two queries."""
    people = {pk for link in links for pk in link.evidence.get("shared_coauthors", [])}
    found = {pk for link in links for pk in _closest(link)}
    papers = Paper.objects.visible().filter(pk__in=found).only("identifier", "title", "is_withdrawn")
    return (
        {author.pk: author for author in Author.objects.visible().filter(pk__in=people)},
        {paper.pk: paper for paper in papers},
    )


def _closest(link: SimilarityLink) -> list[int]:
    pair = link.evidence.get("closest_papers") or {}
    return [pair[side] for side in ("mine", "theirs") if side in pair]


def why_nobody(author: Author, build: Build | None) -> str:
    """Why the author has no similar ones; `build` is the run whose links are shown."""
    if not author.in_similarity:
        return _("A curator has left this author out of the comparison.")
    if build is None:
        return _("Similar authors have not been computed yet.")
    shown = full_run.true_build()
    if shown is not None and author.modified_at > Watermark.of(shown).author:
        return _("Not compared yet: this profile is newer than the last comparison.")
    return _("Not enough to compare: neither telling words nor co-authors lead to anybody else.")


def reason(evidence: dict[str, Any]) -> str:
    """The strongest shared terms; before them what ties the two in the network, where that makes half of the score."""
    parts = evidence.get("parts", [])
    found = full_run.reasons(evidence)
    tie = next((part for part in parts if part["kind"] == "graph"), None)
    if tie and 2 * tie["contribution"] >= sum(part["contribution"] for part in parts):
        found = [part_label("graph", tie["label"]), *found]
    return ", ".join(found)


COUNTED = re.compile(r"([0-9]+) (more shared terms?|common co-authors?)")


def part_label(kind: str, label: str) -> str:
    """The label in the visitor's language; words of papers and names of subjects as they are."""
    if kind not in ("graph", "other"):
        return label
    if found := COUNTED.fullmatch(label):
        n = int(found[1])
        if found[2].startswith("more"):
            return ngettext("%(n)s more shared term", "%(n)s more shared terms", n) % {"n": number(n)}
        return ngettext("%(n)s common co-author", "%(n)s common co-authors", n) % {"n": number(n)}
    ties = {
        "co-authors of each other's co-authors": _("co-authors of each other's co-authors"),
        "wrote together, and met through others": _("wrote together, and met through others"),
    }
    return ties.get(label, label)


def bar_length(contribution: float, largest: float) -> int:
    """Percent of the largest part, and at least 1."""
    return min(max(round(100 * contribution / largest), 1), 100)
