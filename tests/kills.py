"""Ending a program at each of its commits, one after the other, and giving it again.

A point is where a transaction has been kept, or a statement outside of one, or where a file is about to be put into its place
or has been. Everything happens inside the test's own transaction, so that a point is the end of an outermost block in it, and
the site is as before when the next point is tried.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.transaction import Atomic

WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER")


class Killed(BaseException):
    """The end at a point; nothing in the program catches it."""


class Points:
    """The points that a program passes, in words; it is ended at number `end_at`, counted from 1, if there is one."""

    def __init__(self, end_at: int = 0):
        self.end_at = end_at
        self.passed: list[str] = []

    def _pass(self, what: str) -> None:
        self.passed.append(what)
        if len(self.passed) == self.end_at:
            raise Killed(what)

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Pass every point of what is run within."""
        outermost = len(connection.savepoint_ids)
        leave, replace, rename = Atomic.__exit__, Path.replace, Path.rename

        def left(block: Atomic, kind: Any, value: Any, trace: Any) -> None:
            leave(block, kind, value, trace)
            if kind is None and len(connection.savepoint_ids) == outermost:
                self._pass("a transaction was kept")

        def executed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            answer = execute(sql, params, many, context)
            if len(connection.savepoint_ids) == outermost and sql.lstrip().startswith(WRITES):
                self._pass(f"kept by itself: {sql[:80]}")
            return answer

        def putting(put: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
            def put_in_place(path: Path, target: Path) -> Path:
                self._pass(f"before {target}")
                found = put(path, target)
                self._pass(f"after {target}")
                return found

            return put_in_place

        Atomic.__exit__ = left  # type: ignore[method-assign]
        Path.replace, Path.rename = putting(replace), putting(rename)  # type: ignore[method-assign, assignment]
        try:
            with connection.execute_wrapper(executed):
                yield
        finally:
            Atomic.__exit__ = leave  # type: ignore[method-assign]
            Path.replace, Path.rename = replace, rename  # type: ignore[method-assign]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done to database and data folder within is undone at the end."""
    folder = Path(settings.DATA_DIR)
    kept = folder.with_name(f"{folder.name}.kept")
    shutil.copytree(folder, kept)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        shutil.rmtree(folder)
        kept.rename(folder)


def killed_at_each_point(program: Callable[[], object], content: Callable[[], Any]) -> list[str]:
    """Check that the program, ended at any of its points and given again, leaves the content that it leaves undisturbed.

    Gives the points.
    """
    with taken_back():
        undisturbed = Points()
        with undisturbed.watch():
            program()
        expected = content()
    for number, point in enumerate(undisturbed.passed, 1):
        with taken_back():
            try:
                with Points(number).watch():
                    program()
            except Killed:
                program()
                found = content()
            else:
                raise AssertionError(f"point {number}, {point}, was not passed again")
        differing = [name for name in expected if found[name] != expected[name]]
        assert not differing, f"ended at point {number} of {len(undisturbed.passed)}, {point}: other {differing}"
    return undisturbed.passed
