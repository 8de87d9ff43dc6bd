"""Every command, ours and Django's, under every fault: a sentence with the place and what to do, never a traceback."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.config.command_line import CommandLines, Ended, copied
from tests.conftest import record

pytestmark = pytest.mark.kills

# What a developer or a person at a keyboard gives, and what serves.
NOT_HERE = {
    "compilemessages",
    "makemessages",
    "makemigrations",
    "squashmigrations",
    "optimizemigration",
    "startapp",
    "startproject",
    "test",
    "testserver",
    "runserver",
    "serve",
    "shell",
    "dbshell",
    "make_fixtures",
    "createcachetable",
    "generateschema",  # of the framework's own schemas, which this site has not
}
COMMANDS = sorted(set(get_commands()) - NOT_HERE)
OURS = [name for name in COMMANDS if get_commands()[name] in ("papers", "profiles")]
PLACES = {
    "import_papers": ["{papers}"],
    "build_all": ["{papers}"],
    "harvest_arxiv": ["--base-url", "ftp://127.0.0.1/oai"],
    "load_dataset": ["{folder}/nothing"],
    "evaluate_linking": ["{papers}"],
    "loaddata": ["categories", "seed"],
    "api_token": ["list"],
    "changepassword": ["nobody"],
    "createsuperuser": ["--noinput", "--username=ada", "--email="],
    "flush": ["--noinput"],
    "collectstatic": ["--noinput"],
    "findstatic": ["css/coterie.css"],
    "sqlmigrate": ["papers", "0001"],
    "sendtestemail": ["--admins"],
    "remove_stale_contenttypes": ["--noinput"],
    "sqlsequencereset": ["papers"],
    "axes_reset_ip": ["127.0.0.1"],
    "axes_reset_username": ["ada"],
    "axes_reset_ip_username": ["127.0.0.1", "ada"],
    "verify_counts": ["--repair"],
    "prepare_site": ["--seed", "0"],
}


@pytest.fixture(scope="module")
def lines() -> Iterator[CommandLines]:
    with tempfile.TemporaryDirectory(prefix="coterie-commands-") as folder, CommandLines(Path(folder)) as lines:
        yield lines


@pytest.fixture(scope="module")
def site(lines: CommandLines, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the seed."""
    folder = tmp_path_factory.mktemp("site")
    for arguments in (["migrate", "-v0"], ["loaddata", "-v0", "categories", "seed"]):
        assert lines.run(*arguments, folder=folder) == Ended(0, "", "")
    return folder


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "papers.jsonl"
    path.write_text("".join(json.dumps(record(f"2001.{n:05}", abstract=f"Cogs {n}.")) + "\n" for n in range(1, 200)))
    return path


def arguments_of(name: str, folder: Path, papers: Path) -> list[str]:
    return [name, *(text.format(folder=folder, papers=papers) for text in PLACES.get(name, []))]


def said_well(ended: Ended, name: str) -> None:
    """A known status and, if it is a failure, a sentence."""
    for text in (ended.out, ended.err):
        assert "Traceback" not in text
        assert "fault of the program" not in text
        assert "\x1b" not in text
    assert "usage:" not in ended.err, "give this command its arguments in PLACES"
    assert ended.status in (0, 1, 3, 130)
    if ended.status == 1:
        assert ended.err.strip(), name


@pytest.mark.parametrize("name", COMMANDS)
def test_no_tables(name: str, lines: CommandLines, papers: Path, tmp_path: Path) -> None:
    ended = lines.run(*arguments_of(name, tmp_path, papers), folder=tmp_path)
    said_well(ended, name)
    command = load_command_class(get_commands()[name], name)
    if getattr(command, "brings_papers_in", False):
        assert "Setting up an empty database ..." in ended.err
        assert sqlite3.connect(tmp_path / "coterie.sqlite3").execute(
            "SELECT count(*) FROM papers_category"
        ).fetchone() == (176,)
        assert ended.status == (0 if name in ("import_papers", "build_all") else 1)
    elif getattr(command, "needs_tables", name in OURS or command.requires_migrations_checks):
        assert (ended.status, ended.err) == (
            1,
            f"CommandError: The database {tmp_path}/coterie.sqlite3 has no tables yet. Give: manage.py migrate, or start the "
            "site with: make run.\n",
        )


@pytest.mark.parametrize("name", COMMANDS)
def test_no_rights(name: str, lines: CommandLines, site: Path, papers: Path, tmp_path: Path) -> None:
    folder = copied(site, tmp_path / "data")
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    ended = lines.run(*arguments_of(name, folder, papers), folder=folder, fault="no rights")
    folder.chmod(0o755)
    said_well(ended, name)
    if name in OURS:
        assert ended.status == 1
        assert str(folder) in ended.err


@pytest.mark.parametrize("name", COMMANDS)
def test_no_room(name: str, lines: CommandLines, site: Path, papers: Path, tmp_path: Path) -> None:
    folder = copied(site, tmp_path / "data")
    said_well(lines.run(*arguments_of(name, folder, papers), folder=folder, fault="full"), name)


@pytest.mark.parametrize(
    "name", ["import_papers", "build_all", "link_authors", "compute_similarity", "find_duplicates"]
)
def test_no_memory(name: str, lines: CommandLines, site: Path, papers: Path, tmp_path: Path) -> None:
    folder = copied(site, tmp_path / "data")
    said_well(lines.run(*arguments_of(name, folder, papers), folder=folder, fault="no memory"), name)


@pytest.mark.parametrize("at", [1, 9, 60])
@pytest.mark.parametrize("name", [*OURS, "migrate"])
def test_ctrl_c(name: str, at: int, lines: CommandLines, site: Path, papers: Path, tmp_path: Path) -> None:
    folder = copied(site, tmp_path / "data") if name != "migrate" else tmp_path
    ended = lines.run(*arguments_of(name, folder, papers), folder=folder, fault=str(at))
    said_well(ended, name)
    if ended.status == 130:
        kept = getattr(load_command_class(get_commands()[name], name), "kept", "")
        assert ended.err.endswith(f"Stopped.{' ' if kept else ''}{kept}\n")
    elif at == 1 and name in OURS:
        raise AssertionError(ended)


@pytest.mark.parametrize("name", [*OURS, "migrate", "createsuperuser"])
def test_a_database_held_by_another(name: str, lines: CommandLines, site: Path, papers: Path, tmp_path: Path) -> None:
    folder = copied(site, tmp_path / "data")
    other = sqlite3.connect(folder / "coterie.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    ended = lines.run(*arguments_of(name, folder, papers), folder=folder)
    other.close()
    said_well(ended, name)
    if "locked" in ended.err:
        assert (
            f"The database {folder}/coterie.sqlite3 is held by another program: database is locked. Wait until"
            in ended.err
        )
