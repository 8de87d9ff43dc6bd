"""Dates as they are printed: whatever the text is, it gives a date it names, none, or a reason."""

import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in, month_and_day

PIECES = [
    "2019",
    "2020",
    "05",
    "5",
    "31",
    "99",
    "-",
    "/",
    ".",
    " ",
    "~",
    "May",
    "März",
    "Spring",
    "c",
    "{",
    "X",
    "T12:00",
    "?",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=30))
@example("٢٠١٩-٠٥")
@example("2019-05-03" * 30)
@example("5/2019")
@example("3.5.2019")
@example("May 3, 2019")
def test_any_text_gives_a_date_none_or_a_reason(text: str) -> None:
    with suppress(ValueError):
        found = date_in(text)
        assert found is None or isinstance(found, PartialDate)
        if found:
            digits = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else " " for sign in text)
            assert f"{found.year:04}" in digits
    month_and_day(text)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["year", "month", "day"]))
def test_a_date_in_iso_8601_is_itself(day: date, precision: str) -> None:
    parts = (day.year, day.month, day.day)[: ("year", "month", "day").index(precision) + 1]
    wanted = PartialDate.of(*parts)
    assert date_in(wanted.iso()) == wanted
    assert date_in(f"[{wanted.iso()}]~") == wanted


@pytest.mark.parametrize("text", ["", "in press", "n.d.", "o. J.", "to appear", "????"])
def test_a_text_without_a_year_is_no_date(text: str) -> None:
    assert date_in(text) is None


@pytest.mark.parametrize(
    "text", ["0", "19", "99999", "201X", "2019-13", "0000-00-00", "31.02.2019", "14/2019", "Feb 30, 2019"]
)
def test_a_date_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        date_in(text)


@pytest.mark.parametrize(("text", "expected"), [("2019-00-00", "2019"), ("2019-05-00", "2019-05"), ("2019-00", "2019")])
def test_zeros_stand_for_what_is_not_known(text: str, expected: str) -> None:
    found = date_in(text)
    assert found
    assert found.iso() == expected


def test_a_date_has_no_month_nought() -> None:
    with pytest.raises(ValueError, match="month must be"):
        PartialDate.of(2019, 0)
    with pytest.raises(ValueError, match="month must be"):
        PartialDate.from_iso("2019-00")


@pytest.mark.parametrize(
    ("text", "expected", "as_year"),
    [("2019-5", "2019-05", "2019-05"), ("2019/5", "2019-05", "2019-05"), ("1998-9", "1998-09", "1998")],
)
def test_a_month_may_be_one_digit(text: str, expected: str, as_year: str) -> None:
    found, of_year = date_in(text), date_in(text, is_year=True)
    assert found
    assert of_year
    assert (found.iso(), of_year.iso()) == (expected, as_year)
