"""TeX and HTML as plain text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.text.plain_text import formulas, plain_line, plain_text

LINES = [
    (r"R\'enyi's {\it ab initio} bound", "Rényi's ab initio bound"),
    ("two\n  lines", "two lines"),
    (r"$\alpha_{10}$ and $x^{n-1}$", "α₁₀ and xⁿ⁻¹"),
    (r"$\sqrt{s}=13$ TeV", "√s = 13 TeV"),
    (r"$\left(\frac{a}{b}\right)$", "(a/b)"),
    (r"$\mathbb{R}^3$, \(y\)", "ℝ³, y"),
    (r"GaN$\slash$AlN", "GaN/AlN"),
    (r"5\% of $100", "5% of $100"),
    (r"$\CE_k(A)$ of ours", r"$\CE_k(A)$ of ours"),  # what nobody knows stays
    ("$" + "{" * 30 + "$", "$" + "{" * 30 + "$"),
    ("$50% x$ and $a$", "$50% x$ and a"),
    ("a\x00b\x1f", "ab"),
    ("Tom & Jerry <b>", "Tom & Jerry <b>"),
]

TEXTS = [
    # What stands in titles.
    (r"An $O(n\log n)$ algorithm", "An O(n log n) algorithm"),
    (r"$\mathbb{R}^{n}$ and \(H_2O\) at $10^{-3}$ K", "ℝⁿ and H₂O at 10⁻³ K"),
    (r"$p\bar{p}$ at $\sqrt{s}=1.96\,\mathrm{TeV}$", "pp̄ at √s = 1.96 TeV"),
    (r"$\sum_{i=1}^n \frac{x_i}{1+y}$ and $x_{max}$", "∑ᵢ₌₁ⁿxᵢ/(1+y) and x_max"),
    (r"$\binom{n}{k}$, $\widetilde{O}(\eps)$", "(n choose k), Õ(ε)"),
    (r"Zr$_{0.05}$, $x_{1,2}$", "Zr₀.₀₅, x_(1,2)"),
    (r"Schr$\ddot{o}$dinger's caf\'e", "Schrödinger's café"),
    (r"\alpha-stable \emph{in vivo} {\it E. coli} {GPU}s", "α-stable in vivo E. coli GPUs"),
    (r"``Fig.~3'' of 1--2 pages -- R\&D, 5\%", "“Fig. 3” of 1--2 pages -- R&D, 5%"),
    # Accents and letters, braced or bare.
    (r"Schr\"odinger, Erd\H{o}s, na\"{\i}ve, \v{C}ech, W\polhk{e}glorz", "Schrödinger, Erdős, naïve, Čech, Węglorz"),
    (r"\AE{}on, \oe uvre, Stra\ss e, \O{}sted, \pounds5, 3\texttimes4", "Æon, œuvre, Straße, Østed, £5, 3×4"),
    (r"\LaTeX{}, \BibTeX\ and \TeX", "LaTeX, BibTeX and TeX"),
    # Honest source: what can't be read stays, with its signs.
    (r"the class $\mycommand{x}$ and \mycommand", r"the class $\mycommand{x}$ and \mycommand"),
    (r"$x^2$ and $\alpha_{$", r"x² and $\alpha_{$"),
    # Of commands that nobody knows the arguments are what is said.
    (r"See \cite{knuth} and \ref[p.~3]{bar}.", "See [knuth] and bar."),
    (r"\foo{bar \baz{qux}}{two} \foo*{x}y", "bar qux two xy"),
    (r"\foo{}bar, \foo{open", r"\foo bar, open"),
    (r"\emph{the $k$ case} of \textbf{\emph{deep}ly} nested", "the k case of deeply nested"),
    (r"\begin{itemize}\item one\item two\end{itemize}", " • one• two "),
    # Mathematics written in words.
    (r"10^{-10} of K^{-13/7}, A_n^{(1)}, u_{n,1} and x^{max}", "10⁻¹⁰ of K^(-13/7), A_n⁽¹⁾, u_(n,1) and x^max"),
    (r"\sqrt{\frac{a}{b}}, \hat{Q}, \mathbb{R}^n, \foo\mathcal{O}(n)", r"√(a/b), Q̂, ℝ^n, \foo O(n)"),
    # Of those we know what is meant for the reader.
    (r"\href{https://x.org/a_b}{here}, \url{https://x.org/a_b}", "here, https://x.org/a_b"),
    (r"\href{https://x.org}, \textcolor{red}{red}", "https://x.org, red"),
    (r"\texorpdfstring{$k$}{k}-means, \texorpdfstring{$k$}{}", "k-means, k"),
    (r"\textsc{Coq}, \ce{H2O}, word\footnote{a note}", "Coq, H2O, word a note"),
    (r"In\textsubscript{x}Ga\textsubscript{1-x}N, 1\textsuperscript{st}", "InₓGa₁₋ₓN, 1st"),
    (r"T\textsubscript{c}, 10\textsuperscript{-3}, x\textsuperscript{a/b}", "T_c, 10⁻³, x^(a/b)"),
    # Braces that protect and braces of a set.
    (
        "Location {{Based Handshake}} and {{One, Two}} for {$k$}-means",
        "Location Based Handshake and One, Two for k-means",
    ),
    ("{O($n$)} steps in {0,1}, {a, b} and 10{,}000", "O(n) steps in {0,1}, {a, b} and 10,000"),
    ("{", "{"),
    ("a } b", "a } b"),
    # No formulas: money, tildes, options.
    ("from $5 million to $10 million", "from $5 million to $10 million"),
    ("A ~10 % gain: $5 million and $7 saved", "A ~10 % gain: $5 million and $7 saved"),
    ("between $5 and $6 or $7, $8; $9-$10, US$5 and US$6", "between $5 and $6 or $7, $8; $9-$10, US$5 and US$6"),
    # A formula behind a price.
    ("Costs between $5 and $6 for H$_2$O", "Costs between $5 and $6 for H₂O"),
    ("$2 mod p$", "2modp"),
    ("We pay $5 or $x$", "We pay $5 or x"),
    ("From $5 Million To $6 Million", "From $5 Million To $6 Million"),
    ("about ~10, see http://x.org/~me --now", "about ~10, see http://x.org/~me --now"),
    ("a lonely $ sign", "a lonely $ sign"),
    (r"x.org/\textasciitilde{}me, x.org/\~{}me", "x.org/~me, x.org/~me"),
    (r"costs \$5 and $x$", "costs $5 and x"),
    # HTML.
    ("H<sub>2</sub>O at 10<sup>-3</sup>, 1<sup>st</sup>", "H₂O at 10⁻³, 1st"),
    ("<i>in vivo</i> R&amp;D &lt;i&gt;E. coli&lt;/i&gt;, caf&eacute; &#x3b1;", "in vivo R&D E. coli, café α"),
    ("<p>One <jats:italic>two</jats:italic><br/>three</p>", "One two three"),
    ("the mean <p> and AT&T; a<b", "the mean <p> and AT&T; a<b"),
    ("&amp;lt;", "&lt;"),
    ("nothing special: é", "nothing special: é"),
    ("one\ntwo {G}PU", "one\ntwo GPU"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "text"), LINES)
def test_on_one_line(source: str, text: str) -> None:
    assert plain_line(source) == text


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_plain_text(source: str, text: str) -> None:
    assert plain_text(source) == text


def test_formulas_are_the_ones_that_are_typeset() -> None:
    assert formulas(r"From $5 and $10: $x$, \(y\), $$z$$, \$w and Schr$\ddot{o}$dinger") == ["x", "y", "z"]


@settings(deadline=None)
@given(st.text(st.sampled_from("$\\{}^_ab1 %&~\n\\alpha<>;"), max_size=60))
def test_nothing_breaks_it_and_it_is_one_line(source: str) -> None:
    assert "\n" not in plain_line(source)


PIECES = [
    "\\foo",
    "{",
    "}",
    "[",
    "]",
    "$",
    "\\'",
    "\\o",
    "\\textsuperscript",
    "\\href",
    "<sub>",
    "</sub>",
    "&#xe103;",
    "&#xf0000;",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "x", " ", ",", "\uf8fd", "\U000f0001"]), max_size=25).map("".join))
def test_no_stand_in_is_left(source: str) -> None:
    text = plain_text(source)
    if text != source:
        assert not re.search("[\ue100-\ue1ff\uf8fc-\uf8ff\U000f0000-\U0010fffd]", text)
        assert text == unicodedata.normalize("NFC", text)
