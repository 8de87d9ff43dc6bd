"""Fields that a BibTeX entry takes from others of its file: `crossref`, as BibTeX and biber do, and biblatex's `xdata`.

A paper in proceedings names them once; their title is the paper's `booktitle`. What belongs to the volume alone, its DOI,
address, pages or abstract, isn't its papers'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

REFERENCE = re.compile(r"\b(?:crossref|xdata)\s*=\s*(?:[{\"]([^{}\"]*)[}\"]|([^\s,{}\"#()]+))")
MOST_ANCESTORS = 20  # of one entry
LONGEST_INHERITED = 10_000  # characters of a field: a hundred thousand entries may share it

DATE = ("date", "year", "month", "day", "eventdate")
INHERITED = (
    "editor editora edition publisher organization institution school address location series volume number isbn issn "
    "language langid journal journaltitle journalsubtitle booktitle booksubtitle maintitle howpublished"
).split()
# Whose title the parent's is: an article's journal, a volume's set, else the book that a paper stands in.
TITLE_OF = {
    "article": "journaltitle",
    "suppperiodical": "journaltitle",
    "book": "maintitle",
    "proceedings": "maintitle",
}

Fields = Mapping[str, str]


class Parent(NamedTuple):
    """An entry that others refer to, its fields by their names in small letters."""

    entry_type: str
    fields: Fields


def keys_referred_to(text: str) -> set[str]:
    """The keys, in small letters, of the entries of a file that others refer to."""
    text = text.lower()
    if "crossref" not in text and "xdata" not in text:
        return set()
    return {key for found in REFERENCE.finditer(text) for key in _keys(found[1] or found[2] or "")}


def inherited(entry_type: str, fields: Fields, parents: Mapping[str, Parent]) -> tuple[dict[str, str], list[str]]:
    """The entry's fields and those that it takes from its parents, and a warning for each parent that isn't there.

    What is nearer counts: the entry, its `xdata`, its `crossref`, then theirs. A date is one: who has a year takes no month.
    """
    found = dict(fields)
    warnings = []
    for key, is_crossref, parent in _ancestors(fields, parents):
        if parent is None:
            warnings.append(f"{'crossref' if is_crossref else 'xdata'}: no entry has the key {key!r:.80}")
            continue
        given = _of_volume(entry_type, parent) if is_crossref else dict(parent.fields)
        if any(found.get(name) for name in ("date", "year")):
            given = {name: text for name, text in given.items() if name not in DATE}
        for name, text in given.items():
            if text and not found.get(name) and len(text) <= LONGEST_INHERITED:
                found[name] = text
    return found, warnings


def _ancestors(fields: Fields, parents: Mapping[str, Parent]) -> Iterator[tuple[str, bool, Parent | None]]:
    """Each entry referred to, nearest first, and whether as a crossref; each once, however they refer to each other."""
    waiting = _references(fields)
    seen: set[str] = set()
    while waiting and len(seen) < MOST_ANCESTORS:
        key, is_crossref = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        parent = parents.get(key)
        yield key, is_crossref, parent
        if parent:
            waiting += _references(parent.fields)


def _references(fields: Fields) -> list[tuple[str, bool]]:
    crossref = fields.get("crossref", "").strip().lower()
    own = [(key, False) for key in _keys(fields.get("xdata", ""))]
    return [*own, (crossref, True)] if crossref else own


def _keys(text: str) -> list[str]:
    return [key for part in text.lower().split(",") if (key := part.strip())]


def _of_volume(entry_type: str, parent: Parent) -> dict[str, str]:
    """What an entry of this type takes from the volume that it refers to."""
    given = {name: text for name, text in parent.fields.items() if name in INHERITED or name in DATE}
    name = TITLE_OF.get(entry_type, "booktitle")
    given.setdefault(name, parent.fields.get("title", ""))
    if name != "maintitle" and given[name] == parent.fields.get("title"):
        given.setdefault(name.replace("title", "subtitle"), parent.fields.get("subtitle", ""))
    return given
