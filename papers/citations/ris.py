"""RIS as reference managers read it: a tag, two spaces, a hyphen, a space; lines end with CR LF; nothing spans lines.

There is no type for preprints; UNPB ("unpublished") is what most programs take one for. The tags:
https://en.wikipedia.org/wiki/RIS_(file_format).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papers.citations.work import Contributor, Work
from papers.taxonomy.types import PREPRINT
from papers.text.control_characters import one_line
from papers.text.plain_text import plain_line

TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "bill": "BILL",
    "book": "BOOK",
    "broadcast": "VIDEO",
    "chapter": "CHAP",
    "classic": "CLSWK",
    "collection": "BOOK",
    "dataset": "DATA",
    "entry": "ENCYC",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "figure": "FIGURE",
    "graphic": "ART",
    "hearing": "HEAR",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "UNPB",
    "map": "MAP",
    "motion_picture": "VIDEO",
    "musical_score": "MUSIC",
    "pamphlet": "PAMP",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "periodical": "SER",
    "personal_communication": "PCOMM",
    "post": "BLOG",
    "post-weblog": "BLOG",
    "report": "RPRT",
    "review": "JOUR",
    "review-book": "JOUR",
    "software": "COMP",
    "song": "SOUND",
    "speech": "SLIDE",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
    PREPRINT: "UNPB",
}
OTHER = "GEN"
OF_PERIODICALS = frozenset({"JOUR", "MGZN", "NEWS"})
OF_OTHERS = frozenset({"BILL", "CASE", "HEAR", "PAT", "PCOMM", "STAT", "THES"})  # whose A2 is an advisor or a court
IN_SERIES = frozenset({"BOOK", "COMP", "MAP", "RPRT"})  # what these stand in programs read as a series


def write(works: Iterable[Work]) -> Iterator[str]:
    """A record for each work."""
    for work in works:
        yield entry(work)


def entry(work: Work) -> str:
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in lines(work) if value or tag == "ER") + "\r\n"


def lines(work: Work) -> Iterator[tuple[str, str]]:
    """Tag and value, in order; a value may be empty."""
    details, place = work.shown_details, work.publication
    kind = TYPES.get(work.cited_type, OTHER)
    yield "TY", kind
    yield "ID", work.key
    yield "TI", work.plain_title
    yield from (("AU", name(who)) for who in work.authors)
    yield from (("ED" if kind in OF_OTHERS else "A2", name(who)) for who in work.editors)
    if work.date:
        parts = [f"{part:0{size}}" for part, size in zip(work.date.parts, (4, 2, 2), strict=False)]
        yield "PY", parts[0]
        yield "DA", "/".join([*parts, "", "", ""][:3]) + "/"
    series = plain_line(details.series)
    is_in_series = kind in IN_SERIES and not series
    yield "JO" if kind in OF_PERIODICALS else "T3" if is_in_series else "T2", place.container
    yield "T3", series
    yield "VL", place.volume
    yield "IS", place.issue or work.number
    yield "SP", place.first_page
    yield "EP", place.last_page
    yield "C7", place.article_number
    yield "PB", place.publisher
    yield "CY", plain_line(details.place)
    yield "ET", plain_line(details.edition)
    yield "SN", ", ".join(filter(None, map(plain_line, (details.isbn, details.issn))))  # programs read the tag once
    yield "LA", plain_line(details.language)
    yield "N1", plain_line(work.note)
    yield "AB", plain_line(work.abstract)
    yield from (("KW", keyword) for keyword in work.keywords)
    yield "DO", work.cited_doi
    yield from (("UR", url.url) for url in work.addresses if url.kind != "pdf")
    yield from (("L1", url.url) for url in work.addresses if url.kind == "pdf")
    yield "AN", f"arXiv:{work.arxiv_id}" if work.arxiv_id else ""
    yield "ER", ""


def name(who: Contributor) -> str:
    """ "Last, First, Suffix"; groups by their whole name."""
    if who.is_group or not who.surname:
        return who.name
    return ", ".join(part for part in (who.surname, who.forenames, who.suffix) if part)
