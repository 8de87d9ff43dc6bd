"""The careful way: an author string with affiliations, groups, notes, inverted names and whatever else people print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from papers.bylines import groups as groups
from papers.bylines import notes as notes
from papers.bylines.items import Collector, Item, surnames_last
from papers.bylines.names import (
    Name,
    is_initials,
    read_name,
    squeezed,
    trouble,
)
from papers.bylines.parsed import Byline, Entry
from papers.bylines.tokens import prepared, tokens_of
from papers.bylines.words import ROLES

ET_AL = re.compile(r"(?:^|(?<=[\s,]))(?:et\.?\s?al(?:ii|ia|\.)?(?![^\W\d_])\.?|\.\.\.|…)|…|\.\.\.", re.IGNORECASE)
OTHERS = re.compile(
    r"(?:(?:the|many|several|some|all|\d+)\s)*(?:(?:additional|more|other)(?:\s.*)?|others|co-?(?:workers|authors)|etc)\.?",
    re.IGNORECASE,
)
NOT_SHOWN = re.compile(
    r"\b(?:additional authors|authors not shown|more authors|\d+ authors|and others)\b", re.IGNORECASE
)
CONTACT = re.compile(r"\S@\S|https?://|www\.", re.IGNORECASE)
PEOPLE = re.compile(r"(?:^|[\s,(])[A-Z]\.\s?-?[A-Z]|\bet\.?\s?al\b")


@dataclass(slots=True)
class _Person:
    name: Name
    flags: tuple[str, ...]
    affiliations: list[str]
    has_note: bool  # a mark without a legend still says "not the next one's affiliation"


class Reader:
    """One author string on its way: tokens → items → people, groups, problems."""

    def __init__(self, text: str, hint: Sequence[Sequence[str]] | None = None, is_note: bool = False):
        self.text = text
        self.is_note = is_note  # a parenthesis is read, those in it are not: so depth has an end
        self.people: list[_Person] = []
        self.groups: dict[str, str] = {}
        self.problems: dict[str, None] = {}
        self.is_complete = True
        collected = Collector(tokens_of(prepared(text), self.problems), self.problems)
        self.legend = collected.legend
        self.items = surnames_last(collected.items, hint)

    def byline(self) -> Byline:
        members = self._group_members()
        for place, item in enumerate(self.items):
            if place in members:
                for name in members[place]:
                    self._add_group(name)
                self._read_group_notes(item)
            else:
                self._read_person(item)
        if self.text and not (self.people or self.groups or self.problems) and self.is_complete:
            self.problems[f"junk: {self.text[:60]}"] = None
        return Byline(self.text, self._entries(), tuple(self.groups.values()), self.is_complete, tuple(self.problems))

    def _group_members(self) -> dict[int, list[str]]:
        """For every item that is a group or part of a list of groups, the group names it completes."""
        found: dict[int, list[str]] = {}
        place, floor = 0, 0
        while place < len(self.items):
            text = self._without_et_al(self.items[place])
            if OTHERS.fullmatch(text) or not groups.is_group(text):
                place += 1
                continue
            start = end = place
            if not groups.has_kind(text):
                end = self._end_of_groups(place)
            elif groups.is_plural(text):
                start = self._start_of_groups(place, floor)
            texts = [self.items[number].text for number in range(start, end + 1)]
            for number in range(start, end + 1):
                found[number] = []
            found[end] = _names_of_groups(texts, [item.separator for item in self.items[start : end + 1]])
            place = floor = end + 1
        return found

    def _without_et_al(self, item: Item) -> str:
        if ET_AL.search(item.text):
            self.is_complete = False
            item.text = " ".join(ET_AL.sub(" ", item.text).split()).strip(" ,")
        return item.text

    def _end_of_groups(self, start: int) -> int:
        """The last item of "for the CDF, D0 and ATLAS Collaborations" that starts here; the start if there is no such list."""
        for place in range(start + 1, min(start + 16, len(self.items))):
            text = self.items[place].text
            if self.items[place - 1].notes or self.items[place].separator not in (",", "and"):
                break
            starts_anew = text.startswith(("the ", "The "))
            if groups.has_kind(text):
                is_last = self.items[place].separator == "and" and not starts_anew
                return place if is_last or groups.is_plural(text) else start
            if "." in text or (groups.is_group(text) and not starts_anew):
                break
        return start

    def _start_of_groups(self, end: int, floor: int) -> int:
        """The first item of "CDF and D0 Collaborations" that ends here."""
        start = end
        while start > floor and not self.items[start].text.startswith(("the ", "The ", "for ")):
            before = self.items[start - 1]
            linked = self.items[start].separator == "and" or start < end
            if not linked or before.notes or "." in before.text or not before.text:
                break
            if start < end and not groups.has_acronym(before.text):
                break
            start -= 1
        return start

    def _add_group(self, name: str) -> None:
        if name and any(character.isalpha() for character in name):
            groups.add_group(self.groups, name)
        else:
            self.problems["group without a name"] = None

    def _read_group_notes(self, item: Item) -> None:
        for note in item.notes:
            if ET_AL.fullmatch(note.strip()):
                self.is_complete = False
            elif self.is_note or notes.is_legend(note):
                continue
            elif PEOPLE.search(note):  # BES Collaboration (J. Z. Bai et al.)
                inner = Reader(note, is_note=True)
                self.is_complete &= inner.byline().is_complete
                self.people += inner.people
                self.problems.update(inner.problems)
            elif groups.KIND_IN_NOTE.search(note):
                self._read_groups_in(note)
            elif notes.marks(note, self.legend) is None:
                self.problems[f"dropped: ({note})"] = None

    def _read_person(self, item: Item) -> None:
        text = self._without_et_al(item)
        if OTHERS.fullmatch(text):
            self.is_complete = False
            text = ""
        affiliations = self._affiliations(item.notes)
        if not text:
            if self.people and affiliations:
                self.people[-1].affiliations += affiliations
            return
        problem = trouble(text) or (f"initials without a name: {text}" if is_initials(text) else "")
        if not problem:
            try:
                name, flags = read_name(text)
            except ValueError:
                problem = f"junk: {text}"
        if problem:
            self.problems[problem] = None
            if self.people and affiliations and not self.people[-1].affiliations:
                self.people[-1].affiliations += affiliations  # "B. Jones, Member, IEEE (MIT)"
            return
        self.people.append(_Person(name, tuple(dict.fromkeys(item.flags + flags)), affiliations, bool(item.notes)))

    def _affiliations(self, item_notes: list[str]) -> list[str]:
        found: list[str] = []
        for note in item_notes:
            word = squeezed(note)
            if ET_AL.fullmatch(note.strip()) or NOT_SHOWN.search(note):
                self.is_complete = False
            elif notes.is_legend(note) or not word:
                continue
            elif (marks := notes.marks(note, self.legend)) is not None:
                for mark in marks:
                    if mark in self.legend:
                        found.append(self.legend[mark])
                    elif mark[0].isdigit():
                        self.problems[f"no legend for mark {mark}"] = None
            elif len(word) == 1 or word in ROLES or CONTACT.search(note):
                self.problems[f"dropped: ({note})"] = None
            elif not self.is_note and (groups.ON_BEHALF.search(note) or groups.KIND_IN_NOTE.search(note)):
                found += self._read_groups_in(note)
            elif affiliation := note.strip(" ,;"):
                found.append(affiliation)
        return list(dict.fromkeys(found))

    def _read_groups_in(self, note: str) -> list[str]:
        """Take the groups out of a note ("CERN, for the ATLAS Collaboration"); what is left of it is an affiliation."""
        if phrase := groups.ON_BEHALF.search(note):
            if phrase.start() and not groups.has_kind(note):
                return [notes.tidy_affiliation(note)]  # Institute for Theoretical Physics
            rest, named = note[: phrase.start()], note[phrase.start() :]
            if phrase.start() and phrase[0] == "for" and not rest.rstrip().endswith((",", ";", "-")):
                rest, named = "", note  # Center for Nano Collaboration
        elif groups.is_plural(note) or "," not in note:
            rest, named = "", note
        else:
            parts = [part.strip() for part in note.split(",")]
            rest = ", ".join(part for part in parts if not groups.has_kind(part))
            named = ", ".join(part for part in parts if groups.has_kind(part))
        inner = Reader(named, is_note=True).byline()
        for name in inner.collaborations:
            self._add_group(name)
        self.problems.update(dict.fromkeys(inner.problems))
        return [affiliation] if (affiliation := notes.tidy_affiliation(rest)) else []

    def _entries(self) -> tuple[Entry, ...]:
        """The people, each with the affiliations printed behind it or behind the next that has any (arXiv's rule)."""
        entries: list[Entry] = []
        carried: list[str] = []
        for person in reversed(self.people):
            if person.affiliations or person.has_note:
                carried = person.affiliations
            entries.append(Entry(person.name, tuple(carried), person.flags))
        return tuple(reversed(entries))


def _names_of_groups(texts: list[str], separators: list[str]) -> list[str]:
    """The names in a list of groups whose kind stands at its end; "the Search and Rescue Team" is one."""
    last = texts[-1]
    if len(texts) > 1 and not groups.is_plural(last) and not all(groups.has_acronym(text) for text in texts):
        joined = "".join(
            f"{', ' if separator == ',' else ' and '}{text}" if place else text
            for place, (text, separator) in enumerate(zip(texts, separators, strict=True))
        )
        return [groups.group_name(joined)]
    kind = groups.singular(last) if len(texts) > 1 else ""
    return [groups.group_name(text, kind) for text in texts]


# --- the hint ---------------------------------------------------------------------------------------------------------
