from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from profiles.duplicates.finder import find_duplicates


class Command(BaseCommand):
    help = "Find pairs of authors who may be one person, and put them into the curators' queue. Nothing is merged."
    kept = "The suggestions of the last run stay in place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="compare everybody, and weigh words anew (default: only whom changes since the last run concern)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock():
                done = find_duplicates(
                    lambda what, number, _total: self.stderr.write(f"{what}: {number:,}"), everything=options["all"]
                )
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Compared {done.candidates:,} pairs of {done.looked_at:,} authors among {done.authors:,}. "
            f"The queue has {done.kept:,} suggestions, {done.likely:,} of them with a score of .9 or more."
        )
