"""How good the lists are: the protocols on little sites whose answers are known, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from scipy import sparse

from papers.models import Build
from profiles.similarity import quality
from profiles.similarity.corpus import Corpus
from profiles.similarity.evaluation import Figure, Known, describe_lists, future_coauthors, split_half
from profiles.similarity.evaluation.future import ranks_of, recall
from profiles.similarity.model import homonyms, hubs
from profiles.similarity.model.neighbours import Model
from profiles.similarity.model.vectors import Parameters
from profiles.views.quality import similarity_quality
from tests.conftest import record

METHODS = [
    "random",
    "most papers",
    "most papers in the main category",
    "cosine of categories",
    "common co-authors",
    "Adamic–Adar",
    "summed counts × idf",
    "LSA, 100 dimensions",
    "ours, topic only",
    "ours, network only",
    "ours",
]


@pytest.mark.parametrize(
    ("wanted", "ranks"),
    [([2], [1]), ([0, 3], [2, 4]), ([1], [3]), ([4], [float("inf")]), ([3, 2, 4], [1, 4, float("inf")]), ([], [])],
)
def test_ranks_count_from_one_and_the_first_of_equals_is_before_the_second(
    wanted: list[int], ranks: list[float]
) -> None:
    assert ranks_of(np.array([0.5, 0.5, 0.9, 0.2, 0.0]), np.array(wanted, dtype=np.int64)) == ranks


def test_recall_by_hand() -> None:
    found = recall([[1, 11], [20, 60], [10, 10]])
    assert {name: values.tolist() for name, values in found.items()} == {
        "recall@10": [0.5, 0.0, 1.0],
        "recall@50": [1.0, 0.5, 1.0],
        "MRR": [1.0, 1 / 20, 1 / 10],
    }


def test_figures_have_an_interval_that_is_the_same_each_time() -> None:
    values = np.array([0.0, 1.0] * 200)
    found = Figure.of(values)
    assert found == Figure.of(values)
    assert found.mean == 0.5
    # Two standard errors of a fair coin thrown 400 times.
    assert (found.low, found.high) == (pytest.approx(0.45, abs=0.01), pytest.approx(0.55, abs=0.01))
    assert Figure.of(np.empty(0)) == Figure(0.0, 0.0, 0.0)


def test_a_ratio_of_two_methods_is_taken_over_the_same_authors() -> None:
    rng = np.random.default_rng(1)
    values = rng.random(500)
    assert Figure.of_ratio(2 * values, values) == Figure(2.0, 2.0, 2.0)  # an author who is hard for one is for both
    apart = Figure.of_ratio(rng.random(500), rng.random(500))
    assert apart is not None
    assert 0.8 < apart.low < 1 < apart.high < 1.2
    assert Figure.of_ratio(values, np.zeros(500)) is None
    assert Figure.of_ratio(np.empty(0), np.empty(0)) is None


@pytest.mark.django_db
def test_what_is_measured_is_what_is_shown(seed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model that is measured is the one that lists are made of, with every guard."""
    monkeypatch.setattr(homonyms, "LEAST_OF_ONE_SURNAME", 2)
    monkeypatch.setattr(homonyms, "MOST_ALIKE", 2.0)
    monkeypatch.setattr(homonyms, "MOST_IN_LARGEST", 1.0)
    monkeypatch.setattr(homonyms, "LEAST_PAPERS", 2)
    monkeypatch.setattr(hubs, "MEANS", 1)
    parameters = Parameters(small_site=10)
    corpus = Corpus.read(parameters)
    shown, measured = corpus.model(), quality.known_of(corpus).model(parameters)
    assert measured.trust.tolist() == shown.trust.tolist()
    assert {0.0, 0.7, 1.0} <= set(shown.trust.tolist())  # of one paper, doubted, neither
    assert shown.factors  # held back
    assert (measured.documents != shown.documents).nnz == 0


def nobody_doubted(authors: int) -> tuple[np.ndarray, np.ndarray]:
    """Surnames of their own, and nobody of whom it is sure who they are."""
    return np.arange(authors), np.zeros(authors, dtype=bool)


def world() -> tuple[Known, sparse.csr_matrix]:
    """Two subjects of twenty authors with words and a category of their own, everybody with four papers of two.

    Later each author writes with the one after the next of the same subject.
    """
    rng = np.random.default_rng(5)
    authors, words = 40, 60
    papers = [(author, author - author % 20 + (author + 1) % 20) for author in range(authors) for _ in range(2)]
    wrote = np.zeros((authors, len(papers)), dtype=np.float32)
    counts = np.zeros((len(papers), words), dtype=np.float32)
    for number, pair in enumerate(papers):
        wrote[list(pair), number] = 1
        counts[number, rng.integers(0, words // 2, 8) + words // 2 * (pair[0] // 20)] = 1
    field = np.array([pair[0] // 20 for pair in papers])
    later = np.zeros((authors, authors), dtype=np.float32)
    for author in range(authors):
        later[[author, author - author % 20 + (author + 2) % 20], author] = 1
    known = Known(
        sparse.csr_matrix(wrote),
        sparse.csr_matrix(counts),
        np.ones(words),
        sparse.csr_matrix(np.eye(2, dtype=np.float32)[field]),
        field,
        *nobody_doubted(authors),
    )
    return known, sparse.csr_matrix(later)


def test_future_coauthors_are_found_by_who_knows_whom() -> None:
    known, later = world()
    found = future_coauthors(known, later, Parameters())
    assert (found.name, found.authors, found.candidates) == ("future co-authors", 40, 40)
    assert [row.method for row in found.rows] == METHODS
    recall = {row.method: row.figures["recall@10"].mean for row in found.rows}
    assert recall["ours"] == recall["ours, network only"] == recall["common co-authors"] == 1.0
    assert recall["ours, topic only"] > recall["random"]
    again = future_coauthors(known, later, Parameters())
    assert [row.figures for row in again.rows] == [row.figures for row in found.rows]
    assert future_coauthors(known, later, Parameters(), most_authors=7).authors == 7


def test_known_coauthors_are_no_answer() -> None:
    known, _ = world()
    assert future_coauthors(known, known.wrote, Parameters()).authors == 0


def test_what_is_known_before_a_day_knows_nothing_of_later_papers() -> None:
    known, _ = world()
    mask = np.arange(known.wrote.shape[1]) < 8
    found = known.before(mask, 0.5)
    assert (found.wrote.shape, found.counts.shape, len(found.primary)) == ((40, 8), (8, 60), 8)
    having = np.count_nonzero(known.counts.toarray()[:8], axis=0)
    expected = [np.log(8 / n) if 0 < n <= 4 else 0 for n in having]
    assert found.idf.tolist() == pytest.approx(expected)


def test_a_half_finds_the_other_by_its_words() -> None:
    rng = np.random.default_rng(3)
    authors, each = 12, 10
    wrote = np.kron(np.eye(authors), np.ones(each)).astype(np.float32)
    own = np.repeat(np.arange(authors), each)
    counts = np.eye(authors, dtype=np.float32)[own] + (rng.random((authors * each, authors)) < 0.03)
    known = Known(
        sparse.csr_matrix(wrote),
        sparse.csr_matrix(counts.astype(np.float32)),
        np.ones(authors),
        sparse.csr_matrix(np.ones((authors * each, 1), dtype=np.float32)),
        np.zeros(authors * each, dtype=np.int64),
        *nobody_doubted(authors),
    )
    found = split_half(known)
    assert (found.authors, found.candidates) == (12, 12)
    first = {row.method: row.figures["first"].mean for row in found.rows}
    # All have the same category: who can't be told apart is not found.
    assert first == {"cosine of categories": 0.0, "summed counts × idf": 1.0, "ours, topic only": 1.0}


def test_lists_described_by_hand() -> None:
    known, _ = world()
    model = Model.of(Parameters(links=3), np.arange(40), known.wrote, known.counts, known.idf)
    found, _seconds = describe_lists(model, known)
    assert (found.authors, found.authors_with_links, found.authors_of_two, found.authors_of_two_with_links) == (40,) * 4
    assert found.same_category.mean == 1.0  # the subjects share neither word nor person
    assert found.same_category_by_chance == 0.5
    assert 3 / 40 <= found.in_most_lists <= 1


# --- The command and the page -----------------------------------------------------------------------------------------

pages = pytest.mark.django_db


def measured(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate_similarity", *arguments, stdout=out)
    return out.getvalue()


@pages
def test_a_site_without_papers_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="There are no papers with authors here"):
        measured()
    assert Build.objects.get(stage=quality.STAGE).status == "failed"


@pages
def test_what_is_measured_is_printed_written_and_kept(seed: None, tmp_path: Path) -> None:
    text = measured("--json", str(tmp_path / "figures.json"))
    build = Build.objects.latest_finished(quality.STAGE)
    assert build is not None
    assert text.rstrip("\n") == quality.as_text(build)
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written == {"parameters": build.parameters, "code_version": build.code_version, **build.results}
    assert [protocol["name"] for protocol in written["protocols"]] == ["future co-authors", "split half"]
    assert set(written) == {
        "parameters",
        "code_version",
        "papers",
        "protocols",
        "lists",
        "ratios",
        "seconds",
        "peak_mb",
    }
    assert json.loads(measured("--json", "-"))["lists"] == written["lists"]


@pages
def test_a_file_that_cannot_be_written(build_rows: Callable[..., Any], tmp_path: Path) -> None:
    build_rows(record("2001.00001"))
    with pytest.raises(FileNotFoundError, match="nowhere"):  # a sentence by the wrapper of all commands
        measured("--json", str(tmp_path / "nowhere" / "figures.json"))


@pages
@pytest.mark.parametrize(
    "arguments", [("--authors", "0"), ("--authors", "-3"), ("--cut", "yesterday"), ("--authors", "many")]
)
def test_wrong_command_lines(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        measured(*arguments)


@pages
def test_the_page_before_and_after_a_measurement(client: Client, seed: None) -> None:
    before = client.get("/quality/")
    assert before.status_code == 200
    assert "have not been measured yet" in before.content.decode()
    measured()
    after = client.get("/quality/").content.decode()
    assert "have not been measured yet" not in after
    for words in ("Future co-authors", "Half against half", "common co-authors", "ours", "seconds of computing"):
        assert words in after


def measurement(**ratios: Any) -> Build:
    """A measurement as PostgreSQL gives it back: its figures by the length of their names."""
    figures = [("MRR", 0.3), ("recall@10", 0.1), ("recall@50", 0.2)]
    row = {
        "method": "ours",
        "seconds": 1.0,
        "figures": {name: {"mean": mean, "low": mean, "high": mean} for name, mean in figures},
    }
    same = {"mean": 0.5, "low": 0.4, "high": 0.6}
    return Build(
        parameters={"cut": "2018-01-01"},
        results={
            "papers": 9,
            "protocols": [{"name": "future co-authors", "authors": 5, "candidates": 8, "rows": [row]}],
            "lists": {
                "of_all": False,
                "authors": 5,
                "authors_with_links": 5,
                "authors_of_two": 3,
                "authors_of_two_with_links": 3,
                "in_most_lists": 0.01,
                "same_category": same,
                "same_category_by_chance": 0.1,
            },
            "ratios": dict.fromkeys(RATIOS) | ratios,
            "seconds": {"lists": 1.0, "all": 2.0},
            "peak_mb": 99,
        },
    )


RATIOS = [
    "future recall@10, ours / topic only",
    "future recall@10, ours / most papers in the main category",
    "future recall@10, ours / Adamic–Adar",
    "split half first, topic / summed counts × idf",
]


def test_every_figure_stands_in_its_column() -> None:
    shown = similarity_quality(measurement(), None)
    [table] = shown.tables
    assert table.columns == ["in the first 10", "in the first 50", "1 / place of the first found"]
    assert [figure["mean"] for figure in table.rows[0].figures] == ["10.0%", "20.0%", "30.0%"]
    assert shown.in_short == []
    assert shown.sentences[0].startswith("Of 5 authors by lot 5 have a list")
    assert "recall@10" in quality.as_text(measurement()).splitlines()[3].split()[0]


def test_ratios_in_words() -> None:
    ratio = {"mean": 1.756, "low": 1.6, "high": 14.4}
    shown = similarity_quality(measurement(**dict.fromkeys(RATIOS, ratio)), None)
    assert len(shown.in_short) == 4
    assert "1.76 times as many as by words alone (1.60 to 14)" in shown.in_short[2]


@pages
def test_the_page_costs_the_same_however_much_was_measured(
    client: Client, build_rows: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    build_rows(*[record(f"2001.0000{n}", abstract="Cogs and cams.") for n in range(1, 4)])
    measured()
    # The measurements of lists and of linking, the build whose links are shown.
    with django_assert_num_queries(3):
        client.get("/quality/")


def test_default_cut_is_the_first_of_january_a_year_before_the_newest() -> None:
    day = quality.default_cut(np.array([date(2019, 5, 17).toordinal(), 5]))
    assert day.isoformat() == "2018-01-01"
    assert quality.default_cut(np.array([1])).isoformat() == "0002-01-01"
