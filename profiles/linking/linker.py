"""Byline entries to authors: papers whose record changed since the last run are linked again, the others left alone.

The rule is the identity key of the printed name (profiles/names.py). A key printed twice on one paper is two authors. What
a human decided stays, wherever the name has moved in the byline. The outcome does not depend on the order of the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from django.conf import settings

from papers.database import builds, bulk
from papers.models import Build, Paper
from profiles.linking.batch import Batch, LinkSummary, PaperRow, papers_after
from profiles.models import Author, AuthorName, Authorship, IdentityKey

STAGE = "link"
BATCH_SIZE = 500  # papers in one transaction, so that a curator's write waits a tenth of a second at most
# What a batch finds stored rows by.
LOOKED_UP_BY = {
    Author: ["id", "public_id", "slug"],
    AuthorName: ["author_id"],
    Authorship: ["author_id", "paper_id"],
    IdentityKey: ["key", "author_id"],
}


def link_authors(
    *,
    restart: bool = False,
    on_batch: Callable[[LinkSummary], None] | None = None,
    batch_size: int = BATCH_SIZE,
    site_key: str | None = None,
) -> LinkSummary:
    """Link every paper that changed since the last run (or, with `restart`, every paper); gives what was done.

    `site_key` is what public ids are made with, by default the site's secret. Call it under papers.database.builds.stage_lock.
    """
    last = None if restart else Build.objects.filter(stage=STAGE).order_by("-id").first()
    position = last.progress.get("revision", 0) if last else 0
    if last and last.status == Build.Status.FINISHED and not papers_after(position, 1):
        return LinkSummary()
    build = builds.begin(STAGE, progress={"revision": position})
    summary = LinkSummary()
    with builds.ending(build):
        batches = 0
        while rows := papers_after(position, batch_size):
            with bulk.one_writer():
                Batch(rows, summary, site_key or settings.SECRET_KEY).link()
                position = rows[-1].revision
                build.progress = {"revision": position}
                build.results = summary.as_json()
                Build.objects.filter(pk=build.pk).update(progress=build.progress, results=build.results)
            batches += 1
            bulk.tell_planner(batches, LOOKED_UP_BY)
            if on_batch:
                on_batch(summary)
    return summary


def link_papers(ids: Iterable[int], *, as_far_as_known: bool = False, site_key: str | None = None) -> set[int]:
    """Link these papers again, inside the caller's transaction (papers.database.bulk.one_writer): after a decision about them.

    Gives the authors who gained or lost a place. Nobody is made by it: a paper that would need a further namesake stays as
    it is until the next run, or `as_far_as_known` has the names of those who are here already.
    """
    summary = LinkSummary()
    moved: set[int] = set()
    wanted = iter(sorted(set(ids)))
    while batch := list(islice(wanted, BATCH_SIZE)):
        rows = bulk.select(Paper, ("id", "byline", "sort_day", "is_deleted", "revision"), "id", batch)
        # In the order of their changes, as every other run sees them.
        papers = [PaperRow.stored(*row) for row in rows]
        papers.sort(key=lambda paper: paper.revision)
        key = site_key or settings.SECRET_KEY
        linked = Batch(papers, summary, key, makes_authors=False, as_far_as_known=as_far_as_known)
        linked.link()
        moved |= linked.moved
    return moved


def authors_on_changed_papers() -> set[int]:
    """The ids of the authors with papers that changed since authors were last linked."""
    return set(
        Authorship.objects.filter(paper__revision__gt=_position()).order_by().values_list("author_id", flat=True)
    )


def _position() -> int:
    """The number of the last change of a paper that linking has seen."""
    last = Build.objects.filter(stage=STAGE).order_by("-id").first()
    return last.progress.get("revision", 0) if last else 0
