"""Plots as plain values: the templates draw them as SVG that the page styles, and write the same figures as a table and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

COLUMN, GAP, HEIGHT = 24, 4, 100  # units of the picture
FEWEST_COLUMNS = 9  # in a picture as wide as its panel: one year alone would be a wall
MOST_SERIES = 6  # colours that can be told apart; what is left is drawn together
REST = 0  # the colour of what is drawn together


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure; `percent` is its share of the largest, 0 to 100, and at least 1 for anything above nothing."""

    label: str
    value: int
    percent: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A titled list of figures."""

    title: str
    label_heading: str
    value_heading: str
    bars: list[Bar]
    csv_url: str = ""

    @classmethod
    def of(
        cls, title: str, label_heading: str, value_heading: str, rows: Iterable[tuple[str, int, str]], csv_url: str = ""
    ) -> Plot:
        """The plot of (label, value, address or "") rows."""
        rows = list(rows)
        largest = max((value for _, value, _ in rows), default=0)
        bars = [
            Bar(label, value, max(round(100 * value / largest), 1) if value else 0, url) for label, value, url in rows
        ]
        return cls(title, label_heading, value_heading, bars, csv_url)


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a plot: its figure for each label, and the path that draws them."""

    label: str
    colour: int
    values: Sequence[int]
    path: str

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Row:
    """What a plot shows for one label: its figures, one a series, their sum, and both in a line of words."""

    label: str
    url: str
    total: int
    values: list[int]
    words: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Upright columns, one a label, each made of the series on top of each other.

    With `apart` each series has a strip of its own instead, in one colour, so that small ones can be followed over time.
    """

    title: str
    label_heading: str
    series: list[Series]
    rows: list[Row]
    top: int
    width: int
    csv_url: str = ""

    @classmethod
    def of(
        cls,
        title: str,
        label_heading: str,
        labels: Sequence[str],
        named: Iterable[tuple[str, Sequence[int]]],
        *,
        rest: str = "",
        url: Callable[[str], str] = lambda _label: "",
        csv_url: str = "",
        apart: bool = False,
    ) -> Stack:
        """The plot of (name, one value a label) series, largest first; those after the sixth are added up as
        `rest`, and those with nothing are left out."""
        named = [(name, list(values)) for name, values in named if any(values)]
        most = len(named) if apart else MOST_SERIES
        shown = [(name, colour, values) for colour, (name, values) in enumerate(named[:most], 1)]
        if len(named) > most:
            shown.append(
                (rest, REST, [sum(values) for values in zip(*(v for _, v in named[MOST_SERIES:]), strict=True)])
            )
        totals = [sum(values) for values in zip(*(values for *_, values in shown), strict=True)] or [0] * len(labels)
        top = max((max(values, default=0) for *_, values in shown), default=0) if apart else max(totals, default=0)
        floors = [0] * len(labels)
        series = []
        for name, colour, values in shown:
            series.append(Series(name, 1 if apart else colour, values, _path(floors, values, top)))
            if not apart:
                floors = [floor + value for floor, value in zip(floors, values, strict=True)]
        rows = [
            Row(label, url(label) if total else "", total, [s.values[at] for s in series], _words(at, series))
            for at, (label, total) in enumerate(zip(labels, totals, strict=True))
        ]
        return cls(title, label_heading, series, rows, top, max(len(labels), 1) * COLUMN, csv_url)

    @property
    def wide(self) -> int:
        """The width of the picture where it fills what room there is: few columns leave some of it free."""
        return max(self.width, FEWEST_COLUMNS * COLUMN)

    @property
    def free(self) -> range:
        """As many as there are columns left free."""
        return range((self.wide - self.width) // COLUMN)

    @property
    def hits(self) -> list[tuple[int, Row]]:
        """Where each label's column begins, for what shows its figures when one points at it."""
        return [(at * COLUMN, row) for at, row in enumerate(self.rows)]

    @property
    def highest(self) -> Row | None:
        """The label with the most, for the plot in one sentence."""
        return max(self.rows, key=lambda row: row.total, default=None)


def years_between(counts: Iterable[Mapping[int, int]]) -> list[int]:
    """All years from the first to the last that any of the counts has."""
    years = {year for count in counts for year in count}
    return list(range(min(years), max(years) + 1)) if years else []


def by_year(named: Iterable[tuple[str, Mapping[int, int]]], years: Sequence[int]) -> list[tuple[str, list[int]]]:
    """The series with a figure for every year, those with most in all first."""
    rows = [(name, [count.get(year, 0) for year in years]) for name, count in named]
    return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))


def _path(floors: Sequence[int], values: Sequence[int], top: int) -> str:
    """Boxes from each floor upwards, as one path: an element a box would be three times the page."""
    unit = HEIGHT / top if top else 0
    boxes = [
        f"M{at * COLUMN} {_number(HEIGHT - (floor + value) * unit)}h{COLUMN - GAP}v{_number(value * unit)}h-{COLUMN - GAP}z"
        for at, (floor, value) in enumerate(zip(floors, values, strict=True))
        if value
    ]
    return "".join(boxes)


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"  # + 0.0: what rounds to nothing has no sign


def _words(at: int, series: Sequence[Series]) -> str:
    named = [f"{s.label} {s.values[at]}" for s in series if s.values[at]]
    return ", ".join(named) if len(series) > 1 else ""
