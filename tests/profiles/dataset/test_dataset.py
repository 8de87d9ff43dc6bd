"""The public part of a site as files, and a site made from them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from jsonschema import Draft202012Validator

import papers.search
from papers.builds import stage_lock
from papers.bylines import parse_name
from papers.ingest import counts
from papers.ingest.importer import Importer
from papers.ingest.records import Deletion
from papers.ingest.runs import import_source
from papers.models import Build, Paper, PaperCategory
from profiles import search
from profiles.curation import acts, decide, undo
from profiles.dataset import dumper
from profiles.dataset.dumper import dataset_folder, dump
from profiles.dataset.files import PACKERS, DatasetError
from profiles.dataset.loader import load
from profiles.dataset.schema import TABLES
from profiles.linking import linker
from profiles.models import Author, Authorship, Decision, IdentityKey
from profiles.similarity import full_run, quality
from profiles.statistics import summaries
from tests.conftest import record

TEXTS = [
    "engines of analysis and difference",
    "numbers that machines compute",
    "compilers for engines",
    "analysis of numbers",
]


@pytest.fixture
def site(build_rows: Callable[..., object], admin_user: Any, tmp_path: Path, settings: Any) -> None:
    """Papers of several days, one of them taken back, decisions of most kinds, similar authors."""
    settings.DATA_DIR = tmp_path
    people = [
        "Ada Byron, Charles Babbage",
        "A. Byron, Charles Babbage (London)",
        "Wei Wang, Alan Turing",
        "Wei Wang, G. Hopper",
        "Grace Hopper, Alan Turing, for the ABCD Collaboration",
        "J. Abdallah et al.",
    ]
    build_rows(
        *(
            record(
                f"2001.{n:05d}",
                authors=people[n % len(people)],
                abstract=f"  On {TEXTS[n % 4]}.\n  And {TEXTS[n % 3]}.",
                categories=["cs.LG stat.ML", "math.MP", "hep-th unheard.of"][n % 3],
                title=f'=On "{n}", and, more',
                doi=f"10.1000/a{n} 10.1000/b{n}",
                journal_ref="J. 1",
                report_no="R-1",
                comments="12 pages",
            )
            for n in range(1, 25)
        )
    )
    listed = tmp_path / "listed.bib"
    listed.write_text(
        "@article{one, title={On what was listed before}, author={Ada Byron}, year={2020}, doi={10.1000/before}}\n"
        "@article{two, title={On what was listed afterwards}, author={Ada Byron}, year={2020}, doi={10.1000/a7}}\n"
    )
    import_source(str(listed), restart=True)
    build_rows(record("2001.00025", title="On what was listed before", doi="10.1000/before"))
    build = Build.objects.create(stage="import", started_at=datetime.now(UTC))
    Importer(build, tmp_path / "rejects.jsonl").run([(1, "record 1", Deletion("2001.00007", date(2021, 1, 1)))])
    for n in (3, 4):  # changed on another day
        at = datetime(2020, 2, n, 10, tzinfo=UTC)
        Paper.objects.filter(identifier=f"2001.{n:05d}").update(modified_at=at)
        PaperCategory.objects.filter(paper__identifier=f"2001.{n:05d}").update(changed_at=at)
    with stage_lock():
        linker.link_authors()
        summaries.refresh()
        full_run.compute_similarity()
        quality.evaluate_similarity()
    ada, initial, wang = (author(name) for name in ("Ada Byron", "A. Byron", "Wei Wang"))
    decide(acts.Rename(ada, parse_name("Ada King")), admin_user)
    decide(acts.SetVisibility(ada, "Ada Byron", "match-only"), admin_user)
    merge = decide(acts.Merge(initial, ada), admin_user)
    undo(undo(undo(merge, admin_user), admin_user), admin_user)
    decide(acts.Merge(initial, ada), admin_user)
    decide(acts.Merge(author("G. Hopper"), author("Grace Hopper")), admin_user)
    claims = list(Authorship.objects.filter(author=wang).order_by("paper"))
    decide(acts.Split(wang, [claim.paper_id for claim in claims[:2]]), admin_user)
    decide(acts.SetIdentifier(ada, "orcid", "0000-0002-1825-0097"), admin_user)
    decide(acts.SetIdentifier(author("Alan Turing"), "arxiv", "turing_a_1"), admin_user)
    decide(acts.SetIdentifier(author("Alan Turing"), "homepage", "https://example.org/turing"), admin_user)
    decide(acts.ChangeAddress(author("Charles Babbage"), "babbage"), admin_user)
    decide(acts.Edit(author("Charles Babbage"), {"bio": "Made engines."}), admin_user)
    decide(acts.Edit(author("J. Abdallah"), {"is_hidden": True}), admin_user)
    decide(acts.SetVerdict(author("Charles Babbage"), author("Alan Turing"), "pinned"), admin_user)
    with stage_lock():
        summaries.refresh()


MADE: list[Path] = []


@pytest.fixture
def dataset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's dataset, made by the first test that asks for it; the database is that of the test."""
    if not MADE:
        request.getfixturevalue("site")
        folder = tmp_path_factory.mktemp("dataset") / "one"
        dump(folder)
        MADE.append(folder)
    return MADE[0]


def author(name: str) -> Author:
    return Author.objects.get(name=name, merged_into=None)


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    paths = sorted(folder.glob(f"{table}.jsonl.gz")) + sorted((folder / table).glob("*.jsonl.gz"))
    return [json.loads(line) for path in paths for line in gzip.open(path)]


def in_an_empty_site(run: Callable[[], Any]) -> Any:
    """What `run` gives in a database without a row of ours; everything is as it was afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            tables = [
                name for name in connection.introspection.table_names() if name.startswith(("papers_", "profiles_"))
            ]
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                plain = [name for name in tables if "search" not in name]
                cursor.execute(f"TRUNCATE {', '.join(plain)} CASCADE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            else:
                cursor.execute("PRAGMA defer_foreign_keys = ON")
                for name in tables:
                    if "search" not in name:
                        cursor.execute(f"DELETE FROM {name}")
            papers.search.rebuild()
            search.rebuild()
        found = run()
        transaction.set_rollback(True)
    return found


def checksums(folder: Path) -> dict[str, str]:
    return {entry["path"]: entry["sha256"] for entry in json.loads((folder / "manifest.json").read_text())["files"]}


@pytest.mark.parametrize("packer", PACKERS)
def test_dumped_loaded_and_dumped_is_the_same(site: None, tmp_path: Path, packer: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    made = dump(one, packer)
    assert made.rows["papers"] == 25
    assert made.rows["authorships"] > 30
    assert made.rows["similarity_links"] > 0
    assert made.rows["merged"] == 2
    assert made.rows["earlier_identifiers"] == 2
    outdated = full_run.is_outdated()

    def again() -> dict[str, Any]:
        call_command("loaddata", "categories", verbosity=0)
        assert load(one).rows == made.rows
        assert dump(two, packer).rows == made.rows
        return {
            "wrong": [*counts.differences(), *papers.search.check(), *search.check()],
            "to link": linker.authors_on_changed_papers(),
            "outdated": full_run.is_outdated(),
            "stale": Author.objects.filter(statistics_are_stale=True).count(),
        }

    assert in_an_empty_site(again) == {"wrong": [], "to link": set(), "outdated": outdated, "stale": 0}
    assert checksums(one) == checksums(two)
    for path in sorted(one.rglob(f"*.{packer}")):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes(), path


def test_a_loaded_site_goes_on(site: None, tmp_path: Path, build_rows: Any) -> None:
    """A paper that comes later goes to the authors that the dataset knows, under names that are shown."""
    dump(tmp_path / "one")
    ids = dict(Author.objects.filter(merged_into=None).values_list("name", "public_id"))

    def go_on() -> Any:
        load(tmp_path / "one")
        build_rows(
            record("2002.00001", authors="Charles Babbage, Grace Hopper, Wei Wang, Somebody New"),
            record("2002.00002", authors="G. Hopper, A. Byron"),
        )
        found = Authorship.objects.filter(paper__identifier__startswith="2002").order_by(
            "paper__identifier", "position"
        )
        numbers = list(Build.objects.values_list("pk", flat=True))
        return [
            [(claim.position, claim.author.name, claim.author.public_id) for claim in found],
            list(IdentityKey.objects.filter(author=None).values_list("key", flat=True)),
            len(numbers) == len(set(numbers)),
        ]

    found, waiting, numbered_anew = in_an_empty_site(go_on)
    new = found.pop(2)
    assert (new[:2], new[2] in ids.values()) == ((4, "Somebody New"), False)
    assert found == [
        (1, "Charles Babbage", ids["Charles Babbage"]),
        (2, "Grace Hopper", ids["Grace Hopper"]),
        (1, "Grace Hopper", ids["Grace Hopper"]),
        (2, "Ada King", ids["Ada King"]),
    ]
    # As on the site itself, a name that was split waits for a curator.
    assert waiting == list(IdentityKey.objects.filter(author=None).values_list("key", flat=True)) != []
    assert numbered_anew


def test_rows_are_what_the_schema_says(dataset: Path, db: None) -> None:
    schema = json.loads((dataset / "schema.json").read_text())
    assert list(schema) == list(TABLES)
    for table in TABLES:
        validator = Draft202012Validator(schema[table], format_checker=Draft202012Validator.FORMAT_CHECKER)
        rows = rows_of(dataset, table)
        assert rows, table
        for row in rows:
            validator.validate(row)
            assert TABLES[table].problem(row) == ""


def test_the_manifest_tells_the_truth(dataset: Path, db: None) -> None:
    folder = dataset
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["format"], manifest["version"], manifest["license"]) == (
        "coterie-dataset",
        1,
        "https://creativecommons.org/publicdomain/zero/1.0/",
    )
    for entry in manifest["files"]:
        content = (folder / entry["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        lines = gzip.decompress(content).decode()
        rows = lines.splitlines() if entry["format"] == "jsonl" else list(csv.reader(lines.splitlines()))[1:]
        assert len(rows) == entry["rows"], entry["path"]
    days = {entry["day"] for entry in manifest["files"] if entry["table"] == "papers"}
    assert {"2020-02-03", "2020-02-04"} < days
    assert {entry["day"] for entry in manifest["files"] if entry["table"] == "authorships"} == days


def test_csv_has_the_same_rows_and_no_formulas(dataset: Path, db: None) -> None:
    with gzip.open(dataset / "papers" / "2020-02-03.csv.gz", "rt", encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    [same] = [row for row in rows_of(dataset, "papers") if row["identifier"] == "2001.00003"]
    assert row["title"] == "'" + same["title"] == '\'=On "3", and, more'
    assert json.loads(row["byline"]) == same["byline"]
    assert (row["is_deleted"], row["published"], row["datestamp"]) == ("false", same["published"], same["datestamp"])


def test_nothing_hidden_is_in_it(dataset: Path, db: None) -> None:
    text = "".join(gzip.decompress(path.read_bytes()).decode() for path in sorted((dataset).rglob("*.gz")))
    squeezed = text.lower().replace(" ", "").replace("-", "")
    assert "adaking" in squeezed
    for hidden in ("adabyron", "byron,ada"):
        assert hidden not in squeezed
    # Of a hidden author there is the printed name, and nobody whom it leads to.
    assert "abdallah" not in "".join(
        str(row).lower() for table in ("authors", "names") for row in rows_of(dataset, table)
    )
    kinds = {row["kind"] for row in rows_of(dataset, "decisions")}
    assert kinds == {"merge", "split", "undo", "set-identifier", "profile", "similarity"}
    [taken_back] = [row for row in rows_of(dataset, "papers") if row["is_deleted"]]
    assert (taken_back["identifier"], taken_back["title"], taken_back["byline"]) == ("2001.00007", "", [])


def test_an_older_dataset_stays_until_the_new_one_is_there(
    site: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    dump(folder)
    before = checksums(folder)

    def broken() -> Any:
        yield {}
        raise OSError("no space left")

    monkeypatch.setitem(dumper.WHOLE, "builds", broken)
    with pytest.raises((OSError, KeyError)):
        dump(folder)
    assert checksums(folder) == before
    assert [path.name for path in tmp_path.iterdir() if "one" in path.name] == ["one"]


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_dump_killed_while_it_takes_the_place_leaves_a_whole_dataset(
    dataset: Path, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    """Where the kernel can't exchange two folders, the next run puts back what stood there."""
    folder = tmp_path / "one"
    shutil.copytree(dataset, folder)
    before = checksums(folder)
    if not in_one_step:
        monkeypatch.setattr(dumper, "_exchange", lambda part, place: False)
    moved: list[Path] = []

    def killed(self: Path, to: Path) -> Any:
        if moved:
            raise KeyboardInterrupt
        moved.append(self)
        return shutil.move(self, to)

    # A kill leaves no time to tidy up.
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt) if not in_one_step else nullcontext():
        patched.setattr(Path, "rename", killed)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        dump(folder)
    assert folder.exists() == in_one_step
    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space left"):
        patched.setattr(dumper, "_write", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
        dump(folder)
    assert checksums(folder)
    assert in_one_step or checksums(folder) == before
    dump(folder)
    assert [path.name for path in tmp_path.iterdir() if "one" in path.name] == ["one"]


FOREIGN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "another program's manifest": (
        lambda f: (f / "manifest.json").write_text('{"name": "an extension"}'),
        "something else than a dataset",
    ),
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "something else than a dataset"),
    "a thesis beside it": (lambda f: (f / "thesis.tex").write_text("x"), "holds thesis.tex, which is no part"),
    "a thesis in it": (lambda f: (f / "papers" / "thesis.tex").write_text("x"), "holds papers/thesis.tex"),
    "a folder in it": (lambda f: (f / "papers" / "more").mkdir(), "holds papers/more"),
    "a hidden file": (lambda f: (f / ".netrc").write_text("x"), "holds .netrc"),
    "a link in it": (lambda f: (f / "papers.csv.gz").symlink_to(f / "names.csv.gz"), "holds papers.csv.gz"),
}


def test_nothing_but_a_dataset_is_written_over(dataset: Path, tmp_path: Path, db: None) -> None:
    for case, (change, message) in FOREIGN.items():
        folder = tmp_path / case
        shutil.copytree(dataset, folder)
        change(folder)
        before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
        with pytest.raises(DatasetError, match=message):
            dump(folder)
        assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before, case


def test_places_where_no_dataset_can_stand(
    dataset: Path, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(dataset, tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "empty"))
    for name, message in {
        "link": "is a link",
        "file": "is no folder",
        "empty": "put in another's place",
        "/": "put in another's place",
        "one/..": "something else",
    }.items():
        with pytest.raises(DatasetError, match=message):
            dump(tmp_path / name)
    assert (tmp_path / "link").is_symlink()
    assert checksums(tmp_path / "one") == checksums(dataset)
    with dumper._alone_beside(tmp_path / "one"), pytest.raises(DatasetError, match="Another dump_dataset"):
        dump(tmp_path / "one")
    monkeypatch.chdir(tmp_path / "one")
    dump(Path())
    assert (tmp_path / "one" / "manifest.json").exists()


def rewrite(folder: Path, path: str, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Change the rows of a file, and the manifest so that it knows."""
    with gzip.open(folder / path) as file:
        rows = [json.loads(line) for line in file]
    text = change(rows)
    lines = "".join(json.dumps(row) + "\n" for row in rows) if text is None else text
    content = gzip.compress(lines.encode())
    (folder / path).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["path"] == path:
            entry["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "manifest.json can't be read"),
    "no JSON": (lambda f: (f / "manifest.json").write_text("{"), "is not JSON"),
    "another format": (lambda f: (f / "manifest.json").write_text("{}"), "not the manifest of a Coterie's dataset"),
    "a later version": (
        lambda f: (f / "manifest.json").write_text('{"format": "coterie-dataset", "version": 2}'),
        "of version 2",
    ),
    "a file less": (lambda f: (f / "names.jsonl.gz").unlink(), "names.jsonl.gz is missing"),
    "a byte more": (lambda f: (f / "names.jsonl.gz").write_bytes(b"x"), "SHA-256 is another"),
    "a row less": (
        lambda f: rewrite(f, "names.jsonl.gz", lambda rows: rows.pop() and None),
        r"promises 8 rows in names",
    ),
    "no rows": (lambda f: rewrite(f, "names.jsonl.gz", lambda rows: "{]"), "names.jsonl.gz, line 1: no JSON"),
    "a list": (lambda f: rewrite(f, "names.jsonl.gz", lambda rows: "[]"), "line 1: is no JSON object"),
    "a column less": (
        lambda f: rewrite(f, "names.jsonl.gz", lambda rows: rows[1].pop("name") and None),
        "line 2: lacks name",
    ),
    "a wrong kind": (
        lambda f: rewrite(f, "papers/2020-02-03.jsonl.gz", lambda rows: rows[0].update(published="soon")),
        "2020-02-03.jsonl.gz, line 1: published: 'soon' is no day",
    ),
    "a broken byline": (
        lambda f: rewrite(f, "papers/2020-02-03.jsonl.gz", lambda rows: rows[0].update(byline=[{"name": "Ada"}])),
        r"line 1: byline\[0\]: {'name': 'Ada'} lacks affiliations, forenames",
    ),
    "an unknown author": (
        lambda f: rewrite(f, "authorships/2020-02-03.jsonl.gz", lambda rows: rows[0].update(author="nobody2345")),
        "line 1: author: 'nobody2345' is named and is not there",
    ),
    "a place too many": (
        lambda f: rewrite(f, "authorships/2020-02-03.jsonl.gz", lambda rows: rows[0].update(position=99)),
        "the byline of 2001.00003 has no place 99",
    ),
    "an author twice": (
        lambda f: rewrite(f, "authors.jsonl.gz", lambda rows: rows[1].update(id=rows[0]["id"])),
        "authors.jsonl.gz, line 2: id: .* stands in an earlier row as well",
    ),
    "a path outside": (
        lambda f: (f / "manifest.json").write_text(
            (f / "manifest.json").read_text().replace('"names.jsonl.gz"', '"../../names.jsonl.gz"')
        ),
        "names a file that no dataset has",
    ),
}


def test_a_bad_dataset_is_refused_whole(dataset: Path, tmp_path: Path, db: None) -> None:
    for case, (spoil, message) in BAD.items():
        folder = tmp_path / case
        shutil.copytree(dataset, folder)
        spoil(folder)

        def run(folder: Path = folder, message: str = message) -> list[int]:
            with pytest.raises(DatasetError, match=message):
                load(folder)
            return [model.objects.count() for model in (Paper, Author, Build, Decision, IdentityKey)]

        assert in_an_empty_site(run) == [0, 0, 0, 0, 0], case


def test_a_site_with_papers_is_not_loaded_over(dataset: Path, build_rows: Any) -> None:
    build_rows(record("2001.00001"))
    before = Paper.objects.count()
    with pytest.raises(DatasetError, match="an empty site of its own"):
        load(dataset)
    assert Paper.objects.count() == before


def test_the_commands(site: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dump_dataset")
    said = capsys.readouterr().out
    assert "25 papers" in said
    assert str(dataset_folder()) in said
    with pytest.raises(CommandError, match="empty site"):
        call_command("load_dataset", str(dataset_folder()))
    in_an_empty_site(lambda: call_command("load_dataset", str(dataset_folder())))
    assert "Loaded the dataset of" in capsys.readouterr().out
    shutil.rmtree(dataset_folder())
