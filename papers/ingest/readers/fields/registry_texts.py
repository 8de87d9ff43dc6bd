"""Texts as registries have them, with markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papers.ingest.checks import one_line
from papers.text.jats import text_of_markup

# What a registry writes of a publication that has been taken back; papers.ingest.records.WITHDRAWN knows it.
RETRACTED = "This paper has been retracted."


def line(text: str) -> str:
    """The text without markup, in one line."""
    return one_line(text_of_markup(text))


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without markup, each once, without empty ones."""
    return tuple(dict.fromkeys(filter(None, map(line, texts))))


def with_subtitle(title: str, subtitle: str) -> str:
    """Title and subtitle as one, where the title doesn't have it already."""
    if not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title.endswith((':', '?', '!', '–', '—')) else ': '}{subtitle}"


def abstract_of(text: str) -> str:
    """The text of an abstract without markup, and without the word "Abstract" before it."""
    return re.sub(r"\A(?:Abstract|ABSTRACT|Summary|SUMMARY)\s?[.:–—-]\s+", "", text_of_markup(text))
