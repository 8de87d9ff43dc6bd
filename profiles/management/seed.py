"""The seed profile: from its small source file through the real stages to the fixture that `loaddata` loads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core import serializers
from django.db import transaction

from papers import taxonomy
from papers.bylines import Name, parse_name
from papers.ingest.importer import Importer
from papers.ingest.records import PaperRecord, SourceFields
from papers.models import Build, Paper, PaperCategory, PaperDoi
from profiles import curation
from profiles.linking import linker
from profiles.models import Author, AuthorName, Authorship, IdentityKey
from profiles.statistics import summaries

SOURCE = settings.BASE_DIR / "fixtures" / "seed_source.json"
# The seed's public ids are the same at every site, so they are not made with a site's own secret.
SITE_KEY = "coterie seed"

# Kept figures, revisions and moments are the site's own affair: loading makes them.
LEFT_OUT = {
    "digest",
    "revision",
    "modified_at",
    "created_at",
    "is_listed",
    "statistics",
    "statistics_are_stale",
    "paper_count",
    "coauthor_count",
    "first_year",
    "last_year",
    "hidden_forms",
    "shown_as_printed",
    "candidates",
    "changed_at",
    # Nothing of these is known of the seed's papers.
    "issued",
    "issued_precision",
    "details",
    "giver",
    "base_url",
    "citation_key",
    "is_withdrawn",
    "is_hidden",
    "merged_into",
}
MODELS = (Paper, PaperCategory, PaperDoi, Author, AuthorName, IdentityKey, Authorship)


class NotEmpty(Exception):
    """The seed can be made only where no papers are."""


def load_seed(source: Path = SOURCE) -> None:
    """Bring the seed in through the real stages: import, curation, linking, counts. Raises NotEmpty."""
    if Paper.objects.exists():
        raise NotEmpty("There are papers in this database. `make fixtures` makes the seed in an empty one of its own.")
    seed = orjson.loads(source.read_bytes())
    read_at = datetime.combine(date.fromisoformat(seed["read_on"]), datetime.min.time(), UTC)
    with transaction.atomic():
        build = Build.objects.create(stage="seed", started_at=read_at)
        records = [record_of(row) for row in seed["papers"]]
        Importer(build, settings.DATA_DIR / "rejects" / "seed.jsonl").run(
            (place, f"paper {place}", record) for place, record in enumerate(records, 1)
        )
        for person in seed["people"]:
            others = [parse_name(text) for text in person.get("other_names", [])]
            curation.add_person(name_of(person), others, site_key=SITE_KEY)
        linker.link_authors(site_key=SITE_KEY)
        for row, record in zip(seed["papers"], records, strict=True):
            if listed := row.get("on_the_profile_of"):
                paper = Paper.objects.get(identifier=record.identifier)
                curation.claim_without_position(paper, Author.objects.get(name=listed))
        summaries.refresh()


def name_of(person: dict[str, Any]) -> Name:
    """The preferred name; a surname of several words is given, for no rule could know it."""
    name = parse_name(person["name"])
    if surname := person.get("surname"):
        return Name(name.name, name.name.removesuffix(surname).strip(), surname, name.suffix)
    return name


def record_of(row: dict[str, Any]) -> PaperRecord:
    """The record of one paper of the source file; what is null there stays unknown."""
    day = date.fromisoformat(row["submitted"]) if row["submitted"] else None
    return PaperRecord.from_source(
        SourceFields(
            source="seed",
            arxiv_id=row.get("arxiv_id"),
            slug=row.get("slug", ""),
            title=row["title"],
            abstract=row["abstract"],
            abstract_is_cut=True,
            authors=", ".join(row["authors"]),
            categories=row["categories"],
            posted=day,
            dois=row["doi"],
            comments=row["comments"],
        )
    )


def fixture_text() -> str:
    """The present papers and people as a fixture: natural keys, ordered, one row a line."""
    rows: list[str] = []
    for model in MODELS:
        fields = [
            field.name for field in model._meta.concrete_fields if field.name not in {*LEFT_OUT, "id", "sort_day"}
        ]
        queryset = model.objects.order_by("pk")
        if model in (PaperCategory, Authorship):
            fields.append("sort_day")
        found = serializers.serialize(
            "python", queryset, fields=fields, use_natural_foreign_keys=True, use_natural_primary_keys=True
        )
        rows += [orjson.dumps(_without_pk(row), default=str).decode() for row in found]
    return "[\n" + ",\n".join(rows) + "\n]\n"


def _without_pk(row: dict[str, Any]) -> dict[str, Any]:
    # PostgreSQL keeps the keys of JSON in an order of its own; the fixture's is alphabetical.
    fields = {
        name: orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)) if isinstance(value, list) else value
        for name, value in row["fields"].items()
    }
    return {"model": row["model"], "fields": fields}


def write_fixtures(folder: Path) -> list[Path]:
    """Make categories.json and seed.json in the folder from their sources; gives the paths. Raises NotEmpty."""
    categories, seed = folder / "categories.json", folder / "seed.json"
    categories.write_text(taxonomy.fixture_text(), encoding="utf-8")
    with transaction.atomic():
        load_seed()
        seed.write_text(fixture_text(), encoding="utf-8")
        transaction.set_rollback(True)
    return [categories, seed]
