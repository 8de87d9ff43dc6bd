from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.urls import reverse

from papers.database.builds import AlreadyRunning, code_version, finish, stage_lock
from papers.ingest.runs import fingerprint
from papers.management.commands import import_papers
from papers.management.commands.import_papers import SOME_REJECTED, print_import, run_import
from papers.management.progress import Steps
from papers.models import Build
from profiles.pipeline import StagesSummary, run_stages
from profiles.sitemaps import write_sitemaps

STAGE = "build_all"


def stopped_behind_import(options: dict[str, Any]) -> Build | None:
    """The earlier run over this very source that read it to the end and was stopped in a later stage."""
    if options["restart"] or options["source"] == "-" or not Path(options["source"]).is_file():
        return None
    last = Build.objects.filter(stage=STAGE, subject=fingerprint(options["source"])).order_by("-id").first()
    return last if last and last.status != Build.Status.FINISHED else None


class Command(import_papers.Command):
    help = (
        "Read papers from a file or standard input, link, count, index, look for possible duplicates and relate authors. "
        "Stopped at any moment, the same "
        "command goes on where it was. Exit status: 0 all well, 3 some records rejected, 1 failed, 2 wrong command line, "
        "130 stopped."
    )
    kept = "What was done is kept; the same command goes on from there."

    def handle(self, *args: Any, **options: Any) -> None:
        earlier = stopped_behind_import(options)
        if earlier:
            self.stdout.write("The import of this source was complete when an earlier run stopped; going on behind it.")
            rejected = earlier.results.get("rejected", 0)
            build = earlier
        else:
            run = run_import(options)
            print_import(self, run)
            rejected = run.summary.rejected
            build = Build.objects.create(
                stage=STAGE,
                subject=run.build.subject,
                started_at=run.build.started_at,
                code_version=code_version(),
                results=run.summary.as_json(),
            )
        done = self.run_stages()
        self.stdout.write(
            f"Linked {done.linked.papers:,} papers: {done.linked.authors_created:,} authors created, "
            f"{done.linked.authorships_added:,} authorships added. Counted {done.counted.authors:,} authors."
        )
        self.stdout.write(
            f"Possible duplicates: {done.suggested.candidates:,} pairs compared, {done.suggested.kept:,} in the queue at "
            f"{reverse('admin:curation-duplicates')}."
        )
        self.stdout.write(
            f"Possibly one paper: {done.alike.compared:,} pairs compared, {done.alike.kept:,} in the queue at "
            f"{reverse('admin:curation-duplicate-papers')}."
        )
        if done.related:
            self.stdout.write(f"Compared {done.related.compared:,} authors: {done.related.links:,} similarity links.")
        else:
            self.stdout.write("The similarity links were up to date.")
        sitemaps = write_sitemaps()
        finish(build)
        self.stdout.write(f"Wrote {sitemaps.files:,} sitemaps with {sitemaps.urls:,} addresses.")
        if rejected:
            raise SystemExit(SOME_REJECTED)

    def run_stages(self) -> StagesSummary:
        """The stages with a progress display each."""
        try:
            with stage_lock(), Steps({"link": "papers"}) as steps:
                return run_stages(steps.show)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
