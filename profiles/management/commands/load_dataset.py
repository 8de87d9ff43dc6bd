"""manage.py load_dataset: make an empty site from what dump_dataset wrote."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning
from papers.management.progress import Progress
from profiles.dataset.files import DatasetError
from profiles.dataset.loader import load


class Command(BaseCommand):
    help = (
        "Load a dataset, a folder that dump_dataset wrote or that was fetched from a site's /data/, into an empty site. "
        "Every file is checked first; what is wrong is said, and then nothing is loaded."
    )
    kept = "Nothing was loaded."
    brings_papers_in = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where manifest.json lies")

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress("load", None, "rows") as progress:
            done: dict[str, int] = {}

            def show(table: str, rows: int) -> None:
                done[table] = rows
                progress.show(sum(done.values()), table)

            try:
                found = load(options["folder"], show)
            except (DatasetError, AlreadyRunning) as error:
                raise CommandError(str(error)) from error
        for table, rows in found.rows.items():
            self.stdout.write(f"  {rows:>12,} {table.replace('_', ' ')}")
        self.stdout.write(f"Loaded the dataset of {found.made_at}.")
        self.stdout.write("Next: manage.py compute_similarity, for pages that look people up by words.")
