r"""A BibTeX file as its blocks, in order: entries with their fields, abbreviations, and what can't be read.

Read as BibTeX and biber do, and as people write: round or curly brackets, white space and `%` comments anywhere, no key, a
comma too many or too few, `\{` without a partner, bare words, values joined by `#`. What an entry leaves open ends where a
line begins like the next entry. Linear in time; beside the text it holds one block at a time.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import NamedTuple


class Word(str):
    """A bare word in a value: the name of an abbreviation."""

    __slots__ = ()


Value = str | list[str]  # the latter of pieces that "#" joins, or of a word
Fields = dict[str, Value]


class Entry(NamedTuple):
    """An entry, its type and the names of its fields in small letters; `warnings` say what was mended to read it."""

    line: int
    entry_type: str
    key: str
    fields: Fields
    raw: str
    warnings: list[str]


class Abbreviations(NamedTuple):
    """What an @string defines, by names in small letters."""

    fields: Fields


class Broken(NamedTuple):
    """A block that can't be read: the line where it begins, why, and the block up to where reading goes on."""

    line: int
    reason: str
    raw: str


class CommentedOut(NamedTuple):
    """An entry within a comment: behind `%`, or in an @comment around it."""

    line: int


Block = Entry | Abbreviations | Broken | CommentedOut

# What stands between blocks: a comment up to its line's end, or the beginning of a block.
BETWEEN = re.compile(r"%[^\n]*+|@\s*+(\w++)\s*+([{(])")
COMMENTED_OUT = re.compile(r"%[%\s]*@\s*(?!comment|string|preamble)\w+\s*[{(]", re.IGNORECASE)
# A line that begins like an entry, whatever is open before it: "@article{foo} style" doesn't.
BEGINNING = re.compile(
    r"^[^\S\n]*+(@)\s*+(?:(?:comment|string|preamble)\s*+[{(]|\w++\s*+[{(]\s*+[^,{}=\n\"]*+[,=])",
    re.MULTILINE | re.IGNORECASE,
)
ROUND = re.compile(r"\s*+[^\s,{}()=\"]*+\s*+[,=]")  # what tells "@article(key, …" from "me @ home (in town)"

SPACE = re.compile(r"(?:\s++|%[^\n]*+)*+")
KEY = re.compile(r"[^,{}=\n\"]*+\s*+(?=[,})])")
KEY_BEFORE_NAME = re.compile(r"([^\s,{}=\"]++)\s++(?=[^\s,{}=\"%#()]++\s*+=)")
NAME = re.compile(r"([^=,{}\"#%()\n]++)\s*+=")
BARE = re.compile(r"[^\s,{}\"#%()=]++")
WORD_AND_SIGN = re.compile(r"\s*+([^\s,{}\"#%()=]++)\s*+#")
BEHIND_VALUE = re.compile(r"\s*+(?:[,#%})]|[^\s=,{}\"#%()]++\s*+=)")
SHALLOW = r"(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+"
MORE_FIELDS = re.compile(r"\s*+,\s*+[^\s=,{}\"%#()]++\s*+=\s*+[{\"\w]")
# Nearly every field.
PLAIN_FIELD = re.compile(
    r"\s*+([^\s=,{}\"#%()]++)\s*+=\s*+"
    rf"(?:\{{({SHALLOW})\}}|\"((?:[^\"{{}}]++|\{{{SHALLOW}\}})*+)\"|([^\s,{{}}\"#%()=]++))\s*+(,\s*+\}}|[,}}])"
)
BRACE, BRACE_OR_ESCAPED = re.compile(r"[{}]"), re.compile(r"\\.|[{}]", re.DOTALL)
QUOTE, QUOTE_OR_ESCAPED = re.compile(r"[{}\"]"), re.compile(r"\\[^\"]|[{}\"]", re.DOTALL)
EXCERPT = 40  # characters
CLOSING = {"{": "}", "(": ")"}


class _Unreadable(Exception):
    """Why a block can't be read, as the end of a sentence."""


def blocks(text: str, wanted: Container[str] | None = None) -> Iterator[Block]:
    """The blocks of a BibTeX file; nothing that begins like one is left out but @comment and @preamble.

    With `wanted` only abbreviations and the entries with these keys in small letters are sure to be among them.
    """
    beginnings = (found.start(1) for found in BEGINNING.finditer(text))
    next_beginning = next(beginnings, len(text))
    counted = line = 0
    comments = _Comments()
    place = 0
    while found := BETWEEN.search(text, place):
        start, place = found.span()
        while next_beginning <= start:
            next_beginning = next(beginnings, len(text))
        line += text.count("\n", counted, start)
        counted = start
        if not found[1]:
            if COMMENTED_OUT.match(found[0]):
                yield CommentedOut(line + 1)
            continue
        entry_type, opening = found[1].lower(), found[2]
        if opening == "(" and entry_type not in ("string", "preamble", "comment") and not ROUND.match(text, place):
            continue
        if entry_type == "comment":
            end = comments.end(text, place - 1, next_beginning)
            for entry in BEGINNING.finditer(text, place, max(end, place)):
                yield CommentedOut(line + 1 + text.count("\n", start, entry.start(1)))
            place = max(end, place)
            continue
        if wanted is not None and _is_unwanted(text, place, next_beginning, entry_type, wanted):
            place = next_beginning
            continue
        try:
            reading = _read(text, place, next_beginning, entry_type, opening)
        except _Unreadable as error:
            end = _end(text, place - 1, next_beginning)
            following = BETWEEN.search(text, end, next_beginning) if end > 0 else None
            place = following.start() if following else next_beginning
            yield Broken(line + 1, str(error), text[start:place])
            continue
        key, fields, warnings, place = reading
        if entry_type == "string":
            yield Abbreviations(fields)
        elif entry_type != "preamble":
            yield Entry(line + 1, entry_type, key, fields, text[start:place], warnings)


def _is_unwanted(text: str, place: int, end: int, entry_type: str, wanted: Container[str]) -> bool:
    """Whether all that stands up to the next beginning is an entry whose key isn't wanted."""
    if entry_type == "string" or text.find("@", place, end) >= 0:
        return False
    key = KEY.match(text, place, end)
    return not key or key[0].strip().lower() not in wanted


class _Comments:
    """Where comments end. One that nothing closes before the next beginning, or at all, is text, and so are those behind it."""

    def __init__(self) -> None:
        self.open_until = 0
        self.is_one_open = False

    def end(self, text: str, place: int, next_beginning: int) -> int:
        """The place behind the comment whose bracket stands at this place, -1 for one that is text."""
        end = _end(text, place, next_beginning) if place >= self.open_until else -1
        if end < 0:
            self.open_until = max(self.open_until, next_beginning)
            if not self.is_one_open:
                end = _end(text, place, len(text))
                self.is_one_open = end < 0
        return end


def _read(text: str, place: int, end: int, entry_type: str, opening: str) -> tuple[str, Fields, list[str], int]:
    """Key, fields, warnings and end of the block that was opened before this place; raises _Unreadable."""
    if entry_type == "preamble":
        if (closed := _end(text, place - 1, end)) < 0:
            raise _Unreadable("the @preamble is not closed")
        return "", {}, [], closed
    has_key = entry_type != "string"
    try:
        return _Body(text, place, end, CLOSING[opening], is_escaping=False).read(has_key)
    except _Unreadable:
        if text.find("\\{", place, end) < 0 and text.find("\\}", place, end) < 0:
            raise
        with_escapes = _Body(text, place, end, CLOSING[opening], is_escaping=True)
        try:
            return with_escapes.read(has_key)
        except _Unreadable:
            pass
        raise


class _Body:
    """What stands within the brackets of a block: a key and fields, read front to back."""

    def __init__(self, text: str, place: int, end: int, closing: str, *, is_escaping: bool):
        self.text = text
        self.place = place
        self.end = end
        self.closing = closing
        self.is_escaping = is_escaping
        self.warnings: list[str] = []

    def read(self, has_key: bool) -> tuple[str, Fields, list[str], int]:
        key = self._key() if has_key else ""
        fields: Fields = {}
        is_plain = self.closing == "}" and not self.is_escaping
        while True:
            if is_plain and (found := PLAIN_FIELD.match(self.text, self.place, self.end)):
                name, braced, quoted, bare, behind = found.groups()
                value: Value = braced if braced is not None else quoted
                if value is None:
                    value = bare if bare.isdigit() else [Word(bare)]
                fields.setdefault(name.lower(), value)
                self.place = found.end()
                if behind == ",":
                    continue
            elif self._field(fields):
                continue
            else:
                self.place += 1
            if behind := MORE_FIELDS.match(self.text, self.place, self.end):
                raise _Unreadable(f"a bracket closes the entry before {behind[0].strip()!r:.40}")
            return key, fields, self.warnings, self.place

    def _key(self) -> str:
        self._skip()
        if found := KEY.match(self.text, self.place, self.end):
            self.place = found.end()
            key = found[0].strip()
            if self._next() == ",":
                self.place += 1
            return key
        if found := KEY_BEFORE_NAME.match(self.text, self.place, self.end):
            self.place = found.end()
            self.warnings.append(f"entry: there is no comma behind the key {found[1]!r:.80}")
            return found[1]
        return ""  # none: EndNote, JabRef

    def _field(self, fields: Fields) -> bool:
        """Read the next field, or up to the closing bracket; whether there was a field."""
        self._skip()
        if self._next() == ",":
            self.warnings.append("entry: there is a comma too many")
            while self._next() == ",":
                self.place += 1
                self._skip()
        if self._next() == self.closing:
            return False
        found = NAME.match(self.text, self.place, self.end)
        name = " ".join(found[1].split()) if found else ""
        if not found or not name:
            if self.place >= self.end:
                raise _Unreadable("the entry is not closed")
            raise _Unreadable(f"a field was expected, there is {self._excerpt()}")
        self.place = found.end()
        fields.setdefault(name.lower(), self._value(name))
        self._skip()
        if self._next() == ",":
            self.place += 1
        elif self._next() != self.closing:
            if self.place >= self.end:
                raise _Unreadable("the entry is not closed")
            if not NAME.match(self.text, self.place, self.end):
                raise _Unreadable(f"a comma was expected behind the field {name:.80}, there is {self._excerpt()}")
            self.warnings.append(f"{name:.80}: there is no comma behind the field")
        return True

    def _value(self, name: str) -> Value:
        pieces: list[str] = []
        while True:
            while found := WORD_AND_SIGN.match(self.text, self.place, self.end):
                pieces.append(found[1] if found[1].isdigit() else Word(found[1]))
                self.place = found.end()
            self._skip()
            sign = self._next()
            if sign == "{":
                closed = _end(self.text, self.place, self.end, self.is_escaping)
            elif sign == '"':
                closed = _end_of_quoted(self.text, self.place, self.end, self.is_escaping)
            elif found := BARE.match(self.text, self.place, self.end):
                pieces.append(found[0] if found[0].isdigit() else Word(found[0]))
                self.place = found.end()
                closed = 0
            else:  # nothing: "pages = ,"
                closed = 0
            if closed < 0:
                raise _Unreadable(f"the field {name:.80} is not closed")
            if closed:
                pieces.append(self.text[self.place + 1 : closed - 1])
                self.place = closed
            self._skip()
            if self._next() != "#":
                break
            self.place += 1
        if len(pieces) == 1 and not isinstance(pieces[0], Word):
            return pieces[0]
        return pieces or ""

    def _excerpt(self) -> str:
        return repr(self.text[self.place : min(self.place + EXCERPT, self.end)].rstrip())

    def _skip(self) -> None:
        found = SPACE.match(self.text, self.place, self.end)
        self.place = found.end() if found else self.place

    def _next(self) -> str:
        return self.text[self.place] if self.place < self.end else ""


def _end(text: str, place: int, end: int, is_escaping: bool = False) -> int:
    """The place behind the bracket that closes the one at this place, -1 if none does before the end."""
    if text[place] == "(":
        depth = 0
        for found in ROUND_OR_BRACE.finditer(text, place + 1, end):
            depth += (found[0] == "{") - (found[0] == "}")
            if found[0] == ")" and depth <= 0:
                return found.end()
        return -1
    depth = 0
    for found in (BRACE_OR_ESCAPED if is_escaping else BRACE).finditer(text, place, end):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                return found.end()
    return -1


ROUND_OR_BRACE = re.compile(r"[{})]")


def _end_of_quoted(text: str, place: int, end: int, is_escaping: bool) -> int:
    r"""The place behind the quotation mark that closes the one at this place, -1 if none does.

    `\"` closes as in BibTeX, but where nothing follows that may stand behind a value it is an accent.
    """
    depth = 0
    for found in (QUOTE_OR_ESCAPED if is_escaping else QUOTE).finditer(text, place + 1, end):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth < 0:
                return -1
        elif sign == '"' and not depth:
            if text[found.start() - 1] == "\\" and not BEHIND_VALUE.match(text, found.end(), end):
                continue
            return found.end()
    return -1
