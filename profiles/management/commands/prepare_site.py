from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning
from profiles.management.site_setup import prepare


class Command(BaseCommand):
    help = "Make the site ready to serve: static files, tables, and in a new database the seed profile with its stages."
    kept = "What was done stays; the same command goes on from there."
    needs_tables = False  # it makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed",
            type=int,
            choices=(0, 1),
            default=settings.SEED,
            help="whether a new database gets the seed profile (default: as it was begun, else 1)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seed = options["seed"]
        try:
            prepare(self.stdout.write, None if seed is None else bool(seed))
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
