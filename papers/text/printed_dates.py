"""Dates as lists and repositories print them: "2019-05-03/2019-05-09", "3. Mai 2019", "May/June", "c2019", "in press".

Only what is printed counts: a text that could mean two days or two months is the year, and of a period its beginning.
"""

from __future__ import annotations

import re

from papers.text.dates import PartialDate
from papers.text.tex import decode_tex

MONTHS = tuple(
    names.split()
    for names in (
        "january januar jänner jaenner",
        "february februar feber",
        "march märz maerz mrz",
        "april",
        "may mai",
        "june juni",
        "july juli",
        "august",
        "september",
        "october oktober",
        "november",
        "december dezember",
    )
)
LONGEST = 200  # characters in which a date is looked for
SEASONS = range(21, 42)  # ISO 8601-2: "2019-21" is the spring of 2019; quarters and halves of years follow

YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-/]|\. ?)(\d{1,2})\2(\d{4})(?!\d)")
YEAR_AND_NUMBER = re.compile(r"(?<!\d)(\d{4})([-/])(\d{1,2})(?!\d)")
NUMBER_AND_YEAR = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{4})(?!\d)")
NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
WORD = re.compile(r"[^\W\d_]{3,}")
SPACES = str.maketrans("~{}\xa0", "    ")


def date_in(text: str, *, is_year: bool = False) -> PartialDate | None:
    """The date in the text, None if it names none ("in press"); raises ValueError for one that can't be.

    Its message is the end of a sentence. Where the text stands for a year (`is_year`), "2010-11" is two years; elsewhere
    it is November.
    """
    text = _tidy(text)
    try:
        if found := YEAR_FIRST.search(text):
            return PartialDate.of(int(found[1]), int(found[3]) or None, int(found[4]) or None)  # 00 isn't known
        if found := DAY_FIRST.search(text):
            return _day_first(found)
        if found := YEAR_AND_NUMBER.search(text):
            return _year_and_number(found, is_year)
        if found := NUMBER_AND_YEAR.search(text):
            return PartialDate.of(int(found[2]), int(found[1]))
        if found := YEAR.search(text):
            month, day = month_and_day(text[: found.start()] + " " + text[found.end() :], names_only=True)
            return PartialDate.of(int(found[0]), month, day)
    except ValueError as error:
        raise ValueError("is not a date of the calendar") from error
    if any(letter.isdigit() for letter in text):
        raise ValueError("is not a year")
    return None


def month_and_day(text: str, *, names_only: bool = False) -> tuple[int | None, int | None]:
    """The first month and day in "mar", "3", "March 7", "1~jan", "May/June" or "June 3--7", each None if it isn't there."""
    text = _tidy(text)
    month = next(filter(None, map(_month, WORD.findall(text))), None)
    numbers = [int(number) for number in NUMBER.findall(text)]
    if month:
        return month, numbers[0] if numbers else None
    return (None if names_only or not numbers else numbers[0] or None), None


def _tidy(text: str) -> str:
    text = text[:LONGEST].translate(SPACES) if "\\" not in text else decode_tex(text[:LONGEST])
    return re.sub(r"\s+", " ", text.replace("–", "-")).strip()


def _day_first(found: re.Match[str]) -> PartialDate:
    """ "03.05.2019" is German; "3/5/2019" is May or March, so that the year alone is sure."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2].startswith(".") or first > 12 or first == second:
        return PartialDate.of(year, second, first)
    return PartialDate.of(year, first, second) if second > 12 else PartialDate.of(year)


def _year_and_number(found: re.Match[str], is_year: bool) -> PartialDate:
    """ "2019-05" and "2019-5" are May, "2019-21" is a season, "2019-20" and "2019/20" are two years."""
    year, number = int(found[1]), int(found[3])
    is_next = number == (year + 1) % 10 ** len(found[3]) and (is_year or found[2] == "/")
    if is_next or number in SEASONS or (number > 12 and number > year % 100):
        return PartialDate.of(year)
    return PartialDate.of(year, number or None)


def _month(word: str) -> int | None:
    word = word.lower()
    return next(
        (number for number, names in enumerate(MONTHS, 1) if any(name.startswith(word) for name in names)), None
    )
