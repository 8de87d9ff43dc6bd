"""Means with their intervals, a method against another, and the table of a protocol. numpy only: no Django."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over authors, or how many times as large one is as another, with the 95 % interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: np.ndarray, seed: int = 0) -> Figure:
        """The mean of one value for each author."""
        if not len(values):
            return cls(0.0, 0.0, 0.0)
        low, high = np.percentile(values[resamples(len(values), seed)].mean(axis=1), [2.5, 97.5])
        return cls(round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4))

    @classmethod
    def of_ratio(cls, values: np.ndarray, others: np.ndarray, seed: int = 0) -> Figure | None:
        """The ratio of the means of two values of the same authors; None if the second is 0.

        Both means are of the same authors in each resample: what is hard for one method is mostly hard for the other, too.
        """
        if not others.any():
            return None
        draws = resamples(len(values), seed)
        one, other = values[draws].mean(axis=1), others[draws].mean(axis=1)
        low, high = np.percentile(one[other > 0] / other[other > 0], [2.5, 97.5])
        return cls(round(float(values.mean() / others.mean()), 2), round(float(low), 2), round(float(high), 2))


def resamples(size: int, seed: int) -> np.ndarray:
    """Places of so many authors drawn again and again with repetition, the same at every call: a row for each resample."""
    return np.random.default_rng(seed).integers(0, size, (RESAMPLES, size), dtype=np.int32)


@dataclass(frozen=True)
class Row:
    """What one method reached in one protocol: for each figure's name a value for each author."""

    method: str
    values: dict[str, np.ndarray]
    seconds: float

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {name: Figure.of(values) for name, values in self.values.items()}

    def as_json(self) -> dict[str, Any]:
        figures = {name: asdict(figure) for name, figure in self.figures.items()}
        return {"method": self.method, "figures": figures, "seconds": self.seconds}


@dataclass(slots=True)
class Protocol:
    """A protocol's table: over how many authors, among how many candidates, a row per method."""

    name: str
    authors: int
    candidates: int
    rows: list[Row] = field(default_factory=list)

    def ratio(self, figure: str, one: str, other: str) -> Figure | None:
        """How many times as good one method is as the other; None where the other found nothing."""
        values = {row.method: row.values[figure] for row in self.rows if row.method in (one, other)}
        return Figure.of_ratio(values[one], values[other])

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "authors": self.authors,
            "candidates": self.candidates,
            "rows": [row.as_json() for row in self.rows],
        }
