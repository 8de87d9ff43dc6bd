"""The public part of a site as files, and a site made from them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from jsonschema import Draft202012Validator

import papers.search
from papers.bylines import Byline, Entry, parse_name
from papers.database import bulk
from papers.database.builds import stage_lock
from papers.ingest import counts
from papers.ingest.composition import keep_words, recompose
from papers.ingest.importer import Importer
from papers.ingest.records import Deletion, PaperRecord, SourceFields
from papers.ingest.runs import import_source
from papers.models import Build, Paper, PaperCategory, SourceRecord
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from profiles import search
from profiles.curation import acts, decide, undo
from profiles.curation.acts.papers import AddPaper, SetPaperField
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

DATABASES = Path(__file__).resolve().parent.parent.parent / "databases"
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
    build_rows(
        record("2001.00025", title="On what was listed before", doi="10.1000/before"),
        record("2001.00026", comments="This paper has been withdrawn", authors="Grace Hopper"),
        record("2001.00027", title="On what is hidden", abstract="Secret words.", authors="Grace Hopper"),
        record("2001.00028", title="On one thing", authors="Grace Hopper"),
        record("2001.00029", title="On the same thing", authors="Grace Hopper"),
    )
    build = Build.objects.create(stage="import", started_at=datetime.now(UTC))
    deletions = [Deletion(f"2001.0000{n}", date(2021, 1, 1)) for n in (7, 8)]  # the first is in a list as well
    given = [(n, f"record {n}", each) for n, each in enumerate([*deletions, *lists_entries()])]
    Importer(build, tmp_path / "rejects.jsonl").run(given)
    for n in (3, 4):  # changed on another day
        at = datetime(2020, 2, n, 10, tzinfo=UTC)
        Paper.objects.filter(identifier=f"2001.{n:05d}").update(modified_at=at)
        PaperCategory.objects.filter(paper__identifier=f"2001.{n:05d}").update(changed_at=at)
    curate()
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
    of_year = Paper.objects.get(identifier="hopper-2019-of-a-year")
    decide(SetPaperField(of_year, "publisher", "The Other Press"), admin_user)
    decide(AddPaper({"title": "Of a form", "authors": "Grace Hopper", "issued": "2015"}), admin_user)
    decide(acts.SetVerdict(author("Charles Babbage"), author("Alan Turing"), "pinned"), admin_user)
    with stage_lock():
        summaries.refresh()


def lists_entries() -> Iterator[PaperRecord]:
    """Entries of a list: dated to the year and the month, with all details; of a paper that is on arXiv; and a repository's."""
    details = Details(
        source_type="incollection",
        container="Acta of Engines",
        volume="3",
        issue="2",
        pages="10-19",
        article_number="a7",
        publisher="The Press",
        place="London",
        editors=(parse_name("Ada Byron"), parse_name("Grace Hopper"), parse_name("Mary Somerville, Jr")),
        edition="2nd",
        series="Notes on Engines",
        isbn="978-3-16-148410-0",
        issn="2049-3630",
        language="en",
        keywords=("engines", "looms"),
        urls=(Url("https://example.org/a.pdf", "pdf"), Url("https://example.org/code", "code")),
    )
    text = "Grace Hopper, Ada Byron"
    common = {"source": "bibtex", "authors": text}
    grace = Entry(parse_name("Grace Hopper"), ("Navy",), orcid="0000-0001-5109-3700")
    with_orcid = common | {"authors": Byline(text, (grace, Entry(parse_name("Ada Byron"))))}
    for given in (
        SourceFields(
            slug="hopper-2019-of-a-year",
            title="Of a year",
            issued=PartialDate.of(2019),
            details=details,
            giver="byron-3",
            **with_orcid,
        ),
        SourceFields(
            slug="hopper-2019-of-a-month",
            title="Of a month",
            issued=PartialDate.of(2019, 5),
            giver="month2019",
            posted=date(2020, 1, 7),
            details=Details(source_type="inproceedings", container="Proc. Looms"),
            **common,
        ),
        SourceFields(
            slug="hopper-2018-of-two",
            title='=On "10", and, more',
            dois="10.1000/a10",
            issued=PartialDate.of(2018, 3),
            details=details,
            giver="two2018",
            **with_orcid,
        ),
        SourceFields(
            source="oai-pmh",
            slug="repository-example-1",
            title="Of a repository",
            authors="Grace Hopper",
            posted=PartialDate.of(2017),
            base_url="https://repository.example/oai",
            datestamp=date(2020, 1, 1),
        ),
    ):
        yield PaperRecord.from_source(given)


def curate() -> None:
    """What curators do with papers: set a field, hide one, merge two."""

    def on(identifier: str) -> Paper:
        return Paper.objects.get(identifier=identifier)

    month, hidden, one, same = map(on, ("hopper-2019-of-a-month", "2001.00027", "2001.00028", "2001.00029"))
    with bulk.one_writer():
        keep_words([month.pk, hidden.pk, one.pk, same.pk])
        for number, facts in (
            (9, {"title": "Of a month, said a curator"}),
            (10, {"authors": "Grace Hopper; Ada Byron"}),
        ):
            month.source_records.create(source="curator", giver=str(number), read_at=datetime.now(UTC), facts=facts)
        Paper.objects.filter(pk=hidden.pk).update(is_hidden=True, is_deleted=True)
        Paper.objects.filter(pk=same.pk).update(merged_into=one, is_deleted=True)
        recompose([month.pk, hidden.pk, one.pk, same.pk])


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
    assert made.rows["papers"] == 33
    assert made.rows["source_records"] == 15
    assert made.rows["authorships"] > 30
    assert made.rows["similarity_links"] > 0
    assert made.rows["merged"] == 2
    assert made.rows["earlier_identifiers"] == 3
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
        2,
        None,  # a list's papers are among them
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
    assert kinds == {"merge", "split", "undo", "set-identifier", "profile", "similarity", "paper-field", "paper-add"}
    assert {tuple(row["papers"]) for row in rows_of(dataset, "decisions") if row["kind"].startswith("paper")} == {
        ("hopper-2019-of-a-year",),
        ("hopper-2015-of-a-form",),
    }
    gone = {row["identifier"]: row for row in rows_of(dataset, "papers") if row["is_deleted"]}
    assert gone.keys() == {"2001.00008", "2001.00027", "2001.00029"}  # taken back, hidden, merged
    for row in gone.values():
        assert (row["title"], row["byline"], row["published"], row["type"]) == ("", [], None, "")
    assert [(row["is_hidden"], row["merged_into"]) for _, row in sorted(gone.items())] == [
        (False, None),
        (True, None),
        (False, "2001.00028"),
    ]
    # Of a hidden paper there is who said something, so that it comes back with the next import once it is shown.
    [said] = [row for row in rows_of(dataset, "source_records") if row["paper"] == "2001.00027"]
    assert (said["is_deleted"], said["facts"]) == (True, {})
    words = {row["source"]: row for row in rows_of(dataset, "source_records") if row["paper"] == "2001.00007"}
    assert {source: (row["is_deleted"], bool(row["facts"])) for source, row in words.items()} == {
        "arxiv-snapshot": (True, False),
        "bibtex": (False, True),
    }
    assert "secretwords" not in squeezed
    assert "whatishidden" not in squeezed


def test_names_in_what_sources_say_are_those_that_are_shown(dataset: Path, db: None) -> None:
    papers = {row["identifier"]: row for row in rows_of(dataset, "papers")}
    of_year = papers["hopper-2019-of-a-year"]
    assert [entry["name"] for entry in of_year["byline"]] == ["Grace Hopper", "Ada King"]
    assert [editor["name"] for editor in of_year["editors"]] == ["Ada King", "Grace Hopper", "Mary Somerville Jr"]
    assert of_year["giver"] == ""  # byron-3
    assert (of_year["byline"][0]["orcid"], "orcid" in of_year["byline"][1]) == ("0000-0001-5109-3700", False)
    words = {(row["paper"], row["source"], row["giver"]): row["facts"] for row in rows_of(dataset, "source_records")}
    # The list names her on a paper where arXiv doesn't.
    listed = words["2001.00010", "bibtex", "two2018"]
    assert [entry["name"] for entry in listed["byline"]] == ["Grace Hopper", "Ada King"]
    assert listed["byline"][0]["orcid"] == "0000-0001-5109-3700"
    assert (listed["authors"], listed["editors"][0]["surname"]) == ("Grace Hopper, Ada King", "King")
    assert words["hopper-2019-of-a-month", "curator", "10"] == {"authors": "Grace Hopper, Ada King"}
    assert words["2001.00028", "arxiv-snapshot", ""]["authors"] == "Grace Hopper"
    assert not [row for row in words.values() if "submitter" in row]


def test_dates_are_told_as_far_as_they_are_known(dataset: Path, db: None) -> None:
    papers = {row["identifier"]: row for row in rows_of(dataset, "papers")}
    columns = ("published", "published_precision", "posted", "issued", "issued_precision", "type", "container")
    told = {
        name: tuple(papers[name][column] for column in columns)
        for name in ("hopper-2019-of-a-year", "hopper-2019-of-a-month", "2001.00010", "repository-example-1")
    }
    assert told == {
        "hopper-2019-of-a-year": ("2019", "year", None, "2019", "year", "chapter", "Acta of Engines"),
        "hopper-2019-of-a-month": (
            *("2019-05", "month", "2020-01-07", "2019-05", "month"),
            *("paper-conference", "Proc. Looms"),
        ),
        "2001.00010": ("2018-03", "month", "2020-01-06", "2018-03", "month", "chapter", "Acta of Engines"),
        "repository-example-1": ("2017", "year", None, None, None, "", ""),
    }
    assert papers["hopper-2019-of-a-month"]["title"] == "Of a month, said a curator"
    assert papers["2001.00026"]["is_withdrawn"]


def test_a_loaded_site_knows_who_said_what(site: None, tmp_path: Path) -> None:
    """A source's later word replaces its earlier one and no other's; what a curator set stays."""
    dump(tmp_path / "one")

    def go_on() -> list[Any]:
        load(tmp_path / "one")
        before = Paper.objects.count()
        later = [
            replace(each, abstract="Said again.", details=replace(each.details, publisher="Another"))
            for each in lists_entries()
        ]
        build = Build.objects.create(stage="import", started_at=datetime.now(UTC))
        Importer(build, tmp_path / "again.jsonl").run([(n, f"record {n}", each) for n, each in enumerate(later)])
        with bulk.one_writer():  # what a curator hid is shown when its source has said it again
            Paper.objects.filter(identifier="2001.00027").update(is_hidden=False)
            recompose([Paper.objects.get(identifier="2001.00027").pk])
        shown = Paper.objects.filter(source__in=("bibtex", "oai-pmh")) | Paper.objects.filter(identifier="2001.00010")
        shown = shown.order_by("identifier")
        return [
            Paper.objects.count() - before,
            *shown.values_list("title", "abstract", "details__publisher"),
            *Paper.objects.filter(identifier="2001.00027").values_list("is_deleted", "is_hidden"),
            *SourceRecord.objects.filter(paper__identifier="2001.00010").values_list("source", flat=True),
        ]

    assert in_an_empty_site(go_on) == [
        0,
        ("On what was listed afterwards", "", None),
        ('=On "10", and, more', "On compilers for engines.\nAnd numbers that machines compute.", "Another"),
        ("Of a month, said a curator", "Said again.", "Another"),
        ("Of a year", "Said again.", "The Other Press"),  # as a curator set it
        ("Of a repository", "Said again.", "Another"),
        (True, False),
        "arxiv-snapshot",
        "bibtex",
    ]


def test_a_dataset_of_the_first_version_is_loaded(tmp_path: Path, db: None) -> None:
    """That of the site in tests/databases/544b33a.sqlite3.xz, migrated and dumped by commit 4a9126b; of similarity links the
    first of each author, without the CSV files, which loading does not need."""
    with tarfile.open(DATABASES / "4a9126b.dataset.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")

    def run() -> Any:
        call_command("loaddata", "categories", verbosity=0)
        loaded = load(tmp_path / "dataset")
        dump(tmp_path / "now")
        columns = ("identifier", "published_precision", "sort_day", "type", "is_deleted")
        papers = Paper.objects.filter(identifier__in=("2001.00001", "noether-a-letter-without-a-date", "2003.00002"))
        return (
            loaded.rows,
            [*counts.differences(), *search.check()],
            list(papers.order_by("identifier").values_list(*columns)),
        )

    rows, wrong, papers_now = in_an_empty_site(run)
    assert (rows["papers"], rows["authorships"], wrong) == (57, 660, [])
    assert papers_now == [
        ("2001.00001", "day", 20200106, "article", False),
        ("2003.00002", "", 0, "", True),
        ("noether-a-letter-without-a-date", "", 0, "", False),
    ]
    old, now = ({table: rows_of(tmp_path / name, table) for table in TABLES} for name in ("dataset", "now"))
    for row in old["papers"]:
        row["collaborations"] = [f"{name} Collaboration" for name in row["collaborations"]]
    assert [name for row in old["papers"] for name in row["collaborations"]] == ["ABCD Collaboration"] * 2
    # A run was named by links, and an undo had conflicts, that visitors do not see.
    for table in TABLES.keys() - {"builds", "decisions"}:
        kept = [{column: row[column] for column in was} for was, row in zip(old[table], now[table], strict=True)]
        assert kept == old[table], table


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


NOBODY = {"name": "Ada", "forenames": "", "surname": "Ada", "suffix": "", "affiliations": []}


def merge_into(row: dict[str, Any], other: str) -> None:
    row |= {"is_deleted": True, "merged_into": other}


def words_of(folder: Path) -> str:
    """The file with most of what sources say."""
    path = max((folder / "source_records").glob("*.jsonl.gz"), key=lambda path: path.stat().st_size)
    return str(path.relative_to(folder))


BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "manifest.json can't be read"),
    "no JSON": (lambda f: (f / "manifest.json").write_text("{"), "is not JSON"),
    "another format": (lambda f: (f / "manifest.json").write_text("{}"), "not the manifest of a Coterie's dataset"),
    "a later version": (
        lambda f: (f / "manifest.json").write_text('{"format": "coterie-dataset", "version": 3}'),
        "of version 3; this Coterie reads versions 1 to 2",
    ),
    "no version": (
        lambda f: (f / "manifest.json").write_text('{"format": "coterie-dataset", "version": true}'),
        "of version True",
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
        "2020-02-03.jsonl.gz, line 1: published: 'soon' is no date, such as 2019, 2019-05 or 2019-05-31",
    ),
    "a broken byline": (
        lambda f: rewrite(f, "papers/2020-02-03.jsonl.gz", lambda rows: rows[0].update(byline=[{"name": "Ada"}])),
        r"line 1: byline\[0\]: {'name': 'Ada'} lacks affiliations, forenames",
    ),
    **{
        case: (
            lambda f, wrong=wrong: rewrite(f, "papers/2020-02-03.jsonl.gz", lambda rows: rows[0].update(wrong)),
            f"2020-02-03.jsonl.gz, line 1: {message}",
        )
        for case, wrong, message in (
            (
                "a precision that is none",
                {"published_precision": "week"},
                "published_precision: 'week' is none of year",
            ),
            (
                "a precision that its date contradicts",
                {"published_precision": "year"},
                "published_precision: 'year' is not that of '2020-01-06'",
            ),
            ("no precision", {"published_precision": None}, "published_precision: None is not that of '2020-01-06'"),
            ("a precision of nothing", {"issued_precision": "day"}, "issued_precision: 'day' is not that of None"),
            ("a month that is none", {"published": "2020-13"}, "published: '2020-13' is no date"),
            ("a date of the year 9999", {"issued": "9999"}, "issued: '9999' 9999 is not between 1665"),
            (
                "a date that is not the earliest",
                {"issued": "2019", "issued_precision": "year"},
                "published: '2020-01-06' is not the earliest of its dates, which is 2019",
            ),
            ("an unknown type", {"type": "poem"}, "type: 'poem' is not a type of CSL 1.0.2"),
            ("an ORCID that is none", {"byline": [NOBODY | {"orcid": "0000-0002-1825-0098"}]}, r"byline\[0\].orcid: "),
            ("an address that is none", {"urls": [{"url": "javascript:x", "kind": "pdf"}]}, r"urls\[0\].url: "),
            ("a kind of address", {"urls": [{"url": "https://a.example/", "kind": "blog"}]}, r"urls\[0\].kind: 'blog'"),
            ("an editor without a name", {"editors": [{"surname": "X"}]}, r"editors\[0\]: .* lacks forenames, name"),
            ("keywords as text", {"keywords": "looms"}, "keywords: 'looms' is no list"),
            ("a key with a brace", {"citation_key": "a{b"}, "citation_key: 'a{b' may not have"),
            (
                "a hidden paper that is shown",
                {"is_hidden": True},
                "is_deleted: is false, and what is hidden or merged is not shown",
            ),
            (
                "merged into itself",
                {"is_deleted": True, "merged_into": "2001.00003"},
                "merged_into: is the paper itself",
            ),
            (
                "merged into nothing",
                {"is_deleted": True, "merged_into": "2001.09999"},
                "merged_into: '2001.09999' is named and is not there",
            ),
        )
    },
    "papers merged in a circle": (
        lambda f: [
            rewrite(f, f"papers/2020-02-0{n}.jsonl.gz", lambda rows, n=n: merge_into(rows[0], f"2001.0000{7 - n}"))
            for n in (3, 4)
        ],
        "line 1: identifier: 2001.0000[34] leads round in a circle",
    ),
    "a word of no paper": (
        lambda f: rewrite(f, words_of(f), lambda rows: rows[0].update(paper="2001.09999")),
        "paper: '2001.09999' is named and is not there",
    ),
    "a fact that is none": (
        lambda f: rewrite(f, words_of(f), lambda rows: rows[0]["facts"].update(colour="red")),
        "facts: .* has 'colour', which does not belong there",
    ),
    "a fact of another kind": (
        lambda f: rewrite(f, words_of(f), lambda rows: rows[0]["facts"].update(issued="2019-5")),
        "facts.issued: '2019-5' is no date",
    ),
    "a source's word twice": (
        lambda f: rewrite(f, words_of(f), lambda rows: rows.__setitem__(1, rows[0])),
        "line 2: paper, source, base_url, giver: .* stands in an earlier row as well",
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
    assert "33 papers" in said
    assert str(dataset_folder()) in said
    with pytest.raises(CommandError, match="empty site"):
        call_command("load_dataset", str(dataset_folder()))
    in_an_empty_site(lambda: call_command("load_dataset", str(dataset_folder())))
    assert "Loaded the dataset of" in capsys.readouterr().out
    shutil.rmtree(dataset_folder())
