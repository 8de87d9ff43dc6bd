"""A printed journal reference → journal, volume, issue, pages, year; only where all of it is understood.

arXiv asks authors for "journal, volume, year and page numbers" in a line of their own making. The forms below are those
that are common and can't be misread; anything else stays one line of text, for a wrong volume is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Journal:
    """Where a paper appeared. `pages` are "1-10", one page or an article number; `year` is printed or empty."""

    name: str
    volume: str
    pages: str = ""
    issue: str = ""
    year: str = ""


NAME = r"(?P<name>[^\W\d_][^\d;]*?\.?)"
VOLUME = r"(?:vol(?:ume)?\.?\s*)?(?P<volume>(?:[A-Z](?=\d))?\d{1,4}(?:[A-D](?!\w))?)"
NUMBER = r"\d{1,3}(?:[-/]\d{1,3})?"
ISSUE = (
    rf"(?:\s?\(\s*(?:no\.?\s*)?(?P<issue>{NUMBER})\s*\)"  # 51 (8)
    rf"|,?\s*(?:no\.?|number|issue|iss\.)\s*(?P<issue2>{NUMBER}))?"  # 51, no. 8
)
PAGE = r"(?:[A-Z]{0,2}\d{1,8}(?:\.\d{1,4})?)"
PAGES = (
    rf"(?:(?:pages?|pp?|art(?:icle)?|article no)?\.?\s*(?P<pages>{PAGE}(?:\s*[-–]{{1,3}}\s*{PAGE})?)"
    r"(?:\s*\(\d{1,3} (?:pp\.?|pages)\))?)"
)
YEAR = r"(?P<year>(?:19|20)\d\d)"
MONTH = r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?,?\s*)?"

FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{NAME}[\s,:]*{VOLUME}{ISSUE}[\s,:]*\(\s*{MONTH}{YEAR}\s*\)[\s,:]*{PAGES}",  # Phys. Lett. B 12 (1999) 1-10
        # Ann. Statist. 35 (2007), no. 6, 2769-2794
        rf"{NAME}[\s,:]*{VOLUME}\s*\(\s*{MONTH}{YEAR}\s*\)[\s,]*no\.?\s*(?P<issue>{NUMBER})(?P<issue2>)\s*,\s*{PAGES}",
        rf"{NAME}[\s,:]*{VOLUME}{ISSUE}\s*[,:]\s*{PAGES}[\s,]*\(\s*{MONTH}{YEAR}\s*\)",  # Phys. Rev. D 76, 013009 (2007)
        rf"{NAME}[\s,:]*{VOLUME}{ISSUE}\s*[,:]\s*{PAGES}\s*,\s*{MONTH}{YEAR}",  # AIP Conf.Proc.1316:466-477,2010
        rf"{NAME}\s+{VOLUME}{ISSUE}\s+{PAGES}\s*\(\s*{MONTH}{YEAR}\s*\)",  # Nature 390 575 (1997)
        rf"{NAME}[\s,:]*\(?{YEAR}\)?\s*[,;:]\s*{VOLUME}{ISSUE}\s*[,:]\s*{PAGES}",  # Astron. J. 2010, 12: 1-10
        rf"{NAME}[\s,]+{VOLUME}{ISSUE}\s*,\s*{MONTH}{YEAR}",  # Software: Practice and Experience 51 (8), 2021
        rf"{NAME}[\s,]+{VOLUME}{ISSUE}\s*\(\s*{MONTH}{YEAR}\s*\)",  # Journal of Things 12 (1999)
    )
)
# Words of talks, chapters and theses, where a number is not the volume of a journal; and of what has not appeared.
NO_JOURNAL = re.compile(
    r"\b(?:in proc|proceedings of|workshop|thesis|chapter|to appear|accepted|submitted|in press|press release|arxiv|"
    r"edited by|eds?\.|isbn|springer|university press|lecture notes|conference on|symposium)\b",
    re.IGNORECASE,
)
LONGEST = 200


@lru_cache(maxsize=4096)  # most is shown again soon: a page, what it is cited as, the next page of a list
def parse_journal_ref(text: str) -> Journal | None:
    """The parts of a printed reference in plain text; None unless the whole of it is understood."""
    text = " ".join(text.split()).rstrip(" .")
    if not text or len(text) > LONGEST or NO_JOURNAL.search(text):
        return None
    for form in FORMS:
        if found := form.fullmatch(text):
            part = found.groupdict()
            name = part["name"].strip(" ,:")
            if sum(character.isalpha() for character in name) < 2 or name.count(",") > 1:
                return None  # a letter is no journal, and many commas are a list of people
            volume = part["volume"]
            if volume[0].isalpha():  # "Phys.Rev.D75": the letter is part of the journal's name
                name, volume = f"{name} {volume[0]}", volume[1:]
            return Journal(
                _spaced(name),
                volume,
                re.sub(r"\s*[-–]+\s*", "-", part.get("pages") or ""),
                part["issue"] or part["issue2"] or "",
                part["year"],
            )
    return None


def _spaced(name: str) -> str:
    """ "Phys.Rev.D" → "Phys. Rev. D"."""
    return re.sub(r"\.(?=[^\W\d_])", ". ", name)
