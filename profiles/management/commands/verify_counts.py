from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from papers.ingest import counts
from profiles.curation import dangling_references
from profiles.linking import linker
from profiles.statistics import author_counts, summaries


class Command(BaseCommand):
    help = (
        "Count papers and authors from scratch and say where the kept counts are wrong, or where merges and authorships lead "
        "to nobody (exit status 1); or repair them. What the next link_authors counts anyway, after an import or a decision, "
        "is not wrong: it is owed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="put the true counts in place")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with stage_lock():
                lost, (wrong, owed) = dangling_references.problems(), self.report()
                for sentence in lost:
                    self.stdout.write(sentence)
                if lost and options["repair"]:
                    dangling_references.mend()
                if (wrong or owed or lost) and options["repair"]:
                    counts.repair()
                    summaries.refresh(every=True)
                    author_counts.bring_up_to_date()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        nobody = f" and {len(lost):,} references to nobody" if lost else ""
        if options["repair"] and (wrong or owed or lost):
            also = f" {owed:,} that were owed are up to date, too." if owed else ""
            self.stdout.write(f"Repaired {wrong:,} wrong counts{nobody}.{also}")
            if lost:
                self.stdout.write("Next: manage.py link_authors")
            return
        if owed:
            self.stdout.write(f"{owed:,} kept counts are owed: the next link_authors brings them up to date.")
        if wrong or lost:
            raise CommandError(
                f"{wrong:,} kept counts are wrong{nobody}. Repair them with: manage.py verify_counts --repair"
            )
        self.stdout.write("All other kept counts are right." if owed else "All kept counts are right.")

    def report(self) -> tuple[int, int]:
        """Print each kept count that is wrong; gives how many are, and how many are only owed to the next link_authors."""
        of_papers = counts.differences()
        for (category, year, *of_type), kept, true in of_papers:
            also = f", type {of_type[0] or '?'}" if of_type else ""
            self.stdout.write(f"category {category or 'all'}, year {year}{also}: kept {kept}, true {true}")
        waiting = linker.authors_on_changed_papers()
        differing = summaries.differences()
        of_authors = [row for row in differing if not (row[0].statistics_are_stale or row[0].pk in waiting)]
        for author, what, kept, true in of_authors:
            self.stdout.write(f"author {author.public_id}, {what}: kept {kept}, true {true}")
        differing_lists = author_counts.differences()
        of_lists = [] if summaries.is_owed() else differing_lists
        for (category_id, standing, year, papers), authors, counted in of_lists:
            self.stdout.write(
                f"authors of category {category_id or 'all'}, {standing}, {papers} papers or more until {year}: "
                f"kept {authors}, true {counted}"
            )
        wrong = len(of_papers) + len(of_authors) + len(of_lists)
        return wrong, len(of_papers) + len(differing) + len(differing_lists) - wrong
