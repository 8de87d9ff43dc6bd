"""Which names may be one person's, the score term by term, candidate pairs, homonyms, and what is never suggested."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from papers.database.builds import stage_lock
from papers.text.words import one_letter_apart
from profiles.curation import acts, decide
from profiles.duplicates.candidates import Candidate, candidate_pairs, name_evidence
from profiles.duplicates.finder import find_duplicates
from profiles.duplicates.score import score, year_gap
from profiles.models import Author, DuplicateSuggestion
from tests.conftest import record


def person(pk: int, forenames: str, surname: str = "Byron", **facts: Any) -> Candidate:
    return Candidate.named(pk, forenames, surname, **{"papers": 1, **facts})


@pytest.mark.parametrize(
    ("one", "two", "weight"),
    [
        ("Ada", "A.", 0.0),
        ("Ada K.", "A. K.", 2.5),
        ("Ada", "Ada K.", 4.0),
        ("Ada King", "Ada K.", 4.5),
        ("Yue-Long", "Yuelong", 5.0),
        ("Robert", "Bob", 4.0),
        ("Charlotte", "Charlote", -1.0),
        ("Ada K.", "Ada L.", None),
        ("Ada", "Anna", None),
        ("Jian", "Jiancheng", None),
        # What a hyphen binds is one name: written whole, in parts or by initials, and never half of it.
        ("Xuan-Jing", "Xuanjing", 5.0),
        ("Xuan-Jing", "Xuan Jing", 5.0),
        ("Xuan-Jing", "X.-J.", 2.5),
        ("Xuan-Jing", "X. J.", 2.5),
        ("Xuan-Jing", "X.", 0.0),
        ("Xuan-Jing", "X. M.", None),
        ("Xuan-Jing", "Xuan", None),
        ("Xuan-Jing", "Jing", None),
        ("Xuan-Jing", "Xuan-Ming", None),
        ("Xuan-Jing", "Xuan-Jing-Mei", None),
        ("Xuan–Jing", "Xuan", None),  # a dash, as some print it
        ("Xuan-Jing M.", "Xuan", None),
        ("Xuan-Jing M.", "Xuan M.", None),
        ("Xuan-Jing M.", "Xuanjing", 4.0),
        ("Xuan-Jing M.", "Xuanjing M.", 5.0),
        ("Xuan-Jing Mei", "X. J. M.", 2.5),
        ("Mary Wei-Nan", "Mary Wei", None),
        ("Mary Wei-Nan", "Mary W.", 4.5),
        ("Mary Wei-Nan", "Mary", 4.0),
        ("Mary Wei-Nan", "Mary Weinan", 5.0),
        ("A. K.", "A. L.", None),
        ("", "Ada", None),
    ],
)
def test_name_evidence_whichever_comes_first(one: str, two: str, weight: float | None) -> None:
    for left, right in ((one, two), (two, one)):
        found = name_evidence(person(1, left), person(2, right))
        assert (found and found[1]) == weight


def test_father_and_son_are_two() -> None:
    assert name_evidence(person(1, "Ada", suffix="Jr."), person(2, "Ada", suffix="Sr.")) is None


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("byron", "byro", True),
        ("byron", "byrom", True),
        ("byron", "yobrn", False),
        ("byron", "byorn", True),
        ("byron", "byron", False),
        ("byron", "byr", False),
    ],
)
def test_one_letter_apart(one: str, two: str, alike: bool) -> None:
    assert (one_letter_apart(one, two), one_letter_apart(two, one)) == (alike, alike)


def test_pairs_inside_and_across_blocks() -> None:
    people = [
        person(1, "Ada"),
        person(2, "A."),
        person(3, "Byron", "Ada"),
        person(4, "Ada", "Byroon"),
        person(5, "Maria Garcia", "Lopez"),
        person(6, "Maria", "Garcia Lopez"),
        person(7, "Wei", "Wang"),
    ]
    found = {(a.id, b.id): said for a, b, said, _ in candidate_pairs(people)}
    assert found == {
        (1, 2): "the first initial",
        (1, 3): "the same names in another order",
        (1, 4): "the surname but for one letter",
        (5, 6): "the same letters",
    }


def test_half_of_a_name_with_a_hyphen_is_no_hint_across_blocks() -> None:
    people = [
        person(1, "Xuan-Jing", "Huang"),
        person(2, "Jing Xuan", "Huang"),
        person(3, "Xuan", "Jinghuang"),
        person(4, "Huang", "Xuan-Jing"),
        person(5, "Xuan Jing", "Huanga"),
        person(6, "Xuan", "Huanga"),
        person(7, "Jing", "Huang"),
    ]
    found = {(a.id, b.id): said for a, b, said, _ in candidate_pairs(people)}
    assert found == {
        (1, 3): "the same letters",
        (1, 4): "the same names in another order",
        (1, 5): "the surname but for one letter",
        (5, 6): "the forename",
        (2, 7): "the forename",
    }


def test_the_score_is_the_stated_sum() -> None:
    one = person(
        1,
        "Ada",
        categories={"cs.LG": 3},
        first_year=2000,
        last_year=2003,
        coauthors=frozenset({1, 2}),
        initials=frozenset({7, 8, 9}),
    )
    two = person(
        2,
        "Ada",
        categories={"cs.LG": 1},
        first_year=2010,
        last_year=2011,
        coauthors=frozenset({2}),
        initials=frozenset({8, 9}),
    )
    p, reasons = score(one, two, "the forename", 4.0, topic=0.5, block_entries=20)
    s = -2.5 + 4 + 3.5 * math.log(2) + 1.5 - 1.5 * math.log(2) + 5 * 0.5 + 3.5 - 0.02 * 7 - math.log(21)
    assert p == pytest.approx(1 / (1 + math.exp(-s)))
    assert sum(weight for _, weight in reasons) == pytest.approx(s + 2.5, abs=0.05)
    assert year_gap(one, two) == year_gap(two, one) == 7


@pytest.mark.django_db
def test_never_a_pair_that_shares_a_paper_or_was_decided(build_rows: Callable[..., object], admin_user: Any) -> None:
    abstract = "  Zeta engines weave algebraic patterns of loom and card.\n"
    build_rows(
        record("2001.00001", authors="Ada K. Byron, Charles Babbage", abstract=abstract),
        record("2001.00002", authors="Ada Byron, Charles Babbage", abstract=abstract),
        record("2001.00003", authors="Wei Wang, W. Wang, Alan Turing", abstract=abstract),
        record("2001.00004", authors="Alan Turing", abstract="  Of numbers that machines compute.\n"),
    )

    def suggested() -> list[tuple[str, str]]:
        with stage_lock():
            find_duplicates()
        return [(row.one.name, row.two.name) for row in DuplicateSuggestion.objects.open().by_payoff()]

    assert suggested() == [("Ada K. Byron", "Ada Byron")]
    one, two = Author.objects.get(name="Ada K. Byron"), Author.objects.get(name="Ada Byron")
    decide(acts.NotSame(one, two), admin_user)
    assert (list(DuplicateSuggestion.objects.open()), suggested()) == ([], [])
