"""Each stage ended at each of its commits and given again: the content is that of a run that nobody disturbed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

import papers.search
from papers.ingest import counts
from papers.ingest.importer import Importer
from papers.ingest.sources import harvester
from papers.models import Build, Paper
from profiles import search
from profiles.curation import decide, undo
from profiles.curation.acts import Merge, NotSame, Rename, SetVerdict, SetVisibility, Split, parsed
from profiles.dataset import dumper
from profiles.linking import linker
from profiles.models import Author, Decision, DuplicateSuggestion, SimilarityLink
from profiles.similarity import cache_files, full_run
from profiles.similarity.cache_files import KeptCounts, read_lists
from profiles.statistics import author_counts, summaries
from profiles.watermark import Watermark
from tests.conftest import record
from tests.dump import dump
from tests.kills import Killed, Points, killed_at_each_point, taken_back
from tests.papers.ingest.sources.oai_server import Entry, OaiServer

pytestmark = pytest.mark.django_db

Say = Callable[..., None]
WORDS = "cogs looms cams rings tables engines algebra cloth cards wheels waves stars".split()


def papers_of(numbers: range, chance: random.Random, **fields: Any) -> list[dict[str, Any]]:
    """Papers of one to three people whose names are much alike."""
    people = [
        f"{one} {two}" for one in ("Ada", "A.", "Adam", "Wei", "W.") for two in ("Byron", "Byroon", "Wang", "Kay")
    ]
    return [
        record(
            f"2001.{number:05}",
            authors=", ".join(chance.sample(people, chance.randint(1, 3))),
            title=" ".join(chance.choices(WORDS, k=4)),
            abstract=" ".join(chance.choices(WORDS, k=12)),
            categories=chance.choice(["cs.LG", "math.CO", "stat.ML cs.LG", "hep-th"]),
            **fields,
        )
        for number in numbers
    ]


def content() -> dict[str, Any]:
    """Everything, and what is said to be wrong with it."""
    return {
        **dump(),
        "wrong counts": [*counts.differences(), *summaries.differences(), *author_counts.differences()],
        "wrong indexes": [*papers.search.check(), *search.check()],
        "links are outdated": full_run.is_outdated(),
    }


@pytest.fixture(autouse=True)
def small(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    monkeypatch.setattr(full_run, "FROZEN_FOR", 0.5)


@pytest.fixture
def in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a few rows, so that a few papers make several."""
    for function, size in ((Importer.__init__, 8), (linker.link_authors, 8), (summaries.refresh, 6)):
        monkeypatch.setitem(function.__kwdefaults__, "batch_size", size)


@pytest.fixture
def files(tmp_path: Path, snapshot: Callable[..., Path]) -> list[Path]:
    """A first list of papers, one that changes some and adds some, and one more."""
    chance = random.Random(5)
    first = papers_of(range(1, 31), chance)
    changes = [
        *papers_of(range(8, 11), chance, update_date="2021-01-01"),
        *papers_of(range(31, 37), chance),
        {"id": "x"},
    ]
    last = [*papers_of(range(2, 4), chance, update_date="2022-01-01"), *papers_of(range(41, 44), chance)]
    return [snapshot(*rows, name=f"{number}.jsonl") for number, rows in enumerate((first, changes, last))]


@pytest.fixture
def say(categories: None) -> Say:
    """Gives a command; that some records were rejected is all well."""

    def give(*arguments: Any) -> None:
        try:
            call_command(*map(str, arguments), stdout=StringIO(), stderr=StringIO())
        except SystemExit as end:
            assert end.code == 3

    return give


@pytest.fixture
def whole(say: Say, files: list[Path]) -> None:
    """A site on which every stage ran once."""
    say("build_all", files[0])


@pytest.fixture
def changed(whole: None, say: Say, files: list[Path], admin_user: User) -> None:
    """The same with decisions of several kinds and a second list, which no other stage has seen."""
    pairs: list[tuple[Author, Author]] = []
    for row in DuplicateSuggestion.objects.open().by_payoff():
        if not {row.one, row.two} & {person for pair in pairs for person in pair}:  # who was merged can't be once more
            pairs.append((row.one, row.two))
    decide(NotSame(*pairs[0]), admin_user)
    decide(Merge(*pairs[1]), admin_user)
    undo(decide(Merge(*pairs[2]), admin_user), admin_user)
    link = similarity_link()
    decide(SetVerdict(link.author, link.other, "vetoed"), admin_user)
    say("import_papers", files[1])


def similarity_link() -> Any:
    """The first place of somebody's list, of two who were not merged. Public ids are other ones with each site's key."""
    present = SimilarityLink.objects.filter(rank=1, author__merged_into=None, other__merged_into=None)
    return present.order_by("author__name", "id").first()


@pytest.fixture
def and_later(say: Say, files: list[Path]) -> Callable[[], Any]:
    """The content now, and when another list was brought through all stages that only look at what is new."""

    def found() -> dict[str, Any]:
        now = content()
        say("import_papers", files[2])
        say("link_authors")
        say("find_duplicates")
        say("compute_similarity", "--since")
        return now | {f"later {name}": rows for name, rows in content().items()}

    return found


STAGES = {
    "import": ("import_papers", 1),
    "link": ("link_authors",),
    "duplicates": ("find_duplicates",),
    "duplicate papers": ("find_duplicate_papers",),
    "all duplicates": ("find_duplicates", "--all"),
    "similarity": ("compute_similarity",),
    "similarity of some": ("compute_similarity", "--since"),
    "search": ("rebuild_search",),
    "sitemaps": ("make_sitemaps",),
    "counts": ("verify_counts", "--repair"),
    "measuring": ("evaluate_similarity", "--authors", "20"),
}
BEFORE_LINKING = {"import", "link"}  # the others are given when all is linked


@pytest.mark.kills
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.usefixtures("in_batches")
def test_a_stage_ended_at_any_commit_and_given_again(
    stage: str, changed: None, say: Say, files: list[Path], and_later: Callable[[], Any]
) -> None:
    if stage not in BEFORE_LINKING:
        say("link_authors")
    if stage == "counts":
        Author.objects.filter(paper_count__gt=1).update(paper_count=1)
    command = [files[part] if isinstance(part, int) else part for part in STAGES[stage]]
    assert killed_at_each_point(lambda: say(*command), and_later)


@pytest.mark.kills
@pytest.mark.parametrize("stage", ["import", "link"])
@pytest.mark.usefixtures("in_batches")
def test_a_first_run_ended_at_any_commit_and_given_again(stage: str, say: Say, files: list[Path]) -> None:
    if stage == "link":
        say("import_papers", files[0])
    command = [files[0] if isinstance(part, int) else part for part in STAGES[stage]]

    def found() -> Any:
        now = content()
        say("build_all", files[0])
        return now | {f"later {name}": rows for name, rows in content().items()}

    assert len(killed_at_each_point(lambda: say(*command), found)) > 5


def test_everything_ended_at_any_commit_and_given_again(say: Say, files: list[Path]) -> None:
    assert len(killed_at_each_point(lambda: say("build_all", files[0]), content)) > 20


def test_a_load_ended_at_any_commit_and_given_again(say: Say, files: list[Path], tmp_path: Path) -> None:
    fixture = tmp_path / "papers.json"
    with taken_back():
        say("import_papers", files[0])
        call_command("dumpdata", "papers.paper", "papers.papercategory", output=str(fixture), verbosity=0)
        expected = content()
    assert killed_at_each_point(lambda: say("loaddata", fixture), content)
    # Or another stage is given, which does what the load left undone.
    with pytest.raises(Killed), Points(1).watch():
        say("loaddata", fixture)
    assert content()["wrong counts"] and content()["wrong indexes"]
    say("link_authors")
    found = content()
    assert {name: found[name] for name in ("papers", "counts", "title_keys", "wrong counts", "wrong indexes")} == {
        name: expected[name] for name in ("papers", "counts", "title_keys", "wrong counts", "wrong indexes")
    }


@pytest.mark.usefixtures("in_batches")
def test_a_harvest_ended_at_any_commit_and_given_again(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one, and then one of what was changed and deleted."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(harvester, "BATCH_SIZE", 2)
    entries = [Entry(f"1501.{n:05}", f"2015-01-{n:02}", f"On {n}") for n in range(1, 9)]
    with OaiServer(entries, lambda: 0.0) as server:

        def harvest() -> None:
            say("harvest_arxiv", "--base-url", server.url, "--pause", "0")

        assert len(killed_at_each_point(harvest, content)) > 5
        harvest()
        say("link_authors")
        server.entries = [
            *entries[2:6],
            replace(entries[6], is_deleted=True, datestamp="2015-01-10"),
            replace(entries[0], title="Anew", datestamp="2015-01-11"),
            Entry("1501.00009", "2015-01-12", "On 9"),
            replace(entries[1], title="Another", datestamp="2015-01-13"),
        ]
        assert killed_at_each_point(harvest, content)
        harvest()
        assert set(Paper.objects.visible().values_list("title", flat=True)) >= {"Anew", "Another", "On 9"}
        assert Paper.objects.get(identifier="1501.00007").is_deleted


def test_a_dataset_ended_at_any_place_and_given_again(whole: None, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two folders can't change places in one step."""
    monkeypatch.setattr(dumper, "_exchange", lambda *_folders: False)

    def found() -> dict[str, Any]:
        folder = dumper.dataset_folder()
        manifest = json.loads((folder / "manifest.json").read_text())
        return {
            "rows": manifest["rows"],
            "files": sorted(path.relative_to(folder.parent).as_posix() for path in folder.parent.glob("dataset*/**/*")),
        }

    say("dump_dataset")
    assert len(killed_at_each_point(lambda: say("dump_dataset"), found)) >= 2


def test_only_the_files_of_the_last_run_are_kept_and_used(changed: None, say: Say) -> None:
    def names() -> list[str]:
        return sorted(path.name for path in cache_files.folder().glob("*.npz"))

    first = Build.objects.latest_finished(full_run.STAGE)
    assert first is not None and read_lists(first) and KeptCounts.of_build(first)
    (cache_files.folder() / "lists.npz").touch()  # as earlier versions called it
    say("link_authors")
    say("compute_similarity", "--since")
    last = full_run.true_build()
    queue = Build.objects.latest_finished("duplicates")
    assert last is not None and queue is not None and last.pk > first.pk
    assert names() == sorted([f"counts-{first.pk}.npz", f"duplicates-{queue.pk}.npz", f"lists-{last.pk}.npz"])
    for build in (first, last):
        build.started_at += timedelta(seconds=1)
    assert (KeptCounts.of_build(first), read_lists(last)) == (None, None)


# --- The search indexes -----------------------------------------------------------------------------------------------


def found(words: str) -> tuple[int, int]:
    """How many papers and authors a search finds."""
    papers_found = papers.search.matching(Paper.objects.visible(), papers.search.parse_query(words)).count()
    return papers_found, search.matching(Author.objects.listed(), words).count()


def test_searches_go_on_with_the_old_index_until_the_new_is_there(whole: None, say: Say, admin_user: User) -> None:
    expected = found("Byron"), found("looms")
    assert all(expected[0])
    whole_run = Points()
    with taken_back(), whole_run.watch():
        say("rebuild_search")
    assert len(whole_run.passed) > 5
    for number in range(1, len(whole_run.passed) + 1):
        with taken_back():
            with pytest.raises(Killed), Points(number).watch():
                say("rebuild_search")
            assert (found("Byron"), found("looms")) == expected
            assert content()["wrong indexes"] == []
            decide(Rename(Author.objects.get(name="Ada Byron"), parsed("Zoe Quux")), admin_user)
            assert found("Quux")[1] == 1
            say("rebuild_search")
            assert found("Quux")[1] == 1
            assert content()["wrong indexes"] == []


@pytest.mark.parametrize("rebuild", [papers.search.rebuild, search.rebuild])
def test_what_is_decided_while_an_index_is_built_is_in_it(
    rebuild: Callable[..., int], whole: None, admin_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (papers.search.index, search.index):
        monkeypatch.setattr(module, "BATCH_SIZE", 5)
    outermost = len(connection.savepoint_ids)
    ada, most = (
        Author.objects.get(name="Ada Byron"),
        Author.objects.exclude(name="Ada Byron").order_by("-paper_count")[0],
    )
    split = Split(most, list(most.authorships.values_list("paper", flat=True)[:1]))
    left = [
        lambda: decide(Rename(ada, parsed("Zoe Quux")), admin_user),
        lambda: decide(SetVisibility(ada, "Ada Byron", "match-only"), admin_user),
        lambda: decide(split, admin_user),
        lambda: undo(Decision.objects.get(kind="split"), admin_user),
    ]

    def decide_meanwhile(_number: int) -> None:
        assert len(connection.savepoint_ids) == outermost, "a transaction is open"
        if left:
            left.pop(0)()

    rebuild(decide_meanwhile)
    assert not left
    assert content()["wrong indexes"] == []
    assert (found("Quux")[1], found('author:"Ada Byron"')[0]) == (1, 0)


# --- The clock --------------------------------------------------------------------------------------------------------

YEAR = timedelta(days=365)
CLOCKS = {"set back": (0, 0, -1, -1), "ahead, and back again": (0, 10, 0, 0), "ahead at first": (10, 10, 0, 0)}


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_is_new_is_told_by_no_clock(
    clock: str, say: Say, files: list[Path], admin_user: User, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    now = timezone.now
    mirrored: dict[str, set[str]] = {}  # what a harvester has read by now: by identifier what changed

    def harvest() -> None:
        """Ask the provider for what came at the latest moment that is known, or later."""
        known = max(
            (moment for moments in mirrored.values() for moment in moments), default="1900-01-01T00:00:00+00:00"
        )
        rows = Paper.objects.filter(modified_at__gte=datetime.fromisoformat(known))
        for identifier, moment, revision in rows.values_list("identifier", "modified_at", "revision"):
            mirrored.setdefault(identifier, set()).add(moment.isoformat())
            read[identifier] = revision

    read: dict[str, int] = {}

    def live(years: tuple[int, ...]) -> Any:
        """Import and relate, decide, import changes and bring up to date, twice; each at a time of its own."""
        mirrored.clear()
        read.clear()

        def at(step: int) -> None:
            monkeypatch.setattr(timezone, "now", lambda: now() + years[step] * YEAR)

        at(0)
        say("build_all", files[0])
        harvest()
        at(1)
        pair = DuplicateSuggestion.objects.open().by_payoff()[0]
        decide(Merge(pair.one, pair.two), admin_user)
        say("link_authors")
        found = [content()]
        for step in (1, 2):
            at(step + 1)
            say("import_papers", files[step])
            say("link_authors")
            say("find_duplicates")
            assert full_run.is_outdated()
            assert Watermark.of(full_run.true_build()).changed_authors()
            say("compute_similarity", "--since")
            assert not Watermark.of(full_run.true_build()).changed_authors()
            harvest()
            assert read == dict(Paper.objects.values_list("identifier", "revision"))
            found.append(content())
        return found

    with taken_back():
        expected = live((0, 0, 0, 0))
    assert "the clock was set back" not in caplog.text
    assert live(CLOCKS[clock]) == expected
    assert "the clock was set back" in caplog.text
    moments = list(Paper.objects.order_by("revision").values_list("modified_at", flat=True))
    assert moments == sorted(moments)
