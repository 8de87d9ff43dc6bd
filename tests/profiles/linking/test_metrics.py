"""B-cubed and pairwise quality by hand, the gold format, and the command on a small site."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from papers.database.builds import stage_lock
from papers.models import Build
from profiles.duplicates.finder import find_duplicates
from profiles.linking.metrics import InvalidGold, Quality, Signature, b_cubed, joined, pairwise, queue_quality
from tests.conftest import record


@pytest.mark.parametrize(
    ("truth", "found", "b3", "pairs"),
    [
        ("aabb", "1122", (1, 1), (1, 1)),
        ("aabb", "1111", (0.5, 1), (1 / 3, 1)),
        ("aabb", "1234", (1, 0.5), (1, 0)),
        ("a", "1", (1, 1), (1, 1)),
        # Three of one person, one of them with another's: (2/2·2 + 1/2·2)/5… by hand.
        ("aaabb", "11222", ((1 + 1 + 1 / 3 + 2 / 3 * 2) / 5, (2 / 3 * 2 + 1 / 3 + 1 + 1) / 5), (2 / 4, 2 / 4)),
    ],
)
def test_quality_by_hand(truth: str, found: str, b3: tuple[float, float], pairs: tuple[float, float]) -> None:
    one, two = b_cubed(truth, found), pairwise(truth, found)
    assert (one.precision, one.recall) == pytest.approx(b3)
    assert (two.precision, two.recall) == pytest.approx(pairs)


def test_f1_and_nothing_to_judge() -> None:
    assert (Quality(0.5, 1).f1, Quality(0, 0).f1) == (pytest.approx(2 / 3), 0)
    with pytest.raises(ValueError, match="at least one"):
        b_cubed([], [])


def test_joined_and_the_queue() -> None:
    assert len(set(joined([1, 2, 3, 4], [(1, 2), (2, 3)]))) == 2
    truth, clusters = list("aabbc"), [1, 2, 3, 3, 4]
    assert queue_quality(truth, clusters, [(1, 2, 0.9), (3, 4, 0.6)], 0.5) == {
        "least": 0.5,
        "suggested": 2,
        "precision": 0.5,
        "recall": 1.0,
        "f1": 0.6667,
        "accepted": {"precision": 0.7333, "recall": 1.0, "f1": 0.8462},
    }
    assert queue_quality(truth, clusters, [(1, 2, 0.9), (3, 4, 0.6)], 0.7)["accepted"]["f1"] == 1.0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "line 3: not an object"),
        ("{", "line 3: not an object"),
        ('{"paper": "x", "person": 1}', "line 3: not an object"),
        ('{"paper": "x", "position": 0, "person": 1}', "line 3: position is 0"),
        ('{"paper": "x", "position": true, "person": 1}', "line 3: position is True"),
        ('{"paper": "", "position": 1, "person": 1}', "line 3: paper and person may not be empty"),
    ],
)
def test_a_line_that_says_nothing_is_named(line: str, said: str) -> None:
    with pytest.raises(InvalidGold, match=said):
        Signature.from_line(line, 3)


@pytest.mark.django_db
def test_the_command(build_rows: Callable[..., object], tmp_path: Path, client: Client) -> None:
    assert "has not been measured yet" in client.get("/quality/").content.decode()
    build_rows(record("2001.00001", authors="Ada Byron"), record("2001.00002", authors="A. Byron, Wei Wang"))
    with stage_lock():
        find_duplicates()
    gold = tmp_path / "gold.jsonl"
    rows = [("2001.00001", 1, "ada"), ("2001.00002", 1, "ada"), ("2001.00002", 2, "wang"), ("9999.00001", 1, "x")]
    gold.write_text("\n".join(json.dumps({"paper": p, "position": n, "person": w}) for p, n, w in rows) + "\n\n")
    out = StringIO()
    call_command("evaluate_linking", str(gold), stdout=out)
    results = Build.objects.latest_finished("evaluate-linking").results
    assert (results["signatures"], results["not_here"], results["people"]) == (3, 1, 2)
    assert results["quality"]["present linking"]["b_cubed"] == {"precision": 1.0, "recall": 0.6667, "f1": 0.8}
    assert results["quality"]["surname + first initial"]["b_cubed"]["f1"] == 1.0
    assert "3 signatures of 2 people; 1 not here." in out.getvalue()
    page = client.get("/quality/").content.decode()
    assert "of 3 printed names which of 2 people" in page
    assert "Of a person's papers, 66.7% are on one profile" in unescape(page)
    assert page.count('class="ours"') == 1
    with pytest.raises(FileNotFoundError):  # a sentence by the wrapper of all commands
        call_command("evaluate_linking", str(tmp_path / "none"))
