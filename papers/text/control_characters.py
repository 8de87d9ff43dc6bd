"""Characters that are no text: control characters but tabs and ends of lines, halves of pairs, and U+FFFE and U+FFFF.

Of those that show nothing and only lay out what is around them (Unicode's Cf) sources need two: the joiner and non-joiner
of scripts that join their letters, and of pictures. The others turn a line round, or part a word for who searches it.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff"
CONTROLS = re.compile(f"[{_CONTROLS}]")
# Half of a surrogate pair besides: no database and no file takes it. XML (https://www.w3.org/TR/xml/#charsets) has no way
# to write any of these but \x7f, which it discourages.
UNWRITABLE = re.compile(rf"[{_CONTROLS}\ud800-\udfff]")


# Joiners stay between letters that are joined; they do nothing between those that aren't, and in ASCII only part words.
_JOINED = r"[\u0590-\u1cff\u2600-\u27bf\u2d30-\u2d7f\ua840-\uabff\ufb50-\ufeff\U0001e900-\U0001e95f\U0001f000-\U0001faff\ufe0f]"
LAYOUT = re.compile(
    r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    rf"|(?<!{_JOINED})[\u200c\u200d]+|[\u200c\u200d]+(?!{_JOINED}|[\u200c\u200d])"
)


def without_layout(text: str) -> str:
    """The text without control characters and those that lay out a line, but for the joiners of scripts that have them."""
    if text.isprintable():
        return text
    return LAYOUT.sub("", CONTROLS.sub("", text))


def writable(text: str) -> str:
    """The text without what XML, JSON's readers and databases refuse."""
    return text if text.isprintable() else UNWRITABLE.sub("", text)


def one_line(text: str) -> str:
    """The same on one line, with every run of white space made one space."""
    return " ".join(writable(text).split())
