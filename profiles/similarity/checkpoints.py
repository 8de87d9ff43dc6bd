"""Finished blocks of links on disk: a run that was stopped goes on behind them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import zstandard

from papers.database.files import write_atomically
from profiles.similarity.model.evidence import LinkRow


class FinishedBlocks:
    """The blocks of the run with this fingerprint, in a folder; those of runs with others are thrown away.

    What is there is whole, also after a power cut.
    """

    def __init__(self, folder: Path, fingerprint: str):
        self.folder = folder / fingerprint
        if folder.exists():
            for other in folder.iterdir():
                if other != self.folder and other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.zst"

    def __contains__(self, number: int) -> bool:
        return self._path(number).exists()

    def keep(self, number: int, rows: Sequence[LinkRow]) -> None:
        """Keep the rows of a block."""
        packed = zstandard.compress(orjson.dumps(rows), level=1)
        with write_atomically(self._path(number)) as file:
            file.write(packed)

    def rows(self, blocks: int) -> Iterator[LinkRow]:
        """The rows of all blocks in the order of their numbers."""
        for number in range(blocks):
            for row in orjson.loads(zstandard.decompress(self._path(number).read_bytes())):
                yield tuple(row)

    def forget(self) -> None:
        """Throw the blocks away: their links are in the database."""
        shutil.rmtree(self.folder, ignore_errors=True)
