"""BibTeX and BibLaTeX files: a lab's own list, with or without arXiv ids.

`blocks` finds the entries, `file` knows what they share, `entries` makes papers of them. The text is read as a whole, so a
file has a limit, but entry by entry, and what its abbreviations may come to is limited: a few that double each other fill any
memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from papers.ingest.readers.bibtex.blocks import Abbreviations, Entry, blocks
from papers.ingest.readers.bibtex.encodings import text_of, wide_encoding
from papers.ingest.readers.bibtex.entries import record
from papers.ingest.readers.bibtex.file import File
from papers.ingest.readers.documents.streams import Stream, check_reached
from papers.ingest.records import PaperRecord, PassedOver, Rejection

__all__ = ["FORMAT", "read", "read_entry", "recognizes", "record"]

FORMAT = "bibtex"
BEGINNING_OF_ENTRY = re.compile(rb"^[^\S\n]*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)


def recognizes(head: bytes) -> bool:
    """Whether there is an entry in the beginning of the file."""
    if encoding := wide_encoding(head):
        head = head.decode(encoding, "ignore").encode()
    return not head.startswith((b"{", b"<", b"[")) and bool(BEGINNING_OF_ENTRY.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection | PassedOver]]:
    """The number of each entry after the first `skip` ones, its place ("entry smith2019"), and what it holds."""
    text, warnings = text_of(stream)
    entries = File(text, stream.name, warnings)
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
    record = File("", "", []).found(found[0])[1] if len(found) == 1 else None
    return record if isinstance(record, PaperRecord) else None
