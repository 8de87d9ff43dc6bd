"""Limits hold for all processes of the machine together, and a file that can't be used stops nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from papers.http import limits
from papers.http.limits import Busy, Counter, Slots, address_of
from tests.conftest import record

CODE = """
import sys
from types import SimpleNamespace
from unittest.mock import patch
from pathlib import Path
from django.conf import settings
settings.configure(DATA_DIR=Path(sys.argv[1]))
from papers.http.limits import Counter, Slots
"""


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def other_process(code: str, folder: Path) -> str:
    """What the code prints in a process of its own."""
    command = [sys.executable, "-c", CODE + code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_tries_are_counted_for_all_processes(tmp_path: Path) -> None:
    mine = Counter()
    assert [mine.add("ada", 60).n for _ in range(3)] == [1, 2, 3]
    assert other_process("print(Counter().add('ada', 60).n, Counter().add('charles', 60).n)", tmp_path) == "4 1"
    assert (mine.add("ada", 60).n, mine.seen("ada").n, mine.seen("grace").n) == (5, 5, 0)
    mine.forget("ada")
    assert (mine.seen("ada").n, mine.add("ada", 60, -1).n, mine.add("charles", 60).n) == (0, -1, 2)


def test_a_window_ends_and_leaves_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    counter = Counter()
    assert [counter.add("ada", 30).n for _ in range(2)] == [1, 2]
    now = 1029.0
    assert (counter.seen("ada").n, counter.seen("ada").left) == (2, 1.0)
    now = 1031.0
    assert (counter.seen("ada").n, counter.add("ada", 30).n) == (0, 1)
    now = 1200.0
    counter.seen("grace")
    assert counter.database and counter.database.execute("SELECT count(*) FROM tries").fetchone() == (0,)


def nothing(path: Path) -> None:
    path.unlink()


def a_text(path: Path) -> None:
    path.write_bytes(b"not a database, but longer than the head of one" * 100)


def another_table(path: Path) -> None:
    path.unlink()
    database = limits.sqlite3.connect(path)
    database.execute("CREATE TABLE tries (name TEXT)")
    database.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("broken", [nothing, a_text, another_table, a_folder])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_broken_file_stops_nobody(
    broken: Callable[[Path], None], is_open: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()
    counter.add("ada", 60)
    broken(tmp_path / "limits" / counter.name)
    if not is_open:
        counter = Counter()
    else:
        counter.looked_at = 0
    assert [counter.add("ada", 60).n for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("trouble", ["attempt to write a readonly database", "database or disk is full"])
def test_without_a_file_each_process_counts_and_says_so_once(
    trouble: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = limits.opened

    def refuse(path: str) -> Any:
        if path != ":memory:":
            raise limits.sqlite3.OperationalError(trouble)
        return opened(path)

    monkeypatch.setattr(limits, "opened", refuse)
    counter = Counter()
    assert [counter.add("ada", 60).n for _ in range(3)] == [1, 2, 3]
    counter.looked_at = 0
    assert counter.add("ada", 60).n == 1
    assert [trouble in record.getMessage() for record in caplog.records] == [True]


def test_places_are_the_machines_and_free_when_a_process_is_killed(tmp_path: Path) -> None:
    places = Slots("few", most=2, of_a_process=2)
    mine = places.take()
    assert mine
    code = "import os; held = [Slots('few', 2, 2).take() for _ in '12']; print(list(map(bool, held)), flush=True); os._exit(1)"
    command = [sys.executable, "-c", CODE + code, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip() == "[True, False]"
    second = places.take()
    assert second and places.take() is None
    second.leave()
    second.leave()
    third = places.take()
    assert third and places.take() is None
    third.leave()
    mine.leave()


def test_of_a_process_some_threads_stay_free() -> None:
    places = Slots("many", most=9, of_a_process=1)
    mine = places.take()
    assert mine and places.take() is None
    mine.leave()


def test_without_files_places_are_a_process_s_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "limits").write_text("no folder")
    places = Slots("few", most=9, of_a_process=1)
    first = places.take()
    assert first and places.take() is None
    first.leave()
    assert places.take() and len(caplog.records) == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_that_of_a_machine(address: str, counted: str) -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/papers.bib", "/papers.csv", "/categories/cs.LG/papers.ris", "/papers.json?q=engines"]
)
def test_a_long_list_waits_for_a_place_and_a_short_one_for_none(
    address: str, import_rows: Any, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    import_rows(*[record(f"2001.0000{n}", title="On engines") for n in range(1, 4)])
    monkeypatch.setattr(limits, "SLOTS", Slots("dear", most=1, of_a_process=1))
    held = limits.take_slot()
    is_ranked = "?q=" in address
    assert client.get(address).status_code == (503 if is_ranked else 200)
    monkeypatch.setattr("papers.views.exports.CHUNK", 2)
    refused = client.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "Please try again in a moment" in refused.content.decode()
    assert client.head(address).status_code == 200
    assert client.get("/healthz").status_code == 200
    held.leave()
    answer = client.get(address)
    assert answer.status_code == 200 and b"On engines" in b"".join(answer.streaming_content)
    limits.take_slot().leave()  # it has been left


def test_what_is_not_dear_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SLOTS", Slots("dear", most=1, of_a_process=1))
    with limits.slot(), limits.slot(False), pytest.raises(Busy), limits.slot():
        pass
    with limits.slot():
        pass
