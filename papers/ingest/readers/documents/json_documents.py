"""The records of a JSON source, one at a time: a document with a list of them, one that is a record, or a record a line.

A document is read as it comes, in memory for one record. Where it stops being JSON nothing behind can be read; in a source of
lines only that line is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import ijson
import orjson

from papers.ingest.checks import InvalidRecord
from papers.ingest.readers.documents.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.records import PaperRecord, PassedOver, Rejection

LONGEST_LINE = 8 * 1024 * 1024  # bytes
LARGEST_RECORD = 16 * 1024 * 1024  # characters of texts and names in one record of a document
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEEPEST = 100  # lists and objects in one another


def is_lines(head: bytes) -> bool:
    """Whether there is an object on each line: one of the first lines is a whole one."""
    lines = head.removeprefix(BYTE_ORDER_MARK).lstrip().split(b"\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and any(map(_is_object, whole[:20]))


def _is_object(line: bytes) -> bool:
    if not line.startswith(b"{") or len(line) < 3:
        return False
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def records(stream: Stream, places: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Every record with its place in words ("line 17", "record 4"), or the Rejection of a line that is no JSON.

    `places` are the paths at which a document has them, as ijson writes paths: "message.items.item" are those of a list in
    `message.items`. A list or object at the top is one of them as well, and so is each line. What has others in it is none.
    Raises SourceError where a document stops being JSON, after what came before.
    """
    if is_lines(stream.head):
        number = 0
        for place, value in _lines(stream):
            found = [value] if isinstance(value, Rejection) else list(within(value, places))
            for each in found:
                number += 1
                yield place if len(found) == 1 else f"record {number}", each
    else:
        for number, value in enumerate(_documents(stream, frozenset([*places, "", "item"])), 1):
            yield f"record {number}", value


def _lines(stream: Stream) -> Iterator[tuple[str, Any]]:
    number = 0
    while line := stream.text.readline(LONGEST_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.text.readline(1024 * 1024)) and not rest.endswith(b"\n"):
                pass
            reason = f"the line has more than the {LONGEST_LINE:,} bytes that a record may have"
            yield place, Rejection(place, reason, raw_excerpt(line))
        elif line := line.removeprefix(BYTE_ORDER_MARK).strip():
            try:
                yield place, orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield place, Rejection(place, f"not JSON: {error}", raw_excerpt(line))


def within(value: Any, places: Sequence[str]) -> Iterator[Any]:
    """The records in a document that was read as a whole, place by place; itself if it has none at these places."""
    found: dict[str, list[Any]] = {}
    for place in sorted([*places, "item"], key=len, reverse=True):
        if any(longer.startswith(f"{place}.") for longer in found):
            continue  # what has others in it is none
        *names, last = place.split(".")
        inner: Any = value
        for name in names if last == "item" else [*names, last]:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, list if last == "item" else dict):
            found[place] = inner if isinstance(inner, list) else [inner]
    for place in [*places, "item"]:
        yield from found.get(place, ())
    if not found:
        yield value


def _documents(stream: Stream, places: frozenset[str]) -> Iterator[Any]:
    """The records in documents behind one another."""
    document = _Document(places)
    if stream.head.startswith(BYTE_ORDER_MARK):
        stream.text.read(len(BYTE_ORDER_MARK))
    read = 0
    try:
        for path, event, value in ijson.parse(stream.text, multiple_values=True):
            if event == "number":
                value = _number(value)
            if document.has_record_behind(path, event, value):
                read += 1
                yield document.record
            if document.is_too_big:
                raise SourceError(
                    f"{stream.name}: record {read + 1:,} has more than {LARGEST_RECORD:,} characters, or lists more than "
                    f"{DEEPEST} deep in one another. What comes before was read; take it out and import the rest."
                )
    except (ijson.JSONError, UnicodeDecodeError) as error:
        text = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        reason = " ".join(text.strip().split("\n")[0].split())
        raise SourceError(
            f"{stream.name} stops being JSON behind record {read:,}: {reason}. What comes before was read; get the file "
            "again and import it."
        ) from error


def _number(value: int | Decimal) -> float:
    """The number as JSON of 64 bits has it; ijson gives any."""
    return value if isinstance(value, int) and abs(value) < 2**63 else float(Decimal(value))


class _Document:
    """The records in a document that comes event by event."""

    def __init__(self, places: frozenset[str]):
        self.places = places
        self.lists = {place.removesuffix("item").removesuffix(".") for place in places if place.endswith("item")}
        self.open: list[tuple[str, ijson.ObjectBuilder]] = []  # what may be a record, the outermost first
        self.depth = self.size = 0
        self.record: Any = None

    @property
    def is_too_big(self) -> bool:
        return self.depth > DEEPEST or self.size > LARGEST_RECORD

    def has_record_behind(self, path: str, event: str, value: Any) -> bool:
        """Take the event, and say whether `record` is whole with it."""
        is_list = event == "start_array" and path in self.lists
        if event in ("start_map", "start_array"):
            self.depth += 1
            if is_list:
                self.open.clear()  # what has a list of records is none itself
            elif path in self.places:
                self.open.append((path, ijson.ObjectBuilder()))
        elif event in ("end_map", "end_array"):
            self.depth -= 1
        elif event != "map_key" and path in self.places and not self.open:
            self.record = value
            return True
        self.size += len(value) if isinstance(value, str) else 1
        if is_list or not self.open:
            self.size = 0
        for _path, builder in self.open:
            builder.event(event, value)
        if event not in ("end_map", "end_array") or not self.open or self.open[-1][0] != path:
            return False
        self.record = self.open[-1][1].value
        self.open.clear()
        return True


Found = PaperRecord | Rejection | PassedOver


def read_records(
    stream: Stream, skip: int, places: Sequence[str], read: Callable[[Any, str], Found]
) -> Iterator[tuple[int, str, Found]]:
    """The number of each record after the first `skip` ones, its place in words, and what `read` makes of it and its place."""
    number = 0
    for number, (place, value) in enumerate(records(stream, places), 1):
        if number > skip:
            yield number, place, value if isinstance(value, Rejection) else _read(read, value, place)
    check_reached(stream, number, skip, "record")


def _read(read: Callable[[Any, str], Found], value: Any, place: str) -> Found:
    return read_or_reject(lambda: read(value, place), place, lambda: _raw(value))


def _raw(value: Any) -> bytes:
    """The record as JSON, for who mends it."""
    try:
        return json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")
    except RecursionError:
        return b"[lists or objects too deep in one another to be written down]"


class Row:
    """An object of JSON, read field by field: what has another form than is meant is left out with a warning.

    `unread` are the names of the fields that nobody asked for.
    """

    def __init__(self, fields: Any, warnings: list[str], path: str = ""):
        if not isinstance(fields, dict):
            raise InvalidRecord(path or "record", f"there is {kind_of(fields)} in the place of an object with fields")
        self._fields: dict[str, Any] = fields
        self._asked: set[str] = set()
        self.warnings = warnings
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) not in (None, "", [], {})

    def get(self, name: str) -> Any:
        """The value as it stands, whatever it is; None where there is none."""
        self._asked.add(name)
        return self._fields.get(name)

    def text(self, *names: str) -> str:
        """The text of the first of these fields that has one; a number is a text, "" is none. Of a list the first text."""
        return next((text for name in names for text in self.texts(name)), "")

    def texts(self, name: str) -> list[str]:
        """The texts of a field that has one or several."""
        value = self.get(name)
        found = []
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                found += [each.strip()] if each.strip() else []
            elif isinstance(each, int | float) and not isinstance(each, bool):
                found.append(str(each))
            elif each is not None:
                self._warn(name, each, "a text")
        return found

    def row(self, name: str) -> Row:
        """The object in this field; one without fields where there is none."""
        value = self.get(name)
        if not isinstance(value, dict):
            if value is not None:
                self._warn(name, value, "an object")
            value = {}
        return Row(value, self.warnings, self._path_of(name))

    def rows(self, name: str) -> list[Row]:
        """The objects in this field, of one object a list of it."""
        value = self.get(name)
        found = []
        for each in value if isinstance(value, list) else [] if value is None else [value]:
            if isinstance(each, dict):
                found.append(Row(each, self.warnings, self._path_of(name)))
            elif each is not None:
                self._warn(name, each, "an object")
        return found

    @property
    def unread(self) -> Sequence[str]:
        return [
            name for name, value in self._fields.items() if name not in self._asked and value not in (None, "", [], {})
        ]

    def _path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _warn(self, name: str, value: Any, meant: str) -> None:
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(
                f"{self._path_of(name):.80}: there is {kind_of(value)} where {meant} is meant, and it was left out"
            )


MOST_WARNINGS = 20  # of one record


def kind_of(value: Any) -> str:
    """What kind of value it is, in words."""
    names = {type(None): "nothing", bool: "true or false", int: "a number", float: "a number", str: "a text"}
    return names.get(type(value)) or ("a list" if isinstance(value, list) else "an object")
