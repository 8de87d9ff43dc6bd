"""The text of a BibTeX file, which may be in any encoding, also in two of them."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from papers.ingest.readers.documents.streams import SourceError, Stream

LARGEST_FILE = 64 * 1024 * 1024  # bytes, some 100,000 entries
DECLARED = re.compile(rb"^[^\n@]{0,100}?coding[:=][ \t]*([A-Za-z0-9._-]+)", re.IGNORECASE | re.MULTILINE)
DECLARED_WITHIN = 4096  # bytes
HIGH = re.compile(rb"[\x80-\xff]+")
WESTERN = 0.6  # of a Western text's bytes above ASCII stand alone between ASCII letters


def text_of(stream: Stream) -> tuple[str, list[str]]:
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
    if encoding := wide_encoding(content):
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


def wide_encoding(content: bytes) -> str:
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
