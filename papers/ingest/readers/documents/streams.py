"""The bytes of a source, wherever they lie and however they are packed.

A file or standard input is one forward-only stream: what a compressed file holds is told by its first bytes and never
by its name, and the bytes looked at to tell are put back, so that a pipe works like a file.
"""

from __future__ import annotations

import gzip
import io
import lzma
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import zstandard

from papers.ingest.checks import InvalidRecord
from papers.ingest.records import Rejection

MAGIC = 6  # bytes that tell how a file is packed
HEAD = 64 * 1024  # enough to meet the first BibTeX entry behind a long comment
BUFFER = 256 * 1024
KEPT_OF_A_REJECT = 64 * 1024
STEP = 1024  # compressed bytes at a time: four of them can mean 128 kB in .zst, so a step stays below 32 MB of text
XZ_MEMORY = 256 * 1024 * 1024  # bytes that unpacking may take; xz -9 takes 65 MB


Found = TypeVar("Found")


class SourceError(Exception):
    """The source can't be read (any further). The message names it and says what to do; what was read before stands."""


def raw_excerpt(raw: bytes | str) -> str:
    """What is stored of a rejected record: no NUL, bytes that aren't UTF-8 as \\xNN, at most 64 kB and then a note."""
    whole = len(raw)
    raw = raw[:KEPT_OF_A_REJECT]
    text = raw.decode(errors="backslashreplace") if isinstance(raw, bytes) else raw
    text = text.replace("\0", "\\x00").rstrip("\r\n")  # PostgreSQL stores no NUL
    return text if whole <= KEPT_OF_A_REJECT else f"{text} [cut here: the first {KEPT_OF_A_REJECT:,} of {whole:,}]"


def read_or_reject(read: Callable[[], Found], place: str, raw: Callable[[], bytes | str]) -> Found | Rejection:
    """What `read` makes of the record at this place, or its rejection: nothing in one record ends the reading of others.

    An error that no reader foresaw is a fault of this program; it costs the record, which is kept for when it is mended.
    """
    try:
        return read()
    except InvalidRecord as error:
        reason = str(error)
    except MemoryError:  # of the machine, not of the record
        raise
    except Exception as error:
        reason = f"the record can't be read: {type(error).__name__}: {error}"
    return Rejection(place, reason, raw_excerpt(raw()))


def check_reached(stream: Stream, number: int, skip: int, unit: str) -> None:
    """Raise SourceError if the stream ended at this line or record, before the one from which it should go on."""
    if number < skip:
        raise SourceError(
            f"{stream.name} ends with {unit} {number:,}, but the import to be resumed had got to {unit} {skip:,}. "
            "Is it the same file? Start anew with --restart."
        )


class _Counted(io.RawIOBase):
    """The file as it lies on the disk, counting what was taken from it."""

    def __init__(self, file: BinaryIO):
        self.file = file
        self.read_once = getattr(file, "read1", file.read)  # a pipe gives what it has, and isn't waited for
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.read_once(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Frames(io.RawIOBase):
    """What a .zst or .xz file holds, frame behind frame; EOFError if it is cut short.

    The libraries' own readers just stop there, and that of .xz at whatever stands behind a frame and is none.
    """

    def __init__(self, packed: io.BufferedReader, begin: Callable[[], Any], filling: bytes = b""):
        self.packed = packed
        self.begin = begin
        self.filling = filling  # what may stand behind a frame and means nothing
        self.frame: Any = None
        self.behind = b""  # compressed bytes after the end of a frame
        self.text = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.text:
            packed = self.behind or self.packed.read(STEP)
            self.behind = b""
            if self.frame is None and packed and not (packed := packed.lstrip(self.filling)):
                continue
            if not packed:
                if self.frame:
                    raise EOFError("the compressed file ends before its last frame does")
                return 0
            if self.frame is None:
                self.frame = self.begin()
            self.text = memoryview(self.frame.decompress(packed))
            if self.frame.eof:
                self.behind, self.frame = self.frame.unused_data, None
        count = min(len(buffer), len(self.text))
        buffer[:count], self.text = self.text[:count], self.text[count:]
        return count


class _PutBack(io.RawIOBase):
    """A stream whose first bytes were read ahead, given out again; and then what went wrong after them, if anything."""

    def __init__(self, rest: io.BufferedIOBase, count: int, name: str):
        self.rest = rest
        self.name = name
        self.failure: SourceError | None = None
        head = bytearray()
        try:  # one step at a time, so that a failure takes nothing with it that was read before
            while len(head) < count and (more := self._next(count - len(head))):
                head += more
        except SourceError as error:
            self.failure = error
        self.head = bytes(head)
        self.left = memoryview(self.head)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: bytes | memoryview
        if self.left:
            data, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        elif self.failure:
            raise self.failure
        else:
            data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, count: int) -> bytes:
        with telling(self.name):
            return self.rest.read1(count)


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Turns what can go wrong while reading the source of this name into a SourceError."""
    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise SourceError(
            f"{name}: the compressed file is cut short or damaged ({error}). What comes before the damage was read; "
            "get the file again and import it."
        ) from error
    except OSError as error:
        raise SourceError(f"{name} can't be read: {error.strerror or error}.") from error


class Stream:
    """The uncompressed bytes of a file or of standard input, read once from front to back.

    `text` is the buffered stream, `head` its first 64 kB (also still to be read), `name` what to call it in messages,
    `size` the bytes on disk (None for a pipe) and `bytes_read` how many of them were taken so far.
    """

    def __init__(self, file: BinaryIO, name: str, size: int | None):
        self.name = name
        self.size = size
        self._counted = _Counted(file)
        packed = _PutBack(io.BufferedReader(self._counted, BUFFER), MAGIC, name)
        content = _PutBack(_unpacked(packed.head, io.BufferedReader(packed, BUFFER)), HEAD, name)
        if content.failure and not content.head:
            self.close()
            raise content.failure
        self.head = content.head
        self.text = io.BufferedReader(content, BUFFER)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Stream:
        """The stream at this path, `-` for standard input; raises SourceError for what isn't a readable file."""
        name = os.fspath(path)
        if name == "-":
            return cls(sys.stdin.buffer, "standard input", None)
        file = Path(name)
        if file.is_dir():
            raise SourceError(f"{name} is a directory. Name one of the files in it.")
        try:
            opened = file.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise SourceError(f"{name} does not exist. Check the path (it is taken from {Path.cwd()}).") from error
        except OSError as error:
            raise SourceError(f"{name} can't be opened: {error.strerror or error}.") from error
        regular = file.is_file()
        return cls(opened, name, os.fstat(opened.fileno()).st_size if regular else None)

    @property
    def bytes_read(self) -> int:
        """How far into the (compressed) file the reading is, a buffer ahead of the records given out."""
        return self._counted.count

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._counted.file is not sys.stdin.buffer:
            self._counted.file.close()


def _unpacked(magic: bytes, packed: io.BufferedReader) -> io.BufferedIOBase:
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=packed)
    if magic.startswith(b"\xfd7zXZ\x00"):
        begin: Callable[[], Any] = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, XZ_MEMORY)
        return io.BufferedReader(_Frames(packed, begin, filling=b"\0"), BUFFER)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return io.BufferedReader(_Frames(packed, lambda: zstandard.ZstdDecompressor().decompressobj()), BUFFER)
    return packed
