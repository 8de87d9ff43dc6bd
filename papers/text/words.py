"""The words of a text, as search compares them and as titles are told to be the same."""

from __future__ import annotations

import re

from papers.text.folding import fold
from papers.text.tex import decode_tex

LONGEST_WORD = 64  # longer runs of letters are broken TeX and encoded data; PostgreSQL refuses words of 2 kB
POSSESSIVE = re.compile(r"['’]s\b")
LANGUAGE = re.compile(r"(?<!\w)(?:([A-Za-z])(\+\+)|([CcFf])(#))")
LANGUAGE_NAMES = {"++": "plusplus", "#": "sharp"}


def words_of(text: str) -> list[str]:
    """The folded words of a text in their order: "Newton's C++ for Schr\\"odinger" gives newton, cplusplus, for, schrodinger.

    A possessive s is left out, C++ and C# are words of their own, TeX accents are read, hyphens separate.
    """
    if "\\" in text:
        text = decode_tex(text)
    if "'" in text or "’" in text:
        text = POSSESSIVE.sub("", text)
    if "++" in text or "#" in text:
        text = LANGUAGE.sub(lambda found: f"{found[1] or found[3]}{LANGUAGE_NAMES[found[2] or found[4]]} ", text)
    if not text.isascii():
        text = fold(text)  # decomposed, letters may be ones that fold changes: ℝ gives R, ǿ gives ø
    found = fold(text).split()
    if max(map(len, found), default=0) > LONGEST_WORD:
        found = [word[:LONGEST_WORD] for word in found]
    return found
