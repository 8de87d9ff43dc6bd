"""One printed name → its parts: forenames, surname with particles, suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from papers.bylines.words import (
    BEFORE_PARTICLES,
    CAPITAL_PARTICLES,
    CONNECTORS,
    DEGREES,
    DEVOTIONS,
    DOUBLE_SURNAMES,
    EAST_ASIAN_SURNAMES,
    FACULTIES,
    FIRST_OF_TWO,
    GENERATIONS,
    INSTITUTION,
    JUNK,
    MARIAS,
    NEAR_PARTICLES,
    PARTICLES,
    SUFFIXES,
    SURE_CAPITAL_PARTICLES,
    SURE_SUFFIXES,
    SYLLABLES,
    TITLES,
    TITLES_BEFORE_TITLES,
    TITLES_BEFORE_TWO,
    TITLES_OF_TWO,
    VIETNAMESE,
    VIETNAMESE_IN_FRONT,
)
from papers.field_rules import too_long
from papers.text.folding import fold
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
GLUED_INITIAL = re.compile(r"\.(?=['’`]?[^\W\d_ªº])")
# "C.v. Jawahar" has two initials; "H.v.d. Berg" has a particle.
SMALL_INITIAL = re.compile(r"(?<![^\W\d_])([A-ZÀ-Þ]\.)([vd]\.?)(?=\s)(?! ?d\.)")
GLUED_AT_THE_END = re.compile(r"(?<=\s)(?:[^\W\d_]\.)+[^\W\d_]$")  # Balamurali A.R
RAISED_LETTERS = re.compile(
    r"(?<=\w)[\u02b0-\u02b8\u1d2c-\u1d6a\u1d9b-\u1dbf\u2071\u207f,]*[\u02b0-\u02b8\u1d2c-\u1d6a\u1d9b-\u1dbf\u2071\u207f](?=[\s,*]|$)"
)  # Smithᵃ
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
VOWEL = re.compile(r"[aeiouyAEIOUY]")
ORDINAL = re.compile(r"\b(?:2nd|3rd|4th)\b", re.IGNORECASE)
MOJIBAKE = re.compile(r"[ÃÂÄÅ][\u0080-\u00bf]")


def parse_name(text: str) -> Name:
    """The parts of one printed name ("Bartel L. van der Waerden"); raises ValueError if there is no name in it."""
    return read_name(decode_tex(text))[0]


def name_from_parts(forenames: str, surname: str, suffix: str = "") -> Name:
    """The name that a source gives in parts (OAI-PMH `arXiv` records, BibTeX); raises ValueError if it is none.

    It is divided where the source divides it, but what is no part of a name leaves it as it leaves a whole one, and
    particles that stand at the end of the forenames ("Gerard 't" + "Hooft") go to the surname.
    """
    first, suffix = _without_suffix(_tidy(decode_tex(forenames)).split(), suffix, least=1)
    last, suffix = _without_suffix(_tidy(decode_tex(surname)).split(), suffix, least=1)
    return _checked(_name_of_parts(first, last, suffix))


def _name_of_parts(first: list[str], last: list[str], suffix: str) -> Name:
    suffix = " ".join(decode_tex(suffix).strip(" ,").split())
    if suffix and suffix not in SUFFIXES and len(first) == 1 and (first[0] in SUFFIXES or first[0] in DEGREES):
        first, suffix = _tidy(suffix).split(), first[0]  # "Doe, Jane, PhD" in BibTeX's order of parts
    suffix = "" if suffix in DEGREES else SUFFIXES.get(suffix, suffix)
    last = last[_titles(last) :]
    words = [*first, *last]
    titles = _titles(words)
    start = max(len(first) - titles, 0) if last else 0
    words = words[titles:]
    if start:
        start = _before_particles(words, start, is_divided=True)
    return _name(words[:start], words[start:], suffix)


def is_initials(text: str) -> bool:
    """Whether there is nothing but initials with dots ("J.", "J.-P.", "J. A.") in the text."""
    return all(INITIALS.fullmatch(word) for word in text.split())


# Seven names in ten are like "Yuri M. Shirman" and hold no word that means anything to the rules below.
ORDINARY = re.compile(r"(?:(?:[A-Z]\.|[A-Z][a-z]+(?:-[A-Za-z][a-z]+)?) ){1,4}[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?")
MEANINGFUL = frozenset(
    word.capitalize()
    for words in (
        *(PARTICLES, CAPITAL_PARTICLES, TITLES, TITLES_BEFORE_TWO, JUNK, SUFFIXES, DEGREES, GENERATIONS, CONNECTORS),
        *(FIRST_OF_TWO, ["und", "et", "the", "edited"]),
    )
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
    if not text.isascii():
        text = RAISED_LETTERS.sub("", text)
    name, flags = _from_commas(text) if "," in text.strip(EDGES) else _divided(text)
    return _checked(name), flags


def _checked(name: Name) -> Name:
    if trouble(name.name):  # only now are marks and titles off: "*IEEE"
        raise ValueError(f"{name.name[:80]!r} is not a name")
    return name


def _from_commas(text: str) -> tuple[Name, tuple[str, ...]]:
    """`Doe, Jane`, `Doe, Jr, Jane`, `Doe, Jane, Jr` and `Jane Doe, Jr, PhD`."""
    suffix = ""
    parts: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        if not parts or not (part in SUFFIXES or "".join(part.split()) in DEGREES):
            parts.append(part)
        elif part in SUFFIXES:
            suffix = part
    if len(parts) > 1:
        return name_from_parts(" ".join(parts[1:]), parts[0], suffix), ()
    return _divided(" ".join(filter(None, (*parts, suffix))))


def _divided(text: str) -> tuple[Name, tuple[str, ...]]:
    words = _tidy(text).split()
    words = words[_titles(words) :]
    words, suffix = _without_suffix(words)
    if not words:
        raise ValueError(f"{text[:80]!r} is not a name")
    if len(words) == 1:
        return _name([], words, suffix), ()
    trailing = _before_trailing_initials(words)
    if 0 < trailing < len(words):
        return _surname_first(words, trailing, suffix)
    start = _surname_start(words)
    full = sum(len(word) > 2 for word in words)
    flags = (SEVERAL,) if full > MOST_FULL_WORDS or (full > 5 and start == len(words) - 1) else ()
    return _name(words[:start], words[start:], suffix), flags


def _before_trailing_initials(words: list[str]) -> int:
    """How many words stand before the initials at the end. One without a dot is a surname (Weinan E), two are not."""
    place = len(words)
    while place and (_is_initial(words[place - 1]) if place < len(words) else INITIALS.fullmatch(words[-1])):
        place -= 1
    if place == len(words):
        if len(words[0]) > 4 and words[0].endswith(".") and all(map(_is_initial, words[1:])):  # Venugopal. K. R
            return 1
        while place and _is_bare_initial(words[place - 1]):
            place -= 1
        if place == len(words) - 1:
            place += 1
    return place


def _is_bare_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _is_initial(word: str) -> bool:
    return _is_bare_initial(word) or INITIALS.fullmatch(word) is not None


def _surname_first(words: list[str], trailing: int, suffix: str) -> tuple[Name, tuple[str, ...]]:
    """`Smith J.` is J. Smith; in `Jose Antonio Martin H.` the initial shortens a second surname."""
    full, initials = words[:trailing], words[trailing:]
    full = [word.rstrip(".") if len(word) > 4 else word for word in full]  # Vaidehi. M.
    if all(_is_particle(word) for word in full[:-1]):
        return _name(initials, full, suffix), (INVERTED,)
    return _name(full[:-1], [full[-1], *initials], suffix), (INVERTED,)


def _surname_start(words: list[str]) -> int:
    """Where the surname begins, by the rules in this order; each may only move it to the left."""
    end = start = len(words) - 1
    last = words[-1].casefold()
    if start > 1 and (
        (last in GENERATIONS and len(words[start - 1]) > 2)  # one letter before it is a middle initial
        or f"{words[start - 1].casefold()} {last}" in DOUBLE_SURNAMES
    ):
        start -= 1
    if start > 2 and words[start - 1] in CONNECTORS and words[start - 2][0].isupper() and "." not in words[start - 2]:
        start -= 2
    start = min(start, _first_particle(words, end))
    start = _before_particles(words, start)
    if start > 1 and _plain(words[start - 1]) in FIRST_OF_TWO and _plain(last) not in EAST_ASIAN_SURNAMES:
        start = _before_particles(words, start - 1)
    return start


def _first_particle(words: list[str], end: int) -> int:
    """The first lower-case particle behind the first word, but for those of devotional forenames; `end` if there is none."""
    place = 1
    while place < end:
        if words[place] not in PARTICLES or words[place] in NEAR_PARTICLES:
            place += 1
            continue
        noun = place + 1
        while noun < end and words[noun] in PARTICLES:
            noun += 1
        of = _plain(words[noun])
        if noun == end or not (of in DEVOTIONS or (_plain(words[place - 1]) in MARIAS and of not in FIRST_OF_TWO)):
            return place
        place = noun + 1
    return end


def _before_particles(words: list[str], start: int, is_divided: bool = False) -> int:
    """Where the particles before the surname begin, with a farm's name or a rank before those.

    Where a source divided the name, a capital particle that may be a forename is one.
    """
    capitals = SURE_CAPITAL_PARTICLES if is_divided else CAPITAL_PARTICLES
    while start > 1:
        word, before = words[start - 1], words[start - 2]
        if word in PARTICLES or (word in capitals and not _is_syllable(words, start - 1)):
            start -= 1
        elif (word == "und" and before in PARTICLES) or (word == "an" and before in ("Mac", "Nic")):
            start -= 2  # von und zu Guttenberg, Mac an tSaoir
        elif words[start] in PARTICLES and _plain(word) in BEFORE_PARTICLES:
            start -= 1
        elif word == "Im" and _plain(before) in BEFORE_PARTICLES:  # Schulte Im Walde; else Im is Korean
            start -= 2
        else:
            break
    if start == 1 and words[0] in PARTICLES and not INITIALS.fullmatch(words[0]):
        return 0  # "van der Waerden" alone; a capital Van or Di standing first is a forename
    return max(start, 0)


def _is_particle(word: str) -> bool:
    return word in PARTICLES or word in CAPITAL_PARTICLES


def _is_syllable(words: list[str], place: int) -> bool:
    """Whether the capital particle at this place is a syllable of an East Asian given name."""
    word, plain = words[place], [_plain(other) for other in words]
    if word == "Van" and (not VIETNAMESE.isdisjoint(plain) or (place == 1 and plain[0] in VIETNAMESE_IN_FRONT)):
        return True
    if word == "De":
        return plain[-1] in EAST_ASIAN_SURNAMES and plain[place - 1] in EAST_ASIAN_SURNAMES
    return word in SYLLABLES and (plain[-1] in EAST_ASIAN_SURNAMES or not VIETNAMESE.isdisjoint(plain))


def _plain(word: str) -> str:
    """The word in small letters without accents."""
    return word.lower() if word.isascii() else fold(word).replace(" ", "")


def _titles(words: list[str]) -> int:
    """How many words at the front are titles; never the whole name."""
    count = 0
    is_shouted = len(words) > 2 and all(map(str.isupper, words))
    while (left := len(words) - count) > 1:
        word = words[count]
        small = word.lower()
        following = words[count + 1].lower()
        if left > 2 and small + following in TITLES_OF_TWO:
            count += 2
        elif word.isupper() and not is_shouted and small not in ("dr.", "prof.", "prof"):
            if small in TITLES_BEFORE_TITLES and following in TITLES:
                count += 1
                continue
            break  # MS Don Bosco, MR. Jahed Motlagh: initials
        elif (
            small in TITLES
            or (small in TITLES_BEFORE_TITLES and following in TITLES)
            or (small in TITLES_BEFORE_TWO and left > 2)
            or (count and small in FACULTIES)
        ):
            count += 1
        else:
            break
    return count


def _without_suffix(words: list[str], suffix: str = "", least: int = 2) -> tuple[list[str], str]:
    """The words without the degrees and the suffix at their end, and the suffix if none is known yet.

    Before a suffix that may be a surname or initials, and before degrees, stand at least so many words.
    """
    end = len(words)
    while end > 1:
        word = words[end - 1]
        if end > least and word in DEGREES:
            end -= 1
        elif end > least + 1 and words[end - 2] + word in DEGREES:
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
    if not text.isascii():
        text = RAISED_LETTERS.sub("", text)
    if ".." in text:
        text = DOTS.sub(".", text)
    if "." in text:
        text = SMALL_INITIAL.sub(lambda match: match[1] + match[2].upper(), text)
        if GLUED_AT_THE_END.search(text):
            text += "."
    text = SPACED_HYPHEN.sub("-", text)
    text = GLUED_INITIAL.sub(". ", text)
    if "'" in text or "`" in text or "’" in text or "´" in text or "‘" in text:
        text = BACKTICK_T.sub(r"'\1", text)
        text = GLUED_T.sub(r"\1 ", text)
        text = SPACED_APOSTROPHE.sub(lambda match: match[1] + match[2].replace("`", "'"), text)
    text = text.lstrip(".’ ")
    last = text[max(text.rfind(" "), text.rfind("-")) + 1 :]  # of "Anna-S." the initial
    if text.endswith(".") and _is_word(last[:-1]):
        text = text[:-1]  # a full stop after a name, not an abbreviation
    if not LETTER.search(text):
        return ""
    return normalized("NFC", text)


def _is_word(text: str) -> bool:
    """Whether what stands before a dot at the end is a whole word: no initials (Yu., Chr.), no abbreviation (Jr., Esq.)."""
    if "." in text or f"{text}." in SUFFIXES or f"{text}." in DEGREES:
        return False
    if len(text) < 3:
        return text.lower() in EAST_ASIAN_SURNAMES and text not in ("Yu", "Ye")
    return len(text) > 3 or bool(VOWEL.search(normalized("NFD", text)))


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
    if re.search(r"\d", ORDINAL.sub("", text).strip(STUCK)):  # Eric H. Nyberg 3rd
        return f"junk: {text}"
    return ""


def squeezed(text: str) -> str:
    """The text as the lists of junk have it: lower case, without spaces, dots and hyphens."""
    return SQUEEZED.sub("", text).lower()


def letters(text: str) -> str:
    """The letters of a text without accents and case, to see whether two sources print the same."""
    folded = normalized("NFKD", decode_tex(text)).casefold()
    return "".join(character for character in folded if character.isalpha())
