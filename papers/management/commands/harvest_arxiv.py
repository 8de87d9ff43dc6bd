"""manage.py harvest_arxiv: bring the papers up to date with arXiv, or with another OAI-PMH repository."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning
from papers.ingest.sources.harvester import FORMATS, Outcome, harvest
from papers.ingest.sources.oai_client import ARXIV, SECONDS_BETWEEN_REQUESTS, Client, HarvestError

GO_ON = "Everything up to the last page is kept. Give the same command again: it goes on from there."


class Command(BaseCommand):
    help = (
        "Fetch new, changed and deleted records from arXiv by OAI-PMH: everything the first time, afterwards what has "
        "changed. It may be stopped at any moment and goes on where it was."
    )
    kept = GO_ON
    brings_papers_in = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", default="", help="only this OAI-PMH set, such as cs:cs:LG or physics:hep-lat")
        parser.add_argument(
            "--from",
            type=day,
            dest="since",
            metavar="DATE",
            help="begin with records changed on this day (default: where the last harvest ended, a day earlier)",
        )
        parser.add_argument("--base-url", default=ARXIV, help="another OAI-PMH service (default: %(default)s)")
        parser.add_argument("--prefix", choices=FORMATS, default="", help="format (default: the fullest there is)")
        parser.add_argument(
            "--pause",
            type=seconds,
            default=SECONDS_BETWEEN_REQUESTS,
            metavar="SECONDS",
            help="between two requests (default: %(default)g, and never less at arXiv); 0 for a repository of one's own",
        )
        parser.add_argument("--limit", type=count, metavar="N", help="stop after N records, to try it out")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="where records go that can't be taken")

    def handle(self, **options: Any) -> None:
        try:
            client = Client(options["base_url"], self.tell, contact=settings.CONTACT_EMAIL, pause=options["pause"])
            outcome = harvest(
                client,
                set_spec=options["set"],
                since=options["since"],
                prefix=options["prefix"],
                limit=options["limit"],
                rejects=options["rejects"],
            )
        except (HarvestError, AlreadyRunning) as error:
            raise CommandError(str(error)) from error
        for line in summary_lines(outcome):
            self.stdout.write(line)

    def tell(self, line: str) -> None:
        """A line of progress: on standard error and at once, for logs and for whoever waits."""
        self.stderr.write(line, self.style.NOTICE)
        self.stderr.flush()


def summary_lines(outcome: Outcome) -> list[str]:
    """What a harvest did and what to do next, line by line."""
    summary = outcome.summary
    lines = [
        f"{summary.read:,} records read: {summary.created:,} new, {summary.updated:,} changed, "
        f"{summary.unchanged:,} unchanged, {summary.older:,} older than ours, {summary.deleted:,} deleted, "
        f"{summary.deletions_without_effect}{summary.rejected:,} rejected."
    ]
    lines += [f"  rejected {number:,}: {reason}" for reason, number in summary.reasons.most_common()]
    lines += [summary.not_read] if summary.not_read else []
    if summary.rejected or summary.warnings:
        lines.append(f"Rejected records and {summary.warnings:,} warnings are in {outcome.rejects}.")
    if not outcome.is_complete:
        lines.append(outcome.why_incomplete or f"This is not the end of the list. {GO_ON}")
    if summary.created or summary.updated or summary.deleted:
        lines.append("Next: manage.py link_authors, or manage.py build_all for all stages that follow.")
    return lines


def day(text: str) -> date:
    """The date written as 2026-11-23."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-23") from error


def count(text: str) -> int:
    """The number, which is at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of records")
    return int(text)


def seconds(text: str) -> float:
    """The time, which is none or more."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 3600:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds, 0 to 3600")
    return found
