"""Possible duplicates brought up to date are those of doing everything, whatever has changed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from papers.database.builds import stage_lock
from papers.models import Build
from profiles.curation import acts, decide, undo
from profiles.duplicates import candidates, partial_search, reach
from profiles.duplicates.finder import STAGE, find_duplicates
from profiles.duplicates.pair_cache import LastRun
from profiles.duplicates.suggestion_store import DuplicatesSummary
from profiles.models import Author, Decision, DuplicateSuggestion
from tests.conftest import record

FORENAMES = "Ada,A.,Ada K.,Adam,Ada Kay,Alan,A. M.,Charles,Ch.,Charlotte,Wei,W.,Wei-Nan,Weinan,W.-N.".split(",")
SURNAMES = "Byron Byroon Turing Babbage Wang Byronski Kay Byron-Lovelace Lovelace Hopper Noether Curie".split()
WORDS = "cogs looms cams rings tables engines algebra cloth cards wheels waves stars".split()


def papers(random: Random, first: int, last: int) -> list[dict[str, Any]]:
    def person() -> str:
        return f"{random.choice(FORENAMES)} {random.choice(SURNAMES)}"

    return [
        record(
            f"2001.{n:05}",
            authors=", ".join({person() for _ in range(random.randint(1, 4))}),
            abstract=" ".join(random.choices(WORDS, k=6)),
            categories=random.choice(["cs.LG", "math.CO", "stat.ML cs.LG"]),
        )
        for n in range(first, last + 1)
    ]


def run(**wanted: Any) -> DuplicatesSummary:
    with stage_lock():
        return find_duplicates(**wanted)


def suggested() -> dict[tuple[int, int], tuple[Any, ...]]:
    return {
        (row.one_id, row.two_id): (row.score, row.payoff, row.reasons, row.skipped_at)
        for row in DuplicateSuggestion.objects.all()
    }


def as_by_everything() -> tuple[Any, Any]:
    """What bringing up to date leaves, and what doing everything with the same weights of words does."""
    done = run()
    assert "everything" not in Build.objects.latest_finished(STAGE).parameters, "it was not an update"
    left = suggested()
    last = LastRun.of_build(Build.objects.latest_finished(STAGE))
    assert last is not None and done.kept == len(left)
    run(everything=True, words=last.words)
    return left, suggested()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a few papers reach."""
    monkeypatch.setattr(partial_search, "MOST_CHANGED", 1000)
    for module in (candidates, reach, partial_search):
        monkeypatch.setattr(module, "MOST_CANDIDATES", 3)
    for module in (candidates, reach):
        monkeypatch.setattr(module, "MOST_IN_BLOCK_ACROSS", 4)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_an_update_is_like_everything_done_anew(seed: int, build_rows: Callable[..., object], admin_user: Any) -> None:
    random = Random(seed)
    rows = papers(random, 1, 60)
    build_rows(*rows)
    run(everything=True)
    assert suggested()
    DuplicateSuggestion.objects.filter(pk=DuplicateSuggestion.objects.first().pk).update(skipped_at="2020-01-01T00:00Z")
    for step in range(5):
        number = 100 * (step + 1)
        changed = dict(
            rows[step],
            title="Of wheels and stars",
            authors=papers(random, 1, 1)[0]["authors"],
            update_date=f"2021-01-{step + 1:02}",
        )
        build_rows(*papers(random, number, number + 4), changed)
        pairs = list(DuplicateSuggestion.objects.open().by_payoff()[:3])
        if pairs:
            decide(acts.NotSame(pairs[-1].one, pairs[-1].two), admin_user)
            decide(acts.Merge(pairs[0].one, pairs[0].two), admin_user) if len(pairs) > 1 else None
        if step == 3:
            for decision in Decision.objects.exclude(kind="undo").order_by("-id")[:3]:
                undo(decision, admin_user)
        updated, anew = as_by_everything()
        assert updated == anew


@pytest.mark.django_db
def test_what_holds_no_more_goes_and_the_rest_is_not_written_again(build_rows: Callable[..., object]) -> None:
    abstract = "  Zeta engines weave algebraic patterns of loom and card.\n"
    rows = [
        record("2001.00001", authors="Ada K. Byron, Charles Babbage", abstract=abstract),
        record("2001.00002", authors="Ada Byron, Charles Babbage", abstract=abstract),
        record("2001.00003", authors="Emmy R. Noether, David Hilbert", abstract=abstract),
        record("2001.00004", authors="Emmy Noether, David Hilbert", abstract=abstract),
    ]
    build_rows(*rows)
    run()
    before = {(row.one.name, row.two.name): row.pk for row in DuplicateSuggestion.objects.all()}
    assert set(before) == {("Ada K. Byron", "Ada Byron"), ("Emmy R. Noether", "Emmy Noether")}
    build_rows(rows[1] | {"authors": "Ada Byron, Ada K. Byron, Charles Babbage", "update_date": "2021-01-01"})
    done = run()
    assert {row.pk for row in DuplicateSuggestion.objects.all()} == {before["Emmy R. Noether", "Emmy Noether"]}
    assert done.looked_at == Author.objects.filter(surname__in=["Byron", "Babbage"]).count()
    assert run().looked_at == 0


@pytest.mark.django_db
def test_a_queue_made_by_other_rules_is_made_anew(build_rows: Callable[..., object]) -> None:
    abstract = "  Zeta engines weave algebraic patterns of loom and card.\n"
    build_rows(
        record("2001.00001", authors="Wei Zhang, Charles Babbage", abstract=abstract),
        record("2001.00002", authors="Wei-Nan Zhang, Charles Babbage", abstract=abstract),
        record("2001.00003", authors="Wei N. Zhang, Charles Babbage", abstract=abstract),
    )
    run()
    found = {(row.one.name, row.two.name) for row in DuplicateSuggestion.objects.all()}
    assert found == {("Wei Zhang", "Wei N. Zhang"), ("Wei-Nan Zhang", "Wei N. Zhang")}
    last = Build.objects.latest_finished(STAGE)
    last.parameters["rules"] = 1
    last.save()
    assert run().looked_at == Author.objects.count()
    assert run().looked_at == 0
