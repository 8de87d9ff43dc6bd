r"""TeX text as plain Unicode, for the formats that know no TeX: "Schr\"odinger's $\alpha^2$" → "Schrödinger's α²"."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from papers.text.tex import MATHS, decode_tex

SUPERSCRIPTS = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
RAISED = re.compile(r"\^\s*(?:\{([0-9+\-=()n]{1,8})\}|([0-9n]))")
LOWERED = re.compile(r"_\s*(?:\{([0-9+\-=()]{1,8})\}|([0-9]))")
LONGEST_FORMULA = 500
DEEPEST_NESTING = 20
OPTIONAL = re.compile(r"\\(?:[A-Za-z]+\*?|.)\s*\[")  # \sqrt[3]
MOST_OPTIONAL = 4
MOST_FORMULAS = 300  # of a text; later ones stay as they came

logging.getLogger("pylatexenc").setLevel(logging.ERROR)  # it warns of what it can't read, and that is shown as it came
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class UnknownMacro(ValueError):
    """A macro that authors define in their paper and nobody else knows."""


def _refuse(node: Any) -> str:
    raise UnknownMacro(node.macroname)  # the library would leave it out, and with it a part of the formula


SIZES = "left right middle big Big bigl bigr Bigl Bigr displaystyle textstyle scriptstyle limits nolimits".split()
KNOWN_MACROS = get_default_latex_context_db()
KNOWN_MACROS.add_context_category("sizes", macros=[MacroTextSpec(name, "") for name in SIZES], prepend=True)
KNOWN_MACROS.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_refuse))
READER = LatexNodes2Text(latex_context=KNOWN_MACROS, math_mode="text", strict_latex_spaces=True)


def plain(text: str) -> str:
    """The text on one line with TeX accents, macros and formulas as Unicode; what can't be read stays as it came."""
    if "\\" in text or "$" in text or "{" in text or "~" in text:
        parts = MATHS.split(decode_tex(text))
        typeset = slice(1, 2 * MOST_FORMULAS, 2)
        parts[typeset] = [formula(part) for part in parts[typeset]]
        text = "".join(parts)
    return " ".join(CONTROLS.sub("", text).split())


@lru_cache(maxsize=4096)
def formula(source: str) -> str:
    r"""A formula with its delimiters as Unicode ("$\alpha_{10}$" → "α₁₀"), or as it came where that fails."""
    inner = source.strip("$") if source.startswith("$") else source[2:-2]
    if len(inner) > LONGEST_FORMULA or inner.count("{") > DEEPEST_NESTING or "%" in inner:
        return source  # a reader that recurses is given nothing deep, and "%" begins a comment for it
    if len(OPTIONAL.findall(inner)) > MOST_OPTIONAL:
        return source  # it reads these again for each one that they stand in
    inner = RAISED.sub(lambda match: (match[1] or match[2]).translate(SUPERSCRIPTS), inner)
    inner = LOWERED.sub(lambda match: (match[1] or match[2]).translate(SUBSCRIPTS), inner)
    try:
        text = READER.latex_to_text(inner, tolerant_parsing=True)
    except Exception:  # the library raises many kinds on broken TeX, and any means: show the source
        return source
    text = " ".join(text.split())
    return text if text and "\\" not in text else source
