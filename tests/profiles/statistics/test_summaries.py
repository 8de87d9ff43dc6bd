"""An author's figures: counted by hand here, kept when data come in, and never different from a count from scratch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from papers.database.builds import stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.ingest.importer import Importer
from papers.ingest.records import Deletion
from papers.models import Build
from profiles.linking import linker
from profiles.models import Author, AuthorCategory, Authorship
from profiles.statistics import summaries
from profiles.statistics.summaries import LARGEST_TEAM, TOP_COAUTHORS, Figures, PaperFacts, StatisticsSummary
from tests.conftest import record
from tests.profiles.dataset import dump

Import = Callable[..., ImportSummary]


def count(**options: Any) -> StatisticsSummary:
    with stage_lock():
        return summaries.refresh(**options)


def link() -> None:
    with stage_lock():
        linker.link_authors()


# --- Without a database -----------------------------------------------------------------------------------------------


def test_figures_by_hand() -> None:
    me, ada, charles = 1, 2, 3
    papers = [
        (1, PaperFacts(20190501, 3, ("cs.LG", "stat.ML"), (me, ada, charles))),  # first of three
        (2, PaperFacts(20190601, 2, ("cs.LG",), (ada, me))),  # last of two
        (1, PaperFacts(20210101, 1, ("math.CO",), (me,))),  # sole
        (2, PaperFacts(20210201, 3, ("cs.LG",), (charles, me, ada))),  # in the middle
        (None, PaperFacts(0, 0, (), (me,))),  # undated, and the place in the byline is not known
        (7, PaperFacts(20220101, LARGEST_TEAM + 1, ("hep-ex",), ())),  # one of a large team
    ]
    figures = Figures.of(me, papers)
    assert figures == Figures(
        papers=6,
        first=1,
        last=1,
        sole=1,
        years=Counter({2019: 2, 2021: 2, 2022: 1}),
        main_years={"cs.LG": {2019: 2, 2021: 1}, "math.CO": {2021: 1}, "hep-ex": {2022: 1}},
        categories=Counter({"cs.LG": 3, "stat.ML": 1, "math.CO": 1, "hep-ex": 1}),
        coauthors=Counter({ada: 3, charles: 2}),
        team_sizes=[3, 2, 1, 3, 101],
    )
    assert figures.as_json({ada: "adaada", charles: "charles"}) == {
        "first": 1,
        "last": 1,
        "sole": 1,
        "median_authors": 3,
        "years": [(2019, 2), (2021, 2), (2022, 1)],
        "main_years": [("cs.LG", [(2019, 2), (2021, 1)]), ("hep-ex", [(2022, 1)]), ("math.CO", [(2021, 1)])],
        "categories": [("cs.LG", 3), ("hep-ex", 1), ("math.CO", 1), ("stat.ML", 1)],
        "coauthors": [("adaada", 3), ("charles", 2)],
    }


def test_figures_of_nothing() -> None:
    assert Figures.of(1, []).as_json({}) == {
        "first": 0,
        "last": 0,
        "sole": 0,
        "median_authors": None,
        "years": [],
        "main_years": [],
        "categories": [],
        "coauthors": [],
    }


@pytest.mark.parametrize(
    ("position", "team", "places"), [(1, 1, (0, 0, 1)), (1, 2, (1, 0, 0)), (2, 2, (0, 1, 0)), (2, 3, (0, 0, 0))]
)
def test_first_last_and_sole_never_count_one_paper_twice(position: int, team: int, places: tuple[int, ...]) -> None:
    figures = Figures.of(1, [(position, PaperFacts(20200101, team, (), ()))])
    assert (figures.first, figures.last, figures.sole) == places


def test_the_top_coauthors_are_the_first_thirty_by_number_then_id() -> None:
    papers = [(1, PaperFacts(20200101, 41, (), tuple(range(1, 42))))]
    papers += [(1, PaperFacts(20200101, 2, (), (1, 40)))]
    top = Figures.of(1, papers).top_coauthors
    assert top == [(40, 2), *((person, 1) for person in range(2, 2 + TOP_COAUTHORS - 1))]


# --- Kept -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_kept_figures(build_rows: Import) -> None:
    day = "Tue, 1 Jan 2019 10:00:00 GMT"
    build_rows(
        record("1901.00001", authors="Ada Byron", categories="cs.LG", versions=[{"version": "v1", "created": day}]),
        record("2001.00001", authors="Ada Byron, Charles Babbage", categories="cs.LG cs.CL"),
        record("2001.00002", authors="Charles Babbage, Ada Byron, Alan Turing", categories="math.CO"),
    )
    ids = dict(Author.objects.values_list("name", "public_id"))
    kept = {author.name: author for author in Author.objects.all()}
    ada = kept["Ada Byron"]
    assert (ada.paper_count, ada.coauthor_count, ada.first_year, ada.last_year) == (3, 2, 2019, 2020)
    assert ada.statistics == {
        "first": 1,
        "last": 0,
        "sole": 1,
        "median_authors": 2,
        "years": [[2019, 1], [2020, 2]],
        "main_years": [["cs.LG", [[2019, 1], [2020, 1]]], ["math.CO", [[2020, 1]]]],
        "categories": [["cs.LG", 2], ["cs.CL", 1], ["math.CO", 1]],
        "coauthors": [[ids["Charles Babbage"], 2], [ids["Alan Turing"], 1]],
    }
    turing = kept["Alan Turing"]
    assert (turing.paper_count, turing.coauthor_count, turing.first_year, turing.last_year) == (1, 2, 2020, 2020)
    assert set(AuthorCategory.objects.filter(author=ada).values_list("category__code", "papers")) == {
        ("cs.LG", 2),
        ("cs.CL", 1),
        ("math.CO", 1),
    }
    assert not Author.objects.filter(statistics_are_stale=True).exists()


@pytest.mark.django_db
def test_a_second_run_counts_nobody_and_writes_nothing(build_rows: Import) -> None:
    build_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing, Ada Byron"))
    before = dump.everything()
    assert count() == StatisticsSummary(authors=0)
    assert dump.everything() == before


@pytest.mark.django_db
def test_only_those_on_changed_papers_are_counted_again(import_rows: Import) -> None:
    import_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing"))
    link()
    assert count(batch_size=2).authors == 3
    import_rows(record("2001.00003", authors="Alan Turing, Grace Hopper"))
    link()
    assert set(Author.objects.filter(statistics_are_stale=True).values_list("name", flat=True)) == {
        "Alan Turing",
        "Grace Hopper",
    }
    assert count() == StatisticsSummary(authors=2)
    assert count(every=True) == StatisticsSummary(authors=4)


TEAM = [f"Member Number{letter}{other}" for letter in "abcdefghijk" for other in "abcdefghij"]  # 110 people

ROUNDS: list[list[dict[str, Any]]] = [
    [
        record("2001.00001", authors="Ada Byron, Charles Babbage"),
        record("2001.00002", authors="Ada Byron, Alan Turing, Charles Babbage", categories="math.CO"),
        record("2001.00003", authors=", ".join(["Ada Byron", *TEAM]), categories="hep-ex"),
    ],
    [
        record("2001.00001", update_date="2020-01-08", authors="Charles Babbage, Grace Hopper", categories="cs.CL"),
        record("2001.00004", authors=", ".join([*TEAM[:25], "Ada Byron"]), categories="hep-ex"),
    ],
    [
        record("2001.00002", update_date="2020-01-09", authors="Alan Turing", categories="cs.LG cs.AI"),
        record("2001.00003", update_date="2020-01-09", authors="Ada Byron, Grace Hopper", categories="hep-ph"),
        record("2001.00005", authors="Wei Wang, Ada Byron, Wei Wang"),
    ],
]


def take_back(identifier: str, folder: Path) -> None:
    build = Build.objects.create(stage="import", started_at=timezone.now())
    Importer(build, folder / "rejects.jsonl").run([(1, "record 1", Deletion(identifier, None))])


@pytest.mark.django_db
def test_figures_after_rounds_of_changes_are_those_of_a_site_built_in_one_go(
    import_rows: Import, tmp_path: Path
) -> None:
    def in_rounds() -> dict[str, Any]:
        for rows in ROUNDS:
            import_rows(*rows)
            link()
            count(batch_size=3)
            assert summaries.differences() == []
        take_back("2001.00005", tmp_path)
        link()
        count()
        assert summaries.differences() == []
        return dump.figures()

    def at_once() -> dict[str, Any]:
        last = {row["id"]: row for rows in ROUNDS for row in rows}
        import_rows(*(row for identifier, row in last.items() if identifier != "2001.00005"))
        link()
        count()
        return dump.figures()

    rounds, once = dump.in_a_site_of_its_own(in_rounds), dump.in_a_site_of_its_own(at_once)
    # Those whom no paper names any more stay on record with nothing; all others are equal.
    assert {pid: figures for pid, figures in rounds.items() if figures[0]} == once
    assert {figures[:4] for pid, figures in rounds.items() if pid not in once} == {(0, 0, None, None)}
    assert len(once) == 4 + 25


@pytest.mark.django_db
def test_a_large_team_makes_no_coauthors(build_rows: Import) -> None:
    build_rows(
        record("2001.00001", authors=", ".join(TEAM[:LARGEST_TEAM])),
        record("2001.00002", authors=", ".join([*TEAM[: LARGEST_TEAM - 1], "Ada Byron", "Grace Hopper"])),
    )
    kept = {author.name: author for author in Author.objects.all()}
    member, ada = kept[TEAM[0]], kept["Ada Byron"]
    assert (member.paper_count, member.coauthor_count, member.statistics["first"]) == (2, LARGEST_TEAM - 1, 2)
    assert (ada.paper_count, ada.coauthor_count, ada.statistics["coauthors"]) == (1, 0, [])
    assert (kept["Grace Hopper"].statistics["last"], kept["Grace Hopper"].statistics["median_authors"]) == (1, 101)


@pytest.mark.django_db
def test_a_place_that_nobody_knows_counts_as_a_paper_and_not_as_a_place(build_rows: Import) -> None:
    build_rows(record("2001.00001", authors="Ada Byron, Charles Babbage"))
    Authorship.objects.filter(author__name="Ada Byron").update(position=None, decided_by_human=True)
    count(every=True)
    ada = Author.objects.get(name="Ada Byron")
    assert (ada.paper_count, ada.coauthor_count) == (1, 1)
    assert {what: ada.statistics[what] for what in ("first", "last", "sole", "median_authors")} == {
        "first": 0,
        "last": 0,
        "sole": 0,
        "median_authors": None,
    }


@pytest.mark.django_db
def test_every_wrong_figure_is_found_and_repaired(build_rows: Import) -> None:
    build_rows(record("2001.00001"), record("2001.00002", authors="Alan Turing"))
    ada, turing = Author.objects.get(name="Ada Byron"), Author.objects.get(name="Alan Turing")
    true = dict(turing.statistics)
    Author.objects.filter(pk=ada.pk).update(paper_count=7, coauthor_count=8, first_year=1815, last_year=1852)
    Author.objects.filter(pk=turing.pk).update(statistics={})
    AuthorCategory.objects.filter(author=turing, category__code="cs.LG").update(papers=3)
    found = [(author.name, what, kept, right) for author, what, kept, right in summaries.differences()]
    assert sorted(found, key=str) == [
        ("Ada Byron", "coauthor_count", 8, 1),
        ("Ada Byron", "first_year", 1815, 2020),
        ("Ada Byron", "last_year", 1852, 2020),
        ("Ada Byron", "paper_count", 7, 1),
        ("Alan Turing", "categories", {"cs.LG": 3, "stat.ML": 1}, {"cs.LG": 1, "stat.ML": 1}),
        ("Alan Turing", "statistics", {}, true),
    ]
    count(every=True)
    assert summaries.differences() == []


@pytest.mark.django_db
def test_counting_that_was_stopped_goes_on(import_rows: Import) -> None:
    import_rows(*ROUNDS[0])
    link()
    undisturbed = dump.in_a_site_of_its_own(lambda: (count(), dump.figures()))

    def stop(done: StatisticsSummary) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count(batch_size=5, on_batch=stop)
    assert Author.objects.filter(statistics_are_stale=False).count() == 5
    assert Build.objects.latest_finished(summaries.STAGE) is None
    assert count().authors == undisturbed[0].authors - 5
    assert dump.figures() == undisturbed[1]
    build = Build.objects.latest_finished(summaries.STAGE)
    assert build is not None
    assert build.results == {"authors": 108, "authors_listed": 113}


@pytest.mark.django_db
def test_an_empty_site(db: None) -> None:
    assert (count(), summaries.differences(), Build.objects.latest_finished(summaries.STAGE)) == (
        StatisticsSummary(),
        [],
        None,
    )
