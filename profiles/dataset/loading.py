"""A site made from a dataset: everything in one transaction, or nothing.

Loaded are the facts and figures as they were given out. Made anew is what follows from them: search indexes, counts of
papers, and to whom new papers under a printed name go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from papers import builds, bulk
from papers.bylines import Byline, Entry, Name
from papers.counts import CountChanges
from papers.models import Build, Paper
from papers.records import PaperRecord
from papers.storing import StoredVersion, Writer
from profiles import linking, search
from profiles.dataset.checking import check_files, read_manifest
from profiles.dataset.files import MANIFEST, DatasetError, read_lines
from profiles.dataset.keys import give_keys
from profiles.dataset.tables import TABLES, name_problem
from profiles.models import (
    Author,
    AuthorCategory,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Decision,
    DecisionSubject,
    EarlierSlug,
    SimilarityLink,
)  # fmt: skip
from profiles.names import sort_key

STAGE = "load"
BATCH_SIZE = 500

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each table came in, and the moment at which the dataset was made."""

    rows: dict[str, int]
    made_at: str


def load(folder: Path, on_rows: Callable[[str, int], None] = lambda table, rows: None) -> Loaded:
    """Make an empty site the one that the dataset describes. Raises DatasetError, and then nothing has changed."""
    manifest = read_manifest(folder)
    check_files(folder, manifest)
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
        self.counts = CountChanges()
        self.category_ids: dict[str, int] = {}
        self.collaboration_ids: dict[str, int] = {}
        self.merged_later: Rows = []

    def load(self) -> None:
        steps: dict[str, Callable[[Rows], None]] = {
            "builds": self.builds, "authors": self.authors, "merged": self.merged, "addresses": self.addresses,
            "names": self.names, "identifiers": self.identifiers, "papers": self.papers,
            "authorships": self.authorships, "similarity_links": self.links, "decisions": self.decisions,
        }  # fmt: skip
        for name, step in steps.items():
            for place, rows in self._read(name):
                try:
                    with transaction.atomic():
                        step(rows)
                except (IntegrityError, KeyError, ValueError, TypeError) as error:
                    said = f"{error} is named and is not there" if isinstance(error, KeyError) else str(error)
                    raise DatasetError(f"{place}: {said}. Nothing was loaded.") from error
                self.loaded[name] += len(rows)
                self.on_rows(name, self.loaded[name])
            expected = self.manifest["rows"].get(name, 0)
            if self.loaded[name] != expected:
                raise DatasetError(f"{MANIFEST} promises {expected:,} {name}, and there are {self.loaded[name]:,}.")
        self._merge_the_rest()
        self.counts.write()
        search.rebuild()
        give_keys()
        self._remember()

    def _read(self, table: str) -> Iterator[tuple[str, Rows]]:
        """The rows of a table in batches, each with its place in words."""
        for entry in self.manifest["files"]:
            if (entry["table"], entry["format"]) != (table, "jsonl"):
                continue
            rows: Rows = []
            number = 0
            for number, line in enumerate(read_lines(self.folder / entry["path"]), 1):
                try:
                    row = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise DatasetError(
                        f"{entry['path']}, line {number}: no JSON ({error}). Nothing was loaded."
                    ) from error
                problem = TABLES[table].problem(row)
                if not problem and table == "papers":
                    problem = next(filter(None, map(name_problem, row["byline"])), "")
                if problem:
                    raise DatasetError(f"{entry['path']}, line {number}: {problem}. Nothing was loaded.")
                rows.append(row)
                if len(rows) == BATCH_SIZE:
                    yield f"{entry['path']}, lines {number - len(rows) + 1} to {number}", rows
                    rows = []
            if rows:
                yield f"{entry['path']}, lines {number - len(rows) + 1} to {number}", rows

    # --- People -------------------------------------------------------------------------------------------------------

    def builds(self, rows: Rows) -> None:
        Build.objects.bulk_create(
            Build(
                pk=row["number"], stage=row["stage"], status=Build.Status.FINISHED, started_at=_at(row["started_at"]),
                finished_at=_at(row["finished_at"]), code_version=row["code_version"], parameters=row["parameters"],
                results=row["results"],
            )
            for row in rows
        )  # fmt: skip

    def authors(self, rows: Rows) -> None:
        ids = bulk.take_ids(Author, len(rows))
        values = []
        for pk, row in zip(ids, rows, strict=True):
            key = sort_key(Name(row["name"], row["forenames"], row["surname"], row["suffix"]))
            at = bulk.moment(_at(row["modified_at"]))
            values.append((
                pk, row["id"], row["slug"], row["name"], row["forenames"], row["surname"], row["suffix"], key,
                row["name_decided_by_human"], row["standing"], row["affiliation"], row["bio"], False, row["in_similarity"],
                row["shares_name_on_a_paper"], row["paper_count"], row["coauthor_count"], row["first_year"],
                row["last_year"], bulk.dumps(row["statistics"]), "[]", False, at, at,
            ))  # fmt: skip
        bulk.insert(
            Author,
            (
                "id", "public_id", "slug", "name", "forenames", "surname", "suffix", "sort_key", "name_decided_by_human",
                "standing", "affiliation", "bio", "is_hidden", "in_similarity", "shares_name_on_a_paper", "paper_count",
                "coauthor_count", "first_year", "last_year", "statistics", "hidden_forms", "statistics_are_stale",
                "created_at", "modified_at",
            ),
            values,
        )  # fmt: skip
        counted = [
            (pk, code, n)
            for pk, row in zip(ids, rows, strict=True)
            for code, n in row["statistics"].get("categories", [])
        ]
        codes = self._categories({code for _, code, _ in counted})
        bulk.insert(
            AuthorCategory, ("author_id", "category_id", "papers"), [(pk, codes[code], n) for pk, code, n in counted]
        )

    def merged(self, rows: Rows) -> None:
        """Two rounds, for an author may have been merged into one who was merged in turn and comes later."""
        for row in rows:
            Author.objects.create(
                public_id=row["id"], slug=row["id"], name=row["id"], surname=row["id"], sort_key=row["id"],
                statistics_are_stale=False,
            )  # fmt: skip
        ids = self._authors([row[name] for row in rows for name in ("id", "into")], may_lack=True)
        self.merged_later += [row for row in rows if row["into"] not in ids]
        for row in rows:
            if row["into"] in ids:
                Author.objects.filter(pk=ids[row["id"]]).update(merged_into=ids[row["into"]])

    def _merge_the_rest(self) -> None:
        for row in self.merged_later:
            found = self._authors([row["id"], row["into"]], may_lack=True)
            if row["into"] not in found:
                raise DatasetError(
                    f"merged: {row['id']} was merged into {row['into']}, who is not there. Nothing was loaded."
                )
            Author.objects.filter(pk=found[row["id"]]).update(merged_into=found[row["into"]])

    def addresses(self, rows: Rows) -> None:
        ids = self._authors([row["author"] for row in rows])
        # Who was merged has a row of their own, and so far their id for an address.
        own = {
            pk for pk, pid, slug in bulk.select(Author, ("id", "public_id", "slug"), "id", ids.values()) if pid == slug
        }
        for row in rows:
            if ids[row["author"]] in own:
                Author.objects.filter(pk=ids[row["author"]]).update(slug=row["slug"])
            else:
                EarlierSlug.objects.create(slug=row["slug"], author_id=ids[row["author"]])

    def names(self, rows: Rows) -> None:
        ids = self._authors([row["author"] for row in rows])
        bulk.insert(
            AuthorName,
            ("author_id", "name", "visibility", "decided_by_human", "shown_as_printed"),
            [(ids[row["author"]], row["name"], "public", row["decided_by_human"], False) for row in rows],
        )

    def identifiers(self, rows: Rows) -> None:
        ids = self._authors([row["author"] for row in rows])
        bulk.insert(
            AuthorIdentifier,
            ("author_id", "scheme", "value"),
            [(ids[row["author"]], row["scheme"], row["value"]) for row in rows],
        )

    # --- Papers -------------------------------------------------------------------------------------------------------

    def papers(self, rows: Rows) -> None:
        """Papers that were read and changed in the same moments are written together, as they were when they came."""
        for (read_at, modified_at, is_deleted), group in groupby(
            rows, lambda row: (row["read_at"], row["modified_at"], row["is_deleted"])
        ):
            writer = Writer(_at(read_at), self.category_ids, self.collaboration_ids)
            writer.modified_at = bulk.moment(_at(modified_at))
            writer.counts = self.counts
            records = [record_of(row) for row in group]
            if is_deleted:
                writer.remember_taken_back(records)
            else:
                writer.create(records)

    def authorships(self, rows: Rows) -> None:
        ids = self._authors([row["author"] for row in rows])
        papers = {
            identifier: (pk, day, bulk.loads(byline))
            for pk, identifier, day, byline in bulk.select(
                Paper, ("id", "identifier", "sort_date", "byline"), "identifier", {row["paper"] for row in rows}
            )
        }
        values = []
        for row in rows:
            pk, day, byline = papers[row["paper"]]
            place, decided = row["position"], row["decided_by_human"]
            if place is not None and not 1 <= place <= len(byline):
                raise ValueError(f"the byline of {row['paper']} has no place {place}")
            printed = byline[place - 1]["name"] if decided and place else ""
            at = bulk.moment(datetime.combine(date.fromisoformat(row["decided_on"]), datetime.min.time(), UTC)) \
                if row["decided_on"] else None  # fmt: skip
            values.append((pk, ids[row["author"]], place, row["basis"], decided, at, printed, day))
        bulk.insert(
            Authorship,
            (
                "paper_id",
                "author_id",
                "position",
                "basis",
                "decided_by_human",
                "decided_at",
                "printed_name",
                "sort_date",
            ),
            values,
        )

    def links(self, rows: Rows) -> None:
        evidence = [row["evidence"] for row in rows]
        pairs = [pair for found in evidence if (pair := found["closest_papers"])]
        people = [row[side] for row in rows for side in ("author", "other")]
        ids = self._authors(people + [pid for found in evidence for pid in found["shared_coauthors"]])
        named = {pair[side] for pair in pairs for side in ("mine", "theirs")}
        papers = {name: pk for pk, name in bulk.select(Paper, ("id", "identifier"), "identifier", named)}
        values = []
        for row, found in zip(rows, evidence, strict=True):
            pair = found["closest_papers"]
            stored = {
                **found,
                "shared_coauthors": [ids[pid] for pid in found["shared_coauthors"]],
                "closest_papers": {**pair, "mine": papers[pair["mine"]], "theirs": papers[pair["theirs"]]}
                if pair
                else None,
            }
            verdict = "pinned" if row["pinned"] else ""
            values.append((
                ids[row["author"]], ids[row["other"]], row["build"], row["score"], row["rank"], row["is_coauthor"],
                bulk.dumps(stored), verdict, row["note"],
            ))  # fmt: skip
        columns = (
            "author_id", "other_id", "build_id", "score", "rank", "is_coauthor", "evidence", "verdict", "note",
        )  # fmt: skip
        bulk.insert(SimilarityLink, columns, values)

    # --- And what follows ---------------------------------------------------------------------------------------------

    def decisions(self, rows: Rows) -> None:
        for row in rows:
            decision = Decision(
                pk=row["number"], kind=row["kind"], summary=Decision.Kind(row["kind"]).label, made_at=_at(row["made_at"]),
                made_by_name="", undoes_id=row["undoes"],
            )  # fmt: skip
            if row["undoes"] and row["undoes"] not in set(
                Decision.objects.filter(pk=row["undoes"]).values_list("pk", flat=True)
            ):
                raise KeyError(row["undoes"])
            decision.save(force_insert=True)
            DecisionSubject.objects.bulk_create(
                DecisionSubject(decision=decision, public_id=public_id) for public_id in row["authors"]
            )

    def _authors(self, public_ids: Sequence[str], *, may_lack: bool = False) -> dict[str, int]:
        """Ids by public id; raises KeyError for one that no author has."""
        wanted = set(public_ids)
        found = {public_id: pk for pk, public_id in bulk.select(Author, ("id", "public_id"), "public_id", wanted)}
        if not may_lack and (lacking := wanted - found.keys()):
            raise KeyError(min(lacking))
        return found

    def _categories(self, codes: set[str]) -> dict[str, int]:
        if codes - self.category_ids.keys():
            writer = Writer(timezone.now(), self.category_ids, self.collaboration_ids)
            writer.know_codes(codes)
        return self.category_ids

    def _remember(self) -> None:
        """The stages find their work done, and the numbers of what is loaded are not given again."""
        _reset_sequences()
        last = Paper.objects.order_by("-revision").values_list("revision", flat=True).first() or 0
        linked = Build.objects.filter(stage=linking.STAGE).order_by("-pk").first()
        linked = linked or Build(stage=linking.STAGE, status=Build.Status.FINISHED, started_at=timezone.now())
        linked.progress = {"revision": last}
        linked.save()
        build = builds.begin(STAGE, str(self.manifest.get("site", "")), {"made_at": self.manifest["made_at"]})
        with builds.ending(build):
            build.results = self.manifest["rows"]


def record_of(row: dict[str, Any]) -> PaperRecord:
    """The paper as a source would have given it; one that was taken back has its identifier for a title."""
    names = [
        Entry(Name(e["name"], e["forenames"], e["surname"], e["suffix"]), tuple(e["affiliations"]))
        for e in row["byline"]
    ]
    text = ", ".join(entry.name.name for entry in names)
    if names and not row["byline_is_complete"]:
        text += " et al."
    return PaperRecord(
        identifier=row["identifier"],
        arxiv_id=row["arxiv_id"],
        title=row["identifier"] if row["is_deleted"] else row["title"],
        abstract=row["abstract"],
        abstract_is_cut=row["abstract_is_cut"],
        authors_text=text,
        byline=Byline(text, tuple(names), tuple(row["collaborations"]), row["byline_is_complete"]),
        categories=tuple(row["categories_text"].split() or row["categories"]),
        published=_day(row["published"]),
        updated=_day(row["updated"]),
        versions=tuple(map(StoredVersion, row["versions"])),  # type: ignore[arg-type]
        dois=tuple(row["dois"]),
        journal_ref=row["journal_ref"],
        comments=row["comments"],
        license=row["license"],
        report_no=row["report_no"],
        msc_class=row["msc_class"],
        acm_class=row["acm_class"],
        submitter="",
        source=row["source"],
        datestamp=_day(row["datestamp"]),
    )  # fmt: skip


def _reset_sequences() -> None:
    """PostgreSQL counts ids apart from the rows; SQLite's counter follows them by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Build, Decision]):
            cursor.execute(statement)


def _at(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
