"""Reading a source into the database as one resumable run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from papers.database import builds
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import Importer, Located
from papers.ingest.readers import Source, open_source
from papers.models import Build

STAGE = "import"


class NothingToResume(Exception):
    """--resume was asked for, and no stopped import of this source is known."""


@dataclass(frozen=True, slots=True)
class Run:
    """What an import did, where its rejects lie and whether it went on from an earlier one."""

    build: Build
    summary: ImportSummary
    rejects: Path
    resumed_at: int


def import_source(
    path: str,
    *,
    format: str | None = None,
    limit: int | None = None,
    only: Sequence[str] = (),
    rejects: str | None = None,
    resume: bool = False,
    restart: bool = False,
    on_batch: Callable[[Source, ImportSummary], None] | None = None,
) -> Run:
    """Import the file at `path` ("-": standard input); a stopped import of the same file goes on where it was.

    Raises SourceError for what can't be read (what came before is kept), NothingToResume for `resume` without a stopped
    run, builds.AlreadyRunning while another stage runs. Call it outside any transaction.
    """
    with builds.stage_lock(), open_source(path, format) as source:
        subject = fingerprint(path)
        parameters = {"format": source.format, "limit": limit, "only": list(only)}
        stopped = None if restart or path == "-" else stopped_run(subject, parameters)
        if resume and stopped is None:
            raise NothingToResume(
                f"No import of {path} in this format and with these categories has been stopped before its end. "
                "Leave --resume out to read it from the start."
            )
        position = stopped.progress.get("position", 0) if stopped else 0
        build = stopped or builds.begin(STAGE, subject, parameters)
        if stopped:
            Build.objects.filter(pk=build.pk).update(status=Build.Status.RUNNING, finished_at=None)
        kept_rejects = Path(rejects or settings.DATA_DIR / "rejects" / f"import-{build.pk}.jsonl")
        importer = Importer(
            build, kept_rejects, only=only, on_batch=(lambda done: on_batch(source, done)) if on_batch else None
        )
        with builds.ending(build):
            importer.run(items(source, position, limit))
        return Run(build, importer.summary, kept_rejects, position)


def items(source: Source, position: int, limit: int | None) -> Iterator[Located]:
    """What the source holds behind the position, at most `limit` items from the source's start."""
    source.skip_to(position)
    for number, located in enumerate(source, position):
        if limit is not None and number >= limit:
            return
        yield located


def fingerprint(path: str) -> str:
    """What tells this file from another: its name, its size and its beginning."""
    if path == "-":
        return "standard input"
    file = Path(path)
    with file.open("rb") as opened:
        beginning = hashlib.blake2b(opened.read(65536), digest_size=8).hexdigest()
    return f"{file.resolve().name} {file.stat().st_size} {beginning}"


def stopped_run(subject: str, parameters: dict[str, Any]) -> Build | None:
    """The last import of this source if it did not come to its end. Under the stage lock one that "runs" is dead.

    One that took other categories is none to go on with: what it left out would never come in.
    """
    last = Build.objects.filter(stage=STAGE, subject=subject).order_by("-id").first()
    if last is None or last.status == Build.Status.FINISHED:
        return None
    is_alike = all(last.parameters.get(name) == parameters[name] for name in ("format", "only"))
    return last if is_alike else None
