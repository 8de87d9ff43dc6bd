"""Groups of an author's papers that nothing links: the record may be several people of one name. No Django.

It is a hint for a curator and never done by itself. Two people of different fields fall apart nearly always, two of one field
seldom, and a single person who changed the subject and all co-authors does, too (benchmarks/homonyms.py measures it).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from papers.text.folding import fold
from profiles.duplicates.score import cosine
from profiles.similarity.model.vectors import STOP_WORDS

LIKE_SUBJECTS = 0.28  # groups whose archives and words are at least so alike are put together
CATEGORY_SHARE = 0.3  # of the likeness; the rest is the words'
LEAST_PAPERS, LEAST_SHARE = 3, 0.1  # of the second group, for a record to be suspected


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What of an author's paper is compared: who else wrote it, its categories and its words."""

    coauthors: frozenset[int]
    categories: tuple[str, ...]
    words: frozenset[str] = frozenset()


def words_of(title: str, abstract: str) -> frozenset[str]:
    """The words of a paper that tell of its subject."""
    return frozenset(w for w in fold(f"{title} {abstract}").split() if len(w) > 3 and w not in STOP_WORDS)


@dataclass(slots=True)
class _Group:
    papers: list[int]
    coauthors: set[int]
    categories: Counter[str]
    words: Counter[str]

    def take(self, other: _Group) -> None:
        self.papers += other.papers
        self.coauthors |= other.coauthors
        self.categories.update(other.categories)
        self.words.update(other.words)


def groups_of_papers(papers: Mapping[int, PaperFacts]) -> list[list[int]]:
    """The papers (by id) in groups, largest first: those linked by co-authors, then groups of like subject put together."""
    groups: list[_Group] = []
    for pk, paper in sorted(papers.items()):
        codes = Counter([*paper.categories, *(f"{code.partition('.')[0]}.*" for code in paper.categories)])
        group = _Group([pk], set(paper.coauthors), codes, Counter(paper.words))
        for other in [other for other in groups if other.coauthors & paper.coauthors]:
            group.take(other)
            groups.remove(other)
        groups.append(group)
    groups.sort(key=lambda group: (-len(group.papers), min(group.papers)))
    kept: list[_Group] = []
    for group in groups:
        best = max(kept, key=lambda other: _alike(other, group), default=None)
        if best is not None and _alike(best, group) >= LIKE_SUBJECTS:
            best.take(group)
        else:
            kept.append(group)
    return sorted((sorted(group.papers) for group in kept), key=lambda papers: (-len(papers), papers))


def may_be_several(groups: Sequence[Sequence[int]]) -> bool:
    """Whether the second group is too large for an excursion of one person."""
    if len(groups) < 2:
        return False
    second, all_ = len(groups[1]), sum(map(len, groups))
    return second >= LEAST_PAPERS and second >= LEAST_SHARE * all_


def _alike(one: _Group, two: _Group) -> float:
    words = cosine(_weighed(one.words), _weighed(two.words))
    return CATEGORY_SHARE * cosine(one.categories, two.categories) + (1 - CATEGORY_SHARE) * words


def _weighed(words: Mapping[str, int]) -> dict[str, float]:
    return {word: math.log1p(count) for word, count in words.items() if word not in COMMON}


# Words of most abstracts of any subject, which link nothing.
COMMON = frozenset(
    "also analysis approach based between both case consider data demonstrate different effect find first general given high "
    "however large many method methods model models more most number obtain obtained over paper present problem problems "
    "propose proposed properties provide recent result results show shown shows some study such system systems than that "
    "their then theory there these they this time under used using various very well were when where which while will with "
    "work".split()
)
