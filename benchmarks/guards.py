"""What each guard of the lists does: the lists of a sample with all guards, and with each of them off.

    DATA_DIR=… python benchmarks/guards.py [--documents 2000]

over the papers and authors of the database that the settings name. Printed are, of the links of that sample: the share that
goes to authors of one text, to people with a paper of more than 30, to those who may be several people of one name, and to
those who have a text twice; the share inside the author's main category; the share of the lists that the one author is in who
is in most, and how many are in more than 1 %.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

OFF: dict[str, dict[str, Any]] = {
    "all on": {},
    "authors of one paper are listed": {"listed_papers": 1},
    "large teams tie and tell": {"largest_team": 10**6, "largest_walk_team": 10**6},
    "common names count in full": {"doubted_trust": 1.0},
    "a text deposited twice counts twice": {"copies_alike": 2.0},
    "nobody is held back": {"most_of_lists": 1.0},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=2000)
    options = parser.parse_args()

    import django

    django.setup()
    from profiles import homonyms, vectors
    from profiles.copies import without_copies
    from profiles.corpus import Corpus
    from profiles.evaluation import Known, main_categories
    from profiles.neighbours import Links, blocks, nearest
    from profiles.vectors import Parameters

    heads = ("one text", "large team", "doubted", "copies", "same field", "worst hub", "over 1 %")
    print(f"{'':36}{''.join(f'{head:>11}' for head in heads)}")
    for name, off in OFF.items():
        corpus = Corpus.read(replace(Parameters(), **off))
        deposited = Corpus.read(replace(Parameters(), **off | {"copies_alike": 2.0})).wrote
        model = corpus.model()
        rng = np.random.default_rng(1)
        count = model.documents.shape[0]
        documents = np.sort(rng.choice(count, min(options.documents, count), replace=False))
        links = Links.joined([nearest(model, block) for block in blocks(model, documents)])
        team = np.bincount(corpus.wrote.indices, minlength=corpus.wrote.shape[1])
        large = np.asarray((corpus.wrote @ (team > 30).astype(np.float32)) > 0).ravel()
        papers = vectors.paper_vectors(corpus.counts, corpus.vocabulary.idf)
        doubted = homonyms.doubted(corpus.wrote, papers, corpus.surnames, corpus.sure, 30)
        known = Known(corpus.wrote, corpus.counts, corpus.vocabulary.idf, corpus.subjects, corpus.primary)
        field = main_categories(known)
        texts = np.diff(without_copies(corpus.wrote, papers, Parameters().copies_alike).indptr)
        twice = np.diff(deposited.indptr) > texts
        shares = np.bincount(links.others) / max(len(np.unique(links.authors)), 1)
        of_links = [texts == 1, large, doubted, twice]
        figures = [f"{mask[links.others].mean():.2%}" for mask in of_links]
        figures.append(f"{(field[links.authors] == field[links.others]).mean():.1%}")
        figures += [f"{shares.max():.2%}", str((shares > 0.01).sum())]
        print(f"{name:36}{''.join(f'{figure:>11}' for figure in figures)}", flush=True)


if __name__ == "__main__":
    main()
