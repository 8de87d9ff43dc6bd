"""Details of a BibTeX entry: journal or book, pages, publisher, keywords, addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from papers import identifiers
from papers.ingest.checks import check_count
from papers.ingest.readers.bibtex.braces import plain, split_outside_braces
from papers.ingest.readers.bibtex.names import names_in
from papers.ingest.readers.fields.addresses import own_addresses
from papers.ingest.readers.fields.author_lists import editors_of
from papers.ingest.readers.fields.preprints import OF_ARXIV
from papers.publications import Details, Url
from papers.publications.journal_macros import JOURNALS
from papers.publications.pages import page_range
from papers.text.addresses import addresses_in

Fields = Mapping[str, str]

IN_BOOKS = frozenset(
    {"inproceedings", "conference", "incollection", "inbook", "inreference", "suppbook", "suppcollection"}
)
BOOKS = frozenset(
    {"book", "mvbook", "proceedings", "mvproceedings", "collection", "mvcollection", "reference", "mvreference"}
)
NUMBERED = frozenset({"techreport", "report", "patent", "standard", "manual"})


def details_of(fields: Fields, entry_type: str, arxiv_id: str | None, dois: str) -> Details:
    container, volume, issue, eid = (
        container_of(fields, entry_type),
        with_short_dashes(plain(fields.get("volume", ""))),
        with_short_dashes(_first(fields, *([] if is_numbered(fields, entry_type) else ["number"]), "issue")),
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
        if (text := fields.get(name)) and (found := plain(text)):
            return found
    return ""


def container_of(fields: Fields, entry_type: str) -> str:
    """The journal, book or conference; a volume's own `booktitle`, which its papers take, is none."""
    names = ["journal", "journaltitle", "maintitle", "issuetitle"]
    if entry_type not in BOOKS:
        names.insert(0 if entry_type in IN_BOOKS else 2, "booktitle")
    for name in names:
        if title := plain(fields.get(name, "")):
            title = JOURNALS.get(title[1:], title) if title.startswith("\\") else title
            subtitle = plain(fields.get(name.replace("title", "subtitle"), "")) if name.endswith("title") else ""
            return f"{title}: {subtitle}" if subtitle else title
    return ""


def is_numbered(fields: Fields, entry_type: str) -> bool:
    """Whether its `number` is its own and not that of an issue."""
    return entry_type in NUMBERED or ("institution" in fields and not container_of(fields, entry_type))


def _pages(text: str) -> str:
    return page_range(plain(DASH_COMMAND.sub("-", text) if "\\" in text else text))


def with_short_dashes(text: str) -> str:
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
    return tuple(filter(None, map(plain, pieces)))


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


def is_read(name: str) -> bool:
    """Whether something is read of the field of this name in small letters."""
    return name in READ or name.rstrip("0123456789") in KINDS  # url2, pdf2: more of a kind
