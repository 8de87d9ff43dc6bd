"""Days and moments as programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from papers.ingest.checks import (
    InvalidRecord,
)

Found = TypeVar("Found")


MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


USUAL_DATE = re.compile(r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT")


def read_moment(name: str, text: str) -> datetime:
    """The moment in UTC that an RFC 1123 or ISO 8601 text names; raises InvalidRecord with the text if it names none."""
    usual = USUAL_DATE.fullmatch(text.strip())
    try:
        if usual:  # ten times faster than the e-mail parser, and nearly every record is written this way
            day, month, *rest = usual.groups()
            year, hour, minute, second = map(int, rest)
            return datetime(year, MONTHS[month], int(day), hour, minute, second, tzinfo=UTC)
        if text[:4].isdigit():
            moment = datetime.fromisoformat(text.strip())
        else:
            moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise InvalidRecord(name, f"{text!r} is not a date") from error


def read_day(name: str, text: str | None) -> date | None:
    """The day that an ISO 8601 text names, None for none; raises InvalidRecord with the text if it names no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise InvalidRecord(name, f"{text!r} is not a date") from error


def or_warning(read: Callable[[str, str], Found], name: str, text: str, warnings: list[str]) -> Found | None:
    """What `read_moment` or `read_day` makes of the text, None and a warning where it is no date."""
    try:
        return read(name, text)
    except InvalidRecord as error:
        warnings.append(f"{error}, and was left out")
        return None
