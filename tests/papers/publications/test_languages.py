"""Languages as lists name them, and their tags."""

from __future__ import annotations

import pytest

from papers.publications import language_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("english", "en"),
        (" English ", "en"),
        ("ngerman", "de"),
        ("naustrian", "de-AT"),
        ("UKenglish", "en-GB"),
        ("ger", "de"),
        ("eng", "en"),
        ("de", "de"),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("zh-Hant", "zh-Hant"),
        ("", ""),
        ("english and german", ""),
        ("english, german", ""),
        ("klingon", ""),
        ("x" * 1000, ""),
        ('"><script>', ""),
    ],
)
def test_a_language_has_its_tag(text: str, tag: str) -> None:
    assert language_tag(text) == tag
