"""Notes in parentheses in an author string: legends, marks that point to them, affiliations."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from papers.bylines.asides import is_note
from papers.bylines.words import ROLES

KEY = r"\d{1,3}[a-z]?|[A-Za-z]|[ivx]{1,4}|[IVX]{2,4}|[*†‡§¶#⋆]{1,4}"
BRACKETED_KEY = re.compile(rf"[(\[] ?({KEY}) ?[)\]]")
BRACKETED_LEGEND = re.compile(rf"\s*[(\[] ?(?:{KEY}) ?[)\]]\s*[^\s,;)(]")
BARE_LEGEND = re.compile(r"\s*(?:1|a|A|\*)(?:\s[-–—]\s|\s|\s?[:=.)]\s?)(?=\S)(?!and\b|&)")
BARE_NUMBER = re.compile(r"(?:^|[;,.]\s?|\s)(\d{1,3})(?:\s[-–—]\s|\s?[:=.)]\s?|\s)(?=[^\W\d_])")
BARE_LETTER = re.compile(r"(?:^|[;,]\s?)([A-Za-z])(?:\s[-–—]\s|\s?[:=)]\s?|\s)(?=\S)")
NUMBERED = re.compile(r"1(?:\s[-–—]\s|\s?[:=.)])")
MARK_BREAK = re.compile(r"\s*(?:[,;&+]|\band\b)\s*|\s+")
RANGE = re.compile(r"(\d{1,3})\s?[-–]\s?(\d{1,3})")
PLAIN_MARK = re.compile(r"\d{1,3}[a-z]?|[*†‡§¶#⋆]{1,4}")
TRAILING_AND = re.compile(r"[\s,;]+(?:and|&)$")
SIGNS = "*†‡§¶#⋆"
LONGEST_RANGE = 200
RECENT = 64  # notes, each asked for several times
MOST_MARKS = 1000


def is_legend(note: str) -> bool:
    """Whether the note explains marks: "(1) Institute One, (2) Institute Two", or "1 Institute One; 2 Institute Two"."""
    return bool(_keys(note))


def read_legend(note: str) -> dict[str, str]:
    """The affiliation for each mark that a legend explains; nothing for a note that is no legend."""
    found = _keys(note)
    ends = [match.start() for match in found[1:]] + [len(note)]
    legend: dict[str, str] = {}
    for match, end in zip(found, ends, strict=False):
        if (
            (affiliation := tidy_affiliation(note[match.end() : end]))
            and affiliation.lower() not in ROLES
            and not is_note(affiliation)
        ):
            legend.setdefault(match[1], affiliation)
    return legend


@lru_cache(maxsize=RECENT)
def _keys(note: str) -> list[re.Match[str]]:
    """Where the note has its keys; none if it is no legend ("1 rue Descartes" and "A. Volta Institute" are addresses)."""
    if BRACKETED_LEGEND.match(note):
        found = list(BRACKETED_KEY.finditer(note))
        numbered = found[0][1][0].isdigit()
        return [match for match in found if match[1][0].isdigit() == numbered or match[1][0] in SIGNS]
    if not BARE_LEGEND.match(note) or marks(note, ()) is not None:
        return []
    found = _in_sequence(note, BARE_NUMBER if note.lstrip()[0].isdigit() else BARE_LETTER)
    return found if len(found) > 1 or (found and NUMBERED.match(note)) else []


def marks(note: str, legend: Container[str]) -> list[str] | None:
    """The marks that a note consists of ("1 and 2", "1,3-5", "a,*"); None if it is text.

    A letter is a mark only if the legend has it.
    """
    found: list[str] = []
    for part in MARK_BREAK.split(note.strip()):
        if run := RANGE.fullmatch(part):
            first, last = int(run[1]), int(run[2])
            if not 0 <= last - first < LONGEST_RANGE:
                return None
            found += [str(number) for number in range(first, last + 1)]
        elif part in legend or PLAIN_MARK.fullmatch(part):
            found.append(part)
        elif part:
            return None
        if len(found) > MOST_MARKS:
            return None
    return found


def tidy_affiliation(text: str) -> str:
    """The affiliation without the punctuation that separated it from its neighbours."""
    text = TRAILING_AND.sub("", text.strip(" ,;:").removeprefix("- ").replace("( ", "(")).rstrip(" ,;:")
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(" ,;:")
    last_word = text[text.rfind(" ") + 1 : -1]
    if text.endswith(".") and "." not in last_word and (len(last_word) > 4 or last_word.isupper()):
        text = text[:-1]  # a full stop, not an abbreviation's dot
    return text


def _in_sequence(note: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """The keys that count up from the first: a house number or a postcode does not."""
    found: list[re.Match[str]] = []
    for match in pattern.finditer(note):
        key = match[1]
        if (
            not found
            or (key.isdigit() and int(key) == int(found[-1][1]) + 1)
            or (not key.isdigit() and ord(key) == ord(found[-1][1]) + 1)
        ):
            found.append(match)
    return found
