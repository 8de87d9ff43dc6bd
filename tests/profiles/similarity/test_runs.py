"""Similar authors as they are stored: the evidence, what a curator pinned or vetoed, and runs that break off."""

from __future__ import annotations

import os
import random
import shutil
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from papers.database.builds import stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.models import Build, Paper, next_revision
from profiles.curation.acts import AddName, SetVerdict, parsed
from profiles.curation.service import decide, undo
from profiles.models import Author, Authorship, SimilarityLink
from profiles.similarity import executors, full_run
from profiles.similarity.full_run import SimilaritySummary, compute_similarity, reasons
from profiles.similarity.model.evidence import exact_parts
from profiles.similarity.model.vectors import Parameters, terms_of
from profiles.similarity.partial_run import update_similarity, update_since
from profiles.watermark import Watermark
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site
from tests.profiles.dataset import dump

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Each test with files of its own, for what a run leaves the next one finds."""
    settings.DATA_DIR = tmp_path


Import = Callable[..., ImportSummary]

SUBJECTS = [
    ("2001.00001", "Ada Byron, Charles Babbage", "Engines for tables", "Cogs and cams drive engines.", "cs.AR"),
    ("2001.00002", "Ada Byron", "Notes on engines", "Cogs weave algebra.", "cs.AR math.HO"),
    ("2001.00003", "Charles Babbage", "Economy of cams", "Engines and cogs.", "cs.AR"),
    ("2001.00004", "Alan Turing", "Machines and algebra", "Engines that halt.", "cs.LO"),
    ("2001.00005", "Grace Hopper, Alan Turing", "Compilers halt", "Compilers weave machines.", "cs.PL cs.LO"),
    ("2001.00006", "Emmy Noether", "Rings", "Rings over rings.", "math.RA"),
]
ROWS = [record(i, authors=a, title=t, abstract=text, categories=c) for i, a, t, text, c in SUBJECTS]


@prepared_site
def site(categories: None) -> None:
    build_site(*ROWS)


def group_paper(number: int, rng: random.Random) -> dict[str, Any]:
    """A paper of two people of one of eight groups, in the words of that group and its neighbour's."""
    words = [f"word{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh"]
    names = ["Anna", "Bert", "Cora", "Dora", "Emil", "Fred", "Gerd", "Hans", "Ines", "Jens"]
    surnames = ["Adams", "Baker", "Clark", "Davis", "Evans", "Frank", "Ghosh", "Hills"]
    group = number % 8
    people = rng.sample([f"{name} {surnames[group]}" for name in names], 2)
    text = " ".join(rng.choices(words[8 * group : 8 * group + 12], k=6))
    return record(f"2002.{number:05}", authors=", ".join(people), title=text, abstract="")


@prepared_site
def groups(categories: None) -> None:
    """Forty papers of overlapping groups: enough for several blocks."""
    rng = random.Random(4)
    build_site(*[group_paper(number, rng) for number in range(1, 41)])


def compute(**options: Any) -> SimilaritySummary:
    with stage_lock():
        return compute_similarity(**options)


def links() -> list[tuple[Any, ...]]:
    """Everything about the links but which run made them, by author and rank; those without a rank last."""
    rows = SimilarityLink.objects.order_by("author__name", "rank", "other__name").values_list(
        "author__name", "rank", "other__name", "score", "is_coauthor", "evidence", "verdict", "note"
    )
    return [*(row for row in rows if row[1]), *(row for row in rows if not row[1])]


def ranks(name: str) -> list[tuple[int, str]]:
    found = SimilarityLink.objects.shown().filter(author__name=name).best_first()
    return list(found.values_list("rank", "other__name"))


def lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for author, _rank, other, *_ in links():
        found.setdefault(author, []).append(other)
    return found


# --- The links and their evidence -------------------------------------------------------------------------------------


def test_links(site: None) -> None:
    assert compute() == SimilaritySummary(papers=6, authors=5, compared=5, links=8, terms=12)
    assert lists() == {
        "Ada Byron": ["Charles Babbage", "Alan Turing", "Grace Hopper"],
        "Alan Turing": ["Grace Hopper", "Ada Byron"],
        "Charles Babbage": ["Ada Byron"],
        "Grace Hopper": ["Alan Turing", "Ada Byron"],
    }
    build = Build.objects.latest_finished(full_run.STAGE)
    assert build is not None
    assert build.results == {"papers": 6, "authors": 5, "compared": 5, "links": 8, "terms": 12}
    assert build.parameters == {
        "min_papers": 2,
        "min_papers_bigram": 3,
        "max_share": 0.1,
        "small_site": 1000,
        "large_site": 50000,
        "largest_team": 100,
        "largest_walk_team": 30,
        "walk_weight": 2.0,
        "listed_papers": 2,
        "links": 20,
        "links_of_unlisted": 10,
        "not_yet_share": 0.5,
        "doubted_trust": 0.7,
        "copies_alike": 0.85,
        "most_of_lists": 0.008,
        "block": 256,
    }
    assert set(SimilarityLink.objects.values_list("build", flat=True)) == {build.pk}


def test_one_link_in_full(site: None) -> None:
    compute()
    link = SimilarityLink.objects.get(author__name="Grace Hopper", other__name="Ada Byron")
    papers = dict(Paper.objects.values_list("identifier", "id"))
    assert (link.rank, link.is_coauthor, link.verdict, link.note) == (2, False, "", "")
    assert link.evidence == {
        "parts": [{"kind": "term", "label": "weave", "contribution": link.score}],
        "shared_coauthors": [],
        "shared_categories": [],
        "closest_papers": {
            "mine": papers["2001.00005"],
            "theirs": papers["2001.00002"],
            "score": link.evidence["closest_papers"]["score"],
        },
    }
    assert 0 < link.score < 0.3


def test_the_evidence_names_shared_people_and_subjects_and_the_closest_papers_of_ones_own(site: None) -> None:
    compute()
    link = SimilarityLink.objects.get(author__name="Ada Byron", other__name="Charles Babbage")
    papers = dict(Paper.objects.values_list("identifier", "id"))
    assert link.is_coauthor
    assert link.evidence["shared_coauthors"] == []
    assert link.evidence["shared_categories"] == ["cs.AR"]
    # Not the paper they wrote together, which is nobody's likeness.
    pair = link.evidence["closest_papers"]
    assert (pair["mine"], pair["theirs"]) == (papers["2001.00002"], papers["2001.00003"])
    # All of Hopper's papers are Turing's too: then it is the one they share.
    link = SimilarityLink.objects.get(author__name="Grace Hopper", other__name="Alan Turing")
    assert link.evidence["closest_papers"] == {
        "mine": papers["2001.00005"],
        "theirs": papers["2001.00005"],
        "score": 1.0,
    }


def check_every_link() -> int:
    """That each link's parts add up to its score to the last digit, and name only what both have; gives how many."""
    terms: dict[int, set[str]] = {}
    people: dict[int, set[int]] = {}
    subjects: dict[int, set[str]] = {}
    for author in Author.objects.all():
        papers = list(Paper.objects.filter(authorships__author=author))
        terms[author.pk] = {term for paper in papers for term in terms_of(paper.title, paper.abstract)}
        people[author.pk] = set(Authorship.objects.filter(paper__in=papers).values_list("author", flat=True)) - {
            author.pk
        }
        subjects[author.pk] = {code for paper in papers for code in paper.categories}
    found = list(SimilarityLink.objects.all())
    for link in found:
        parts = link.evidence["parts"]
        assert sum(Decimal(str(part["contribution"])) for part in parts) == Decimal(str(link.score))
        assert 0 < link.score <= 1
        assert all(part["contribution"] > 0 for part in parts if part["kind"] != "other")
        assert {part["kind"] for part in parts} <= {"graph", "term", "other"}
        assert {part["label"] for part in parts if part["kind"] == "term"} <= terms[link.author_id] & terms[
            link.other_id
        ]
        assert set(link.evidence["shared_coauthors"]) <= people[link.author_id] & people[link.other_id]
        assert set(link.evidence["shared_categories"]) == subjects[link.author_id] & subjects[link.other_id]
        assert link.is_coauthor == (link.other_id in people[link.author_id])
    return len(found)


def test_every_part_is_true_and_the_parts_add_up(site: None) -> None:
    compute()
    assert check_every_link() == 8


def test_every_part_of_the_seed_is_true_and_the_parts_add_up(related_seed: None) -> None:
    assert check_every_link() == 4670
    # Twenty, and where these are co-authors, as in a collaboration, ten more who are not.
    assert SimilarityLink.objects.filter(rank__gt=30).count() == 0
    assert not SimilarityLink.objects.filter(rank__gt=20, is_coauthor=True).exists()


@pytest.mark.parametrize(
    ("parts", "scores", "expected"),
    [
        ([[]], [0.0], []),
        ([[0.25, 0.25]], [0.5], [250_000, 250_000]),
        ([[1 / 3, 1 / 3, 1 / 3]], [1.0], [333_334, 333_333, 333_333]),
        ([[1 / 6, 2 / 3]], [0.833333], [166_667, 666_666]),
        (
            [[], [1 / 3, 1 / 3, 1 / 3], [], [1 / 6, 2 / 3], [0.5], []],
            [0.0, 1.0, 0.0, 0.833333, 0.500001, 0.0],
            [333_334, 333_333, 333_333, 166_667, 666_666, 500_001],
        ),
    ],
)
def test_exact_parts(parts: list[list[float]], scores: list[float], expected: list[int]) -> None:
    values = np.array([value for row in parts for value in row])
    ends = np.cumsum([0, *map(len, parts)])
    assert exact_parts(values, ends, np.array(scores)).tolist() == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([("laws", 0.3), ("scaling laws", 0.2), ("scaling", 0.2), ("data", 0.1)], ["scaling laws", "data"]),
        ([("a", 0.4), ("b", 0.3), ("c", 0.2), ("d", 0.1)], ["a", "b", "c"]),
        ([("b", 0.3), ("a", 0.3)], ["a", "b"]),
        ([("graph drawings", 0.2), ("drawing", 0.3), ("graphs", 0.1), ("bus", 0.1)], ["graph drawings", "bus"]),
        ([], []),
    ],
)
def test_reasons(labels: list[tuple[str, float]], expected: list[str]) -> None:
    parts = [{"kind": "term", "label": label, "contribution": score} for label, score in labels]
    assert (
        reasons({"parts": [*parts, {"kind": "other", "label": "9 more shared terms", "contribution": 5.0}]}) == expected
    )
    assert reasons({}) == []


# --- Again and again --------------------------------------------------------------------------------------------------


def test_a_second_run_gives_equal_links(site: None) -> None:
    compute()
    first = links()
    assert compute() == SimilaritySummary(papers=6, authors=5, compared=5, links=8, terms=12)
    assert links() == first
    assert Build.objects.filter(stage="similarity", status="finished").count() == 2


def test_the_size_of_a_block_makes_no_difference(groups: None) -> None:
    compute()
    whole = links()
    compute(parameters=Parameters(block=7))
    assert links() == whole


def test_hidden_and_merged_people_and_deleted_papers_are_left_out(site: None) -> None:
    Author.objects.filter(name="Charles Babbage").update(is_hidden=True)
    Author.objects.filter(name="Emmy Noether").update(merged_into=Author.objects.get(name="Ada Byron"))
    Paper.objects.filter(identifier="2001.00005").update(is_deleted=True)
    assert compute() == SimilaritySummary(papers=5, authors=2, compared=2, links=2, terms=10)
    assert lists() == {"Ada Byron": ["Alan Turing"], "Alan Turing": ["Ada Byron"]}


def test_an_author_whom_a_curator_excluded_has_no_list_and_is_in_none(site: None) -> None:
    Author.objects.filter(name="Charles Babbage").update(in_similarity=False)
    for _ in range(2):
        compute()
        assert lists() == {
            "Ada Byron": ["Alan Turing", "Grace Hopper"],
            "Alan Turing": ["Grace Hopper", "Ada Byron"],
            "Grace Hopper": ["Alan Turing", "Ada Byron"],
        }


def test_the_network_brings_two_together_who_share_no_word(build_rows: Import) -> None:
    build_rows(
        record("2001.00001", authors="Ada Byron, Charles Babbage", title="Cogs", abstract=""),
        record("2001.00002", authors="Charles Babbage, Alan Turing", title="Halting", abstract=""),
        record("2001.00003", authors="Emmy Noether", title="Rings", abstract=""),
    )
    compute()
    link = SimilarityLink.objects.get(author__name="Ada Byron", other__name="Alan Turing")
    # Every walk from Ada is at Babbage's after one step and at Turing's after two with chance ½, after three never.
    expected = round(2 * (0.25 * 0.5) ** 0.5 / (1 + 2 * 0.375**0.5), 6)
    assert link.score == expected
    assert link.evidence["parts"] == [{"kind": "graph", "label": "1 common co-author", "contribution": expected}]
    assert link.evidence["shared_coauthors"] == [Author.objects.get(name="Charles Babbage").pk]
    assert not SimilarityLink.objects.filter(author__name="Emmy Noether").exists()


def test_papers_of_large_teams_say_nothing_about_their_people(build_rows: Import) -> None:
    team = ", ".join(f"Member Number{letter}{other}" for letter in "abcdefghijk" for other in "abcdefghij")
    build_rows(ROWS[0], ROWS[1], record("2001.00009", authors=f"Ada Byron, {team}", abstract="Cogs."))
    assert compute().compared == 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], SimilaritySummary()),
        # What is in every paper tells nothing, and here every word is.
        ([record("2001.00001", authors="Ada Byron")], SimilaritySummary(papers=1, authors=1, terms=3)),
        (
            [
                record("2001.00001", authors="Ada Byron, Alan Turing", title="On the 1 and 2", abstract=""),
                record("2001.00002", authors="Ada Byron, Grace Hopper", title="On the 2 and 1", abstract=""),
            ],
            # Without a word in common the network still says who is near whom.
            SimilaritySummary(papers=2, authors=3, links=6),
        ),
        (
            [
                record("2001.00001", authors="Ada Byron", title="Gears", abstract="Cogs."),
                record("2001.00002", authors="Alan Turing", title="Gears", abstract="Cogs."),
                record("2001.00003", authors="Grace Hopper", title="Moths", abstract="Bugs."),
                record("2001.00004", authors="Emmy Noether", title="Rings", abstract=""),
            ],
            SimilaritySummary(papers=4, authors=4, compared=4, links=2, terms=5),
        ),
        ([record("2001.00001", authors="")], None),
    ],
    ids=["nothing", "one author", "no words", "equal papers", "no author"],
)
def test_small_sites(rows: list[Any], expected: SimilaritySummary | None, build_rows: Import) -> None:
    if rows:
        build_rows(*rows)
    found = [compute(), compute()]
    assert found[0] == found[1]
    if expected:
        assert found[0] == expected
    assert SimilarityLink.objects.count() == found[0].links


def test_is_outdated(import_rows: Import) -> None:
    assert full_run.is_outdated() is False
    import_rows(*ROWS)
    assert full_run.is_outdated() is True
    compute()
    assert full_run.is_outdated() is False
    import_rows(record("2001.00009"))
    assert full_run.is_outdated() is True


@pytest.mark.parametrize("verdict", ["pinned", "vetoed"])
def test_a_verdict_and_its_undoing_make_the_links_outdated(verdict: str, site: None, admin_user: User) -> None:
    compute()
    ada, noether = (Author.objects.get(name=name) for name in ("Ada Byron", "Emmy Noether"))
    decision = decide(SetVerdict(ada, noether, verdict), admin_user)
    assert full_run.is_outdated() is True
    compute()
    assert full_run.is_outdated() is False
    undo(decision, admin_user)
    assert full_run.is_outdated() is True


def test_a_new_name_does_not(site: None, admin_user: User) -> None:
    compute()
    decide(AddName(Author.objects.get(name="Ada Byron"), parsed("Ada King")), admin_user)
    assert full_run.is_outdated() is False


# --- A curator's word -------------------------------------------------------------------------------------------------


@pytest.fixture
def verdicts(site: None, admin_user: User) -> Iterator[dict[str, SimilarityLink]]:
    """Ada's list with Hopper, her last, pinned, Noether, whom no word brings in, pinned too, and Babbage vetoed."""
    compute()
    ada = Author.objects.get(name="Ada Byron")
    said = {"decided_by": admin_user, "decided_at": timezone.now()}
    SimilarityLink.objects.filter(author=ada, other__name="Grace Hopper").update(
        verdict="pinned", note="Friends.", **said
    )
    SimilarityLink.objects.filter(author=ada, other__name="Charles Babbage").update(verdict="vetoed", rank=None, **said)
    noether = Author.objects.get(name="Emmy Noether")
    SimilarityLink.objects.create(author=ada, other=noether, verdict="pinned", note="Algebra.", **said)
    yield {link.other.name: link for link in SimilarityLink.objects.exclude(verdict="").select_related("other")}


def test_pinned_first_vetoed_absent_and_so_after_every_run(verdicts: dict[str, SimilarityLink]) -> None:
    assert ranks("Ada Byron") == [(2, "Alan Turing"), (3, "Grace Hopper")]  # gone at once, first with the next run
    seen = []
    for _ in range(2):
        compute()
        assert ranks("Ada Byron") == [(1, "Grace Hopper"), (2, "Emmy Noether"), (3, "Alan Turing")]
        seen.append(links())
        for name, before in verdicts.items():
            now = SimilarityLink.objects.get(pk=before.pk)
            assert (now.other.name, now.verdict, now.note, now.decided_by, now.decided_at) == (
                name,
                before.verdict,
                before.note,
                before.decided_by,
                before.decided_at,
            )
    assert seen[0] == seen[1]
    # The pinned link keeps its score and evidence; others' lists know nothing of it.
    pinned = SimilarityLink.objects.get(pk=verdicts["Grace Hopper"].pk)
    assert (pinned.score, pinned.evidence) == (verdicts["Grace Hopper"].score, verdicts["Grace Hopper"].evidence)
    assert ranks("Grace Hopper") == [(1, "Alan Turing"), (2, "Ada Byron")]
    assert ranks("Charles Babbage") == [(1, "Ada Byron")]


def test_a_verdict_outlives_the_words_that_made_the_link(verdicts: dict[str, SimilarityLink]) -> None:
    Paper.objects.filter(identifier__in=["2001.00001", "2001.00003", "2001.00005"]).update(is_deleted=True)
    compute()
    assert ranks("Ada Byron") == [(1, "Grace Hopper"), (2, "Emmy Noether"), (3, "Alan Turing")]
    vetoed = SimilarityLink.objects.get(pk=verdicts["Charles Babbage"].pk)
    assert (vetoed.verdict, vetoed.rank) == ("vetoed", None)


# --- Runs that break off ----------------------------------------------------------------------------------------------


class Refuse:
    """Lets the database refuse whatever begins so, from the n-th time on; use as a wrapper of its connection."""

    def __init__(self, beginning: str, n: int = 1):
        self.beginning, self.n = beginning, n

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(self.beginning):
            self.n -= 1
            if self.n <= 0:
                raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    "beginning",
    [
        'DELETE FROM "profiles_similaritylink"',
        'UPDATE "profiles_similaritylink" SET "rank" = %s',
        'UPDATE "profiles_similaritylink" SET "score" = %s',
    ],
)
def test_a_run_that_fails_while_it_writes_leaves_the_old_links(
    beginning: str, verdicts: dict[str, SimilarityLink]
) -> None:
    compute()
    before, build = links(), Build.objects.latest_finished(full_run.STAGE)
    Paper.objects.filter(identifier="2001.00004").update(title="Something else", abstract="Entirely.")
    with pytest.raises(OperationalError), connection.execute_wrapper(Refuse(beginning)):
        compute()
    assert links() == before
    assert Build.objects.latest_finished(full_run.STAGE) == build
    assert Build.objects.filter(stage="similarity").order_by("-id").first().status == "failed"  # type: ignore[union-attr]
    compute()
    assert links() != before


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, "stopped"), (MemoryError, "failed")])
def test_a_run_that_ends_while_it_computes_leaves_the_old_links(
    error: type[BaseException], status: str, site: None
) -> None:
    compute()
    before = links()

    def end(done: int, total: int) -> None:
        assert (done, total) == (2, 5)
        raise error

    with pytest.raises(error):
        compute(parameters=Parameters(block=2), on_progress=end)
    assert links() == before
    assert Build.objects.filter(stage="similarity").order_by("id").values_list("status", flat=True)[1] == status


def test_a_run_goes_on_behind_the_blocks_that_a_stopped_one_finished(site: None) -> None:
    compute()
    whole, parameters = links(), Parameters(block=2)

    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute(parameters=parameters, on_progress=stop)
    seen: list[tuple[int, int]] = []
    compute(parameters=parameters, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 5)]
    assert links() == whole
    compute(parameters=parameters, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 5), (2, 5), (4, 5), (5, 5)]  # what is in the database waits on disk no longer


def test_blocks_of_other_papers_are_not_gone_on_with(site: None) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute(parameters=Parameters(block=2), on_progress=stop)
    Paper.objects.filter(identifier="2001.00004").update(title="Something else", abstract="Entirely.")
    seen: list[int] = []
    compute(parameters=Parameters(block=2), on_progress=lambda done, total: seen.append(done))
    assert seen == [2, 4, 5]


def test_workers_of_dask_give_the_same_bytes(groups: None) -> None:
    compute()

    def rows() -> list[Any]:
        return [(*row[1:3], *row[4:]) for row in dump.everything()["profiles.SimilarityLink"]]

    alone = rows()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask's own, of processes that end
        with executors.dask("2") as engine:
            compute(parameters=Parameters(block=16), engine=engine)
            done = engine.client.run(lambda dask_worker: (os.getpid(), dask_worker.state.executed_count))  # type: ignore[attr-defined]
    assert rows() == alone
    # Two processes beside this one, and both compared something.
    assert len({pid for pid, _ in done.values()} - {os.getpid()}) == 2
    assert all(blocks > 0 for _, blocks in done.values())


def test_progress_goes_to_the_end(site: None) -> None:
    seen: list[tuple[int, int]] = []
    compute(parameters=Parameters(block=2), on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_what_is_written_twice_is_the_same_bytes(site: None) -> None:
    compute()
    first = dump.everything()["profiles.SimilarityLink"]
    compute()
    again = dump.everything()["profiles.SimilarityLink"]
    # All but the row's own id and its build.
    assert [(*row[1:3], *row[4:]) for row in again] == [(*row[1:3], *row[4:]) for row in first]


# --- Only what changed ------------------------------------------------------------------------------------------------


def update(*names: str) -> SimilaritySummary:
    with stage_lock():
        return update_similarity(Author.objects.filter(name__in=names).values_list("id", flat=True))


def by_author() -> dict[int, dict[int, tuple[Any, ...]]]:
    """Everybody's list: whom, with which rank, score and evidence."""
    found: dict[int, dict[int, tuple[Any, ...]]] = {}
    rows = SimilarityLink.objects.values_list("author", "other", "rank", "score", "is_coauthor", "evidence")
    for author, other, *rest in rows.order_by("author", "rank"):
        found.setdefault(author, {})[other] = tuple(rest)
    return found


def check_update(began: datetime, parameters: Parameters, tolerance: float = 0.0) -> set[int]:
    """Bring the site up to date, and compare with a whole build of the same weights; gives whose lists changed."""
    touched = set(Author.objects.filter(modified_at__gte=began).values_list("id", flat=True))
    before = by_author()
    with stage_lock():
        update_similarity(touched, parameters, tolerance=tolerance)
    found = by_author()
    for rows in found.values():
        assert [row[0] for row in rows.values()] == list(range(1, len(rows) + 1))
        assert [row[1] for row in rows.values()] == sorted((row[1] for row in rows.values()), reverse=True)
    with stage_lock():
        update_similarity(Author.objects.values_list("id", flat=True), parameters)
    whole = by_author()
    for author in touched:
        assert found.get(author) == whole.get(author)
    for author in (found.keys() | whole.keys()) - touched:
        old, new, wanted = (lists.get(author, {}) for lists in (before, found, whole))
        is_full = len(old) >= parameters.links
        floor = min((row[1] for row in old.values()), default=0.0) if is_full else 0.0
        # Nobody untouched comes in, and who stays has the score of before.
        assert {o: row[1] for o, row in new.items() if o not in touched}.items() <= {
            o: r[1] for o, r in old.items()
        }.items()
        for other in touched & new.keys() & wanted.keys():
            assert abs(new[other][1] - wanted[other][1]) <= tolerance + 2e-6
        for other in touched & wanted.keys():
            # … unless those keep it out whose score a whole build would have lowered.
            better = sum(row[1] >= wanted[other][1] - tolerance - 2e-6 for row in new.values())
            assert other in new or wanted[other][1] < floor + tolerance or better >= parameters.links_of_unlisted
    return {author for author in found.keys() | before.keys() if found.get(author) != before.get(author)}


NEW_PAPERS = [
    # Hopper and Noether meet, which changes the walks of Turing, who wrote with Hopper, and of Byron not at all.
    record("2001.00010", authors="Grace Hopper, Emmy Noether", title="Rings of machines", abstract="Cogs weave rings."),
    record("2001.00011", authors="Ada Byron", title="More algebra", abstract="Engines halt."),
    record("2001.00012", authors="Kurt Goedel", title="Machines", abstract="Algebra that halts."),
]


@pytest.mark.parametrize("new", [NEW_PAPERS[:1], NEW_PAPERS[1:2], NEW_PAPERS[2:], NEW_PAPERS])
def test_bringing_up_to_date_gives_the_touched_their_lists_and_their_places_in_others(
    new: list[Any], build_rows: Import
) -> None:
    build_rows(*ROWS)
    compute()
    began = timezone.now()
    build_rows(*new)
    assert check_update(began, Parameters())


@pytest.mark.parametrize("tolerance", [0.0, 0.05])
@pytest.mark.parametrize("files", ["kept", "lost"])
def test_a_larger_site_is_brought_up_to_date_again_and_again_and_most_of_it_is_left_alone(
    files: str, tolerance: float, build_rows: Import, tmp_path: Path
) -> None:
    rng = random.Random(4)
    parameters = Parameters(links=4, links_of_unlisted=3, block=5, small_site=50)
    build_rows(*[group_paper(number, rng) for number in range(1, 121)])
    compute(parameters=parameters)
    for number in (200, 201):
        began = timezone.now()
        build_rows(group_paper(number, rng))
        if files == "lost":
            shutil.rmtree(tmp_path / "similarity")
        changed = check_update(began, parameters, tolerance)
        assert 2 <= len(changed) < Author.objects.count() / 2


def test_an_update_of_all_that_changed_leaves_nothing_outdated(build_rows: Import, monkeypatch: Any) -> None:
    build_rows(*ROWS)
    compute()
    assert full_run.true_build() == Build.objects.latest_finished(full_run.STAGE)
    monkeypatch.setattr(full_run, "FROZEN_FOR", 0.5)
    late = timezone.now()
    build_rows(record("2001.00010", authors="Kurt Goedel, Ada Byron", title="Machines", abstract="Algebra that halts."))
    assert full_run.is_outdated() is True
    # Not everybody who changed, and not since the last run.
    with stage_lock():
        update_similarity(Author.objects.filter(name="Ada Byron").values_list("id", flat=True))
        assert full_run.is_outdated() is True
        update_since(timezone.now())
    assert full_run.is_outdated() is True
    call_command("compute_similarity", "--since", stdout=StringIO())
    assert full_run.is_outdated() is False
    assert "Ada Byron" in lists()["Kurt Goedel"]
    last = full_run.true_build()
    assert last is not None and last.stage == full_run.UPDATE_STAGE
    # A text alone, which no list of authors knows of.
    Paper.objects.filter(identifier="2001.00004").update(
        abstract="Rings over rings.", modified_at=timezone.now(), revision=next_revision()
    )
    assert Watermark.of(last).changed_authors() == {Author.objects.get(name="Alan Turing").pk}
    assert full_run.is_outdated() is True
    call_command("compute_similarity", "--since", late.isoformat(), stdout=StringIO())
    assert full_run.is_outdated() is False
    # Weights made of a tenth of the papers are no longer good.
    monkeypatch.setattr(full_run, "FROZEN_FOR", 0.1)
    assert full_run.is_outdated() is True
    compute()
    assert full_run.is_outdated() is False


def test_verdicts_outlive_an_update(verdicts: dict[str, SimilarityLink]) -> None:
    compute()
    before = links()
    update("Ada Byron")
    assert links() == before
    assert ranks("Ada Byron") == [(1, "Grace Hopper"), (2, "Emmy Noether"), (3, "Alan Turing")]


def test_who_was_hidden_is_gone_from_all_lists_with_an_update(site: None) -> None:
    compute()
    Author.objects.filter(name="Ada Byron").update(is_hidden=True)
    update("Ada Byron")
    assert "Ada Byron" not in lists()
    assert all("Ada Byron" not in others for others in lists().values())


def test_the_command_says_what_it_can_not_do(site: None) -> None:
    for arguments, message in (
        (["--authors", "nobody"], "There is no author nobody"),
        (["--authors", "ada-byron"], "have not been computed yet"),
        (["--since", "soon"], "since"),
        (["--since", "2020-01-01", "--authors", "ada-byron"], "not allowed with"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("compute_similarity", *arguments)
    call_command("compute_similarity", stdout=StringIO())
    before = links()
    for arguments in (["--authors", "ada-byron", "alan-turing"], ["--since", "2020-01-01"], ["--since", "2999-01-01"]):
        call_command("compute_similarity", *arguments, stdout=StringIO())
        assert links() == before
