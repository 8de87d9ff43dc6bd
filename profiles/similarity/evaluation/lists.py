"""Measures of the lists: who has one, of which subject its people are, and whether some are in too many. No Django."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from profiles.similarity.evaluation.figures import Figure
from profiles.similarity.evaluation.known import Known
from profiles.similarity.model.neighbours import Model, blocks, nearest


@dataclass(frozen=True, slots=True)
class Lists:
    """What lists are like, of all authors or of those of a sample of documents."""

    of_all: bool
    authors: int
    authors_with_links: int
    authors_of_two: int
    authors_of_two_with_links: int
    in_most_lists: float  # share of all lists that the one author is in who is in most of them
    same_category: Figure  # share of an author's links to people of the same main category
    same_category_by_chance: float  # the same if lists were filled by lot


def describe_lists(model: Model, known: Known, most_documents: int = 20_000, seed: int = 3) -> tuple[Lists, float]:
    """The lists of all authors, or of so many documents drawn by lot, described, and the CPU seconds that they took."""
    documents = np.arange(model.documents.shape[0])
    of_all = len(documents) <= most_documents
    if not of_all:
        documents = np.sort(np.random.default_rng(seed).choice(documents, most_documents, replace=False))
    asked = np.isin(model.document_of, documents)
    started = time.process_time()
    found = [nearest(model, block) for block in blocks(model, documents)]
    seconds = time.process_time() - started
    authors = np.concatenate([links.authors for links in found] or [np.empty(0, np.int64)])
    others = np.concatenate([links.others for links in found] or [np.empty(0, np.int64)])
    lists = np.bincount(authors, minlength=len(model.authors))
    main = known.main_categories()
    agree = np.bincount(authors, weights=main[authors] == main[others], minlength=len(lists))
    has, two = lists > 0, asked & (model.papers >= 2)
    shares = np.bincount(main[model.listed], minlength=known.categories.shape[1]) / max(len(model.listed), 1)
    return (
        Lists(
            of_all,
            int(asked.sum()),
            int(has.sum()),
            int(two.sum()),
            int((has & two).sum()),
            round(float(np.bincount(others).max() / has.sum()), 5) if len(others) else 0.0,
            Figure.of(agree[has] / lists[has]),
            round(float(shares[main[has]].mean()), 4) if has.any() else 0.0,
        ),
        round(seconds, 1),
    )
