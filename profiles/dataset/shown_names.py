"""The names in what sources say of a paper, as they may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from papers.bylines import Name, parse_byline
from papers.people import Person
from papers.publications.details import name_as_json
from papers.text.folding import fold, spells, squeezed
from profiles.dataset.rows import Row

PARTS = ("name", "forenames", "surname", "suffix")
OF_BYLINE = ("authors", "byline", "byline_is_incomplete")


def names_in(facts: Mapping[str, Any]) -> Iterator[str]:
    """The names of authors and editors that a source or a curator gives."""
    for entry in (*facts.get("byline", ()), *facts.get("editors", ())):
        yield entry["name"]
        yield from entry.get("other_names", ())
    if "byline" not in facts:
        yield from (entry.name.name for entry in parse_byline(facts.get("authors", "")).entries)


class ShownNames:
    """Names as they may be shown on one paper.

    `known` are the people on it by position, `byline` is as the paper prints it. `instead` has the names that people hide who
    are on other papers, each with what stands in its place (papers.people.People.shown_instead).
    """

    def __init__(
        self,
        known: Mapping[int | None, Sequence[Person]],
        byline: Sequence[Row],
        instead: Mapping[str, Name | None],
    ):
        self.hiding = [person for persons in known.values() for person in persons if person.hides]
        self.instead = instead
        self.words: set[str] = set()  # of hidden names, that those shown don't have
        own = [self._own(entry["name"]) for entry in byline]
        self.shown = {squeezed(entry["name"]) for entry, name in zip(byline, own, strict=True) if name is None}

    def of(self, name: Name) -> Name | None:
        """The name to show for this one: itself where nobody hides it, None where none may be shown."""
        instead = self._own(name.name)
        if instead is None and name.name in self.instead and squeezed(name.name) not in self.shown:
            instead = self.instead[name.name]
            self._note(name.name, instead.name if instead else "")
            return instead
        return instead or name

    def _own(self, name: str) -> Name | None:
        form = squeezed(name) if self.hiding else ""
        person = next((person for person in self.hiding if form in person.hides), None)
        if person is None:
            return None
        self._note(name, person.name)
        return Name(person.name, *person.parts)

    def _note(self, hidden: str, shown: str) -> None:
        self.words |= set(fold(hidden).split()) - set(fold(shown).split())

    def facts(self, facts: Mapping[str, Any]) -> Row:
        """The facts with the names that are shown; left out are an editor, and a byline with an author, of whom none may be."""
        found = dict(facts)
        if "byline" in facts:
            printed = [Name(**{part: entry[part] for part in PARTS if part in entry}) for entry in facts["byline"]]
        else:
            printed = [entry.name for entry in parse_byline(facts.get("authors", "")).entries]
        shown = [self.of(name) for name in printed]
        names = [name for name in shown if name]
        if len(names) < len(printed):
            found = {name: value for name, value in found.items() if name not in OF_BYLINE}
        elif names != printed:
            found["authors"] = ", ".join(name.name for name in names)
            if "byline" in facts:
                rests = ({key: each for key, each in entry.items() if key not in PARTS} for entry in facts["byline"])
                found["byline"] = [rest | name_as_json(name) for rest, name in zip(rests, names, strict=True)]
        if any("other_names" in entry for entry in found.get("byline", ())):
            kept = [
                self._without_hidden(entry, is_itself=name == instead)
                for entry, name, instead in zip(found["byline"], printed, names, strict=True)
                if instead
            ]
            if kept != found["byline"]:
                found |= {"byline": kept, "authors": ", ".join(name.name for name in names)}
        if "editors" in facts:
            editors = (self.of(Name(**editor)) for editor in facts["editors"])
            found["editors"] = [name_as_json(editor) for editor in editors if editor]
        return found

    def _without_hidden(self, entry: Row, *, is_itself: bool) -> Row:
        """The entry with those of its other names that may be shown: none where another stands in the place of its name."""
        others = [
            name
            for name in (entry.get("other_names", ()) if is_itself else ())
            if (shown := self.of(Name(name, "", name))) and shown.name == name
        ]
        rest = {key: each for key, each in entry.items() if key != "other_names"}
        return rest | {"other_names": others} if others else rest

    def without(self, key: str) -> str:
        """What a source calls its record, or nothing where that has a word of a name that was found hidden."""
        return "" if spells(key, self.words) else key
