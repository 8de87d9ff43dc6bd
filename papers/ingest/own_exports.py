"""Records that are this site's own export, given back: they say nothing new, however the site's sources had written it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from papers.citations import bibtex as our_bibtex
from papers.citations import csl as our_csl
from papers.citations import ris as our_ris
from papers.citations.from_papers import works_of
from papers.citations.work import Work
from papers.ingest.known_groups import with_known_groups
from papers.ingest.matching import Target
from papers.ingest.readers import bibtex, csl_json, ris
from papers.ingest.records import PaperRecord
from papers.models import Paper

# How an entry of ours is written in each format of lists, and how that is read.
ENTRIES: dict[str, tuple[Callable[[Work], str], Callable[[str], PaperRecord | None]]] = {
    bibtex.FORMAT: (our_bibtex.entry, bibtex.read_entry),
    ris.FORMAT: (our_ris.entry, ris.read_entry),
    csl_json.FORMAT: (our_csl.entry, csl_json.read_entry),
}


def own_exports(targets: Iterable[Target]) -> set[tuple[int, bytes]]:
    """Of stored papers with records of lists: the paper and the digest of each record that is our own entry of it.

    Three queries where a list speaks of stored papers, a fourth where a name may be a group's, none otherwise.
    """
    keys: dict[int, set[tuple[str, str]]] = {}
    for target in targets:
        given = {(each.record.source, each.record.giver) for each in target.records if each.record.giver}
        if target.stored and (given := {each for each in given if each[0] in ENTRIES}):
            keys[target.stored.id] = given
    if not keys:
        return set()
    papers = Paper.objects.filter(pk__in=keys).for_citing()
    found = [
        (paper.pk, record)
        for paper, work in zip(papers, works_of(papers), strict=True)
        for source in {source for source, key in keys[paper.pk] if key == work.key}
        for record in _read_again(work, source)
    ]
    records = with_known_groups([record for _, record in found])
    return {(pk, record.digest()) for (pk, _), record in zip(found, records, strict=True)}


def _read_again(work: Work, source: str) -> list[PaperRecord]:
    """What files of ours have of it in this format, read: as we cite it, of the preprint, of the article."""
    write, read = ENTRIES[source]
    entries = {write(each) for each in (work, work.as_preprint(), work.as_article()) if each}
    return [record for entry in entries if (record := read(entry))]
