"""Whatever changes what harvesters see of a paper moves its datestamp."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db.models import F

from papers.bylines import parse_name
from papers.database.builds import stage_lock
from papers.models import Paper, PaperCategory
from papers.oai.metadata_formats import FORMATS
from papers.oai.verbs import WHOLE, records
from profiles.curation import Refused, acts, decide, undo
from profiles.linking import linker
from profiles.models import Author, Decision
from tests.conftest import record
from tests.profiles.curation.test_property import corpus, random_act


def given_out() -> dict[str, tuple[Any, list[str]]]:
    """By identifier the moment of change and the metadata in every format, without its header."""
    papers = list(Paper.objects.order_by("id").only(*WHOLE))
    texts = [[text.partition("<metadata>")[2] for text in records(papers, form)] for form in FORMATS.values()]
    return {
        paper.identifier: (paper.modified_at, list(found))
        for paper, found in zip(papers, zip(*texts, strict=True), strict=True)
    }


def unmoved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Papers whose metadata changed and whose datestamp did not."""
    return [key for key in before if before[key][1] != after[key][1] and before[key][0] >= after[key][0]]


@pytest.mark.parametrize("seed", range(2))
def test_every_act_that_shows_moves_the_datestamp(build_rows: Any, admin_user: Any, seed: int) -> None:
    random = Random(seed)
    build_rows(*corpus(random))
    changed = 0
    for step in range(24):
        before = given_out()
        if step % 8 == 7:
            build_rows(*corpus(random))
            for identifier in before.keys() - given_out().keys():
                raise AssertionError(identifier)
        else:
            decisions = list(Decision.objects.order_by("pk"))
            try:
                if decisions and random.random() < 0.3:
                    undo(random.choice(decisions), admin_user)
                elif act := random_act(random):
                    decide(act, admin_user, "because")
            except Refused:
                continue
        after = given_out()
        assert unmoved(before, after) == [], step
        changed += any(before[key][1] != after[key][1] for key in before)
        assert not PaperCategory.objects.exclude(changed_at=F("paper__modified_at")).exists()
    assert changed


def test_hiding_and_showing_a_name_and_renaming(build_rows: Any, admin_user: Any) -> None:
    build_rows(
        record("2001.00001", authors="Ada Byron, Charles Babbage"), record("2001.00002", authors="Charles Babbage")
    )
    ada = Author.objects.get(name="Ada Byron")
    for act, expected in (
        (acts.AddName(ada, parse_name("Ada King"), "public"), None),
        (acts.Rename(ada, parse_name("Ada King")), None),
        (acts.SetVisibility(ada, "Ada Byron", "match-only"), "King"),
        (acts.Rename(ada, parse_name("Ada Lovelace")), "Lovelace"),
        (acts.SetVisibility(ada, "Ada Byron", "public"), "Byron"),
    ):
        before = given_out()
        decide(act, admin_user)
        after = given_out()
        assert after["2001.00002"] == before["2001.00002"]
        assert (after["2001.00001"][0] > before["2001.00001"][0]) == bool(expected)
        assert f"<keyname>{expected or 'Byron'}</keyname>" in after["2001.00001"][1][1]


def test_linking_a_new_paper_that_prints_a_hidden_name(build_rows: Any, import_rows: Any, admin_user: Any) -> None:
    build_rows(record("2001.00001", authors="Ada Byron"))
    ada = Author.objects.get(name="Ada Byron")
    decide(acts.Rename(ada, parse_name("Ada King")), admin_user)
    decide(acts.SetVisibility(ada, "Ada Byron", "match-only"), admin_user)
    import_rows(record("2001.00002", authors="Ada Byron, Charles Babbage"))
    before = given_out()
    with stage_lock():
        linker.link_authors()
    after = given_out()
    assert "Byron" in before["2001.00002"][1][0]
    assert "Byron" not in after["2001.00002"][1][0]
    assert after["2001.00002"][0] > before["2001.00002"][0]
