"""The careful way: an author string with affiliations, groups, notes, inverted names and whatever else people print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from papers.bylines import asides as asides
from papers.bylines import groups as groups
from papers.bylines import notes as notes
from papers.bylines import organizations as organizations
from papers.bylines.asides import Asides
from papers.bylines.groups import RECENT
from papers.bylines.items import Collector, Item, is_group, surnames_last
from papers.bylines.names import Name, is_initials, read_name, squeezed, trouble
from papers.bylines.parsed import Byline, Entry
from papers.bylines.tokens import prepared, tokens_of
from papers.field_rules import MOST

ET_AL = re.compile(
    r"(?:^|(?<=[\s,]))(?:et\.?\s?al(?:ii|ia|\.)?(?![^\W\d_])\.?"
    r"|(?:u\. ?a\.|y otros|e outros|e altri|ve diğerleri|i dr\.)(?![^\W\d_])"
    r"|^al\.$"
    r"|\.\.\.|…)|…|\.\.\.",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"(?:\+|plus\b)?\s?(?:(?:the|their|his|her|our|many|several|some|all|\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)\s)*"
    r"(?:(?:additional|more|other|remaining)(?:\s.*)?|others|autres|andere|др|другие"
    r"|diğerleri|など|等|ほか|他|外|colleagues|collaborators|students|co-?(?:workers|authors)|rest(?: of .*)?|etc)\.?",
    re.IGNORECASE,
)
REST_OF = re.compile(r"(?:the )?rest of (?=(?:the|our) \S+ \S)", re.IGNORECASE)
# Titles that begin as institutions do (Univ.-Prof. Dr.).
TITLE_OF_UNIVERSITY = re.compile(r"(?:Univ|FH|TU)[.-]{0,2} ?-?(?:Prof|Doz|Ass|Lekt)[\w.-]{0,10}\s+(?=\S)")
NAME_AND_OWN_SCRIPT = re.compile(
    r"([A-Za-zÀ-ɏ][^\u2e80-\uffff]*[^\s\u2e80-\uffff])\s([\u2e80-\uffef]{2,8})|([\u2e80-\uffef]{2,8})\s([A-Za-zÀ-ɏ][^\u2e80-\uffff]*)"
)
NOT_SHOWN = re.compile(
    r"\b(?:additional authors|authors not shown|more authors|\d+ authors|and others)\b", re.IGNORECASE
)
PEOPLE = re.compile(r"(?:^|[\s,(])[A-Z]\.\s?-?[A-Z]|\bet\.?\s?al\b")


@dataclass(slots=True)
class _Person:
    name: Name
    flags: tuple[str, ...]
    asides: Asides


class Reader:
    """One author string on its way: tokens → items → people, groups, problems. With `items` it begins with these."""

    def __init__(
        self,
        text: str,
        hint: Sequence[Sequence[str]] | None = None,
        is_note: bool = False,
        items: list[Item] | None = None,
        problems: dict[str, None] | None = None,
    ):
        self.text = text
        self.is_note = is_note  # a parenthesis is read, those in it are not: so depth has an end
        self.people: list[_Person] = []
        self.groups: dict[str, str] = {}
        self.problems: dict[str, None] = problems or {}
        self.is_complete = True
        if items is None:
            collected = Collector(tokens_of(prepared(text), self.problems), self.problems)
            self.legend, self.items = collected.legend, surnames_last(collected.items, hint)
        else:
            self.legend, self.items = {}, items
        self.headings = _groups_before_a_colon(self.items)

    def byline(self) -> Byline:
        members = self._group_members()
        is_address = False
        for place, item in enumerate(self.items):
            is_address = item.separator == "," and is_address and " " not in item.text and item.name is None
            if is_address:  # CERN, Geneva
                self.problems[f"institution: {item.text}"] = None
            elif place in members:
                for name in members[place]:
                    self._add_group(name)
                self._read_group_notes(item)
            else:
                self._read_person(item)
            is_address = is_address or organizations.is_institute(item.text)
        if self.text and not (self.people or self.groups or self.problems) and self.is_complete:
            self.problems[f"junk: {self.text[:60]}"] = None
        return Byline(self.text, self._entries(), tuple(self.groups.values()), self.is_complete, tuple(self.problems))

    def _group_members(self) -> dict[int, list[str]]:
        """For every item that is a group or part of a list of groups, the group names it completes."""
        found: dict[int, list[str]] = {}
        place, floor = 0, 0
        while place < len(self.items):
            text = self._without_et_al(self.items[place])
            if rest := REST_OF.match(text):  # the rest of the ATLAS Collaboration
                self.is_complete = False
                text = self.items[place].text = text[rest.end() :] if groups.has_kind(text) else "others"
            if OTHERS.fullmatch(text) or not (place in self.headings or self._is_group(place)):
                place += 1
                continue
            start = end = place
            if place + 1 < len(self.items) and " @ " in self.items[place + 1].text:
                end = place + 1  # Things Team, AI @ Example
            elif not groups.is_group(text):
                pass
            elif not groups.has_kind(text):
                end = self._end_of_groups(place)
            elif groups.is_plural(text):
                start = self._start_of_groups(place, floor)
            texts = [self.items[number].text for number in range(start, end + 1)]
            for number in range(start, end + 1):
                found[number] = []
            found[end] = _names_of_groups(texts, [item.separator for item in self.items[start : end + 1]])
            place = floor = end + 1
        return found

    def _is_group(self, place: int) -> bool:
        """Whether the item names a group by itself, or an organisation where no person stands before it."""
        text = self.items[place].text
        return is_group(text) or (place == 0 and (organizations.is_producer(text) or organizations.is_institute(text)))

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
            if not groups.is_bare_acronym(text) and ("." in text or (groups.is_group(text) and not starts_anew)):
                break
        return start

    def _start_of_groups(self, end: int, floor: int) -> int:
        """The first item of "CDF and D0 Collaborations" that ends here."""
        start = end
        while start > floor and not self.items[start].text.startswith(("the ", "The ", "for ")):
            before = self.items[start - 1]
            is_acronym = groups.is_bare_acronym(before.text)
            linked = self.items[start].separator == "and" or start < end or is_acronym
            if not linked or before.notes or not before.text or ("." in before.text and not is_acronym):
                break
            begins = before.text.startswith(("the ", "The "))  # The Loom, WeaveNet and Spindle Array Collaborations
            if start < end and not (begins or is_acronym or groups.has_acronym(before.text)):
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
        text = TITLE_OF_UNIVERSITY.sub("", text) if text.startswith(("Univ", "FH", "TU")) else text
        own = ""
        if not text.isascii() and (parts := NAME_AND_OWN_SCRIPT.fullmatch(text)):
            text, own = (parts[1], parts[2]) if parts[1] else (parts[4], parts[3])
        found = self._asides(item.notes, text)
        if own:
            found.other_names.append(own)
        if not text:
            if self.people and found.affiliations:
                self.people[-1].asides.affiliations += found.affiliations
            return
        if problem := _problem(text):
            self.problems[problem] = None
        else:
            try:
                name, flags = (item.name, ()) if item.name else read_name(text)
            except ValueError:
                problem = f"junk: {text}"
        if problem:
            self.problems[problem] = None
            if self.people and found.affiliations and not self.people[-1].asides.affiliations:
                self.people[-1].asides.affiliations += found.affiliations  # "B. Jones, Member, IEEE (MIT)"
            return
        if item.name and len(found.affiliations) == 1 and (fuller := asides.fuller_name(found.affiliations[0], name)):
            found.affiliations, found.tells_place = [], False
            found.other_names.append(fuller)
        flags = tuple(dict.fromkeys(item.flags + flags)) if item.flags else flags
        self.people.append(_Person(name, flags, found))

    def _asides(self, item_notes: list[str], name: str) -> Asides:
        """What the parentheses behind a name say of the person."""
        found = Asides()
        if not item_notes:
            return found
        places: list[str] = []
        for note in item_notes:
            if (
                ET_AL.fullmatch(note.strip())
                or NOT_SHOWN.search(note)
                or OTHERS.fullmatch(note.strip().removeprefix("and "))
            ):
                self.is_complete = False
                continue
            marks = None if notes.is_legend(note) else notes.marks(note, self.legend)
            if notes.is_legend(note) or marks is not None:
                found.tells_place = True
                for mark in marks or ():
                    if mark in self.legend:
                        places.append(self.legend[mark])
                    elif mark[0].isdigit():
                        self.problems[f"no legend for mark {mark}"] = None
                continue
            if not (note := asides.rest_of(note, name, found)):
                continue
            found.tells_place = True
            if len(squeezed(note)) < 2:
                found.dropped.append(note)
            elif not self.is_note and (groups.ON_BEHALF.search(note) or groups.KIND_IN_NOTE.search(note)):
                places += self._read_groups_in(note)
            elif place := note.strip(" ,;"):
                places.append(place)
        self.problems |= {f"dropped: ({each})": None for each in found.dropped if squeezed(each)}
        found.affiliations = list(dict.fromkeys(places))
        return found

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
            said = person.asides
            if said.affiliations or said.tells_place:
                carried = said.affiliations
            others = tuple(dict.fromkeys(said.other_names))[: MOST["other_names"]] if said.other_names else ()
            entries.append(Entry(person.name, tuple(carried), person.flags, said.orcid, others))
        return tuple(reversed(entries))


@lru_cache(maxsize=RECENT)
def _problem(text: str) -> str:
    """Why a text is nobody; nothing where it may be somebody."""
    if asides.is_note(text):
        return f"dropped: {text}"
    if organizations.is_institute(text) or organizations.is_producer(text):
        return f"institution: {text}"
    return trouble(text) or (f"initials without a name: {text}" if is_initials(text) else "")


def _names_of_groups(texts: list[str], separators: list[str]) -> list[str]:
    """The names in a list of groups whose kind stands at its end; "the Search and Rescue Team" is one."""
    last = texts[-1]
    if len(texts) > 1 and not groups.is_plural(last) and not all(groups.has_acronym(text) for text in texts):
        joined = "".join(
            f"{', ' if separator == ',' else ' and '}{text}" if place else text
            for place, (text, separator) in enumerate(zip(texts, separators, strict=True))
        )
        return [groups.group_name(joined)]
    kind = groups.shared_kind(last) if len(texts) > 1 else ""
    return [groups.group_name(text, kind) for text in texts]


MOST_BEFORE_A_COLON = 6
AN_INITIAL = re.compile(r"(?:^|[ .-])[^\W\d_]\.")


def _groups_before_a_colon(items: list[Item]) -> set[int]:
    """The places of what ends in a colon before people and has no word that says group: "BigScience Workshop: Ada Tester"."""
    end = next((place for place, item in enumerate(items[:MOST_BEFORE_A_COLON]) if item.is_heading), None)
    if end is None or end + 1 == len(items) or any(item.is_heading for item in items[end + 1 :]):
        return set()
    head, first = [item.text for item in items[: end + 1]], items[end + 1].text
    if any(groups.is_group(text) or AN_INITIAL.search(text) for text in head):
        return set()
    if trouble(first) or organizations.is_institute(first) or organizations.is_producer(first):
        return set()  # A name: where they are
    return {*range(end + 1)} if end == 0 or all(is_group(text) or groups.has_acronym(text) for text in head) else set()
