"""The stages after the import, in their order, and bringing what is derived up to date after rows came in by another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import papers.search
from papers.database import builds, changes
from papers.ingest import counts, matching
from papers.ingest.duplicates import DuplicatePapersSummary, find_duplicate_papers
from papers.models import Build, Paper
from profiles import search
from profiles.duplicates.finder import find_duplicates
from profiles.duplicates.suggestion_store import DuplicatesSummary
from profiles.linking import linker
from profiles.linking.batch import LinkSummary
from profiles.similarity import full_run
from profiles.similarity.full_run import SimilaritySummary
from profiles.statistics import summaries
from profiles.statistics.summaries import StatisticsSummary

LOADING = "loaddata"
OnProgress = Callable[[str, int, int | None], None]  # stage, done, of how many if that is known


@dataclass(frozen=True, slots=True)
class StagesSummary:
    """What the stages after an import did; `related` is None where the links were already newer than the papers."""

    linked: LinkSummary
    counted: StatisticsSummary
    suggested: DuplicatesSummary
    alike: DuplicatePapersSummary
    related: SimilaritySummary | None


def run_stages(on_progress: OnProgress = lambda *_: None) -> StagesSummary:
    """Link, count, index, look for possible duplicates of people and of papers, and relate whatever is not yet.

    Call it under papers.database.builds.stage_lock.

    Each stage goes on where it was stopped; similarity is computed anew if papers, links or decisions changed since.
    """
    finish_loading()
    papers_here = Paper.objects.visible().count
    linked = linker.link_authors(on_batch=lambda done: on_progress("link", done.papers, None))
    counted = summaries.refresh(on_batch=lambda done: on_progress("statistics", done.authors, None))
    mend_indexes(lambda stage, done: on_progress(stage, done, papers_here()))
    suggested = find_duplicates(lambda _, done, of: on_progress("duplicates", done, of))
    alike = find_duplicate_papers(on_progress)
    related = None
    if full_run.is_outdated():
        related = full_run.compute_similarity(on_progress=lambda done, of: on_progress("similarity", done, of))
    return StagesSummary(linked, counted, suggested, alike, related)


def finish_loading() -> None:
    """Bring up to date what follows from the rows of a `loaddata`, where that was not done yet."""
    last = Build.objects.filter(stage=LOADING).order_by("-id").first()
    if last and last.status != Build.Status.FINISHED:
        with builds.ending(last):
            bring_up_to_date()


def bring_up_to_date() -> None:
    """Counts and search indexes as the rows demand, after a `loaddata`. Cheap when all is well."""
    counts.repair()
    changes.repair()
    matching.index_titles()
    summaries.refresh()
    mend_indexes()


def mend_indexes(on_progress: Callable[[str, int], None] = lambda *_: None) -> None:
    """Build a search index anew where it is out of step with its table."""
    if papers.search.check():
        papers.search.rebuild(lambda done: on_progress("search index of papers", done))
    if search.check():
        search.rebuild()
