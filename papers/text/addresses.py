r"""Addresses and identifiers that stand in TeX or HTML: "\url{https://…}", "10.1007/978-3-030{\_}53", "&lt;", <a href="…">."""

from __future__ import annotations

import re
from urllib.parse import quote

from papers.text.html import entities

LINK = re.compile(
    r"<a\s[^<>]{0,200}?\bhref\s?=\s?[\"']([^\"'<>]{1,2000})[\"'][^<>]{0,200}>[^<>]{0,2000}</a>", re.IGNORECASE
)
HREF = re.compile(r"\\href\s*\{([^{}]*(?:\{\\?_\}[^{}]*)*)\}\s*\{[^{}]*\}")
SIGNS = (
    (re.compile(r"\\textless(?:\{\}|\s)?|\$\\?<\$"), "<"),
    (re.compile(r"\\textgreater(?:\{\}|\s)?|\$\\?>\$"), ">"),
    (re.compile(r"\\textasciitilde(?:\{\}|\s)?|\\~(?:\{\s?\})?|\$\\sim\$"), "~"),
    (re.compile(r"\\textunderscore(?:\{\}|\s)?|\$\\?_\$|\\_"), "_"),
    (re.compile(r"\\(?:url|nolinkurl|path|href|text(?:tt|rm|sf|it|bf|normal)?|mbox|emph|detokenize)(?![A-Za-z])"), " "),
    (re.compile(r"\\[,;:! ]"), " "),
    (re.compile(r"\\([%&#$])"), r"\1"),
    (re.compile(r"[{}]"), ""),
)
ADDRESS = re.compile(r"(?:https?|ftp)://[^\s\"“”]+|(?<![\w/.])www\.[^\s\"“”]+", re.IGNORECASE)
UNSAFE = re.compile(r"[<>\\^`{|}']")
PUNCTUATION = ".,;:!?'\""
PAIRS = {")": "(", "]": "[", ">": "<"}


def plain_address(text: str) -> str:
    """The text without the TeX and HTML around and within its addresses and identifiers."""
    if "<" in text:
        text = LINK.sub(r" \1 ", text)
    if "\\" in text or "{" in text or "}" in text or "$" in text:
        text = HREF.sub(r" \1 ", text)
        for pattern, sign in SIGNS:
            text = pattern.sub(sign, text)
    return entities(text).strip()


def addresses_in(text: str) -> list[str]:
    """The addresses in the text, ready to be linked, each once: http, https and ftp; "www." stands for http."""
    found = (trimmed(match[0]) for match in ADDRESS.finditer(plain_address(text)))
    addresses = (each if "://" in each else f"http://{each}" for each in found)
    return list(dict.fromkeys(UNSAFE.sub(lambda sign: quote(sign[0]), each) for each in addresses))


def trimmed(text: str) -> str:
    """The address or identifier without the punctuation of the sentence it was copied from, and brackets that only close."""
    unopened = {closing: text.count(closing) - text.count(opening) for closing, opening in PAIRS.items()}
    end = len(text)
    while end and (text[end - 1] in PUNCTUATION or unopened.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in unopened:
            unopened[text[end]] -= 1
    return text[:end]
