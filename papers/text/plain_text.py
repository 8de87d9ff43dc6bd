r"""Titles, abstracts and the like, texts with TeX and HTML in them, as plain text: "in $O(n^2)$ steps" is "in O(n²) steps".

Every page, feed, export and answer shows what `pieces` reads, so that a title has the same words everywhere: formulas, and
between them words in which accents, text commands, entities and tags have become characters. What is not known stays as it
came: braces of a set, the tilde of "~10 %", a command without an argument; of an unknown command with arguments these stay.
"""

from __future__ import annotations

import re
from functools import lru_cache

from papers.text.control_characters import one_line
from papers.text.formulas import Formula
from papers.text.html import entities, out_of_tex, without_tags
from papers.text.jats import text_of_markup
from papers.text.mathml import formula_text
from papers.text.normalization import normalized
from papers.text.tex import (
    ACCENTS,
    DEEPEST_NESTING,
    END,
    FIRST,
    HELD,
    LETTERS,
    LOWER,
    RAISE,
    STAND_INS,
    decode_words,
    masked,
    scripted,
    without_guards,
)

LONGEST_KEPT = 5000  # characters
MOST_TYPESET = 300  # formulas of a text; later ones are shown as they came
SIGN = re.compile(r"[\\{}~$`&<]")


def plain_text(text: str) -> str:
    """The text in Unicode alone; line breaks stay."""
    if not SIGN.search(text):
        return text
    return _plain_text(text) if len(text) <= LONGEST_KEPT else _plain_text.__wrapped__(text)


def plain_line(text: str) -> str:
    """The same on one line and without control characters, for files of citations."""
    return text and one_line(plain_text(text))


def formulas(text: str) -> list[str]:
    """The formulas of the text, without what marks them."""
    return [piece.tex for piece in pieces(text) if isinstance(piece, Formula)]


def pieces(text: str) -> list[str | Formula]:
    """The text in order as decoded words and formulas; what is raised or lowered stands between signs of `tex`."""
    text = entities(text)
    if "<" in text or "textless" in text:
        text = out_of_tex(text)
        if MATHML.search(text):
            text = text_of_markup(text)
    text, held = masked(text)
    decoded = _words(text)
    if not held:
        return [decoded] if decoded else []
    found: list[str | Formula] = []
    begin = 0
    for match in HELD.finditer(decoded):
        found += [decoded[begin : match.start()], held[ord(match[0]) - FIRST]]
        begin = match.end()
    return [piece for piece in (*found, decoded[begin:]) if piece]


# The same papers are asked for again, on profiles, in categories, in feeds; 1,024 texts and what became of them are a few MB.
@lru_cache(maxsize=1024)
def _plain_text(text: str) -> str:
    shown = []
    typeset = 0
    for piece in pieces(text):
        if isinstance(piece, str):
            shown.append(piece)
        else:
            typeset += 1
            shown.append((formula_text(piece.tex) if typeset <= MOST_TYPESET else None) or piece.source)
    found = scripted("".join(shown))
    # Of nothing but braces nothing would be left, and a title has to be something that one can click on.
    return found if found.strip() else text


# --- What is kept of a source ---------------------------------------------------------------------------------------------

MATHML = re.compile(r"</(?:[a-z]{1,5}:)?(?:math|tex-math|inline-formula)\s?>", re.IGNORECASE)
BLOCK = re.compile(r"</(?:[a-z]{1,5}:)?(?:p|div|li|sec|title)\s?>", re.IGNORECASE)
EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def kept_text(text: str) -> str:
    """What is kept of a title or abstract from a list or registry: TeX without guarding braces, and no HTML.

    Entities become characters, MathML formulas, paragraphs are parted by empty lines; other known tags go. Not for arXiv's
    own texts, where "<" is mathematics.
    """
    if "<" in text or "&" in text or "textless" in text:
        text = out_of_tex(text)
        parts = [text] if BLOCK.search(text) else EMPTY_LINE.split(text)
        text = "\n\n".join(map(text_of_markup, parts))
    return without_guards(text, is_set)


def shown_source(text: str) -> str:
    """A text as its source wrote it, for who takes records over: TeX, but without braces that only guard capitals."""
    return without_guards(text, is_set) if "{" in text else text


# --- Words ------------------------------------------------------------------------------------------------------------

COMMAND = re.compile(r"(?<!\\)\\([A-Za-z]+)")
# Commands of mathematics that are written in words, too, and whose argument alone would say something else.
OF_MATHEMATICS = re.compile(
    r"\\(?:sqrt|frac|[dt]frac|binom|(?:wide)?(?:hat|tilde)|check|bar|overline|vec|d?dot|breve|acute|grave|operatorname"
    r"|math(?:bb|cal|rm|bf|frak|sf|scr|it)|boldsymbol|bm)(?:\{[^{}\\]{0,100}\}){1,2}"
)
NOT_SYMBOLS = frozenset({*ACCENTS, *LETTERS})
FUNCTIONS = frozenset("log ln exp sin cos tan min max sup inf lim det dim gcd deg".split())
APPROXIMATE = re.compile(r"(?<![^\s/(\[<>=])~")  # "~10" and "/~name" are no ties
OF_A_SET = re.compile(r"[,;|=<>]")
OF_SETS_ALONE = re.compile(r"[|=<>:]")
WORDS_OF_TEXT = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")


def _words(text: str) -> str:
    """Words with their accents, text commands, tags and quotes as characters; dashes stay as they were typed."""
    text = without_tags(text, (RAISE, END), (LOWER, END))
    if "\\" in text or "{" in text or "}" in text or "~" in text or END in text:
        if "~" in text:
            text = APPROXIMATE.sub(STAND_INS["~"], text)
        if "\\" in text:
            for _ in range(DEEPEST_NESTING if "{" in text else 0):
                text, count = OF_MATHEMATICS.subn(_in_words, text)
                if not count:
                    break
            text = COMMAND.sub(_symbol, text)
        text = decode_words(text, is_set)
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return normalized("NFC", text)


def is_set(inside: str) -> bool:
    """Whether braces around this are those of a set, "{0, 1}", and don't just group or protect capitals."""
    inside = inside.strip()
    if len(inside) < 2 or inside.startswith("\\") or not OF_A_SET.search(inside):
        return False
    return bool(OF_SETS_ALONE.search(inside)) or not WORDS_OF_TEXT.search(inside)


def _in_words(match: re.Match[str]) -> str:
    text = formula_text(match[0])
    if text is None:
        return match[0]
    return f"{{}}{text}" if match.string[match.start() - 1 : match.start()].isalpha() else text  # no part of a command


def _symbol(match: re.Match[str]) -> str:
    r"""The character that a command of mathematics stands for where it was written in words: `\alpha-stable`."""
    return _symbol_text(match[1]) or match[0]


@lru_cache(maxsize=1024)
def _symbol_text(name: str) -> str:
    if name in NOT_SYMBOLS:
        return ""
    text = formula_text(f"\\{name}") or ""
    return text if len(text) == 1 or (text == name and text.isalpha() and name in FUNCTIONS) else ""
