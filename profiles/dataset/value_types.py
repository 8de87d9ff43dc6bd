"""Types of the values in a dataset: JSON type, form, length and range. Needs no Django.

The forms are those of papers/field_rules.py. `problem` gives the end of a sentence that begins with the value, or "" where all
is well; of what is wrong inside a list or an object the way to it first; `schema` is the same as far as JSON Schema can say it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from papers.field_rules import LONGEST, RULES
from papers.text.control_characters import UNWRITABLE
from papers.text.dates import PartialDate

LARGEST, LARGEST_SMALL = 2**31 - 1, 2**15 - 1  # what columns of whole numbers hold
LARGEST_NUMBER = 10**12  # of a row: far above what any site gives out, and far below where numbers end
MOST_ENTRIES = 100_000  # of a list or an object


class Kind(Protocol):
    def problem(self, value: Any) -> str: ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text: by a rule of papers/field_rules.py, one of some words, or any of so many characters."""

    rule: str = ""
    may_be_empty: bool = False
    words: Sequence[str] = ()
    longest: int = 255

    def problem(self, value: Any) -> str:
        if not isinstance(value, str):
            return "is no text"
        if not value:
            return "" if self.may_be_empty else "is empty"
        if self.rule:
            return RULES[self.rule](value)
        if self.words and value not in self.words:
            return f"is none of {', '.join(self.words)}"
        if len(value) > self.longest:
            return f"has {len(value):,} characters, {self.longest:,} are allowed"
        return "has control characters" if UNWRITABLE.search(value) else ""

    def schema(self) -> dict[str, Any]:
        longest = LONGEST.get(self.rule) if self.rule else self.longest
        said: dict[str, Any] = {"type": "string"}
        if self.words:
            return said | {"enum": list(self.words)}
        return said | ({} if self.may_be_empty else {"minLength": 1}) | ({"maxLength": longest} if longest else {})


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number in a range."""

    least: int = 0
    most: int = LARGEST

    def problem(self, value: Any) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            return "is no integer"
        return "" if self.least <= value <= self.most else f"is not between {self.least:,} and {self.most:,}"

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range."""

    least: float = 0
    most: float = 1

    def problem(self, value: Any) -> str:
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            return "is no number"
        return "" if self.least <= value <= self.most else f"is not between {self.least:g} and {self.most:g}"

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Boolean:
    def problem(self, value: Any) -> str:
        return "" if isinstance(value, bool) else "is no boolean"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Year:
    def problem(self, value: Any) -> str:
        return Integer().problem(value) or RULES["year"](value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day in ISO 8601."""

    def problem(self, value: Any) -> str:
        found = _read(date.fromisoformat, value)
        if found is None or found.isoformat() != value:
            return "is no day, such as 2019-05-31"
        return RULES["day"](found)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class ReducedDay:
    """A day, a month or a year in ISO 8601."""

    may_be_empty: bool = False

    def problem(self, value: Any) -> str:
        if value == "" and self.may_be_empty:
            return ""
        found = _read(PartialDate.from_iso, value)
        return RULES["day"](found) if found else "is no date, such as 2019, 2019-05 or 2019-05-31"

    def schema(self) -> dict[str, Any]:
        empty = "|" if self.may_be_empty else ""
        return {"type": "string", "pattern": rf"^(\d{{4}}(-\d\d(-\d\d)?)?{empty})$"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in ISO 8601 with its time zone."""

    def problem(self, value: Any) -> str:
        found = _read(datetime.fromisoformat, value)
        if found is None or found.tzinfo is None:
            return "is no moment, such as 2019-05-31T12:00:00Z"
        return RULES["moment"](found)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Either:
    """One kind or the other."""

    one: Kind
    other: Kind

    def problem(self, value: Any) -> str:
        return (reason := self.one.problem(value)) and self.other.problem(value) and reason

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.one.schema(), self.other.schema()]}


@dataclass(frozen=True, slots=True)
class Null:
    def problem(self, value: Any) -> str:
        return "" if value is None else "is not null"

    def schema(self) -> dict[str, Any]:
        return {"type": "null"}


@dataclass(frozen=True, slots=True)
class Maybe:
    """A kind, or null where nothing is known."""

    kind: Kind

    def problem(self, value: Any) -> str:
        return "" if value is None else self.kind.problem(value)

    def schema(self) -> dict[str, Any]:
        said = self.kind.schema()
        if "anyOf" in said:
            return {"anyOf": [*said["anyOf"], Null().schema()]}
        words = {"enum": [*said["enum"], None]} if "enum" in said else {}
        return {**said, "type": [said["type"], "null"], **words}


@dataclass(frozen=True, slots=True)
class List:
    """A list of one kind, of at most so many; `once` allows no entry twice, and of pairs none with the same first value."""

    of: Kind
    most: int = MOST_ENTRIES
    once: bool = False

    def problem(self, value: Any) -> str:
        if not isinstance(value, list):
            return "is no list"
        if len(value) > self.most:
            return f"has {len(value):,} entries, {self.most:,} are allowed"
        for place, entry in enumerate(value):
            if reason := self.of.problem(entry):
                return inside(f"[{place}]", entry, reason)
        if self.once and len({entry[0] if isinstance(entry, list) else entry for entry in value}) < len(value):
            return "has an entry twice"
        return ""

    def schema(self) -> dict[str, Any]:
        once = {"uniqueItems": True} if self.once else {}
        return {"type": "array", "items": self.of.schema(), "maxItems": self.most, **once}


@dataclass(frozen=True, slots=True)
class Tuple:
    """A list of certain kinds in a certain order."""

    kinds: tuple[Kind, ...]

    def problem(self, value: Any) -> str:
        if not isinstance(value, list) or len(value) != len(self.kinds):
            return f"is no list of {len(self.kinds)}"
        for place, (kind, entry) in enumerate(zip(self.kinds, value, strict=True)):
            if reason := kind.problem(entry):
                return inside(f"[{place}]", entry, reason)
        return ""

    def schema(self) -> dict[str, Any]:
        kinds = [kind.schema() for kind in self.kinds]
        return {"type": "array", "prefixItems": kinds, "minItems": len(kinds), "maxItems": len(kinds)}


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these fields and no others; `optional` ones may be missing."""

    fields: Mapping[str, Kind]
    optional: Mapping[str, Kind] = field(default_factory=dict)

    def problem(self, value: Any) -> str:
        if not isinstance(value, dict):
            return "is no JSON object"
        if missing := self.fields.keys() - value.keys():
            return f"lacks {', '.join(sorted(missing))}"
        if unknown := value.keys() - self.fields.keys() - self.optional.keys():
            return f"has {quoted(min(unknown))}, which does not belong there"
        for name, entry in value.items():
            if reason := (self.fields.get(name) or self.optional[name]).problem(entry):
                return inside(f".{name}", entry, reason)
        return ""

    def schema(self) -> dict[str, Any]:
        fields = {name: kind.schema() for name, kind in (*self.fields.items(), *self.optional.items())}
        return {
            "type": "object",
            "required": list(self.fields),
            "additionalProperties": False,
            "properties": fields,
        }


@dataclass(frozen=True, slots=True)
class Named:
    """An object with values of one kind under whatever names."""

    of: Kind

    def problem(self, value: Any) -> str:
        if not isinstance(value, dict):
            return "is no JSON object"
        if len(value) > MOST_ENTRIES:
            return f"has {len(value):,} entries, {MOST_ENTRIES:,} are allowed"
        for name, entry in value.items():
            if reason := Text().problem(name):
                return f"has the name {quoted(name)}, which {reason}"
            if reason := self.of.problem(entry):
                return inside(f".{name[:80]}", entry, reason)
        return ""

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.of.schema()}


def inside(step: str, value: object, reason: str) -> str:
    """What is wrong inside something: the way to it (`.years[0]`), the value and the reason."""
    return step + (reason if reason.startswith((".", "[")) else f": {quoted(value)} {reason}")


def quoted(value: object) -> str:
    """A value as a message quotes it, cut where it is long."""
    text = repr(value[:100] if isinstance(value, str | list) else value)
    return text if len(text) <= 80 else text[:79] + "…"


def _read(read: Callable[[str], Any], value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError):
        return None
