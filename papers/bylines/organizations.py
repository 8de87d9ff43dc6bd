"""Names of organisations, told from people's: by a word of it, by how it is written, or because it is known."""

from __future__ import annotations

import re
from functools import lru_cache

from papers.bylines.words import (
    BEGINNINGS_OF_ORGANIZATIONS,
    INSTITUTES,
    KNOWN_ORGANIZATIONS,
    ORGANIZATIONS,
    PARTICLES,
    PRODUCERS,
)

WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")
UNDIVIDED = re.compile(rf"(?:{BEGINNINGS_OF_ORGANIZATIONS})")
FIRM = re.compile(
    r"[, ](?:inc|ltd|llc|llp|plc|corp|gmbh|e\.? ?v|s\.?a\.?r\.?l|s\.?p\.?a|pty|b\.v|n\.v)\.?$", re.IGNORECASE
)
# "1X", "01.AI", "37signals"; not a mark before a name or an address ("2Ayesha Naseer", "1MIT").
BEGINS_WITH_A_DIGIT = re.compile(r"\d+[A-Z]|\d+[.-][A-Z]{2,}|\d{2,}[a-z]{4,}")
# "EleutherAI", "fast.ai", "Zhipu-AI"; "McDONALD" is a person.
BRAND = re.compile(r"(?!Ma?c|Van|Von|Den|Del|Des|Fitz)(?:[A-Z]?[a-z]{3,}[A-Z]{2,4}|\w{2,}[.-](?:AI|ai|io|ML))")
AUTHORS_OF = re.compile(
    r"(?!(?:the )?(?:all|other|these|both|remaining|various|several|many|different|unknown|anonymous|\d))"
    r"\S.* (?:authors|editors|developers|maintainers)",
    re.IGNORECASE,
)
ACRONYM = re.compile(r"(?![IVX]+$)[A-Z][A-Z0-9]{2,}")
# Vowels of scripts that write them as marks, which are no letters to a regular expression.
MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
CAPITALISED = re.compile(rf"(?:[^\W\d_]['’])?[^\W\d_][\w.'’{MARKS}-]*")
MOST_WORDS_OF_A_PERSON = 4
OF = frozenset("of for de del di da do für pour para per".split())
ADJECTIVES = frozenset(
    "national international european american federal royal central general monetary state public social world global joint "
    "united economic medical".split()
)
SURNAMES_TOO = frozenset(
    "bank press fund trust core labor amt force union church league forum ag lab media unit".split()
)


def has_word(text: str) -> bool:
    """Whether a word of the text is one that organisations have in their names and people hardly ever."""
    words = WORD.findall(text)
    return bool(
        any(word == "AI" or word.casefold() in ORGANIZATIONS for word in words)
        or UNDIVIDED.search(text.casefold())
        or FIRM.search(text)
    )


@lru_cache(maxsize=1 << 12)
def is_known(text: str) -> bool:
    """Whether the text is the name of an organisation by itself, whatever stands around it."""
    return bool(
        text.casefold() in KNOWN_ORGANIZATIONS
        or BEGINS_WITH_A_DIGIT.fullmatch(text)
        or (BEGINS_WITH_A_DIGIT.fullmatch(text.partition(" ")[0]) and is_producer(text))
        or BRAND.fullmatch(text)
        or AUTHORS_OF.fullmatch(text)
    )


def is_alone(text: str) -> bool:
    """Whether a field of one author names an organisation: "Institute of Things, Town", "Food and Drug Office", "ABC News".

    Of an author string one can't say so: there "Physics and Example University" may stand among names.
    """
    head = text.partition(",")[0].removeprefix("The ").removeprefix("the ")
    words = head.split()
    small = head.casefold().split()
    if len(words) < 2 or (ORGANIZATIONS.isdisjoint(small) and not FIRM.search(head)):
        return False
    first, last = small[0], small[-1].strip(".")
    if first in ORGANIZATIONS and (words[1] in OF or ("," not in text and first not in SURNAMES_TOO)):
        return True
    if last not in ORGANIZATIONS and not FIRM.search(head):
        return False
    before, _, behind = head.partition(" and ")
    if behind:
        return not behind.startswith("the ") and (" " not in before or has_word(before))
    return not ADJECTIVES.isdisjoint(small) or (ACRONYM.fullmatch(words[0]) is not None and not head.isupper())


def is_institute(text: str) -> bool:
    """Whether the text is the short name of an institute that people print for where they are (CERN, MIT)."""
    return text in INSTITUTES


def is_producer(text: str) -> bool:
    """Whether the text ends as the names of companies and agencies do ("European Space Agency"), not those of people."""
    first, _, last = text.rpartition(" ")
    return bool(first) and (last.casefold().strip(".,") in PRODUCERS or bool(FIRM.search(text)))


def reads_like_a_person(text: str) -> bool:
    """Whether the text is two to four words that each begin with a capital, or are a particle."""
    words = text.split()
    if not 2 <= len(words) <= MOST_WORDS_OF_A_PERSON or words[-1] in PARTICLES:
        return False
    if any(ACRONYM.fullmatch(word) for word in words) and not text.isupper():
        return False  # LHCb Heidelberg, JANE DOE
    return all(word in PARTICLES or (CAPITALISED.fullmatch(word) and _is_capital(word)) for word in words)


def _is_capital(word: str) -> bool:
    letter = next(filter(str.isalpha, word), "")
    return letter.isupper() or letter.lower() == letter.upper()
