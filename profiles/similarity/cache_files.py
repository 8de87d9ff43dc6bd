"""Files that a similarity run leaves, so that bringing up to date need not begin from nothing.

The counts of the papers' terms, and who is in whose list with which score. All of it is in the database, too, or follows from
it: the files may be deleted at any time, the next run is only slower.

A file is named by the run that wrote it, and written before that run's transaction is kept: whenever a process ends, the files
of the run that the database knows as its last are there. Those of others are not used, and soon go.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection
from scipy import sparse

from papers.database.files import write_atomically
from papers.models import Build
from profiles.models import SimilarityLink
from profiles.similarity.model.lists import FullLists, KeptLists, NotedLinks


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


def write(name: str, build: Build, arrays: dict[str, np.ndarray]) -> None:
    """Put the arrays into the file of this name and run, whole or not at all."""
    path = _path(name, build)
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as file:
        np.savez(file, run=_run(build), **arrays)  # type: ignore[arg-type]


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


def write_lists(lists: KeptLists, build: Build) -> None:
    """Keep the lists as those after this build."""
    write("lists", build, vars(lists))


def read_lists(build: Build) -> KeptLists | None:
    """The lists after this build, if they are there."""
    found = read("lists", build)
    return KeptLists(**found) if found is not None else None


def lists_in_database(full: FullLists) -> KeptLists:
    """The lists as the database has them."""
    rows = SimilarityLink.objects.filter(verdict="").order_by("author", "rank")
    noted = NotedLinks()
    for link in rows.values_list("author_id", "other_id", "score", "is_coauthor").iterator(20_000):
        noted.add(*link)
    return noted.lists(full)
