"""Characters that are no text: control characters but tabs and ends of lines, halves of pairs, and U+FFFE and U+FFFF."""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff"
CONTROLS = re.compile(f"[{_CONTROLS}]")
# Half of a surrogate pair besides: no database and no file takes it. XML (https://www.w3.org/TR/xml/#charsets) has no way
# to write any of these but \x7f, which it discourages.
UNWRITABLE = re.compile(rf"[{_CONTROLS}\ud800-\udfff]")


def writable(text: str) -> str:
    """The text without what XML, JSON's readers and databases refuse."""
    return text if text.isprintable() else UNWRITABLE.sub("", text)


def one_line(text: str) -> str:
    """The same on one line, with every run of white space made one space."""
    return " ".join(writable(text).split())
