"""One printed name → its parts: forenames, surname with particles, suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from papers.bylines.words import (
    CAPITAL_PARTICLES,
    CONNECTORS,
    DEGREES,
    DOUBLE_SURNAMES,
    EAST_ASIAN_SURNAMES,
    GENERATIONS,
    INSTITUTION,
    JUNK,
    PARTICLES,
    SUFFIXES,
    SURE_SUFFIXES,
    TITLES,
    VIETNAMESE,
)
from papers.field_rules import too_long
from papers.text.normalization import normalized
from papers.text.tex import decode_tex

INVERTED = "inverted?"  # the surname may stand first: a human should look
SEVERAL = "several names?"  # longer than names are: separators may be missing
# Three names of initials and a surname without anything between; two may be one person's (K. Rustan M. Leino).
UNSEPARATED_NAME = re.compile(r"(?:[^\W\d_]\.[ -]?)+[^\W\d_][\w'’-]+")
UNSEPARATED = re.compile(rf"(?:{UNSEPARATED_NAME.pattern} ){{2,}}{UNSEPARATED_NAME.pattern}")
MOST_FULL_WORDS = 6  # Beatriz Angélica Toscano de la Torre
CACHED_NAMES = 1 << 15  # about 20 MB; one printed name in two comes again soon


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name as it is shown, "Forenames Surname Suffix" in NFC, and its parts; a mononym is all surname."""

    name: str
    forenames: str
    surname: str
    suffix: str = ""


LETTER = re.compile(r"[^\W\d_]")
LONE_DOT = re.compile(r"\s+(?=[.,])")
DOTS = re.compile(r"\.{2,}")
GLUED_INITIAL = re.compile(r"\.(?=['’`]?[^\W\d_])")
SPACED_HYPHEN = re.compile(r"(?<=\S) ?[-\u2010\u2011] (?=\S)|(?<=\S) [-\u2010\u2011](?=\S)|[\u2010\u2011]")
SPACED_APOSTROPHE = re.compile(r"\b([ODLodl]|[Dd]ell|[Dd]all|[Ss]ant) ?(['’`]) ?(?=[A-ZÀ-Þ])")
BACKTICK_T = re.compile(r"(?<![^\s])[`´’‘]([TtSsNn])(?=\s)")
GLUED_T = re.compile(r"(?<![^\s])(['’][Tt])(?=[A-Z])")
EDGES = ' ,;:*†‡§¶#+=|/\\^_?!<>()[]{}"“”-–—·•&%@°0123456789¹²³⁰⁴⁵⁶⁷⁸⁹$'
INITIALS = re.compile(r"[^\W\d_]{1,2}\.(?:-?[^\W\d_]{1,2}\.)*")
LEFTOVER_TEX = re.compile(r"\\[A-Za-z]*|[{}$^\x00-\x1f\x7f]")
MOST_CHARACTERS = 200  # a longer stretch without a separator is no name
TWO_LETTERS = re.compile(r"[^\W\d_][^a-zA-Z]*[^\W\d_]")
SQUEEZED = re.compile(r"[\s.,_-]+")
IN_ADDRESS = re.compile(INSTITUTION, re.IGNORECASE)
STUCK = " 0123456789*†‡§¶#.,"
MOJIBAKE = re.compile(r"[ÃÂÄÅ][\u0080-\u00bf]")


def parse_name(text: str) -> Name:
    """The parts of one printed name ("Bartel L. van der Waerden"); raises ValueError if there is no name in it."""
    return read_name(decode_tex(text))[0]


def name_from_parts(forenames: str, surname: str, suffix: str = "") -> Name:
    """The name that a source gives in parts (OAI-PMH `arXiv` records, BibTeX); raises ValueError if it is none.

    Particles that the source left at the end of the forenames ("Gerard 't" + "Hooft") go to the surname.
    """
    first, last = _tidy(decode_tex(forenames)), _tidy(decode_tex(surname))
    suffix = _tidy(decode_tex(suffix)) or suffix.strip()
    if not last:
        first, last = "", first
    words = first.split()
    start = len(words)
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    last_words = [*words[start:], *last.split()]
    if not suffix and len(last_words) > 1 and last_words[-1] in SUFFIXES:
        suffix = last_words.pop()
    return _name(words[:start], last_words, SUFFIXES.get(suffix, suffix))


def is_initials(text: str) -> bool:
    """Whether there is nothing but initials with dots ("J.", "J.-P.", "J. A.") in the text."""
    return all(INITIALS.fullmatch(word) for word in text.split())


# Seven names in ten are like "Yuri M. Shirman" and hold no word that means anything to the rules below.
ORDINARY = re.compile(r"(?:(?:[A-Z]\.|[A-Z][a-z]+(?:-[A-Za-z][a-z]+)?) ){1,4}[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?")
MEANINGFUL = frozenset(
    word.capitalize()
    for words in (PARTICLES, CAPITAL_PARTICLES, TITLES, JUNK, SUFFIXES, DEGREES, GENERATIONS, CONNECTORS, ["und", "et"])
    for word in words
) | {pair.split()[0].capitalize() for pair in DOUBLE_SURNAMES}


def ordinary_name(text: str) -> Name | None:
    """The name where a capitalised word ends a plain list of them and no rule can apply; None if one might."""
    if not ORDINARY.fullmatch(text):
        return None
    words = text.split(" ")
    if not MEANINGFUL.isdisjoint(words):
        return None
    last = words.pop()
    return Name(text, " ".join(words), last)


@lru_cache(maxsize=CACHED_NAMES)
def read_name(text: str) -> tuple[Name, tuple[str, ...]]:
    """The name in a text without TeX, and doubts about it; raises ValueError if there is no name in it."""
    if ordinary := ordinary_name(text):
        return ordinary, ()
    name, flags = _divided(text)
    if trouble(name.name):  # only now are marks and titles off: "*IEEE"
        raise ValueError(f"{text[:80]!r} is not a name")
    return name, flags


def _divided(text: str) -> tuple[Name, tuple[str, ...]]:
    words = _tidy(text).split()
    words = words[_titles(words) :]
    words, suffix = _without_suffix(words)
    if not words:
        raise ValueError(f"{text[:80]!r} is not a name")
    if len(words) == 1:
        return _name([], words, suffix), ()
    trailing = len(words)
    while trailing and INITIALS.fullmatch(words[trailing - 1]):
        trailing -= 1
    if 0 < trailing < len(words):
        return _surname_first(words, trailing, suffix)
    start = _surname_start(words)
    full = sum(len(word) > 2 for word in words)
    flags = (SEVERAL,) if full > MOST_FULL_WORDS or (full > 5 and start == len(words) - 1) else ()
    return _name(words[:start], words[start:], suffix), flags


def _surname_first(words: list[str], trailing: int, suffix: str) -> tuple[Name, tuple[str, ...]]:
    """`Smith J.` is J. Smith; in `Jose Antonio Martin H.` the initial shortens a second surname."""
    full, initials = words[:trailing], words[trailing:]
    full = [word.rstrip(".") if len(word) > 4 else word for word in full]  # Vaidehi. M.
    if all(_is_particle(word) for word in full[:-1]):
        return _name(initials, full, suffix), (INVERTED,)
    return _name(full[:-1], [full[-1], *initials], suffix), (INVERTED,)


def _surname_start(words: list[str]) -> int:
    start = len(words) - 1
    last = words[-1].casefold()
    if start > 1 and (
        (last in GENERATIONS and len(words[start - 1]) > 2)  # one letter before it is a middle initial
        or f"{words[start - 1].casefold()} {last}" in DOUBLE_SURNAMES
    ):
        start -= 1
    if start > 2 and words[start - 1] in CONNECTORS and words[start - 2][0].isupper() and len(words[start - 2]) > 2:
        start -= 2
    syllables = last in EAST_ASIAN_SURNAMES or not VIETNAMESE.isdisjoint(word.casefold() for word in words)
    while start > 1:
        word = words[start - 1]
        if word in PARTICLES or (word in CAPITAL_PARTICLES and not syllables):
            start -= 1
        else:
            break
    if start == 1 and words[0] in PARTICLES and not INITIALS.fullmatch(words[0]):
        start = 0  # "van der Waerden" alone; a capital Van or Di standing first is a forename
    return start


def _is_particle(word: str) -> bool:
    return word in PARTICLES or word in CAPITAL_PARTICLES


def _titles(words: list[str]) -> int:
    """How many words at the front are titles; never the whole name."""
    count = 0
    while count < len(words) - 1:
        two = (words[count] + words[count + 1]).casefold() if count + 2 < len(words) else ""
        if two in ("ph.d.", "m.sc.", "assoc.prof.", "assistantprofessor", "associateprofessor"):
            count += 2
        elif words[count].casefold() in TITLES:
            count += 1
        else:
            break
    return count


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    suffix = ""
    end = len(words)
    while end > 1:
        word = words[end - 1]
        if end > 2 and word in DEGREES:
            end -= 1
        elif end > 3 and words[end - 2] + word in DEGREES:
            end -= 2
        elif not suffix and (kind := SUFFIXES.get(word)) and (end > 2 or (kind in SURE_SUFFIXES and word != "JR")):
            suffix, end = kind, end - 1
        else:
            break
    return [word.rstrip(",") for word in words[:end]], suffix


def _tidy(text: str) -> str:
    """The printed name with the artefacts of sources repaired: lost spaces, invented ones, marks and leftover TeX."""
    if MOJIBAKE.search(text):
        text = _repaired_encoding(text)
    if "\\" in text or "{" in text or "$" in text or "^" in text or not text.isprintable():
        text = LEFTOVER_TEX.sub("", text.replace("\xa0", " "))
    text = " ".join(text.split()).strip(EDGES)
    text = LONE_DOT.sub("", text)
    if ".." in text:
        text = DOTS.sub(".", text)
    text = SPACED_HYPHEN.sub("-", text)
    text = GLUED_INITIAL.sub(". ", text)
    if "'" in text or "`" in text or "’" in text or "´" in text or "‘" in text:
        text = BACKTICK_T.sub(r"'\1", text)
        text = GLUED_T.sub(r"\1 ", text)
        text = SPACED_APOSTROPHE.sub(lambda match: match[1] + match[2].replace("`", "'"), text)
    text = text.lstrip(".’ ")
    last = text[max(text.rfind(" "), text.rfind("-")) + 1 :]  # of "Anna-S." the initial
    if text.endswith(".") and len(last) > 4 and "." not in last[:-1]:
        text = text[:-1]  # a full stop after a name, not an abbreviation
    if not LETTER.search(text):
        return ""
    return normalized("NFC", text)


def _repaired_encoding(text: str) -> str:
    """UTF-8 that somebody read as Latin-1 (BjÃ¶rn); as it came if it isn't."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _name(forenames: list[str], surname: list[str], suffix: str) -> Name:
    first, last = " ".join(forenames), " ".join(surname)
    name = " ".join(part for part in (first, last, suffix) if part)
    if not LETTER.search(last):
        raise ValueError(f"{last[:80]!r} is not a surname")
    if len(name) > MOST_CHARACTERS or too_long("suffix", suffix):
        raise ValueError(f"{name[:60]!r}… is too long for a name")
    return Name(name, first, last, suffix)


def trouble(text: str) -> str:
    """Why a text can't be a person, in the words of `Byline.problems`; empty if it can."""
    if squeezed(text) in JUNK:
        return f"junk: {text}"
    if not TWO_LETTERS.search(text):
        letter = next(filter(str.isalpha, text), "")
        if letter.lower() == letter.upper():  # one Chinese character is a name
            return "" if letter else f"junk: {text}"
        return f"initial without a name: {text}"
    if len(text) > MOST_CHARACTERS:
        return f"too long for a name: {text[:60]}…"
    if IN_ADDRESS.search(text):
        return f"institution: {text}"
    if re.search(r"\d", text.strip(STUCK)):
        return f"junk: {text}"
    return ""


def squeezed(text: str) -> str:
    """The text as the lists of junk have it: lower case, without spaces, dots and hyphens."""
    return SQUEEZED.sub("", text).lower()


def letters(text: str) -> str:
    """The letters of a text without accents and case, to see whether two sources print the same."""
    folded = normalized("NFKD", decode_tex(text)).casefold()
    return "".join(character for character in folded if character.isalpha())
