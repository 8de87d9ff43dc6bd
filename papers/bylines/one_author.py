"""The byline of one field that is to name one author, whole or in parts; what names several is taken apart nevertheless."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from papers.bylines import asides, groups, organizations
from papers.bylines.groups import LITERAL
from papers.bylines.items import NICKNAME, Item, surnames_last
from papers.bylines.names import (
    CACHED_NAMES,
    Name,
    is_initials,
    name_from_parts,
    ordinary_parts,
    squeezed,
    trouble,
)
from papers.bylines.parsed import Byline, Entry
from papers.bylines.plain import NOT_PLAIN, SPECIAL, is_watched, plain_byline
from papers.bylines.reader import ET_AL, OTHERS, Reader
from papers.bylines.tokens import prepared, tokens_of
from papers.bylines.words import DEGREES, JUNK, PARTICLES, ROLES, SUFFIXES, TITLES, TITLES_BEFORE_TWO

SURNAME_AND_INITIALS = re.compile(r"[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)? (?:[^\W\d_]\.[ -]?){1,4}")
INITIALS_AND_SURNAME = re.compile(r"(?:[^\W\d_]\.[ -]?){1,4}[^\W\d_][\w'’-]+")
INITIAL = re.compile(r"(?:^| )[^\W\d_]\.(?= )")
ONLY_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?[ -]?){1,5}")
YEARS_BEHIND = re.compile(r"(?<=\w\w)[ ,]+\(?(?:b\. ?|d\. ?|ca\.? ?)?[12]\d{3}\??(?: ?[-–—] ?(?:[12]\d{3}\??)?)?\)?$")
ROLE_BEHIND = re.compile(r"\s[-–—]\s([^\s–—-]+)$")
PARTS_OF_AN_ORGANIZATION = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,40}\. \w")  # European Agency. Unit of Things
AND = re.compile(r"\s(?:and|&)\s")
MOST_FORENAMES = 4  # words
LONG_ROLES = frozenset(role for role in ROLES | JUNK if len(role) > 5) | {"phd", "n/a", "none"}


@lru_cache(maxsize=CACHED_NAMES)
def byline_of_one(text: str, *, surname_first: bool = False) -> Byline:
    """The byline of a field with one name: "Janet Quillfeather", "Quillfeather, Janet", or several between semicolons.

    Of two names of several words with a comma between ("Ada Example, Ben Sample") each is one, unless the surname comes first.
    """
    if not ("," in text or ";" in text or "，" in text or "；" in text):
        if organizations.is_alone(text):
            return group_byline(text)
        head, stop, _ = text.partition(". ")  # European Agency. Unit of Things; CERN. Geneva
        if (stop and organizations.is_institute(head)) or (
            PARTS_OF_AN_ORGANIZATION.search(text) and organizations.has_word(text)
        ):
            return group_byline(text)
        found = plain_byline(text) or Reader(text).byline()
    else:
        problems: dict[str, None] = {}
        line = prepared(text)
        if ";" not in line and (organizations.is_producer(line) or organizations.is_alone(line)):
            return group_byline(text)
        behalf = groups.ON_BEHALF.search(line)
        named = line[behalf.start() :] if behalf and groups.is_group(line[behalf.start() :]) else ""
        fields: list[list[tuple[str, str]]] = [[]]
        for kind, value in tokens_of(line.removesuffix(named), problems):
            if kind == "separator" and value != ",":
                fields.append([])
            else:
                fields[-1].append((kind, value))
        items: list[Item] = []
        for tokens in filter(None, fields):
            if items and all(kind == "note" for kind, _ in tokens):  # Smith, Ada; https://orcid.org/…
                items[-1].notes += [value for _, value in tokens]
                continue
            _add_items(tokens, items, surname_first)
        if named:
            items.append(Item(named))
        found = Reader(text, items=items, problems=problems).byline()
    if not (found.entries or found.collaborations) and all(each.startswith("institution: ") for each in found.problems):
        return group_byline(text) if found.problems else found
    return found


def byline_in_parts(surname: str, forenames: str, suffix: str = "") -> Byline:
    """The byline of an author whose name comes in parts, which may hold anything beside it."""
    surname, forenames = " ".join(surname.split()).strip(" ,"), " ".join(forenames.split())
    whole = " ".join(filter(None, (forenames, surname, suffix)))
    if not suffix and " " not in surname and (name := _ordinary(forenames, surname)):
        return Byline(name.name, (Entry(name),))
    if forenames and surname and not _is_unclear(surname, forenames, suffix):
        return divided_byline(surname, forenames, suffix)
    if not (forenames and surname) or groups.is_group(whole):
        found = byline_of_one(whole)
    elif _is_no_suffix(surname, suffix, forenames) and not AND.search(forenames):
        found = byline_of_one(f"{surname}, {suffix}, {forenames}", surname_first=True)
    else:
        found = byline_of_one(", ".join(filter(None, (surname, forenames, suffix))), surname_first=True)
    return replace(found, text=whole)


def divided_byline(surname: str, forenames: str, suffix: str = "") -> Byline:
    """The byline of an author whose name its source divides, so that nothing else is looked for in the parts."""
    try:
        name = name_from_parts(forenames, surname, suffix)
    except ValueError:
        whole = " ".join(filter(None, (forenames, surname, suffix)))
        return Byline(whole, (), problems=(trouble(whole) or f"junk: {whole}",))
    return Byline(name.name, (Entry(name),))


def _ordinary(forenames: str, surname: str) -> Name | None:
    """The name of parts in which no rule finds more than a name, as in most."""
    name = ordinary_parts(forenames, surname)
    return None if name and organizations.is_producer(name.name) else name


def literal_byline(text: str) -> Byline:
    """The byline of a name that its source forbids to take apart: a group, unless it reads like a person."""
    line = prepared(text)
    is_person = organizations.reads_like_a_person(line)
    if is_person and INITIAL.search(line) and not groups.is_group(line):
        return byline_of_one(text)  # William H. Press
    if organizations.has_word(line) or organizations.is_known(line) or groups.is_group(line) or line.startswith("The "):
        return group_byline(text)
    surname, comma, forenames = (part.strip() for part in line.partition(","))
    if comma and all(
        0 < len(part.split()) <= MOST_FORENAMES and _is_capitalised(part) for part in (surname, forenames)
    ):
        return byline_of_one(text)
    if is_person:
        found = byline_of_one(text)
        return replace(found, entries=tuple(replace(entry, flags=(*entry.flags, LITERAL)) for entry in found.entries))
    if " " not in line and line.lower() == line.upper() and 1 < len(line) <= MOST_FORENAMES and line.isalpha():
        return byline_of_one(text)  # a name in Chinese characters
    return group_byline(text)


def group_byline(text: str) -> Byline:
    """The byline of a name that is a group's."""
    name = prepared(text).strip(" {}")
    name = (groups.group_name(name) if groups.is_group(name) else "") or name
    if any(map(str.isalpha, name)):
        return Byline(text, (), (name,))
    return Byline(text, (), problems=(f"junk: {text[:60]}",))


def _is_unclear(surname: str, forenames: str, suffix: str) -> bool:
    """Whether there may be more in the parts than a name."""
    # Where its source parts a name, "Rand and Sons" is one surname.
    whole = f"{forenames} {surname.replace(' and ', ' ')}"
    first, last = forenames.split(maxsplit=1)[0], forenames.rpartition(" ")[2]
    return bool(
        "," in whole
        or SPECIAL.search(whole)
        or NOT_PLAIN.search(whole)
        or is_watched(whole)
        or trouble(whole)
        or first.casefold() in TITLES
        or last in DEGREES
        or last in SUFFIXES
        or _are_whole(surname, forenames)
        or _is_no_suffix(surname, suffix, forenames)
        or organizations.is_producer(whole)
        or (" " in surname and organizations.is_alone(f"{surname}, {forenames}"))
    )


def _is_no_suffix(surname: str, suffix: str, forenames: str) -> bool:
    """Whether "A, B, C" was not "Surname, Suffix, Forenames": Doe, Jane, PhD; Rasthofer U., Wall W.A., Gravemeier V."""
    return bool(
        suffix
        and suffix not in SUFFIXES
        and "".join(suffix.split()) not in DEGREES
        and (
            is_initials(suffix)
            or SURNAME_AND_INITIALS.fullmatch(suffix)
            or SURNAME_AND_INITIALS.fullmatch(surname)
            or (" " in surname and all(map(_is_full_name, (surname, suffix, forenames))))
            or forenames in SUFFIXES
            or forenames in DEGREES
            or (_is_role(forenames) and not ONLY_INITIALS.fullmatch(forenames))
        )
    )


def _is_full_name(text: str) -> bool:
    """Whether the text is forenames and a surname, as each part of "Ada Poe, Ben Roe, Cy Moe" is."""
    return text[:1].isupper() and organizations.reads_like_a_person(text)


def _is_capitalised(text: str) -> bool:
    return organizations.reads_like_a_person(f"{text} A" if " " not in text else text)


def _add_items(tokens: list[tuple[str, str]], items: list[Item], surname_first: bool) -> None:
    """Add the people of a stretch without semicolons, which is "Surname, Forenames" mostly."""
    parts, texts = [Item("")], [[""]]
    for kind, value in tokens:
        if kind == "separator":
            parts.append(Item(""))
            texts.append([])
        elif kind == "note":
            parts[-1].notes.append(value)
        else:
            texts[-1].append(value)
    for part, pieces in zip(parts, texts, strict=True):
        part.text = " ".join(pieces).strip()
        if not asides.is_note(part.text):
            part.text = YEARS_BEHIND.sub("", part.text)
        if (role := ROLE_BEHIND.search(part.text)) and _is_role(role[1]):
            part.text = part.text[: role.start()]
    names: list[Item] = []
    after: list[Item] = []
    suffix = ""
    places: list[str] = []
    for part in parts:
        text = part.text
        if places or ((names or items) and text and _is_place(text)):
            places.append(" ".join([text, *(f"({note})" for note in part.notes)]))
            continue
        if names and text in SUFFIXES:
            suffix = text
        elif ET_AL.fullmatch(text) or OTHERS.fullmatch(text):
            after.append(part)
            continue
        elif not names or (text and not _is_beside(text, names)):
            names.append(part)
            continue
        names[-1].notes += part.notes
    names = [part for part in names if part.text] or names[:1]
    _add_people(names, suffix, items, surname_first)
    items += after
    if places and items:
        items[-1].notes.append(", ".join(places))


def _is_place(text: str) -> bool:
    if organizations.is_institute(text) or organizations.is_producer(text) or trouble(text).startswith("institution"):
        return True
    return (" " in text and organizations.has_word(text)) or bool(organizations.UNDIVIDED.search(text, 2))


def _is_beside(text: str, names: list[Item]) -> bool:
    """Whether a part behind a comma is no name: a note, a degree, a role; behind a surname alone "Ed" and "M. D." are names."""
    if asides.is_note(text):
        return True
    may_be_forenames = len(names) == 1 and (ONLY_INITIALS.fullmatch(text) or " " not in names[0].text)
    small = text.casefold()
    is_no_name = text in DEGREES or small in TITLES or small in TITLES_BEFORE_TWO or _is_role(text)
    return is_no_name if not may_be_forenames else squeezed(text) in LONG_ROLES


def _is_role(text: str) -> bool:
    return squeezed(text) in JUNK or squeezed(text) in ROLES


def _add_people(names: list[Item], suffix: str, items: list[Item], surname_first: bool) -> None:
    if len(names) == 1:
        if suffix:
            names[0].text = f"{names[0].text} {suffix}".strip()
        items += names
    elif len(names) == 2 and not _are_two(names[0].text, names[1].text, surname_first):
        items.append(_inverted(names[0], names[1], suffix))
    elif len(names) % 2 == 0 and len(names) > 2 and all(map(_is_pair, names[::2], names[1::2])):
        items += [_inverted(one, other, "") for one, other in zip(names[::2], names[1::2], strict=True)]
    else:
        items += surnames_last(names, None)


def _are_two(one: str, other: str, surname_first: bool) -> bool:
    """Whether two names with a comma between them are two people: Rasthofer U., Wall W.A.; Ada Example, Ben Sample."""
    if _are_whole(one, other):
        return True
    if surname_first or is_initials(other) or " " not in other:
        return False
    words = one.split()
    return len(words) > 1 + sum(word in PARTICLES for word in words[:-1]) and not is_initials(other.rpartition(" ")[2])


def _are_whole(one: str, other: str) -> bool:
    """Whether both are a surname with initials, before it or behind it in both: J. Doe, R. Roe."""
    return any(form.fullmatch(one) and form.fullmatch(other) for form in (SURNAME_AND_INITIALS, INITIALS_AND_SURNAME))


def _is_pair(surname: Item, forenames: Item) -> bool:
    words = surname.text.split()
    return (
        len(words) == 1 + sum(word in PARTICLES for word in words[:-1])
        and len(forenames.text.split()) <= MOST_FORENAMES
    )


def _inverted(surname: Item, forenames: Item, suffix: str) -> Item:
    """The person whose surname stands first; one that has no name in it is a problem of the byline."""
    notes = surname.notes + forenames.notes
    first, last = forenames.text, surname.text
    others = ET_AL.search(first)
    if others:
        first = " ".join(ET_AL.sub(" ", first).split()).strip(" ,")
    nickname = notes.pop() if notes and _is_nickname(notes[-1], first) else ""
    if others:
        notes.append("et al.")
    whole = f"{first} {last}".strip()
    name: Name | None = None
    if not (asides.is_note(whole) or trouble(whole)):
        try:
            name = name_from_parts(first, last, suffix)
        except ValueError:
            whole = f"{forenames.text} {surname.text}"
    if name and name.forenames and nickname:
        called = f"{name.forenames} ({nickname})"
        name = Name(" ".join(filter(None, (called, name.surname, name.suffix))), called, name.surname, name.suffix)
    return Item(whole, notes=notes, name=name)


def _is_nickname(note: str, forenames: str) -> bool:
    if not NICKNAME.fullmatch(note) or " " in note or organizations.has_word(note) or _is_role(note):
        return False
    try:
        name = name_from_parts(forenames, "X")
    except ValueError:
        return False
    return not (organizations.is_known(note) or organizations.is_institute(note) or asides.fuller_name(note, name))
