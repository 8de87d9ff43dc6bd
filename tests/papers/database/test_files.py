"""Files are replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from papers.database.files import write_atomically


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(b"old")
    return path


def test_the_old_content_stays_until_the_new_one_is_whole(path: Path) -> None:
    with write_atomically(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_content_and_nothing_beside_it(path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), write_atomically(path) as file:
        file.write(b"half of the n")
        raise error
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_the_draft_of_a_killed_process_is_written_over(path: Path) -> None:
    path.with_name("report.txt.draft").write_bytes(b"much more than the new content")
    with write_atomically(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_content_is_on_the_disk_before_the_name_and_the_name_at_the_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().name}")
        fsync(handle)

    def replaced(draft: Path, target: Path) -> Path:
        steps.append(f"replace {target.name}")
        return replace(draft, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    with write_atomically(path) as file:
        file.write(b"new")
    assert steps == ["sync report.txt.draft", "replace report.txt", f"sync {path.parent.name}"]
