"""The whole way from a file to the pages, on a site that grows: twice the same, and the same however it was stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from papers.database.builds import stage_lock
from papers.ingest import counts
from papers.ingest.runs import import_source
from papers.models import Build
from profiles.models import Author, SimilarityLink
from profiles.pipeline import StagesSummary, bring_up_to_date, run_stages
from profiles.statistics import summaries
from tests.conftest import record
from tests.papers.ingest.test_faults import Site, new_database, new_site  # noqa: F401 used by their names below
from tests.profiles.dataset import dump

WORDS = "cogs looms cams rings tables engines algebra cloth cards wheels".split()


def papers(first: int, last: int) -> list[dict[str, Any]]:
    """Papers that share people, subjects and words with those before and after them."""
    names = ["Ada Byron", "Charles Babbage", "Alan Turing", "Emmy Noether", "Grace Hopper", "Wei Wang", "A. Byron"]
    return [
        record(
            f"2001.{n:05}",
            authors=", ".join([names[n % 7], names[n * 3 % 7], names[(n + 3) % 7]]),
            title=f"{WORDS[n % 10].capitalize()} of {WORDS[n * 7 % 10]} {WORDS[n % 3]}",
            abstract=f"We weave {WORDS[n * 3 % 10]} and {WORDS[(n + 1) % 10]} of kind{n % 4}.",
            categories=["cs.LG", "math.CO cs.LG", "stat.ML"][n % 3],
        )
        for n in range(first, last + 1)
    ]


def build(path: Path) -> StagesSummary:
    import_source(str(path))
    with stage_lock():
        return run_stages()


def everything_but_runs() -> dict[str, Any]:
    return {label: rows for label, rows in dump.everything().items() if label != "papers.Build"}


@pytest.mark.django_db
def test_twice_the_same_file(categories: None, snapshot: Callable[..., Path]) -> None:
    path = snapshot(*papers(1, 30))
    first = build(path)
    assert (first.linked.papers, first.counted.authors) == (30, first.linked.authors_created)
    assert first.related is not None
    before = everything_but_runs()
    second = build(path)
    assert (second.linked.papers, second.counted.authors, second.related) == (0, 0, None)
    assert everything_but_runs() == before
    assert (summaries.differences(), counts.differences()) == ([], [])


@pytest.mark.django_db
def test_a_site_that_grows_is_like_one_built_at_once(categories: None, snapshot: Callable[..., Path]) -> None:
    def state() -> tuple[Any, ...]:
        links = SimilarityLink.objects.values_list("author__public_id", "other__public_id", "score", "is_coauthor")
        return dump.linked(), dump.names(), dump.slugs(), dump.figures(), set(links)

    def at_once() -> tuple[Any, ...]:
        build(snapshot(*papers(1, 40)))
        return state()

    def in_steps() -> tuple[Any, ...]:
        for last in (10, 11, 35, 40):
            done = build(snapshot(*papers(1, last), name=f"until-{last}.jsonl"))
            assert done.related is not None
            assert (summaries.differences(), counts.differences()) == ([], [])
        return state()

    assert dump.in_a_site_of_its_own(in_steps) == dump.in_a_site_of_its_own(at_once)


@pytest.mark.django_db
def test_what_the_stages_say_while_they_work(categories: None, snapshot: Callable[..., Path]) -> None:
    import_source(str(snapshot(*papers(1, 30))))
    said: list[tuple[str, int, int | None]] = []
    with stage_lock():
        done = run_stages(lambda stage, so_far, of: said.append((stage, so_far, of)))
    people = done.counted.authors
    assert said == [
        ("link", 30, None),
        ("statistics", people, None),
        ("duplicates", people, None),
        ("duplicates", done.suggested.candidates, None),
        ("papers read for duplicates", 30, None),
        ("similarity", people, people),
    ]
    assert list(Build.objects.order_by("id").values_list("stage", "status")) == [
        ("import", "finished"),
        ("link", "finished"),
        ("statistics", "finished"),
        ("duplicates", "finished"),
        ("duplicate papers", "finished"),
        ("similarity", "finished"),
    ]


@pytest.mark.django_db
def test_bringing_up_to_date_what_is_writes_nothing(seed: None) -> None:
    before = dump.everything()
    with stage_lock():
        bring_up_to_date()
    assert dump.everything() == before


@pytest.mark.django_db
def test_from_the_file_to_the_page_and_the_api(categories: None, snapshot: Callable[..., Path], client: Client) -> None:
    build(snapshot(*papers(1, 30)))
    for author in Author.objects.listed():
        answer = client.get(f"/api/v1/authors/{author.public_id}/").json()
        found = client.get(f"/api/v1/authors/{author.slug}/papers/?count=on&page_size=200").json()
        assert answer["paper_count"] == found["count"] == len(found["results"]) == len(dump.linked()[author.public_id])
        page = client.get(f"/authors/{author.slug}/").content.decode()
        assert f"{author.paper_count} paper" in page
        similar = client.get(f"/api/v1/authors/{author.slug}/similar/").json()["results"]
        assert [row["rank"] for row in similar] == list(range(1, len(similar) + 1))


# A process that kills itself, as a power cut would, at the n-th statement that begins so.
KILLED = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from django.db import connection
from profiles.linking import linker
linker.link_authors.__kwdefaults__["batch_size"] = 7
left = int(sys.argv[3])
def cut(execute, sql, params, many, context):
    global left
    if sql.startswith(sys.argv[2]):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(cut):
    call_command(sys.argv[1])
"""


@pytest.mark.own_databases
@pytest.mark.kills
def test_killed_stages_go_on_and_end_as_if_nothing_had_been(
    request: pytest.FixtureRequest, snapshot: Callable[..., Path]
) -> None:
    make: Callable[[str], Site] = request.getfixturevalue("new_site")
    path = snapshot(*papers(1, 30))
    site, undisturbed = make("killed"), make("undisturbed")

    def kill(command: str, statement: str, n: int = 1) -> None:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, command, statement, str(n)],
            cwd=settings.BASE_DIR,
            capture_output=True,
            env={**site.environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr

    assert site.run("import_papers", str(path))[0] == 0
    kill("link_authors", 'UPDATE "papers_build" SET "progress"', 3)  # all of the third batch is written but not kept
    kill("link_authors", 'DELETE FROM "profiles_authorcategory"')  # in the midst of the counts
    assert "Looked at 0 papers" in site.run("link_authors")[1]
    assert undisturbed.run("build_all", str(path))[0] == 0
    assert site.run("find_duplicates")[0] == 0
    assert site.run("compute_similarity")[0] == 0
    assert site.dump() == undisturbed.dump()
    kill("compute_similarity", 'DELETE FROM "profiles_similaritylink"')
    kill("compute_similarity", 'DELETE FROM "profiles_topicterm"')  # all new links are written but not kept
    kill("compute_similarity", 'UPDATE "papers_build"', 2)  # the new links are kept, their run not yet called finished
    assert site.dump() == undisturbed.dump()
    assert site.run("compute_similarity")[0] == 0
    assert site.dump() == undisturbed.dump()
