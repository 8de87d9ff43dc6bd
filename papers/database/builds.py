"""Running a stage: one at a time, its beginning, progress and end kept as a Build."""

from __future__ import annotations

import fcntl
import gc
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from papers.models import Build

STAGE_LOCK = 0x53544147
logger = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """Another process is writing to this site's database at this moment."""


@contextmanager
def calm_collector() -> Iterator[None]:
    """Let Python look for garbage cycles seldom while plain rows are made by the million: a tenth of the time of a stage."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def stage_lock() -> Iterator[None]:
    """Hold the right to run a stage; raises AlreadyRunning if another process has it. A killed process loses it at once."""
    message = (
        "Another import or build is running on this database. Nothing was changed. "
        "Wait until it ends, or stop it, and give the command again."
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A session gets a lock again that it holds; for us a second stage is one too many in the same process, too.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid()",
                [STAGE_LOCK],
            )
            is_ours = bool(cursor.fetchone()[0])
            cursor.execute("SELECT NOT %s AND pg_try_advisory_lock(%s)", [is_ours, STAGE_LOCK])
            if not cursor.fetchone()[0]:
                raise AlreadyRunning(message)
            try:
                with calm_collector():
                    yield
            finally:
                if connection.connection is not None and not connection.connection.closed:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [STAGE_LOCK])
        return
    name = str(connection.settings_dict["NAME"])
    in_memory = name == ":memory:" or "mode=memory" in name
    path = Path(settings.DATA_DIR / "stage.lock") if in_memory else Path(name + ".stage-lock")
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(message) from error
        with calm_collector():
            yield


@lru_cache(maxsize=1)
def code_version() -> str:
    """The commit this code is at, "+" if files differ from it; "unknown" outside a git checkout."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip()


def begin(
    stage: str, subject: str = "", parameters: dict[str, Any] | None = None, progress: dict[str, Any] | None = None
) -> Build:
    """A new running Build of the stage; earlier ones that never ended are marked as stopped.

    Call it under `stage_lock`: only then is a Build that says "running" known to be dead. Its moment of start is no other's,
    for rows name the run that read them by it; a clock that was set back is said.
    """
    with transaction.atomic():
        started_at = timezone.now()
        last = Build.objects.order_by("-pk").values_list("started_at", "finished_at").first()
        if last and started_at < (latest := max(filter(None, last))):
            logger.warning(
                "This machine's clock says %s, and an earlier run here ended or began at %s: the clock was set back, or was "
                "ahead then. Nothing is missed for it, but new records carry the later moment until the clock has passed "
                "it. Set the clock right.",
                f"{started_at:%Y-%m-%d %H:%M:%S}",
                f"{latest:%Y-%m-%d %H:%M:%S}",
            )
        while Build.objects.filter(started_at=started_at).exists():
            started_at += timedelta(microseconds=1)
        Build.objects.filter(stage=stage, status=Build.Status.RUNNING).update(status=Build.Status.STOPPED)
        return Build.objects.create(
            stage=stage,
            subject=subject,
            parameters=parameters or {},
            progress=progress or {},
            code_version=code_version(),
            started_at=started_at,
        )


@contextmanager
def ending(build: Build) -> Iterator[Build]:
    """Mark the Build finished at the block's end, stopped after Ctrl-C, failed after an error; it may be gone on with.

    Where something follows from the last transaction of a run, that transaction calls `finish` itself: whoever is killed
    between the two would leave rows behind of which no finished run knows.
    """
    try:
        yield build
    except KeyboardInterrupt:
        _break_off(build, Build.Status.STOPPED)
        raise
    except Exception:
        _break_off(build, Build.Status.FAILED)
        raise
    if build.status != Build.Status.FINISHED:
        finish(build)


def finish(build: Build) -> None:
    """Mark the Build finished, with its results and progress, in the caller's transaction if there is one."""
    build.status, build.finished_at = Build.Status.FINISHED, timezone.now()
    build.save(update_fields=["status", "finished_at", "results", "progress"])


def _break_off(build: Build, status: str) -> None:
    # `progress` was written with the last batch that was kept, and the results belong to that batch. What is finished stays.
    running = Build.objects.filter(pk=build.pk, status=Build.Status.RUNNING)
    running.update(status=status, finished_at=timezone.now())
