"""The queue of papers that may be one: what comes in, what stays, and that nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from papers.database.builds import stage_lock
from papers.ingest import duplicates
from papers.ingest.duplicates import DuplicatePapersSummary, find_duplicate_papers
from papers.ingest.runs import import_source
from papers.models import Build, DistinctPapers, Paper, PaperSuggestion
from tests.conftest import record

pytestmark = pytest.mark.django_db

LIST = r"""
@article{loom, author={Byron, Ada and Babbage, Charles}, title={{W}eaving Numbers on Wooden Looms and Cards}, year=2020}
@inproceedings{loom-talk, author={Byron, Ada and Babbage, Charles}, title={Weaving Numbers on Wooden Looms and Cards: a Talk},
  year=2019}
@article{gears, author={Turing, Alan}, title={Gears of engines that know their gears}, year=2018, doi={10.1000/a{\_}b}}
@article{gears-again, author={Turing, A. M.}, title={Again}, year=2018, doi={10.1000/A\%5Fb/abstract}}
@article{reply, author={Turing, Alan}, title={Reply to: Gears of engines that know their gears}, year=2018}
"""


@pytest.fixture
def site(import_rows: Callable[..., Any], tmp_path: Path) -> None:
    """Two papers of arXiv that differ in their part alone, and a list that has one of them twice more."""
    import_rows(
        record("2001.00001", title="Weaving numbers on looms and cards: a history of wooden engines"),
        record("2001.00002", title="Weaving numbers on looms and cards: a history of wooden engines, part 2"),
        record("2001.00003", title="Waves", doi="10.1000/waves"),
    )
    path = tmp_path / "list.bib"
    path.write_text(LIST)
    import_source(str(path))
    for end, kind, container in (
        ("and Cards", "article-journal", "Journal of Looms"),
        ("a Talk", "paper-conference", "Proceedings of Weaving"),
    ):
        Paper.objects.filter(title__endswith=end).update(type=kind, details={"container": container})


def run() -> DuplicatePapersSummary:
    with stage_lock():
        return find_duplicate_papers()


def rows() -> list[tuple[Any, ...]]:
    return list(PaperSuggestion.objects.order_by("one", "two").values_list())


def pairs() -> dict[tuple[str, ...], list[str]]:
    """What the queue says of each pair, by the last word of the titles."""
    return {
        tuple(sorted(paper.title.split()[-1] for paper in (row.one, row.two))): [text for text, _ in row.reasons]
        for row in PaperSuggestion.objects.open().likeliest_first()
    }


def test_pairs_that_share_a_key_are_compared_and_the_likely_ones_kept(site: None) -> None:
    papers = list(Paper.objects.order_by("id").values())
    done = run()
    found = pairs()
    assert set(found) == {("Cards", "Talk"), ("Again", "gears")}
    assert found[("Again", "gears")][0] == "the same DOI in another form"
    assert "a conference and a journal version" in found[("Cards", "Talk")]
    assert (done.papers, done.kept) == (8, 2)
    assert list(Paper.objects.order_by("id").values()) == papers


def test_twice_the_same(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first, before = run(), rows()
    assert (run(), rows()) == (first, before)
    assert Build.objects.filter(stage=duplicates.STAGE).count() == 1
    monkeypatch.setattr(duplicates, "RULES", duplicates.RULES + 1)
    assert (run(), rows()) == (first, before)
    assert Build.objects.filter(stage=duplicates.STAGE).count() == 2


@pytest.mark.parametrize("size", [1, 2])
def test_whatever_is_read_at_once(site: None, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, before = run(), pairs()
    monkeypatch.setattr(duplicates, "RULES", duplicates.RULES + 1)
    monkeypatch.setattr(duplicates, "READ_AT_ONCE", size)
    monkeypatch.setattr(duplicates, "COMPARED_AT_ONCE", size)
    PaperSuggestion.objects.all().delete()
    assert (run(), pairs()) == (first, before)


def test_a_key_of_very_many_papers_is_no_hint(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_ALIKE", 1)
    assert run().compared == 0


def test_only_the_likeliest_are_kept(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_KEPT", 1)
    assert run().kept == 1
    assert set(pairs()) == {("Again", "gears")}


def test_a_pair_told_apart_or_skipped_stays_so(site: None, import_rows: Callable[..., Any]) -> None:
    run()
    first, second = PaperSuggestion.objects.order_by("id")
    DistinctPapers.objects.create(one=first.one, two=first.two)
    PaperSuggestion.objects.filter(pk=second.pk).update(skipped_at=timezone.now())
    import_rows(record("2001.00009", title="Another day"))
    assert run().papers == 9
    assert list(PaperSuggestion.objects.order_by("id")) == [first, second]
    assert list(PaperSuggestion.objects.open()) == [second]
    assert list(PaperSuggestion.objects.open().not_skipped()) == []
    assert list(PaperSuggestion.objects.about(first.two)) == [first]


def test_what_is_taken_back_or_mended_leaves_the_queue(site: None, import_rows: Callable[..., Any]) -> None:
    run()
    Paper.objects.filter(title="Again").update(is_deleted=True)
    assert set(pairs()) == {("Cards", "Talk")}
    Paper.objects.filter(title__endswith="Talk").update(title="Cogs")
    import_rows(record("2001.00009", title="Another day"))
    assert run().kept == 0
    assert rows() == []


def test_the_command_says_what_it_did(site: None) -> None:
    out = StringIO()
    call_command("find_duplicate_papers", stdout=out, stderr=StringIO())
    assert out.getvalue().splitlines()[-1].endswith("The queue has 2 pairs, 1 of them with a score of .9 or more.")
