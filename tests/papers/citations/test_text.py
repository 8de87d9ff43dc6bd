"""TeX as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.citations.text import plain


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"R\'enyi's {\it ab initio} bound", "Rényi's ab initio bound"),
        ("two\n  lines", "two lines"),
        (r"$\alpha_{10}$ and $x^{n-1}$", "α₁₀ and xⁿ⁻¹"),
        (r"$\sqrt{s}=13$ TeV", "√(s)=13 TeV"),
        (r"$\left(\frac{a}{b}\right)$", "(a/b)"),
        (r"$\mathbb{R}^3$, \(y\)", "ℝ³, y"),
        (r"5\% of $100", "5% of $100"),
        (r"$\CE_k(A)$ of ours", r"$\CE_k(A)$ of ours"),  # what nobody knows stays
        ("$" + "{" * 30 + "$", "$" + "{" * 30 + "$"),
        ("$50% x$ and $a$", "$50% x$ and a"),
        ("a\x00b\x1f", "ab"),
        ("Tom & Jerry <b>", "Tom & Jerry <b>"),
    ],
)
def test_plain(source: str, text: str) -> None:
    assert plain(source) == text


@settings(deadline=None)
@given(st.text(st.sampled_from("$\\{}^_ab1 %&~\n\\alpha"), max_size=60))
def test_nothing_breaks_it_and_it_is_one_line(source: str) -> None:
    assert "\n" not in plain(source)
