"""import_papers as it is typed: what it prints, what it leaves, its exit statuses, and going on after a stop."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from papers import search
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import Importer
from papers.ingest.readers import FORMATS
from papers.ingest.runs import NothingToResume, import_source
from papers.management.progress import Progress
from papers.models import Build, Paper
from tests.conftest import record
from tests.papers.conftest import facts, rejected, tables
from tests.papers.database.test_builds import BUSY, lock_held_elsewhere

pytestmark = pytest.mark.django_db

Write = Callable[..., Path]
NEXT = "Next: manage.py build_all, or manage.py link_authors, to bring the profiles up to date.\n"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


def run(*arguments: Any, **options: Any) -> tuple[int | str | None, str]:
    """The exit status (0, or what SystemExit carries) and the output."""
    out = StringIO()
    try:
        call_command("import_papers", *map(str, arguments), stdout=out, **options)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def refused(*arguments: Any) -> str:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 1
    return str(error.value)


def counts(read: int, **more: int) -> str:
    names = ("created", "updated", "unchanged", "older", "deleted", "left_out", "rejected", "warnings")
    return (
        "Read {read:,}: {created:,} created, {updated:,} updated, {unchanged:,} unchanged, {older:,} not newer than what "
        "is here, {deleted:,} deleted, {left_out:,} left out, {rejected:,} rejected, {warnings:,} warnings.\n"
    ).format(read=read, **dict.fromkeys(names, 0) | more)


# --- What it does and says ----------------------------------------------------------------------------------------------


def test_a_file_twice(snapshot: Write) -> None:
    path = snapshot(record("2001.00001"), record("2001.00002"))
    assert run(path) == (0, counts(2, created=2) + NEXT)
    before = tables()
    assert run(path) == (0, counts(2, unchanged=2) + NEXT)
    assert tables() == before


def test_rejects_are_named_counted_and_kept_and_the_status_tells(snapshot: Write, data_dir: Path) -> None:
    bad = [
        '{"id": "2001.00003", "title"',
        json.dumps(record("2001.00004", title="")),
        json.dumps(record("2113.00005")),
        json.dumps(record("2001.00006", versions="v1")),
    ]
    path = snapshot(record("2001.00001", doi="nonsense"), *bad, record("2001.00002"))
    status, output = run(path)
    kept = data_dir / "rejects" / f"import-{Build.objects.get().pk}.jsonl"
    assert (status, output) == (
        3,
        counts(6, created=2, rejected=4, warnings=1)
        + "  1 × not JSON\n  1 × title\n  1 × id\n  1 × versions\n"
        + f"Rejected records and warnings, each with place and reason: {kept}\n"
        + NEXT,
    )
    rows = rejected(kept)
    assert [(row["place"], row["raw"]) for row in rows[1:]] == [
        (f"line {number}", raw) for number, raw in enumerate(bad, 2)
    ]
    assert [row["reason"] for row in rows] == [
        "warning, the paper was taken: doi: 'nonsense' is not a DOI and was left out",
        "not JSON: unexpected end of data: line 1 column 29 (char 28)",
        "title: the record has no title",
        "id: '2113.00005': there is no month 13",
        "versions: the versions are a text, not a list",
    ]


def test_a_warning_alone_is_no_failure(snapshot: Write, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "rejects.jsonl"
    status, output = run(snapshot(record("2001.00001", doi="nonsense")), "--rejects", kept)
    assert (status, output) == (
        0,
        counts(1, created=1, warnings=1)
        + f"Rejected records and warnings, each with place and reason: {kept}\n"
        + NEXT,
    )
    assert len(rejected(kept)) == 1


def test_rejects_that_were_mended_can_be_imported(snapshot: Write, tmp_path: Path) -> None:
    kept = tmp_path / "rejects.jsonl"
    run(snapshot(record("2001.00001", title=""), record("2001.00002")), "--rejects", kept)
    mended = json.loads(rejected(kept)[0]["raw"]) | {"title": "Mended"}
    assert run(snapshot(mended, name="mended.jsonl")) == (0, counts(1, created=1) + NEXT)


@pytest.mark.parametrize(
    ("lines", "read", "created", "reasons"),
    [
        # The last line broke off while the file was fetched.
        ([record("2001.00001"), json.dumps(record("2001.00002"))[:80]], 2, 1, ["not JSON"]),
        ([record("2001.00001"), b'{"id": "2001.00002", "title": "\xff\xfe"}'], 2, 1, ["not UTF-8"]),
        ([b"\xef\xbb\xbf" + json.dumps(record("2001.00001")).encode(), "", "  ", record("2001.00002")], 2, 2, []),
        ([record("2001.00001"), "[1, 2]", "null", '"text"'], 4, 1, ["record"]),
        ([record("2001.00001", id=2001.00002), record("2001.00003")], 2, 1, ["id"]),
        ([record("2001.00001", authors=None), record("2001.00003")], 2, 1, ["authors"]),
        (
            [record("2001.00001"), record("2001.00001v2", title="Other", update_date="2019-01-01")],
            2,
            1,
            ["repeated id"],
        ),
        ([record("2001.00001", categories="cs.LG nonsense")], 1, 1, []),
        ([record("2001.00001", update_date="2020-02-30"), record("2001.00002")], 2, 2, []),
    ],
)
def test_one_bad_record_stops_nothing(
    lines: list[Any], read: int, created: int, reasons: list[str], snapshot: Write
) -> None:
    done = import_source(str(snapshot(*lines))).summary
    assert (done.read, done.created, done.rejected, sorted(done.reasons)) == (read, created, read - created, reasons)
    assert facts()["what is wrong"] == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "missing.jsonl", "{path} does not exist. Check the path (it is taken from {here})."),
        (lambda folder: folder, "{path} is a directory. Name one of the files in it."),
        (lambda folder: wrote(folder, b""), "{path} is empty. Was it fetched completely?"),
        (lambda folder: wrote(folder, b" \n\n"), "{path} is empty. Was it fetched completely?"),
        (
            lambda folder: wrote(folder, b"<!DOCTYPE html><html><body>Sorry"),
            "{path} is a web page, perhaps one that tells an error. Open it in a browser.",
        ),
        (
            lambda folder: wrote(folder, b"words and more words"),
            "{path} is in none of the formats known here ({formats}). If it is in one of them all "
            "the same, name it with --format.",
        ),
    ],
)
def test_what_can_not_be_read_is_named_with_what_to_do(make: Any, message: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    assert refused(path) == message.format(path=path, here=Path.cwd(), formats=", ".join(sorted(FORMATS)))
    assert not Build.objects.exists()


def wrote(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def test_a_file_that_breaks_off_keeps_what_came_before_and_goes_on_when_it_is_whole(
    snapshot: Write, tmp_path: Path
) -> None:
    lines = [json.dumps(record(f"2001.{number:05}", abstract=f"{number * 7919} " * 40)) for number in range(1, 1500)]
    whole = gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)
    path = wrote(tmp_path, whole[: len(whole) // 2])
    message = refused(path)
    assert message.startswith(f"{path}: the compressed file is cut short or damaged (")
    assert message.endswith("). What comes before the damage was read; get the file again and import it.")
    kept = Paper.objects.count()
    assert 500 < kept < 1499
    assert Build.objects.get().status == "failed"
    path.write_bytes(whole)
    status, _output = run(path)
    done = Build.objects.latest("id").results
    assert (status, Paper.objects.count(), done["unchanged"] + done["created"]) == (0, 1499, 1499)
    assert facts()["what is wrong"] == []


def test_limit_and_category(snapshot: Write) -> None:
    rows = [record(f"2001.0000{n}", categories="cs.LG" if n % 2 else "math.CO") for n in range(1, 7)]
    path = snapshot(*rows)
    assert run(path, "--limit", 3) == (0, counts(3, created=3) + NEXT)
    assert run(path, "--limit", 0)[1] == counts(0) + NEXT
    assert run(path, "--category", "cs.*") == (0, counts(6, created=1, unchanged=2, left_out=3) + NEXT)
    assert run(path, "--category", "cs.*", "--category", "math.CO") == (0, counts(6, created=2, unchanged=4) + NEXT)
    assert list(Build.objects.order_by("id").values_list("parameters__limit", "parameters__only")) == [
        (3, []),
        (0, []),
        (None, ["cs.*"]),
        (None, ["cs.*", "math.CO"]),
    ]


# --- Stopped and gone on with -------------------------------------------------------------------------------------------


@pytest.fixture
def stopped(snapshot: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of five records whose import was stopped with Ctrl-C after two batches of two."""
    path = snapshot(*(record(f"2001.0000{n}", categories="cs.LG" if n < 5 else "math.CO") for n in range(1, 6)))
    monkeypatch.setitem(Importer.__init__.__kwdefaults__, "batch_size", 2)
    batches = []

    def stop(source: Any, done: ImportSummary) -> None:
        batches.append(done.read)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_source(str(path), on_batch=stop)
    assert (batches, Paper.objects.count(), Build.objects.get().status) == ([2, 4], 4, "stopped")
    return path


WENT_ON = "Went on from a stopped import, behind record 4.\n"


@pytest.mark.parametrize("arguments", [[], ["--resume"]])
def test_a_stopped_import_goes_on_where_it_was(arguments: list[str], stopped: Path) -> None:
    assert run(stopped, *arguments) == (0, WENT_ON + counts(5, created=5) + NEXT)
    assert list(Build.objects.values_list("status", "progress__position")) == [("finished", 5)]


def test_a_killed_import_goes_on_too(stopped: Path) -> None:
    Build.objects.update(status="running", finished_at=None)  # a killed process says nothing
    assert run(stopped) == (0, WENT_ON + counts(5, created=5) + NEXT)


def test_restart_reads_from_the_start(stopped: Path) -> None:
    assert run(stopped, "--restart") == (0, counts(5, created=1, unchanged=4) + NEXT)
    assert list(Build.objects.order_by("id").values_list("status", flat=True)) == ["stopped", "finished"]


@pytest.mark.parametrize("more", [["--category", "cs.*"], ["--category", "math.*"]])
def test_a_run_of_other_categories_is_none_to_go_on_with(more: list[str], stopped: Path) -> None:
    """What it left out, or took, before it was stopped would be missing, or too much."""
    status, output = run(stopped, *more)
    assert (status, "Went on" in output) == (0, False)
    assert f"Read {5}:" in output


NO_RUN = (
    "No import of {path} in this format and with these categories has been stopped before its end. "
    "Leave --resume out to read it from the start."
)


def test_resume_needs_a_stopped_run_of_the_same_file(stopped: Path, snapshot: Write) -> None:
    other = snapshot(record("2001.00009"), name="other.jsonl")
    assert refused(other, "--resume") == NO_RUN.format(path=other)
    assert refused(stopped, "--resume", "--category", "cs.*") == NO_RUN.format(path=stopped)
    run(stopped)
    assert refused(stopped, "--resume") == NO_RUN.format(path=stopped)
    with pytest.raises(NothingToResume):
        import_source(str(stopped), resume=True)


def test_a_file_that_was_changed_is_another_one(stopped: Path) -> None:
    with stopped.open("a") as file:
        file.write(json.dumps(record("2001.00006")) + "\n")
    assert run(stopped) == (0, counts(6, created=2, unchanged=4) + NEXT)


def test_resume_and_restart_exclude_each_other(snapshot: Write) -> None:
    message = refused(snapshot(record("2001.00001")), "--resume", "--restart")
    assert message == "Error: argument --restart: not allowed with argument --resume"


def test_two_imports_at_once_are_one_too_many(snapshot: Write) -> None:
    path = snapshot(record("2001.00001"))
    with lock_held_elsewhere():
        assert refused(path) == BUSY
    assert not Build.objects.exists()
    assert run(path)[0] == 0


@pytest.mark.parametrize(
    "error",
    [OperationalError("database or disk is full"), OSError(28, "No space left on device"), KeyboardInterrupt()],
    ids=lambda error: type(error).__name__,
)
def test_what_stops_an_import_leaves_what_the_next_one_goes_on_from(
    error: BaseException, snapshot: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = snapshot(record("2001.00001"), record("2001.00002"))

    def fail(*args: Any) -> None:
        raise error

    with monkeypatch.context() as patched, pytest.raises(type(error)):
        patched.setattr(search, "index_papers", fail)
        run(path)
    assert not Paper.objects.exists()
    assert run(path) == (0, counts(2, created=2) + NEXT)


# --- As a process -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a site of its own, with an empty SQLite database."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path_factory.mktemp("site")), "DATABASE_URL": ""}
    manage(environment, "migrate", "--verbosity", "0")
    return environment


def manage(environment: dict[str, str], *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, input=given, capture_output=True, timeout=120)


def test_exit_statuses_and_standard_input(site: dict[str, str], snapshot: Write) -> None:
    good = json.dumps(record("2001.00001")).encode() + b"\n"
    piped = manage(site, "import_papers", "-", given=good)
    assert (piped.returncode, piped.stdout.decode(), piped.stderr.decode()) == (0, counts(1, created=1) + NEXT, "")
    again = manage(site, "import_papers", "-", given=gzip.compress(good + b"{broken\n"))
    assert (again.returncode, again.stdout.decode().splitlines()[0] + "\n") == (3, counts(2, unchanged=1, rejected=1))
    missing = manage(site, "import_papers", "/missing.jsonl")
    assert (missing.returncode, missing.stdout, missing.stderr.decode()) == (
        1,
        b"",
        f"CommandError: /missing.jsonl does not exist. Check the path (it is taken from {Path.cwd()}).\n",
    )
    wrong = manage(site, "import_papers", str(snapshot(record("2001.00002"))), "--format", "nonsense")
    assert wrong.returncode == 2
    assert b"argument --format: invalid choice: 'nonsense'" in wrong.stderr


# --- Progress -----------------------------------------------------------------------------------------------------------


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 10.0, 60.0, 61.0, 100.0])
    monkeypatch.setattr("papers.management.progress.time.monotonic", lambda: next(seconds))
    out = StringIO()
    with Progress("import", 20_000, "bytes", out) as progress:
        for done in (1000, 5000, 5100, 10_000):
            progress.show(done, f"{done // 10:,} records")
    assert out.getvalue() == (
        "import: 5,000 of 20,000 (25 %) bytes, 83 a second, 3 min left, 500 records\n"
        "import: 10,000 of 20,000 (50 %) bytes, 100 a second, 2 min left, 1,000 records\n"
    )


def test_a_log_of_work_of_unknown_size(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 40.0])
    monkeypatch.setattr("papers.management.progress.time.monotonic", lambda: next(seconds))
    out = StringIO()
    Progress("link", None, "papers", out).show(4000)
    assert out.getvalue() == "link: 4,000 papers, 100 a second\n"


def test_a_terminal_gets_a_bar() -> None:
    out = Terminal()
    with Progress("import", 100, "bytes", out) as progress:
        progress.show(50, "5 records")
    assert "import" in out.getvalue()
    assert progress.bar is not None
    assert progress.bar.n == 50
