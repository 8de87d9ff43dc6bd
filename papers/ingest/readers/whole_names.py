"""Names that a source gives whole, an author at a time: "Doe, Jane", "Jane Doe", "Doe, Jane, Jr.", "Doe, J.; Roe, R."."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from papers.bylines.names import IN_ADDRESS, Name
from papers.bylines.words import SUFFIXES
from papers.field_rules import too_long
from papers.ingest.checks import InvalidRecord, check_count, one_line
from papers.ingest.readers.author_lists import Printed, byline_of

SUFFIX = "|".join(map(re.escape, [*SUFFIXES, "V", "VI"]))
WITH_SUFFIX = re.compile(rf"(.+\S) ({SUFFIX})")
SUFFIX_ALONE = re.compile(SUFFIX)
YEARS = re.compile(r"\(?(?:(?:b|d|ca?|fl|born|died)\.? ?)?\d{4}\??(?: ?[-–] ?(?:\d{4}\??)?)?\)?\.?")
PLACES_IN_A_LIST = 3  # commas of "Doe, J., Roe, R., Poe, E." in one name
AND = re.compile(r"\s(?:and|&|et|und|y)\s")


def people_in(text: str, orcid: str = "") -> list[Printed]:
    """The author in a text that should be one: surname first where a comma follows it, with the affiliation behind a semicolon.

    Where the source put several in one, behind semicolons, they are several. Raises InvalidRecord for a text longer than lists.
    """
    text = one_line(text)
    if reason := too_long("authors", text):
        raise InvalidRecord("authors", reason)
    found: list[Printed] = []
    for piece in filter(None, (piece.strip(" ,") for piece in text.split(";"))):
        if found and _is_place(piece):
            found[-1] = replace(found[-1], affiliations=(*found[-1].affiliations, piece))
        else:
            found.append(_person(piece, orcid))
    return found if len(found) == 1 else [replace(each, orcid="") for each in found]


def names_of(editors: Iterable[Printed]) -> tuple[Name, ...]:
    """The names of editors; a group among them is all surname."""
    byline = byline_of(editors)
    check_count("editors", len(byline.entries) + len(byline.collaborations))
    return (*(entry.name for entry in byline.entries), *(Name(group, "", group) for group in byline.collaborations))


def _person(text: str, orcid: str) -> Printed:
    surname, *rest = (part.strip() for part in text.split(","))
    suffix = ""
    kept = []
    for part in rest:
        if not suffix and SUFFIX_ALONE.fullmatch(part):
            suffix = part
        elif part and not YEARS.fullmatch(part):
            kept.append(part)
    if len(kept) >= PLACES_IN_A_LIST or (kept and AND.search(text)):
        return Printed(whole=text, orcid=orcid)  # a list of authors, not a name
    if not kept:
        return Printed(whole=f"{surname} {suffix}".strip(), orcid=orcid)
    if found := WITH_SUFFIX.fullmatch(surname):
        surname, suffix = found[1], suffix or found[2]
    return Printed(surname, ", ".join(kept), suffix, orcid=orcid)


def _is_place(text: str) -> bool:
    """Whether a text behind a name and a semicolon is where somebody works: it names an institution."""
    return bool(IN_ADDRESS.search(text))
