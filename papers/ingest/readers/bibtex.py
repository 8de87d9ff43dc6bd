"""BibTeX and BibLaTeX files: a lab's own list, with or without arXiv ids.

`bibtex_blocks` finds the entries, `bibtex_entries` makes papers of them. The text is read as a whole, so a file has a limit,
but entry by entry, and what its abbreviations may come to is limited: a few that double each other fill any memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from papers.field_rules import LONGEST
from papers.ingest.checks import InvalidRecord, check_count, clean
from papers.ingest.readers.bibtex_blocks import Abbreviations, Broken, CommentedOut, Entry, Value, Word, blocks
from papers.ingest.readers.bibtex_entries import is_read, record
from papers.ingest.readers.crossrefs import Parent, keys_referred_to
from papers.ingest.readers.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.records import PaperRecord, PassedOver, Rejection

FORMAT = "bibtex"
LARGEST_FILE = 64 * 1024 * 1024  # bytes, some 100,000 entries
LARGEST_ENTRY = 4 * 1024 * 1024  # characters
MOST_ABBREVIATIONS = 100_000
MOST_ABBREVIATED = 10_000_000  # characters that all abbreviations of a file stand for
BEGINNING_OF_ENTRY = re.compile(rb"^[^\S\n]*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
STANDING_FOR_THEMSELVES = frozenset({"month", "crossref", "xdata"})  # names of months, and keys
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

# biblatex's data, settings of styles, and footnotes, which stand for no work.
NO_WORKS = frozenset({"xdata", "set", "control", "ieeetranbstctl", "bibnote", "footnote"})
COMMENTED_OUT = "entry in a comment"
EMPTY_VOLUME = "volume that only its papers name"


def recognizes(head: bytes) -> bool:
    """Whether there is an entry in the beginning of the file."""
    if encoding := _wide_encoding(head):
        head = head.decode(encoding, "ignore").encode()
    return not head.startswith((b"{", b"<", b"[")) and bool(BEGINNING_OF_ENTRY.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection | PassedOver]]:
    """The number of each entry after the first `skip` ones, its place ("entry smith2019"), and what it holds."""
    text, warnings = _text(stream)
    entries = _File(text, stream.name, warnings)
    number = 0
    for block in blocks(text):
        if isinstance(block, Abbreviations):
            continue
        number += 1
        if number > skip:
            place, found = entries.found(block)
            yield number, place, found
    check_reached(stream, number, skip, "entry")


def read_entry(text: str) -> PaperRecord | None:
    """The paper of a text that is one entry; None for another text."""
    found = [block for block in blocks(text) if isinstance(block, Entry)]
    record = _File("", "", []).found(found[0])[1] if len(found) == 1 else None
    return record if isinstance(record, PaperRecord) else None


Strings = dict[str, str | None]  # what abbreviations stand for, None for what is too long


class _File:
    """What entries of a file share: abbreviations, and the entries that others refer to. `warnings` go to the next record.

    An abbreviation that the file doesn't define is told once.
    """

    def __init__(self, text: str, name: str, warnings: list[str]):
        self.warnings = warnings
        self.undefined: set[str] = set()
        self.strings: Strings = {month: month for month in MONTHS}
        self.parents: dict[str, Parent] = {}
        wanted = keys_referred_to(text)
        entries: dict[str, Entry] = {}
        if wanted or ABBREVIATION.search(text):
            size = 0
            for block in blocks(text, wanted):
                if isinstance(block, Abbreviations):
                    size += self._define(block)
                    if size > MOST_ABBREVIATED or len(self.strings) > MOST_ABBREVIATIONS:
                        raise SourceError(
                            f"{name}: its @string abbreviations are more than {MOST_ABBREVIATIONS:,} or come to more "
                            f"than {MOST_ABBREVIATED:,} characters. Take out those that aren't used."
                        )
                elif isinstance(block, Entry) and (key := block.key.lower()) in wanted:
                    entries.setdefault(key, block)
        for key, entry in entries.items():  # whose abbreviations may stand behind them
            with suppress(InvalidRecord):  # told where the entry itself is read
                self.parents[key] = Parent(entry.entry_type, self._fields(entry)[0])

    def found(self, block: Entry | Broken | CommentedOut) -> tuple[str, PaperRecord | Rejection | PassedOver]:
        """The place of an entry and what it holds."""
        line = f"line {block.line}"
        if isinstance(block, CommentedOut):
            return line, PassedOver(line, COMMENTED_OUT)
        if isinstance(block, Broken):
            return line, Rejection(line, f"not BibTeX: {block.reason}", raw_excerpt(block.raw))
        if len(block.raw) > LARGEST_ENTRY:
            reason = f"entry: has {len(block.raw):,} characters, {LARGEST_ENTRY:,} are allowed"
            return line, Rejection(line, reason, raw_excerpt(block.raw))
        place = f"entry {block.key:.100}" if block.key else line
        if block.entry_type in NO_WORKS:
            return place, PassedOver(place, f"entry type {block.entry_type}")
        parent = self.parents.get(block.key.lower()) if self.parents else None
        if parent and not (parent.fields.get("author") or parent.fields.get("editor")):
            return place, PassedOver(place, EMPTY_VOLUME)
        found = read_or_reject(lambda: self._record(block), place, lambda: block.raw)
        if isinstance(found, Rejection):
            return place, replace(found, reason=f"{found.reason} ({line})")
        return place, found

    def _record(self, entry: Entry) -> PaperRecord:
        fields, undefined = self._fields(entry)
        warnings = [*self.warnings, *entry.warnings]
        for name, word in undefined:
            if word not in self.undefined:
                self.undefined.add(word)
                warnings.append(f"{name}: the file doesn't say what {word!r:.80} stands for, and it was kept as it is")
        found = record(fields, entry.entry_type, entry.key, self.parents, warnings)
        self.warnings = []
        return found

    def _fields(self, entry: Entry) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The texts of the fields by their names, and the abbreviations in them that the file doesn't define.

        A field of which nothing is read is as it stands there.
        """
        check_count("fields", len(entry.fields))
        fields: dict[str, str] = {}
        undefined: list[tuple[str, str]] = []
        for name, value in entry.fields.items():
            if not is_read(name):
                fields[name] = "".join(value)
                continue
            if isinstance(value, str):
                fields[name] = clean(value)
                continue
            fields[name] = clean(self._joined(value))
            if name not in STANDING_FOR_THEMSELVES:
                undefined += [
                    (name, word) for word in value if isinstance(word, Word) and word.lower() not in self.strings
                ]
        return fields, undefined

    def _define(self, block: Abbreviations) -> int:
        """Keep what the block defines and nobody before it; how many characters that is."""
        size = 0
        for name, value in block.fields.items():
            if name not in self.strings:
                try:
                    self.strings[name] = text = self._joined(value)
                    size += len(text)
                except InvalidRecord:
                    self.strings[name] = None
        return size

    def _joined(self, value: Value) -> str:
        """The text of a value by the abbreviations known so far; raises InvalidRecord where they make too much of it."""
        if isinstance(value, str):
            return value
        pieces = [self.strings.get(piece.lower(), piece) if isinstance(piece, Word) else piece for piece in value]
        texts = [piece for piece in pieces if piece is not None]
        if len(texts) < len(pieces) or sum(map(len, texts)) > max(LONGEST["expanded"], sum(map(len, value))):
            raise InvalidRecord("field", f"its abbreviations come to more than {LONGEST['expanded']:,} characters")
        return "".join(texts)


ABBREVIATION = re.compile(r"@\s*string", re.IGNORECASE)


# --- Encodings

DECLARED = re.compile(rb"^[^\n@]{0,100}?coding[:=][ \t]*([A-Za-z0-9._-]+)", re.IGNORECASE | re.MULTILINE)
DECLARED_WITHIN = 4096  # bytes
HIGH = re.compile(rb"[\x80-\xff]+")
WESTERN = 0.6  # of a Western text's bytes above ASCII stand alone between ASCII letters


def _text(stream: Stream) -> tuple[str, list[str]]:
    """The text of the file, and a warning where its encoding was guessed; raises SourceError where it can't be told."""
    content = stream.text.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SourceError(
            f"{stream.name} is larger than {LARGEST_FILE // 2**20} MB of BibTeX, which is read as a whole. Split it."
        )
    text, warnings = _decoded(content, stream.name)
    return (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text), warnings


def _decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text in UTF-8 or UTF-16, else in the encoding that a line "% Encoding: …" names, else in Windows-1252."""
    if encoding := _wide_encoding(content):
        return content.decode(encoding, "replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"line {line:,} has the byte 0x{content[error.start]:02X}"
    declared = DECLARED.search(content[:DECLARED_WITHIN])
    encoding = declared[1].decode() if declared else ""
    if encoding.lower().replace("-", "") not in ("", "utf8", "unicode"):
        with suppress(LookupError, ValueError):
            return content.decode(encoding), []
    runs = [run for run in HIGH.findall(content) if not _is_utf8(run)]
    if sum(len(run) == 1 for run in runs) < WESTERN * len(runs):
        raise SourceError(
            f"{name} is not UTF-8: {where}. Say in its first line which encoding it has, as in: % Encoding: GBK. Or "
            "convert it with iconv."
        )
    text = content.decode("utf-8-sig", "western")
    return text, [f"encoding: the file is not UTF-8 ({where}), and was read as Windows-1252"]


def _wide_encoding(content: bytes) -> str:
    """UTF-16 or UTF-32 where the file begins with a mark of it, else nothing."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode()
    except UnicodeDecodeError:
        return False
    return True


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """What stands for bytes that are no UTF-8: lists are put together of files in both encodings."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("western", _as_western)
