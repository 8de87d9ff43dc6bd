"""OpenCitations Meta as CSV: a work a row, people and venues with their identifiers in brackets.

The columns: https://github.com/opencitations/oc_meta. Several files may stand behind one another, each with its header.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from papers.field_rules import too_long
from papers.ingest.checks import InvalidRecord, check_count, clean
from papers.ingest.readers.documents.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of, is_others, orcid_of
from papers.ingest.readers.fields.list_entries import arxiv_id_among, paper_of
from papers.ingest.records import PaperRecord, PassedOver, Rejection, SourceFields
from papers.publications import Details, Url
from papers.publications.pages import page_range
from papers.taxonomy.types import type_of
from papers.text.addresses import addresses_in
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in

FORMAT = "opencitations"
LONGEST_LINE = 1024 * 1024  # characters that are read at a time
LARGEST_FIELD = 4 * 1024 * 1024  # characters
COLUMNS = frozenset("id title author pub_date venue volume issue page type publisher editor".split())
NEEDED = frozenset({"id", "title", "author", "pub_date"})
# What venues and their parts are, which aren't papers.
NO_PAPERS = frozenset(
    f"{word}{part}"
    for word in ("book ", "journal ", "proceedings ", "report ", "standard ", "")
    for part in ("series", "set", "volume", "issue")
) | {"journal", "component"}

Row = Mapping[str, str]


def recognizes(head: bytes) -> bool:
    """Whether the first line is a header of these columns."""
    first = head[:1000].splitlines()[:1]
    return bool(first) and set(_header(next(csv.reader([first[0].decode("utf-8", "replace")]), []))) >= NEEDED


def _header(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower().removeprefix("\ufeff") for cell in cells]


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection | PassedOver]]:
    """The number of each row after the first `skip` ones, its place ("line 17"), and what it holds."""
    number = 0
    header: list[str] = []
    for line, cells in _rows(stream):
        names = _header(cells) if isinstance(cells, list) and "id" in _header(cells[:20]) else []
        if set(names) >= NEEDED:
            header = names
            continue
        if not header:
            raise SourceError(
                f"{stream.name} doesn't begin with the columns of OpenCitations Meta: {', '.join(sorted(COLUMNS))}."
            )
        number += 1
        if number > skip:
            place = f"line {line}"
            yield number, place, _read_row(cells, header, place)
    check_reached(stream, number, skip, "row")


def _rows(stream: Stream) -> Iterator[tuple[int, list[str] | str]]:
    """The cells of each row that has any with the number of its first line, or why it can't be read."""
    csv.field_size_limit(LARGEST_FIELD)
    text = io.TextIOWrapper(stream.text, encoding="utf-8", errors="replace", newline="")
    try:
        reader = csv.reader(iter(partial(text.readline, LONGEST_LINE), ""))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, str(error)
                continue
            if any(cells):
                yield line, cells
    finally:
        text.detach()


def _read_row(cells: list[str] | str, header: Sequence[str], place: str) -> PaperRecord | Rejection | PassedOver:
    if isinstance(cells, str):
        return Rejection(place, f"not CSV: {cells}", "")
    raw = partial(",".join, cells)
    if len(cells) != len(header):
        reason = (
            f"columns: the row has {len(cells):,}, the header has {len(header):,}; perhaps a quotation mark is missing"
        )
        return Rejection(place, reason, raw_excerpt(raw()))
    row = {name: clean(cell) for name, cell in zip(header, cells, strict=True)}
    if (kind := row.get("type", "").lower()) in NO_PAPERS:
        return PassedOver(place, f"type {kind}")
    return read_or_reject(partial(_record, row), place, raw)


# --- A paper

IN_BRACKETS = re.compile(r"\s*\[([^\[\]]*)\]\s*$")
IDENTIFIER = re.compile(r"([A-Za-z]+):(\S+)")
IN_SERIES = frozenset({"book", "report", "standard"})  # which stand in nothing but a series


def _record(row: Row) -> PaperRecord:
    warnings: list[str] = []
    ids = _identifiers(row["id"])
    venue, of_venue = _named(row.get("venue", ""))
    kind = type_of(row.get("type", ""))
    authors, is_complete = _people(row["author"], "author", warnings)
    dois = [text for text in ids.get("doi", []) if not arxiv_id_among([text])]
    if "\ufffd" in "".join(row.values()):
        warnings.append("row: bytes that aren't UTF-8 were replaced")
    return paper_of(
        SourceFields(
            source=FORMAT,
            giver=next((f"{name}:{ids[name][0]}" for name in ("omid", "doi", "openalex", "pmid") if name in ids), ""),
            arxiv_id=arxiv_id_among([f"arXiv:{text}" for text in ids.get("arxiv", [])] + ids.get("doi", [])),
            title=row["title"],
            authors=byline_of(authors, is_complete),
            issued=_issued(row["pub_date"], warnings),
            details=Details(
                source_type=row.get("type", ""),
                container="" if kind in IN_SERIES else venue,
                series=venue if kind in IN_SERIES else "",
                volume=row.get("volume", ""),
                issue=row.get("issue", ""),
                pages=page_range(row.get("page", "")),
                publisher=_without_identifiers(row.get("publisher", "")),
                editors=editors_of(_people(row.get("editor", ""), "editor", warnings)[0]),
                isbn=", ".join(dict.fromkeys([*ids.get("isbn", []), *of_venue.get("isbn", [])])),
                issn=", ".join(dict.fromkeys([*ids.get("issn", []), *of_venue.get("issn", [])])),
                urls=tuple(Url(url) for text in ids.get("url", []) for url in addresses_in(text)),
            ),
            dois=" ".join(dois),
            warnings=warnings,
            unread=[name for name, cell in row.items() if cell and name not in COLUMNS],
        )
    )


def _identifiers(text: str) -> dict[str, list[str]]:
    """The identifiers by their schemes in small letters."""
    found: dict[str, list[str]] = {}
    for scheme, value in IDENTIFIER.findall(text):
        found.setdefault(scheme.lower(), []).append(value)
    return found


def _named(text: str) -> tuple[str, dict[str, list[str]]]:
    """A name and the identifiers in brackets behind it."""
    found = IN_BRACKETS.search(text) if text.endswith("]") else None
    return (text[: found.start()].strip(), _identifiers(found[1])) if found else (text.strip(), {})


def _without_identifiers(text: str) -> str:
    """The names alone, where there are several."""
    return re.sub(r"\s?\[[^\[\]]*\]", "", text).strip()


def _people(text: str, field: str, warnings: list[str]) -> tuple[list[Printed], bool]:
    """The people between semicolons, "Last, First [orcid:…]", and whether no "et al." follows."""
    if reason := too_long("authors", text):
        raise InvalidRecord(field, reason)
    pieces: list[str] = []
    for piece in text.split(";"):
        if pieces and pieces[-1].count("[") > pieces[-1].count("]"):  # an identifier may have a semicolon in it
            pieces[-1] += f";{piece}"
        else:
            pieces.append(piece)
    check_count("authors", len(pieces))
    printed = []
    is_complete = True
    for piece in pieces:
        name, ids = _named(piece.strip())
        orcid = orcid_of(next(iter(ids.get("orcid", [])), ""), warnings)
        surname, _, forenames = (part.strip() for part in name.partition(","))
        if is_others(name):
            is_complete = False
        elif surname and forenames:
            printed.append(Printed(surname=surname, forenames=forenames, orcid=orcid))
        elif surname or forenames:
            printed.append(Printed(whole=surname or forenames, orcid=orcid))
    return printed, is_complete


def _issued(text: str, warnings: list[str]) -> PartialDate | None:
    try:
        return date_in(text)
    except ValueError as error:
        warnings.append(f"pub_date: {text!r:.80} {error}, and was left out")
        return None
