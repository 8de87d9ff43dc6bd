"""What a text costs grows with its length and not with its square, whatever it is made of."""

from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest

from papers.bylines import parse_byline, parse_name
from papers.bylines.one_author import byline_of_one, literal_byline
from papers.citations import bibtex as citations_bibtex
from papers.identifiers import find_arxiv_id, find_doi, normal_doi, split_dois
from papers.ingest.checks import one_line, paragraphs
from papers.ingest.readers.bibtex import braces, entries, names
from papers.ingest.readers.fields.author_lists import Printed, byline_of
from papers.text.addresses import addresses_in
from papers.text.control_characters import without_layout
from papers.text.folding import fold
from papers.text.jats import text_of_markup
from papers.text.markup import _markup
from papers.text.plain_text import _plain_text, formulas, kept_text, plain_line
from papers.text.printed_dates import date_in
from papers.text.tex import decode_tex, without_guards
from papers.text.words import words_of
from profiles.names import slug_for

SHORT, LONG = 2_500, 20_000
EVERY_FIELD = (
    "title author editor year month day date journal booktitle volume number pages eid publisher address edition series isbn "
    "issn language keywords abstract note howpublished doi eprint archiveprefix primaryclass url pdf code orcid-numbers"
).split()
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "one line": one_line,
    "paragraphs": paragraphs,
    "TeX": decode_tex,
    "folded": fold,
    "markup": _markup.__wrapped__,
    "plain": _plain_text.__wrapped__,
    "formulas": formulas,
    "byline": parse_byline,
    "name": parse_name,
    "name in parts": lambda text: byline_of([Printed(surname=text, forenames=text, affiliations=(text,))]),
    "one name": byline_of_one.__wrapped__,
    "one name behind another": lambda text: byline_of_one.__wrapped__(f"Smith, {text}"),
    "literal name": literal_byline,
    "note": lambda text: parse_byline(f"A. Smith ({text}) Jones"),
    "names": lambda text: byline_of(
        [Printed(whole=text[:1]), Printed(surname=text[-1:], forenames=text[:1])] * len(text)
    ),
    "BibTeX title": braces.without_outer_braces,
    "BibTeX authors": lambda text: names.names_in(text, "author"),
    "BibTeX keywords": lambda text: braces.split_outside_braces(text, ";"),
    "BibTeX record": lambda text: entries.record(dict.fromkeys(EVERY_FIELD, text) | {"title": "Things"}),
    "cited": plain_line,
    "cited in BibTeX": citations_bibtex.title,
    "kept": kept_text,
    "guards": without_guards,
    "MathML": text_of_markup,
    "layout": without_layout,
    "DOI": normal_doi,
    "DOIs": split_dois,
    "a DOI": find_doi,
    "an arXiv id": find_arxiv_id,
    "addresses": addresses_in,
    "date": lambda text: date_in(text),
    "words": words_of,
    "slug": slug_for,
}
UNITS = [
    "{",
    "}",
    "\\",
    "$",
    "\\(",
    "\\(\\",
    "\\[",
    "^",
    "_",
    "~",
    '"',
    "(",
    "[",
    ",",
    ";",
    " and ",
    "7",
    "e\u0301",
    "\u0301",
    "&",
    "<",
    " ",
    "\n",
    "\n ",
    "\\'{",
    "$\\",
    "\\a{",
    "$$",
    "{\\",
    "10.1000/a;",
    "A. ",
    "(1) ",
    "et al. ",
    "@a{",
    "\u200d",
    "\u202e",
    "<sub>",
    "<math>",
    "<math></mi>",
    "<p ",
    "<a href='",
    "\\textless",
    "\\textsubscript",
    "\\ensuremath\\a",
    "{\\bf ",
    "arxiv ",
    "arxiv.org/abs/",
    "doi:",
    "10.1000/",
    "&amp;",
    "Jr, ",
    "Li, ",
    "A (B) C ",
    "a@b.c ",
    "Smith, John; ",
    "OpenAI, ",
    "Foo Bar: ",
    "张伟 ",
    "1809-1849, ",
    "equal contribution ",
    "a",
]
PAIRS = [
    ("{", "}"),
    ("(", ")"),
    ("[", "]"),
    ("\\(", "\\)"),
    ("\\emph{", "}"),
    ("$\\frac{", "}$"),
    ("\\'{", "}"),
    ("<", ">"),
    ("<sub>", "</sub>"),
    ("<math><mrow>", "</mrow></math>"),
    ("{\\it ", "}"),
    ("\\textsubscript{", "}"),
]


def cost(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor."""
    began = process_time()
    with suppress(ValueError):
        function(text)
    return process_time() - began


def texts(length: int) -> list[str]:
    """Of each unit a text of this length; of what opens and closes one within another."""
    rows = [(unit * (length // len(unit) + 1))[:length] for unit in UNITS]
    return rows + [first * (count := length // len(first + last)) + "x" + last * count for first, last in PAIRS]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_eight_times_the_text_does_not_cost_sixty_four_times_as_much(name: str) -> None:
    function = FUNCTIONS[name]
    too_dear = {}
    for short, long in zip(texts(SHORT), texts(LONG), strict=True):
        costs = [(cost(function, short), cost(function, long))]
        while costs[-1][1] > 30 * costs[-1][0] + 0.1 and len(costs) < 3:  # something else may have had the processor
            costs.append((cost(function, short), cost(function, long)))
        if len(costs) == 3:
            too_dear[long[:10]] = costs
    assert too_dear == {}


def test_a_text_of_nothing_but_formulas_is_typeset_in_part() -> None:
    text = " ".join(f"$x_{{{number}}}$" for number in range(5_000))
    assert _markup.__wrapped__(text).count("<math") == 300
    assert plain_line(text).startswith("x₀ x₁ ")
    assert plain_line(text).count("$") == 2 * (5_000 - 300)


def test_a_formula_is_shown_as_it_came_where_a_reader_would_never_end() -> None:
    nested = "$" + "\\sqrt[" * 40 + "$"
    assert plain_line(nested) == nested
    assert plain_line("$\\sqrt[3]{x}$") == "³√x"
