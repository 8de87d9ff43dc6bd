"""What a similarity run leaves on disk so that bringing up to date need not begin from nothing.

The counts of the papers' terms, and who is in whose list with which score. All of it is in the database, too, or follows from
it: the files may be deleted at any time, the next run is only slower.

A file is named by the run that wrote it, and written before that run's transaction is kept: whenever a process ends, the files
of the run that the database knows as its last are there. Those of others are not used, and soon go.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection
from scipy import sparse

from papers.models import Build
from profiles.models import SimilarityLink


def folder() -> Path:
    """Where similarity runs of this database keep their files."""
    name = hashlib.blake2b(str(connection.settings_dict["NAME"]).encode(), digest_size=6).hexdigest()
    return Path(settings.DATA_DIR) / "similarity" / name


@dataclass(frozen=True)
class KeptCounts:
    """How often each paper has the terms of a whole build; true of papers whose revision is not above this one."""

    revision: int
    paper_ids: np.ndarray
    counts: sparse.csr_matrix

    def keep(self, build: Build) -> None:
        parts = {"indptr": self.counts.indptr, "indices": self.counts.indices, "data": self.counts.data}
        numbers = np.array([self.revision, self.counts.shape[1]])
        write("counts", build, {"numbers": numbers, "paper_ids": self.paper_ids, **parts})

    @classmethod
    def of_build(cls, build: Build) -> KeptCounts | None:
        """Those of this whole build, if they are there."""
        found = read("counts", build)
        if found is None:
            return None
        ids, (revision, terms) = found["paper_ids"], found["numbers"].tolist()
        matrix = sparse.csr_matrix((found["data"], found["indices"], found["indptr"]), shape=(len(ids), terms))
        return cls(revision, ids, matrix)


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

    def keep(self, build: Build) -> None:
        write("lists", build, vars(self))

    @classmethod
    def of_build(cls, build: Build) -> KeptLists | None:
        """The lists after this build, if they are there."""
        found = read("lists", build)
        return cls(**found) if found is not None else None

    @classmethod
    def of_links(
        cls, authors: np.ndarray, others: np.ndarray, scores: np.ndarray, is_coauthor: np.ndarray, full: Full
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

    @classmethod
    def stored(cls, full: Full) -> KeptLists:
        """The lists as the database has them."""
        rows = SimilarityLink.objects.filter(verdict="").order_by("author", "rank")
        noted = NotedLinks()
        for link in rows.values_list("author_id", "other_id", "score", "is_coauthor").iterator(20_000):
            noted.add(*link)
        return noted.lists(full)

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
        links = [np.concatenate((mine[keep], *theirs)) for mine, theirs in (
            (self.authors, [lists.authors for lists in others]), (self.others, [lists.others for lists in others]),
            (self.scores, [lists.scores for lists in others]), (self.is_coauthor, [lists.is_coauthor for lists in others]),
        )]  # fmt: skip
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

    def lists(self, full: Full) -> KeptLists:
        """The lists that consist of the links noted so far."""
        return KeptLists.of_links(
            np.array(self.authors), np.array(self.others), np.array(self.scores),
            np.array(self.is_coauthor).astype(bool), full,
        )  # fmt: skip


@dataclass(frozen=True)
class Full:
    """When a list is full: so many links, or so many of an author whom nobody lists, and this share of them not co-authors."""

    links: int
    links_of_unlisted: int
    share: float
    listed: np.ndarray  # ids, ascending

    def limits(self, authors: np.ndarray) -> np.ndarray:
        return np.where(np.isin(authors, self.listed), self.links, self.links_of_unlisted)


def pair_keys(authors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """One number for each pair of ids."""
    return (authors.astype(np.int64) << 32) + others


def write(name: str, build: Build, arrays: dict[str, np.ndarray]) -> None:
    """Put the arrays into the file of this name and run, whole or not at all."""
    path = _path(name, build)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, run=_run(build), **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read(name: str, build: Build) -> dict[str, np.ndarray] | None:
    """The arrays in the file of this name and run, if it is there and sound."""
    try:
        with np.load(_path(name, build), allow_pickle=False) as found:
            arrays = dict(found)
            return arrays if np.array_equal(arrays.pop("run"), _run(build)) else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def forget_others(name: str, build: Build) -> None:
    """Throw away the files of this name of all other runs; call it when this one's transaction is kept."""
    for path in folder().glob(f"{name}[-.]*"):
        if path != _path(name, build):
            path.unlink(missing_ok=True)


def _path(name: str, build: Build) -> Path:
    return folder() / f"{name}-{build.pk}.npz"


def _run(build: Build) -> np.ndarray:
    """What tells the run from one of the same number in another database, or in an earlier copy of this one."""
    return np.array([build.pk, int(build.started_at.timestamp() * 1e6)])
