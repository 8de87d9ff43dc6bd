"""BibTeX and BibLaTeX files: a lab's own list, with or without arXiv ids.

bibtexparser splits an entry into fields and reports what is broken. The text is read as a whole, so a file has a limit, but
entry by entry, and what its abbreviations may come to is limited: a few that double each other fill any memory.
An arXiv id is taken from `eprint` with `archivePrefix` or `eprinttype`, or from an arXiv address or DOI.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, Entry, ParsingFailedBlock, String

from papers.field_rules import LONGEST
from papers.ingest.checks import InvalidRecord, check_count, clean, one_line
from papers.ingest.readers.bibtex_entries import record, split_outside_braces
from papers.ingest.readers.crossrefs import Parent, keys_referred_to
from papers.ingest.readers.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.records import PaperRecord, Rejection

FORMAT = "bibtex"
LARGEST_FILE = 64 * 1024 * 1024  # bytes, some 100,000 entries
LARGEST_ENTRY = 4 * 1024 * 1024  # characters
MOST_ABBREVIATIONS = 100_000
MOST_ABBREVIATED = 10_000_000  # characters that all abbreviations of a file stand for
BEGINNING_OF_ENTRY = re.compile(rb"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # each of its warnings is about a block that we reject


DATA = frozenset({"xdata", "set"})  # biblatex's, which stand for no work


def recognizes(head: bytes) -> bool:
    """Whether there is an entry in the beginning of the file."""
    return not head.startswith((b"{", b"<", b"[")) and bool(BEGINNING_OF_ENTRY.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each entry after the first `skip` ones, its place ("entry smith2019"), and what it holds."""
    text = _text(stream)
    strings = _strings(text, stream.name)
    parents = _parents(text, strings)
    number = 0
    for line, part, is_last in _parts(text):
        if len(part) > LARGEST_ENTRY:
            number += 1
            if number > skip:
                place = f"line {line + 1}"
                reason = f"entry: has {len(part):,} characters, {LARGEST_ENTRY:,} are allowed"
                yield number, place, Rejection(place, reason, raw_excerpt(part))
            continue
        for block in _blocks(part, is_last):
            if not isinstance(block, Entry | ParsingFailedBlock) or isinstance(_given_twice(block), String):
                continue  # @string, @comment, @preamble, and the text between entries
            if _is_data(block, parents):
                continue
            number += 1
            if number > skip:
                place, found = _read_block(block, line + (block.start_line or 0) + 1, strings, parents)
                yield number, place, found
    check_reached(stream, number, skip, "entry")


def read_entry(text: str) -> PaperRecord | None:
    """The paper of a text that is one entry; None for another text."""
    found = [block for block in parse_string(text, parse_stack=[]).blocks if isinstance(block, Entry)]
    record = _read_block(found[0], 0, _strings("", ""), {})[1] if len(found) == 1 else None
    return record if isinstance(record, PaperRecord) else None


# Where a line begins like this bibtexparser begins anew, whatever is open before it.
BEGINNING = re.compile(r"^[^\S\n]*@\w*[ \t]*[{(]", re.MULTILINE)


def _parts(text: str) -> Iterator[tuple[int, str, bool]]:
    """The text in parts that can be read one by one: the lines before it, the part, and whether it is the last.

    Behind a part stands the beginning of the next one, so that what isn't closed is told as it would be in the whole text.
    """
    line = start = 0
    for beginning in BEGINNING.finditer(text):
        if beginning.start() > start:
            yield line, text[start : beginning.end()], False
            line += text.count("\n", start, beginning.start())
            start = beginning.start()
    yield line, text[start:], True


def _blocks(part: str, is_last: bool) -> list[Block]:
    blocks = parse_string(part, parse_stack=[]).blocks
    return blocks if is_last else blocks[:-1]


def _text(stream: Stream) -> str:
    content = stream.text.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SourceError(
            f"{stream.name} is larger than {LARGEST_FILE // 2**20} MB of BibTeX, which is read as a whole. Split it."
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{stream.name} is not UTF-8: line {line:,} has the byte 0x{content[error.start]:02X}. Convert it, for "
            "instance by: iconv -f latin1 -t utf-8"
        ) from error


def _given_twice(block: Entry | ParsingFailedBlock) -> Block | None:
    """The block that is whole but for a key or a field that it gives twice; None for others."""
    return block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None


def _read_block(
    block: Entry | ParsingFailedBlock, line: int, strings: Strings, parents: dict[str, Parent]
) -> tuple[str, PaperRecord | Rejection]:
    raw = block.raw or ""
    if isinstance(block, ParsingFailedBlock):
        if not isinstance(block.ignore_error_block, Entry):
            place = f"line {line}"
            reason = getattr(block.error, "abort_reason", None) or str(block.error)
            return place, Rejection(place, f"not BibTeX: {one_line(reason)}", raw_excerpt(raw))
        # A key or a field is given twice. A key is no identity here, and the first field counts, as in BibTeX itself.
        block = block.ignore_error_block
    place = f"entry {block.key:.100}" if block.key else f"line {line}"
    entry = block
    found = read_or_reject(lambda: _record(entry, strings, parents), place, lambda: raw)
    return place, replace(found, reason=f"{found.reason} (line {line})") if isinstance(found, Rejection) else found


def _record(entry: Entry, strings: Strings, parents: dict[str, Parent]) -> PaperRecord:
    fields, undefined = _fields(entry, strings)
    warnings = [
        f"{name}: the file doesn't say what {word!r:.80} stands for, and it was kept as it is"
        for name, word in undefined
    ]
    return record(fields, entry.entry_type, entry.key, parents, warnings)


def _fields(entry: Entry, strings: Strings) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The texts of the fields by their names in small letters, and the abbreviations in them that the file doesn't define."""
    check_count("fields", len(entry.fields))
    fields: dict[str, str] = {}
    undefined: list[tuple[str, str]] = []
    for field in entry.fields:
        if (name := field.key.lower()) not in fields:
            fields[name] = clean(_value(field.value, strings))
            if name != "month":  # whose names stand for themselves
                undefined += [(name, word) for word in _undefined(field.value, strings)]
    return fields, undefined


def _parents(text: str, strings: Strings) -> dict[str, Parent]:
    """The entries that others refer to, by their keys in small letters; they may stand before or behind them."""
    wanted = keys_referred_to(text)
    parents: dict[str, Parent] = {}
    for _line, part, is_last in _parts(text) if wanted else ():
        if len(part) > LARGEST_ENTRY or not any(key.lower() in wanted for key in KEY.findall(part)):
            continue
        for block in _blocks(part, is_last):
            entry = _given_twice(block) if isinstance(block, ParsingFailedBlock) else block
            if isinstance(entry, Entry) and (key := entry.key.lower()) in wanted and key not in parents:
                with suppress(InvalidRecord):  # told where the entry itself is read
                    parents[key] = Parent(entry.entry_type.lower(), _fields(entry, strings)[0])
    return parents


def _is_data(block: Entry | ParsingFailedBlock, parents: dict[str, Parent]) -> bool:
    """Whether the entry is no work, or a volume of which nothing is said but for the papers in it: nobody edited it."""
    entry = _given_twice(block) if isinstance(block, ParsingFailedBlock) else block
    if not isinstance(entry, Entry):
        return False
    if entry.entry_type.lower() in DATA:
        return True
    parent = parents.get(entry.key.lower())
    return parent is not None and not (parent.fields.get("author") or parent.fields.get("editor"))


ABBREVIATION = re.compile(r"@\s*string", re.IGNORECASE)
KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}()=\"]+)")
Strings = dict[str, str | None]  # what abbreviations stand for, None for what is too long


def _strings(text: str, name: str) -> Strings:
    """What abbreviations stand for: the months, then the file's own @string, each of which may use earlier ones.

    One that comes to more than a field may have stands for None. Raises SourceError for more of them than lists have.
    """
    strings: Strings = {month: month for month in MONTHS}
    size = 0
    for _line, part, is_last in _parts(text):
        if len(part) > LARGEST_ENTRY or not ABBREVIATION.search(part):
            continue
        for block in _blocks(part, is_last):
            if isinstance(block, String) and (key := block.key.lower()) not in strings:
                try:
                    value = _value(block.value, strings)
                except InvalidRecord:
                    value = None
                strings[key] = value
                size += len(value or "")
        if size > MOST_ABBREVIATED or len(strings) > MOST_ABBREVIATIONS:
            raise SourceError(
                f"{name}: its @string abbreviations are more than {MOST_ABBREVIATIONS:,} or come to more than "
                f"{MOST_ABBREVIATED:,} characters. Take out those that aren't used."
            )
    return strings


def _value(raw: str, strings: Strings) -> str:
    """The text of a field as it stands in the file: "..." or {...} or an abbreviation, or several joined by #.

    Raises InvalidRecord where abbreviations make more of it than a field may have.
    """
    pieces = [_piece(piece, strings) for piece in split_outside_braces(raw.strip(), "#")]
    if None in pieces or sum(map(len, filter(None, pieces))) > max(LONGEST["expanded"], len(raw)):
        raise InvalidRecord("field", f"its abbreviations come to more than {LONGEST['expanded']:,} characters")
    return "".join(filter(None, pieces))


def _piece(piece: str, strings: Strings) -> str | None:
    if len(piece) >= 2 and piece[0] + piece[-1] in ("{}", '""'):
        return piece[1:-1]
    return strings.get(piece.lower(), piece)


def _undefined(raw: str, strings: Strings) -> Iterator[str]:
    """The abbreviations in the value of a field that the file doesn't define."""
    for piece in split_outside_braces(raw.strip(), "#"):
        if piece and piece[0] not in '{"' and not piece.isdigit() and piece.lower() not in strings:
            yield piece
