"""Collaborations, teams and the like in an author string: how they are recognised and what they are called."""

from __future__ import annotations

import re

from papers.bylines.words import COLLABORATION, OTHER_KINDS
from papers.text.folding import fold

# "A, B, for the ABCD Collaboration": what follows such a phrase is a group whatever it is called.
ON_BEHALF = re.compile(
    r"(?:^|(?<=\s))(?:for|For(?= the\b)|(?i:(?:on|in) behalf (?:of|for)|representing|(?:in|on) the name of|"
    r"as (?:a )?(?:part|members?) of|members? of|in collaboration with))(?=\s(?!$))"
)
KIND_AT_END = re.compile(rf"(?:^|[\s-])({COLLABORATION})\.?$|(?:^|\s)({OTHER_KINDS})\.?$", re.IGNORECASE)
KIND_AT_START = re.compile(rf"^(?:the |la )?(?:({COLLABORATION})|team) (?=\S)", re.IGNORECASE)
ANY_KIND = re.compile(rf"\b(?:{COLLABORATION}|{OTHER_KINDS})\b", re.IGNORECASE)
PLURAL = re.compile(r"(?:s|consortia)\.?$", re.IGNORECASE)
ABBREVIATION = re.compile(r"coll(?:abs?)?$", re.IGNORECASE)
# A parenthesis with only these words is a group; "Theory Group" in one is an address.
KIND_IN_NOTE = re.compile(
    rf"\b(?:{COLLABORATION})\.?$|^[^,;]+\b(?:teams?|consorti(?:um|a))$|^the [^,;]+ (?:{OTHER_KINDS})$", re.IGNORECASE
)
ARTICLE = re.compile(r"^(?:(?:and|with|by|from|for|the|our|entire|whole|full|larger)\s+)+", re.IGNORECASE)
ACRONYM = re.compile(r"(?<![\w.])(?=[\w+/-]*[A-Z0-9])[A-Z][\w+/-]*[A-Z0-9+]\+?(?![\w.])")
DOTTED = re.compile(r"\w\.\w\.$")  # H.E.S.S.
LITERAL = "literal?"  # the flag of a name that its source says is one, a person's by its form and perhaps a group's
EDGES = " ,;:.-–*†‡\"'`“”{}$\\^"


def is_group(text: str) -> bool:
    """Whether an entry names a group: by its kind ("Planck Team"), a phrase ("for the …"), or "the" before it."""
    return bool(
        KIND_AT_START.match(text)
        or ((kind := KIND_AT_END.search(text)) and kind.start() > 0)
        or ((phrase := ON_BEHALF.match(text)) and phrase.start() == 0)
        or text.startswith("the ")  # no person does; a capital The is a Vietnamese forename
        or (text.startswith("The ") and has_acronym(text))
    )


def has_kind(text: str) -> bool:
    """Whether a word such as Collaboration or Team ends (or begins) the text."""
    return bool(KIND_AT_END.search(text) or KIND_AT_START.match(text))


def is_plural(text: str) -> bool:
    """Whether the text ends with a kind in the plural ("D0 Collaborations"), so that a name before it is a group too."""
    return bool(KIND_AT_END.search(text) and PLURAL.search(text))


def has_acronym(text: str) -> bool:
    """Whether a word of the text looks like an experiment's name (CDF, D0, n_TOF), not like a person's."""
    return bool(ACRONYM.search(text))


def group_name(text: str, shared_kind: str = "") -> str:
    """The group's whole name, without article and phrase, and Collaboration written out; empty if only a kind is left.

    `shared_kind` is the kind that a list of groups has at its end ("EROS and MACHO teams").
    """
    if phrase := ON_BEHALF.match(text):
        text = text[phrase.end() :]
    text = ARTICLE.sub("", text.strip(" ,;:"))
    if members := ON_BEHALF.match(text):
        text = ARTICLE.sub("", text[members.end() :].strip())
    text = text.lstrip(EDGES).rstrip(EDGES.replace(".", ""))
    kind = KIND_AT_END.search(text)
    if kind and kind.start() == 0:
        return ""
    if kind:
        at = kind.start(kind.lastindex or 0)
        return text[:at] + (singular(text) if shared_kind else _written_out(text[at:].rstrip(".")))
    if KIND_AT_START.match(text):
        shared_kind = ""
    text = text if DOTTED.search(text) else text.rstrip(".")
    return f"{text} {shared_kind}" if text and shared_kind else text


def singular(text: str) -> str:
    """The kind that ends the text, as one of several groups has it ("teams" → "team"); empty where none does."""
    kind = KIND_AT_END.search(text)
    if not kind:
        return ""
    word = _written_out(kind[kind.lastindex or 0])
    if not is_plural(text):
        return word
    return word[:-1] + "um" if word.lower().endswith("consortia") else word[:-1]


def _written_out(kind: str) -> str:
    return "Collaboration" if ABBREVIATION.match(kind) else kind


def bare_name(name: str) -> str:
    """The name without the word Collaboration; other kinds are part of it ("Planck Team")."""
    if (kind := KIND_AT_END.search(name)) and kind[1] and kind.start():
        return name[: kind.start()]
    if (kind := KIND_AT_START.match(name)) and kind[1]:
        return name[kind.end() :]
    return name


def is_whole(name: str) -> bool:
    """Whether the name has the word Collaboration."""
    return bare_name(name) != name


def group_key(name: str) -> str:
    """The form that the names of one group have in common: "ATLAS", "Atlas Collaboration"."""
    return fold(bare_name(name))


def add_group(known: dict[str, str], name: str) -> None:
    """Add a name to those known by key; of two for one group the whole one is kept, else the first."""
    key = group_key(name)
    if key not in known or (is_whole(name) and not is_whole(known[key])):
        known[key] = name
