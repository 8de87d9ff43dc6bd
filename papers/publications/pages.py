"""Pages of a publication as one range."""

from __future__ import annotations

import re

DASH = re.compile(r"\s*[-‐‑‒–—−]+\s*")
PAGES_WORD = re.compile(r"^pp?\.\s*")


def page_range(text: str) -> str:
    """Pages as "1-10", whatever their dash; "5" for "5-5", nothing for "n/a"."""
    if text.isdecimal() or not text:
        return text
    text = PAGES_WORD.sub("", DASH.sub("-", text).strip("-+ "))
    if text.lower().startswith("n/a"):
        return ""
    first, _, last = text.partition("-")
    return first if first == last else text
