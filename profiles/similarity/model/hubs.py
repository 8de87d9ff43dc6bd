"""Holding back who would be in too many lists. numpy and scipy only: no Django.

With vectors of many dimensions some are near to everybody: authors of many and varied papers, who share a few words with most.
Their place in one list says something about them, not about whose list it is. Whoever is in more than a set share of the
lists gets a factor below 1 on all scores in others' lists, so that the parts of the evidence still add up; twice too many
lists cost the root of ½. It is found on a sample of documents, again and again until nobody is over.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from profiles.similarity.model.neighbours import Links, Model, blocks, nearest

SAMPLE = 4_000  # documents
ROUNDS = 4
MEANS = 5  # times the mean: fewer is nothing special, on a small site least of all


def held_back(model: Model, seed: int = 5) -> np.ndarray:
    """The factor of each author, 1 for nearly all; a pure function of the model."""
    found = np.ones(len(model.authors))
    count = model.documents.shape[0]
    documents = np.sort(np.random.default_rng(seed).choice(count, min(SAMPLE, count), replace=False))
    for _ in range(ROUNDS):
        factored = replace(model, trust=model.trust * found)
        links = Links.joined([nearest(factored, block) for block in blocks(factored, documents)])
        if not len(links.authors):
            break
        shares = np.bincount(links.others, minlength=len(found)) / len(np.unique(links.authors))
        most = max(model.parameters.most_of_lists, MEANS * float(shares[model.listed].mean()))
        over = shares > most
        if not over.any():
            break
        found[over] *= np.sqrt(most / shares[over])
    return np.round(found, 6)
