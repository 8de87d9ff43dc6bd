r"""A TeX formula as MathML that is safe on a page, and as plain text. Nothing else of the site knows the library behind it.

math-core turns TeX into MathML; nh3 then keeps the elements and attributes of the lists below and nothing else, so that
whatever a formula holds is text. A formula that can't be read gives None, and its source is what is shown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

import nh3
from math_core import LatexError, LatexToMathML

from papers.text.normalization import normalized
from papers.text.scripts import LOWERED, RAISED, script

LONGEST = 1000  # characters; what is longer in an abstract is no formula but a lost dollar sign
COMMENT = re.compile(r"(?<!\\)%")  # of which the library would show nothing, as TeX does; "50% x" is none
DEFINES = re.compile(r"\\(?:(?:re|provide)?newcommand|[gex]?def|let|DeclareMathOperator)(?![A-Za-z])")

# What authors define for themselves and leave in an abstract, as real ones show (benchmarks/mathematics.py).
MACROS = {
    "eps": r"\varepsilon",
    "ep": r"\varepsilon",
    "veps": r"\varepsilon",
    "al": r"\alpha",
    "lam": r"\lambda",
    "widetilde": r"\tilde{#1}",
    "wt": r"\tilde{#1}",
    "widecheck": r"\check{#1}",
    "mbox": r"\text{#1}",
    "hbox": r"\text{#1}",
    "textnormal": r"\text{#1}",
    "textup": r"\text{#1}",
    "norm": r"\lVert #1\rVert",
    "abs": r"\lvert #1\rvert",
    "floor": r"\lfloor #1\rfloor",
    "ceil": r"\lceil #1\rceil",
    "set": r"\{#1\}",
    "ang": r"\langle #1\rangle",
    "smash": "#1",
    "slash": "/",
    "ensuremath": "#1",
    "boldmath": "",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "bm": r"\boldsymbol{#1}",
    "Bbb": r"\mathbb{#1}",
    "cal": r"\mathcal{#1}",
    "frak": r"\mathfrak{#1}",
    "GF": r"\mathrm{GF}",
    "bigO": "O",
    "Oh": "O",
    "cO": r"\mathcal{O}",
    "softO": r"\tilde{O}",
    "tO": r"\tilde{O}",
    "Ot": r"\tilde{O}",
    "Otilde": r"\tilde{O}",
    "infinity": r"\infty",
    "half": r"\tfrac{1}{2}",
    "Real": r"\mathbb{R}",
    "reals": r"\mathbb{R}",
    "nats": r"\mathbb{N}",
    "ints": r"\mathbb{Z}",
    "Rd": r"\mathbb{R}^d",
    "E": r"\mathbb{E}",
    "F": r"\mathbb{F}",
    "unicode": "",
    "nolimits": "",
    "xspace": "",
    "degree": "°",
    "bmod": r"\mathbin{\mathrm{mod}}",
    "th": r"\mathrm{th}",
    "st": r"\mathrm{st}",
    **{letter * times: rf"\mathbb{{{letter}}}" for letter in "CKNQRZ" for times in (1, 2)},
    **{f"bb{letter}": rf"\mathbb{{{letter}}}" for letter in "CEFNPQRZ"},
    **{f"c{letter}": rf"\mathcal{{{letter}}}" for letter in "ABCDEFGHIJKLMNPQRSTUVWXYZ"},
    **{f"b{letter}": rf"\mathbf{{{letter}}}" for letter in "ABCDEFGHKLMNPQRSTUVWXYZabcdghjkpqrstuvwxyz"},
    **{
        name: rf"\mathrm{{{name}}}"
        for name in (
            "poly",
            "polylog",
            "NP",
            "np",
            "coNP",
            "AC",
            "NC",
            "FO",
            "fo",
            "SVP",
            "MIS",
            "MIP",
            "BPP",
            "PSPACE",
            "Perm",
            "per",
            "rank",
            "rk",
            "tr",
            "Tr",
            "diag",
            "sgn",
            "sign",
            "supp",
            "conv",
            "vol",
            "Vol",
            "Var",
            "Cov",
            "dist",
            "Aut",
            "Gal",
            "Hom",
            "End",
            "Ext",
            "Tor",
            "Spec",
            "Pic",
            "Sym",
            "Lie",
            "GL",
            "SL",
            "PSL",
            "PGL",
            "SU",
            "SO",
            "U",
            "Sp",
            "id",
            "Id",
            "im",
            "Im",
            "coker",
            "ord",
            "lcm",
            "polyloglog",
            "opt",
            "OPT",
            "cost",
            "size",
            "argmin",
            "argmax",
            "kHz",
            "MHz",
            "GHz",
            "eV",
            "keV",
            "MeV",
            "GeV",
            "TeV",
            "fb",
            "pb",
            "kms",
            "cm",
            "km",
            "kpc",
            "Mpc",
            "pc",
            "erg",
            "yr",
        )
    },
}

ELEMENTS = frozenset(
    "math mrow mi mn mo ms mtext mspace msub msup msubsup munder mover munderover mmultiscripts mprescripts mfrac msqrt "
    "mroot mtable mtr mtd mphantom mpadded".split()
)
ATTRIBUTES = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        "accent",
        "fence",
        "form",
        "largeop",
        "lspace",
        "maxsize",
        "minsize",
        "movablelimits",
        "rspace",
        "separator",
        "stretchy",
        "symmetric",
    },
    "mspace": {"height", "width"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mfrac": {"displaystyle", "linethickness", "scriptlevel"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "mrow": {"displaystyle", "scriptlevel"},
}


def converter() -> LatexToMathML:
    # Macros are for names that the library does not know; it refuses to define one of its own again.
    known: dict[str, str] = {}
    plain = LatexToMathML(fancy_error=False)
    for name, meaning in MACROS.items():
        try:
            plain.convert_with_local_state(rf"\{name}{{x}}", displaystyle=False)
        except LatexError:
            known[name] = meaning
    return LatexToMathML(macros=known, fancy_error=False, max_expansions=200)


CONVERTER = converter()
CLEANER = nh3.Cleaner(tags=ELEMENTS, attributes=ATTRIBUTES, clean_content_tags=set(), link_rel=None)


@lru_cache(maxsize=4096)
def mathml(formula: str, *, display: bool = False) -> str | None:
    r"""The formula (without its dollar signs) as a `<math>` element, valid as HTML and as XML; None if it can't be read."""
    typeset = _typeset(formula, display)
    return typeset[0] if typeset else None


@lru_cache(maxsize=4096)
def formula_text(formula: str) -> str | None:
    """The formula in one line of Unicode, "O(n²)"; None if it can't be read."""
    typeset = _typeset(formula, False)
    if typeset is None:
        return None
    text = _line(typeset[1]).replace("\u2061", " ")
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"(?<=[\w⟩]) (?=[(\[])|(?<=[(\[]) | (?=[)\],;])", "", text)
    return normalized("NFC", text)


def _typeset(formula: str, display: bool) -> tuple[str, ElementTree.Element] | None:
    """The formula as MathML and its element; None if it can't be read."""
    if len(formula) > LONGEST or not formula.strip() or DEFINES.search(formula) or COMMENT.search(formula):
        return None
    try:
        found = CONVERTER.convert_with_local_state(formula, displaystyle=display)
    except LatexError:
        return None
    clean = CLEANER.clean(found).replace("&nbsp;", "\u00a0").replace("<mspace></mspace>", "")
    if not (clean.startswith("<math") and clean.endswith("</math>")):
        return None
    try:
        return clean, ElementTree.fromstring(clean)  # noqa: S314 made above, without a document type
    except ElementTree.ParseError:  # a control character, for instance
        return None


# --- One line of text -------------------------------------------------------------------------------------------------

MARKS = {
    "˜": "\u0303",
    "~": "\u0303",
    "^": "\u0302",
    "ˆ": "\u0302",
    "¯": "\u0304",
    "‾": "\u0304",
    "_": "\u0304",
    "˙": "\u0307",
    "¨": "\u0308",
    "´": "\u0301",
    "`": "\u0300",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "→": "\u20d7",
    "―": "\u0304",
}
SPACED = frozenset("=<>≤≥≠≈≡∼≃≅∈∉⊂⊆⊃⊇→←↔⇒⇐⇔↦≪≫≲≳∝∪∩∧∨≺≻⟶⟹")
COMBINING = re.compile(r"[\u0300-\u036f\u20d0-\u20f0]")
UNBREAKABLE = re.compile(rf"(?:[\w.′*∞†]|{COMBINING.pattern})*")


def _line(node: ElementTree.Element) -> str:
    """The node in one line; scripts become raised and lowered characters where all of theirs exist."""
    children = list(node)
    if node.tag == "mspace":
        return " " if _width(node) >= 0.1 else ""
    if not children:
        text = "".join(_plain(character) for character in node.text or "")
        return f" {text} " if node.tag == "mo" and text in SPACED else text
    parts = [_line(child) for child in children]
    if node.tag == "mfrac" and node.get("linethickness") == "0":
        return f"{parts[0]} choose {parts[1]}"
    if node.tag == "mfrac":
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if node.tag == "msqrt":
        return "√" + _grouped("".join(parts))
    if node.tag == "mroot":
        return f"{_script(parts[1], RAISED, '^')}√{_grouped(parts[0])}"
    if node.tag in ("mover", "munder") and (mark := _mark(parts[1].strip())):
        # A mark stands over one letter; over several it is left out.
        return parts[0] + mark if len(parts[0]) == 1 else parts[0]
    if node.tag in ("msup", "mover"):
        return parts[0] + _script(parts[1], RAISED, "^")
    if node.tag in ("msub", "munder"):
        return parts[0] + _script(parts[1], LOWERED, "_")
    if node.tag in ("msubsup", "munderover"):
        return parts[0] + _script(parts[1], LOWERED, "_") + _script(parts[2], RAISED, "^")
    if node.tag == "mtable":
        return "; ".join(parts)
    if node.tag == "mtr":
        return ", ".join(parts)
    return "".join(parts)


def _plain(character: str) -> str:
    """Bold and italic letters of their own as ordinary ones; shapes of a letter are nobody's text."""
    if "\U0001d400" <= character <= "\U0001d7ff":
        return normalized("NFKC", character)
    return "" if "\ufe00" <= character <= "\ufe0f" else character


def _width(node: ElementTree.Element) -> float:
    found = re.match(r"-?[\d.]+", node.get("width", ""))
    return float(found[0]) if found else 0.0


def _mark(sign: str) -> str:
    """The combining character for an accent's sign, or nothing."""
    return sign if COMBINING.fullmatch(sign) else MARKS.get(sign, "")


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 1 or UNBREAKABLE.fullmatch(text) else f"({text})"


def _script(text: str, table: dict[int, int], sign: str) -> str:
    text = text.replace(" ", "")
    if text in ("′", "″", "‴"):
        return text
    return script(text, table) or (sign + _grouped(text) if text else "")
