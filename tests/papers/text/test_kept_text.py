"""What is kept of a list's or registry's titles and abstracts: no guarding braces, no HTML, no signs that turn a line round."""

from __future__ import annotations

import json

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from papers.ingest.checks import one_line, paragraphs
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details
from papers.text.plain_text import kept_text, plain_text
from papers.text.tex import without_guards
from tests.conftest import record

BRACES = [
    # As programs guard capitals: doubled, nested, round mathematics.
    ("Location {{Based Handshake}} for {$k$}-means", "Location Based Handshake for $k$-means"),
    ("{{{Thrice}}} and {A {nested} {{one}}} {}x", "Thrice and A nested one x"),
    ("Embedding in {O(n⁴)} Time, {O($n$)} space", "Embedding in O(n⁴) Time, O($n$) space"),
    # Round commands: a switch of fonts goes with its braces, and one that would run into the next word doesn't.
    (r"{\sc CONNIVER} and {\rm {GCH}} and {${\rm GCH}$}", r"CONNIVER and GCH and ${\rm GCH}$"),
    (r"{\textsc{Coq}} and \emph{{Deep} Nets}, \bf{Bold}", r"\textsc{Coq} and \emph{Deep Nets}, \bf Bold"),
    (r"{\LaTeX}x, {\&} and {\$}5", r"\LaTeX{}x, \& and \$5"),
    # What BibTeX calls special characters are letters.
    (r"{\'E}tude {\O}sted {\v c} Poincar{\'{e}}", "Étude Østed č Poincaré"),
    # Braces of formulas, arguments, scripts and sets stay.
    (
        r"$\mathbb{R}^{n}$, \textsubscript{2}, x^{2}, \'{e}, \foo[a]{b}{c}",
        r"$\mathbb{R}^{n}$, \textsubscript{2}, x^{2}, \'{e}, \foo[a]{b}{c}",
    ),
    ("{0, 1} and {x | x < 1}, {Bayes, Laplace and Co}", "{0, 1} and {x | x < 1}, Bayes, Laplace and Co"),
    (r"half {open, \{x\}", r"half {open, \{x\}"),
]
HTML = [
    ("H<sub>2</sub>O<sup>-3</sup>", "H₂O⁻³"),
    ("R&amp;D, A&amp;amp;A and &lt;i&gt;E. coli&lt;/i&gt;", "R&D, A&A and E. coli"),
    ("a <a href='https://x.org'>link</a>, <scp>D</scp>, a<b and <p>", "a link, D, a<b and <p>"),
    (
        r"{$<$}i{$>$}E. coli{$<$}/i{$>$} {\textless}sub{\textgreater}2{\textless}/sub{\textgreater}",
        "E. coli ₂",
    ),
    ("p$<$0.05 and q$>$1", "p$<$0.05 and q$>$1"),
    ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
]
MATHML = [
    ("<math><msup><mi>x</mi><mn>2</mn></msup></math> y", "$x^{2}$ y"),
    (
        "<mml:math><mml:msubsup><mml:mi>T</mml:mi><mml:mi>c</mml:mi><mml:mn>2</mml:mn></mml:msubsup></mml:math>",
        "$T_{c}^{2}$",
    ),
    ("<math><mfrac><mi>a</mi><msqrt><mi>b</mi></msqrt></mfrac><mo>{</mo></math>", r"$\frac{a}{\sqrt{b}}\{$"),
    (
        "<math><mi>sin</mi><mover><mi>x</mi><mo>¯</mo></mover><mtext>if so</mtext></math>",
        r"$\sin \bar{x}\text{if so}$",
    ),
    # Of several forms the author's TeX.
    (
        "<inline-formula><alternatives><tex-math>$$x_1$$</tex-math><math><mi>x</mi></math></alternatives></inline-formula>",
        "$x_1$",
    ),
    ("<math><mi>x", "<math><mi>x"),
    ("</math> <math/> a < b", "</math> <math/> a < b"),
]


@pytest.mark.parametrize(("source", "kept"), [*BRACES, *HTML, *MATHML])
def test_what_is_kept(source: str, kept: str) -> None:
    assert kept_text(source) == kept
    assert kept_text(kept) == kept


@pytest.mark.parametrize(("source", "kept"), [*BRACES, *MATHML])
def test_what_was_kept_before_is_shown_in_the_same_words(source: str, kept: str) -> None:
    assert plain_text(source) == plain_text(kept)


@given(st.text(st.sampled_from(r"{}\$^_a' ,")))
def test_taking_braces_off_again_changes_nothing(text: str) -> None:
    once = without_guards(text)
    assert plain_text(once) == plain_text(without_guards(once))


LAYOUT = [
    ("a title \u202eturned\u202c round", "a title turned round"),
    (
        "in\u200bvisible, so\u00adft, \ufeffmark, \u2066isolated\u2069, \u200eleft",
        "invisible, soft, mark, isolated, left",
    ),
    ("\u200dlatin\u200cletters", "latinletters"),
    ("می\u200cخواهم، क्\u200dष, 👩\u200d🚀", "می\u200cخواهم، क्\u200dष, 👩\u200d🚀"),
]


@pytest.mark.parametrize(("source", "kept"), LAYOUT)
def test_signs_that_turn_a_line_round_or_part_a_word_are_left_out(source: str, kept: str) -> None:
    assert one_line(source) == kept
    assert paragraphs(f"{source}\n\n{source}") == f"{kept}\n{kept}"


def fields(source: str, text: str) -> SourceFields:
    details = Details(container=text, publisher=text, series=text, keywords=(text,))
    return SourceFields(source=source, slug="a-title", authors="Ada Byron", title=text, abstract=text, details=details)


def test_every_format_but_arxivs_own_is_read_so() -> None:
    kept = PaperRecord.from_source(fields("csl-json", "{{Sub}}<sub>2</sub>, R&amp;D"))
    details = kept.details
    texts = {kept.title, kept.abstract, details.container, details.publisher, details.series, *details.keywords}
    assert texts == {"Sub₂, R&D"}
    assert PaperRecord.from_source(fields("arxiv-oai", "{A} <i>a</i>")).title == "{A} <i>a</i>"


@pytest.mark.django_db
def test_who_takes_records_over_is_given_no_guards_either(build_rows, client: Client) -> None:
    build_rows(record("2001.00001", title="{{Based}} on {$k$} {0, 1}", abstract=r"In {\it vivo} {W}ork"))
    answer = json.loads(client.get("/api/v1/papers/2001.00001/").content)
    assert (answer["title"], answer["abstract"]) == ("Based on $k$ {0, 1}", "In vivo Work")
    harvest = client.get("/oai?verb=GetRecord&identifier=oai:127.0.0.1:2001.00001&metadataPrefix=oai_dc")
    assert fromstring(harvest.content).findtext(".//{http://purl.org/dc/elements/1.1/}title") == "Based on $k$ {0, 1}"
