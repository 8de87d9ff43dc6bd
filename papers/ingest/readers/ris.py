"""RIS, which publishers, indexes and reference managers write, each in its own way: a tag, a hyphen and a value a line.

The tags: https://en.wikipedia.org/wiki/RIS_(file_format). Lines without a tag go on with the value before them. An entry
ends with ER, or where the next begins; lines before the first are nobody's. UTF-8, UTF-16 by its mark, else Windows-1252.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from papers.ingest.checks import InvalidRecord, check_count, clean
from papers.ingest.readers.documents.streams import Stream, check_reached, read_or_reject
from papers.ingest.readers.fields.author_lists import byline_of, editors_of
from papers.ingest.readers.fields.list_entries import arxiv_id_among, between_commas, doi_of, paper_of, printed_names
from papers.ingest.records import PaperRecord, Rejection, SourceFields
from papers.publications import Details, Url
from papers.publications.pages import page_range
from papers.taxonomy.types import type_of
from papers.text.addresses import addresses_in
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in, month_and_day

FORMAT = "ris"
LONGEST_LINE = 1024 * 1024  # characters that are read at a time
LARGEST_ENTRY = 4 * 1024 * 1024  # characters
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

BEGINNING = re.compile(rb"(?:^|[\r\n])[ \t]*(?:TY|ty) {0,2}- ?[A-Za-z][A-Za-z ]{1,30}(?=[\r\n]|$)")
LINE = re.compile(
    r"\s*(?P<tag>[A-Z][A-Z0-9]|[a-z][a-z0-9])(?P<space> {0,3})-(?: (?P<value>.*)|(?P<glued>\S.*)?)$", re.DOTALL
)
TAGS = frozenset(
    """TY ER ID AU A1 A2 A3 A4 ED TI T1 T2 T3 CT BT ST JO JF JA J1 J2 PY Y1 Y2 YR DA VL VO IS SP EP M1 M2 M3 C1 C2 C3 C4 C5 C6
    C7 C8 SN DO DI UR L1 L2 L3 L4 LK AB N1 N2 KW PB CY PP LA ET AN AD AV CN CR CA DB DP LB NV OP RN RP RI SE SV TA TT U1 U2
    U3 U4 U5 H1 H2""".split()
)
IN_BOOKS = frozenset({"chapter", "paper-conference", "entry", "entry-dictionary", "entry-encyclopedia"})
IN_SERIES = frozenset({"book", "map", "report", "software"})
PERIODICALS = frozenset({"article-journal", "article-magazine", "article-newspaper"})
NUMBERED = frozenset({"patent", "report", "standard"})
# Whose second author is an advisor, a court or a sponsor.
WITHOUT_EDITORS = frozenset(
    {"bill", "hearing", "legal_case", "legislation", "patent", "personal_communication", "thesis"}
)


def recognizes(head: bytes) -> bool:
    """Whether a line in the beginning of the file is the first one of an entry."""
    if head.startswith(UTF_16):
        head = head.decode("utf-16", "ignore").encode()
    return not head.startswith((b"{", b"<")) and bool(BEGINNING.search(head))


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each entry after the first `skip` ones, its place ("line 17"), and the paper or rejection it holds."""
    number = 0
    for line, lines in _entries(_lines(stream)):
        number += 1
        if number > skip:
            place = f"line {line}"
            yield number, place, read_or_reject(partial(_record, lines), place, partial("\n".join, lines))
    check_reached(stream, number, skip, "entry")


def read_entry(text: str) -> PaperRecord | None:
    """The paper of a text that is one entry; None for another text."""
    found = list(_entries(enumerate(io.StringIO(text, newline=None).read().split("\n"), 1)))
    if len(found) != 1:
        return None
    try:
        return _record(found[0][1])
    except InvalidRecord:
        return None


# --- Lines


def _lines(stream: Stream) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, of one that is too long a piece at a time."""
    is_utf_16 = stream.head.startswith(UTF_16)
    # One byte a character, so that each line can be in an encoding of its own; lines end in the way of any system.
    text = io.TextIOWrapper(stream.text, encoding="utf-16" if is_utf_16 else "latin-1", errors="replace")
    number, is_rest = 0, False
    try:
        while line := text.readline(LONGEST_LINE):
            number += not is_rest
            is_rest = not line.endswith("\n")
            yield number, (line if is_utf_16 else _decoded(line)).rstrip("\n")
    finally:
        text.detach()


def _decoded(line: str) -> str:
    if line.isascii():
        return line
    raw = line.encode("latin-1")
    try:
        return raw.decode("utf-8").replace("\ufeff", "")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _entries(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """The lines of each entry, with the number of its first; of one that is too large the first ones."""
    begun, size = 0, 0
    entry: list[str] = []
    tags: set[str] = set()
    for number, line in lines:
        tag = _tag_of(line)
        if tag == "ER" or (tag == "TY" and tags - {"TY", "ID"}):
            if entry:
                yield begun, entry
            entry, tags, size = [], set(), 0
        if tag != "ER" and (entry or tag):
            begun = begun if entry else number
            tags.add(tag)
            if size <= LARGEST_ENTRY:
                size += len(line) + 1
                entry.append(line)
    if entry:
        yield begun, entry


def _tag_of(line: str) -> str:
    """The tag with which the line begins, "" where it goes on with what stands before it."""
    found = LINE.match(line)
    if found is None:
        return ""
    tag = found["tag"].upper()
    is_known, is_upper = tag in TAGS, found["tag"] == tag
    if len(found["space"]) == 2:
        return tag if is_known or (is_upper and not line[0].isspace()) else ""
    return tag if is_known and is_upper and found["glued"] is None else ""


class _Fields:
    """The values of an entry by their tags; `unread` are the tags that nobody asked for."""

    def __init__(self, lines: Sequence[str]):
        if (size := sum(map(len, lines)) + len(lines)) > LARGEST_ENTRY:
            raise InvalidRecord("entry", f"has {size:,} characters, {LARGEST_ENTRY:,} are allowed")
        self.values: dict[str, list[str]] = {}
        self.asked: set[str] = set()
        parts: list[tuple[str, list[str]]] = []
        for line in lines:
            if tag := _tag_of(line):
                found = LINE.match(line)
                parts.append((tag, [(found["value"] or found["glued"] or "") if found else ""]))
            elif parts:
                parts[-1][1].append(line)
        for tag, texts in parts:
            if tag in ("KW", "AU", "A1") and len(texts) > 1:  # one a line
                texts = [text for text in texts if text.strip()] if tag == "KW" else _people(texts)
                self.values.setdefault(tag, []).extend(map(clean, texts))
            elif value := clean("\n".join(texts)):
                self.values.setdefault(tag, []).append(value)

    def all(self, *tags: str) -> list[str]:
        """The values of these tags, in the order of the tags."""
        self.asked.update(tags)
        return [value for tag in tags for value in self.values.get(tag, ())]

    def first(self, *tags: str) -> str:
        return next(iter(self.all(*tags)), "")

    @property
    def unread(self) -> list[str]:
        return [tag for tag in self.values if tag not in self.asked]


def _people(texts: list[str]) -> list[str]:
    """Names on lines of their own where they have a comma; other lines go on with the name before."""
    found = texts[:1]
    for text in texts[1:]:
        if "," in text:
            found.append(text)
        else:
            found[-1] += " " + text
    return found


# --- A paper


def _record(lines: Sequence[str]) -> PaperRecord:
    fields = _Fields(lines)
    warnings: list[str] = []
    word = (fields.all("TY") or [""])[-1]
    kind = type_of(word)
    if not kind:
        warnings.append("type: the entry has no TY line")
    titles = (
        fields.all("BT", "TI", "T1", "CT")
        if kind == "book" and not fields.first("TI", "T1")
        else fields.all("TI", "T1", "CT")
    )
    title = titles[0] if titles else fields.first("BT", "ST")
    authors, is_complete = printed_names(fields.all("AU", "A1"), "authors")
    notes = [note for note in fields.all("N1") if not BOILERPLATE.match(note)]
    addresses = [*fields.all("UR", "LK"), *fields.all("L2")]
    is_arxivs = any("arxiv" in text.lower() for text in fields.all("DB", "DP"))
    own_ids = [f"arXiv:{text}" if is_arxivs else text for text in fields.all("AN")]
    doi = fields.first("DO", "DI")
    arxiv_id = arxiv_id_among(
        [
            *own_ids,
            *fields.all("DO", "DI"),
            *addresses,
            *fields.all("L1", "M1", "M3", "JO", "JF", "T2", "JA", "PB", "SP", "C7", "N1"),
        ]
    )
    dois = doi_of(
        doi, [*fields.all("M3", "L3"), *addresses, *(note for note in fields.all("N1") if DOI_FIRST.match(note))]
    )
    abstract = fields.first("AB", "N2")
    return paper_of(
        SourceFields(
            source=FORMAT,
            giver=fields.first("ID"),
            arxiv_id=arxiv_id,
            title=title,
            abstract="\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", abstract)),
            authors=byline_of(authors, is_complete),
            issued=_issued(fields, warnings),
            details=_details(fields, word, kind),
            dois=dois,
            comments="; ".join(notes),
            report_no=_number(fields, kind),
            warnings=warnings,
            unread=fields.unread,
        )
    )


BOILERPLATE = re.compile(r"(?:cited by|times cited|export date|query date)\b\s*:?|doi\s*:?\s*10\.\S+$", re.IGNORECASE)
DOI_FIRST = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi\b|10\.\d{4})", re.IGNORECASE)


# --- When it was published

RIS_DATE = re.compile(r"(\d{4})/(\d{0,2})/?(\d{0,2})/?(.*)", re.DOTALL)
OF_HISTORY = re.compile(r"/(?:received|accepted|revised)", re.IGNORECASE)


def _issued(fields: _Fields, warnings: list[str]) -> PartialDate | None:
    """The date of the year that is stated, as precisely as one of its dates says."""
    dated: list[PartialDate] = []
    months: list[tuple[int | None, int | None]] = []
    for tag in ("PY", "Y1", "YR", "DA"):
        for text in fields.all(tag):
            if OF_HISTORY.search(text) or not text.strip("/ "):
                continue
            try:
                if tag == "DA" and not re.search(r"\d{4}", text):
                    months.append(month_and_day(text, names_only=True))
                elif found := _date_in(text, is_year=tag != "DA"):
                    dated.append(found)
            except ValueError as error:
                warnings.append(f"{tag}: {text!r:.80} {error}, and was left out")
    if not dated:
        return None
    best = dated[0]
    for other in dated[1:]:
        best = other if best.contains(other) else best
    if best.precision == "year" and months and months[0][0]:
        try:
            return PartialDate.of(best.year, *months[0])
        except ValueError:
            return PartialDate.of(best.year, months[0][0])
    return best


def _date_in(text: str, *, is_year: bool) -> PartialDate | None:
    """The date in "2019/05/03/", "2019/05//", "2019///Spring" or as other texts print one; raises ValueError."""
    if not (found := RIS_DATE.fullmatch(text.strip())) or (found[4] and found[3]) or found[4][:1].isdigit():
        return date_in(text, is_year=is_year)
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    named = month_and_day(found[4], names_only=True) if found[4] and not month else (None, None)
    try:
        return PartialDate.of(year, month or named[0], (day or named[1]) if month or named[0] else None)
    except ValueError:
        return date_in(text, is_year=is_year)


# --- Where it appeared


def _details(fields: _Fields, word: str, kind: str) -> Details:
    container, series = _container_and_series(fields, kind)
    isbn, issn, _numbers = _standard_numbers(fields.all("SN"), kind)
    pages, article_number = _pages(fields.first("SP"), fields.first("EP")), fields.first("C7")
    if found := ARTICLE.match(pages):
        pages, article_number = "", article_number or found[1]
    second = [] if kind in WITHOUT_EDITORS else ["A3"] if kind == "book" and fields.all("A3") else ["A2"]
    editors, _ = printed_names(fields.all("ED", *second), "editors")
    edition = fields.first("ET")
    issue = "" if kind in NUMBERED else fields.first("IS")
    if not issue and kind in PERIODICALS and re.fullmatch(r"\d{1,4}(?:[-/]\d{1,4})?", number := fields.first("M1")):
        issue = number
    return Details(
        source_type=_source_type(fields, word, kind),
        container=container,
        volume=fields.first("VL", "VO"),
        issue=issue,
        pages=pages,
        article_number=article_number,
        publisher=fields.first("PB"),
        place=fields.first("CY", "PP"),
        editors=editors_of(editors),
        edition="" if re.fullmatch(r"\d{4}/\d{1,2}/.*", edition) else edition,
        series=series,
        isbn=isbn,
        issn=issn,
        language=fields.first("LA"),
        keywords=_keywords(fields.all("KW")),
        urls=_urls(fields),
    )


ARTICLE = re.compile(r"art(?:icle)?\.? ?(?:no\.?|number|id)? ?[:#]? ?([A-Za-z]?\d\S*)$", re.IGNORECASE)


def _source_type(fields: _Fields, word: str, kind: str) -> str:
    """The word for its type; of a thesis the one that says which it is, as BibTeX writes it."""
    said = re.sub(r"[^a-z]", "", fields.first("M3").lower()) if kind == "thesis" else ""
    return said if said and type_of(said) == "thesis" else word


def _container_and_series(fields: _Fields, kind: str) -> tuple[str, str]:
    """The journal, book or conference, its full name before a short one, and the series."""
    series = fields.first("T3")
    if kind in PERIODICALS:
        return fields.first("JF", "T2", "JO", "JA", "J2", "J1"), series
    if kind in IN_BOOKS:
        return fields.first("T2", "BT", "JF", "JO", "JA", "J2") or (
            fields.first("C3") if kind == "paper-conference" else ""
        ), series
    container = fields.first("T2", "JF", "JO", "JA", "J2", "J1")
    if kind in IN_SERIES and not series:  # a book stands in nothing but a series
        return "", container
    return container, series


def _pages(first: str, last: str) -> str:
    first, last = page_range(first), page_range(last)
    if not first or not last or first.endswith(f"-{last}"):
        return first or last
    return f"{first}-{last}"


NUMBER = re.compile(r"[\dXx][\dXx–-]*(?: [\dXx–-]+)*")


def _standard_numbers(texts: Sequence[str], kind: str) -> tuple[str, str, list[str]]:
    """The ISBNs and ISSNs among the numbers, each in one text, and what is neither."""
    isbns: list[str] = []
    issns: list[str] = []
    others: list[str] = []
    for text in texts:
        text = re.sub(r"\([^()]*\)|\bE?-?IS[SB]N\b(?:-1[03])?:?", ",", text, flags=re.IGNORECASE)
        for piece in filter(None, map(str.strip, re.split(r"[,;\n]|\s(?=\d{4}-\d{3}[\dXx]\b|97[89])", text))):
            digits = len(re.sub(r"[^\dXx]", "", piece)) if NUMBER.fullmatch(piece) else 0
            if kind in NUMBERED and digits not in (8, 10, 13):
                others.append(piece)
            elif digits in (10, 13) or (digits != 8 and kind not in PERIODICALS):
                isbns.append(piece)
            else:
                issns.append(piece)
    return ", ".join(dict.fromkeys(isbns)), ", ".join(dict.fromkeys(issns)), others


def _number(fields: _Fields, kind: str) -> str:
    """The number of a report, patent or standard."""
    if kind not in NUMBERED:
        return ""
    return fields.first("IS") or next(iter(_standard_numbers(fields.all("SN"), kind)[2]), "") or fields.first("M1")


def _keywords(texts: Sequence[str]) -> tuple[str, ...]:
    """The keywords, one a line; where there is one line alone, what semicolons or commas part in it."""
    if len(texts) == 1:
        pieces = re.split(r"[;\n]", texts[0])
        by_comma = between_commas(texts[0])
        if len(pieces) == 1 and len(by_comma) > 2 and not any(piece.startswith(("and ", "or ")) for piece in by_comma):
            pieces = by_comma
        texts = pieces
    check_count("keywords", len(texts))
    return tuple(text.strip("* ") for text in texts)


def _urls(fields: _Fields) -> tuple[Url, ...]:
    """The first page is where it is read, others lead to what belongs to it; files on a disk are none."""
    pages = [url for text in fields.all("UR", "LK", "L2") for url in addresses_in(text.replace(";http", " http"))]
    files = [url for text in fields.all("L1") for url in addresses_in(text)]
    return (
        *(Url(url, "other" if place else "landing") for place, url in enumerate(pages)),
        *(Url(url, "pdf") for url in files),
    )
