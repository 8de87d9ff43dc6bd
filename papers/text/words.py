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


def one_letter_apart(one: str, two: str) -> bool:
    """Whether a letter put in, left out, replaced, or swapped with its neighbour makes one of the other."""
    if abs(len(one) - len(two)) > 1 or one == two:
        return False
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    if len(one) == len(two):
        swapped = one[start : start + 2] == two[start : start + 2][::-1] and one[start + 2 :] == two[start + 2 :]
        return one[start + 1 :] == two[start + 1 :] or swapped
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return longer[start + 1 :] == shorter[start:]
