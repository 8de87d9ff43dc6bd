"""Places of publication as repositories print them → journal or book, volume, issue, pages, each where it surely is that.

The platforms have forms of their own: OJS "Journal of Things; Vol. 3 No. 2 (1998): On Stones; 1-10" in the languages of its
journals, Zenodo "Journal of Things, 3(2), 1-10, (1998-05-03)", EPrints and DSpace a whole citation with the title in it.
"""

from __future__ import annotations

import re

from papers.publications.journal_refs import parse_journal_ref

LONGEST = 1000  # characters in which a place is looked for
LONGEST_NAME = 300
NUMBER = r"(?:\d[\w/.–-]{0,11}?|[IVXLC]{1,8})"
# "Volume" and "number" as OJS prints them; Bd., Jg., t., v., tomo, cilt, årg., roč., Том; Nr., Núm., n.º, sayı, č., №, вып.
VOLUME = re.compile(
    rf"(?<!\w)(?:vol(?:ume)?|band|bd|jg|jahrgang|tom[eo]?|t|v|cilt|årg(?:ang)?|ro[kč]|ročník|köt|evf|anno|том|т)(?![^\W\d_])\.?\s*"
    rf"(?P<number>{NUMBER})(?=[\s,;:)(]|$)",
    re.IGNORECASE,
)
ISSUE = re.compile(
    rf"(?<!\w)(?:no|nr|n|n[.]?[º°o]|núm|num(?:ber|éro|ero)?|issue|iss|heft|h|fasc|sayı|č|čís|sz|№|вып|выпуск|nos)(?![^\W\d_])[.:]?\s*[º°]?\s*"
    rf"(?P<number>{NUMBER}(?:\s?[-–/]\s?\d{{1,3}})?)(?=[\s,;:)(]|$)",
    re.IGNORECASE,
)
EAST_ASIAN = re.compile(r"(?:第\s*)?(?P<volume>\d{1,4})\s*[卷巻권](?:\s*(?:第\s*)?(?P<issue>\d{1,4})\s*[期号號호])?")
YEAR_ALONE = re.compile(r"\(?(?:1[5-9]|20)\d\d(?:[-/–]\d{2,4})?\)?")
PAGES = re.compile(
    r"(?:pp?\.|pages?|S\.|s\.|стр\.?|с\.)?\s*(?P<pages>[A-Za-z]{0,3}\d{1,7}(?:\s?[-–—]\s?[A-Za-z]{0,3}\d{1,7})?)"
)
ISSN = re.compile(
    r"(?<![\w-])[ep]?-?issn(?: ?-?[lL])?(?:\s*\([^)]{1,20}\))?[:\s]*(?P<issn>\d{4}-\d{3}[\dXx])(?![\w-])", re.IGNORECASE
)
BARE_ISSN = re.compile(r"\d{4}-\d{3}[\dXx]")
# Zenodo: "Name, 3(2), 1-10, (1998-05-03)"; volume, issue and pages may be missing.
OF_ZENODO = re.compile(
    r"(?P<container>.*?[^\W\d_].*?)"
    r"(?:, (?P<volume>[\w/.-]{1,12})(?:\((?P<issue>[\w/. –-]{1,20})\))?|, ?\((?P<issue2>[\w/. –-]{1,20})\))?"
    r"(?:, (?P<pages>[A-Za-z]{0,3}\d{1,7}(?:\s?[-–]\s?[A-Za-z]{0,3}\d{1,7})?))?"
    r", \((?:\d{4}(?:-\d\d){0,2})(?:/[\d-]*)?\)"
)
RANGE = re.compile(r"[A-Za-z]?\d+[-–][A-Za-z]?\d+")
# EPrints and DSpace, behind the title: ". Journal of Things, 3 (2). pp. 1-10."
OF_CITATION = re.compile(
    r"(?P<container>[^\W\d_][^,;()]*?),? (?:vol\.? ?)?(?P<volume>\d{1,4})"
    r"(?: ?\((?P<issue>[\w/ –-]{1,12})\)|, ?(?:no|nr|iss)\.? ?(?P<issue2>[\w/–-]{1,8}))?"
    r"(?:[.,:;] ?(?:pp?\.? ?|art\. ?\w{0,3}\.? ?)?(?P<pages>[A-Za-z]?\d{1,7}(?:[-–]{1,2}[A-Za-z]?\d{1,7})?))?"
    r"(?=[.,;:( ]|$)",
    re.IGNORECASE,
)
OF_BOOK = re.compile(
    r"In ?[:,] (?:[^()]{1,200}\((?:eds?|hrsg)\.?\)[.,:]? ?)?(?P<container>[^\W\d_][^.;]{3,250}?)(?:, \d|[.;(]|, pp|$)",
    re.IGNORECASE,
)
OF_BOOK_PAGES = re.compile(r"\bpp?\.? ?(?P<pages>\d{1,7}(?:[-–]{1,2}\d{1,7})?)")
MONTH = re.compile(r"(?:\d{1,2}[-/])?(?:1[5-9]|20)\d\d")

Place = dict[str, str]  # by names of details


def place_in(text: str) -> Place:
    """The place that a text of its own names; empty where it is not understood."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST or "://" in text:
        return {}
    if found := OF_ZENODO.fullmatch(text):
        part = found.groupdict()
        if RANGE.fullmatch(part["volume"] or "") and not (part["issue"] or part["issue2"] or part["pages"]):
            return _place(part["container"], "", "", part["volume"])  # of the three numbers only the pages are there
        return _place(part["container"], part["volume"], part["issue"] or part["issue2"], part["pages"])
    if ";" in text:
        return _of_ojs([part.strip() for part in text.split(";")])
    if read := parse_journal_ref(text):
        return _place(read.name, read.volume, read.issue, read.pages)
    before, issn, behind = ISSN.sub("\0", text, count=1).partition("\0")
    if issn and (found := VOLUME.search(behind)):  # EPrints: "Journal of Things, ISSN 1234-5678, 2013-03, Vol. 3, N. 2"
        number = ISSUE.search(behind)
        return _place(before, found["number"], number["number"] if number else "", "")
    return {}


def place_in_citation(text: str, title: str) -> Place:
    """The place that a citation names behind the title of the paper; empty where the title isn't in it, or nothing is told."""
    text = " ".join(text.split())
    start = text.casefold().find(" ".join(title.split()).casefold()) if title else -1
    if start < 0 or len(text) > LONGEST + len(title):
        return {}
    behind = text[start + len(title) :].lstrip(" .,;:\"'”’»")
    if found := OF_BOOK.match(behind):
        pages = OF_BOOK_PAGES.search(behind)
        return _place(found["container"], "", "", pages["pages"] if pages else "")
    if behind.count(";") > 1:
        return _of_dspace([part.strip() for part in behind.split(";")])
    if found := OF_CITATION.match(behind):
        part = found.groupdict()
        return _place(part["container"], part["volume"], part["issue"] or part["issue2"], part["pages"])
    return {}


def issns_in(text: str) -> list[str]:
    """The ISSNs that the text names, or is, in capitals; elsewhere in it such numbers may be pages."""
    if BARE_ISSN.fullmatch(text):
        return [text.upper()]
    return [found["issn"].upper() for found in ISSN.finditer(text[:LONGEST])]


def _of_ojs(parts: list[str]) -> Place:
    """OJS: name; volume, issue and year in the journal's language, with the issue's title behind a colon; pages."""
    container, *rest = parts
    volume = issue = pages = ""
    is_issue = False
    for part in filter(None, rest):
        head = part.partition(":")[0]
        found = VOLUME.search(head), ISSUE.search(head), EAST_ASIAN.search(head)
        if found[2]:
            volume, issue, is_issue = found[2]["volume"], found[2]["issue"] or "", True
        elif (found[0] or found[1] or YEAR_ALONE.search(head)) and not is_issue:
            is_issue = bool(found[0] or found[1] or YEAR_ALONE.fullmatch(head.strip()) or "(" in head)
            volume = found[0]["number"] if found[0] else ""
            issue = found[1]["number"] if found[1] else ""
        elif is_issue and (read := PAGES.fullmatch(part)):
            pages = read["pages"]
    return _place(container, volume, issue, pages) if is_issue else {}


def _of_dspace(parts: list[str]) -> Place:
    """DSpace: publisher; name; volume; issue; month and year; pages."""
    pages = parts.pop() if PAGES.fullmatch(parts[-1]) and not MONTH.fullmatch(parts[-1]) else ""
    if not MONTH.fullmatch(parts.pop()):
        return {}
    numbers: list[str] = []
    while parts and re.fullmatch(r"\d[\w/-]{0,8}", parts[-1]):
        numbers.insert(0, parts.pop())
    volume, issue = (*numbers, "", "")[:2]
    return _place(parts[-1], volume, issue, pages) if len(parts) > 1 and len(numbers) < 3 else {}


def _place(container: str, volume: str | None, issue: str | None, pages: str | None) -> Place:
    container = container.strip(" ,.;:")
    if len(container) > LONGEST_NAME or sum(map(str.isalpha, container)) < 2:
        return {}
    return {
        "container": container,
        "volume": (volume or "").strip(" .,"),
        "issue": (issue or "").strip(" .,"),
        "pages": re.sub(r"\s?[–—-]+\s?", "-", pages or ""),
    }
