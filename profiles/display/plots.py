"""An author's plots: from the figures kept on the author, and from the author's own papers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from papers.display.plots import Stack, by_year, years_between
from profiles.models import Author, Authorship

MOST_STRIPS = 8
# Sizes of a team as people think of them: each number as long as they are few, then wider and wider.
SIZES = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 30), (31, 100), (101, None)]


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """What an author's plots need of one paper: place in the byline (None: not known), year (None: undated), team, subjects."""

    position: int | None
    year: int | None
    team: int
    categories: list[str]


def own_papers(author: Author) -> list[OwnPaper]:
    """The author's papers for the plots; one query over the author's own rows."""
    rows = Authorship.objects.filter(author=author, paper__is_deleted=False).order_by()
    columns = ("position", "paper__sort_day", "paper__author_count", "paper__categories")
    return [
        OwnPaper(position, day // 10_000 or None, team, categories)
        for position, day, team, categories in rows.values_list(*columns)
    ]


def years_plot(author: Author, csv_url: str = "") -> Stack:
    """Papers a year by main category, from the kept figures."""
    kept = author.statistics
    named = [(code or _("no category"), dict(counts)) for code, counts in kept.get("main_years", [])]
    named = named or [(_("Papers"), dict(kept.get("years", [])))]
    years = years_between(count for _name, count in named)
    return Stack.of(
        _("Papers per year"),
        _("Year"),
        [str(year) for year in years],
        by_year(named, years),
        rest=_("others"),
        url=year_address(author),
        csv_url=csv_url,
    )


def categories_plot(papers: Sequence[OwnPaper], address: Callable[[str], str], csv_url: str = "") -> Stack:
    """How often each category, as the first or another, was given to the papers of each year."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for paper in papers:
        if paper.year is not None:
            for code in paper.categories:
                counts[code][paper.year] += 1
    years = years_between(counts.values())
    return Stack.of(
        _("Categories over time"),
        _("Year"),
        [str(year) for year in years],
        by_year(counts.items(), years)[:MOST_STRIPS],
        url=address,
        csv_url=csv_url,
        apart=True,
    )


def positions_plot(papers: Sequence[OwnPaper], address: Callable[[str], str], csv_url: str = "") -> Stack:
    """Where in the byline the author stood, year by year. A sole author is neither first nor last."""
    counts: dict[str, Counter[int]] = {name: Counter() for name in ("first", "middle", "last", "sole", "unknown")}
    for paper in papers:
        if paper.year is not None:
            counts[place(paper)][paper.year] += 1
    words = {
        "first": _("first"),
        "middle": _("in between"),
        "last": _("last"),
        "sole": _("sole author"),
        "unknown": _("not known"),
    }
    years = years_between(counts.values())
    named = [(words[name], [count[year] for year in years]) for name, count in counts.items() if count]
    return Stack.of(
        _("Position in the byline"), _("Year"), [str(year) for year in years], named, url=address, csv_url=csv_url
    )


def place(paper: OwnPaper) -> str:
    if paper.position is None:
        return "unknown"
    if paper.team <= 1:
        return "sole"
    if paper.position == 1:
        return "first"
    return "last" if paper.position == paper.team else "middle"


def sizes_plot(papers: Sequence[OwnPaper], csv_url: str = "") -> Stack:
    """How many people the papers are by. Papers whose byline is not known are not in it."""
    teams = [paper.team for paper in papers if paper.team and paper.position is not None]
    counts = [sum(low <= team and (high is None or team <= high) for team in teams) for low, high in SIZES]
    labels = [str(low) if low == high else f"{low}–{high}" if high else f"≥ {low}" for low, high in SIZES]
    return Stack.of(
        _("Authors per paper"), _("Authors"), labels, [(_("Papers"), counts)] if teams else [], csv_url=csv_url
    )


def year_address(author: Author) -> Callable[[str], str]:
    """The address of the author's papers of a year."""
    address = author.get_absolute_url()
    return lambda year: f"{address}?year={year}#papers"
