"""Storing without a reader: checked records go straight to the importer, and what is stored comes back whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from papers import search
from papers.database import builds, bulk
from papers.ingest import composition, counts
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import Importer
from papers.ingest.records import Deletion, PaperRecord, Rejection, SourceFields, Version
from papers.ingest.writer import PAPER_COLUMNS
from papers.models import (
    Category,
    EarlierIdentifier,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperCount,
    PaperDoi,
    TitleKey,
)

MOMENT = datetime(2020, 1, 6, 10, tzinfo=UTC)


def paper(identifier: str = "2001.00001", **fields: Any) -> PaperRecord:
    """A checked record with something in every field; `fields` replace."""
    given: dict[str, Any] = {
        "source": "arxiv-snapshot",
        "arxiv_id": identifier,
        "title": f"On {identifier}",
        "abstract": "We describe an engine.",
        "authors": "Ada Byron, Charles Babbage",
        "categories": "cs.LG stat.ML",
        "versions": [Version("v1", MOMENT)],
        "dois": "10.1000/a",
        "journal_ref": "J. Engines 1",
        "comments": "3 pages",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "report_no": "EX-1",
        "msc_class": "14A10",
        "acm_class": "F.2.2",
        "submitter": "Ada Byron",
        "datestamp": date(2020, 1, 7),
    }
    return PaperRecord.from_source(SourceFields(**given | fields))


Store = Callable[..., ImportSummary]


@pytest.fixture
def rejects(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


@pytest.fixture
def store(db: None, rejects: Path) -> Store:
    """Gives items to the importer as one run; gives its summary."""

    def run(*items: PaperRecord | Rejection | Deletion, **options: Any) -> ImportSummary:
        return store_into(rejects, *items, **options)

    return run


def store_into(
    rejects: Path, *items: PaperRecord | Rejection | Deletion, batch_size: int = 500, **options: Any
) -> ImportSummary:
    """Give items to the importer as one run, which lists in this file what it refuses; gives its summary."""
    build = builds.begin("import")
    with builds.ending(build):
        importer = Importer(build, rejects, batch_size=batch_size, **options)
        return importer.run((number, f"line {number}", item) for number, item in enumerate(items, 1))


def store_papers(*items: PaperRecord | Deletion) -> None:
    """What a prepared site of papers begins with."""
    with TemporaryDirectory() as folder:
        store_into(Path(folder) / "rejects.jsonl", *items)


def merge(survivor: Paper, merged: Paper) -> None:
    """What a decision that the two are one paper does to them."""
    both = [survivor.pk, merged.pk]
    with bulk.one_writer():
        composition.keep_words(both)
        composition.take_out([merged.pk])
        Paper.objects.filter(pk=merged.pk).update(merged_into=survivor)
        composition.recompose(both)


@pytest.fixture
def staff_client(db: None) -> Client:
    """A signed-in curator who may do everything; without a password, whose hashing would take most of a test's time."""
    client = Client()
    client.force_login(get_user_model().objects.create(username="curator", is_staff=True, is_superuser=True))
    return client


def summary(**counts: Any) -> ImportSummary:
    """A summary of these counts and zeros; the reasons as keywords of `reasons`."""
    return ImportSummary(**{**counts, "reasons": Counter(counts.get("reasons", {}))})


def rejected(path: Path) -> list[dict[str, str]]:
    """What the rejects file holds."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tables() -> dict[str, list[str]]:
    """Every row of every table, with its ids and moments, but for the runs and Django's own tables."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name == "papers_build" or name.startswith(("django_", "auth_")):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            rows = [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in cursor]
            found[name] = sorted(map(repr, rows))
    return found


def facts() -> dict[str, list[Any]]:
    """Everything that is stored about papers by natural keys: equal for equal papers in two databases."""
    codes = dict(Category.objects.values_list("id", "code"))
    columns = [name for name in PAPER_COLUMNS if name not in ("revision", "read_at", "modified_at", "citation_key")]
    return {
        "papers": [
            {name: bytes(value) if name == "digest" else value for name, value in row.items()}
            for row in Paper.objects.order_by("identifier").values(*columns, "sort_day")
        ],
        "order of changes": list(Paper.objects.order_by("revision").values_list("identifier", flat=True)),
        "memberships": [
            (identifier, codes[category], position, day)
            for identifier, category, position, day in PaperCategory.objects.order_by(
                "paper__identifier", "position"
            ).values_list("paper__identifier", "category", "position", "sort_day")
        ],
        "dois": list(
            PaperDoi.objects.order_by("paper__identifier", "position").values_list(
                "paper__identifier", "position", "doi", "key"
            )
        ),
        "earlier identifiers": list(
            EarlierIdentifier.objects.order_by("identifier").values_list("identifier", "paper__identifier")
        ),
        "title keys": list(TitleKey.objects.order_by("paper__identifier").values_list("paper__identifier", "key")),
        "collaborations": list(
            PaperCollaboration.objects.order_by("paper__identifier", "collaboration__key").values_list(
                "paper__identifier", "collaboration__key", "collaboration__name"
            )
        ),
        "categories": list(Category.objects.order_by("code").values_list("code", "name", "kind", "canonical__code")),
        "counts": sorted(
            (codes.get(category, ""), year, papers, primary)
            for category, year, papers, primary in PaperCount.objects.values_list(
                "category", "year", "papers", "primary_papers"
            )
            if papers or primary
        ),
        "engine": found_by("engine"),
        "what is wrong": [*counts.differences(), *search.check()],
    }


def found_by(words: str) -> list[str]:
    """Identifiers of the papers that a search finds."""
    found = search.matching(Paper.objects.visible(), search.parse_query(words))
    return sorted(found.values_list("identifier", flat=True))
