"""Time for all lists, against one plain blocked product of the same matrix, in the same run.

    DATA_DIR=… python benchmarks/similarity.py [--block 256]

over the papers and authors of the database that the settings name. The baseline multiplies the vectors of all authors who may
be listed with each other in blocks, by scipy, and throws the products away: no choice of the best, no network, no evidence.
Beside it: finding the lists of these same authors; of all authors, those of a single paper too; and saying why. CPU seconds
of one process. Reading is timed apart. The digest is that of all lists, to compare runs with.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--block", type=int, default=256)
    parser.add_argument(
        "--part", type=int, default=1, help="take every so-many-th block only, of the plain product too"
    )
    parser.add_argument("--explained", type=int, default=8, help="blocks for which evidence is made")
    options = parser.parse_args()

    import django

    django.setup()
    from profiles.similarity.corpus import Corpus
    from profiles.similarity.model import neighbours
    from profiles.similarity.model.vectors import Parameters

    with timed("read and count terms"):
        corpus = Corpus.read(Parameters(block=options.block))
    with timed("vectors and network"):
        model = corpus.model()
        listed = model.documents[model.document_of[model.listed]]
        targets = model.targets
        _ = model.products
    print(
        f"{len(corpus.paper_ids):,} papers, {len(corpus.authors):,} authors in {model.documents.shape[0]:,} documents, "
        f"{len(model.listed):,} may be listed, {listed.nnz / max(len(model.listed), 1):.0f} terms each"
    )
    with timed("plain product, authors who may be listed") as plain:
        for start in range(0, listed.shape[0], options.block * options.part):
            listed[start : start + options.block] @ targets
    digest = hashlib.blake2b(digest_size=16)
    links = 0
    # Blocks are ranges of documents; those of authors who may be listed are gathered to be timed alone.
    mine = np.unique(model.document_of[model.listed])
    with timed("lists of the authors who may be listed") as ours:
        for start in range(0, len(mine), options.block * options.part):
            found = neighbours.nearest(model, mine[start : start + options.block])
            links += len(found.authors)
    with timed("lists of all others") as others:
        rest = np.setdiff1d(np.arange(model.documents.shape[0]), mine)
        for start in range(0, len(rest), options.block * options.part):
            links += len(neighbours.nearest(model, rest[start : start + options.block]).authors)
    evidence = corpus.evidence(model)
    done = 0
    with timed(f"evidence of {options.explained} blocks") as why:
        for documents in list(neighbours.blocks(model))[:: options.part][: options.explained]:
            for row in evidence.rows(neighbours.nearest(model, documents)):
                digest.update(repr(row).encode())
                done += 1
    print(
        f"{links:,} links; finding and saying why {1e6 * why[0] / max(done, 1):.0f} µs a link; digest {digest.hexdigest()}"
    )
    print(f"ratio to the plain product: {ours[0] / plain[0]:.2f} (all authors: {(ours[0] + others[0]) / plain[0]:.2f})")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


@contextmanager
def timed(what: str) -> Iterator[list[float]]:
    """Prints and gives the CPU seconds of the block."""
    seconds = [0.0]
    start = time.process_time()
    yield seconds
    seconds[0] = time.process_time() - start
    print(f"{what}: {seconds[0]:.1f} s CPU", flush=True)


if __name__ == "__main__":
    main()
