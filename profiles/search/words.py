"""Names to the words they are found by. Nothing here needs Django or a database."""

from __future__ import annotations

import re

from papers.text.folding import APOSTROPHES, fold

LONGEST_WORD = 64
MOST_WORDS = 8  # of a search; names have no more
SHORTEST_MISSPELT = 4  # letters: shorter words are one letter away from half of all short words

HYPHENS = re.compile(r"[-\u2010\u2011]")


def words_of(name: str) -> list[str]:
    """The folded words of a name as they stand in it: "Jean-Luc O'Brien" gives jean, luc, obrien."""
    if not name.isascii():
        name = fold(name)  # decomposed, letters may be ones that fold changes: ǿ gives ø
    return [word[:LONGEST_WORD] for word in fold(name).split()]


def all_words(name: str) -> set[str]:
    """Every word the name is found by: also "jeanluc", and what stands behind an apostrophe."""
    glued = HYPHENS.sub("", name)
    parted = APOSTROPHES.sub(" ", name)
    behind = {word for word in words_of(parted) if len(word) > 1}
    return {*words_of(name), *words_of(glued), *behind}


def whole_name(words: list[str]) -> str:
    """One text for the words in any order."""
    return " ".join(sorted(words))[:255]


def surname_words(name: str, surname: str) -> set[str]:
    """Which of the name's words are its surname: those of the author's surname, else the last one."""
    words = words_of(name)
    return all_words(surname) & all_words(name) or set(words[-1:])


def spellings(word: str) -> set[str]:
    """The word, and the word with any one letter left out.

    Two words that share a spelling differ by a letter left out, put in, replaced or swapped with its neighbour (or by one
    left out here and another there): what typing errors are, found by equality, which any index does.
    """
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))} - {""}
