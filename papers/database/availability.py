"""A database that can't be written to just now: busy with another writer, full, read-only or not there.

It is no fault of the site's: who wants to write is told to come again, and what a page would only keep is left out.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from papers.database import bulk

logger = logging.getLogger(__name__)

SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
# PostgreSQL's classes of errors: connection, resources, operators, deadlocks; a lock not had in time, a server to read from.
POSTGRES = ("08", "53", "57", "58", "40", "55P03", "25006")
AT_ONCE = 0.01  # seconds
ROOM = 1_000_000  # bytes that a decision and its index entries may need
PROBE = 65_536  # letters, for more than the pages that have room left


def is_passing(error: BaseException) -> bool:
    """Whether the error says that the database can't just now, and not that something is wrong with what it was asked."""
    cause: Any = error.__cause__ if isinstance(error, Error) else None
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in SQLITE
    if hasattr(cause, "sqlstate"):
        if cause.sqlstate is None:  # the server was not reached
            return isinstance(error, OperationalError | InterfaceError)
        return bool(cause.sqlstate.startswith(POSTGRES))
    return False


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """For another writer no longer than this. Asked of the driver: it is no question to the database."""
    connection.ensure_connection()
    raw: Any = connection.connection
    wanted = f"{seconds * 1000:.0f}"
    if connection.vendor == "postgresql":
        [before] = raw.execute("SELECT current_setting('lock_timeout')").fetchone()
        change = "SELECT set_config('lock_timeout', %s, false)"
        raw.execute(change, [f"{wanted}ms"])
    else:
        [before] = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute(f"PRAGMA busy_timeout = {wanted}")
    try:
        yield
    finally:
        # In a transaction that failed PostgreSQL takes nothing, and in rolling back gives the old value itself.
        with suppress(Exception):
            if connection.vendor == "postgresql":
                raw.execute(change, [before])
            else:
                raw.execute(f"PRAGMA busy_timeout = {before}")


def write_if_free(write: Callable[[], object]) -> None:
    """Make a write that nobody would miss: it waits for no other, and where it can't be made the log says so."""
    try:
        with waiting(AT_ONCE), transaction.atomic():
            write()
    except Error as error:
        logger.warning("Left out what would have been kept: %s", error)


def trouble_in_writing() -> str:
    """Why the site can't write now, in a sentence; empty if it can. What is tried is taken back."""
    from django.contrib.sessions.models import Session

    name = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    try:
        with waiting(1), bulk.one_writer():
            now = timezone.now()
            Session.objects.create(session_key=f"probe-{now:%H%M%S%f}", session_data="x" * PROBE, expire_date=now)
            transaction.set_rollback(True)
        if name and name.is_file():
            # What is taken back needs no room on the disk.
            with tempfile.TemporaryFile(dir=name.parent) as file:
                os.posix_fallocate(file.fileno(), 0, ROOM)
    except (DatabaseError, OSError) as error:
        return f"nothing can be written: {error}".splitlines()[0]
    return ""
