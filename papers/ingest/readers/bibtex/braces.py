"""Braces in BibTeX: what they hold together, and the text without them."""

from __future__ import annotations

import re

from papers.ingest.checks import one_line
from papers.text.tex import without_guards

ANY_OR_BRACE = re.compile(r"[{}]|[^{}]+")


def pieces(text: str, separator: re.Pattern[str]) -> list[str]:
    """The text between separators outside of braces; the pattern finds separators and braces."""
    found, depth, start = [], 0, 0
    for match in separator.finditer(text):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        elif depth <= 0:
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def is_group(text: str) -> bool:
    """Whether one pair of braces encloses all of the text."""
    return text.startswith("{") and pieces(text[:-1], ANY_OR_BRACE) == [text[:-1]] and text.endswith("}")


def single_braces(text: str) -> str:
    """The text with doubled braces made single ones, however often they are doubled."""
    if "{{" not in text:
        return text
    opened: list[int] = []
    partners: dict[int, int] = {}
    for match in BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            partners[opened.pop()] = match.start()
    gone = {place for at, end in partners.items() if partners.get(at + 1) == end - 1 for place in (at, end)}
    return "".join(letter for at, letter in enumerate(text) if at not in gone) if gone else text


BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def without_braces(text: str) -> str:
    """The text without its braces."""
    return (text.replace("{", "").replace("}", "") if "{" in text or "}" in text else text).strip()


def without_outer_braces(text: str) -> str:
    """The text without the braces that only guard capitals, its LaTeX as it came."""
    if not text:
        return ""
    text = one_line(text)
    if "{" not in text:
        return text
    if "\\" in text or "$" in text or "^{" in text or "_{" in text:
        text = without_guards(text)
    else:
        text = text.replace("{", "").replace("}", "")
    return one_line(text)


def plain(text: str) -> str:
    """The text without guarding braces and escaped signs; other LaTeX as it came."""
    text = without_outer_braces(text)
    return text.replace("\\&", "&").replace("\\_", "_").replace("\\%", "%") if "\\" in text else text


def split_outside_braces(text: str, separator: str) -> list[str]:
    """The pieces of the text between separators that stand neither in braces nor in quotation marks."""
    pieces, depth, is_quoted, start = [], 0, False, 0
    for at, letter in enumerate(text) if separator in text else ():
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif letter == separator and depth <= 0 and not is_quoted:
            pieces.append(text[start:at].strip())
            start = at + 1
    return [*pieces, text[start:].strip()]
