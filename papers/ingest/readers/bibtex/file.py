"""A BibTeX file as far as its entries share something: abbreviations, and entries that others refer to."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from papers.field_rules import LONGEST
from papers.ingest.checks import InvalidRecord, check_count, clean
from papers.ingest.readers.bibtex.blocks import Abbreviations, Broken, CommentedOut, Entry, Value, Word, blocks
from papers.ingest.readers.bibtex.crossrefs import Parent, keys_referred_to
from papers.ingest.readers.bibtex.details import is_read
from papers.ingest.readers.bibtex.entries import record
from papers.ingest.readers.documents.streams import SourceError, raw_excerpt, read_or_reject
from papers.ingest.records import PaperRecord, PassedOver, Rejection

LARGEST_ENTRY = 4 * 1024 * 1024  # characters
MOST_ABBREVIATIONS = 100_000
MOST_ABBREVIATED = 10_000_000  # characters that all abbreviations of a file stand for
STANDING_FOR_THEMSELVES = frozenset({"month", "crossref", "xdata"})  # names of months, and keys
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

# biblatex's data, settings of styles, and footnotes, which stand for no work.
NO_WORKS = frozenset({"xdata", "set", "control", "ieeetranbstctl", "bibnote", "footnote"})
COMMENTED_OUT = "entry in a comment"
EMPTY_VOLUME = "volume that only its papers name"

Strings = dict[str, str | None]  # what abbreviations stand for, None for what is too long


class File:
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
