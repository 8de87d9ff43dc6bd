"""The date of a BibTeX entry, out of the fields that may hold one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in, month_and_day

Fields = Mapping[str, str]

YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def year_of(fields: Fields) -> str:
    """The year that the entry states, "" for none."""
    found = YEAR.search(fields.get("date") or fields.get("year") or "")
    return found[0] if found else ""


# What nearly every entry has, so that it isn't looked at as a text; no month is 0.
PLAIN_YEARS = {str(year): PartialDate.of(year) for year in range(1900, 2100)}
MACROS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
PLAIN_MONTHS = {"": 0, **{text: at for at, macro in enumerate(MACROS, 1) for text in (macro, str(at))}}


def issued_of(fields: Fields, warnings: list[str]) -> PartialDate | None:
    """When the entry says it was published, as precisely as it says; of a conference's date the year.

    What can't be is left out with a warning: a wrong `date` for the `year`, a wrong day for its month.
    """
    for name in ("date", "year", "eventdate"):
        text = fields.get(name)
        if not text:
            continue
        try:
            found = PLAIN_YEARS.get(text) or date_in(text, is_year=name == "year")
        except ValueError as error:
            warnings.append(f"{name}: {text!r:.80} {error}, and was left out")
            continue
        if found and name == "eventdate":
            return PartialDate.of(found.year)
        if found:
            return _with_month(found.year, fields, warnings) if found.precision == "year" else found
    return None


def _with_month(year: int, fields: Fields, warnings: list[str]) -> PartialDate:
    month_text, day_text = fields.get("month", ""), fields.get("day", "")
    if not day_text and (plain_month := PLAIN_MONTHS.get(month_text)) is not None:
        return PartialDate.of(year, plain_month or None)
    try:
        whole = date_in(month_text) if re.search(r"\d{4}", month_text) else None
        if whole and whole.year == year:  # Zotero's and BibDesk's way: month = {2023-06-03T00:00:00}
            return whole
        month, day = month_and_day(month_text)
        if day is None and (found := re.search(r"\d{1,2}", day_text)):
            day = int(found[0])
        dated = PartialDate.of(year, month)
    except ValueError:
        warnings.append(f"month: {month_text!r:.80} is not a month, and was left out")
        return PartialDate.of(year)
    try:
        return PartialDate.of(year, month, day)
    except ValueError:
        warnings.append(f"day: {dated.iso()} has no day {day}, and it was left out")
        return dated
