"""Collaborations, teams and the like in an author string: how they are recognised and what they are called."""

from __future__ import annotations

import re
from functools import lru_cache

from papers.bylines.words import COLLABORATION, OTHER_KINDS
from papers.text.folding import fold

# "A, B, for the ABCD Collaboration": what follows such a phrase is a group whatever it is called.
ELSEWHERE = (
    r"(?i:im namen|au nom|en nombre|en representación|a nome|em nome)(?= d)|"
    r"für(?= die\b)|pour(?= la\b)|p[oe]r(?= la\b)|pela"
)
ON_BEHALF = re.compile(
    r"(?:^|(?<=\s))(?:for|For(?= the\b)|(?i:(?:on|in) behalf (?:of|for)|representing|(?:in|on) the name of|"
    rf"as (?:a )?(?:part|members?) of|members? of|in collaboration with)|{ELSEWHERE})(?=\s(?!$))"
)
PHRASE_LATER = re.compile(
    rf"(?<=\S)\s(?=(?:on behalf (?:of|for)|for the|for|representing|in collaboration with|{ELSEWHERE})\s\S)"
)
MEMBER_LATER = re.compile(r"(?<=\S)\s(?=(?:from|of) the\s\S)")
KIND_AT_END = re.compile(rf"(?:^|[\s-])({COLLABORATION})\.?$|(?:^|\s)({OTHER_KINDS})\.?$", re.IGNORECASE)
KIND_AT_START = re.compile(rf"^(?:the |la )?(?:({COLLABORATION})|team) (?=\S)", re.IGNORECASE)
# "Example Team Company"; in small letters the words are no part of a name.
KIND_INSIDE = re.compile(r"(?<=\S )(?:Collaboration|Collab\.|Consortium|Team|Working Group)(?= \S)")
# "Planck Collaboration XVI" is a paper's title that was cut, "ATLAS collaboration members" are the collaboration.
BEHIND_KIND = re.compile(rf"(?<=\S )({COLLABORATION})\s(?:members|[IVXLC]+|\d+)$", re.IGNORECASE)
# "ABCD Collaboration at CERN" and "ABCD Collaboration. A. Smith"
PLACE_BEHIND = re.compile(r"(?<=\S [Cc]ollaboration)(s?)\sat\s\S.*$")
STOP_BEHIND = re.compile(r"(?<=ollaboration)\.\s(?=[^\W\d_]\.)")
ANY_KIND = re.compile(rf"\b(?:{COLLABORATION}|{OTHER_KINDS})\b", re.IGNORECASE)
PLURAL = re.compile(r"(?:s|consortia)\.?$", re.IGNORECASE)
NO_PLURAL = re.compile(r"(?:collaborators|contributors|investigators|participants)\.?$", re.IGNORECASE)
ABBREVIATION = re.compile(r"coll(?:abs?)?$", re.IGNORECASE)
# A parenthesis with only these words is a group; "Theory Group" in one is an address.
KIND_IN_NOTE = re.compile(
    rf"\b(?:{COLLABORATION})\.?$|^[^,;]+\b(?:teams?|consorti(?:um|a))$|^the [^,;]+ (?:{OTHER_KINDS})$", re.IGNORECASE
)
ARTICLE = re.compile(r"^(?:(?:and|with|by|from|for|the|our|entire|whole|full|larger)\s+)+", re.IGNORECASE)
ARTICLE_ELSEWHERE = re.compile(r"^(?:d(?:e la|el|ella|e|er|a|es)|die|la)\s(?=\S)")
WORD = re.compile(r"[\w.+/-]+")
ABBREVIATED_FIRM = re.compile(r"\s(?:Inc|Ltd|Corp|Co)\.$")
DOTTED = re.compile(r"\w\.\w\.$")  # H.E.S.S.
LITERAL = "literal?"  # the flag of a name that its source says is one, a person's by its form and perhaps a group's
RECENT = 64  # texts; what stands in a list of groups is asked for each of those before it
EDGES = " ,;:.-–*†‡\"'`“”{}$\\^"


@lru_cache(maxsize=RECENT)
def is_group(text: str) -> bool:
    """Whether an entry names a group: by its kind ("Planck Team"), a phrase ("for the …"), or "the" before it."""
    return bool(
        KIND_AT_START.match(text)
        or ((kind := KIND_AT_END.search(text)) and kind.start() > 0)
        or KIND_INSIDE.search(text)
        or ((phrase := ON_BEHALF.match(text)) and phrase.start() == 0)
        or text.startswith("the ")  # no person does; a capital The is a Vietnamese forename
        or (text.startswith("The ") and has_acronym(text))
    )


@lru_cache(maxsize=RECENT)
def has_kind(text: str) -> bool:
    """Whether a word such as Collaboration or Team ends the text, or begins it or stands in it as names have it."""
    return bool(KIND_AT_END.search(text) or KIND_AT_START.match(text) or KIND_INSIDE.search(text))


def is_plural(text: str) -> bool:
    """Whether the text ends with a kind in the plural ("D0 Collaborations"), so that a name before it is a group too."""
    return bool(KIND_AT_END.search(text) and PLURAL.search(text) and not NO_PLURAL.search(text))


def has_acronym(text: str) -> bool:
    """Whether a word of the text looks like an experiment's name (CDF, D0, n_TOF), not like a person's."""
    return any(map(_is_acronym, WORD.findall(text)))


def is_bare_acronym(text: str) -> bool:
    """Whether the text is an experiment's name and nothing else: CDF, D0, H.E.S.S."""
    return _is_acronym(text) or bool(DOTTED.search(text) and text.isupper())


def _is_acronym(word: str) -> bool:
    word = word.strip("/-")
    is_one = len(word) > 1 and "." not in word and word[0].isupper()
    return is_one and (word[-1].isupper() or word[-1].isdigit() or word[-1] == "+")


def parted(text: str) -> list[str]:
    """The text taken apart where a phrase says that a group begins ("A. Smith for the ABCD Collaboration")."""
    if " " not in text:
        return [text] if text else []
    text = PLACE_BEHIND.sub(r"\1", text)
    parts = PHRASE_LATER.split(text, maxsplit=1)
    if len(parts) == 1:
        parts = STOP_BEHIND.split(text, maxsplit=1)
    if len(parts) == 1 and not ON_BEHALF.match(text) and (kind := KIND_AT_END.search(text)) and kind[1]:
        parts = MEMBER_LATER.split(text, maxsplit=1)
        parts[1:] = [part.split(" ", 1)[1] for part in parts[1:]]
    return [part for part in parts if part]


def group_name(text: str, shared_kind: str = "") -> str:
    """The group's whole name, without article and phrase, and Collaboration written out; empty if only a kind is left.

    `shared_kind` is the kind that a list of groups has at its end ("EROS and MACHO teams").
    """
    if phrase := ON_BEHALF.match(text):
        text = ARTICLE_ELSEWHERE.sub("", text[phrase.end() :].lstrip())
    text = ARTICLE.sub("", text.strip(" ,;:"))
    if members := ON_BEHALF.match(text):
        text = ARTICLE.sub("", text[members.end() :].strip())
    text = text.lstrip(EDGES).rstrip(EDGES.replace(".", ""))
    text = BEHIND_KIND.sub(r"\1", text)
    kind = KIND_AT_END.search(text)
    if kind and kind.start() == 0:
        return ""
    if kind:
        at = kind.start(kind.lastindex or 0)
        return text[:at] + (_singular(text[at:]) if shared_kind else _written_out(text[at:].rstrip(".")))
    if start := KIND_AT_START.match(text):
        text, shared_kind = text[start.start(1) if start[1] else 0 :], ""
    text = text if DOTTED.search(text) or ABBREVIATED_FIRM.search(text) else text.rstrip(".")
    return f"{text} {shared_kind}" if text and shared_kind else text


def shared_kind(text: str) -> str:
    """The kind that ends a list of groups, as each of them has it ("MACHO teams" → "team"); empty where there is none."""
    kind = KIND_AT_END.search(text)
    if not kind:
        return ""
    at = kind.start(kind.lastindex or 0)
    before = text[:at].split()[1:]
    start = len(before)
    while start and before[start - 1].islower():  # working groups
        start -= 1
    return " ".join([*before[start:], _singular(text[at:])])


def _singular(kind: str) -> str:
    kind = _written_out(kind.rstrip("."))
    if not is_plural(kind):
        return kind
    return kind[:-1] + "um" if kind.lower().endswith("consortia") else kind[:-1]


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
