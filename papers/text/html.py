"""HTML that sources leave in titles and abstracts: entities and the tags of running text."""

from __future__ import annotations

import re
from html import unescape

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# As journals and library systems write them, JATS and its MathML included. `p` may be a mean and `b` a state, so that these
# count in pairs alone.
TAG = re.compile(
    r"<(?P<close>/?)(?:jats:)?(?P<name>i|b|u|em|strong|italic|bold|it|sc|scp|small|tt|code|roman|monospace|sub|sup|inf|span"
    r"|underline|overline|font|big|cite|abbr|var|ext-link|styled-content|named-content|abstract|title|p|div|li|ul|ol|sec"
    r"|list|list-item|h[1-6]|mml:[a-z]+)(?P<rest>(?:\s[^<>]{0,200})?)>|<(?:jats:)?br(?:eak)?\s?/?>",
    re.IGNORECASE,
)
BLOCKS = frozenset("p div li ul ol sec title abstract list list-item h1 h2 h3 h4 h5 h6".split())
LINK = re.compile(r"<a\s[^<>]{0,500}>([^<>]{0,1000})</a>", re.IGNORECASE)
# What programs make of a sign of HTML when they write it as TeX.
SIGNS_IN_TEX = re.compile(
    r"\{?\$\s?(?P<maths>[<>]{1,2})\s?\$\}?|\{?\\text(?P<word>less|greater)(?![A-Za-z])(?:\s?\{\}|\s)?\}?"
)


def entities(text: str) -> str:
    """The text with entities as the characters they stand for; one without its semicolon stays."""
    return ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def out_of_tex(text: str) -> str:
    r"""The text with tags that a program wrote as TeX, `{$<$}i{$>$}` or `{\textless}i{\textgreater}`, as tags again."""
    if "$<" not in text and "textless" not in text:
        return text
    found = SIGNS_IN_TEX.sub(lambda match: match["maths"] or ("<" if match["word"] == "less" else ">"), text)
    closing = {match["name"].lower() for match in TAG.finditer(found) if match["close"]}
    return found if closing or MATHS_END.search(found) else text


MATHS_END = re.compile(r"</(?:mml:)?(?:math|tex-math)\s?>", re.IGNORECASE)


def without_tags(text: str, raised: tuple[str, str], lowered: tuple[str, str]) -> str:
    """The text without known tags that open and close; around what is raised or lowered stand the signs given."""
    if "<" not in text:
        return text
    text = LINK.sub(r"\1", text)
    opened: dict[str, list[re.Match[str]]] = {}
    shown: dict[int, tuple[int, str]] = {}
    for match in TAG.finditer(text):
        if not match["name"]:
            shown[match.start()] = match.end(), " "
            continue
        name = match["name"].lower()
        if not match["close"]:
            opened.setdefault(name, []).append(match)
        elif opened.get(name):
            first = opened[name].pop()
            signs = raised if name == "sup" else lowered if name in ("sub", "inf") else ("", "")
            if name in BLOCKS:
                signs = (" ", " ")
            shown[first.start()] = first.end(), signs[0]
            shown[match.start()] = match.end(), signs[1]
    pieces, begin = [], 0
    for place in sorted(shown):
        end, sign = shown[place]
        pieces += [text[begin:place], sign]
        begin = end
    found = "".join([*pieces, text[begin:]])
    return found.strip() if shown else found
