from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from profiles.management.seed import NotEmpty, write_fixtures


class Command(BaseCommand):
    help = "Make fixtures/categories.json and fixtures/seed.json again from their sources, in an empty database."
    needs_tables = False  # it makes them, in a database that is thrown away

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            with stage_lock():
                paths = write_fixtures(options["folder"])
        except (AlreadyRunning, NotEmpty) as error:
            raise CommandError(str(error)) from error
        for path in paths:
            self.stdout.write(f"Wrote {path}")
