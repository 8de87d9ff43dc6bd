"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
import unicodedata

# OWASP, "CSV injection"; the wide signs are what East Asian keyboards give, and are read as the others.
SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
EDGE = re.compile(r"[\W_]")  # letters and digits begin no formula: most cells are looked at no further


def safe_cell(text: str) -> str:
    """The text; behind an apostrophe if a spreadsheet would calculate it.

    That is where the first sign of it that one can see begins a formula: a spreadsheet leaves out marks of byte order and the
    like before it, and so does whoever copies a cell.
    """
    if not text or not EDGE.match(text):
        return text
    for sign in text:
        if sign in SIGNS:
            return f"'{text}"
        if unicodedata.category(sign) not in INVISIBLE:
            break
    return text
