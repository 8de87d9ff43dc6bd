"""The lists of similar authors as arrays: what bringing them up to date works on."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class KeptLists:
    """The links that no curator decided on, by author and rank: aligned arrays of ids, scores and whether co-authors.

    `floors` are for `listed_for`, ids ascending: whoever reached it at the time is in that author's list; 0 where the list
    was not full.
    """

    authors: np.ndarray
    others: np.ndarray
    scores: np.ndarray
    is_coauthor: np.ndarray
    listed_for: np.ndarray
    floors: np.ndarray

    @classmethod
    def of_links(
        cls, authors: np.ndarray, others: np.ndarray, scores: np.ndarray, is_coauthor: np.ndarray, full: FullLists
    ) -> KeptLists:
        """The lists with these links, those of an author in the order of their ranks."""
        order = np.argsort(authors, kind="stable")
        authors, others, scores, is_coauthor = authors[order], others[order], scores[order], is_coauthor[order]
        listed_for, start = np.unique(authors, return_index=True)
        if not len(listed_for):
            return cls(authors, others, scores, is_coauthor, listed_for, np.empty(0))
        number = np.diff([*start, len(authors)])
        new = np.add.reduceat((~is_coauthor).astype(np.int64), start)
        limits = full.limits(listed_for)
        is_full = (number >= limits) & (new >= full.share * limits)
        floors = np.where(is_full, np.minimum.reduceat(scores, start), 0.0)
        return cls(authors, others, scores, is_coauthor, listed_for, floors)

    def without(self, pairs: np.ndarray) -> KeptLists:
        """All links but those of these pairs of ids."""
        if not len(pairs):
            return self
        keep = ~np.isin(pair_keys(self.authors, self.others), pair_keys(pairs[:, 0], pairs[:, 1]))
        return KeptLists(
            self.authors[keep],
            self.others[keep],
            self.scores[keep],
            self.is_coauthor[keep],
            self.listed_for,
            self.floors,
        )

    def with_lists(self, others: Sequence[KeptLists], of: np.ndarray) -> KeptLists:
        """These lists, where those of the authors `of` are as in one of the others, or gone."""
        keep, keep_floor = ~np.isin(self.authors, of), ~np.isin(self.listed_for, of)
        links = [
            np.concatenate((mine[keep], *theirs))
            for mine, theirs in (
                (self.authors, [lists.authors for lists in others]),
                (self.others, [lists.others for lists in others]),
                (self.scores, [lists.scores for lists in others]),
                (self.is_coauthor, [lists.is_coauthor for lists in others]),
            )
        ]
        order = np.argsort(links[0], kind="stable")
        listed_for = np.concatenate((self.listed_for[keep_floor], *(lists.listed_for for lists in others)))
        floors = np.concatenate((self.floors[keep_floor], *(lists.floors for lists in others)))
        by_id = np.argsort(listed_for)
        authors, named, scores, is_coauthor = (column[order] for column in links)
        return KeptLists(authors, named, scores, is_coauthor, listed_for[by_id], floors[by_id])

    def floors_for(self, authors: np.ndarray) -> np.ndarray:
        """The floor of each of these authors' lists (ids); 0 for those without one."""
        if not len(self.listed_for):
            return np.zeros(len(authors))
        at = np.minimum(np.searchsorted(self.listed_for, authors), len(self.listed_for) - 1)
        return np.where(self.listed_for[at] == authors, self.floors[at], 0.0)


class NotedLinks:
    """Links noted one by one in little memory."""

    def __init__(self) -> None:
        self.authors, self.others, self.scores, self.is_coauthor = array("q"), array("q"), array("d"), array("b")

    def add(self, author: int, other: int, score: float, is_coauthor: bool) -> None:
        self.authors.append(author)
        self.others.append(other)
        self.scores.append(score)
        self.is_coauthor.append(is_coauthor)

    def lists(self, full: FullLists) -> KeptLists:
        """The lists that consist of the links noted so far."""
        return KeptLists.of_links(
            np.array(self.authors),
            np.array(self.others),
            np.array(self.scores),
            np.array(self.is_coauthor).astype(bool),
            full,
        )


@dataclass(frozen=True)
class FullLists:
    """When a list is full: so many links, or so many of an author whom nobody lists, and this share of them not co-authors."""

    links: int
    links_of_unlisted: int
    share: float
    listed: np.ndarray  # ids, ascending

    def limits(self, authors: np.ndarray) -> np.ndarray:
        return np.where(np.isin(authors, self.listed), self.links, self.links_of_unlisted)


def pair_keys(authors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """One number for each pair of ids."""
    keys: np.ndarray = (authors.astype(np.int64) << 32) + others
    return keys
