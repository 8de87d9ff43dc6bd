"""Combining marks behind a letter: as many as languages need, and no more than can be sorted in no time."""

import unicodedata
from pathlib import Path

import pytest

from papers.text.folding import fold
from papers.text.normalization import MOST_MARKS, limited, normalized

ACUTE, BELOW, HOOK = "\u0301", "\u0323", "\u0309"


@pytest.mark.parametrize(
    "text", ["", "plain", "naïve", "e" + ACUTE * MOST_MARKS, "ệ" * 100, "क्षि" * 50, "—…“”" * 40, "👩🏽\u200d🚀" * 40]
)
def test_ordinary_texts_stay(text: str) -> None:
    assert limited(text) == text
    assert normalized("NFKC", text) == unicodedata.normalize("NFKC", text)


def test_what_is_more_than_thirty_is_dropped_before_it_is_sorted() -> None:
    marks = (ACUTE + BELOW + HOOK) * 20_000
    assert limited(f"a{marks}b{marks}") == f"a{marks[:MOST_MARKS]}b{marks[:MOST_MARKS]}"
    assert limited(f"“{marks}…{marks}") == f"“{marks[:MOST_MARKS]}…{marks[:MOST_MARKS]}"
    assert limited("\u0f71\u0f72" * 40) == "\u0f71\u0f72" * 15
    assert fold(f"a{marks}b") == "ab"
    assert normalized("NFC", f"a{marks}") == normalized("NFC", f"a{marks[:MOST_MARKS]}")


def test_every_mark_is_one_that_is_looked_for() -> None:
    marks = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)).startswith("M")]
    assert [mark for mark in marks if limited(mark * (MOST_MARKS + 1)) != mark * MOST_MARKS] == []
    sorted_ones = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]
    assert set(sorted_ones) <= set(marks)


def test_nothing_else_normalises() -> None:
    root = Path(__file__).parents[3]
    calls = [
        path.relative_to(root).as_posix()
        for folder in ("papers", "profiles", "config")
        for path in (root / folder).rglob("*.py")
        if "unicodedata.normalize(" in path.read_text(encoding="utf-8")
    ]
    assert calls == ["papers/text/normalization.py"]
