"""Unicode's normal forms in time that grows with the text: combining marks behind a letter are limited before anything else.

Normalising sorts the marks behind a letter, which costs the square of their number: 400,000 of them take half a minute. The
limit is that of stream-safe text, https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format; no language has five.
Nothing else of the site calls `unicodedata.normalize`. Nothing here needs Django.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

MOST_MARKS = 30  # combining marks behind one another, as https://www.unicode.org/reports/tr15/ has it for streams

# No mark is a letter, digit or space to a regular expression, so that nearly every text is passed by this alone.
MAY_BE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The text in this normal form, without the marks that `limited` drops."""
    return text if text.isascii() else unicodedata.normalize(form, limited(text))


def limited(text: str) -> str:
    """The text with at most MOST_MARKS combining marks behind one another; the others are dropped."""
    return text if text.isascii() else MAY_BE_MARKS.sub(_limited, text)


def _limited(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
