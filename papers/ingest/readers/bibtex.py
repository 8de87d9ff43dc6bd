"""BibTeX and BibLaTeX files: a lab's own list, with or without arXiv ids.

bibtexparser splits an entry into fields and reports what is broken. The text is read as a whole, so a file has a limit, but
entry by entry, and what its abbreviations may come to is limited: a few that double each other fill any memory.
An arXiv id is taken from `eprint` with `archivePrefix` or `eprinttype`, or from an arXiv address or DOI.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from anyascii import anyascii
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, Entry, ParsingFailedBlock, String

from papers import identifiers
from papers.bylines import Byline
from papers.field_rules import LONGEST
from papers.ingest.readers.author_lists import Printed, byline_of
from papers.ingest.readers.streams import SourceError, Stream, check_reached, raw_excerpt, read_or_reject
from papers.ingest.records import InvalidRecord, PaperRecord, Rejection, SourceFields, check_count, clean, one_line
from papers.text.dates import PartialDate

FORMAT = "bibtex"
SOURCE = "bibtex"
LARGEST_FILE = 64 * 1024 * 1024  # bytes, some 100,000 entries
LARGEST_ENTRY = 4 * 1024 * 1024  # characters
MOST_ABBREVIATIONS = 100_000
MOST_ABBREVIATED = 10_000_000  # characters that all abbreviations of a file stand for
WORDS_IN_SLUG = 6
LONGEST_WORD = 20
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # each of its warnings is about a block that we reject


def read(stream: Stream, skip: int) -> Iterator[tuple[int, str, PaperRecord | Rejection]]:
    """The number of each entry after the first `skip` ones, its place ("entry smith2019"), and what it holds."""
    text = _text(stream)
    strings = _strings(text, stream.name)
    number = 0
    for line, part, is_last in _parts(text):
        if len(part) > LARGEST_ENTRY:
            number += 1
            if number > skip:
                place = f"line {line + 1}"
                reason = f"entry: has {len(part):,} characters, {LARGEST_ENTRY:,} are allowed"
                yield number, place, Rejection(place, reason, raw_excerpt(part))
            continue
        for block in _blocks(part, is_last):
            if not isinstance(block, Entry | ParsingFailedBlock) or isinstance(_given_twice(block), String):
                continue  # @string, @comment, @preamble, and the text between entries
            number += 1
            if number > skip:
                place, found = _read_block(block, line + (block.start_line or 0) + 1, strings)
                yield number, place, found
    check_reached(stream, number, skip, "entry")


# Where a line begins like this bibtexparser begins anew, whatever is open before it.
BEGINNING = re.compile(r"^[^\S\n]*@\w*[ \t]*[{(]", re.MULTILINE)


def _parts(text: str) -> Iterator[tuple[int, str, bool]]:
    """The text in parts that can be read one by one: the lines before it, the part, and whether it is the last.

    Behind a part stands the beginning of the next one, so that what isn't closed is told as it would be in the whole text.
    """
    line = start = 0
    for beginning in BEGINNING.finditer(text):
        if beginning.start() > start:
            yield line, text[start : beginning.end()], False
            line += text.count("\n", start, beginning.start())
            start = beginning.start()
    yield line, text[start:], True


def _blocks(part: str, is_last: bool) -> list[Block]:
    blocks = parse_string(part, parse_stack=[]).blocks
    return blocks if is_last else blocks[:-1]


def _text(stream: Stream) -> str:
    content = stream.text.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise SourceError(
            f"{stream.name} is larger than {LARGEST_FILE // 2**20} MB of BibTeX, which is read as a whole. Split it."
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{stream.name} is not UTF-8: line {line:,} has the byte 0x{content[error.start]:02X}. Convert it, for "
            "instance by: iconv -f latin1 -t utf-8"
        ) from error


def _given_twice(block: Entry | ParsingFailedBlock) -> Block | None:
    """The block that is whole but for a key or a field that it gives twice; None for others."""
    return block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None


def _read_block(
    block: Entry | ParsingFailedBlock, line: int, strings: dict[str, str | None]
) -> tuple[str, PaperRecord | Rejection]:
    raw = block.raw or ""
    if isinstance(block, ParsingFailedBlock):
        if not isinstance(block.ignore_error_block, Entry):
            place = f"line {line}"
            reason = getattr(block.error, "abort_reason", None) or str(block.error)
            return place, Rejection(place, f"not BibTeX: {one_line(reason)}", raw_excerpt(raw))
        # A key or a field is given twice. A key is no identity here, and the first field counts, as in BibTeX itself.
        block = block.ignore_error_block
    place = f"entry {block.key:.100}" if block.key else f"line {line}"
    found = read_or_reject(lambda: record(_fields(block, strings)), place, lambda: raw)
    return place, replace(found, reason=f"{found.reason} (line {line})") if isinstance(found, Rejection) else found


def _fields(entry: Entry, strings: dict[str, str | None]) -> dict[str, str]:
    check_count("fields", len(entry.fields))
    fields: dict[str, str] = {}
    for field in entry.fields:
        if (name := field.key.lower()) not in fields:
            fields[name] = clean(_value(field.value, strings))
    return fields


def record(fields: dict[str, str]) -> PaperRecord:
    """The paper that an entry's fields describe, names in lower case; raises InvalidRecord naming the field.

    A date without its day is not `published`, as no day is invented; the year stays in `journal_ref`.
    """
    title = _title(fields)
    year = _year(fields)
    byline = _byline(fields.get("author", ""))
    arxiv_id = _arxiv_id(fields)
    return PaperRecord.from_source(
        SourceFields(
            source=SOURCE,
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, year, title),
            title=title,
            abstract=_plain(fields.get("abstract", "")),
            authors=byline,
            categories=(fields.get("primaryclass") or fields.get("eprintclass") or "") if arxiv_id else "",
            issued=_issued(fields),
            dois="" if identifiers.arxiv_id_of_doi(fields.get("doi", "")) else _plain(fields.get("doi", "")),
            journal_ref=_journal_ref(fields, year),
            comments=_plain(fields.get("note", "")),
            report_no=_plain(fields.get("number", "")) if "institution" in fields else "",
        )
    )


def slug_of(byline: Byline, year: str, title: str) -> str:
    """The identifier of a paper without an arXiv id: surname, year and first words of the title, a-z0-9 and hyphens.

    It says the same for the same paper at every reading. Where the title is longer, a digest of all of it keeps
    "... I" and "... II" apart.
    """
    first = byline.entries[0].name.surname if byline.entries else "".join(byline.collaborations[:1])
    words = _words(title)
    shown = [word[:LONGEST_WORD] for word in words[:WORDS_IN_SLUG]]
    parts = ["-".join(_words(first))[:40], "-".join(_words(year)), *shown]
    if shown != words:
        parts.append(blake2b(" ".join(words).encode(), digest_size=3).hexdigest())
    slug = "-".join(part for part in parts if part)
    if not words:
        raise InvalidRecord("title", "the entry has no arXiv id and no title that could name it")
    return slug


def _words(text: str) -> list[str]:
    without_tex = re.sub(r"\\(?:[A-Za-z]+|.)|[{}']", "", text)
    return re.findall(r"[a-z0-9]+", anyascii(without_tex).lower().replace("'", ""))


ABBREVIATION = re.compile(r"@\s*string", re.IGNORECASE)


def _strings(text: str, name: str) -> dict[str, str | None]:
    """What abbreviations stand for: the months, then the file's own @string, each of which may use earlier ones.

    One that comes to more than a field may have stands for None. Raises SourceError for more of them than lists have.
    """
    strings: dict[str, str | None] = {month: month for month in MONTHS}
    size = 0
    for _line, part, is_last in _parts(text):
        if len(part) > LARGEST_ENTRY or not ABBREVIATION.search(part):
            continue
        for block in _blocks(part, is_last):
            if isinstance(block, String) and (key := block.key.lower()) not in strings:
                try:
                    value = _value(block.value, strings)
                except InvalidRecord:
                    value = None
                strings[key] = value
                size += len(value or "")
        if size > MOST_ABBREVIATED or len(strings) > MOST_ABBREVIATIONS:
            raise SourceError(
                f"{name}: its @string abbreviations are more than {MOST_ABBREVIATIONS:,} or come to more than "
                f"{MOST_ABBREVIATED:,} characters. Take out those that aren't used."
            )
    return strings


def _value(raw: str, strings: dict[str, str | None]) -> str:
    """The text of a field as it stands in the file: "..." or {...} or an abbreviation, or several joined by #.

    Raises InvalidRecord where abbreviations make more of it than a field may have.
    """
    pieces = [_piece(piece, strings) for piece in _pieces(raw.strip())]
    if None in pieces or sum(map(len, filter(None, pieces))) > max(LONGEST["expanded"], len(raw)):
        raise InvalidRecord("field", f"its abbreviations come to more than {LONGEST['expanded']:,} characters")
    return "".join(filter(None, pieces))


def _pieces(raw: str) -> list[str]:
    pieces, depth, is_quoted, start = [], 0, False, 0
    for at, letter in enumerate(raw) if "#" in raw else ():
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif letter == "#" and not depth and not is_quoted:
            pieces.append(raw[start:at].strip())
            start = at + 1
    return [*pieces, raw[start:].strip()]


def _piece(piece: str, strings: dict[str, str | None]) -> str | None:
    if len(piece) >= 2 and piece[0] + piece[-1] in ("{}", '""'):
        return piece[1:-1]
    return strings.get(piece.lower(), piece)


def _title(fields: dict[str, str]) -> str:
    title, subtitle = (_without_outer_braces(fields.get(name, "")) for name in ("title", "subtitle"))
    return f"{title}: {subtitle}" if subtitle else title


# Braces round words guard their capitals; those that belong to a command (\emph{…}) or to mathematics stay.
MATHS = re.compile(
    r"(\$[^$]*\$|(?<!\\)\\\((?:[^\\]|\\[^()])*\\\)|\\[A-Za-z]+\s*(?:\{[^{}]*\})+|\\[^A-Za-z]\s*\{[^{}]*\})", re.DOTALL
)
GUARD = re.compile(r"(?<![\\}^_])\{([^{}\\$]*)\}")


def _without_outer_braces(text: str) -> str:
    """The text without the braces that only guard capitals, its LaTeX as it came."""
    text = _bare(one_line(text))
    parts = MATHS.split(text)
    return "".join(part if at % 2 else GUARD.sub(r"\1", part) for at, part in enumerate(parts))


def _bare(text: str) -> str:
    """The text without the braces that enclose all of it, however many."""
    open_at: list[int] = []
    partners: dict[int, int] = {}
    for at, letter in enumerate(text) if text.startswith("{") else ():
        if letter == "{":
            open_at.append(at)
        elif letter == "}" and open_at:
            partners[open_at.pop()] = at
    start, end = 0, len(text)
    while partners.get(start) == end - 1:
        start, end = start + 1, end - 1
        while start < end and text[start] == " ":
            start += 1
        while start < end and text[end - 1] == " ":
            end -= 1
    return text[start:end]


def _plain(text: str) -> str:
    return _without_outer_braces(text).replace("\\&", "&").replace("\\_", "_").replace("\\%", "%")


def _byline(text: str) -> Byline:
    """The authors by BibTeX's rules: "Last, First", "Last, Jr, First", {Collaboration}, "and others"."""
    printed = []
    is_complete = True
    for name in split_multiple_persons_names(one_line(text)):
        if name.lower() in ("others", "et al.", "et al"):
            is_complete = False
            continue
        if (bare := _bare(name)) != name:
            printed.append(Printed(whole=bare))
            continue
        if "," not in name:
            printed.append(Printed(whole=name))
            continue
        try:
            parts = parse_single_name_into_parts(name)
        except InvalidNameError as error:
            raise InvalidRecord("author", f"{name!r}: {error.reason}") from error
        surname = " ".join([*parts.von, *parts.last])
        printed.append(Printed(surname=surname, forenames=" ".join(parts.first), suffix=" ".join(parts.jr)))
    return byline_of(printed, is_complete)


ARXIV_ADDRESS = re.compile(r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/(\S+)", re.IGNORECASE)
ARXIV_MENTION = re.compile(
    r"(?:\barXiv:\s*|^abs/)(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)", re.IGNORECASE
)


def _arxiv_id(fields: dict[str, str]) -> str | None:
    """The arXiv id, from `eprint` before a DOI or address of arXiv's and before "arXiv:..." in journal or note."""
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip().lower()
    eprint = fields.get("eprint", "").strip()
    if eprint and archive == "arxiv":
        return eprint  # one that is none is told by from_source
    if eprint and not archive and _is_arxiv_id(eprint):
        return eprint
    if identifiers.arxiv_id_of_doi(doi := fields.get("doi", "")):
        return doi.strip()
    for name in ("url", "journal", "journaltitle", "note", "howpublished", "number", "volume"):
        found = ARXIV_ADDRESS.search(fields.get(name, "")) or ARXIV_MENTION.search(fields.get(name, ""))
        if found and _is_arxiv_id(found[1]):
            return found[1]
    return None


def _is_arxiv_id(text: str) -> bool:
    try:
        identifiers.ArxivId.parse(text)
    except identifiers.InvalidIdentifier:
        return False
    return True


def _year(fields: dict[str, str]) -> str:
    found = re.search(r"\b(?:1[5-9]|20)\d\d\b", fields.get("date") or fields.get("year") or "")
    return found[0] if found else ""


def _issued(fields: dict[str, str]) -> PartialDate | None:
    """When the entry says it was published, as precisely as it says."""
    text = fields.get("date", "").strip()
    if found := re.match(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text):
        return PartialDate.from_iso(found[0])
    month = fields.get("month", "").strip().lower()
    year = fields.get("year", "").strip()
    number = str(MONTHS.index(month[:3]) + 1) if month[:3] in MONTHS else month
    parts = [int(part) for part in (year, number, fields.get("day", "").strip()) if part.isdigit()]
    return PartialDate.of(*parts) if parts else None


def _journal_ref(fields: dict[str, str], year: str) -> str:
    """Where it appeared in one line, "Journal 12(3) (2019) 1-10", with whatever of that the entry has."""
    names = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher")
    where = next((_plain(fields[name]) for name in names if fields.get(name)), "")
    if re.match(r"(?:arxiv|corr\b)", where, re.IGNORECASE):
        return ""  # a preprint server isn't where it appeared, and its id tells the year
    volume, number, pages = (_plain(fields.get(name, "")) for name in ("volume", "number", "pages"))
    issue = f"({number})" if number and volume else number
    in_year = f"({year})" if year and where else year
    parts = (where, volume + issue, in_year, re.sub(r"\s*-{2,3}\s*", "-", pages))
    return " ".join(part for part in parts if part)
