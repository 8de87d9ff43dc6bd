"""Asides, which stand beside a name and are no part of it: notes, contacts, years of life, iDs, the name in another script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papers import identifiers
from papers.bylines import organizations as organizations
from papers.bylines.names import Name, squeezed
from papers.bylines.words import JUNK, ROLES
from papers.text.folding import fold

LONGEST_ASIDE = 300  # characters; what is longer is an address or a legend
LONGEST_OWN_SCRIPT = 40
MOST_LETTERS_IN_ONE = 8  # of a name in a script that doesn't part words
PART_BREAK = re.compile(r"\s*[,;،，、]\s*")
MARKS = " *†‡§¶#⋆.:–-"
ORCID = re.compile(
    r"(?:orcid(?:\s?id)?\s?[:=]?\s?)?(?:https?://)?(?:www\.)?(?:orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?",
    re.IGNORECASE,
)
CONTACT = re.compile(r"\S@\S|https?://|www\.", re.IGNORECASE)
PRONOUNS = r"(?:he|she|they|xe|ze|it|er|sie|il|elle|iel|él|ella|any|him|her|hers|his|them|theirs?|ihm|ihr|lui|all)"
CONTRIBUTION = (
    r"contribut\w{1,6} equally|equal(?:ly)?[ -](?:contribut\w{1,6}|authors?|first)|same contribution|"
    r"(?:co|joint|shared|equal)[ -]?(?:first|last|lead|senior|corresponding)[ -]authors?(?:hip)?|"
    r"(?:corresponding|correspondence|first|last|senior|lead|main|contact|presenting)(?: to| author\w*)|"
    r"in memoriam|passed away|posthumous\w{0,2}|alphabetical order|work (?:was )?done|during an? internship|interns?(?:hip)? at"
)
NOTE = re.compile(
    rf"{PRONOUNS}(?:\s?/\s?{PRONOUNS})+|(?:deceased|died|passed away|†)\b.{{0,40}}"
    rf"|(?:née|nee|né|geb\.|a\.?k\.?a\.?|alias) .{{1,60}}|(?:.{{0,40}}\W)?(?:{CONTRIBUTION})\b.{{0,60}}",
    re.IGNORECASE,
)
YEARS = re.compile(
    r"(?:(?:b|born|geb|ca?|circa|approx(?:imately)?|active|fl|floruit|d|died|gest|†|\*)\.? ?){0,2}"
    r"\d{3,4}\??(?: ?[-–—]{1,2} ?(?:\d{3,4}\??)?)?"
    r"(?: ?(?:b\.? ?c\.?(?: ?e\.?)?|a\.? ?d\.?))?\.?"
    r"|(?:active )?\d{1,2}(?:st|nd|rd|th) cent(?:ury|\.)",
    re.IGNORECASE,
)
CAPITALISED_WORDS = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}")


@dataclass(slots=True)
class Asides:
    """What was said of a person: where they are, and what is no part of that."""

    affiliations: list[str] = field(default_factory=list)
    orcid: str = ""
    other_names: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    tells_place: bool = False  # though it may not be known which: a mark without a legend


def is_note(text: str) -> bool:
    """Whether the text is a note about an author, or years of life: "equal contribution", "he/him", "1809-1849"."""
    bare = text.strip(MARKS)
    return len(text) <= LONGEST_ASIDE and bool(NOTE.fullmatch(bare) or YEARS.fullmatch(text.strip()))


def rest_of(note: str, name: str, found: Asides) -> str:
    """What is left of a note when all that is no affiliation has gone into `found`; `name` is whose note it is."""
    if len(note) > LONGEST_ASIDE:
        return note
    if is_note(note):
        return ""
    parts = [part for part in PART_BREAK.split(note) if part]
    if len(parts) == 1 and squeezed(note) in JUNK:  # among others MD is a place, and Inc. ends a name
        found.dropped.append(note)
        return ""
    kept = [part for part in parts if not _is_aside(part, name, found)]
    return note if len(kept) == len(parts) else ", ".join(kept)


def _is_aside(part: str, name: str, found: Asides) -> bool:
    if orcid := ORCID.fullmatch(part):
        try:
            found.orcid = found.orcid or identifiers.Orcid.parse(orcid[1]).value
        except identifiers.InvalidIdentifier:
            found.dropped.append(part)
        return True
    word = squeezed(part.strip(MARKS))
    if word in ROLES or CONTACT.search(part):
        found.dropped.append(part)
        return True
    if NOTE.fullmatch(part.strip(MARKS)):
        return True
    if in_another_script(part, name):
        found.other_names.append(part)
        return True
    return False


def in_another_script(text: str, name: str) -> bool:
    """Whether the text may be the name once more, in letters of another kind: "张伟" of "Wei Zhang", or the reverse."""
    if not name or len(name) > LONGEST_ASIDE or len(text) > LONGEST_OWN_SCRIPT or any(map(str.isdigit, text)):
        return False
    is_latin, other = _is_latin(text), _is_latin(name)
    if is_latin is None or other is None or is_latin == other or organizations.has_word(text):
        return False
    if is_latin:
        return organizations.reads_like_a_person(text)
    words = text.split()
    return len(words) <= 5 and (text.lower() != text.upper() or max(map(len, words)) <= MOST_LETTERS_IN_ONE)


def _is_latin(text: str) -> bool | None:
    """Whether all letters are Latin; None where they are mixed, or there are none."""
    kinds = {letter < "\u0250" or "\u1e00" <= letter < "\u1f00" for letter in text if letter.isalpha()}
    return kinds.pop() if len(kinds) == 1 else None


def fuller_name(note: str, name: Name) -> str:
    """The name with its forenames as a note writes them out: "Edgar Allan Poe" of "Poe, Edgar A. (Edgar Allan)"; or nothing."""
    if not name.forenames or note.isupper() or not CAPITALISED_WORDS.fullmatch(note):
        return ""
    short, long = fold(name.forenames).split(), fold(note).split()
    is_longer = len(short) == len(long) and all(b.startswith(a) for a, b in zip(short, long, strict=True))
    if not is_longer or short == long or any(len(a) > 1 and a != b for a, b in zip(short, long, strict=True)):
        return ""
    return " ".join(filter(None, (note, name.surname, name.suffix)))
