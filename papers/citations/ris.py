"""RIS as reference managers read it: a tag, two spaces, a hyphen, a space; lines end with CR LF; nothing spans lines.

There is no type for preprints; UNPB ("unpublished") is what most programs take one for. The tags:
https://en.wikipedia.org/wiki/RIS_(file_format).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papers.citations.work import Contributor, Work
from papers.text.control_characters import one_line
from papers.text.plain_text import plain_line


def write(works: Iterable[Work]) -> Iterator[str]:
    """A record for each work."""
    for work in works:
        yield "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in lines(work) if value or tag == "ER") + "\r\n"


def lines(work: Work) -> Iterator[tuple[str, str]]:
    """Tag and value, in order; a value may be empty."""
    yield "TY", "JOUR" if work.journal else "UNPB"
    yield "ID", work.key
    yield "TI", work.plain_title
    yield from (("AU", name(who)) for who in work.authors)
    if journal := work.journal:
        yield "PY", journal.year
        yield "JO", journal.name
        yield "VL", journal.volume
        yield "IS", journal.issue
        yield "SP", journal.first_page
        yield "EP", journal.last_page
    elif work.published:
        yield "PY", f"{work.published.year:04}"
        yield "DA", f"{work.published:%Y/%m/%d}/"
    if not journal:
        yield "N1", plain_line(work.journal_ref)
    yield "AB", plain_line(work.abstract)
    yield from (("KW", keyword) for keyword in work.keywords)
    yield "DO", work.any_doi
    yield "UR", work.address
    if work.arxiv_id:
        yield "AN", f"arXiv:{work.arxiv_id}"
        yield "PB", "" if work.journal else "arXiv"
    yield "ER", ""


def name(who: Contributor) -> str:
    """ "Last, First, Suffix"; groups by their whole name."""
    if who.is_group or not who.surname:
        return who.name
    return ", ".join(part for part in (who.surname, who.forenames, who.suffix) if part)
