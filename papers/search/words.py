"""The words of papers that are searched for, the same for what is indexed and what is asked. Nothing here needs Django.

Both databases are fed these words and none of their own analysis runs, so that a search finds the same papers on either.
There is no stemming: SQLite's stemmer and PostgreSQL's disagree, and `model*` says what is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from papers.text.folding import fold
from papers.text.words import LONGEST_WORD, words_of

Fields = tuple[list[str], list[str], list[str], list[str]]  # the words of title, abstract, byline and venue

# A place where no word stands. No phrase reaches across it, and as `fold` leaves no such sign, nobody can ask for it.
GAP = "·"

MOST_PLACES_OF_A_WORD = 256  # PostgreSQL remembers no more places of one word in a text …
MOST_PLACES = 16_000  # … and none after the 16,383rd
MOST_WORD_BYTES = 500_000  # … and refuses texts whose words together, with 8 bytes each for their places, pass 1 MiB

ALWAYS_SHORT_ENOUGH = MOST_WORD_BYTES // (4 * LONGEST_WORD + 8)  # words, whatever they are


def words_of_parts(text: str) -> list[str]:
    """The words of names, or other parts, separated by semicolons, with a gap between, so that no phrase spans two."""
    found: list[str] = []
    for part in text.split(";") if text else ():
        if words := words_of(part):
            if found:
                found.append(GAP)
            found += words
    return found


def category_words(codes: Iterable[str]) -> list[str]:
    """For each code a word that stands for it and one that stands for its archive; no text has such words."""
    return list(dict.fromkeys(word for code in codes for word in (category_word(code), archive_word(code))))


@lru_cache(maxsize=1_000)
def category_word(code: str) -> str:
    """The word that stands for a category's code."""
    return (GAP + GAP.join(fold(code).split()))[:LONGEST_WORD]


@lru_cache(maxsize=1_000)
def archive_word(code: str) -> str:
    """The word that stands for an archive, as all of its categories have it."""
    return category_word(code.partition(".")[0]) + GAP + GAP


@lru_cache(maxsize=1_000)
def type_word(name: str) -> str:
    """The word that stands for a type of publication, or for the beginning of one; no category has such a word."""
    return GAP + category_word(name)


def within_limits(fields: Fields) -> Fields:
    """The fields of a text, cut down to what both engines can remember; nearly every text comes back as it is.

    What is too much for PostgreSQL is left out on SQLite too: of a word that stands in more than 256 places the first
    256 count. Words after the 16,000th are kept once a field and without their place, so they are found, but in no phrase.
    """
    length = sum(map(len, fields))
    if length <= MOST_PLACES_OF_A_WORD:
        return fields
    if length < ALWAYS_SHORT_ENOUGH and length - len(set().union(*fields)) < MOST_PLACES_OF_A_WORD:
        return fields
    seen: Counter[str] = Counter()
    room, bytes_left = MOST_PLACES, MOST_WORD_BYTES
    kept_fields = []
    for words in fields:
        kept = []
        for word in words[:room]:
            seen[word] += 1
            if seen[word] == 1:
                bytes_left -= len(word.encode()) + 8
            kept.append(word if seen[word] <= MOST_PLACES_OF_A_WORD and bytes_left > 0 else GAP)
        known = set(kept)
        for word in dict.fromkeys(words[room:]):
            if word not in known and bytes_left > 0:
                bytes_left -= len(word.encode()) + 8
                kept += (GAP, word)
        room = max(room - len(words), 0)
        kept_fields.append(kept)
    return (kept_fields[0], kept_fields[1], kept_fields[2], kept_fields[3])


@dataclass(frozen=True, slots=True)
class Words:
    """What the index knows of a paper: its place in time, the words of its texts, and those of its categories and type."""

    paper_id: int
    day: int
    fields: Fields
    codes: list[str]

    @classmethod
    def from_texts(
        cls,
        paper_id: int,
        day: int,
        title: str,
        abstract: str,
        byline: str,
        venue: str,
        categories: Iterable[str],
        type_name: str,
    ) -> Words:
        """The words of these texts; byline and venue are names separated by semicolons."""
        fields = within_limits((words_of(title), words_of(abstract), words_of_parts(byline), words_of_parts(venue)))
        codes = category_words(categories)
        return cls(paper_id, day, fields, [*codes, type_word(type_name)] if type_name else codes)
