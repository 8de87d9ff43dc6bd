"""Sources of paper records, one module per format, behind one door: `open_source`.

A module has the name of its `FORMAT`, `recognizes(head)`, which tells it by its first 64 kB (without white space before), and
`read(stream, skip)`.

    with open_source("arxiv-metadata.json.xz") as source:
        for position, place, found in source:  # found is a PaperRecord, Rejection, Deletion or PassedOver
            ...

A source is read once, front to back, in memory that doesn't grow with it. What is wrong with one record is a Rejection
and reading goes on; what stops the reading raises SourceError after everything readable was given out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from types import ModuleType, TracebackType

from papers.ingest.readers import (
    arxiv_json,
    atom,
    bibtex,
    crossref,
    csl_json,
    datacite,
    dblp,
    oai_pmh,
    openalex,
    opencitations,
    orcid,
    ris,
)
from papers.ingest.readers.documents.streams import SourceError, Stream
from papers.ingest.records import Item

__all__ = ["FORMATS", "Source", "SourceError", "open_source"]

# In the order in which they are asked whether a file begins like one of theirs: the pickiest first.
READERS = (
    atom,
    orcid,
    dblp,
    oai_pmh,
    crossref,
    datacite,
    openalex,
    ris,
    bibtex,
    opencitations,
    csl_json,
    arxiv_json,
)
FORMATS: dict[str, ModuleType] = {module.FORMAT: module for module in READERS}

Located = tuple[int, str, Item]  # position, place, and what stood there

WEB_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


class Source:
    """One open source: iterate over it for what it holds, each with its position and its place.

    The place is for people ("line 17", "record 4", "entry smith2019"). The position is what `skip_to` takes to go on
    behind that item when the same source is opened anew. `format` is one of FORMATS.
    """

    def __init__(self, stream: Stream, format: str):
        self._stream = stream
        self._skip = 0
        self._items: Iterator[Located] | None = None
        self.name = stream.name
        self.format = format
        self.position = 0

    def skip_to(self, position: int) -> None:
        """Start behind this position: lines of JSON aren't parsed on the way, XML records not shaped."""
        self._skip = self.position = position

    def __iter__(self) -> Iterator[Located]:
        self._items = self._items or self._read()  # asked again it goes on, as the stream can't go back
        return self._items

    def _read(self) -> Iterator[Located]:
        for located in FORMATS[self.format].read(self._stream, self._skip):
            self.position = located[0]
            yield located

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the file so far, compressed ones if it is compressed."""
        return self._stream.bytes_read

    @property
    def total_bytes(self) -> int | None:
        """Bytes the file has on the disk; None for standard input and other pipes."""
        return self._stream.size

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._stream.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(path: str | os.PathLike[str], format: str | None = None) -> Source:
    """The source at this path, `-` for standard input, its format and compression told by its content.

    Raises SourceError with a sentence that names the path and says what to do, if there is nothing to read.
    """
    if format is not None and format not in FORMATS:
        raise SourceError(f"{format!r} is not a format. Formats are {', '.join(sorted(FORMATS))}.")
    stream = Stream.open(path)
    try:
        if not stream.head.strip():
            raise SourceError(f"{stream.name} is empty. Was it fetched completely?")
        return Source(stream, format or _format_of(stream.head, stream.name))
    except SourceError:
        stream.close()
        raise


def _format_of(head: bytes, name: str) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for module in READERS:
        if module.recognizes(start):
            return str(module.FORMAT)
    if WEB_PAGE.match(start):
        raise SourceError(f"{name} is a web page, perhaps one that tells an error. Open it in a browser.")
    raise SourceError(
        f"{name} is in none of the formats known here ({', '.join(sorted(FORMATS))}). If it is in one of them all the same, "
        "name it with --format."
    )
