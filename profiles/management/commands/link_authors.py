from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from papers.management.progress import Progress
from profiles.linking.linker import link_authors
from profiles.pipeline import finish_loading
from profiles.statistics import summaries


class Command(BaseCommand):
    help = "Link the bylines of papers that are new or changed to authors, and count what changed by it."
    kept = "What was linked is kept; the same command goes on from there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="look at every paper again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock():
                finish_loading()
                with Progress("link", None, "papers") as progress:
                    linked = link_authors(restart=options["restart"], on_batch=lambda done: progress.show(done.papers))
                with Progress("statistics", None, "authors") as progress:
                    counted = summaries.refresh(on_batch=lambda done: progress.show(done.authors))
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Looked at {linked.papers:,} papers: {linked.authors_created:,} authors created, "
            f"{linked.authorships_added:,} authorships added, {linked.authorships_removed:,} removed, "
            f"{linked.decisions_kept:,} human decisions kept. Counted {counted.authors:,} authors."
        )
