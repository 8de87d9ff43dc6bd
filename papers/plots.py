"""A small plot as plain rows: the template draws the bars and writes the same figures as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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

    @classmethod
    def of(cls, title: str, label_heading: str, value_heading: str, rows: Iterable[tuple[str, int, str]]) -> Plot:
        """The plot of (label, value, address or "") rows."""
        rows = list(rows)
        largest = max((value for _, value, _ in rows), default=0)
        bars = [
            Bar(label, value, max(round(100 * value / largest), 1) if value else 0, url) for label, value, url in rows
        ]
        return cls(title, label_heading, value_heading, bars)
