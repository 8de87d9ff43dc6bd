"""The command line: every command, ours or Django's, ends in a sentence that says what went wrong, where, and what to do.

A command may say by attributes: `kept`, what is in place when it is stopped; `needs_tables`, whether the database must be up
to date before it (ours unless they say no, and of Django's those that ask for it); `brings_papers_in`, that it may begin in a
database without tables, which is then set up empty.

Exit status: 0 done, 1 failed, 2 a wrong command line, 3 some records were rejected, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import getpass
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from environs import EnvError

from papers.text.terminal import QuotedStream, in_one_line

FAILED, STOPPED = 1, 130
OURS = ("papers", "profiles")
FAULT_FILE = "last-fault.txt"

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}
# What libraries say where no memory is left for them.
NO_MEMORY = ("not enough memory", "cannot allocate memory", "failed to map segment", "out of memory")

MIGRATE = "Give: manage.py migrate, or start the site with: make run."


class CommandLine(ManagementUtility):
    """Django's, with what a command needs made sure of between reading its arguments and its work."""

    command: BaseCommand | None = None

    def fetch_command(self, subcommand: str) -> BaseCommand:
        self.command = command = super().fetch_command(subcommand)
        app = get_commands().get(subcommand)
        execute = command.execute

        def ready(*args: Any, **options: Any) -> str | None:
            if getattr(command, "needs_tables", app in OURS or command.requires_migrations_checks):
                make_sure_of_tables(command)
            return execute(*args, **options)

        command.execute = ready  # type: ignore[method-assign]
        return command


def run(arguments: Sequence[str]) -> int:
    """Run the command line; gives its exit status."""
    os.environ["DJANGO_COLORS"] = "nocolor"  # colours are escape sequences, and none is let through
    sys.stdout, sys.stderr = (QuotedStream(stream or io.StringIO()) for stream in (sys.stdout, sys.stderr))
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    # Where Python may not raise, as in a finalizer, it would print a traceback.
    sys.unraisablehook = lambda fault: None if stopped.is_set() else sys.__unraisablehook__(fault)
    line = CommandLine(list(arguments))
    status: Any = 0
    try:
        try:
            line.execute()
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        status = ended.code or 0
        if isinstance(status, str):
            say(status)
            status = FAILED
    except BaseException as error:
        if "--traceback" in arguments or (settings.configured and settings.DEBUG):
            traceback.print_exc()
        if isinstance(error, KeyboardInterrupt):
            stopped.set()
        status = getattr(error, "returncode", FAILED)
        say("Stopped." if stopped.is_set() else explained(error), getattr(line.command, "kept", ""))
    if stopped.is_set():
        status = STOPPED
    leave_quietly()
    return int(status)


def say(*sentences: str) -> None:
    """Sentences on standard error, if anybody is there to read them."""
    try:
        sys.stderr.write(" ".join(filter(None, sentences)) + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def leave_quietly() -> None:
    """Let go of an output that takes nothing any more: Python would complain of it once more at its end."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


# --- Tables -----------------------------------------------------------------------------------------------------------


def make_sure_of_tables(command: BaseCommand) -> None:
    """Set up an empty database for a command that brings papers in; raises CommandError where tables are missing or old."""
    from profiles.management import site_setup

    if getattr(command, "brings_papers_in", False) and not site_setup.has_papers():
        site_setup.set_up_empty(command.stderr.write)
    elif missing := what_is_missing():
        raise CommandError(missing)


def what_is_missing() -> str:
    """That the database has no tables, or older ones than this program wants, and what to do; else nothing."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return ""
    if not set(executor.loader.applied_migrations) & {key for key in executor.loader.graph.nodes if key[0] in OURS}:
        return f"{place_of_database()} has no tables yet. {MIGRATE}"
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in waiting[:3])
    more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
    return f"{place_of_database()} waits for migrations of this program ({names}{more}). {MIGRATE}"


# --- Sentences --------------------------------------------------------------------------------------------------------


def explained(error: BaseException) -> str:
    """What happened, where, and what to do."""
    if any(is_of_memory(one) for one in causes(error)):
        return (
            "The memory did not suffice. Give this process more (ulimit -v, the service's limit, a larger machine), or less "
            "to do at once."
        )
    if isinstance(error, BrokenPipeError):
        return "Whoever read the output of this command has gone, so it ended."
    if isinstance(error, OSError):
        return of_files(error)
    if isinstance(error, DatabaseError):
        return of_database(error)
    text = in_one_line(str(error))
    if isinstance(error, CommandError | DeserializationError):
        return text
    if isinstance(error, EnvError | ImproperlyConfigured):
        return f"A setting can't be used: {text} Settings come from the environment and from .env; README has them."
    if isinstance(error, EOFError):
        return "The input ended before the command had what it asks for."
    if isinstance(error, ModuleNotFoundError):
        return f"A package is missing: {error.name}. Give: make site, and use {sys.prefix}/bin/python."
    if isinstance(error, InconsistentMigrationHistory):
        return f"{place_of_database()} was not made by this program: {text}"
    return of_program(error)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def is_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return isinstance(error, ImportError | ValueError | DatabaseError | RuntimeError) and any(
        sign in str(error).lower() for sign in NO_MEMORY
    )


def of_files(error: OSError) -> str:
    path = str(error.filename or "") or str(getattr(settings, "DATA_DIR", "") if settings.configured else "")
    reason = error.strerror or str(error)
    if error.errno in NO_ROOM:
        return f"There is no room for {path or 'the output'}: {reason}. Make room on that disk, and give the command again."
    if error.errno in NO_RIGHT:
        return (
            f"{path or 'The output'} can't be used by {who()}: {reason}. Give that user the right, or name another place "
            "(DATA_DIR)."
        )
    advice = {
        errno.ENOENT: f" Check the path (it is taken from {Path.cwd()}).",
        errno.EISDIR: " A file is wanted there.",
        errno.ENOTDIR: " A folder is wanted there.",
        errno.EEXIST: " Something else is in its place: move that away.",
    }.get(error.errno or 0, " Mend that, and give the command again.")
    return f"{path + ': ' if path else ''}{reason}.{advice}"


def who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def of_database(error: DatabaseError) -> str:
    place, text = place_of_database(), in_one_line(str(error).strip().partition("\n")[0])
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", "") or type(cause).__name__)
    if name in ("SQLITE_FULL", "DiskFull") or name.startswith("SQLITE_IOERR"):
        return f"There is no room for {place}, or its disk fails: {text}. Make room there, and give the command again."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")) or name in (
        "InsufficientPrivilege",
        "ReadOnlySqlTransaction",
    ):
        return f"{place} can't be opened or written by {who()}: {text}. Give that user the right, or set DATABASE_URL."
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or name in ("LockNotAvailable", "DeadlockDetected"):
        return f"{place} is held by another program: {text}. Wait until that ends, and give the command again."
    if name in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
        return f"{place} is damaged, or no database at all: {text}. Bring a copy back, or name another place (DATABASE_URL)."
    try:
        connection.close()
        missing = what_is_missing()
    except DatabaseError:
        return f"{place} can't be reached: {text}. Start the database, or check DATABASE_URL."
    return missing or f"{place} refused: {text}. {details(error)}"


def place_of_database() -> str:
    """The database in words, with its place and without its password."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"The database {found['NAME']}"
    return f"The database {found['NAME']} on {found['HOST'] or 'this machine'}:{found['PORT'] or 5432}"


def of_program(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = ""
    if frames:
        place = Path(frames[-1].filename)
        where = f" ({'/'.join(place.parts[-2:])}, line {frames[-1].lineno})"
    said = in_one_line(f"{type(error).__name__}: {error}")[:500]
    return f"This is a fault of the program: {said}{where}. {details(error)}"


def details(error: BaseException) -> str:
    """Where the whole traceback lies, which is written there."""
    try:
        path = Path(settings.DATA_DIR) / FAULT_FILE
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except Exception:
        return "Give the command again with --traceback to see where."
    return f"Where it happened stands in {path}."
