"""Bylines from sources that name each author by itself: OAI-PMH, Atom and BibTeX."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from papers import identifiers
from papers.bylines import Byline, Entry, name_from_parts, parse_byline
from papers.bylines.groups import add_group
from papers.bylines.names import trouble
from papers.ingest.checks import one_line


@dataclass(frozen=True, slots=True)
class Printed:
    """One author as a source gives it: `whole` where it has one text for the name, else in parts.

    The parts are `guessed` where a program made them from an author string, as arXiv's does: then they are a hint only.
    A name that the source `is_literal` about is never taken apart into several: BibTeX's in braces of its own, CSL's `literal`.
    Where it says besides that it `is_group`, nobody is asked whether it reads like a person.
    """

    surname: str = ""
    forenames: str = ""
    suffix: str = ""
    whole: str = ""
    affiliations: tuple[str, ...] = ()
    guessed: bool = False
    orcid: str = ""
    other_names: tuple[str, ...] = ()
    is_literal: bool = False
    is_group: bool = False


def byline_of(authors: Iterable[Printed], is_complete: bool = True) -> Byline:
    """The byline of authors named one by one, collaborations and what is no name told apart as in an author string.

    Each is parsed by itself, so that an affiliation never spreads to the authors before it.
    """
    texts: list[str] = []
    entries: list[Entry] = []
    collaborations: dict[str, str] = {}
    problems: list[str] = []
    for author in authors:
        one = _byline_of_one(author)
        if one.text:
            texts.append(one.text)
        affiliations = []
        for place in author.affiliations:
            place = one_line(place)
            if member_of := _collaborations(place):
                for name in member_of:
                    add_group(collaborations, name)
            elif place:
                affiliations.append(place)
        orcid = author.orcid if len(one.entries) == 1 else ""
        entries += [
            replace(entry, affiliations=(*entry.affiliations, *affiliations), orcid=orcid) for entry in one.entries
        ]
        for name in one.collaborations:
            add_group(collaborations, name)
        problems += one.problems
        is_complete = is_complete and one.is_complete
    text = ", ".join(texts)
    if not is_complete and texts and "et al" not in text:
        text += " et al."
    return Byline(text, tuple(entries), tuple(collaborations.values()), is_complete, tuple(problems))


def orcid_of(text: str, warnings: list[str]) -> str:
    """The ORCID iD in the text, or "" and a warning where it is none."""
    try:
        return identifiers.Orcid.parse(text).value if text.strip() else ""
    except identifiers.InvalidIdentifier as error:
        warnings.append(f"orcid: {error}, and was left out")
        return ""


def _byline_of_one(author: Printed) -> Byline:
    forenames, suffix = one_line(author.forenames), one_line(author.suffix)
    surname = one_line(author.surname).strip(
        " ,"
    )  # arXiv's parser leaves the comma of "Fred Bloggs, Jr" at the surname
    whole = one_line(author.whole) or " ".join(filter(None, (forenames, surname, suffix)))
    if author.whole or author.guessed or _collaborations(whole):
        return parse_byline(whole, hint=[[surname, forenames, suffix]] if author.guessed else None)
    try:
        name = name_from_parts(forenames, surname, suffix)
    except ValueError:
        return Byline(whole, (), problems=(trouble(whole) or f"junk: {whole}",))
    return Byline(name.name, (Entry(name),))


def _collaborations(text: str) -> tuple[str, ...]:
    """The collaborations that a text names, if it names nothing else."""
    found = parse_byline(text)
    return () if found.entries else found.collaborations
