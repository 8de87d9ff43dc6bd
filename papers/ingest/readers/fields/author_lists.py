"""Bylines from sources that name each author by itself: lists, registries, repositories."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from papers import identifiers
from papers.bylines import Byline, Entry, parse_byline
from papers.bylines.groups import add_group
from papers.bylines.names import CACHED_NAMES, Name
from papers.bylines.one_author import byline_in_parts, byline_of_one, divided_byline, group_byline, literal_byline
from papers.field_rules import MOST
from papers.ingest.checks import check_count, one_line

# An affiliation that names who somebody wrote for: "the ABCD Collaboration".
COLLABORATION = re.compile(r"\b(?:collaborations?|consorti(?:um|a))\.?$", re.IGNORECASE)


class Printed(NamedTuple):
    """One author as a source gives it: `whole` where it has one text for the name, else in parts.

    A text whose surname surely stands first ("García Márquez, Gabriel José") is given in parts, divided at its first comma;
    what the parts hold beside a name (a role, years, a second person) is found in them.

    The parts are `guessed` where a program made them from an author string, as arXiv's does: then they are a hint only.
    A name that the source `is_literal` about is never taken apart into several: BibTeX's in braces of its own, CSL's `literal`.
    Where it says besides that it `is_group`, nobody is asked whether it reads like a person. A tuple, for a list has thousands.
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
        is_bare = not (author.affiliations or author.orcid or author.other_names)
        entries += one.entries if is_bare else _with_more(one.entries, author, collaborations)
        for name in one.collaborations:
            add_group(collaborations, name)
        problems += one.problems
        is_complete = is_complete and one.is_complete
    text = ", ".join(texts)
    if not is_complete and texts and "et al" not in text:
        text += " et al."
    return Byline(text, tuple(entries), tuple(collaborations.values()), is_complete, tuple(problems))


def _with_more(entries: Sequence[Entry], author: Printed, collaborations: dict[str, str]) -> list[Entry]:
    """The people with what the source says of them beside their names; groups among the affiliations go to the others."""
    affiliations = []
    for place in map(one_line, author.affiliations):
        if member_of := _collaborations(place):
            for name in member_of:
                add_group(collaborations, name)
        elif place:
            affiliations.append(place)
    found = []
    for entry in entries:
        if affiliations:
            entry = replace(entry, affiliations=(*entry.affiliations, *affiliations))
        if len(entries) == 1 and (author.orcid or author.other_names):
            others = dict.fromkeys(filter(None, (*entry.other_names, *map(one_line, author.other_names))))
            others.pop(entry.name.name, None)
            entry = replace(entry, orcid=author.orcid or entry.orcid, other_names=tuple(others)[: MOST["other_names"]])
        found.append(entry)
    return found


def orcid_of(text: str, warnings: list[str]) -> str:
    """The ORCID iD in the text, or "" and a warning where it is none."""
    try:
        return identifiers.Orcid.parse(text).value if text.strip() else ""
    except identifiers.InvalidIdentifier as error:
        warnings.append(f"orcid: {error}, and was left out")
        return ""


def _byline_of_one(author: Printed) -> Byline:
    if (
        author.surname
        and author.forenames
        and not (author.whole or author.guessed or author.is_literal or author.is_group)
    ):
        return _in_parts(author.surname, author.forenames, author.suffix)
    whole = one_line(author.whole) if author.whole else ""
    if whole and not (author.is_group or author.is_literal or author.guessed):
        return byline_of_one(whole)
    surname, forenames = one_line(author.surname), one_line(author.forenames)
    suffix = one_line(author.suffix) if author.suffix else ""
    if author.is_literal and surname and forenames:
        return divided_byline(surname, forenames, suffix)
    if author.is_group or author.is_literal:
        text = whole or " ".join(filter(None, (forenames, surname, suffix)))
        return group_byline(text) if author.is_group else literal_byline(text)
    if author.guessed:  # arXiv's parser leaves the comma of "Fred Bloggs, Jr" at the surname
        surname = surname.strip(" ,")
        whole = " ".join(filter(None, (forenames, surname, suffix)))
        return parse_byline(whole, hint=[[surname, forenames, suffix]])
    return byline_in_parts(surname, forenames, suffix)


@lru_cache(maxsize=CACHED_NAMES)
def _in_parts(surname: str, forenames: str, suffix: str) -> Byline:
    return byline_in_parts(one_line(surname), one_line(forenames), one_line(suffix))


def _collaborations(place: str) -> tuple[str, ...]:
    """The collaborations that an affiliation names, if it names nothing else; an institute is none, whatever it is called."""
    if not COLLABORATION.search(place):
        return ()
    found = parse_byline(place)
    return () if found.entries or found.problems else found.collaborations


def without_shared_orcids(printed: Sequence[Printed], warnings: list[str]) -> list[Printed]:
    """The names, without iDs that two of them have: one is somebody else's, and nobody knows whose."""
    counts = Counter(each.orcid for each in printed if each.orcid)
    shared = {orcid for orcid, count in counts.items() if count > 1}
    warnings += [f"orcid: {orcid} is given to {counts[orcid]} authors, and was left out" for orcid in sorted(shared)]
    return [each._replace(orcid="") if each.orcid in shared else each for each in printed]


def editors_of(printed: Iterable[Printed]) -> tuple[Name, ...]:
    """The names of editors; a group among them is all surname."""
    byline = byline_of(printed)
    check_count("editors", len(byline.entries))
    return (*(entry.name for entry in byline.entries), *(Name(group, "", group) for group in byline.collaborations))


OTHERS = re.compile(r"(?:and )?(?:others|et\.? al(?:\.|ii|ia)?|u\. ?a\.)\.?|\(?:etal\)?", re.IGNORECASE)
LONGEST_OTHERS = 20  # characters


def is_others(text: str) -> bool:
    """Whether it says that there are others, in the place of a name."""
    return len(text) <= LONGEST_OTHERS and bool(OTHERS.fullmatch(text))
