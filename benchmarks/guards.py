"""Effect and cost of each guard of the lists: the lists of a sample with all guards, and with each of them off.

    DATA_DIR=… python benchmarks/guards.py [--documents 2000] [--authors 3000] [--only all teams names]

over the papers and authors of the database that the settings name. Of the links of a sample of documents are printed: the share
that goes to authors of one text, to people with a paper of more than 30, to those who may be several people of one name, and to
those who have a text twice; the share inside the author's main category; the share of the lists that the one author is in who
is in most, and how many are in more than 1 %. Then how well the lists find what is hidden: recall@10 of future co-authors, the
same authors asked and the same answers right in every row, and how often the half of an author's papers finds the other first
among the halves of all, whose scores have the factors that the guards give their authors; both with 95 % intervals.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import django
import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from profiles.similarity.corpus import Corpus  # noqa: E402
from profiles.similarity.evaluation import Figure, Known, split_half  # noqa: E402
from profiles.similarity.evaluation.future import Question  # noqa: E402
from profiles.similarity.evaluation.methods import TOPIC, scores_of  # noqa: E402
from profiles.similarity.model import homonyms, vectors  # noqa: E402
from profiles.similarity.model.neighbours import Links, Model, blocks, nearest  # noqa: E402
from profiles.similarity.model.vectors import Parameters  # noqa: E402
from profiles.similarity.quality import default_cut  # noqa: E402

OFF: dict[str, dict[str, Any]] = {
    "all on": {},
    "authors of one paper are listed": {"listed_papers": 1},
    "large teams tie and tell": {"largest_team": 10**6, "largest_walk_team": 10**6},
    "common names count in full": {"doubted_trust": 1.0},
    "a text deposited twice counts twice": {"copies_alike": 2.0},
    "nobody is held back": {"most_of_lists": 1.0},
}


def same_people(corpus: Corpus, authors: np.ndarray) -> sparse.csr_matrix:
    """Who wrote what of these authors, in their order; with a guard off there may be more in the corpus."""
    places = np.searchsorted(corpus.authors, authors)
    if (corpus.authors[places] != authors).any():
        raise ValueError("With a guard off somebody is missing.")
    return corpus.wrote[places]


def among_everybody(question: Question, wrote: sparse.csr_matrix) -> Question:
    """The same question and the same answers with everybody as candidates, for with a guard off others may be listed."""
    everybody = np.arange(wrote.shape[0])
    count = len(question.candidates)
    places = sparse.csr_matrix((np.ones(count), (np.arange(count), question.candidates)), shape=(count, len(everybody)))
    together = (wrote.astype(np.float64) @ wrote.T.astype(np.float64)).astype(bool).tocsr()
    return Question(question.asked, everybody, (question.right @ places).tocsr(), together)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--authors", type=int, default=3000)
    parser.add_argument(
        "--only", nargs="+", metavar="WORD", default=[""], help="the rows whose names have one of these"
    )
    options = parser.parse_args()

    guarded = Corpus.read(Parameters())
    authors = guarded.authors
    papers = vectors.paper_vectors(guarded.counts, guarded.vocabulary.idf)
    # The same people and the same truth for every row: those of the guarded corpus, and the papers as deposited.
    as_deposited = same_people(Corpus.read(Parameters(copies_alike=2.0)), authors)
    team = np.bincount(as_deposited.indices, minlength=as_deposited.shape[1])
    large = np.asarray((as_deposited @ (team > 30).astype(np.float32)) > 0).ravel()
    doubted = homonyms.doubted(guarded.wrote, papers, guarded.surnames, guarded.sure, 30)
    texts = np.diff(guarded.wrote.indptr)
    groups = [texts == 1, large, doubted, np.diff(as_deposited.indptr) > texts]
    earlier = guarded.days < default_cut(guarded.days).toordinal()

    def known_of(corpus: Corpus) -> Known:
        return Known(
            same_people(corpus, authors),
            corpus.counts,
            corpus.vocabulary.idf,
            corpus.subjects,
            corpus.primary,
            guarded.surnames,
            guarded.sure,
        )

    known = known_of(guarded)
    main_category = known.main_categories()
    before = known.before(earlier, Parameters().max_share)
    question = among_everybody(
        Question.of(before, guarded.wrote[:, ~earlier], Parameters(), options.authors), before.wrote
    )
    print(f"{len(question.asked):,} authors asked, {int(doubted.sum()):,} doubted of {len(authors):,}")
    heads = ("one text", "large team", "doubted", "copies", "same field", "worst hub", "over 1 %")
    print(f"{'':36}{''.join(f'{head:>11}' for head in heads)}{'recall@10':>22}{'first':>22}")

    def lists(model: Model) -> list[str]:
        rng = np.random.default_rng(1)
        count = model.documents.shape[0]
        documents = np.sort(rng.choice(count, min(options.documents, count), replace=False))
        links = Links.joined([nearest(model, block) for block in blocks(model, documents)])
        shares = np.bincount(links.others) / max(len(np.unique(links.authors)), 1)
        return [
            *(f"{mask[links.others].mean():.2%}" for mask in groups),
            f"{(main_category[links.authors] == main_category[links.others]).mean():.1%}",
            f"{shares.max():.2%}",
            str((shares > 0.01).sum()),
        ]

    for name, off in OFF.items():
        if not any(word in name for word in options.only):
            continue
        parameters = replace(Parameters(), **off)
        known = known_of(Corpus.read(parameters))
        model = known.model(parameters)
        of_then = known.before(earlier, parameters.max_share).model(parameters)
        recall = question.answered(scores_of(of_then, question.candidates))
        halves = split_half(known, trust=np.where(model.trust > 0, model.trust, 1.0))
        first = next(row for row in halves.rows if row.method == TOPIC)
        shown = [
            f"{f.mean:.3f} [{f.low:.3f}–{f.high:.3f}]" for f in (Figure.of(recall["recall@10"]), first.figures["first"])
        ]
        print(
            f"{name:36}{''.join(f'{figure:>11}' for figure in lists(model))}{''.join(f'{text:>22}' for text in shown)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
