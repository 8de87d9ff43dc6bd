"""The command line as a process: how it starts, is stopped, and what it writes where."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

import manage
from config import commands
from papers.management.progress import Progress
from papers.text.terminal import LogLine, QuotedStream, quoted

EVIL = "\x1b[2J\x9b1m\r\u202eover\u2066 \udcff\x07"
SHOWN = "\\u001b[2J\\u009b1m\\u000d\\u202eover\\u2066 \\udcff\\u0007"


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", **more}


def start(folder: Path, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(folder),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **more,
    )


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


# --- Ends ---------------------------------------------------------------------------------------------------------------


def test_ctrl_c_while_a_command_starts_is_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(arguments: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "run", stopped)
    with pytest.raises(SystemExit) as ended:
        manage.main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "Stopped.\n")


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8, 1.6])
def test_ctrl_c_at_any_moment(seconds: float, tmp_path: Path) -> None:
    process = start(tmp_path, "migrate", "-v0")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if seconds > 0.15:  # before, Python itself may not be there yet
        assert process.returncode in (0, 130)
        assert (out, err) in (("", ""), ("", "Stopped.\n"))


def test_who_reads_no_more_ends_the_command_quietly(tmp_path: Path) -> None:
    process = start(tmp_path, "help")
    assert process.stdout and process.stderr
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(60), err) == (1, "Whoever read the output of this command has gone, so it ended.\n")
    process.stderr.close()


def test_a_full_disk_behind_the_output(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "manage.py", "help"],
            cwd=settings.BASE_DIR,
            env=environment(tmp_path),
            text=True,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no room for ")
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_command_line_is_2(tmp_path: Path) -> None:
    status, _out, err = run(tmp_path, "link_authors", "--nonsense")
    assert status == 2
    assert "unrecognized arguments: --nonsense" in err


def test_somebody_else_s_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "coterie.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (id)")
    for arguments in (["prepare_site"], ["import_papers", "-"]):
        status, _out, err = run(tmp_path, *arguments)
        assert (status, err) == (
            1,
            "CommandError: The database holds other things than a site of this program, such as orders. Name an empty one by "
            "DATABASE_URL, or another folder by DATA_DIR.\n",
        )
    path.write_text("This is no database, but a letter.")
    status, _out, err = run(tmp_path, "verify_counts")
    assert (status, err) == (
        1,
        f"The database {path} is damaged, or no database at all: file is not a database. Bring a copy back, or name another "
        "place (DATABASE_URL).\n",
    )


def test_waiting_migrations_are_said_and_not_run(tmp_path: Path) -> None:
    run(tmp_path, "migrate", "-v0", "profiles", "0001")
    status, _out, err = run(tmp_path, "verify_counts")
    assert status == 1
    assert err.startswith(
        f"CommandError: The database {tmp_path}/coterie.sqlite3 waits for migrations of this program ("
    )
    assert err.endswith("). Give: manage.py migrate, or start the site with: make run.\n")
    assert run(tmp_path, "verify_counts")[2] == err


def test_a_fault_of_the_program_is_a_sentence_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    try:
        {}["some\x1bkey"]
    except KeyError as error:
        said = commands.explained(error)
    path = tmp_path / "last-fault.txt"
    assert said.startswith("This is a fault of the program: KeyError: 'some\\x1bkey' (config/test_manage.py, line ")
    assert said.endswith(f"). Where it happened stands in {path}.")
    assert "KeyError" in path.read_text()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "The memory did not suffice."),
        (
            ValueError("Not enough memory to allocate buffer for parsing: line 1 column 1 (char 0)"),
            "The memory did not",
        ),
        (ImportError("libopenblas.so: failed to map segment from shared object"), "The memory did not suffice."),
        (OSError(12, "Cannot allocate memory"), "The memory did not suffice."),
        (
            OSError(28, "No space left on device", "/x/y"),
            "There is no room for /x/y: No space left on device. Make room",
        ),
        (PermissionError(13, "Permission denied", "/x"), "/x can't be used by "),
        (FileNotFoundError(2, "No such file or directory", "a"), "a: No such file or directory. Check the path"),
        (EOFError(), "The input ended before"),
    ],
)
def test_what_a_person_can_mend_is_said(error: BaseException, said: str) -> None:
    assert commands.explained(error).startswith(said)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one database is asked for another")
def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_counts"],
        cwd=settings.BASE_DIR,
        text=True,
        capture_output=True,
        env=environment(tmp_path, DATABASE_URL="postgresql://me:secret@127.0.0.1:9/papers"),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database papers on 127.0.0.1:9 can't be reached: ")
    assert done.stderr.endswith("Start the database, or check DATABASE_URL.\n")
    assert "secret" not in done.stderr


# --- Text from outside --------------------------------------------------------------------------------------------------


class Terminal:
    """What a terminal gets."""

    def __init__(self) -> None:
        self.got = ""

    def write(self, text: str) -> None:
        self.got += text

    def flush(self) -> None:
        """Everything is there at once."""

    def isatty(self) -> bool:
        return True


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert quoted(EVIL) == SHOWN
    assert quoted("Emmy Nœther\tδ 数学\n") == "Emmy Nœther\tδ 数学\n"
    terminal = Terminal()
    print(EVIL, file=QuotedStream(terminal))
    assert terminal.got == SHOWN + "\n"


def test_a_name_of_a_file_on_the_command_line_is_shown(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "import_papers", str(tmp_path / "a\x1b[31m\u202eb"))
    assert status == 1
    assert "\x1b" not in out + err
    assert "a\\u001b[31m\\u202eb does not exist." in err


def test_the_line_of_progress_still_moves() -> None:
    terminal = Terminal()
    with Progress("import", 10, "bytes", QuotedStream(terminal)) as progress:  # type: ignore[arg-type]
        progress.show(5, f"at {EVIL}")
        progress.bar.refresh()  # type: ignore[union-attr]
    assert "\r" in terminal.got
    assert SHOWN in terminal.got
    assert "\x1b[2J" not in terminal.got


def test_no_line_of_the_log_can_be_forged() -> None:
    lines = LogLine("{levelname} {name}: {message}", style="{")
    try:
        raise ValueError("one\nERROR django: two\x1b[2J")
    except ValueError:
        error = sys.exc_info()
    said = lines.format(logging.LogRecord("x", logging.WARNING, "", 1, "a %s", ("b\nERROR django: c\x1b",), error))
    first, *others = said.split("\n")
    assert first == "WARNING x: a b\\nERROR django: c\\u001b"
    assert others[0] == "  Traceback (most recent call last):"
    assert all(line.startswith("  ") for line in others)
    assert "\x1b" not in said
    assert settings.LOGGING["formatters"]["line"]["class"] == "papers.text.terminal.LogLine"
