"""Days and moments as text, and dates of which perhaps only the year or the month is known."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

Precision = Literal["year", "month", "day"]
PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
REDUCED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def iso(moment: datetime | date | None) -> str:
    """The moment in ISO 8601, UTC written as Z; nothing for None."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


class PartialDate(NamedTuple):
    """A year, a month or a day: the first day of it and which of them it is."""

    first: date
    precision: Precision = "day"

    @classmethod
    def of(cls, year: int, month: int | None = None, day: int | None = None) -> PartialDate:
        """The date of these parts; raises ValueError for one that the calendar doesn't have."""
        precision = PRECISIONS[(month is not None) + (month is not None and day is not None)]
        return cls(date(year, 1 if month is None else month, 1 if month is None or day is None else day), precision)

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """The date that "2019", "2019-05" or "2019-05-03" names (ISO 8601, reduced); raises ValueError for others."""
        found = REDUCED.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r:.40} is not a date such as 2019, 2019-05 or 2019-05-03")
        return cls.of(*(int(part) for part in found.groups() if part is not None))

    @classmethod
    def from_place(cls, place: int) -> PartialDate | None:
        """The date at this place among dates (see `place`), None for 0."""
        parts = (place // 10_000, place // 100 % 100, place % 100)
        return cls.of(parts[0], parts[1] or None, parts[2] or None) if place else None

    @classmethod
    def stored(cls, first: date | None, precision: str) -> PartialDate | None:
        """The date that two columns hold, or None."""
        return cls(first, precision) if first else None  # type: ignore[arg-type]

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def parts(self) -> tuple[int, ...]:
        """Year, month and day as far as they are known."""
        return (self.first.year, self.first.month, self.first.day)[: PRECISIONS.index(self.precision) + 1]

    @property
    def last(self) -> date:
        """The last day of the period."""
        year, month, day = self.first.year, self.first.month, self.first.day
        if self.precision == "year":
            return date(year, 12, 31)
        return date(year, month, monthrange(year, month)[1] if self.precision == "month" else day)

    @property
    def place(self) -> int:
        """A number that sorts dates: 20190503, 20190500 for a month, 20190000 for a year, which stands before its days."""
        year, month, day = (*self.parts, 0, 0)[:3]
        return year * 10_000 + month * 100 + day

    def iso(self) -> str:
        """As ISO 8601 writes it with reduced precision: "2019", "2019-05" or "2019-05-03"."""
        return self.first.isoformat()[: (4, 7, 10)[PRECISIONS.index(self.precision)]]

    def contains(self, other: PartialDate) -> bool:
        """Whether the other one is a more precise date within this one."""
        return len(self.parts) < len(other.parts) and other.parts[: len(self.parts)] == self.parts


def place_of_day(day: date | None) -> int:
    """The place of a full day among dates (see PartialDate.place), 0 for no day."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


def earliest(dates: Iterable[PartialDate | None]) -> PartialDate | None:
    """The earliest date; of two whose periods overlap the more precise one counts. None if there is none."""
    known = {each for each in dates if each}
    if len(known) < 2:
        return next(iter(known), None)
    return min(
        (each for each in known if not any(each.contains(other) for other in known)),
        key=lambda each: each.place,
        default=None,
    )


def as_date(moment: datetime | date) -> date:
    """The day of a moment, in UTC."""
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
