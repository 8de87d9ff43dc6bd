from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from papers.ingest.duplicates import find_duplicate_papers
from papers.management.progress import Steps


class Command(BaseCommand):
    help = "Find pairs of papers that may be one, and put them into the curators' queue. Nothing is merged."
    kept = "The suggestions of the last run stay in place."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock(), Steps() as steps:
                done = find_duplicate_papers(steps.show)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Compared {done.compared:,} pairs among {done.papers:,} papers. "
            f"The queue has {done.kept:,} pairs, {done.likely:,} of them with a score of .9 or more."
        )
