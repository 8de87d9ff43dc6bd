"""The paper that one entry of BibTeX or biblatex describes, from its fields as texts by their names in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from papers import identifiers
from papers.bylines import Byline
from papers.bylines.names import letters
from papers.ingest.checks import check_count, one_line
from papers.ingest.readers.bibtex.crossrefs import Parent, inherited
from papers.ingest.readers.bibtex.names import is_doubtful, names_in
from papers.ingest.readers.fields.addresses import own_addresses
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of, orcid_of
from papers.ingest.readers.fields.preprints import OF_ARXIV, PREPRINT_WORD, SERVER
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details, Url
from papers.publications.journal_macros import JOURNALS
from papers.publications.pages import page_range
from papers.taxonomy.types import PREPRINT
from papers.text.addresses import addresses_in, plain_address
from papers.text.dates import PartialDate
from papers.text.printed_dates import date_in, month_and_day
from papers.text.tex import without_guards

SOURCE = "bibtex"
EMPTY_LINE = re.compile(r"\n[ \t]*\n")

Fields = Mapping[str, str]


def record(
    fields: Fields,
    entry_type: str = "article",
    key: str = "",
    parents: Mapping[str, Parent] | None = None,
    warnings: Sequence[str] = (),
) -> PaperRecord:
    """The paper that an entry's fields describe; raises InvalidRecord naming the field.

    Its slug comes of its own fields alone, so that it is the same whatever its `crossref` leads to.
    """
    own, said = fields, list(warnings)
    fields, missing = inherited(entry_type, fields, parents or {})
    said += missing
    title = _title(fields)
    entry_type = entry_type.lower()
    byline = _byline(fields, said)
    arxiv_id = _arxiv_id(fields, said)
    dois = _dois(fields)
    details = _details(fields, entry_type, arxiv_id, dois)
    return PaperRecord.from_source(
        SourceFields(
            source=SOURCE,
            giver=key,
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, _year(own), title),
            title=title,
            abstract="\n\n".join(map(_plain, EMPTY_LINE.split(fields.get("abstract", "")))),
            authors=byline,
            categories=_categories(fields) if arxiv_id else "",
            issued=_issued(fields, said),
            type=PREPRINT if _is_preprint(fields, entry_type, arxiv_id, details) else "",
            details=details,
            dois=dois,
            comments=_plain(fields.get("note", "")) or _howpublished(fields),
            report_no=_with_short_dashes(_plain(fields.get("number", ""))) if _is_numbered(fields, entry_type) else "",
            warnings=said,
            unread=[name for name, text in own.items() if text and not is_read(name)],
        )
    )


def is_read(name: str) -> bool:
    """Whether something is read of the field of this name in small letters."""
    return name in READ or name.rstrip("0123456789") in KINDS  # url2, pdf2: more of a kind


# --- What it is called


def _title(fields: dict[str, str]) -> str:
    title, subtitle = (without_outer_braces(fields.get(name, "")) for name in ("title", "subtitle"))
    return f"{title}: {subtitle}" if subtitle else title


def without_outer_braces(text: str) -> str:
    """The text without the braces that only guard capitals, its LaTeX as it came."""
    if not text:
        return ""
    text = one_line(text)
    if "{" not in text:
        return text
    if "\\" in text or "$" in text or "^{" in text or "_{" in text:
        text = without_guards(text)
    else:
        text = text.replace("{", "").replace("}", "")
    return one_line(text)


def _plain(text: str) -> str:
    text = without_outer_braces(text)
    return text.replace("\\&", "&").replace("\\_", "_").replace("\\%", "%") if "\\" in text else text


# --- Who wrote and edited it


def _byline(fields: Fields, warnings: list[str]) -> Byline:
    """The authors; raises InvalidRecord for more than a record may have."""
    printed, is_complete = names_in(fields.get("author", ""), "author")
    for position, orcid in _orcids(fields, printed, warnings):
        printed[position] = printed[position]._replace(orcid=orcid)
    byline = byline_of(printed, is_complete)
    doubts = tuple(f"several names: {_all_of(name)}" for name in printed if is_doubtful(name))
    return replace(byline, problems=doubts) if doubts and not byline.problems else byline


def _all_of(name: Printed) -> str:
    return name.whole or ", ".join((name.surname, name.suffix, name.forenames))


ANNOTATED = re.compile(r"(\d{1,5})\s*(?::\s*orcid\s*)?=\s*\"?([^;\"]{1,100})", re.IGNORECASE)
LONGEST_ORCIDS = 50_000  # characters, a thousand people
NAME_AND_ORCID = re.compile(r"([^/;\n]{1,200})/\s*(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])")


def _orcids(fields: Fields, printed: Sequence[Printed], warnings: list[str]) -> Iterator[tuple[int, str]]:
    """Places in the byline with their ORCID iD: from biblatex's annotations, and from the Web of Science's "Name/iD"."""
    annotated = fields.get("author+an:orcid") or fields.get("author+an", "")
    for found in ANNOTATED.finditer(annotated) if "orcid" in annotated.lower() or "author+an:orcid" in fields else ():
        if 0 < int(found[1]) <= len(printed) and (orcid := orcid_of(found[2], warnings)):
            yield int(found[1]) - 1, orcid
    if numbers := one_line(fields.get("orcid-numbers", "")[:LONGEST_ORCIDS]):
        places: dict[tuple[str, str], list[int]] = {}
        for place, name in enumerate(printed):
            places.setdefault((letters(name.surname), letters(name.forenames)[:1]), []).append(place)
        for found in NAME_AND_ORCID.finditer(numbers):
            surname, _, forenames = found[1].partition(",")
            same = places.get((letters(surname), letters(forenames)[:1]), [])
            if len(same) == 1 and (orcid := orcid_of(found[2], warnings)):
                yield same[0], orcid


# --- Which paper it is

OLD_NUMBER = re.compile(r"\d{7}(?:v\d+)?")
# Where an arXiv id may stand beside `eprint`, and a DOI beside `doi`.
ARXIV_PLACES = (
    "url journal journaltitle note howpublished number volume eid pages html pdf link preprint url_pdf url_preprint eprint"
).split()
DOI_PLACES = "url html link ee eprint eid pages howpublished note bdsk-url-1 bdsk-url-2".split()
# What may stand before the DOI of a note, as in "Available online at ...".
DOI_LEAD = re.compile(
    r"(?:available|published|accessible|online)(?: (?:online|at|from|as|in|via|under))*:? ", re.IGNORECASE
)
DOI_FIRST = ("10.", "doi", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/")


def _arxiv_id(fields: Fields, warnings: list[str]) -> str | None:
    """The arXiv id, from `eprint` before a DOI or address of arXiv's and before "arXiv:..." in journal or note.

    An `eprint` of arXiv's that is none is left out with a warning.
    """
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip().lower()
    is_arxiv = archive.startswith("arxiv") or archive in identifiers.OLD_ARCHIVES
    eprint = plain_address(fields.get("eprint", ""))
    if OLD_NUMBER.fullmatch(eprint):
        subject = fields.get("primaryclass") or fields.get("eprintclass") or archive
        eprint = f"{subject.partition('.')[0]}/{eprint}"
    own = fields.get("arxiv") or fields.get("arxivid") or ""
    doi = plain_address(fields.get("doi", ""))
    for text in (eprint if is_arxiv or not archive else "", plain_address(own), doi if "arxiv" in doi.lower() else ""):
        if text and _is_arxiv_id(text):
            return text
    places = [f"arXiv:{eprint}"] if is_arxiv else []
    places += [fields[name] for name in ARXIV_PLACES if fields.get(name)]
    for text in places:
        if found := identifiers.find_arxiv_id(text):
            return str(found)
    if OF_ARXIV.match(fields.get("journal") or fields.get("journaltitle") or ""):
        for name in ("eid", "pages", "number", "volume"):
            if NEW_ID.fullmatch(text := plain_address(fields.get(name, ""))) and _is_arxiv_id(text):
                return text
    if eprint and is_arxiv:
        warnings.append(f"eprint: {eprint!r:.80} is not an arXiv id, and was left out")
    return None


NEW_ID = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?")


def _categories(fields: Fields) -> str:
    return (fields.get("primaryclass") or fields.get("eprintclass") or "").replace(",", " ")


def _is_arxiv_id(text: str) -> bool:
    try:
        identifiers.ArxivId.parse(text)
    except identifiers.InvalidIdentifier:
        return False
    return True


# A DOI in the address of a publisher's page, "https://publisher.org/doi/full/10.1000/1_2".
DOI_WITHIN = re.compile(
    r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>$?#]+?(?=/(?:full|abstract|e?pdf|html?)\b|\.pdf\b|[\s\"<>$?#]|$)"
)


def _dois(fields: Fields) -> str:
    """The publisher's DOIs in one text, from `doi`, else from where lists put one; a note's only where it begins with it."""
    doi = plain_address(fields.get("doi", ""))
    if doi and not ("arxiv" in doi.lower() and (identifiers.arxiv_id_of_doi(doi) or _is_arxiv_id(doi))):
        if identifiers.split_dois(doi)[0]:
            return doi
        within = DOI_WITHIN.search(doi)
        return identifiers.find_doi(doi) or (within[0] if within else doi)
    for name in DOI_PLACES:
        text = fields.get(name, "")
        if name in ("note", "howpublished"):
            begins = DOI_LEAD.sub("", plain_address(text).lstrip("(<[ "), count=1).lower()
            if not begins.startswith(DOI_FIRST):
                continue
        if (found := identifiers.find_doi(text)) and not identifiers.arxiv_id_of_doi(found):
            return found
    return ""


# --- When it was published


YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def _year(fields: Fields) -> str:
    found = YEAR.search(fields.get("date") or fields.get("year") or "")
    return found[0] if found else ""


# What nearly every entry has, so that it isn't looked at as a text; no month is 0.
PLAIN_YEARS = {str(year): PartialDate.of(year) for year in range(1900, 2100)}
MACROS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
PLAIN_MONTHS = {"": 0, **{text: at for at, macro in enumerate(MACROS, 1) for text in (macro, str(at))}}


def _issued(fields: Fields, warnings: list[str]) -> PartialDate | None:
    """When the entry says it was published, as precisely as it says; of a conference's date the year.

    What can't be is left out with a warning: a wrong `date` for the `year`, a wrong day for its month.
    """
    for name in ("date", "year", "eventdate"):
        text = fields.get(name)
        if not text:
            continue
        try:
            found = PLAIN_YEARS.get(text) or date_in(text, is_year=name == "year")
        except ValueError as error:
            warnings.append(f"{name}: {text!r:.80} {error}, and was left out")
            continue
        if found and name == "eventdate":
            return PartialDate.of(found.year)
        if found:
            return _with_month(found.year, fields, warnings) if found.precision == "year" else found
    return None


def _with_month(year: int, fields: Fields, warnings: list[str]) -> PartialDate:
    month_text, day_text = fields.get("month", ""), fields.get("day", "")
    if not day_text and (plain_month := PLAIN_MONTHS.get(month_text)) is not None:
        return PartialDate.of(year, plain_month or None)
    try:
        whole = date_in(month_text) if re.search(r"\d{4}", month_text) else None
        if whole and whole.year == year:  # Zotero's and BibDesk's way: month = {2023-06-03T00:00:00}
            return whole
        month, day = month_and_day(month_text)
        if day is None and (found := re.search(r"\d{1,2}", day_text)):
            day = int(found[0])
        dated = PartialDate.of(year, month)
    except ValueError:
        warnings.append(f"month: {month_text!r:.80} is not a month, and was left out")
        return PartialDate.of(year)
    try:
        return PartialDate.of(year, month, day)
    except ValueError:
        warnings.append(f"day: {dated.iso()} has no day {day}, and it was left out")
        return dated


# --- What it is and where it appeared

IN_BOOKS = frozenset(
    {"inproceedings", "conference", "incollection", "inbook", "inreference", "suppbook", "suppcollection"}
)
BOOKS = frozenset(
    {"book", "mvbook", "proceedings", "mvproceedings", "collection", "mvcollection", "reference", "mvreference"}
)
NUMBERED = frozenset({"techreport", "report", "patent", "standard", "manual"})
# What may be a preprint where nothing says that it appeared elsewhere.
MAY_BE_PREPRINT = frozenset({"article", "misc", "unpublished", "online", "electronic", "www", "webpage"})


def _details(fields: Fields, entry_type: str, arxiv_id: str | None, dois: str) -> Details:
    container, volume, issue, eid = (
        _container(fields, entry_type),
        _with_short_dashes(_plain(fields.get("volume", ""))),
        _with_short_dashes(_first(fields, *([] if _is_numbered(fields, entry_type) else ["number"]), "issue")),
        _first(fields, "eid", "articleno", "article-number"),
    )
    if OF_ARXIV.match(container):  # a server isn't where a paper appeared, and has no volumes
        container = volume = issue = eid = ""
    publisher = _first(fields, "publisher", "school", "institution", "organization")
    pages = _pages(fields.get("pages", ""))
    return Details(
        source_type=entry_type,
        container=container,
        volume=volume,
        issue=issue,
        pages="" if identifiers.find_arxiv_id(pages) or (arxiv_id and pages == arxiv_id) else pages,
        article_number="" if identifiers.find_arxiv_id(eid) or (arxiv_id and eid == arxiv_id) else eid,
        publisher="" if OF_ARXIV.match(publisher) else publisher,
        place=_first(fields, "address", "location"),
        editors=editors_of(names_in(fields["editor"], "editor")[0]) if fields.get("editor") else (),
        edition=_first(fields, "edition"),
        series=_first(fields, "series"),
        isbn=_first(fields, "isbn"),
        issn=_first(fields, "issn"),
        language=_first(fields, "language", "langid"),
        keywords=_keywords(fields),
        urls=_urls(fields, arxiv_id, dois),
    )


def _first(fields: Fields, *names: str) -> str:
    for name in names:
        if (text := fields.get(name)) and (plain := _plain(text)):
            return plain
    return ""


def _container(fields: Fields, entry_type: str) -> str:
    """The journal, book or conference; a volume's own `booktitle`, which its papers take, is none."""
    names = ["journal", "journaltitle", "maintitle", "issuetitle"]
    if entry_type not in BOOKS:
        names.insert(0 if entry_type in IN_BOOKS else 2, "booktitle")
    for name in names:
        if title := _plain(fields.get(name, "")):
            title = JOURNALS.get(title[1:], title) if title.startswith("\\") else title
            subtitle = _plain(fields.get(name.replace("title", "subtitle"), "")) if name.endswith("title") else ""
            return f"{title}: {subtitle}" if subtitle else title
    return ""


def _is_numbered(fields: Fields, entry_type: str) -> bool:
    """Whether its `number` is its own and not that of an issue."""
    return entry_type in NUMBERED or ("institution" in fields and not _container(fields, entry_type))


def _is_preprint(fields: Fields, entry_type: str, arxiv_id: str | None, details: Details) -> bool:
    if entry_type not in MAY_BE_PREPRINT:
        return False
    if details.container:
        return bool(SERVER.match(details.container))
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    said = (_container(fields, entry_type), fields.get("howpublished", ""), fields.get("note", ""))
    return bool(arxiv_id or SERVER.match(archive) or any(map(PREPRINT_WORD.search, said)))


def _pages(text: str) -> str:
    return page_range(_plain(DASH_COMMAND.sub("-", text) if "\\" in text else text))


def _with_short_dashes(text: str) -> str:
    """A volume or number as "1-2", where TeX has its dashes of two hyphens or three."""
    return LONG_DASH.sub("-", text) if "--" in text else text


LONG_DASH = re.compile(r"(?<=\d)\s*-{2,3}\s*(?=\d)")
DASH_COMMAND = re.compile(r"\\text(?:en|em)dash\b(?:\{\})?")


def _keywords(fields: Fields) -> tuple[str, ...]:
    """The keywords, which a semicolon parts where there is one, else a comma; braces hold one together."""
    text = fields.get("keywords") or fields.get("keyword") or ""
    if not text:
        return ()
    pieces = split_outside_braces(text, ";")
    pieces = list(filter(None, pieces if len(pieces) > 1 else split_outside_braces(text, ",")))
    check_count("keywords", len(pieces))
    return tuple(filter(None, map(_plain, pieces)))


def split_outside_braces(text: str, separator: str) -> list[str]:
    """The pieces of the text between separators that stand neither in braces nor in quotation marks."""
    pieces, depth, is_quoted, start = [], 0, False, 0
    for at, letter in enumerate(text) if separator in text else ():
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif letter == separator and depth <= 0 and not is_quoted:
            pieces.append(text[start:at].strip())
            start = at + 1
    return [*pieces, text[start:].strip()]


# Fields that hold addresses, BibTeX's and those of the themes in which groups show their lists.
KINDS = {
    "url": "landing",
    "html": "landing",
    "website": "landing",
    "link": "landing",
    "ee": "landing",
    "pdf": "pdf",
    "url_pdf": "pdf",
    "preprint": "pdf",
    "url_preprint": "pdf",
    "code": "code",
    "github": "code",
    "software": "code",
    "url_code": "code",
    "url_source": "code",
    "data": "data",
    "dataset": "data",
    "url_dataset": "data",
    "slides": "slides",
    "url_slides": "slides",
    "poster": "poster",
    "url_poster": "poster",
    "video": "video",
    "url_video": "video",
    "project": "other",
    "url_project": "other",
    "supp": "other",
    "blog": "other",
    "demo": "other",
    "other": "other",
}
READ = frozenset(
    """title subtitle author editor abstract note howpublished doi eprint archiveprefix eprinttype primaryclass eprintclass
    arxiv arxivid date year month day eventdate volume number issue eid articleno article-number pages publisher school
    institution organization address location edition series isbn issn language langid keywords keyword journal journaltitle
    journalsubtitle booktitle booksubtitle maintitle mainsubtitle issuetitle issuesubtitle crossref xdata author+an
    author+an:orcid orcid-numbers""".split()
)


def _urls(fields: Fields, arxiv_id: str | None, dois: str) -> tuple[Url, ...]:
    """The addresses by their kinds, without those that only repeat the DOI or the arXiv id; files on a disk are none."""
    kinds = {name: KINDS.get(name.rstrip("0123456789")) for name in fields}
    urls = [Url(url, kind) for name, kind in kinds.items() if kind for url in addresses_in(fields[name])]
    more = [fields.get("eprint", "")] + ([] if urls else [fields.get("howpublished", "")])
    urls += [Url(url, "pdf" if "pdf" in url.lower() else "landing") for text in more for url in addresses_in(text)]
    return own_addresses(urls, arxiv_id, dois)


def _howpublished(fields: Fields) -> str:
    """How it was published, where that is more than an address or "preprint"."""
    text = fields.get("howpublished", "")
    return "" if PREPRINT_WORD.search(text) or addresses_in(text) or identifiers.find_doi(text) else _plain(text)
