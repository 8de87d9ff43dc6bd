r"""Titles and abstracts as publishers deposit them, in JATS, HTML and MathML, as texts of ours.

`<jats:p>In H<jats:sub>2</jats:sub>O</jats:p>` is "In H₂O"; a formula in MathML becomes TeX between dollar signs, which pages
typeset. Nothing has to be well-formed: of tags that aren't known, or that don't open and close, nothing is taken away.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import NamedTuple

from papers.text.html import ENTITY
from papers.text.mathml import formula_text
from papers.text.scripts import lowered, raised

INLINE = frozenset(
    """a abbr abstract alternatives article-title b bdi big bold boxed-text citation cite code del dfn em email emph ext-link
    fixed-case font i inf inline-formula inline-graphic ins it ital italic kbd label math mark monospace named-content o
    overline q roman s samp sans-serif sc scp small span strike strong styled-content sub subtitle sup tex-math tt u underline
    underlined-text uri var xref""".split()
)
BLOCKS = frozenset(
    """article blockquote body caption center dd def-item def-list disp-formula disp-quote div dl dt fig fn h1 h2 h3 h4 h5 h6 li
    list list-item ol p para pre sec section table table-wrap tbody td th thead title tr ul""".split()
)
OF_MATHS = frozenset(
    """annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow
    ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover mprescripts none semantics""".split()
)
ALONE = frozenset("br break hr img none mprescripts mspace inline-graphic graphic".split())  # that needn't be closed
DROPPED = frozenset("script style annotation annotation-xml mphantom inline-graphic graphic".split())
PAIRED = INLINE | BLOCKS | OF_MATHS | DROPPED
OURS = frozenset("jats mml m ce xhtml".split())  # prefixes of which no word of a text is made

TAG = re.compile(
    r"<(?P<close>/?)(?:(?P<prefix>[A-Za-z]+):)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:\s[^<>]*)?/?)>"
    r"|<!--[^<>]*-->|<\?[^<>]*>|<!\[CDATA\[|\]\]>"
)
ESCAPED = re.compile(
    r"&(?:amp;)*lt;/(?:(?:jats|mml):)?(?:i|b|em|strong|italic|bold|sub|sup|inf|sc|scp|p|span|mi|math|tt|u)\s?&(?:amp;)*gt;",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"([A-Za-z]+)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
SPACE = re.compile(r"\s+")
PARAGRAPH = "\n\n"
HEADING = re.compile(r"(?:abstracts?|summary|zusammenfassung|r[ée]sum[ée]|resumen|resumo)[.:]?", re.IGNORECASE)
MOST_ESCAPES = 4  # times that a text was escaped on its way
DEEPEST = 60


class Piece(NamedTuple):
    """What an element came to: its name, its text, and whether that is TeX."""

    name: str
    text: str
    is_tex: bool = False


class _Open:
    """An element that is open, and what was in it so far."""

    __slots__ = ("attributes", "is_maths", "name", "pieces")

    def __init__(self, name: str, attributes: str, is_maths: bool):
        self.name = name
        self.attributes = attributes
        self.is_maths = is_maths
        self.pieces: list[Piece] = []


def text_of_markup(text: str) -> str:
    """The text without its markup, paragraphs parted by empty lines, formulas as TeX, entities as characters."""
    if "<" not in text and "&" not in text:
        return text
    for _ in range(MOST_ESCAPES):
        if not ESCAPED.search(text):
            break
        text = _unescaped(text)
    if "<" not in text:
        return _unescaped_fully(text)
    tags = list(TAG.finditer(text))
    paired = _pairs(tags)
    open_ = [_Open("", "", False)]
    begin = 0
    for at, tag in enumerate(tags):
        name = (tag["name"] or "").lower()
        is_known = not name or at in paired or name in ALONE or (tag["prefix"] or "").lower() in OURS
        if not is_known:
            continue
        _add_text(open_[-1], text[begin : tag.start()])
        begin = tag.end()
        if at in paired and not tag["close"]:
            is_maths = name == "math" or open_[-1].is_maths
            open_.append(_Open(name, tag["rest"], is_maths))
        elif at in paired:
            closed = open_.pop()
            piece = _maths(closed) if closed.is_maths and name != "tex-math" else _element(closed)
            open_[-1].pieces.append(piece)
        elif open_[-1].is_maths and name in OF_MATHS and tag["rest"].endswith("/"):
            open_[-1].pieces.append(Piece(name, "", True))
        elif name in ALONE:
            open_[-1].pieces.append(Piece(name, " " if name in ("br", "break", "hr", "mspace") else ""))
    _add_text(open_[-1], text[begin:])
    found = PARAGRAPH.join(
        filter(None, (" ".join(part.split()) for part in _joined(open_[-1].pieces).split(PARAGRAPH)))
    )
    # Where lines are broken before and behind tags, their white space is none of the text.
    return AROUND_TAGS.sub("", found) if "\n" in text else found


def _pairs(tags: list[re.Match[str]]) -> set[int]:
    """The places among the tags of those that open and close, one within another."""
    paired: set[int] = set()
    stack: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    for at, tag in enumerate(tags):
        name = (tag["name"] or "").lower()
        is_empty = tag["rest"] is not None and tag["rest"].endswith("/")
        if name not in PAIRED or is_empty:
            continue
        if not tag["close"]:
            stack.append((name, at))
            waiting[name] += 1
        elif waiting[name]:
            while True:
                opened, place = stack.pop()
                waiting[opened] -= 1
                if opened == name:
                    break
            if len(stack) < DEEPEST:
                paired |= {place, at}
    return paired


def _add_text(to: _Open, text: str) -> None:
    if text:
        to.pieces.append(Piece("", SPACE.sub(" ", _unescaped_fully(text))))


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda found: unescape(found[0]), text)


def _unescaped_fully(text: str) -> str:
    """The text with entities as characters, also those that were escaped more than once."""
    for _ in range(MOST_ESCAPES):
        if "&" not in text or (found := _unescaped(text)) == text:
            break
        text = found
    return text


# --- Words ------------------------------------------------------------------------------------------------------------


def _element(closed: _Open) -> Piece:
    """What an element outside formulas comes to."""
    name = closed.name
    if name in DROPPED:
        return Piece(name, "")
    if name == "tex-math":
        return Piece(name, _formula(_tex_of("".join(piece.text for piece in closed.pieces))))
    pieces = closed.pieces
    if name in ("alternatives", "inline-formula", "disp-formula"):
        written = [piece for piece in pieces if piece.name == "tex-math"] or [
            piece for piece in pieces if piece.name == "math"
        ]
        pieces = written[:1] or pieces
    text = _joined(pieces)
    if name == "sup":
        return Piece(name, raised(text.strip()))
    if name in ("sub", "inf"):
        return Piece(name, lowered(text.strip()))
    if name == "title":
        heading = text.strip()
        if not heading or HEADING.fullmatch(heading):
            return Piece(name, "")
        return Piece(name, f"{PARAGRAPH}{heading}{'' if heading[-1] in '.:?!' else ':'} ")
    if name in BLOCKS:
        return Piece(name, f"{PARAGRAPH}{text.strip()}{PARAGRAPH}" if name not in ("td", "th") else f" {text} ")
    return Piece("math" if name in ("alternatives", "inline-formula") else name, text)


def _joined(pieces: list[Piece]) -> str:
    """The pieces as one text: a formula stands apart from whole words, a heading before its paragraph."""
    parts: list[str] = []
    previous = ""
    for piece in pieces:
        text = piece.text
        if not text:
            continue
        if previous.startswith("title") and text.startswith(PARAGRAPH):
            text = text.removeprefix(PARAGRAPH)
        if parts and (
            (piece.name == "math" and WORD_BEFORE.search(parts[-1][-2:]))
            or (previous == "math" and WORD_BEHIND.match(text))
        ):
            text = f" {text}"
        parts.append(text)
        previous = piece.name if piece.text.strip() else previous
    return "".join(parts)


WORD_BEFORE = re.compile(r"[^\W\d_]{2}\Z|[,;:]\Z")
WORD_BEHIND = re.compile(r"[^\W\d_]{3}")
AROUND_TAGS = re.compile(r"(?<=[(\[]) | (?=[)\],;.](?:\s|$))")


# --- Formulas ---------------------------------------------------------------------------------------------------------

DOCUMENT = re.compile(r"\\begin\s*\{document\}(.*)\\end\s*\{document\}", re.DOTALL)
OVER = {
    **dict.fromkeys("¯‾_ˉ―", r"\bar"),
    **dict.fromkeys("^ˆ", r"\hat"),
    **dict.fromkeys("~˜∼", r"\tilde"),
    **dict.fromkeys("→⃗", r"\vec"),
    **dict.fromkeys("˙.", r"\dot"),
    "¨": r"\ddot",
    "ˇ": r"\check",
}
VARIANTS = {
    "bold": r"\mathbf",
    "bold-italic": r"\boldsymbol",
    "double-struck": r"\mathbb",
    "script": r"\mathcal",
    "bold-script": r"\mathcal",
    "fraktur": r"\mathfrak",
    "normal": r"\mathrm",
    "sans-serif": r"\mathsf",
    "monospace": r"\mathtt",
}
FUNCTIONS = frozenset(
    """arccos arcsin arctan arg cos cosh cot csc deg det dim exp gcd hom inf ker lim ln log max min sec sin sinh sup tan
    tanh""".split()
)
SPECIAL = re.compile(r"[\\{}$%&#_^~]")
SPECIALS = {"\\": r"\backslash ", "~": r"\sim ", "^": r"\hat{}"}
INVISIBLE = re.compile(r"[\u2061-\u2064]")  # operators that say how a formula is meant
NUMBER = re.compile(r"[\d.,]+")
LIMITS = frozenset("∑∏∫⋃⋂⨁⨂")


def _tex_of(text: str) -> str:
    """The formula in a `tex-math`, which may be a whole document, without what marks it."""
    text = found[1] if (found := DOCUMENT.search(text)) else text
    text = text.strip()
    for begin, end in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        if text.startswith(begin) and text.endswith(end) and len(text) > len(begin) + len(end):
            return text[len(begin) : -len(end)].strip()
    return text


def _formula(tex: str, plain: str = "") -> str:
    """The TeX between dollar signs; the plain text where it is none that can be typeset."""
    tex = SPACE.sub(" ", tex).strip()
    if not tex or "$" in tex.replace(r"\$", ""):
        return plain
    return f"${tex}$" if formula_text(tex) is not None else plain or tex


def _maths(closed: _Open) -> Piece:
    """What an element of MathML comes to as TeX; of the whole formula with its dollar signs."""
    name = closed.name
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return Piece(name, _token(name, "".join(piece.text for piece in closed.pieces), closed.attributes), True)
    if name in DROPPED:
        return Piece(name, "", True)
    children = [piece.text for piece in closed.pieces if piece.name or piece.text.strip()]
    if name == "math":
        tex = "".join(children)
        return Piece(name, _formula(tex, COMMANDS.sub("", tex)))
    arrange = ARRANGED.get(name)
    if arrange and len(children) == arrange[0]:
        base, *others = (child.strip() for child in children)
        return Piece(name, arrange[1].format(base or "{}", *others), True)
    return Piece(name, _structure(name, children, closed), True)


COMMANDS = re.compile(r"\\[A-Za-z]+ ?|[{}]")
ARRANGED = {  # how many children, and what is made of them
    "mfrac": (2, r"\frac{{{0}}}{{{1}}}"),
    "mroot": (2, r"\sqrt[{1}]{{{0}}}"),
    "msup": (2, "{0}^{{{1}}}"),
    "msub": (2, "{0}_{{{1}}}"),
    "msubsup": (3, "{0}_{{{1}}}^{{{2}}}"),
    "munderover": (3, "{0}_{{{1}}}^{{{2}}}"),
}


def _structure(name: str, children: list[str], closed: _Open) -> str:
    if name == "msqrt":
        return rf"\sqrt{{{''.join(children).strip()}}}"
    if name == "mover" and len(children) == 2:
        base, sign = (child.strip() for child in children)
        command = OVER.get(sign.removeprefix("\\").removesuffix("{}") if len(sign) > 1 else sign) or TEX_OVER.get(sign)
        return rf"{command}{{{base}}}" if command else rf"\overset{{{sign}}}{{{base}}}"
    if name == "munder" and len(children) == 2:
        base, sign = (child.strip() for child in children)
        is_limit = base in LIMITS or base.removeprefix("\\") in FUNCTIONS
        return rf"{base}_{{{sign}}}" if is_limit else rf"\underset{{{sign}}}{{{base}}}"
    if name == "mfenced":
        attributes = _attributes(closed.attributes)
        separators = attributes.get("separators", ",").split() or [""]
        inside = "".join(
            child + (separators[min(at, len(separators) - 1)] if at + 1 < len(children) else "")
            for at, child in enumerate(children)
        )
        return _escaped(attributes.get("open", "(")) + inside + _escaped(attributes.get("close", ")"))
    if name == "mmultiscripts":
        return _multiscripts(closed)
    if name in ("mtable", "mtr"):
        rows = (r"\\" if name == "mtable" else "&").join(children)
        return rf"\begin{{matrix}}{rows}\end{{matrix}}" if name == "mtable" else rows
    if name == "semantics":
        return children[0] if children else ""
    return "".join(children)


TEX_OVER = {r"\hat{}": r"\hat", r"\sim": r"\tilde", r"\_": r"\bar"}


def _multiscripts(closed: _Open) -> str:
    """The base with its scripts, in pairs of a lower and an upper one; those before it stand on nothing."""
    base, behind, before = "", [], []  # type: str, list[str], list[str]
    current = behind
    is_first = True
    for piece in closed.pieces:
        if piece.name == "mprescripts":
            current = before
        elif piece.name or piece.text.strip():
            if is_first:
                base, is_first = piece.text, False
            else:
                current.append(piece.text.strip())
    return _scripts("{}", before) + base + _scripts("", behind)


def _scripts(base: str, scripts: list[str]) -> str:
    found = ""
    for at in range(0, len(scripts), 2):
        low, high = (*scripts[at : at + 2], "")[:2]
        found += (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")
    return base + found if found else ""


def _token(name: str, text: str, attributes: str) -> str:
    text = INVISIBLE.sub("", SPACE.sub(" ", text) if name == "mtext" else text.strip())
    if not text:
        return ""
    if name in ("mtext", "ms") and len(text) > 1 and not NUMBER.fullmatch(text):
        return rf"\text{{{_escaped(text)}}}"
    if name == "mi":
        if text in FUNCTIONS:
            return rf"\{text} "
        variant = VARIANTS.get(_attributes(attributes).get("mathvariant", "")) if "mathvariant" in attributes else None
        if variant or (len(text) > 1 and text.isalpha()):
            return rf"{variant or VARIANTS['normal']}{{{_escaped(text)}}}"
    return _escaped(text)


def _attributes(text: str) -> dict[str, str]:
    return {found[1].lower(): _unescaped(found[2] or found[3] or "") for found in ATTRIBUTE.finditer(text)}


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda sign: SPECIALS.get(sign[0], f"\\{sign[0]}"), text)
