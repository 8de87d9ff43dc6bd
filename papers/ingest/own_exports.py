"""Records that are this site's own export, given back: they say nothing new, however the site's sources had written it."""

from __future__ import annotations

from collections.abc import Iterable

from papers.citations import bibtex as exported
from papers.citations.from_papers import works_of
from papers.citations.work import Work
from papers.ingest.known_groups import with_known_groups
from papers.ingest.matching import Target
from papers.ingest.readers import bibtex
from papers.models import Paper


def own_exports(targets: Iterable[Target]) -> set[tuple[int, bytes]]:
    """Of stored papers with records of lists: the paper and the digest of each record that is our own entry of it.

    Three queries where a list speaks of stored papers, none otherwise.
    """
    keys: dict[int, set[str]] = {}
    for target in targets:
        given = {each.record.giver for each in target.records if each.record.source == bibtex.FORMAT}
        if target.stored and given - {""}:
            keys[target.stored.id] = given
    if not keys:
        return set()
    papers = Paper.objects.filter(pk__in=keys).for_citing()
    found = [
        (paper.pk, record)
        for paper, work in zip(papers, works_of(papers), strict=True)
        if work.key in keys[paper.pk]
        for each in _entries(work)
        if (record := bibtex.read_entry(each))
    ]
    records = with_known_groups([record for _, record in found])
    return {(pk, record.digest()) for (pk, _), record in zip(found, records, strict=True)}


def _entries(work: Work) -> set[str]:
    """The entries that files of ours have of it: as we cite it, of the preprint, of the article."""
    return {exported.entry(each) for each in (work, work.as_preprint(), work.as_article()) if each}
