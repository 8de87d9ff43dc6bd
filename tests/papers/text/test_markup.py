r"""Titles and abstracts as they are shown: formulas typeset or as their source, words decoded, and nothing of it live."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from papers.display.cards import cut
from papers.text.markup import markup
from papers.text.mathml import ATTRIBUTES, ELEMENTS, formula_text, mathml
from papers.text.plain_text import plain_text
from tests.conftest import record


def test_markup_typesets_formulas_and_escapes_words() -> None:
    assert markup(r"If $x^2<y$ & more") == (
        "If <math><msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo><mi>y</mi></math> &amp; more"
    )
    assert markup(r"\[E=1\]").startswith('<math display="block">')
    assert markup(r"the $\mycommand{<b>}$") == r'the <code class="tex">$\mycommand{&lt;b&gt;}$</code>'
    assert markup("a < b") == "a &lt; b"


def test_macros_and_elements_that_style_would_need() -> None:
    assert mathml(r"\norm{x}") == mathml(r"\lVert x\rVert")
    assert mathml(r"\RR") == mathml(r"\mathbb{R}")
    for formula in (r"\textsc{Max}", r"\color{red}{x}", r"\hspace{1cm}x"):
        assert "style" not in mathml(formula)
    # What the library knows by itself stays as it means it.
    assert formula_text(r"\sum\pi\bar x") == "∑πx̄"


# --- Hostile text -----------------------------------------------------------------------------------------------------

LIVE = [
    r"$\text{<svg onload=alert(1)>}$",
    r"$\mbox{</math><script>alert(1)</script>}$",
    "$<script>alert(1)</script>$",
    r"$\href{javascript:alert(1)}{x}$",
    r'$\class{x" onclick="alert(1)}{y}$',
    r"$\style{background:url(//x)}{y}$",
    r"$\text{</mtext><style><img src=x onerror=alert(1)>}$",
    r"$\unicode{<img src=x onerror=alert(1)>}$",
    r"$\require{html}\href{javascript:alert(1)}{x}$",
    r"$\textcolor{red\" onmouseover=\"alert(1)}{x}$",
    r"$\text{<annotation-xml encoding=\"text/html\"><iframe src=javascript:alert(1)>}$",
    "<img src=x onerror=alert(1)>",
    r"$\operatorname{<b onmouseover=alert(1)>}$",
    r"\emph{<script>}",
    r"$\tag{<script>}$",
    "$$<![CDATA[<script>]]>$$",
    r"\(\mathrm{<a href=javascript:alert(1)>x</a>}\)",
    r"$\begin{array}{c<script>}x\end{array}$",
    "$&lt;script&gt;$",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<i onclick=alert(1)>x</i>",
]
SAFE = ELEMENTS | {"code"}


def check_harmless(text: str) -> None:
    """Only elements and attributes of the lists, in HTML and in XML."""
    html = str(markup(text))
    found = JustHTML(f"<!doctype html><title>t</title><body>{html}", sanitize=False, collect_errors=True)
    assert found.errors == [], (text, html)
    for node in found.query("body *"):
        assert node.name in SAFE, (text, html)
        allowed = {"class"} if node.name == "code" else ATTRIBUTES.get(node.name, set())
        assert set(node.attrs) <= allowed, (text, html)
    ElementTree.fromstring(f"<p>{html}</p>")  # noqa: S314 just made
    assert not re.search("[\ue100-\ue1ff]", html + plain_text(text))


@pytest.mark.parametrize("text", LIVE)
def test_nothing_in_a_formula_is_live(text: str) -> None:
    check_harmless(text)
    assert "<script" not in markup(text)
    assert "<img" not in markup(text)


PIECES = [
    "$",
    "$$",
    r"\(",
    r"\)",
    r"\[",
    "{",
    "}",
    "<b>",
    "&",
    "\\",
    r"\frac",
    r"\text{",
    "^",
    "_",
    r"\'e",
    "~",
    "x",
    " 1 ",
    r"\left(",
    r"\begin{array}",
    "</math>",
    "<svg/onload=x>",
    "</b>",
    "<sup>",
    "</sup>",
    "&lt;script&gt;",
    "é",
    "--",
    "``",
    r"\alpha",
    "'",
    '"',
    "\u00a0",
    r"\cite{",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture_is_harmless(text: str) -> None:
    check_harmless(text)


@pytest.mark.parametrize(
    "piece",
    [
        "$",
        "$x$",
        r"\(x",
        "{",
        "{}",
        r"$\frac{",
        r"\$",
        "$5 ab",
        "$$x",
        "``",
        "~",
        r"\alpha ",
        r"$\newcommand{\a}{\a\a}\a$",
    ],
)
def test_a_million_characters_are_shown_at_once(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    assert markup(text)
    assert plain_text(text)
    assert cut(text)
    assert time.process_time() - start < 20


def test_definitions_and_endless_expansions_are_shown_as_source() -> None:
    for formula in (r"\newcommand{\a}{\a\a}\a", r"\def\x{\x}\x", "x" * 2000, "x\0y", ""):
        assert mathml(formula) is None


# --- On pages ---------------------------------------------------------------------------------------------------------


def test_a_teaser_is_never_cut_within_a_formula() -> None:
    words = "word " * 37
    assert cut(f"{words}then $a b c d e f g h$ and on") == f"{words}then..."
    early = "$" + "x + " * 60 + "y$"
    assert cut(f"{early} and so on and on") == f"{early}..."
    assert cut("$" + "no formula " * 60).endswith("...")
    assert len(cut("$" + "no formula " * 60)) < 210


@pytest.mark.django_db
def test_pages_show_formulas_and_attributes_their_text(build_rows, client: Client) -> None:
    build_rows(
        record("2001.00001", title=r"Sorting in $O(n^2)$ caf\'es", abstract=r"We sort in $\Theta(n)$, \emph{fast}.")
    )
    typeset = "<math><mi>O</mi>"
    for address in (
        "/",
        "/papers/",
        "/authors/ada-byron/",
        "/categories/cs.LG/",
        "/search/?q=sorting",
        "/papers/2001.00001/",
    ):
        # What is there to be copied is the source.
        found = client.get(address).content.decode().partition('<section id="cite"')[0]
        assert typeset in found, address
        assert "cafés" in found
        assert "$" not in found, address
    page = JustHTML(client.get("/papers/2001.00001/").content, sanitize=False)
    assert page.query_one("title").to_text() == "Sorting in O(n²) cafés · Coterie"
    assert page.query_one("meta[name=description]").attrs["content"] == "We sort in Θ(n), fast."
