"""Text folded for comparing: without accents, case and apostrophes, so that Lukošiūtė and lukosiute are equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from papers.text.normalization import normalized

# Letters that Unicode's decomposition leaves whole, though people type them as these.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
APOSTROPHES = re.compile(r"['’‘‛′`´ʹʻʼʽʾʿ]")
BREAKS = re.compile(r"[^\w]+|_+")

# The same for ASCII: each byte its small letter, or a space.
ASCII = bytes(ord(sign.lower()) if (sign := chr(code)).isalnum() else 32 for code in range(128)) + bytes(128)
ASCII_APOSTROPHES = b"'`"


def fold(text: str) -> str:
    """The text in lower case letters and digits, words apart by one space: "D'Angelo-Müller" gives "dangelo muller"."""
    if text.isascii():  # nearly every text is, and this is five times faster
        return " ".join(text.encode().translate(ASCII, ASCII_APOSTROPHES).decode().split())
    # In this order: what compatibility decomposition gives may be upper case (ℝ), what loses its mark may be an ø (ǿ).
    decomposed = normalized("NFKD", text)
    text = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold().translate(PLAIN)
    return BREAKS.sub(" ", APOSTROPHES.sub("", text)).strip()


def squeezed(text: str) -> str:
    """The folded text without its spaces: one for "Yue-Long", "Yue Long" and "YueLong"."""
    return fold(text).replace(" ", "")


def spells(key: str, words: Collection[str]) -> bool:
    """Whether a key made of letters of names has one of these words in it; initials are in every key."""
    letters = squeezed(key) if words else ""
    return any(len(word) > 1 and word in letters for word in words)
