"""Similar authors of everybody, stored with their evidence: read, compute block by block, replace the links whole.

Finished blocks wait on disk, so that memory doesn't grow with the number of links and a run that was stopped goes on where it
was. The links are replaced in one transaction at the end: until then, pages show the old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from papers.database import builds, bulk
from papers.models import Build, Paper
from profiles.models import Decision
from profiles.similarity import cache_files, link_store, topics
from profiles.similarity.cache_files import KeptCounts
from profiles.similarity.checkpoints import FinishedBlocks
from profiles.similarity.corpus import Corpus
from profiles.similarity.executors import Engine, one_after_the_other
from profiles.similarity.model import neighbours
from profiles.similarity.model.evidence import EvidenceTerm, LinkRow, most_telling
from profiles.similarity.model.lists import FullLists, NotedLinks
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters
from profiles.watermark import Watermark

STAGE, UPDATE_STAGE = "similarity", "similarity_update"
FROZEN_FOR = 0.05  # of the papers, of which so many may be new or changed before terms want new weights
# What curators decide without any effect on who is like whom.
WITHOUT_EFFECT = frozenset(
    {"rename", "add-name", "name-visibility", "remove-identifier", "profile", "address", "not-same"}
    # What they decide of papers is seen by the papers' own changes.
    | {"paper-field", "paper-add", "paper-hide", "paper-show", "paper-merge", "paper-part", "papers-differ"}
)


@dataclass(slots=True)
class SimilaritySummary:
    """What a similarity run did."""

    papers: int = 0
    authors: int = 0
    compared: int = 0
    links: int = 0
    terms: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def compute_similarity(
    parameters: Parameters | None = None,
    on_progress: Callable[[int, int], None] = lambda *_: None,
    engine: Engine = one_after_the_other,
) -> SimilaritySummary:
    """Compute and store the similar authors of everybody; gives what was done. Call it under builds.stage_lock."""
    parameters = parameters or Parameters()
    build = builds.begin(STAGE, parameters=asdict(parameters))
    with builds.ending(build):
        seen = Watermark.now()
        corpus = Corpus.read(parameters)
        model = corpus.model()
        evidence = corpus.evidence(model)
        blocks = list(neighbours.blocks(model))
        finished = FinishedBlocks(cache_files.folder() / "blocks", evidence.digest(blocks))
        missing = [number for number in range(len(blocks)) if number not in finished]
        people = [model.count_people(documents) for documents in blocks]
        done = sum(people) - sum(people[number] for number in missing)
        for number, rows in engine(evidence, [(number, blocks[number]) for number in missing]):
            finished.keep(number, rows)
            done += people[number]
            on_progress(done, sum(people))
        summary = SimilaritySummary(
            papers=len(corpus.paper_ids),
            authors=len(corpus.authors),
            compared=int((np.diff(model.documents.indptr) > 0)[model.document_of].sum()) if len(corpus.authors) else 0,
            terms=len(corpus.vocabulary.terms),
        )
        KeptCounts(corpus.revision, corpus.paper_ids, corpus.counts).keep(build)
        with bulk.one_writer():
            noted = NotedLinks()
            summary.links = link_store.replace_links(build, _with_notes(finished.rows(len(blocks)), noted))
            topics.replace(corpus.vocabulary, model)
            cache_files.write_lists(noted.lists(full_lists(model)).without(link_store.decided_pairs()), build)
            build.results = summary.as_json()
            build.progress = {
                "held_back": model.factors,
                "seen": seen.as_json(),
            }  # what bringing up to date goes on with
            builds.finish(build)
    finished.forget()
    cache_files.forget_others("counts", build)
    cache_files.forget_others("lists", build)
    return summary


def reasons(evidence: dict[str, Any], most: int = 3) -> list[str]:
    """The few words that tell a visitor most about why."""
    terms = [EvidenceTerm(**part) for part in evidence.get("parts", []) if part["kind"] == "term"]
    return most_telling(terms, most)


def _with_notes(rows: Iterable[LinkRow], noted: NotedLinks) -> Iterator[LinkRow]:
    for row in rows:
        noted.add(*row[:4])
        yield row


def full_lists(model: Model) -> FullLists:
    """When a list of this model is full."""
    parameters = model.parameters
    return FullLists(
        parameters.links, parameters.links_of_unlisted, parameters.not_yet_share, model.authors[model.listed]
    )


def true_build() -> Build | None:
    """The run of whose beginning all links that are shown are true, a whole one or an update of all that had changed."""
    whole = Build.objects.latest_finished(STAGE)
    if whole is None:
        return None
    updates = Build.objects.filter(stage=UPDATE_STAGE, status=Build.Status.FINISHED, pk__gt=whole.pk).order_by("-id")
    return next((build for build in updates if {"seen", "true_of"} & build.progress.keys()), whole)


def is_outdated() -> bool:
    """Whether papers, authorships or decisions changed since the links that are shown were computed or brought up to date.

    Bringing up to date keeps the weights of terms: once many papers have changed, only a whole build will do.
    """
    last, whole = true_build(), Build.objects.latest_finished(STAGE)
    if last is None or whole is None:
        return Paper.objects.exists()
    seen = Watermark.of(last)
    return (
        Build.objects.filter(stage="link", pk__gt=last.pk).exists()
        or Paper.objects.filter(revision__gt=seen.revision).exists()
        or Decision.objects.filter(pk__gt=seen.decision).exclude(kind__in=WITHOUT_EFFECT).exists()
        or Paper.objects.filter(revision__gt=Watermark.of(whole).revision).count()
        > FROZEN_FOR * whole.results.get("papers", 0)
    )
