"""The fast way: author strings that are names between commas and "and" and nothing else, which most are."""

from __future__ import annotations

import re
from functools import lru_cache

from papers.bylines import groups
from papers.bylines.names import CACHED_NAMES, UNSEPARATED, is_initials, ordinary_name, read_name
from papers.bylines.parsed import Byline, Entry
from papers.bylines.words import AND_ELSEWHERE, INSTITUTION, KNOWN_ORGANIZATIONS, PRODUCERS, SUFFIXES

SPECIAL = re.compile(r"[\\{}()\[\];:&$^~<>@*\d/|…†‡§¶#%+=\"·•✉∗★，、،；؛：（）【】⁰¹²³⁴-⁹]|\.\.\.")
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
    r"(?:^|\s)['‘’“”]?(?:and|AND|And|und|et|et\.?\s?al\.?|for|with|by|on behalf|representing|others?|rest"
    r"|many|more|late|their|students|collaborators|the|The|appendix"
    r"|u\.|otros|outros|altri|dr\."
    rf"|{AND_ELSEWHERE})['‘’“”]?(?=\s|$)|\sand(?=[A-Z])|\b(?:Author|Editor|Univ|FH|TU)|authors$"
)
TWO_SCRIPTS = re.compile(r"[ᵃ-ᶻ]$|[A-Za-z] [\u2e80-\uffef]|[\u2e80-\uffef] [A-Za-z]")
WATCHED = re.compile(rf"{groups.ANY_KIND.pattern}|{INSTITUTION}|contribut", re.IGNORECASE)
WATCHED_WORDS = PRODUCERS | frozenset(
    "author authors editor editors developers maintainers memoriam passed alphabetical pronouns by "
    "inc. ltd. corp. e.v.".split()
)
SHORT_LAST_WORD = re.compile(r"(?:^|\s)[A-Z]{1,3}$")


@lru_cache(maxsize=CACHED_NAMES)
def _plain_entry(part: str) -> Entry | None:
    """The person in a part of a plain string; None if the part needs a look at what stands around it."""
    part = part.strip()
    if is_watched(part):
        return None
    if name := ordinary_name(part):
        return Entry(name)
    if (
        not (" " in part or "." in part)  # one word may be a mononym or half of an inverted name
        or part in SUFFIXES
        or is_initials(part)
        or NOT_PLAIN.search(part)
        or SHORT_LAST_WORD.search(part)
        or UNSEPARATED.fullmatch(part)
        or not (part.isascii() or not TWO_SCRIPTS.search(part))
    ):
        return None
    try:
        name, flags = read_name(part)
    except ValueError:
        return None
    return Entry(name, (), flags) if name.forenames else None


def is_watched(text: str) -> bool:
    """Whether there is a word in the text by which it may be something other than a person."""
    small = text.lower()
    return bool(not WATCHED_WORDS.isdisjoint(small.split()) or small in KNOWN_ORGANIZATIONS or WATCHED.search(text))
