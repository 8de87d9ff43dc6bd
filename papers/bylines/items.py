"""The tokens of an author string → one item per printed name or group, legends apart, surnames behind forenames."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from papers.bylines import groups as groups
from papers.bylines import notes as notes
from papers.bylines import organizations as organizations
from papers.bylines.asides import in_another_script
from papers.bylines.names import (
    INVERTED,
    SEVERAL,
    UNSEPARATED,
    UNSEPARATED_NAME,
    Name,
    is_initials,
    letters,
    trouble,
)
from papers.bylines.tokens import LEAD_IN, stretches
from papers.bylines.words import CAPITAL_PARTICLES, PARTICLES, SUFFIXES

HEADING = re.compile(
    r"^(?:authors?|contributors?|editors?|(?:written |edited |appendix |contributions? )?by)$", re.IGNORECASE
)
ONLY_MARKS = re.compile(r"[\d*†‡§¶#\s]+")
SHORT_NAME = re.compile(r"[\"'“`]*[^\W\d_][^\W\d_.]{0,11}[\"'”]*")  # elly, TJ
FORENAMES = re.compile(r"(?:[^\W\d_](?:\.|[\w'’.-]{0,30}) ?){2,4}")
SURNAME = re.compile(r"[^\W\d_][\w'’-]+")
NICKNAME = re.compile(r"[\"'“`]*[A-Z][a-z]+(?:[- ][A-Z]?[a-z]+)?[\"'”]*")
ONE_FORENAME = re.compile(r"\S+|(?:[^\W\d_]\.\s?)+")
VANCOUVER = re.compile(r"[^\W\d_][\w'’-]+ [A-Z]{1,3}")
# Capitals that begin a surname printed first; the others may be a forename (Ben Elias, Di Wang).
CAPITALS_IN_FRONT = frozenset(["Van", "Von", "De", "Der", "Den", "Del", "Della", "Delli", "Dos", "Ó", "Uí", "Ní"])


@dataclass(slots=True)
class Item:
    """A stretch of text between separators: the separator before it and the parentheses after it.

    `name` is the one that it has where its source divides it; `is_heading` says that a colon follows.
    """

    text: str
    separator: str = ","
    notes: list[str] = field(default_factory=list)
    flags: tuple[str, ...] = ()
    name: Name | None = None
    is_heading: bool = False


class Collector:
    """Takes the tokens of one author string and has its `items` and its `legend` (mark → affiliation)."""

    def __init__(self, tokens: list[tuple[str, str]], problems: dict[str, None]):
        self.items: list[Item] = []
        self.legend: dict[str, str] = {}
        self.problems = problems
        self.expects_surname = False
        self._collect(_marks_behind(tokens))
        self._read_legends()

    def _collect(self, tokens: list[tuple[str, str]]) -> None:
        separator, mark = ",", ""
        marks: set[str] = set()
        explained: dict[str, list[str]] = {}
        nothing = ("separator", "")
        around = zip([nothing, *tokens], tokens, [*tokens[1:], nothing], strict=False)
        for (before, _), (kind, value), (after, behind) in around:
            is_known = kind == "note" and marks and (value in marks or value == "1")
            is_next = mark.isdigit() and value == str(int(mark) + 1)  # (1) Institute One (2) Institute Two
            if is_known and (before != "text" or is_next) and after == "text":
                mark = value  # "A (1), B (2), (1) Institute One, (2) …": a legend without parentheses of its own
            elif mark:
                explained.setdefault(mark, []).append(f" ({value})" if kind == "note" else value)
            elif kind == "separator":
                if value in (":", ";") and before == "separator":
                    self.problems[f"junk: {value}"] = None
                separator = self._separated(value, separator)
            elif kind == "note":
                self._add_note(value, separator, behind if after == "text" else "")
                marks.update(notes.marks(value, ()) or ())
                separator = ""
            else:
                self._add_text(value, separator)
                separator = ""
        for mark, parts in explained.items():
            text = re.sub(r" (?=[,;:])", "", " ".join(" ".join(parts).split()))
            self.legend[mark] = notes.tidy_affiliation(text)

    def _separated(self, value: str, before: str) -> str:
        if value == ":" and self.items:
            if HEADING.match(self.items[-1].text):
                self.items.pop()
            else:
                self.items[-1].is_heading = not before or _may_be_group(self.items[-1].text)
        return "and" if before == "and" else value

    def _add_note(self, note: str, separator: str, behind: str) -> None:
        """Keep a parenthesis with what it stands behind; `behind` it is this text, with nothing between."""
        last = self.items[-1] if self.items else None
        if last is None:
            self.items.append(Item("", separator, [note]))
        elif behind and not separator and _is_last_name(behind) and in_another_script(note, last.text):
            last.notes.append(note)  # Wei (张伟) Zhang
            self.expects_surname = True
        elif behind and not separator and not last.notes and _is_nickname(note, last.text, behind):
            last.text += f" ({note})"
            self.expects_surname = True
        else:
            last.notes.append(note)

    def _add_text(self, text: str, separator: str) -> None:
        last = self.items[-1] if self.items else None
        if last and self.expects_surname:
            last.text += f" {text}"
            self.expects_surname = False
        elif last and ONLY_MARKS.fullmatch(text):
            last.notes.append(text)
        elif last and separator in (",", "") and text in SUFFIXES and _may_have_suffix(last.text):
            last.text += f" {text}"  # Fred Bloggs, Jr
        else:
            for place, (part, marks) in enumerate(stretches(LEAD_IN.sub("", text) if " " in text else text)):
                self._add_names(part, "," if place else separator, marks)

    def _add_names(self, text: str, separator: str, marks: list[str]) -> None:
        if not UNSEPARATED.fullmatch(text):
            self.items.append(Item(text, separator, marks))
            return
        *names, last = UNSEPARATED_NAME.findall(text)
        for name in names:
            self.items.append(Item(name, separator, [], (SEVERAL,)))
            separator = ","
        self.items.append(Item(last, separator, marks, (SEVERAL,)))

    def _read_legends(self) -> None:
        for item in self.items:
            for note in item.notes:
                if notes.is_legend(note):
                    for key, affiliation in notes.read_legend(note).items():
                        self.legend.setdefault(key, affiliation)


def _may_be_group(text: str) -> bool:
    """Whether the text doesn't read like a person: behind "Ada Smith," a colon is only a stray sign."""
    return not organizations.reads_like_a_person(text) or is_group(text) or organizations.has_word(text)


def _is_last_name(text: str) -> bool:
    """Whether the text is one surname, with particles before it and a suffix behind it at most."""
    words = text.split(maxsplit=5)
    if len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    return bool(SURNAME.fullmatch(words[-1])) and all(w in PARTICLES or w in CAPITAL_PARTICLES for w in words[:-1])


def _may_have_suffix(text: str) -> bool:
    return bool(text) and text.rpartition(" ")[2] not in SUFFIXES and not groups.has_kind(text)


def _is_nickname(note: str, before: str, behind: str) -> bool:
    """Whether a parenthesis between a person's forenames and surname is what they are called; else it is where they are."""
    if organizations.is_known(note) or organizations.is_institute(note):
        return False
    if ONE_FORENAME.fullmatch(before):  # Edward (Ted) Smith, Juanhe (TJ) Tan
        return bool(NICKNAME.fullmatch(note) or (SHORT_NAME.fullmatch(note) and _is_last_name(behind)))
    # Chee Wee (Ben) Leong, but A. Smith (Yale) B. Jones
    return bool(NICKNAME.fullmatch(note) and FORENAMES.fullmatch(before) and _is_last_name(behind))


def _marks_behind(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tokens with the marks behind the names where each stands before one: `(1) A. Smith, (2) B. Jones ((1) MIT, (2) …)`.

    Only where a legend explains them and no name is without: otherwise a mark may be the last name's, or begin a legend.
    """
    explained = {key for kind, value in tokens if kind == "note" for key in notes.read_legend(value)}
    if not explained or tokens[0][0] != "note":
        return tokens
    turned: list[tuple[str, str]] = []
    held: list[tuple[str, str]] = []
    before = "separator"
    for kind, value in tokens:
        if kind == "note" and not notes.is_legend(value) and notes.marks(value, explained):
            if before != "separator":
                return tokens
            held.append((kind, value))
            continue
        if (kind == "text") != bool(held):
            return tokens
        turned += [(kind, value), *held]
        held = []
        before = kind
    return tokens if held else turned


def surnames_last(items: list[Item], hint: Sequence[Sequence[str]] | None) -> list[Item]:
    """The items with `Smith, J.` and its like made one name, forenames first, and with what may be one flagged."""
    if _are_pairs(items):
        return [_joined(surname, forenames) for surname, forenames in zip(items[::2], items[1::2], strict=True)]
    if len(items) > 1 and all(VANCOUVER.fullmatch(item.text) for item in items):
        for item in items:  # Smith JA, Jones B: one alone may be Weinan E
            surname, initials = item.text.split()
            item.text, item.flags = f"{initials} {surname}", (INVERTED,)
        return items
    rows = {(letters(row[0]), letters(row[1])) for row in hint or () if len(row) > 1 and row[1]}
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if last is None or item.separator != "," or last.notes or not _is_surname(last.text):
            found.append(item)
        elif is_initials(item.text) and INVERTED not in last.flags:  # Smith, J.
            found[-1] = _joined(last, item)
        elif (letters(last.text), letters(item.text)) in rows if rows else False:
            found[-1] = replace(_joined(last, item), flags=())
        else:
            if _is_single_name(last.text) and _is_single_name(item.text):  # Li, Wei
                last.flags = item.flags = (INVERTED,)
            found.append(item)
    return found


def _are_pairs(items: list[Item]) -> bool:
    """`Smith, John; Doe, Jane` and `Smith, John and Doe, Jane`: commas only inside, and every first is a surname."""
    return (
        len(items) >= 4
        and len(items) % 2 == 0
        and all(item.separator in (";", "and") for item in items[2::2])
        and all(item.separator == "," and item.text for item in items[1::2])
        and all(_is_surname(item.text) and not item.notes for item in items[::2])
        and not any(is_group(item.text) for item in items)
    )


def _joined(surname: Item, forenames: Item) -> Item:
    return Item(
        f"{forenames.text} {surname.text}",
        surname.separator,
        surname.notes + forenames.notes,
        (INVERTED,),
        is_heading=forenames.is_heading,
    )


@lru_cache(maxsize=1 << 12)
def is_group(text: str) -> bool:
    """Whether an entry names a group or an organisation, whatever stands around it."""
    return groups.is_group(text) or organizations.is_known(text)


@lru_cache(maxsize=1 << 12)
def _is_surname(text: str) -> bool:
    """Whether the text may be a surname alone: one word, with particles before it and a suffix after it at most."""
    words = text.split()
    if len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    if not words or not all(word in PARTICLES or word in CAPITALS_IN_FRONT for word in words[:-1]):
        return False
    return len(words[-1]) > 1 and "." not in words[-1] and not trouble(text) and not is_group(text)


def _is_single_name(text: str) -> bool:
    """Whether the text is one word in a script with capitals (for the others one word is a whole name)."""
    return " " not in text and _is_surname(text) and text.lower() != text.upper()
