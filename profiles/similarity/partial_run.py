"""Bringing similar authors up to date after some authors changed, without computing everybody's lists again.

The lists of the touched authors are computed whole. In the lists of all others they get their new places: whoever reaches the
score of the last in a list comes in, whoever no longer does goes out. What is given up until the next whole build:

- terms keep their weights, and two authors neither of whom was touched keep the score they have;
- a link of the old list whose score moved by less than TOLERANCE stays as it is, evidence and all;
- whoever goes out of a list of an untouched author leaves it one shorter, and it is not filled from below its old end;
- the terms by which touched authors are found for a topic keep a weight that moved by less than topics.MOVED of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

import numpy as np

from papers.database import builds, bulk
from papers.models import Build
from profiles.similarity import cache_files, link_store, topics
from profiles.similarity.cache_files import KeptCounts
from profiles.similarity.corpus import Corpus
from profiles.similarity.full_run import STAGE, UPDATE_STAGE, SimilaritySummary, full_lists, true_build
from profiles.similarity.model import neighbours
from profiles.similarity.model.evidence import Evidence, LinkRow
from profiles.similarity.model.incremental import Reach, changed_lists
from profiles.similarity.model.lists import KeptLists, pair_keys
from profiles.similarity.model.neighbours import Links, Model
from profiles.similarity.model.vectors import Parameters
from profiles.watermark import Watermark

TOLERANCE = 0.02
PAIRS_AT_ONCE = 10_000
ROWS_AT_ONCE = 64  # documents compared with all: what is made of more has to be asked from the system again and again


class NothingComputed(ValueError):
    """There is no build whose lists could be brought up to date."""


def update_since(
    since: datetime | None = None, on_progress: Callable[[int, int], None] = lambda *_: None
) -> SimilaritySummary:
    """Bring everybody up to date who changed since this moment, or since what the links are true of; see update_similarity.

    If somebody changed before it, too, similarity.is_outdated goes on to say so.
    """
    last, now = true_build(), Watermark.now()
    waiting = Watermark.of(last).changed_authors() if last else set()
    chosen = Watermark.at(since).changed_authors() if since else waiting
    return update_similarity(chosen, on_progress=on_progress, seen=now if last and waiting <= chosen else None)


def update_similarity(
    touched: Iterable[int],
    parameters: Parameters | None = None,
    on_progress: Callable[[int, int], None] = lambda *_: None,
    tolerance: float = TOLERANCE,
    seen: Watermark | None = None,
) -> SimilaritySummary:
    """Compute the lists of these authors (ids) again, and give them their places in others'; says what was done.

    `seen` is what all links are true of then, if the touched are all who changed up to it.
    Call it under papers.database.builds.stage_lock; raises NothingComputed.
    """
    parameters = parameters or Parameters()
    vocabulary = topics.stored_vocabulary()
    whole = Build.objects.latest_finished(STAGE)
    if not vocabulary.terms or whole is None:
        raise NothingComputed(
            "Similar authors have not been computed yet: give compute_similarity without a choice first."
        )
    ids = np.array(sorted(set(touched)), dtype=np.int64)
    build = builds.begin(UPDATE_STAGE, parameters=asdict(parameters))
    with builds.ending(build):
        corpus = Corpus.read(parameters, vocabulary, KeptCounts.of_build(whole))
        held_back = whole.progress.get("held_back", {})
        model = corpus.model({int(pk): factor for pk, factor in held_back.items()})
        evidence = corpus.evidence(model)
        decided = link_store.decided_pairs()
        full = full_lists(model)
        lists = (_newest_lists() or cache_files.lists_in_database(full)).without(decided)
        places = np.flatnonzero(np.isin(corpus.authors, ids))
        reach = Reach(model, lists, places, tolerance)
        mine, theirs = [], []
        rows = np.unique(model.document_of[places])
        for block in (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)):
            cosines = reach.every.rough(model.documents[block], threads=os.cpu_count() or 1)
            mine.append(neighbours.nearest(model, block, cosines))
            theirs.append(reach(block, cosines))
            on_progress(int(np.isin(places, model.people_of(block)).sum()), len(places))
        own = Links.joined(mine)
        own = own.some(np.isin(own.authors, places))
        arriving = _without(model, Links.joined(theirs), decided)
        change = changed_lists(model, lists, arriving, ids, tolerance, decided[:, 0])
        by_other = np.argsort(change.links.others, kind="stable")
        KeptCounts(corpus.revision, corpus.paper_ids, corpus.counts).keep(whole)
        new_lists = [change.kept, lists_of(model, _without(model, own, decided))]
        cache_files.write_lists(lists.with_lists(new_lists, of=np.union1d(ids, change.kept.listed_for)), build)
        with bulk.one_writer():
            links = link_store.replace_links(build, _explained(evidence, own), ids.tolist())
            explained = _explained(evidence, change.links.some(by_other), together_by_other=True)
            links += link_store.change_links(build, change, explained, change.places[by_other])
            topics.replace_some(model, ids.tolist())
            build.results = SimilaritySummary(
                papers=len(corpus.paper_ids),
                authors=len(corpus.authors),
                compared=len(np.union1d(ids, change.lists)),
                links=links,
                terms=len(vocabulary.terms),
            ).as_json()
            build.progress = {"seen": seen.as_json()} if seen else {}
            builds.finish(build)
    cache_files.forget_others("lists", build)
    return SimilaritySummary(**build.results)


def lists_of(model: Model, links: Links) -> KeptLists:
    """The lists that consist of these links."""
    together = model.together(links.authors, links.others)
    return KeptLists.of_links(
        model.authors[links.authors],
        model.authors[links.others],
        np.round(links.scores, 6),
        together,
        full_lists(model),
    )


def _newest_lists() -> KeptLists | None:
    """What the run, whole or not, that changed the links last left of the lists, if it is there."""
    build = Build.objects.filter(stage__in=(STAGE, UPDATE_STAGE), status=Build.Status.FINISHED).order_by("-id").first()
    return cache_files.read_lists(build) if build else None


def _without(model: Model, links: Links, decided: np.ndarray) -> Links:
    """The links on which no curator decided."""
    keys = pair_keys(model.authors[links.authors], model.authors[links.others])
    return links.some(~np.isin(keys, pair_keys(decided[:, 0], decided[:, 1])))


def _explained(evidence: Evidence, links: Links, together_by_other: bool = False) -> Iterator[LinkRow]:
    for start in range(0, len(links.authors), PAIRS_AT_ONCE):
        yield from evidence.rows(
            links.some(np.arange(start, min(start + PAIRS_AT_ONCE, len(links.authors)))), together_by_other
        )
