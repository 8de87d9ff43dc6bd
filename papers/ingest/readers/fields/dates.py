"""Dates in parts, as registries and reference managers give them."""

from __future__ import annotations

from collections.abc import Sequence

from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in


def date_of(name: str, parts: Sequence[object], warnings: list[str]) -> PartialDate | None:
    """The date of year, month and day, as far as they are known; what can't be is left out with a warning.

    Parts that are no numbers are read as a date in words: "2019-05-03" in the place of the year.
    """
    numbers: list[int] = []
    for part in parts[:3]:
        try:
            number = int(str(part).strip() or 0) if isinstance(part, str | int | float) else 0
        except ValueError:
            return _in_words(name, parts, warnings)
        if not number:
            break
        numbers.append(number)
    printed = "-".join(map(str, numbers))
    for precise in range(len(numbers), 0, -1):
        try:
            found = PartialDate.of(*numbers[:precise])
        except (ValueError, OverflowError):
            continue
        if precise < len(numbers):
            warnings.append(f"{name}: {printed!r:.80} is not a date of the calendar; {found.iso()} was kept")
        return found
    if numbers:
        warnings.append(f"{name}: {printed!r:.80} is not a date of the calendar, and was left out")
    return None


def _in_words(name: str, parts: Sequence[object], warnings: list[str]) -> PartialDate | None:
    text = " ".join(map(str, parts[:3]))
    try:
        found = date_in(text)
    except ValueError:
        found = None
    if found is None:
        warnings.append(f"{name}: {text!r:.80} is not a date, and was left out")
    return found
