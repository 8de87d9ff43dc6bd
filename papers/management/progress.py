"""Progress of long work: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TextIO

from tqdm import tqdm

from papers.text.terminal import in_one_line

SECONDS_BETWEEN_LINES = 30


class Progress:
    """Shows `done` of `total` with rate and time left; without a total, what is done and the rate."""

    def __init__(self, label: str, total: int | None, unit: str, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        # The bar moves the cursor itself; what it is given as a note is quoted.
        terminal = getattr(self.stream, "unquoted", self.stream)
        self.label = label
        self.total = total
        self.unit = unit
        self.done = 0
        self.started = self.last_line = time.monotonic()
        self.bar = None
        if self.stream.isatty():
            self.bar = tqdm(total=total, desc=label, unit=f" {unit}", file=terminal, dynamic_ncols=True, leave=False)

    def show(self, done: int, note: str = "") -> None:
        """Say that so much is done."""
        self.done = done
        if self.bar is not None:
            self.bar.set_postfix_str(in_one_line(note), refresh=False)
            self.bar.update(done - self.bar.n)
            return
        now = time.monotonic()
        if now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            self.stream.write(self._line(done, now - self.started, note) + "\n")
            self.stream.flush()

    def add(self, more: int) -> None:
        """Say that so much more is done."""
        self.show(self.done + more)

    def _line(self, done: int, seconds: float, note: str) -> str:
        rate = done / seconds if seconds else 0
        share = f" of {self.total:,} ({100 * done // self.total} %)" if self.total else ""
        left = f", {(self.total - done) / rate / 60:.0f} min left" if self.total and rate else ""
        return f"{self.label}: {done:,}{share} {self.unit}, {rate:,.0f} a second{left}{', ' + note if note else ''}"

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Steps:
    """Shows the progress of one step after another; its `show` is what the functions of a stage call."""

    def __init__(self, units: Mapping[str, str] | None = None):
        self.units = units or {}
        self.step = ""
        self.progress: Progress | None = None

    def show(self, step: str, done: int, total: int | None) -> None:
        """Say that so much of the step is done."""
        if self.progress is None or step != self.step:
            self.close()
            self.step, self.progress = step, Progress(step, total, self.units.get(step, ""))
        self.progress.show(done)

    def close(self) -> None:
        if self.progress is not None:
            self.progress.close()

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
