from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from papers.database.builds import AlreadyRunning, stage_lock
from papers.management.progress import Progress
from profiles.lookup import find_author
from profiles.similarity import executors
from profiles.similarity.executors import NoDask
from profiles.similarity.full_run import compute_similarity
from profiles.similarity.partial_run import NothingComputed, update_similarity, update_since

LAST_RUN = datetime.min.replace(tzinfo=UTC)  # --since without a moment


class Command(BaseCommand):
    help = "Find for every author the most similar ones, with the evidence, and put them in the place of the old links."
    kept = "The links of the last build stay in place; the same command goes on behind the finished part."

    def add_arguments(self, parser: ArgumentParser) -> None:
        some = parser.add_mutually_exclusive_group()
        some.add_argument(
            "--authors",
            nargs="+",
            metavar="AUTHOR",
            help="only these (address, public id, orcid:…) and the lists they change",
        )
        some.add_argument(
            "--since",
            nargs="?",
            const=LAST_RUN,
            type=datetime.fromisoformat,
            metavar="MOMENT",
            help="the same for the authors who changed since this day or moment; without one, since the last run",
        )

        parser.add_argument(
            "--dask",
            metavar="WORKERS",
            help="let Dask compare: so many worker processes here, or the address of a scheduler (tcp://…)",
        )

    def chosen(self, options: dict[str, Any]) -> list[int] | None:
        """The ids of the authors to begin with; None for all."""
        if not options["authors"]:
            return None
        found = {who: find_author(who) for who in options["authors"]}
        if unknown := [who for who, author in found.items() if author is None]:
            raise CommandError(f"There is no author {', '.join(unknown)}. Nothing was changed.")
        return [author.pk for author in found.values() if author]

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dask"] and (options["since"] or options["authors"]):
            raise CommandError("--dask is for comparing everybody: leave it out with --since and --authors.")
        progress: Progress | None = None

        def show(done: int, total: int) -> None:
            nonlocal progress
            progress = progress or Progress("similarity", total, "authors")
            progress.show(done)

        try:
            with stage_lock():
                chosen = self.chosen(options)
                if since := options["since"]:
                    given = None if since is LAST_RUN else since if since.tzinfo else timezone.make_aware(since)
                    done = update_since(given, on_progress=show)
                elif chosen is None and options["dask"]:
                    with executors.dask(options["dask"]) as engine:
                        done = compute_similarity(on_progress=show, engine=engine)
                elif chosen is None:
                    done = compute_similarity(on_progress=show)
                else:
                    done = update_similarity(chosen, on_progress=show)
        except (AlreadyRunning, NothingComputed, NoDask) as error:
            raise CommandError(str(error)) from error
        finally:
            if progress:
                progress.close()
        self.stdout.write(
            f"Compared {done.compared:,} of {done.authors:,} authors by {done.terms:,} terms of {done.papers:,} papers: "
            f"{done.links:,} links."
        )
