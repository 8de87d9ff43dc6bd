"""arXiv's bulk snapshot: JSON, one object a line, with or without `authors_parsed`.

The format is that of the file arXiv publishes as "arxiv-metadata-oai-snapshot.json". Files made from it that lack some
of the fields are read too; a line that isn't such an object is a Rejection, and reading goes on at the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson

from papers.ingest.checks import InvalidRecord, check_count
from papers.ingest.machine_dates import or_warning, read_day, read_moment
from papers.ingest.readers.documents.streams import Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.records import PaperRecord, Rejection, SourceFields, Version

FORMAT = "arxiv-json"
SOURCE = "arxiv-snapshot"
LONGEST_LINE = 8 * 1024 * 1024  # bytes; the longest real record, with some 3,000 authors, has a fiftieth of that
LINE = re.compile(rb'^[ \t]*\{[ \t]*"', re.MULTILINE)
A_LIST = re.compile(rb"\[\s*[{\]]")
TEXTS = ("title", "abstract", "comments", "journal-ref", "doi", "report-no", "license", "submitter")


def recognizes(head: bytes) -> bool:
    """Whether a line of the file's beginning is one of the snapshot's, not only the first: that may be a broken one."""
    return bool(LINE.search(head)) and not A_LIST.match(head)


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each line after the first `skip` ones, its place in words, and the paper or rejection it holds."""
    number = 0
    text = stream.text
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        is_too_long = len(line) > LONGEST_LINE and not line.endswith(b"\n")
        if is_too_long:
            length = len(line) + _drop_rest_of_line(stream)
        if number <= skip:
            continue
        place = f"line {number}"
        if is_too_long:
            reason = f"the line has {length:,} bytes; a record may have {LONGEST_LINE:,}"
            yield number, place, Rejection(place, reason, raw_excerpt(line))
        elif line := line.strip():
            yield number, place, read_line(line, place)
    check_reached(stream, number, skip, "line")


def read_line(line: bytes, place: str) -> PaperRecord | Rejection:
    """The paper that one line describes, or the rejection that says why it describes none."""
    try:
        row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reason = "not UTF-8" if _is_not_utf8(line) else f"not JSON: {error}"
        return Rejection(place, reason, raw_excerpt(line))
    return read_or_reject(lambda: record(row), place, lambda: line)


def record(row: Any) -> PaperRecord:
    """The paper that one decoded object describes; raises InvalidRecord naming the field."""
    if not isinstance(row, dict):
        raise InvalidRecord("record", f"the line holds {_kind(row)}, not an object with fields")
    identifier = row.get("id")
    if not isinstance(identifier, str):
        lost = "; as a number it has lost its zeros" if isinstance(identifier, int | float) else ""
        raise InvalidRecord("id", f"{identifier!r} is {_kind(identifier)}, not a text in quotes{lost}")
    if not isinstance(row.get("authors"), str):
        raise InvalidRecord("authors", f"the authors are {_kind(row.get('authors'))}, not a text")
    for name in TEXTS:
        if not isinstance(row.get(name), str | None):
            raise InvalidRecord(name, f"{str(row[name])[:80]!r} is {_kind(row[name])}, not a text")
    warnings: list[str] = []
    return PaperRecord.from_source(
        SourceFields(
            source=SOURCE,
            arxiv_id=identifier,
            title=row.get("title"),
            abstract=row.get("abstract"),
            authors=row["authors"],
            authors_hint=_hint(row.get("authors_parsed")),
            categories=_categories(row.get("categories")),
            versions=_versions(row.get("versions"), warnings),
            dois=row.get("doi"),
            journal_ref=row.get("journal-ref"),
            comments=row.get("comments"),
            license=row.get("license"),
            report_no=row.get("report-no"),
            submitter=row.get("submitter"),
            datestamp=_day(row.get("update_date"), warnings),
            warnings=warnings,
        )
    )


def _hint(rows: Any) -> list[list[str]] | None:
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and len(row) >= 2 and all(isinstance(part, str) for part in row) for row in rows
    ):
        raise InvalidRecord("authors_parsed", "the parsed authors are not lists of texts (surname, forenames, suffix)")
    return rows


def _categories(codes: Any) -> str:
    if codes is None or isinstance(codes, str):
        return codes or ""
    if isinstance(codes, list) and all(isinstance(code, str) for code in codes):
        return " ".join(codes)  # the first editions of the snapshot had ["math.CO cs.CG"]
    raise InvalidRecord("categories", f"{str(codes)[:80]!r} is {_kind(codes)}, not a text")


def _versions(rows: Any, warnings: list[str]) -> list[Version]:
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise InvalidRecord("versions", f"the versions are {_kind(rows)}, not a list")
    check_count("versions", len(rows))
    found = []
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("version"), str):
            raise InvalidRecord("versions", f"{str(row)[:80]} is not a version with a label")
        created = row.get("created")
        if not isinstance(created, str):
            raise InvalidRecord("versions", f"{row['version']} has {_kind(created)} for its date")
        found.append(Version(row["version"], or_warning(read_moment, "versions", created, warnings)))
    return found


def _day(text: Any, warnings: list[str]) -> date | None:
    if not isinstance(text, str | None):
        raise InvalidRecord("update_date", f"{text!r} is {_kind(text)}, not a text")
    return or_warning(read_day, "update_date", text, warnings) if text else None


def _kind(value: Any) -> str:
    names = {type(None): "missing or null", bool: "true or false", int: "a number", float: "a number", str: "a text"}
    return names.get(type(value)) or ("a list" if isinstance(value, list) else "an object")


def _drop_rest_of_line(stream: Stream) -> int:
    """Read on to the end of the line, a piece at a time; the bytes that were dropped."""
    dropped = 0
    while piece := stream.text.readline(1024 * 1024):
        dropped += len(piece)
        if piece.endswith(b"\n"):
            break
    return dropped


def _is_not_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False
