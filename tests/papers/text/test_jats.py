"""Titles and abstracts as publishers deposit them, as texts of ours."""

from __future__ import annotations

import time

import pytest

from papers.text.jats import text_of_markup
from papers.text.plain_text import plain_text

MATHS = '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{}</mml:math>'


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Stones & sand", "Stones & sand"),
        ("Stones &amp; sand", "Stones & sand"),
        ("Stones &amp;amp; sand", "Stones & sand"),  # escaped twice
        ("The <i>Homo</i> of H<sub>2</sub>O<sup>+</sup>", "The Homo of H₂O⁺"),
        ("T<sub>c</sub> of <scp>Y</scp>", "T_c of Y"),
        ("A new &lt;scp&gt;DC‐DC&lt;/scp&gt; converter", "A new DC‐DC converter"),  # escaped markup
        # Lines that are broken before and behind tags.
        ("Are clams (\n    <i>Tridacna</i>\n   ) alive?", "Are clams (Tridacna) alive?"),
        # What only looks like a tag.
        ("where <a, b> and x<y>z", "where <a, b> and x<y>z"),
        ("if p < 0.05 and <i>n</i> > 3", "if p < 0.05 and n > 3"),
        ("the mean <p> of b", "the mean <p> of b"),
        ("one <i>open", "one <i>open"),
        # Paragraphs and headings.
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
        (
            "<jats:sec><jats:title>Aim</jats:title>\n  <jats:p>To see.</jats:p></jats:sec>"
            "<jats:sec><jats:title>Why?</jats:title><jats:p>To know.</jats:p></jats:sec>",
            "Aim: To see.\n\nWhy? To know.",
        ),
        ("<p>One<br/>line</p><ul><li>first</li><li>second</li></ul>", "One line\n\nfirst\n\nsecond"),
        ("see <a href='https://x.example/'>here</a><!-- not --><?tex here?>", "see here"),
        ("<script>alert(1)</script>Stones", "Stones"),
    ],
)
def test_markup_of_words(markup: str, text: str) -> None:
    assert text_of_markup(markup) == text


@pytest.mark.parametrize(
    ("inside", "tex", "plain"),
    [
        ("<mml:mi>N</mml:mi><mml:mo>=</mml:mo><mml:mn>88</mml:mn>", "$N=88$", "N = 88"),
        ("<mml:msub><mml:mi>Ru</mml:mi><mml:mn>2</mml:mn></mml:msub>", r"$\mathrm{Ru}_{2}$", "Ru₂"),
        ('<mml:mi mathvariant="script">D</mml:mi>', r"$\mathcal{D}$", "D"),
        ("<mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac>", r"$\frac{a}{b}$", "a/b"),
        ("<mml:msqrt><mml:mi>x</mml:mi></mml:msqrt>", r"$\sqrt{x}$", "√x"),
        ("<mml:mover><mml:mi>x</mml:mi><mml:mo>¯</mml:mo></mml:mover>", r"$\bar{x}$", "x̄"),
        ("<mml:mover><mml:mi>x</mml:mi><mml:mo>~</mml:mo></mml:mover>", r"$\tilde{x}$", "x̃"),
        ("<mml:mfenced><mml:mi>x</mml:mi><mml:mi>y</mml:mi></mml:mfenced>", "$(x,y)$", "(x,y)"),
        (
            "<mml:mmultiscripts><mml:mi>Tb</mml:mi><mml:mprescripts/><mml:none/><mml:mn>153</mml:mn></mml:mmultiscripts>",
            r"${}^{153}\mathrm{Tb}$",
            "¹⁵³Tb",
        ),
        ("<mml:msup><mml:mi/><mml:mn>2</mml:mn></mml:msup><mml:mi>S</mml:mi>", "${}^{2}S$", "²S"),
        ("<mml:mtext>50%</mml:mtext>", r"$\text{50\%}$", "50%"),
        ("<mml:mo>{</mml:mo><mml:mi>x</mml:mi><mml:mo>}</mml:mo>", r"$\{x\}$", "{x}"),
    ],
)
def test_mathml_is_tex(inside: str, tex: str, plain: str) -> None:
    text = text_of_markup(MATHS.format(inside))
    assert (text, plain_text(text)) == (tex, plain)


def test_a_formula_stands_apart_from_words() -> None:
    formula = MATHS.format("<mml:mi>N</mml:mi>")
    assert text_of_markup(f"the{formula}nucleus; <i>d</i>{formula}-set") == "the $N$ nucleus; d$N$-set"


def test_of_a_formula_in_two_forms_the_tex_counts() -> None:
    tex = r"\documentclass{minimal}\begin{document}$$x^2$$\end{document}"
    markup = (
        f"<jats:p>Let <jats:inline-formula><jats:alternatives><jats:tex-math>{tex}</jats:tex-math>{MATHS.format('x')}"
    )
    markup += "</jats:alternatives></jats:inline-formula> be.</jats:p>"
    assert text_of_markup(markup) == "Let $x^2$ be."


def test_a_formula_that_nobody_can_read_is_its_words() -> None:
    assert text_of_markup(MATHS.format("<mml:mi>x</mml:mi><mml:mo>%%</mml:mo>" * 300)).startswith("x")


@pytest.mark.parametrize(
    "piece", ["<i>", "</i>", "<i></i>", "<", "&", "&amp;", "<!--", "<mml:mi>x</mml:mi>", "<br>", " \n", "<p>a"]
)
def test_time_is_linear_in_the_length(piece: str) -> None:
    text = "<b>" + piece * (40_000 // len(piece)) + "</b>"
    started = time.process_time()
    text_of_markup(text)
    assert time.process_time() - started < 1
