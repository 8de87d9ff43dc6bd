"""The arguments of an OAI-PMH request: which a verb takes, and what is wrong with those that came. Needs no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

REQUIRED, OPTIONAL, EXCLUSIVE = "required", "optional", "exclusive"
LISTED = {
    "metadataPrefix": REQUIRED,
    "from": OPTIONAL,
    "until": OPTIONAL,
    "set": OPTIONAL,
    "resumptionToken": EXCLUSIVE,
}
VERBS: dict[str, dict[str, str]] = {
    "Identify": {},
    "ListMetadataFormats": {"identifier": OPTIONAL},
    "ListSets": {"resumptionToken": EXCLUSIVE},
    "GetRecord": {"identifier": REQUIRED, "metadataPrefix": REQUIRED},
    "ListIdentifiers": LISTED,
    "ListRecords": LISTED,
}
PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
SET = re.compile(rf"{PREFIX.pattern}(?::{PREFIX.pattern})*")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True, slots=True)
class OaiError:
    """One error of the protocol: its code and a sentence."""

    code: str
    message: str


class InvalidRequest(Exception):
    """The request can't be answered; `faults` say why, all of them."""

    def __init__(self, *faults: OaiError):
        super().__init__("; ".join(f"{fault.code}: {fault.message}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Span:
    """The datestamps asked for: from `first` on and before `end`; None where there is no limit."""

    first: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request whose arguments are as the protocol wants them."""

    verb: str
    values: Mapping[str, str] = field(default_factory=dict)
    span: Span = field(default_factory=Span)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def read_arguments(given: Mapping[str, Sequence[str]]) -> OaiRequest:
    """The request; raises Refused with badVerb, or with a badArgument for everything that is wrong."""
    verbs = given.get("verb", ())
    if len(verbs) != 1 or verbs[0] not in VERBS:
        said = "is given more than once" if len(verbs) > 1 else "is missing" if not verbs else "is unknown"
        raise InvalidRequest(OaiError("badVerb", f"verb {said}: give one of {', '.join(VERBS)}."))
    verb, allowed = verbs[0], VERBS[verbs[0]]
    faults = [
        OaiError("badArgument", f"{name[:60]} is not an argument of {verb}.")
        for name in given
        if name != "verb" and name not in allowed
    ]
    faults += [
        OaiError("badArgument", f"{name} is given more than once.")
        for name, values in given.items()
        if name in allowed and len(values) > 1
    ]
    values = {name: given[name][0] for name in allowed if given.get(name)}
    faults += [OaiError("badArgument", f"{name} is empty.") for name, value in values.items() if not value]
    exclusive = [name for name, rule in allowed.items() if rule == EXCLUSIVE and name in values]
    if exclusive and len(values) > 1:
        faults.append(OaiError("badArgument", "resumptionToken stands alone: it knows the other arguments."))
    if not exclusive:
        faults += [
            OaiError("badArgument", f"{name} is missing.")
            for name, rule in allowed.items()
            if rule == REQUIRED and name not in values
        ]
    faults += _misspelt(values)
    span, wrong = _span(values)
    if faults or wrong:
        raise InvalidRequest(*faults, *wrong)
    return OaiRequest(verb, values, span)


def _misspelt(values: Mapping[str, str]) -> list[OaiError]:
    faults = []
    for name, pattern in (("metadataPrefix", PREFIX), ("set", SET)):
        if values.get(name) and not pattern.fullmatch(values[name]):
            faults.append(OaiError("badArgument", f"{name} has characters that none of ours has."))
    if any(ord(character) < 0x20 for character in values.get("identifier", "")):
        faults.append(OaiError("badArgument", "identifier has control characters in it."))
    return faults


def _span(values: Mapping[str, str]) -> tuple[Span, list[OaiError]]:
    read: dict[str, tuple[datetime, timedelta]] = {}
    faults = []
    for name in ("from", "until"):
        if values.get(name):
            try:
                read[name] = read_datestamp(values[name])
            except ValueError:
                message = f"{name} is not a day (2026-11-23) or a second in UTC (2026-11-23T10:00:00Z)."
                faults.append(OaiError("badArgument", message))
    if len(read) == 2:
        (first, one), (last, other) = read["from"], read["until"]
        if one != other:
            faults.append(
                OaiError("badArgument", "from and until differ in granularity: give both as days or both with time.")
            )
        elif first > last:
            faults.append(OaiError("badArgument", "from is later than until."))
    return Span(
        read["from"][0] if "from" in read else None, _behind(*read["until"]) if "until" in read else None
    ), faults


def read_datestamp(text: str) -> tuple[datetime, timedelta]:
    """The moment at which the day or second begins, and how long it is; raises ValueError."""
    if DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC), timedelta(days=1)
    if SECOND.fullmatch(text):
        return datetime.fromisoformat(text), timedelta(seconds=1)
    raise ValueError(text)


def _behind(start: datetime, length: timedelta) -> datetime | None:
    """Where the day or second ends; nothing is later than the last one there is."""
    return start + length if start.year < 9999 else None
