"""Running a stage: one at a time, with its beginning and end kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from papers.database import builds
from papers.database.builds import STAGE_LOCK, AlreadyRunning, stage_lock
from papers.models import Build

pytestmark = pytest.mark.django_db

# Each says whether it got the lock, and holds it until it is told to end. A shared lock is asked for, since only a lock
# that really excludes others refuses it.
TRY_FILE = """
import fcntl, sys
file = open(sys.argv[1], "a")
try:
    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
except OSError:
    print("refused", flush=True)
else:
    print("held", flush=True)
sys.stdin.read()
"""
TRY_DATABASE = """
import sys, psycopg
with psycopg.connect(sys.argv[1]) as connection:
    got = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", [int(sys.argv[2])]).fetchone()[0]
    print("held" if got else "refused", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(answer: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that tries to run a stage on the same database, which must get this answer."""
    if connection.vendor == "postgresql":
        known = connection.get_connection_params()
        place = " ".join(f"{name}={known[name]}" for name in ("host", "port", "user", "dbname") if known.get(name))
        command = [sys.executable, "-c", TRY_DATABASE, place, str(STAGE_LOCK)]
    else:
        command = [sys.executable, "-c", TRY_FILE, str(settings.DATA_DIR / "stage.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{answer}\n"
            yield process
        finally:
            process.kill()


def lock_held_elsewhere() -> AbstractContextManager[subprocess.Popen[str]]:
    """Another process that runs a stage on the same database until it is killed."""
    return another_process("held")


BUSY = (
    "Another import or build is running on this database. Nothing was changed. "
    "Wait until it ends, or stop it, and give the command again."
)


def test_a_stage_waits_for_no_other_but_says_so() -> None:
    with lock_held_elsewhere(), pytest.raises(AlreadyRunning) as refused, stage_lock():
        pytest.fail("two stages run at once")
    assert str(refused.value) == BUSY


def test_while_a_stage_runs_no_other_process_gets_the_lock() -> None:
    with stage_lock(), another_process("refused"):
        pass
    with another_process("held"):
        pass


def test_a_killed_process_holds_nothing_back() -> None:
    with another_process("held") as process:
        process.kill()
        process.wait()
        patience = time.monotonic() + 10  # PostgreSQL has to notice first that its client is gone
        while True:
            try:
                with stage_lock():
                    break
            except AlreadyRunning:
                assert time.monotonic() < patience, "the lock of a killed process is still held"
                time.sleep(0.05)


def test_the_lock_is_free_again_after_a_stage_whatever_its_end() -> None:
    with pytest.raises(RuntimeError), stage_lock():
        raise RuntimeError("the stage failed")
    with stage_lock():
        pass


def test_a_new_run_marks_a_dead_one_as_stopped() -> None:
    dead, other = builds.begin("import", "a"), builds.begin("link")
    before = datetime.now(UTC)
    build = builds.begin("import", "b", {"limit": 3})
    assert list(Build.objects.order_by("id").values_list("id", "status")) == [
        (dead.pk, "stopped"),
        (other.pk, "running"),
        (build.pk, "running"),
    ]
    build.refresh_from_db()
    assert (build.stage, build.subject, build.parameters, build.finished_at) == ("import", "b", {"limit": 3}, None)
    assert before <= build.started_at <= datetime.now(UTC)
    assert build.code_version == builds.code_version()


@pytest.mark.parametrize(
    ("error", "status", "results"),
    [(None, "finished", {"read": 2}), (KeyboardInterrupt, "stopped", {}), (ValueError, "failed", {})],
)
def test_how_a_run_ended_is_kept(error: type[BaseException] | None, status: str, results: dict[str, Any]) -> None:
    build = builds.begin("import")
    Build.objects.filter(pk=build.pk).update(progress={"position": 1})  # with the last batch that was kept
    try:
        with builds.ending(build):
            build.results, build.progress = {"read": 2}, {"position": 2}
            if error:
                raise error
    except (KeyboardInterrupt, ValueError) as raised:
        assert type(raised) is error
    else:
        assert error is None
    build.refresh_from_db()
    assert (build.status, build.results, build.progress) == (status, results, {"position": 1 if error else 2})
    assert build.finished_at >= build.started_at


def test_what_was_finished_with_its_rows_stays_so_whatever_comes_behind() -> None:
    build = builds.begin("import")
    with pytest.raises(KeyboardInterrupt), builds.ending(build):
        build.results = {"read": 2}
        builds.finish(build)
        raise KeyboardInterrupt
    build.refresh_from_db()
    assert (build.status, build.results) == ("finished", {"read": 2})


def test_a_clock_that_was_set_back_is_said_and_no_two_runs_begin_at_one_moment(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    moment = datetime(2020, 1, 6, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    moments = [builds.begin("import").started_at for _ in range(3)]
    assert len(set(moments)) == 3
    caplog.clear()
    monkeypatch.setattr(timezone, "now", lambda: moment - timedelta(days=365))
    builds.begin("link")
    assert (
        "clock says 2019-01-06 00:00:00, and an earlier run here ended or began at 2020-01-06 00:00:00" in caplog.text
    )


def test_the_code_is_named_by_its_commit_or_not_at_all(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    builds.code_version.cache_clear()
    monkeypatch.setenv("PATH", "")  # no git
    assert builds.code_version() == "unknown"
    builds.code_version.cache_clear()


def test_the_newest_finished_run_of_a_stage() -> None:
    assert Build.objects.latest_finished("import") is None
    moment = datetime(2020, 1, 6, tzinfo=UTC)
    rows = [("import", "finished"), ("import", "finished"), ("import", "failed"), ("link", "finished")]
    made = [Build.objects.create(stage=stage, status=status, started_at=moment) for stage, status in rows]
    assert Build.objects.latest_finished("import") == made[1]
    assert str(made[1]) == f"import {made[1].pk}: finished, 2020-01-06 00:00"
