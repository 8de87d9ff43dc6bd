"""A site made from a dataset: everything in one transaction, or nothing.

Loaded are the facts and figures as they were given out. Made anew is what follows from them: search indexes, counts of
papers, and to whom new papers under a printed name go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from papers.database import builds
from papers.models import Build, Paper
from profiles import search
from profiles.dataset.files import DatasetError
from profiles.dataset.load_keys import give_keys
from profiles.dataset.load_papers import Papers
from profiles.dataset.load_people import People
from profiles.dataset.validation import Checker, Place, check_files, read_manifest, read_rows
from profiles.dataset.values import Rows
from profiles.linking import linker
from profiles.models import Author, Decision
from profiles.statistics import author_counts

STAGE = "load"
BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each table came in, and the moment at which the dataset was made."""

    rows: dict[str, int]
    made_at: str


def load(folder: Path, on_rows: Callable[[str, int], None] = lambda *_: None) -> Loaded:
    """Make an empty site the one that the dataset describes. Raises DatasetError, and then nothing has changed."""
    _check_empty()
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    Checker(folder, manifest, on_rows).check()
    with builds.stage_lock(), transaction.atomic():
        _check_empty()
        _Loader(folder, manifest, on_rows).load()
    return Loaded(manifest["rows"], manifest["made_at"])


def _check_empty() -> None:
    if Paper.objects.exists() or Author.objects.exists():
        raise DatasetError(
            "There are papers or authors in this database. A dataset is loaded into an empty site of its own."
        )


class _Loader:
    """Writes the tables one after the other, those first that others refer to."""

    def __init__(self, folder: Path, manifest: dict[str, Any], on_rows: Callable[[str, int], None]):
        self.folder = folder
        self.manifest = manifest
        self.on_rows = on_rows
        self.loaded: dict[str, int] = defaultdict(int)
        category_ids: dict[str, int] = {}
        self.people, self.papers = People(category_ids), Papers(category_ids)

    def load(self) -> None:
        people, papers = self.people, self.papers
        steps: dict[str, Callable[[Rows], None]] = {
            "builds": people.builds,
            "authors": people.authors,
            "merged": people.merged,
            "addresses": people.addresses,
            "names": people.names,
            "identifiers": people.identifiers,
            "papers": papers.papers,
            "earlier_identifiers": papers.earlier_identifiers,
            "source_records": papers.source_records,
            "authorships": papers.authorships,
            "similarity_links": papers.links,
            "decisions": papers.decisions,
        }
        for name, step in steps.items():
            for place, rows in self._read(name):
                try:
                    with transaction.atomic():
                        step(rows)
                except (IntegrityError, DataError, KeyError, ValueError, TypeError) as error:
                    said = f"{error} is named and is not there" if isinstance(error, KeyError) else str(error)
                    raise DatasetError(f"{place}: {said}. Nothing was loaded.") from error
                self.loaded[name] += len(rows)
                self.on_rows(name, self.loaded[name])
        people.merge_the_rest()
        papers.merge()
        papers.counts.write()
        author_counts.bring_up_to_date()
        search.rebuild()
        give_keys()
        self._remember()

    def _read(self, table: str) -> Iterator[tuple[str, Rows]]:
        """The rows of a table in batches, each with its place in words."""
        rows: Rows = []
        first = last = ("", 0)
        for last, row in read_rows(self.folder, self.manifest, table):
            first = first if rows else last
            rows.append(row)
            if len(rows) == BATCH_SIZE:
                yield _in_words(first, last), rows
                rows = []
        if rows:
            yield _in_words(first, last), rows

    def _remember(self) -> None:
        """The stages find their work done, and the numbers of what is loaded are not given again."""
        _reset_sequences()
        last = Paper.objects.order_by("-revision").values_list("revision", flat=True).first() or 0
        linked = Build.objects.filter(stage=linker.STAGE).order_by("-pk").first()
        linked = linked or Build(stage=linker.STAGE, status=Build.Status.FINISHED, started_at=timezone.now())
        linked.progress = {"revision": last}
        linked.save()
        build = builds.begin(STAGE, str(self.manifest.get("site", "")), {"made_at": self.manifest["made_at"]})
        with builds.ending(build):
            build.results = self.manifest["rows"]


def _in_words(first: Place, last: Place) -> str:
    return f"{first[0]}, line {first[1]} to {last[0]}, line {last[1]}"


def _reset_sequences() -> None:
    """PostgreSQL counts ids apart from the rows; SQLite's counter follows them by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Build, Decision]):
            cursor.execute(statement)
