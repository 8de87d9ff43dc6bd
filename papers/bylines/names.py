"""One printed name → its parts: forenames, surname with particles, suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from papers.bylines.words import (
    ABBREVIATED,
    BEFORE_PARTICLES,
    CAPITAL_PARTICLES,
    CONNECTORS,
    DAUGHTERS,
    DEGREES,
    DEVOTIONS,
    DOUBLE_SURNAMES,
    EAST_ASIAN_SURNAMES,
    FACULTIES,
    FIRST_OF_TWO,
    GENERATIONS,
    INSTITUTION,
    JOINING_PARTICLES,
    JUNK,
    MARIAS,
    NEAR_PARTICLES,
    PARTICLES,
    PATRONYMICS,
    PORTUGUESE_WITH_DE,
    SECOND_FORENAMES,
    SECOND_HALVES,
    SONS,
    SONS_AND_DAUGHTERS,
    SUFFIXES,
    SURE_CAPITAL_PARTICLES,
    SURE_SUFFIXES,
    SYLLABLES,
    TITLES,
    TITLES_BEFORE_TITLES,
    TITLES_BEFORE_TWO,
    TITLES_BEHIND,
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
SMALL_INITIAL = re.compile(r"(?<![^\W\d_])([A-ZÀ-Þ]\.)([vd]\.?)(?=\s|$)(?! ?d\.)")
GLUED_AT_THE_END = re.compile(r"(?<!\S)(?:[^\W\d_]\.)+[^\W\d_ªº]$")  # Balamurali A.R
_RAISED = "\u02b0-\u02b8\u1d2c-\u1d6a\u1d9b-\u1dbf\u2071\u207f"
RAISED_LETTERS = re.compile(rf"(?<=[^\W{_RAISED}])[{_RAISED}]+(?:,[{_RAISED}]+)*+(?=[\s,*]|$)")  # Smithᵃ
SPACED_HYPHEN = re.compile(r"(?<=\S) ?[-\u2010\u2011] (?=\S)|(?<=\S) [-\u2010\u2011](?=\S)|[\u2010\u2011]")
SPACED_APOSTROPHE = re.compile(r"\b([ODLodl]|[Dd]ell|[Dd]all|[Ss]ant) ?(['’`]) ?(?=[A-ZÀ-Þ])")
BACKTICK_T = re.compile(r"(?<![^\s])[`´’‘]([TtSsNn])(?=\s)")
GLUED_T = re.compile(r"(?<![^\s])(['’][Tt])(?=[A-Z])")
EDGES = ' ,;:*†‡§¶#+=|/\\^_?!<>()[]{}"“”-–—·•&%@°0123456789¹²³⁰⁴⁵⁶⁷⁸⁹$∗⁎⋆★☆⁺⁻∥‖⊥♯♠♣♦♢◆◇○●◦□■△▲✝✦✉⊕⊗'
OPENING = {")": "(", "”": "“", "“": "„", '"': '"'}
NICKNAME_IN_FRONT = re.compile(r"\s*([“„\"][^“”„\"]{1,40}[“”\"])\s+(?=\w)")  # “Grace” Quill
INITIALS = re.compile(r"[^\W\d_]{1,2}\.(?:-?[^\W\d_]{1,2}\.)*")
LEFTOVER_TEX = re.compile(r"\\[A-Za-z]*|[{}$^\x00-\x1f\x7f]")
# Marion Weller-Di Marco
HYPHENATED_PARTICLES = ("-Di", "-De", "-Del", "-Van", "-Von", "-Le", "-La", "-di", "-de", "-van", "-von")
OPENING_CAPITALS = SURE_CAPITAL_PARTICLES | {"Ben"}
MOST_CHARACTERS = 200  # a longer stretch without a separator is no name
CONSONANTS = frozenset("BCDFGHJKLMNPQRSTVWXYZ")
DIGIT = re.compile(r"\d")
TWO_LETTERS = re.compile(r"[^\W\d_][^a-zA-Z]*[^\W\d_]")
SQUEEZED = re.compile(r"[\s.,_-]+")
IN_ADDRESS = re.compile(INSTITUTION, re.IGNORECASE)
STUCK = " 0123456789*†‡§¶#.,"
LENITED = re.compile(r"[BCDFGMPT]h[a-zà-ÿ]{4}")  # as Irish surnames begin behind Ní and Uí
VOWEL = re.compile(r"[aeiouyAEIOUY]")
# A dot behind a word of four letters and more that is not printed short: Vaidehi. M.
FULL_STOP = re.compile(
    rf"(?<![^\s])(?!(?:{'|'.join(sorted(ABBREVIATED)).replace('.', '')})\.)"
    r"([^\W\d_][^\W\d_-]{3,}(?:-[^\W\d_]{3,})*)\.(?=\s|$)"
)
ORDINAL = re.compile(r"\b(?:2nd|3rd|4th)\b", re.IGNORECASE)
MOJIBAKE = re.compile(r"[ÃÂÄÅ][\u0080-\u00bf]")


def parse_name(text: str) -> Name:
    """The parts of one printed name ("Bartel L. van der Waerden"); raises ValueError if there is no name in it."""
    return _checked(read_name(decode_tex(text))[0])  # of the fast way's names too


def name_from_parts(forenames: str, surname: str, suffix: str = "") -> Name:
    """The name that a source gives in parts (OAI-PMH `arXiv` records, BibTeX); raises ValueError if it is none.

    It is divided where the source divides it, but what is no part of a name leaves it as it leaves a whole one, and
    particles that stand at the end of the forenames ("Gerard 't" + "Hooft") go to the surname.
    """
    return _checked(_divided_by_source(decode_tex(forenames), decode_tex(surname), decode_tex(suffix)))


def _divided_by_source(forenames: str, surname: str, suffix: str) -> Name:
    suffix = " ".join(suffix.strip(" ,").split())
    if nickname := NICKNAME_IN_FRONT.match(surname):
        forenames, surname = f"{forenames} {nickname[1]}", surname[nickname.end() :]
    first, suffix = _without_suffix(_words(forenames), suffix, is_part=True, is_end=False)
    last, suffix = _without_suffix(_words(surname), suffix, is_part=True)
    if suffix and suffix not in SUFFIXES and len(first) == 1 and (first[0] in SUFFIXES or first[0] in DEGREES):
        first, suffix = _words(suffix), first[0]  # "Doe, Jane, PhD" in BibTeX's order of parts
    suffix = "" if suffix in DEGREES else SUFFIXES.get(suffix, suffix)
    last = last[_titles(last) :]
    while first and len(last) > 1 and _is_middle_initial(last[0]):
        first.append(last.pop(0))  # "M. Quill, J." for J. M. Quill
    words = [*first, *last]
    titles = _titles(words)
    start = max(len(first) - titles, 0) if last else 0
    words = words[titles:]
    if start:
        start = _before_particles(words, start, is_divided=True)
    return _name(words[:start], words[start:], suffix)


def _is_middle_initial(word: str) -> bool:
    return len(word) == 2 and word[0].isalpha() and word[1] == "." and word not in PARTICLES


def is_initials(text: str) -> bool:
    """Whether there is nothing but initials with dots ("J.", "J.-P.", "J. A.") in the text."""
    if "." not in text:
        return not text.strip()
    return all(INITIALS.fullmatch(word) for word in text.split())


# Seven names in ten are like "Yuri M. Shirman" and hold no word that means anything to the rules below.
ORDINARY = re.compile(r"(?:(?:[A-Z]\.|[A-Z][a-z]+(?:-[A-Za-z][a-z]+)?) ){1,4}[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?")
MEANINGFUL = frozenset(
    word.capitalize()
    for words in (
        *(PARTICLES, CAPITAL_PARTICLES, TITLES, TITLES_BEFORE_TWO, JUNK, SUFFIXES, DEGREES, GENERATIONS, CONNECTORS),
        *(SECOND_HALVES, SONS_AND_DAUGHTERS, ["und", "et", "the", "edited", "ni", "ui", "emeritus"]),
    )
    for word in words
) | {pair.split()[0].capitalize() for pair in DOUBLE_SURNAMES}
# Of the word before the last, what may make it part of the surname.
FIRST_CAPITALISED = frozenset(word.capitalize() for word in FIRST_OF_TWO)
MEANINGFUL_ENDINGS = (*PATRONYMICS, *HYPHENATED_PARTICLES)


# The same of a name in parts: where it is divided is known, so a surname may be short and initials have no dots.
ORDINARY_PARTS = re.compile(r"(?:(?:[A-Z]\.?|[A-Z][a-z]+(?:-[A-Z][a-z]+)?) ){1,4}[A-Z][a-z]+(?:-[A-Z][a-z]+)?")


def ordinary_parts(forenames: str, surname: str) -> Name | None:
    """The name in these parts, the surname one word, where no rule can apply; None if one might."""
    name = f"{forenames} {surname}"
    if not ORDINARY_PARTS.fullmatch(name) or not MEANINGFUL.isdisjoint(name.split(" ")):
        return None
    return Name(name, forenames, surname)


def ordinary_name(text: str) -> Name | None:
    """The name where a capitalised word ends a plain list of them and no rule can apply; None if one might."""
    if not ORDINARY.fullmatch(text):
        return None
    words = text.split(" ")
    if not MEANINGFUL.isdisjoint(words):
        return None
    if len(words) > 2 and (
        words[-2] in FIRST_CAPITALISED or words[-2].endswith(MEANINGFUL_ENDINGS) or words[-1].endswith(DAUGHTERS)
    ):
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
    """`Doe, Jane`, `Doe, Jr, Jane`, `Doe, Jane, Jr` and `Jane Doe, Jr, PhD`; in `Doe, M. D.` and `Doe, II` are initials."""
    suffix = ""
    parts: list[str] = []
    printed = [part for part in map(str.strip, text.split(",")) if part]
    for part in printed:
        if parts and part in SUFFIXES and (" " in parts[0] or len(printed) > 2 or part not in ("II", "IV")):
            suffix = part
        elif not (parts and "".join(part.split()) in DEGREES) or (len(parts) == 1 and " " not in parts[0]):
            parts.append(part)
    if len(parts) > 1:
        return _divided_by_source(" ".join(parts[1:]), parts[0], suffix), ()
    return _divided(" ".join(filter(None, (*parts, suffix))))


def _divided(text: str) -> tuple[Name, tuple[str, ...]]:
    words = _words(text)
    if words[:1] in (["et"], ["Et"]) and squeezed("".join(words)) in JUNK:  # before "al." is taken for an initial
        raise ValueError(f"{text[:80]!r} is not a name")
    words = words[_titles(words) :]
    words, suffix = _without_suffix(words)
    if not suffix and len(words) > 2 and (kind := SUFFIXES.get(words[-2])) in ("Jr", "Sr"):
        words, suffix = [*words[:-2], words[-1]], kind  # Eduardo Jr Arenas
    if not words:
        raise ValueError(f"{text[:80]!r} is not a name")
    if len(words) == 1:
        return _name([], words, suffix), ()
    trailing = _before_trailing_initials(words)
    if 0 < trailing < len(words) and words[trailing - 1][0] not in OPENING.values():
        return _surname_first(words, trailing, suffix)
    if _ends_in_fathers_name(words):
        return _name(words[1:], words[:1], suffix), (INVERTED,)
    start = _surname_start([word.capitalize() for word in words] if "".join(words).isupper() else words)
    full = sum(len(word) > 2 for word in words)
    flags = (SEVERAL,) if full > MOST_FULL_WORDS or (full > 5 and start == len(words) - 1) else ()
    return _name(words[:start], words[start:], suffix), flags


def _ends_in_fathers_name(words: list[str]) -> bool:
    """Whether the last of the words says whose child somebody is, which stands behind the forename: the surname is the first.

    Vich ends surnames, too, outside of Russian: it counts in Cyrillic letters behind a forename that is no father's name.
    """
    last = words[-1].casefold().replace("ʻ", "'").replace("‘", "'").replace("’", "'").replace("`", "'")
    if last in SONS_AND_DAUGHTERS:
        return len(words) == 4
    if len(words) != 3 or len(last) < 7 or any(map(_is_initial, words)):
        return False
    return last.endswith(DAUGHTERS) or (
        last.endswith(SONS) and not words[1].casefold().endswith(SONS) and not words[0].casefold().endswith(SONS)
    )


def _before_trailing_initials(words: list[str]) -> int:
    """How many words stand before the initials at the end. One without a dot is a surname (Weinan E), two are not."""
    place = len(words)
    while place and (_is_initial(words[place - 1]) if place < len(words) else INITIALS.fullmatch(words[-1])):
        place -= 1
    if place == len(words):
        if all(map(_is_initial, words[1:])) and (
            FULL_STOP.search(words[0]) or (len(words) > 2 and not _is_initial(words[0]) and words[-1] in CONSONANTS)
        ):  # Venugopal. K. R; but Weinan A. E
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
    start = _before_particles(full, len(full) - 1)
    if (
        start == 0
        or all(map(_is_particle, full[:start]))
        or (start < len(full) - 1 and _plain(full[0]) in FIRST_OF_TWO)
    ):
        return _name(initials, full, suffix), (INVERTED,)
    return _name(full[:start], [*full[start:], *initials], suffix), (INVERTED,)


def _surname_start(words: list[str]) -> int:
    """Where the surname begins, by the rules in this order; each may only move it to the left."""
    end = start = len(words) - 1
    last = words[-1].casefold()
    if start > 1 and (
        # One letter before it is a middle initial.
        ((last in GENERATIONS or last in SECOND_HALVES) and len(words[start - 1].rstrip(".")) > 1)
        or f"{words[start - 1].casefold()} {last}" in DOUBLE_SURNAMES
    ):
        start -= 1
    if start > 2 and words[start - 1] in CONNECTORS and words[start - 2][0].isupper() and "." not in words[start - 2]:
        start -= 2
    start = min(start, _first_particle(words, end))
    start = _before_particles(words, start)
    if start > 1 and _is_first_of_two(words, start - 1):
        start = _before_particles(words, start - 1)
    return start


def _is_first_of_two(words: list[str], place: int) -> bool:
    """Whether the word before the surname found so far is a surname too."""
    word = _plain(words[place])
    if _plain(words[-1]) in EAST_ASIAN_SURNAMES:
        return False
    if word in FIRST_OF_TWO or (len(word) > 7 and words[place].lower().endswith(PATRONYMICS)):
        return True
    is_name = words[place][0].isupper() and len(word) > 2 and "." not in words[place]
    return is_name and _joins(words, place + 1) and word not in SECOND_FORENAMES


def _joins(words: list[str], place: int) -> bool:
    """Whether a Spanish or French particle stands here that the word before it goes with."""
    if place == len(words) - 1:
        return False  # De is a surname too
    two = " ".join(words[place : place + 2]).lower()
    return two in JOINING_PARTICLES or (
        words[place].lower() in JOINING_PARTICLES and _plain(words[place + 1].rstrip(".")) not in PORTUGUESE_WITH_DE
    )


def _first_particle(words: list[str], end: int) -> int:
    """The first particle behind the first word that opens a surname, not a devotional forename; `end` if there is none."""
    place = 1
    while place < end:
        if not _opens_surname(words, place):
            place += 1
            continue
        noun = place + 1
        while noun < end and _is_particle(words[noun]):
            noun += 1
        of = _plain(words[noun])
        if noun == end or not (of in DEVOTIONS or (_plain(words[place - 1]) in MARIAS and of not in FIRST_OF_TWO)):
            return place
        place = noun + 1
    return end


def _opens_surname(words: list[str], place: int) -> bool:
    word = words[place]
    if word in PARTICLES:
        return word not in NEAR_PARTICLES
    return word in OPENING_CAPITALS and not _is_syllable(words, place)


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
        elif (words[start] in PARTICLES and _plain(word) in BEFORE_PARTICLES) or word.endswith(HYPHENATED_PARTICLES):
            start -= 1  # Schulte im Walde, Marion Weller-Di Marco
        elif (
            word in ("Ni", "Ui", "Nic") and LENITED.match(words[start]) and _plain(words[-1]) not in EAST_ASIAN_SURNAMES
        ):
            start -= 1  # Ailbhe Ni Chasaide
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
    is_shouted = len(words) > 2 and len(words[-1]) > 3 and all(map(str.isupper, words))
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


def _without_suffix(
    words: list[str], suffix: str = "", is_part: bool = False, is_end: bool = True
) -> tuple[list[str], str]:
    """The words without degrees, suffix and full stop at their end, and the suffix if none is known yet.

    Before a suffix that may be a surname, and before degrees that may be initials ("Smith M. D."), stand two words; such a
    degree is none at the end of a part of a name, nor behind initials ("Smith, J. M. D."). A part that `is_end` of no name,
    the forenames, keeps its dot.
    """
    end = len(words)
    while end > 1:
        word = words[end - 1]
        two = words[end - 2] + word
        if word in TITLES_BEHIND or (word in DEGREES and (not word.isupper() or (end > 2 and not is_part))):
            end -= 1
        elif (
            end > 2
            and two in DEGREES
            and (not two.isupper() or (end > 3 and not is_part and not _is_initial(words[end - 3])))
        ):
            end -= 2
        elif not suffix and (kind := SUFFIXES.get(word)) and (end > 2 or (kind in SURE_SUFFIXES and word != "JR")):
            suffix, end = kind, end - 1
        else:
            break
    words = [word.rstrip(",") for word in words[:end]]
    if is_end and words and words[-1].endswith(".") and _is_word(words[-1].rpartition("-")[2][:-1]):
        words[-1] = words[-1][:-1]  # a full stop after a name, not an abbreviation
    return words, suffix


def _words(text: str) -> list[str]:
    """The words of a printed name or a part of one; raises ValueError if they are too many for a name."""
    text = _tidy(text)
    if len(text) > 2 * MOST_CHARACTERS:  # what titles and degrees leave may still be one
        raise ValueError(f"{text[:60]!r}… is too long for a name")
    return text.split()


def _tidy(text: str) -> str:
    """The printed name with the artefacts of sources repaired: lost spaces, invented ones, marks and leftover TeX."""
    text = repaired_encoding(text)
    if "\\" in text or "{" in text or "$" in text or "^" in text or not text.isprintable():
        text = LEFTOVER_TEX.sub("", text.replace("\xa0", " "))
    text = " ".join(text.split())
    bare = text.strip(EDGES)
    if bare != text and (opening := OPENING.get(text[-1])) and opening in bare[1:].rpartition(" ")[2]:
        bare += text[-1]  # the nickname of "Chee Wee (Ben)"
    text = bare
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


def repaired_encoding(text: str) -> str:
    """UTF-8 that somebody read as Latin-1 (BjÃ¶rn); as it came if it isn't."""
    if not MOJIBAKE.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _name(forenames: list[str], surname: list[str], suffix: str) -> Name:
    first, last = " ".join(forenames), " ".join(surname)
    if "." in first or "." in last:
        first, last = FULL_STOP.sub(r"\1", first), FULL_STOP.sub(r"\1", last)
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
    if DIGIT.search(ORDINAL.sub("", text).strip(STUCK)):  # Eric H. Nyberg 3rd
        return f"junk: {text}"
    return ""


def squeezed(text: str) -> str:
    """The text as the lists of junk have it: lower case, without spaces, dots and hyphens."""
    return SQUEEZED.sub("", text).lower()


def letters(text: str) -> str:
    """The letters of a text without accents and case, to see whether two sources print the same."""
    folded = normalized("NFKD", decode_tex(text)).casefold()
    return "".join(character for character in folded if character.isalpha())
