from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.builds import AlreadyRunning, stage_lock
from profiles.suggestions import find_duplicates


class Command(BaseCommand):
    help = "Find pairs of authors who may be one person, and put them into the curators' queue. Nothing is merged."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock():
                done = find_duplicates(lambda what, number, _total: self.stderr.write(f"{what}: {number:,}"))
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The suggestions of the last run stay in place.") from None
        self.stdout.write(
            f"Compared {done.candidates:,} pairs among {done.authors:,} authors: {done.kept:,} suggestions, "
            f"{done.likely:,} of them with a score of .9 or more."
        )
