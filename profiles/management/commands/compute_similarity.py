from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from papers.builds import AlreadyRunning, stage_lock
from papers.progress import Progress
from profiles.similarity import compute_similarity


class Command(BaseCommand):
    help = "Find for every author the most similar ones, with the evidence, and put them in the place of the old links."

    def handle(self, *args: Any, **options: Any) -> None:
        progress: Progress | None = None

        def show(done: int, total: int) -> None:
            nonlocal progress
            progress = progress or Progress("similarity", total, "authors")
            progress.show(done)

        try:
            with stage_lock():
                done = compute_similarity(on_progress=show)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(
                f"The database refused: {error}. The links of the last build stay in place; mend that and try again."
            ) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The links of the last build stay in place.") from None
        finally:
            if progress:
                progress.close()
        self.stdout.write(
            f"Compared {done.compared:,} of {done.authors:,} authors by {done.terms:,} terms of {done.papers:,} papers: "
            f"{done.links:,} links."
        )
