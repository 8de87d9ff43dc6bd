"""An author string as a source prints it → people in order, groups apart from them, and what was doubtful.

The conventions are arXiv's (https://info.arxiv.org/help/prep.html#author), the deviations those found in its records.
Most strings are plain lists of names and take the fast way; everything else goes through `reader`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from papers.bylines.names import Name, letters, name_from_parts, parse_name
from papers.bylines.parsed import Byline, Entry
from papers.bylines.plain import plain_byline
from papers.bylines.reader import Reader

__all__ = ["Byline", "Entry", "Name", "name_from_parts", "parse_byline", "parse_name"]


def parse_byline(text: str | None, hint: Sequence[Sequence[str]] | None = None) -> Byline:
    """What the author string says; never raises for what is in it, but says in `problems` what it could not use.

    `hint` are arXiv's `authors_parsed` rows (last, first, suffix, affiliations …). They settle where the string alone is
    ambiguous (a surname of several words, "Li, Wei" as one person) and only if their letters are those of the string.
    """
    text = " ".join(text.split()) if text else ""
    byline = plain_byline(text) or Reader(text, hint).byline()
    return _with_longer_surnames(byline, hint) if hint else byline


def _with_longer_surnames(byline: Byline, hint: Sequence[Sequence[str]]) -> Byline:
    """The byline with surnames of several words as the hint divides them, never shortened: arXiv's rows lose particles."""
    rows = {
        letters(row[1]) + letters(row[0]): row[0] for row in hint if len(row) > 1 and row[1] and " " in row[0].strip()
    }
    if not rows:
        return byline
    entries = []
    for entry in byline.entries:
        name = entry.name
        surname = rows.get(letters(name.forenames) + letters(name.surname))
        words = [*name.forenames.split(), *name.surname.split()]
        count = len(surname.split()) if surname else 0
        if (
            surname
            and len(name.surname.split()) < count < len(words)
            and letters("".join(words[-count:])) == letters(surname)
        ):
            longer = name_from_parts(" ".join(words[:-count]), " ".join(words[-count:]), name.suffix)
            entry = replace(entry, name=longer)
        entries.append(entry)
    return replace(byline, entries=tuple(entries))
