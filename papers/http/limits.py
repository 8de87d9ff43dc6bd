"""Limits on requests, how often and how many at once, shared by all processes of a machine in small files in DATA_DIR/limits.

Tries are counted in a SQLite file of its own, apart from the site's database, where a count would wait for an import. Places
are locks on files, which the system takes back when a process ends, however it ends. A file that can't be used stops nobody:
a broken one is made anew, else each process counts for itself for a minute, and the log says so once.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import ip_network
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)

OFTEN = 60  # seconds between two looks for counts that have run out, and between two tries to use a file
WAIT = 0.25  # seconds for another process that counts; its transaction takes some microseconds
TABLE = "CREATE TABLE IF NOT EXISTS tries (key BLOB PRIMARY KEY, n INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
ADD = """
INSERT INTO tries VALUES (:key, :n, :now + :seconds) ON CONFLICT (key) DO UPDATE SET
    n = CASE WHEN ends <= :now THEN :n ELSE n + :n END, ends = CASE WHEN ends <= :now THEN :now + :seconds ELSE ends END
RETURNING n, ends
"""
SEEN = "SELECT n, ends FROM tries WHERE key = :key AND ends > :now"
FORGET = "DELETE FROM tries WHERE key = :key RETURNING n, ends"


class Busy(Exception):
    """So many are at it that this one has to come again, after so many seconds (503)."""

    wait = 10

    def __init__(self, message: Any = "") -> None:
        super().__init__(
            message or _("Many long answers are being made here at this moment. Please try again a little later.")
        )


class TooMany(Busy):
    """So often that the next has to wait so many seconds (429)."""

    def __init__(self, message: Any, wait: float) -> None:
        super().__init__(message)
        self.wait = int(wait + 0.999)


def address_of(request: Any) -> str:
    """Where a request comes from, for limits, as NUM_PROXIES says; of IPv6 the network: one machine has all of it."""
    address = BaseThrottle().get_ident(request) or ""
    if ":" in address:
        with suppress(ValueError):
            return str(ip_network(f"{address}/64", strict=False))
    return address


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many there were in the present window, and the seconds until it ends."""

    n: int = 0
    left: float = 0.0


class Counter:
    """Tries by key, each key in windows that begin with the first try."""

    def __init__(self, name: str = "tries.sqlite3") -> None:
        self.name = name
        self.lock = threading.Lock()
        self.database: sqlite3.Connection | None = None
        self.opened: tuple[int, int] | None = None  # which file; none: in memory
        self.made_by = 0  # the process, for a connection doesn't outlive a fork
        self.looked_at = 0.0
        self.has_said = False

    def add(self, key: str, seconds: float, n: int = 1) -> Attempts:
        """The tries with this one; a negative number takes some back."""
        return self._asked(ADD, key, n=n, seconds=seconds)

    def seen(self, key: str) -> Attempts:
        return self._asked(SEEN, key)

    def forget(self, key: str) -> None:
        self._asked(FORGET, key)

    def _asked(self, statement: str, key: str, **values: float) -> Attempts:
        now = time.time()
        # A digest: a row is short whatever the key is, and tells no address and no name.
        values |= {"key": blake2b(key.encode(errors="replace"), digest_size=16).digest(), "now": now}  # type: ignore[dict-item]
        with self.lock:
            for attempt in range(3):
                try:
                    rows = self._ready(now).execute(statement, values).fetchall()
                    return Attempts(rows[0][0], max(rows[0][1] - now, 0.0)) if rows else Attempts()
                except (sqlite3.Error, OSError) as error:
                    self._give_up(error, now, remake=attempt == 0 and is_broken(error))
        return Attempts()  # not even in memory: better uncounted than refused

    def _ready(self, now: float) -> sqlite3.Connection:
        """The connection of this process, looked after once in a while."""
        if self.database is not None and self.made_by == os.getpid() and now - self.looked_at < OFTEN:
            return self.database
        path = folder() / self.name
        if self.database is None or self.made_by != os.getpid() or self.opened != identity(path):
            self.database = opened(str(path))
            self.opened, self.made_by = identity(path), os.getpid()
        self.database.execute("DELETE FROM tries WHERE ends <= ?", [now])
        self.looked_at = now
        return self.database

    def _give_up(self, error: Exception, now: float, *, remake: bool) -> None:
        """Make the file anew, or count in memory until the next look."""
        self.database = None
        if remake:
            with suppress(OSError):
                (folder() / self.name).unlink()
                return
        if not self.has_said:
            self.has_said = True
            logger.warning("Limits are counted for each process by itself: %s can't be used (%s).", self.name, error)
        self.database, self.opened = opened(":memory:"), None
        self.made_by, self.looked_at = os.getpid(), now


def opened(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    # Without files beside it and without waiting for the disk: what is lost with the machine are counts of a minute.
    database.execute("PRAGMA journal_mode = MEMORY")
    database.execute("PRAGMA synchronous = OFF")
    database.execute(TABLE)
    return database


def is_broken(error: Exception) -> bool:
    """Whether the file holds something else than it should, so that it helps to begin a new one."""
    return isinstance(error, sqlite3.DatabaseError) and not (
        isinstance(error, sqlite3.OperationalError) and "no such" not in str(error)
    )


def identity(path: Path) -> tuple[int, int]:
    """By which a process notices that the file was taken away or exchanged."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino


def folder() -> Path:
    path: Path = settings.DATA_DIR / "limits"
    path.mkdir(exist_ok=True)
    return path


class Slots:
    """So many places on the machine, and no more than `of_a_process` of them in one process."""

    def __init__(self, name: str, most: int, of_a_process: int) -> None:
        self.name, self.most = name, most
        self.own = threading.BoundedSemaphore(of_a_process)
        self.has_said = False

    def take(self) -> Slot | None:
        """A place, or None where all are taken."""
        if not self.own.acquire(blocking=False):
            return None
        try:
            for number in range(self.most):
                file = (folder() / f"{self.name}.{number}").open("w")
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return Slot(self.own, file)
                except BlockingIOError:
                    file.close()
        except OSError as error:
            if not self.has_said:
                self.has_said = True
                logger.warning("Places are given out by each process for itself: %s.", error)
            return Slot(self.own, None)
        self.own.release()
        return None


class Slot:
    """A place that is taken until it is left; leaving twice is leaving."""

    def __init__(self, own: threading.BoundedSemaphore, file: IO[str] | None) -> None:
        self.own, self.file, self.is_taken = own, file, True

    def leave(self) -> None:
        if self.is_taken:
            self.is_taken = False
            if self.file:
                self.file.close()
            self.own.release()


counter = Counter()
# Long work in Python gains nothing from more than one a processor, and of the threads of a process some stay free.
SLOTS = Slots("dear", max(os.cpu_count() or 2, 2), of_a_process=2)


def take_slot() -> Slot:
    """A place for work that takes some tenths of a second and more; raises Busy."""
    place = SLOTS.take()
    if place is None:
        raise Busy
    return place


@contextmanager
def slot(is_so: bool = True) -> Iterator[None]:
    """Within a place for dear work, where it is such; raises Busy."""
    place = take_slot() if is_so else None
    try:
        yield
    finally:
        if place:
            place.leave()
