"""Collaborations, teams and the like in an author string: how they are recognised and what they are called."""

from __future__ import annotations

import re

from papers.bylines.words import OTHER_KINDS, STRIP_KINDS

# "A, B, for the ABCD Collaboration": what follows such a phrase is a group whatever it is called.
ON_BEHALF = re.compile(
    r"(?:^|(?<=\s))(?:for|For(?= the\b)|(?i:(?:on|in) behalf (?:of|for)|representing|(?:in|on) the name of|"
    r"as (?:a )?(?:part|members?) of|members? of|in collaboration with))(?=\s(?!$))"
)
KIND_AT_END = re.compile(rf"(?:^|\s)(?:({STRIP_KINDS})|({OTHER_KINDS}))\.?$", re.IGNORECASE)
KIND_AT_START = re.compile(rf"^(?:the |la )?(?:{STRIP_KINDS}|team) (?=\S)", re.IGNORECASE)
STRIPPED_AT_END = re.compile(rf"(?:^|\s)(?:{STRIP_KINDS})\.?$", re.IGNORECASE)
STRIPPED_AT_START = re.compile(rf"^(?:the |la )?(?:{STRIP_KINDS}) (?=\S)", re.IGNORECASE)
ANY_KIND = re.compile(rf"\b(?:{STRIP_KINDS}|{OTHER_KINDS})\b", re.IGNORECASE)
PLURAL = re.compile(r"(?:s|consortia)\.?$", re.IGNORECASE)
# A parenthesis with only these words is a group; "Theory Group" in one is an address.
KIND_IN_NOTE = re.compile(
    rf"\b(?:{STRIP_KINDS})\.?$|^[^,;]+\b(?:teams?|consorti(?:um|a))$|^the [^,;]+ (?:{OTHER_KINDS})$", re.IGNORECASE
)
ARTICLE = re.compile(r"^(?:(?:and|with|by|from|for|the|our|entire|whole|full|larger)\s+)+", re.IGNORECASE)
ACRONYM = re.compile(r"(?<![\w.])(?=[\w+/-]*[A-Z0-9])[A-Z][\w+/-]*[A-Z0-9+]\+?(?![\w.])")
DOTTED = re.compile(r"\w\.\w\.$")  # H.E.S.S.
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
    """The group's name: no article, no "Collaboration"; other kinds stay ("Planck Team"); empty if nothing is left.

    `shared_kind` is the kind that a list of groups has at its end ("EROS and MACHO teams").
    """
    if phrase := ON_BEHALF.match(text):
        text = text[phrase.end() :]
    text = ARTICLE.sub("", text.strip(" ,;:"))
    if members := ON_BEHALF.match(text):
        text = ARTICLE.sub("", text[members.end() :].strip())
    if (kind := KIND_AT_END.search(text)) and kind[2] and shared_kind:
        text = f"{text[: kind.start(2)]}{shared_kind}"
    elif shared_kind and not kind:
        text = f"{text} {shared_kind}"
    text = STRIPPED_AT_START.sub("", STRIPPED_AT_END.sub("", text))
    text = text.lstrip(EDGES + " ").rstrip(EDGES.replace(".", "") + " ")
    return text if DOTTED.search(text) else text.rstrip(".")


def shared_kind(text: str) -> str:
    """The singular of a plural kind that is part of names ("teams" → "team"); empty for collaborations and singulars."""
    kind = KIND_AT_END.search(text)
    if not kind or not kind[2] or not PLURAL.search(kind[2]):
        return ""
    return kind[2][:-1] + "um" if kind[2].lower().endswith("consortia") else kind[2][:-1]
