"""The fast way: author strings that are names between commas and "and" and nothing else, which most are."""

from __future__ import annotations

import re
from functools import lru_cache

from papers.bylines import asides, groups, organizations
from papers.bylines.names import CACHED_NAMES, UNSEPARATED, is_initials, ordinary_name, read_name
from papers.bylines.parsed import Byline, Entry
from papers.bylines.words import AND_ELSEWHERE, INSTITUTION, PRODUCERS, SUFFIXES

SPECIAL = re.compile(r"[\\{}()\[\];:&$^~<>@*\d/|…†‡§¶#%+=\"，、،；؛：（）【】⁰¹²³⁴-⁹]|\.\.\.")
PLAIN_BREAK = re.compile(r",? and |,")


def plain_byline(text: str) -> Byline | None:
    """The byline, or None where the string needs the careful way."""
    if SPECIAL.search(text):
        return None
    entries = []
    for part in PLAIN_BREAK.split(text):
        entry = _plain_entry(part)
        if entry is None:
            return None
        entries.append(entry)
    return Byline(text, tuple(entries))


NOT_PLAIN = re.compile(
    r"(?:^|\s)['‘’“”]?(?:and|AND|And|und|et|et\.?\s?al\.?|for|with|by|on behalf|representing|others?|rest|the|The|appendix"
    rf"|{AND_ELSEWHERE})['‘’“”]?(?=\s|$)"
    r"|\b(?:Author|Editor|Univ|FH|TU)|authors?$|[ᵃ-ᶻ]$|[A-Za-z] [\u2e80-\uffef]|[\u2e80-\uffef] [A-Za-z]"
)
WATCHED = re.compile(
    rf"{groups.ANY_KIND.pattern}|{INSTITUTION}|\b(?:{'|'.join(sorted(PRODUCERS))})\b|contribut|\b(?:Author|Editor)",
    re.IGNORECASE,
)
SHORT_LAST_WORD = re.compile(r"(?:^|\s)[A-Z]{1,3}$")


@lru_cache(maxsize=CACHED_NAMES)
def _plain_entry(part: str) -> Entry | None:
    """The person in a part of a plain string; None if the part needs a look at what stands around it."""
    part = part.strip()
    if organizations.is_known(part) or organizations.is_producer(part):
        return None
    if (name := ordinary_name(part)) and not WATCHED.search(part):
        return Entry(name)
    if (
        not (" " in part or "." in part)  # one word may be a mononym or half of an inverted name
        or part in SUFFIXES
        or is_initials(part)
        or NOT_PLAIN.search(part)
        or groups.ANY_KIND.search(part)
        or SHORT_LAST_WORD.search(part)
        or UNSEPARATED.fullmatch(part)
        or asides.is_note(part)
    ):
        return None
    try:
        name, flags = read_name(part)
    except ValueError:
        return None
    return Entry(name, (), flags) if name.forenames else None
