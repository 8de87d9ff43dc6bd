"""A parsed author string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from papers.bylines.names import Name


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed person: the name, the affiliations printed for it, and doubts for the work-list (`inverted?`).

    `orcid` is the ORCID iD that the source gives for this person, "" where it gives none; `other_names` are further ones
    that it prints for them, as "张伟" in "Wei Zhang (张伟)".
    """

    name: Name
    affiliations: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    orcid: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Byline:
    """The people of an author string in order, the groups it names, and what was dropped or doubtful.

    A group has its name as printed, without article and phrase ("for the ABCD Collaboration" → "ABCD Collaboration", "on
    behalf of ATLAS" → "ATLAS"), each once. People printed with a group are its members; it is nobody's affiliation.
    """

    text: str
    entries: tuple[Entry, ...]
    collaborations: tuple[str, ...] = ()
    is_complete: bool = True
    problems: tuple[str, ...] = ()

    @classmethod
    def from_json(
        cls,
        text: str,
        rows: Sequence[dict[str, Any]],
        collaborations: Sequence[str],
        is_complete: bool,
        problems: Sequence[str],
    ) -> Byline:
        """The byline whose people `as_json` gave as these rows."""
        entries = [
            Entry(
                Name(row["name"], row["forenames"], row["surname"], row.get("suffix", "")),
                tuple(row.get("affiliations", ())),
                tuple(row.get("flags", ())),
                row.get("orcid", ""),
                tuple(row.get("other_names", ())),
            )
            for row in rows
        ]
        return cls(text, tuple(entries), tuple(collaborations), is_complete, tuple(problems))

    def as_json(self) -> list[dict[str, Any]]:
        """One dict per entry: name, forenames, surname and, where there are any, the other fields of an entry."""
        rows = []
        for entry in self.entries:
            name = entry.name
            row: dict[str, Any] = {"name": name.name, "forenames": name.forenames, "surname": name.surname}
            if name.suffix:
                row["suffix"] = name.suffix
            if entry.affiliations:
                row["affiliations"] = list(entry.affiliations)
            if entry.flags:
                row["flags"] = list(entry.flags)
            if entry.orcid:
                row["orcid"] = entry.orcid
            if entry.other_names:
                row["other_names"] = list(entry.other_names)
            rows.append(row)
        return rows
