"""CSL-JSON: what reference managers export, what doi.org answers, and our own files of citations.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables. A list of items, items of an object, one
item, or an item a line. What Zotero keeps in the note as "DOI: 10.1000/1" counts as a field where the item lacks it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import ijson

from papers import taxonomy
from papers.field_rules import too_long
from papers.ingest.checks import InvalidRecord, check_count, one_line
from papers.ingest.readers.documents.json_documents import Row, records
from papers.ingest.readers.documents.streams import Stream, check_reached, read_or_reject
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of, is_others, orcid_of
from papers.ingest.readers.fields.dates import date_of
from papers.ingest.readers.fields.list_entries import arxiv_id_among, between_commas, doi_of, paper_of, printed_name
from papers.ingest.readers.fields.preprints import SERVER
from papers.ingest.records import PaperRecord, Rejection, SourceFields
from papers.publications import Details, Url
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT, TYPES, known_type, type_of
from papers.text.addresses import addresses_in
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in

FORMAT = "csl-json"
PLACES = ("items.item",)
OF_OTHERS = frozenset(  # names of fields in records of other formats that have a title and a type
    "@context @type attributes authorships authors_parsed display_name itemType message put-code submitter work".split()
)


def recognizes(head: bytes) -> bool:
    """Whether the first record has a title and a type as CSL has them."""
    if not head.startswith((b"[", b"{")):
        return False
    names, kind, has_title = _first_item(head)
    is_type = kind in TYPES or (bool(known_type(kind)) and not OF_OTHERS & names and {"id", "DOI"} & names)
    return bool(is_type) and has_title and not OF_OTHERS & names


def _first_item(head: bytes) -> tuple[set[str], str, bool]:
    """The names of fields, the type, and whether there is a title, of the first record as far as the head goes."""
    names: set[str] = set()
    kind, has_title = "", False
    try:
        for path, event, value in ijson.parse(BytesIO(head), multiple_values=True):
            place, _, name = path.rpartition(".")
            if event == "map_key" and path in ("", "item", *PLACES):
                names.add(value)
            elif place in ("", "item", *PLACES) and name == "type" and event == "string":
                kind = value
            elif path.removesuffix(".item").rpartition(".")[2] == "title" and event == "string":
                has_title = True
            elif event == "end_map" and path in ("", "item", *PLACES):
                break
    except (ijson.JSONError, UnicodeDecodeError):
        pass  # the head ends within the record
    return names, kind, has_title


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each item after the first `skip` ones, its place in words, and the paper or rejection it holds."""
    number = 0
    for place, item in records(stream, PLACES):
        number += 1
        if number > skip:
            found = item
            if not isinstance(item, Rejection):
                found = read_or_reject(partial(_record, item), place, partial(json.dumps, item, ensure_ascii=False))
            yield number, place, found
    check_reached(stream, number, skip, "record")


def read_entry(text: str) -> PaperRecord | None:
    """The paper of a text that is one item; None for another text."""
    try:
        return _record(json.loads(text))
    except (InvalidRecord, json.JSONDecodeError):
        return None


# --- A paper


def _record(item: Any) -> PaperRecord:
    warnings: list[str] = []
    row = Row(item, warnings)
    note, extra = _note(row, warnings)
    source_type, kind = _type(row, extra)
    authors, is_complete = _names(row, "author", warnings)
    custom = row.row("custom")
    arxiv_id = custom.text("arxiv") or arxiv_id_among(
        [
            *(f"arXiv:{text}" for text in extra.texts("arxiv")),
            *(f"arXiv:{text}" for text in row.texts("arxiv")),
            *_of(
                row,
                extra,
                "number",
                "DOI",
                "URL",
                "id",
                "archive_location",
                "archive",
                "container-title",
                "page",
                "publisher",
            ),
            note,
        ]
    )
    dois = doi_of(" ".join(_of(row, extra, "DOI")), [*_of(row, extra, "URL"), *row.texts("id")])
    codes = custom.texts("categories")
    number = _report_number(row, extra, kind, arxiv_id)
    details = _details(row, extra, kind, source_type, custom, codes, number, warnings)
    return paper_of(
        SourceFields(
            source=FORMAT,
            giver=_key(row, extra),
            arxiv_id=arxiv_id or None,
            title=_title(row),
            abstract=row.text("abstract"),
            authors=byline_of(authors, is_complete and not custom.get("byline_is_incomplete")),
            categories=codes,
            issued=_issued(row, extra, warnings),
            type=kind,
            details=details,
            dois=dois,
            comments=note,
            license=custom.text("license"),
            report_no=number,
            warnings=warnings,
            unread=[*row.unread, *(f"custom.{name}" for name in custom.unread if name != "record")],
        )
    )


def _of(row: Row, extra: Row, *names: str) -> list[str]:
    """The texts of these fields, each of the note where the item lacks it."""
    return [text for name in names for text in (row.texts(name) or extra.texts(name))]


def _first(row: Row, extra: Row, *names: str) -> str:
    return next(iter(_of(row, extra, *names)), "")


def _title(row: Row) -> str:
    title, subtitle = one_line(row.text("title")), one_line(row.text("subtitle"))
    short = row.text("title-short"), row.text("shortTitle")
    title = title or next(filter(None, short), "")
    return f"{title}: {subtitle}" if title and subtitle and subtitle.lower() not in title.lower() else title


def _key(row: Row, extra: Row) -> str:
    """What its list calls it: Zotero's address of an item ends with its key, doi.org has none."""
    key = _first(row, extra, "citation-key") or row.text("id")
    if "zotero.org/" in key:
        return key.rpartition("/")[2]
    return "" if "://" in key or key.lower().startswith(("10.", "doi:")) else key


VARIABLE = re.compile(r"(?:\{:)?([A-Za-z][A-Za-z _-]{1,30}): *(\S.*?)\}?$")
# What a note may say in the place of a field of the item.
IN_NOTES = {
    name.lower().replace(" ", "-"): name
    for name in """arxiv citation-key collection-title container-title DOI edition event-title genre ISBN ISSN issue issued
    language number page publisher publisher-place type URL volume""".split()
} | {"original-type": "type"}
LONGEST_NOTE = 10_000  # characters in which fields are looked for


def _note(row: Row, warnings: list[str]) -> tuple[str, Row]:
    """The note without the fields in it, and these, by the names that CSL has for them."""
    kept, fields = [], {}
    text = "\n".join(row.texts("note"))
    for line in text.split("\n") if len(text) <= LONGEST_NOTE else [text]:
        found = VARIABLE.fullmatch(line.strip()) if len(line) <= 1000 else None
        name = IN_NOTES.get(found[1].strip().lower().replace(" ", "-").replace("_", "-"), "") if found else ""
        if found and name and name not in fields and (name == "arxiv" or name not in row):
            fields[name] = found[2]
        elif found and (MACHINES.fullmatch(found[1]) or (name and name in row)):
            pass  # ids of other services, and what the item says itself
        else:
            kept.append(line)
    return " ".join(" ".join(kept).split()), Row(fields, warnings)


MACHINES = re.compile(r"(?:PMID|PMCID|tex\..*|ids?|ADS Bibcode|MAG ID|ZSCC|GSCC|S2ID|Place|tldr)", re.IGNORECASE)


def _type(row: Row, extra: Row) -> tuple[str, str]:
    """The item's word for its type, as BibTeX writes it where it says more, and CSL's type.

    An "article" is a preprint, but many write so of what a journal printed.
    """
    word, genre = _first(row, extra, "type"), _first(row, extra, "genre")
    kind = word if word in TYPES else type_of(word)
    if re.search(r"\bpre-?print\b", genre, re.IGNORECASE):
        return "preprint", PREPRINT
    if word == "article":
        container = _first(row, extra, "container-title")
        if container and not SERVER.match(container) and _of(row, extra, "volume", "issue", "page"):
            return word, "article-journal"
        return "preprint", PREPRINT
    said = re.sub(r"[^a-z]", "", genre.lower()) if kind == "thesis" else ""
    return (said if said and type_of(said) == "thesis" else word), kind


# --- Who wrote and edited it


def _names(row: Row, field: str, warnings: list[str]) -> tuple[list[Printed], bool]:
    """The people in this field in their order, and whether nobody is said to be left out."""
    value = row.get(field)
    people = value if isinstance(value, list) else [] if value is None else [value]
    check_count("authors", len(people))
    printed = []
    is_complete = True
    for place, each in enumerate(people):
        if isinstance(each, str):
            if reason := too_long("authors", each):
                raise InvalidRecord(field, reason)
            each = one_line(each)
            is_complete = is_complete and not is_others(each)
            printed += [printed_name(each)] if each and not is_others(each) else []
        elif isinstance(each, dict):
            name = _name(Row(each, warnings, f"{field}.{place}"), warnings)
            is_complete = is_complete and not is_others(name.whole or name.surname)
            printed += [] if is_others(name.whole or name.surname) else [name]
        elif each is not None:
            row.rows(field)  # which tells what stands there
            break
    return [name for name in printed if name.whole or name.surname or name.forenames], is_complete


def _name(row: Row, warnings: list[str]) -> Printed:
    literal = row.text("literal", "name")
    family, given = row.text("family").strip('"'), row.text("given")
    particles = [row.text("dropping-particle"), row.text("non-dropping-particle")]
    surname = " ".join(filter(None, [*particles, family]))
    orcid = orcid_of(row.text("ORCID", "orcid"), warnings)
    affiliations = (
        tuple(place.text("name") for place in row.rows("affiliation")) if _has_rows(row, "affiliation") else ()
    )
    is_group = row.get("isInstitution") in (True, 1, "1", "true")
    if literal and not (surname and given):
        return Printed(whole=literal, affiliations=affiliations, orcid=orcid, is_literal=True, is_group=is_group)
    if is_group or not given:  # a group that is written as a person's surname is told by its words
        return Printed(
            whole=f"{given} {surname}".strip(),
            affiliations=affiliations,
            orcid=orcid,
            is_literal=is_group,
            is_group=is_group,
        )
    return Printed(surname=surname, forenames=given, suffix=row.text("suffix"), affiliations=affiliations, orcid=orcid)


def _has_rows(row: Row, name: str) -> bool:
    value = row.get(name)
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


# --- When it was published

DATES = ("issued", "published", "published-print", "published-online")


def _issued(row: Row, extra: Row, warnings: list[str]) -> PartialDate | None:
    """When it was published, as precisely as it says; of an event the year."""
    for name in (*DATES, "event-date"):
        found = _date(name, row.get(name) if name in row else extra.get(name), warnings)
        if found:
            return PartialDate.of(found.year) if name == "event-date" else found
    return None


def _date(name: str, value: Any, warnings: list[str]) -> PartialDate | None:
    """The date, or the beginning of the period, in any form that CSL or EDTF has for it."""
    if isinstance(value, dict):
        row = Row(value, warnings, name)
        parts = row.get("date-parts")
        while isinstance(parts, list) and parts and isinstance(parts[0], list):
            parts = parts[0]
        if isinstance(parts, list) and any(part not in (None, "", 0, "0") for part in parts):
            return date_of(name, parts, warnings)
        if (year := row.text("year")) and not row.text("raw", "literal"):
            return date_of(name, [year, row.text("month"), row.text("day")], warnings)
        value = row.text("raw", "literal", "edtf", "date-time")
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    try:
        return date_in(EDTF.sub("", text)) if text else None
    except ValueError as error:
        warnings.append(f"{name}: {text!r:.80} {error}, and was left out")
        return None


EDTF = re.compile(r"(?<=\d)[~?%](?=$|[-/])|-(?:XX|uu)(?:-(?:XX|uu))?(?=$|/)")  # about, perhaps, and what isn't known


# --- Where it appeared

NUMBERED = frozenset({"bill", "legislation", "patent", "regulation", "report", "standard"})


def _details(
    row: Row,
    extra: Row,
    kind: str,
    source_type: str,
    custom: Row,
    codes: Sequence[str],
    report_number: str,
    warnings: list[str],
) -> Details:
    editors, _ = _names(row, "editor", warnings)
    number = _first(row, extra, "number")
    is_articles = number and not arxiv_id_among([number]) and not report_number
    return Details(
        source_type=source_type,
        container=_container(row, extra, kind),
        volume=_first(row, extra, "volume"),
        issue=_first(row, extra, "issue"),
        pages=page_range(_first(row, extra, "page", "page-first")),
        article_number=_first(row, extra, "article-number") or (number if is_articles else ""),
        publisher=_first(row, extra, "publisher", "publisher-name"),
        place=_first(row, extra, "publisher-place", "publisher-location") or row.text("event-place"),
        editors=editors_of(editors),
        edition=_first(row, extra, "edition"),
        series=_first(row, extra, "collection-title"),
        isbn=", ".join(dict.fromkeys(_of(row, extra, "ISBN"))),
        issn=", ".join(dict.fromkeys(_of(row, extra, "ISSN"))),
        language=_first(row, extra, "language"),
        keywords=_keywords(row, custom, codes),
        urls=_urls(row, extra, custom),
    )


def _container(row: Row, extra: Row, kind: str) -> str:
    """The journal, book or conference, its full name before a short one."""
    short = row.text("container-title-short"), row.text("journalAbbreviation")
    name = _first(row, extra, "container-title") or next(filter(None, short), "")
    event = _first(row, extra, "event-title")
    event = event or (row.row("event").text("name") if isinstance(row.get("event"), dict) else row.text("event"))
    return name or (event if kind == "paper-conference" else "")


def _report_number(row: Row, extra: Row, kind: str, arxiv_id: str | None) -> str:
    """The number of what has one of its own: a report, a patent, or what is in no journal and not at arXiv."""
    number = _first(row, extra, "number")
    is_own = kind in NUMBERED or not (_first(row, extra, "container-title") or arxiv_id)
    return number if number and is_own and not arxiv_id_among([number]) else ""


def _keywords(row: Row, custom: Row, codes: Sequence[str]) -> tuple[str, ...]:
    """The keywords, between semicolons or else commas, without the names of the categories with which ours begin."""
    texts = row.texts("keyword") or row.texts("categories")
    names = [taxonomy.ALL[code].name if code in taxonomy.ALL else code for code in codes]
    if ours := custom.texts("keywords"):
        texts = ours[len(names) :] if ours[: len(names)] == names else ours
    elif len(texts) == 1:
        text = texts[0].removeprefix(", ".join(names)).lstrip(", ") if names else texts[0]
        texts = text.split(";") if ";" in text else between_commas(text)
    check_count("keywords", len(texts))
    return tuple(filter(None, map(str.strip, texts)))


def _urls(row: Row, extra: Row, custom: Row) -> tuple[Url, ...]:
    """The address where it is read, and those that our own files have besides."""
    pages = [Url(url) for text in _of(row, extra, "URL") for url in addresses_in(text)]
    return (*pages, *(Url(each.text("url"), each.text("kind") or "other") for each in custom.rows("urls")))
