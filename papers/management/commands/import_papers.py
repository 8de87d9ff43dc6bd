from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning
from papers.ingest.import_summary import ImportSummary
from papers.ingest.readers import FORMATS, Source, SourceError
from papers.ingest.runs import NothingToResume, Run, import_source
from papers.management.progress import Progress

SOME_REJECTED = 3  # exit status; 0 is all well, 1 a failure, 2 a wrong command line


class Command(BaseCommand):
    help = (
        "Read papers from a file (plain, .gz, .xz or .zst) or from standard input (-). A stopped import of the same file "
        "goes on where it was. Exit status: 0 all well, 3 some records rejected, 1 failed, 2 wrong command line, 130 stopped."
    )
    kept = "What was read so far is kept; the same command goes on from there."
    brings_papers_in = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="a file, or - for standard input")
        parser.add_argument("--format", choices=sorted(FORMATS), help="default: told by the content")
        parser.add_argument("--limit", type=int, help="read no more than so many records")
        parser.add_argument("--category", action="append", default=[], help="only these, such as cs.LG or cs.*")
        parser.add_argument("--rejects", help="where to keep records that were not taken (JSON lines)")
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--resume", action="store_true", help="go on with a stopped import, or fail")
        again.add_argument("--restart", action="store_true", help="read from the start, whatever was stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_import(options)
        print_import(self, run)
        self.stdout.write("Next: manage.py build_all, or manage.py link_authors, to bring the profiles up to date.")
        if run.summary.rejected:
            raise SystemExit(SOME_REJECTED)


def run_import(options: dict[str, Any]) -> Run:
    """Import with progress; what is wrong with the source becomes a CommandError."""
    progress: Progress | None = None

    def show(source: Source, summary: ImportSummary) -> None:
        nonlocal progress
        progress = progress or Progress("import", source.total_bytes, "bytes")
        progress.show(source.bytes_read, f"{summary.read:,} records")

    try:
        return import_source(
            options["source"],
            format=options["format"],
            limit=options["limit"],
            only=options["category"],
            rejects=options["rejects"],
            resume=options["resume"],
            restart=options["restart"],
            on_batch=show,
        )
    except (SourceError, NothingToResume, AlreadyRunning) as error:
        raise CommandError(str(error)) from error
    finally:
        if progress:
            progress.close()


def print_import(command: BaseCommand, run: Run) -> None:
    """The summary of an import, and where its rejects lie."""
    done = run.summary
    if run.resumed_at:
        command.stdout.write(f"Went on from a stopped import, behind record {run.resumed_at:,}.")
    command.stdout.write(
        f"Read {done.read:,}: {done.created:,} created, {done.updated:,} updated, {done.unchanged:,} unchanged, "
        f"{done.older:,} not newer than what is here, {done.deleted:,} deleted, "
        f"{done.deletions_without_effect}{done.left_out:,} left out, {done.rejected:,} rejected, {done.warnings:,} warnings."
    )
    for reason, count in done.reasons.most_common():
        command.stdout.write(f"  {count:,} × {reason}")
    if done.not_read:
        command.stdout.write(done.not_read)
    if done.rejected or done.warnings:
        command.stdout.write(f"Rejected records and warnings, each with place and reason: {run.rejects}")
