"""The model that lists are made of: the authors' vectors and network, and who counts less in others' lists. No Django.

Who may be several people of one name counts less (homonyms.py), and so does who would be in too many lists (hubs.py). The
site's lists and what measures them use this one function, so that what is measured is what is shown.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from profiles.similarity.model import homonyms, hubs
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters, paper_vectors


def guarded_model(  # noqa: PLR0913 - the parts of a corpus
    parameters: Parameters,
    authors: np.ndarray,
    wrote: sparse.csr_matrix,
    counts: sparse.csr_matrix,
    idf: np.ndarray,
    surnames: np.ndarray,
    sure: np.ndarray,
    held_back: dict[int, float] | None = None,
    papers: sparse.csr_matrix | None = None,
) -> Model:
    """The model of these authors (ids ascending); whom to hold back (factors of ids) is found here unless it is given.

    `surnames` are numbers, `sure` marks authors of whom a human or an identifier says who they are. `papers` are the
    papers' vectors, if they are made already.
    """
    papers = paper_vectors(counts, idf) if papers is None else papers
    doubted = homonyms.doubted(wrote, papers, surnames, sure, parameters.largest_walk_team)
    trust = np.where(doubted, parameters.doubted_trust, 1.0)
    model = Model.of(parameters, authors, wrote, counts, idf, trust)
    if held_back is None:
        factors = hubs.held_back(model)
    else:
        factors = np.array([held_back.get(pk, 1.0) for pk in authors.tolist()])
    return replace(model, trust=model.trust * factors, held_back=factors)
