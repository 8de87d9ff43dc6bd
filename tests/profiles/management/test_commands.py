"""The commands about people, as one types them: what they do, what they say, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from papers.models import Category, Paper, PaperCount
from profiles.curation import decide
from profiles.curation.acts import Merge
from profiles.linking import new_authors
from profiles.management import site_setup
from profiles.models import Author, AuthorCount, Authorship, SimilarityLink
from profiles.similarity import link_store
from profiles.statistics import summaries
from tests.conftest import record
from tests.papers.database.test_builds import BUSY, lock_held_elsewhere
from tests.profiles.dataset import dump

pytestmark = pytest.mark.django_db
Rows = Callable[..., Any]

LINKED = (
    "Looked at {} papers: {} authors created, {} authorships added, {} removed, {} human decisions kept. "
    "Counted {} authors.\n"
)


def run(name: str, *arguments: Any, **options: Any) -> str:
    """What the command says."""
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refused(name: str, *arguments: Any) -> str:
    with pytest.raises(CommandError) as error:
        run(name, *arguments)
    assert error.value.returncode == 1
    return str(error.value)


# --- link_authors and compute_similarity ------------------------------------------------------------------------------


def test_link_authors_twice(import_rows: Rows) -> None:
    import_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing, Ada Byron"))
    assert run("link_authors") == LINKED.format(2, 3, 4, 0, 0, 3)
    assert summaries.differences() == []
    before = dump.everything()
    assert run("link_authors") == LINKED.format(0, 0, 0, 0, 0, 0)
    assert dump.everything() == before
    assert run("link_authors", "--restart") == LINKED.format(2, 0, 0, 0, 0, 3)
    Authorship.objects.filter(author__name="Alan Turing").update(decided_by_human=True, printed_name="Alan Turing")
    import_rows(record("2001.00002", authors="Ada Byron, Alan Turing", update_date="2020-02-01"))
    assert run("link_authors") == LINKED.format(1, 0, 1, 1, 1, 2)


def test_compute_similarity_twice(import_rows: Rows) -> None:
    assert run("compute_similarity") == "Compared 0 of 0 authors by 0 terms of 0 papers: 0 links.\n"
    import_rows(
        record("2001.00001", abstract="Cogs weave."),
        record("2001.00002", authors="Alan Turing", abstract="Cogs halt."),
        record("2001.00003", authors="Emmy Noether", abstract="Rings."),
    )
    run("link_authors")
    for _ in range(2):
        assert run("compute_similarity") == "Compared 4 of 4 authors by 4 terms of 3 papers: 6 links.\n"
    assert SimilarityLink.objects.count() == 6


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OperationalError("database or disk is full")])
@pytest.mark.parametrize(
    ("name", "module", "function"),
    [("link_authors", new_authors, "free_slugs"), ("compute_similarity", link_store, "_insert_links")],
)
def test_what_stops_a_stage_leaves_what_the_next_one_goes_on_from(
    name: str, module: Any, function: str, error: BaseException, import_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(record("2001.00001", abstract="Cogs."), record("2001.00002", authors="Alan Turing", abstract="Looms."))
    if name == "compute_similarity":
        run("link_authors")

    def fail(*args: Any) -> None:
        raise error

    with monkeypatch.context() as patched, pytest.raises(type(error)):
        patched.setattr(module, function, fail)
        run(name)
    assert run(name).startswith(("Looked at 2 papers", "Compared 3 of 3"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["link_authors"],
        ["compute_similarity"],
        ["verify_counts"],
        ["verify_counts", "--repair"],
        ["make_fixtures"],
        ["rebuild_search"],
        ["loaddata", "seed"],
        ["prepare_site"],
    ],
    ids=" ".join,
)
def test_one_stage_at_a_time(
    arguments: list[str], categories: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    before = dump.everything()
    with lock_held_elsewhere():
        assert refused(*arguments) == BUSY
    assert dump.everything() == before


# --- verify_counts ----------------------------------------------------------------------------------------------------


def test_verify_counts(build_rows: Rows) -> None:
    build_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing"))
    assert run("verify_counts") == "All kept counts are right.\n"
    category = Category.objects.get(code="cs.LG")
    ada = Author.objects.get(name="Ada Byron")
    PaperCount.objects.filter(category=category, year=2020).update(papers=7)
    Author.objects.filter(pk=ada.pk).update(coauthor_count=5)
    AuthorCount.objects.filter(category=category).update(authors=9)
    lines = (
        f"category {category.pk}, year 2020: kept (7, 2), true (2, 2)\n"
        f"author {ada.public_id}, coauthor_count: kept 5, true 1\n"
        f"authors of category {category.pk}, name-only, 1 papers or more until 2020: kept 9, true 3\n"
    )
    out = StringIO()
    with pytest.raises(
        CommandError, match=r"^3 kept counts are wrong\. Repair them with: manage\.py verify_counts --repair$"
    ):
        call_command("verify_counts", stdout=out)
    assert out.getvalue() == lines
    assert run("verify_counts", "--repair") == f"{lines}Repaired 3 wrong counts.\n"
    assert run("verify_counts", "--repair") == run("verify_counts") == "All kept counts are right.\n"


def test_verify_counts_names_what_leads_to_nobody_and_mends_it(build_rows: Rows) -> None:
    build_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing, Grace Hopper, Wei Wang"))
    ada, babbage, turing, hopper = (
        Author.objects.get(name=name) for name in ("Ada Byron", "Charles Babbage", "Alan Turing", "Grace Hopper")
    )
    nobody = 10**6
    Authorship.objects.filter(author__name="Wei Wang").update(author=nobody)
    Author.objects.filter(pk=ada.pk).update(merged_into=babbage)
    Author.objects.filter(pk=babbage.pk).update(merged_into=ada)
    Author.objects.filter(pk=turing.pk).update(merged_into=nobody)
    lines = [
        *(
            f"author {author.public_id} ({author.name}) was merged in a circle or into nobody; to be an author again"
            for author in (ada, babbage, turing)
        ),
        "paper 2001.00002: position 3 of its byline is an author who is not there; to be linked again",
    ]
    out = StringIO()
    with pytest.raises(CommandError, match=r" and 4 references to nobody\. Repair them with: manage\.py verify_counts"):
        call_command("verify_counts", stdout=out)
    assert [line for line in out.getvalue().splitlines() if line in lines] == lines
    said = run("verify_counts", "--repair").splitlines()
    assert said[-2].endswith("wrong counts and 4 references to nobody.")
    assert said[-1] == "Next: manage.py link_authors"
    run("link_authors")
    assert run("verify_counts") == "All kept counts are right.\n"
    claims = Authorship.objects.filter(paper__identifier="2001.00002").order_by("position")
    assert list(claims.values_list("author__name", flat=True)) == ["Alan Turing", "Grace Hopper", "Wei Wang"]
    assert set(Author.objects.visible()) >= {ada, babbage, turing, hopper}


def test_what_the_next_run_counts_anyway_is_owed_and_not_wrong(import_rows: Rows, admin_user: Any) -> None:
    rows = [record("2001.00001"), record("2001.00002", authors="A. Byron, Alan Turing")]
    import_rows(*rows)
    run("link_authors")
    decide(Merge(Author.objects.get(name="A. Byron"), Author.objects.get(name="Ada Byron")), admin_user)
    owed = "{} kept counts are owed: the next link_authors brings them up to date.\nAll other kept counts are right.\n"
    assert run("verify_counts") == owed.format(1)  # Turing's co-author is another one now
    babbage = Author.objects.filter(name="Charles Babbage")
    babbage.update(paper_count=7)
    assert "1 kept counts are wrong" in refused("verify_counts")
    babbage.update(paper_count=1)
    import_rows(rows[0] | {"categories": "hep-th", "update_date": "2021-01-01"})
    assert run("verify_counts") == owed.format(5)
    run("link_authors")
    assert run("verify_counts") == "All kept counts are right.\n"


# --- build_all --------------------------------------------------------------------------------------------------------


def test_build_all_twice(categories: None, snapshot: Rows) -> None:
    path = snapshot(
        record("2001.00001", abstract="Cogs weave."),
        record("2001.00002", authors="Alan Turing", abstract="Cogs halt."),
        record("2001.00003", authors="Emmy Noether", abstract="Rings."),
    )
    said = run("build_all", path)
    assert said.splitlines()[-5:] == [
        "Linked 3 papers: 4 authors created, 4 authorships added. Counted 4 authors.",
        "Possible duplicates: 0 pairs compared, 0 in the queue at /admin/curation/duplicates/.",
        "Possibly one paper: 0 pairs compared, 0 in the queue at /admin/curation/duplicate-papers/.",
        "Compared 4 authors: 6 similarity links.",
        "Wrote 4 sitemaps with 15 addresses.",
    ]
    assert said.startswith("Read 3: 3 created, ")
    before = {label: rows for label, rows in dump.everything().items() if label != "papers.Build"}
    said = run("build_all", path)
    assert said.splitlines()[-5:] == [
        "Linked 0 papers: 0 authors created, 0 authorships added. Counted 0 authors.",
        "Possible duplicates: 0 pairs compared, 0 in the queue at /admin/curation/duplicates/.",
        "Possibly one paper: 0 pairs compared, 0 in the queue at /admin/curation/duplicate-papers/.",
        "The similarity links were up to date.",
        "Wrote 4 sitemaps with 15 addresses.",
    ]
    assert said.startswith("Read 3: 0 created, 0 updated, 3 unchanged, ")
    assert {label: rows for label, rows in dump.everything().items() if label != "papers.Build"} == before


def test_build_all_ends_with_3_where_records_were_rejected(categories: None, snapshot: Rows) -> None:
    path = snapshot(record("2001.00001"), record("2001.00002", title=""))
    with pytest.raises(SystemExit) as ended:
        run("build_all", path)
    assert ended.value.code == 3
    assert Author.objects.listed().count() == 2


def test_build_all_that_was_stopped_goes_on_behind_the_import(
    categories: None, snapshot: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = snapshot(record("2001.00001"), record("2001.00002", authors="Alan Turing", title=""))

    def stop(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(new_authors, "free_slugs", stop)
        run("build_all", path)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("build_all", str(path), stdout=out)
    assert ended.value.code == 3
    assert out.getvalue().splitlines() == [
        "The import of this source was complete when an earlier run stopped; going on behind it.",
        "Linked 1 papers: 2 authors created, 2 authorships added. Counted 2 authors.",
        "Possible duplicates: 0 pairs compared, 0 in the queue at /admin/curation/duplicates/.",
        "Possibly one paper: 0 pairs compared, 0 in the queue at /admin/curation/duplicate-papers/.",
        "Compared 0 authors: 2 similarity links.",
        "Wrote 4 sitemaps with 11 addresses.",
    ]


# --- The seed ---------------------------------------------------------------------------------------------------------


def test_make_fixtures_writes_where_it_is_told(tmp_path: Path) -> None:
    assert run("make_fixtures", folder=tmp_path) == f"Wrote {tmp_path}/categories.json\nWrote {tmp_path}/seed.json\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["categories.json", "seed.json"]


@pytest.fixture
def new_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours alone
    return tmp_path


NOTHING_LOADED = "The database has papers; nothing is loaded.\n"
IS_EMPTY = "The site is empty. Papers come in by: manage.py build_all FILE\n"


def test_prepare_site_twice(client: Client, new_folder: Path) -> None:
    assert run("prepare_site") == (
        "Collecting static files ...\nA new database: loading the seed profile, linking, counting, comparing ...\n"
    )
    assert (new_folder / "static" / "css" / "coterie.css").is_file()
    assert client.get("/authors/tom-henighan/").status_code == 200
    manifest = client.get("/data/manifest.json")
    assert json.loads(b"".join(manifest.streaming_content))["rows"]["papers"] == 21
    assert (Paper.objects.count(), Author.objects.listed().count(), SimilarityLink.objects.count()) == (21, 158, 4670)
    before = dump.everything()
    assert run("prepare_site") == NOTHING_LOADED
    assert dump.everything() == before


def test_what_is_unchanged_is_not_made_again(new_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def counted(name: str, *arguments: Any, **options: Any) -> None:
        done.append(" ".join([name, *arguments]))
        call_command(name, *arguments, **options)

    monkeypatch.setattr(site_setup, "call_command", counted)
    for of in ("run_stages", "dump"):
        does = getattr(site_setup, of)
        monkeypatch.setattr(site_setup, of, lambda *given, of=of, does=does: (done.append(of), does(*given)))

    def steps() -> list[str]:
        done.clear()
        site_setup.prepare(lambda line: None)
        return list(done)

    assert steps() == ["collectstatic", "loaddata categories", "loaddata seed", "run_stages", "dump"]
    assert steps() == []
    (new_folder / "static" / "css" / "coterie.css").unlink()
    assert steps() == ["collectstatic"]
    monkeypatch.setattr(site_setup, "version", lambda package: "another")
    assert (steps(), steps()) == (["collectstatic"], [])
    monkeypatch.setattr(site_setup, "digest", lambda paths, *more: f"{len(paths)} other files")
    assert (steps(), steps()) == (["collectstatic", "loaddata categories"], [])


@pytest.mark.parametrize("of", ["call_command", "run_stages", "dump"])
def test_a_first_start_that_was_stopped_is_gone_on_with(
    of: str, new_folder: Path, monkeypatch: pytest.MonkeyPatch, categories: None
) -> None:
    def stop(*given: Any, **options: Any) -> None:
        if of != "call_command" or given == ("loaddata", "seed"):
            raise KeyboardInterrupt
        call_command(*given, **options)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(site_setup, of, stop)
        run("prepare_site")
    assert "A new database" in run("prepare_site")
    assert (Paper.objects.count(), SimilarityLink.objects.count()) == (21, 4670)
    assert (new_folder / "dataset" / "manifest.json").is_file()
    assert run("prepare_site") == NOTHING_LOADED


@pytest.mark.django_db(transaction=True)  # flush is no part of a transaction
def test_a_site_begun_empty_stays_empty(new_folder: Path) -> None:
    assert run("prepare_site", "--seed", 0).endswith(IS_EMPTY)
    assert run("prepare_site") == IS_EMPTY
    assert (Paper.objects.count(), Category.objects.count()) == (0, 176)
    assert "A new database" in run("prepare_site", "--seed", 1)
    assert run("prepare_site", "--seed", 0) == "The database has papers, which stay: SEED=0 is for a new database.\n"
    call_command("flush", interactive=False, verbosity=0)
    assert run("prepare_site") == IS_EMPTY
    assert (Paper.objects.count(), Category.objects.count()) == (0, 176)


def test_prepare_site_leaves_somebody_s_own_papers_alone(build_rows: Rows, new_folder: Path) -> None:
    build_rows(record("2001.00001"))
    before = dump.everything()
    assert run("prepare_site").endswith(NOTHING_LOADED)
    assert dump.everything() == before
    # Nor where a first start was stopped before them.
    (new_folder / "prepared.json").write_text(json.dumps({site_setup.place_of_database(): {"seed": "owed"}}))
    assert run("prepare_site") == NOTHING_LOADED
    assert dump.everything() == before


def test_loaddata_brings_counts_and_indexes_up_to_date(categories: None) -> None:
    run("loaddata", "seed", verbosity=0)
    assert run("verify_counts") == "All kept counts are right.\n"
    assert run("rebuild_search", "--check") == "Both search indexes are in step with their tables.\n"
    assert [row["slug"] for row in Client().get("/api/v1/authors/?search=henighan").json()["results"]] == [
        "tom-henighan"
    ]
