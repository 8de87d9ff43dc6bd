"""Rows of a dataset about people, written: authors, their names, and who they were before."""

from __future__ import annotations

from django.utils import timezone

from papers.bylines import Name
from papers.database import bulk
from papers.ingest.writer import Writer
from papers.models import Build
from profiles.dataset.files import DatasetError
from profiles.dataset.values import Rows, authors_by_id, moment_of
from profiles.models import Author, AuthorCategory, AuthorIdentifier, AuthorName, EarlierSlug
from profiles.names import sort_key


class People:
    """Writes one batch of rows at a time; `category_ids` are those known so far."""

    def __init__(self, category_ids: dict[str, int]):
        self.category_ids = category_ids
        self.waiting: Rows = []

    def builds(self, rows: Rows) -> None:
        Build.objects.bulk_create(
            Build(
                pk=row["number"],
                stage=row["stage"],
                status=Build.Status.FINISHED,
                started_at=moment_of(row["started_at"]),
                finished_at=moment_of(row["finished_at"]),
                code_version=row["code_version"],
                parameters=row["parameters"],
                results=row["results"],
            )
            for row in rows
        )

    def authors(self, rows: Rows) -> None:
        ids = bulk.take_ids(Author, len(rows))
        values = []
        for pk, row in zip(ids, rows, strict=True):
            key = sort_key(Name(row["name"], row["forenames"], row["surname"], row["suffix"]))
            at = bulk.moment(moment_of(row["modified_at"]))
            values.append(
                (
                    pk,
                    row["id"],
                    row["slug"],
                    row["name"],
                    row["forenames"],
                    row["surname"],
                    row["suffix"],
                    key,
                    row["name_decided_by_human"],
                    row["standing"],
                    row["affiliation"],
                    row["bio"],
                    False,
                    row["in_similarity"],
                    row["shares_name_on_a_paper"],
                    row["paper_count"],
                    row["coauthor_count"],
                    row["first_year"],
                    row["last_year"],
                    bulk.dumps(row["statistics"]),
                    "[]",
                    False,
                    at,
                    at,
                )
            )
        bulk.insert(
            Author,
            (
                "id",
                "public_id",
                "slug",
                "name",
                "forenames",
                "surname",
                "suffix",
                "sort_key",
                "name_decided_by_human",
                "standing",
                "affiliation",
                "bio",
                "is_hidden",
                "in_similarity",
                "shares_name_on_a_paper",
                "paper_count",
                "coauthor_count",
                "first_year",
                "last_year",
                "statistics",
                "hidden_forms",
                "statistics_are_stale",
                "created_at",
                "modified_at",
            ),
            values,
        )
        counted = [
            (pk, code, n)
            for pk, row in zip(ids, rows, strict=True)
            for code, n in row["statistics"].get("categories", [])
        ]
        codes = self._know({code for _, code, _ in counted})
        bulk.insert(
            AuthorCategory, ("author_id", "category_id", "papers"), [(pk, codes[code], n) for pk, code, n in counted]
        )

    def merged(self, rows: Rows) -> None:
        """Two rounds, for an author may have been merged into one who was merged in turn and comes later."""
        for row in rows:
            Author.objects.create(
                public_id=row["id"],
                slug=row["id"],
                name=row["id"],
                surname=row["id"],
                sort_key=row["id"],
                statistics_are_stale=False,
            )
        ids = authors_by_id([row[name] for row in rows for name in ("id", "into")], may_lack=True)
        self.waiting += [row for row in rows if row["into"] not in ids]
        for row in rows:
            if row["into"] in ids:
                Author.objects.filter(pk=ids[row["id"]]).update(merged_into=ids[row["into"]])

    def merge_the_rest(self) -> None:
        for row in self.waiting:
            found = authors_by_id([row["id"], row["into"]], may_lack=True)
            if row["into"] not in found:
                raise DatasetError(
                    f"merged: {row['id']} was merged into {row['into']}, who is not there. Nothing was loaded."
                )
            Author.objects.filter(pk=found[row["id"]]).update(merged_into=found[row["into"]])

    def addresses(self, rows: Rows) -> None:
        ids = authors_by_id([row["author"] for row in rows])
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
        ids = authors_by_id([row["author"] for row in rows])
        bulk.insert(
            AuthorName,
            ("author_id", "name", "visibility", "decided_by_human", "shown_as_printed"),
            [(ids[row["author"]], row["name"], "public", row["decided_by_human"], False) for row in rows],
        )

    def identifiers(self, rows: Rows) -> None:
        ids = authors_by_id([row["author"] for row in rows])
        bulk.insert(
            AuthorIdentifier,
            ("author_id", "scheme", "value"),
            [(ids[row["author"]], row["scheme"], row["value"]) for row in rows],
        )

    def _know(self, codes: set[str]) -> dict[str, int]:
        if codes - self.category_ids.keys():
            writer = Writer(timezone.now(), self.category_ids, {})
            writer.ensure_categories(codes)
        return self.category_ids
