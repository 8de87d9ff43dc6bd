"""MathML that sources leave in titles and abstracts, as TeX: `<msub><mi>T</mi><mi>c</mi></msub>` is "$T_{c}$".

Elements may have any prefix, JATS's formulas are read, and of several forms of one formula its TeX is taken where it is given.
What isn't closed stays as it came.
"""

from __future__ import annotations

import re
from html import unescape

BEGINNING = re.compile(r"<(?:[a-z]+:)?(?:math|(?:inline|disp)-formula|tex-math)\b", re.IGNORECASE)
END = re.compile(r"</(?:[a-z]+:)?(?:math|(?:inline|disp)-formula|tex-math)\s*>", re.IGNORECASE)
TOKEN = re.compile(
    r"<(?P<close>/?)(?:[a-z]+:)?(?P<name>[a-z][a-z-]*)(?P<rest>[^<>]{0,2000}?)(?P<empty>/?)>|(?P<text>[^<]+)|<",
    re.IGNORECASE,
)
FORMULAS = frozenset({"math", "inline-formula", "disp-formula", "tex-math"})
OF_TEX = re.compile(r"""encoding\s*=\s*["']application/x-(?:la)?tex["']""", re.IGNORECASE)
DELIMITERS = re.compile(r"\A\s*(?:\$\$?|\\\(|\\\[)|(?:\$\$?|\\\)|\\\])\s*\Z")
DOCUMENT = re.compile(r"\\begin\s*\{document\}(.*)\\end\s*\{document\}", re.DOTALL)
BETWEEN = re.compile(r">\s+<")
SCRIPTS = {"msub": ("_",), "msup": ("^",), "msubsup": ("_", "^"), "munder": ("_",), "mover": ("^",)}
SCRIPTS |= {"munderover": SCRIPTS["msubsup"]}
ACCENTS = {
    "¯": "bar",
    "‾": "bar",
    "―": "bar",
    "˜": "tilde",
    "~": "tilde",
    "^": "hat",
    "ˆ": "hat",
    "→": "vec",
    "˙": "dot",
    ".": "dot",
    "¨": "ddot",
}
ESCAPED = str.maketrans(
    {"{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "\\": r"\backslash "}
)
INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
DEEPEST = 60  # elements within one another; what is deeper is read as one row


def formulas_as_tex(text: str) -> str:
    """The text with the formulas of MathML and JATS in dollar signs."""
    if not (first := BEGINNING.search(text)):
        return text
    pieces, done = [], 0
    depth, begin = 0, first.start()
    for match in TOKEN.finditer(text, begin):
        name = (match["name"] or "").lower()
        if name not in FORMULAS or match["empty"]:
            continue
        if not match["close"]:
            begin = begin if depth else match.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                tex = _tex(text[begin : match.end()])
                pieces += [text[done:begin], f"${tex}$" if tex else ""]
                done = match.end()
    return "".join([*pieces, text[done:]])


class _Element:
    """An element that is being read, with the TeX of its children."""

    __slots__ = ("children", "is_tex", "name", "rest", "tex")

    def __init__(self, name: str, rest: str = ""):
        self.name, self.rest = name, rest
        self.children: list[str] = []
        self.tex = ""  # as the source gives it
        self.is_tex = name == "tex-math" or (name == "annotation" and bool(OF_TEX.search(rest)))


def _tex(source: str) -> str:
    opened = [_Element("")]
    for match in TOKEN.finditer(BETWEEN.sub("><", source)):
        here = opened[-1]
        if match["text"]:
            text = unescape(match["text"])
            here.children.append(text if here.is_tex else _signs(here.name, text))
        elif not (name := (match["name"] or "").lower()):
            here.children.append("<" if here.is_tex else r"\lt ")
        elif not match["close"]:
            if match["empty"]:
                here.children.append(r"\," if name == "mspace" else "")
            elif len(opened) < DEEPEST:
                opened.append(_Element(name, match["rest"]))
        elif any(each.name == name for each in opened):
            while len(opened) > 1:
                closed = opened.pop()
                _close(closed, opened[-1])
                if closed.name == name:
                    break
    while len(opened) > 1:
        _close(opened[-1], opened[-2])
        opened.pop()
    return opened[0].tex or "".join(opened[0].children).strip()


def _signs(name: str, text: str) -> str:
    """The text of mi, mn, mo or mtext, in TeX."""
    text = " ".join(INVISIBLE.sub("", text).split())
    if not text:
        return ""
    shown = text.translate(ESCAPED)
    if name == "mtext":
        return rf"\text{{{shown}}}"
    return rf"\mathrm{{{shown}}}" if name == "mi" and len(text) > 1 and text.isalpha() else shown


def _close(element: _Element, parent: _Element) -> None:
    """Give the element's TeX to its parent."""
    if element.is_tex:
        source = "".join(element.children)
        if whole := DOCUMENT.search(source):
            source = whole[1]
        for _ in range(2):
            source = DELIMITERS.sub("", source)
        parent.tex = parent.tex or source.strip().replace("$", "")
    elif element.tex:
        parent.tex = parent.tex or element.tex
    elif not element.name.startswith("annotation"):
        parent.children.append(_of_element(element))


def _of_element(element: _Element) -> str:
    name, parts = element.name, element.children
    if name == "mfrac" and len(parts) == 2:
        return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
    if name == "msqrt":
        return rf"\sqrt{{{''.join(parts)}}}"
    if name == "mroot" and len(parts) == 2:
        return rf"\sqrt[{parts[1]}]{{{parts[0]}}}"
    if name == "mover" and len(parts) == 2 and parts[1].strip() in ACCENTS:
        return rf"\{ACCENTS[parts[1].strip()]}{{{parts[0]}}}"
    if (signs := SCRIPTS.get(name)) and len(parts) == len(signs) + 1:
        base = parts[0] if len(parts[0]) == 1 else f"{{{parts[0]}}}"
        return base + "".join(f"{sign}{{{part}}}" for sign, part in zip(signs, parts[1:], strict=True))
    if name == "mfenced":
        return f"({', '.join(parts)})"
    return "".join(parts)
