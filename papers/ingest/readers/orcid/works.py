"""The paper that a work of ORCID describes, or a group of summaries of one work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from papers import identifiers
from papers.bylines import Byline
from papers.ingest.checks import InvalidRecord, check_count, one_line
from papers.ingest.machine_dates import or_warning, read_moment
from papers.ingest.readers.bibtex import read_entry
from papers.ingest.readers.documents.json_documents import Row
from papers.ingest.readers.fields.addresses import is_pdf, urls_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of, orcid_of
from papers.ingest.readers.fields.dates import date_of
from papers.ingest.readers.fields.preprints import OF_ARXIV
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate, as_date

FORMAT = "orcid"
PATH = re.compile(r"/(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])/([a-z-]+)/(\d+)")
OF_PAPER = frozenset({"", "author", "co-inventor", "other-inventor"})  # roles of those who wrote it; 2.x knows these
CREDIT = "credit.niso.org/"  # roles of contributors to an article, each of which is an author's
SAYS_NOTHING = frozenset({"other", "undefined"})
BIBTEX = "bibtex"
LONGEST_CITATION = 100_000  # characters
# The fields that are read, and ORCID's notes about its own record.
READ = frozenset(
    """title type publication-date journal-title url short-description language-code contributors citation external-ids
    put-code path visibility display-index created-date last-modified-date source schemaLocation""".split()
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose record it is."""

    orcid: str
    printed: Printed


def owner_of(fields: Any) -> Owner | None:
    """The person whose name this is; None for what is no name, or hides the surname and the name to be cited by."""
    if not isinstance(fields, dict) or not ("given-names" in fields or "credit-name" in fields) or "title" in fields:
        return None
    row = Row(fields, [])
    found = re.search(PATH_OF_PERSON, row.text("path"))
    orcid = orcid_of(found[0], []) if found else ""
    forenames, surname, whole = (_text(row, name) for name in ("given-names", "family-name", "credit-name"))
    if surname:
        return Owner(orcid, Printed(surname, forenames, orcid=orcid))
    return Owner(orcid, Printed(whole=whole or forenames, orcid=orcid))


PATH_OF_PERSON = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")


# --- One work


def record(fields: Any, owner: Owner | None = None) -> PaperRecord:
    """The paper that a work, or a group of summaries of one, describes; raises InvalidRecord naming the field."""
    warnings: list[str] = []
    row = Row(fields, warnings)
    works = _works(row)
    ids = _Identifiers([*works, row], warnings)
    cited = next(filter(None, map(_cited, works)), None)
    title = _first(works, _title)
    contributors = next((found for work in works if (found := _contributors(work, owner, warnings))), _Contributors())
    orcid, put_code = _address(works)
    source_type = _first(works, _type)
    byline = contributors.byline
    if not byline.text and cited:
        byline = cited.byline
    if (
        not byline.text
        and owner
        and (not orcid or owner.orcid in ("", orcid))
        and not contributors
        and source_type != "edited-book"
    ):
        byline = byline_of([owner.printed], is_complete=False)
    details = _details(works, ids, contributors, source_type)
    arxiv_id, dois = ids.arxiv_id, list(ids.dois.values())
    if cited:
        details = details.completed(replace(cited.details, source_type="", language="", urls=()))
        arxiv_id = arxiv_id or cited.arxiv_id or ""
        dois = dois or list(cited.dois)
    is_of_arxiv = bool(OF_ARXIV.match(details.container))
    if is_of_arxiv:
        details = replace(details, container="", volume="", issue="")
    addresses = [_first(works, lambda work: _text(work, "url")), *ids.addresses]
    if not arxiv_id and (address := identifiers.find_arxiv_id(addresses[0])):
        arxiv_id = address.canonical
    urls = urls_of(((each, "pdf" if is_pdf(each) else "landing") for each in addresses), dois, arxiv_id or None)
    issued = _issued(works, warnings) or (cited.issued if cited else None)
    return PaperRecord.from_source(
        SourceFields(
            source=FORMAT,
            giver=f"{orcid}/work/{put_code}" if orcid and put_code else put_code,
            arxiv_id=arxiv_id or None,
            slug="" if arxiv_id else slug_of(byline, str(issued.year) if issued else "", title),
            title=title,
            abstract=_first(works, lambda work: _text(work, "short-description")) or (cited.abstract if cited else ""),
            authors=byline,
            issued=issued,
            type=PREPRINT if is_of_arxiv or (arxiv_id and not details.container and not dois) else "",
            details=replace(details, urls=urls),
            dois=" ".join(dois),
            datestamp=_datestamp([row, *works], warnings),
            warnings=warnings,
            unread=[*_unread(works), *ids.unread, *contributors.unread],
        )
    )


def _works(row: Row) -> list[Row]:
    """The works in a record, of a group its summaries, the preferred first; raises InvalidRecord for an error of ORCID's."""
    if "work-summary" in row:
        summaries = row.rows("work-summary")
        check_count("fields", len(summaries))
        return sorted(summaries, key=_display_index) or [row]
    if "error" in row:
        error = row.row("error")
        said = error.text("user-message", "developer-message") or error.text("response-code")
        raise InvalidRecord("work", f"ORCID answered: {said}")
    if "developer-message" in row:
        raise InvalidRecord("work", f"ORCID answered: {row.text('user-message', 'developer-message')}")
    return [row.row("work")] if "work" in row else [row]


def _display_index(work: Row) -> int:
    with suppress(ValueError):
        return -int(work.text("display-index"))
    return 0


def _text(row: Row, name: str) -> str:
    """The text of a field, which JSON often has as `{"value": …}`."""
    return row.row(name).text("value") if isinstance(row.get(name), dict) else row.text(name)


def _first(works: Iterable[Row], read: Any) -> Any:
    return next((found for work in works if (found := read(work))), "")


def _title(work: Row) -> str:
    row = work.row("title")
    title, subtitle = one_line(_text(row, "title")), one_line(_text(row, "subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title


def _type(work: Row) -> str:
    word = work.text("type").lower().replace("_", "-")
    return "" if word in SAYS_NOTHING else word


def _date(work: Row, warnings: list[str]) -> PartialDate | None:
    """When it was published, as precisely as ORCID knows; what the calendar doesn't have is left out with a warning."""
    row = work.row("publication-date")
    return date_of("publication-date", [_text(row, name) for name in ("year", "month", "day")], warnings)


def _issued(works: Iterable[Row], warnings: list[str]) -> PartialDate | None:
    """When it was published, as the preferred source says; the day or month in that time where another one knows it."""
    found = None
    for work in works:
        day = _date(work, warnings)
        if day and (found is None or found.contains(day)):
            found = day
    return found


def _datestamp(rows: Iterable[Row], warnings: list[str]) -> date | None:
    """The day on which it was changed last, of a group any of its summaries."""
    days = []
    for row in rows:
        value = _text(row, "last-modified-date")
        try:
            if value.isdigit():
                days.append(datetime.fromtimestamp(int(value) / 1000, UTC).date())
            elif value and (moment := or_warning(read_moment, "last-modified-date", value, warnings)):
                days.append(as_date(moment))
        except (ValueError, OverflowError, OSError):
            warnings.append(f"last-modified-date: {value!r:.40} is not a date, and was left out")
    return max(days, default=None)


def _address(works: Sequence[Row]) -> tuple[str, str]:
    """The iD and the number that name the preferred work."""
    found = next(filter(None, (PATH.fullmatch(work.text("path")) for work in works[:1])), None)
    return (found[1], found[3]) if found else ("", works[0].text("put-code"))


class _Identifiers:
    """The identifiers of a work, its own apart from those of the book or journal that it is part of."""

    def __init__(self, rows: Iterable[Row], warnings: list[str]):
        self.arxiv_id = self.isbn = self.issn = ""
        self.dois: dict[str, str] = {}
        self.addresses: list[str] = []
        self.unread: list[str] = []
        self.warnings = warnings
        seen = set()
        for row in rows:
            for each in row.row("external-ids").rows("external-id"):
                kind, value = each.text("external-id-type").lower(), each.text("external-id-value")
                relation = each.text("external-id-relationship").lower().replace("_", "-")
                if value and (kind, value, relation) not in seen:
                    seen.add((kind, value, relation))
                    self._take(kind, value, relation or "self", _text(each, "external-id-url"))

    def _take(self, kind: str, value: str, relation: str, url: str) -> None:
        is_own = relation == "self"
        if kind == "isbn" and relation in ("self", "part-of"):
            self.isbn = self.isbn or value
        elif kind == "issn":
            self.issn = self.issn or value
        elif kind == "doi" and is_own:
            self._take_doi(value)
        elif kind == "arxiv" and relation in ("self", "version-of"):
            self._take_arxiv_id(value)
        elif kind in ("handle", "uri", "urn") and is_own and (url or value).startswith("http"):
            self.addresses.append(url or value)
        else:
            self.unread.append(f"external-id {kind}" if is_own else f"external-id {kind} ({relation})")

    def _take_doi(self, value: str) -> None:
        found, _others = identifiers.split_dois(value)
        if not found:
            self.warnings.append(f"doi: {value!r:.80} is not a DOI and was left out")
        for doi in found:
            if name := identifiers.arxiv_id_of_doi(doi):
                self._take_arxiv_id(name)
            else:
                self.dois.setdefault(doi.lower(), doi)

    def _take_arxiv_id(self, value: str) -> None:
        try:
            self.arxiv_id = self.arxiv_id or identifiers.ArxivId.parse(value).canonical
        except identifiers.InvalidIdentifier as error:
            self.warnings.append(f"arxiv: {error}, and was left out")


@dataclass(slots=True)
class _Contributors:
    authors: Sequence[Printed] = ()
    editors: Sequence[Printed] = ()
    unread: Sequence[str] = ()

    @property
    def byline(self) -> Byline:
        return byline_of(self.authors)

    def __bool__(self) -> bool:
        return bool(self.authors or self.editors)


def _contributors(work: Row, owner: Owner | None, warnings: list[str]) -> _Contributors:
    """Who wrote and who edited it, each once, though ORCID has a line for each role of a person."""
    rows = work.row("contributors").rows("contributor")
    check_count("authors", len(rows))
    authors: dict[str, Printed] = {}
    editors: dict[str, Printed] = {}
    unread = []
    for row in rows:
        person = row.row("contributor-orcid")
        orcid = orcid_of(person.text("path") or person.text("uri"), warnings)
        name = one_line(_text(row, "credit-name"))
        role = row.row("contributor-attributes").text("contributor-role").lower().replace("_", "-")
        if not name and orcid and owner and owner.orcid == orcid:
            printed = owner.printed
        elif name:
            printed = Printed(whole=name, orcid=orcid)
        else:
            continue
        if role == "editor":
            editors.setdefault(orcid or name, printed)
        elif role in OF_PAPER or CREDIT in role:
            authors.setdefault(orcid or name, printed)
        else:
            unread.append(f"contributor {role}")
    return _Contributors([*authors.values()], [*editors.values()], unread)


def _details(works: Sequence[Row], ids: _Identifiers, contributors: _Contributors, source_type: str) -> Details:
    return Details(
        source_type=source_type,
        container=_first(works, lambda work: _text(work, "journal-title")),
        editors=editors_of(contributors.editors),
        isbn=ids.isbn,
        issn=ids.issn,
        language=_first(works, lambda work: _text(work, "language-code")),
    )


def _cited(work: Row) -> PaperRecord | None:
    """What the BibTeX entry says that belongs to a work; None where there is none, or none that can be read."""
    row = work.row("citation")
    if row.text("citation-type").lower() != BIBTEX:
        return None
    text = row.text("citation-value")
    return read_entry(text) if text and len(text) <= LONGEST_CITATION else None


def _unread(works: Iterable[Row]) -> Iterator[str]:
    for work in works:
        yield from (name for name in work.unread if name not in READ)
        citation = work.row("citation")
        if citation.text("citation-value") and citation.text("citation-type").lower() != BIBTEX:
            yield f"citation {citation.text('citation-type').lower()}"
        if "translated-title" in work.row("title"):
            yield "translated-title"
