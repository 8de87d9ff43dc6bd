"""Keys of papers in files of BibTeX: made of names, year, title and identifier where no list gave one."""

from __future__ import annotations

import re

from anyascii import anyascii

STOP_WORDS = frozenset(
    """a an and are as at be by can do does for from has how in into is it its of on or over some that the their them
    this to toward towards under via was we what when where which who why with without""".split()
)
LONGEST_WORD = 20


def citation_key(first_author: str, year: int | None, plain_title: str, identifier: str) -> str:
    """A name to cite a paper by, of a-z, 0-9, hyphen and dot: "kaplan2020scaling-2001.08361".

    The identifier makes it unique, and the same in every file. Surname, year and a word are there for people to read.
    """
    words = (word for word in letters(plain_title) if word not in STOP_WORDS and not word.isdigit())
    spoken = "".join(letters(first_author)) + (str(year) if year else "") + next(words, "")[:LONGEST_WORD]
    tail = "-".join(re.findall(r"[a-z0-9.]+", anyascii(identifier).lower()))
    return f"{spoken}-{tail}" if spoken else tail


def letters(text: str) -> list[str]:
    """The words of a text in a-z and 0-9."""
    return re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", ""))
