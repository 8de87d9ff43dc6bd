"""`manage.py rebuild_search`: the search indexes of papers and authors, made anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import papers.search
import profiles.search
from papers.database.builds import AlreadyRunning, stage_lock
from papers.management.progress import Progress


class Command(BaseCommand):
    help = (
        "Make the search indexes of papers and of authors anew, or say what is wrong with them. Searches answer from the old "
        "ones until the new are complete."
    )
    kept = "Searches go on with the index that was there; give the command again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what is wrong; exit status 1 if anything is")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            problems = [*papers.search.check(), *profiles.search.check()]
            self.stdout.write("\n".join(problems) or "Both search indexes are in step with their tables.")
            if problems:
                raise SystemExit(1)
            return
        try:
            with stage_lock():
                for what, rebuild in (("papers", papers.search.rebuild), ("authors", profiles.search.rebuild)):
                    with Progress(f"index of {what}", None, what) as progress:
                        number = rebuild(progress.add)
                    self.stdout.write(f"Indexed {number:,} {what}.")
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
