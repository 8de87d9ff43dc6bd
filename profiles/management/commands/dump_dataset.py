"""manage.py dump_dataset: the public part of the site as files, given out under /data/."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.management.progress import Progress
from profiles.dataset.dumper import dataset_folder, dump
from profiles.dataset.files import PACKERS, DatasetError


class Command(BaseCommand):
    help = (
        "Write papers, authors, public names, authorships, similarity links and decisions as JSON Lines and CSV, packed, "
        "with schema, counts and checksums. Without a folder they go where /data/ gives them out. The older dataset stays "
        "until the new one is complete."
    )
    kept = "The older dataset, if there is one, is untouched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="default: the folder that /data/ gives out")
        parser.add_argument("--compress", choices=PACKERS, default=PACKERS[0], help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"] or dataset_folder()
        with Progress("dump", None, "rows") as progress:
            done: dict[str, int] = {}

            def show(table: str, rows: int) -> None:
                done[table] = rows
                progress.show(sum(done.values()), table)

            try:
                found = dump(folder, options["compress"], show)
            except DatasetError as error:
                raise CommandError(str(error)) from error
        for table, rows in found.rows.items():
            self.stdout.write(f"  {rows:>12,} {table.replace('_', ' ')}")
        self.stdout.write(f"{found.files:,} files, {found.bytes / 1e6:,.1f} MB, in {found.folder}.")
