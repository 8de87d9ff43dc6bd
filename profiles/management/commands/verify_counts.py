from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers import counts
from papers.builds import AlreadyRunning, stage_lock
from profiles import author_counts, dangling, statistics


class Command(BaseCommand):
    help = (
        "Count papers and authors from scratch and say where the kept counts differ, or where merges and authorships lead to "
        "nobody (exit status 1); or repair them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="put the true counts in place")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock():
                lost, wrong = dangling.found(), self.report()
                for sentence in lost:
                    self.stdout.write(sentence)
                if lost and options["repair"]:
                    dangling.mend()
                if (wrong or lost) and options["repair"]:
                    counts.repair()
                    statistics.refresh(every=True)
                    author_counts.bring_up_to_date()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        if not wrong and not lost:
            self.stdout.write("All kept counts are right.")
            return
        nobody = f" and {len(lost):,} references to nobody" if lost else ""
        if not options["repair"]:
            raise CommandError(
                f"{wrong:,} kept counts are wrong{nobody}. Repair them with: manage.py verify_counts --repair"
            )
        self.stdout.write(f"Repaired {wrong:,} wrong counts{nobody}.")
        if lost:
            self.stdout.write("Next: manage.py link_authors")

    def report(self) -> int:
        """Print each kept count that is wrong; gives how many."""
        of_papers = counts.differences()
        for (category, year), kept, true in of_papers:
            self.stdout.write(f"category {category or 'all'}, year {year}: kept {kept}, true {true}")
        of_authors = statistics.differences()
        for author, what, kept, true in of_authors:
            self.stdout.write(f"author {author.public_id}, {what}: kept {kept}, true {true}")
        of_lists = author_counts.differences()
        for (category_id, standing, year, papers), authors, counted in of_lists:
            self.stdout.write(
                f"authors of category {category_id or 'all'}, {standing}, {papers} papers or more until {year}: "
                f"kept {authors}, true {counted}"
            )
        return len(of_papers) + len(of_authors) + len(of_lists)
