"""Executors of blocks of authors: this process, or the workers of Dask's distributed scheduler.

An engine takes what explains links (profiles/similarity/model/evidence.py, a pure function of the rows of a block) and
numbered blocks, and gives the rows of each block's links as they are done, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from profiles.similarity.model.evidence import Evidence, LinkRow

Blocks = Sequence[tuple[int, np.ndarray]]
Engine = Callable[[Evidence, Blocks], Iterator[tuple[int, list[LinkRow]]]]
WAITING_PER_WORKER = 3  # blocks, so that none is idle and results don't pile up


class NoDask(RuntimeError):
    """Dask is not installed or not there; the message says what to do."""


def one_after_the_other(evidence: Evidence, blocks: Blocks) -> Iterator[tuple[int, list[LinkRow]]]:
    """The blocks in their order, in this process."""
    for number, documents in blocks:
        yield number, evidence(documents)


@contextmanager
def dask(where: str) -> Iterator[Engine]:
    """An engine on a number of worker processes here, or on those of the scheduler at an address; raises NoDask."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise NoDask(
            "Dask is not installed here. Install it (pip install 'coterie[dask]') or leave --dask out."
        ) from error
    if where.isdigit() and int(where):
        with (
            LocalCluster(
                n_workers=int(where), threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
            ) as cluster,
            Client(cluster) as client,
        ):
            yield _Scattered(client, int(where))
    else:
        try:
            client = Client(where, timeout=10)
        except (OSError, ValueError) as error:
            raise NoDask(f"No scheduler answers at {where}: {error}. Give an address like tcp://host:8786.") from error
        with client:
            yield _Scattered(client, max(len(client.scheduler_info()["workers"]), 1))


class _Scattered:
    """The engine of a client: everything the blocks depend on is sent to each worker once, then only numbers of rows."""

    def __init__(self, client: Any, workers: int):
        self.client, self.workers = client, workers

    def __call__(self, evidence: Evidence, blocks: Blocks) -> Iterator[tuple[int, list[LinkRow]]]:
        from distributed import as_completed

        if not blocks:
            return
        sent = self.client.scatter(evidence, broadcast=True, hash=False)
        left = iter(blocks)
        numbers: dict[str, int] = {}

        def submit(number: int, documents: np.ndarray) -> Any:
            future = self.client.submit(_compare, sent, documents, pure=False)
            numbers[future.key] = number
            return future

        first = [submit(*block) for _, block in zip(range(self.workers * WAITING_PER_WORKER), left, strict=False)]
        waiting = as_completed(first)
        for future in waiting:
            yield numbers.pop(future.key), future.result()
            for block in left:
                waiting.add(submit(*block))
                break


def _compare(evidence: Evidence, documents: np.ndarray) -> list[LinkRow]:
    return evidence(documents)
