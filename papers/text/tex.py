r"""TeX as it stands in names and titles, to plain Unicode text.

Author strings are not LaTeX documents: `%` is a per cent sign, `&` joins names, braces don't balance, and a macro
often stands right before a word it must not swallow (`Wei\ss and M\"uller`). So this is a small decoder of accents,
letters and text macros that leaves alone what it does not know, instead of a LaTeX parser: pylatexenc 2.11 cuts at
`%`, swallows the space after `\ss`, and raises RecursionError on deep nesting.
"""

from __future__ import annotations

import re

from papers.text.normalization import normalized

# Accent macro → combining character (TeXbook chapter 9, and the T1 and Vietnamese additions).
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "d": "\u0323",
    "b": "\u0331",
    "k": "\u0328",
    "r": "\u030a",
    "t": "\u0361",
    "G": "\u030f",
    "textcommabelow": "\u0326",
}
MATHS_ACCENTS = {
    "acute": "\u0301",
    "grave": "\u0300",
    "hat": "\u0302",
    "ddot": "\u0308",
    "tilde": "\u0303",
    "bar": "\u0304",
    "dot": "\u0307",
    "breve": "\u0306",
    "check": "\u030c",
    "mathring": "\u030a",
}
LETTERS = {
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ss": "ß",
    "SS": "ẞ",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "i": "ı",
    "j": "ȷ",
    "dj": "đ",
    "DJ": "Đ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "ohorn": "ơ",
    "OHORN": "Ơ",
    "uhorn": "ư",
    "UHORN": "Ư",
    "cprime": "'",
    "dag": "†",
    "ddag": "‡",
    "textdagger": "†",
    "textdaggerdbl": "‡",
    "S": "§",
    "P": "¶",
    "copyright": "©",
    "textregistered": "®",
    "texttrademark": "™",
    "dots": "…",
    "ldots": "…",
    "textellipsis": "…",
    "textendash": "–",
    "textemdash": "—",
    "textquoteright": "’",
    "textquoteleft": "‘",
    "textquotesingle": "'",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbackslash": "\uf8ff",
    "textdegree": "°",
    "degree": "°",
    "textmu": "µ",
    "slash": "/",
    "quad": " ",
    "qquad": " ",
    "space": " ",
    "nobreakspace": " ",
    "newline": " ",
    "par": " ",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
}
TEXT_MACROS = (
    "text(?:bf|it|rm|sc|sf|sl|tt|up|md|normal)?|emph|mbox|hbox|uppercase|lowercase|MakeUppercase|MakeLowercase|"
    "ensuremath|underline|href"
)
FONT_SWITCHES = "it|bf|em|rm|sc|sl|sf|tt|upshape|itshape|scshape|bfseries|normalfont|small|footnotesize|large|protect"
SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": "", "\\": " ", "@": ""}
ESCAPED = {"{": "\uf8fd", "}": "\uf8fe", "\\": "\uf8ff"}  # private characters stand in until grouping braces are gone

MATHS = re.compile(r"(\$\$[^$]+\$\$|(?<!\\)\$[^$]+\$|(?<!\\)\\\((?:[^$\\]|\\[^()])*\\\))")
MATHS_ACCENT = re.compile(
    r"\$\s*\\(" + "|".join(MATHS_ACCENTS) + r")\s*(?:\{\s*(\\[ij]|[^\W\d_])\s*\}|(\\[ij]|[^\W\d_]))\s*\$"
)
TEX_SIGN = re.compile(r"[\\{}~$]")
LETTER = re.compile(
    # A control word swallows the space after it, except where writers forgot that: before "and" or a capitalised word.
    r"\\(" + "|".join(sorted(LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])"
    r"(?:\s*\{\}|\ (?!and\b|[A-Z][a-z]))?"
)
APOSTROPHE = re.compile(r"\b([ODL])\\'(?=[A-Z][a-z])")  # O\'Brien means the apostrophe: no name has an accent there
ACCENT = re.compile(
    r"""\\(?:([`'^"~=.])\ {0,2}|(textcommabelow|[uvHcdbkrtG])(?![A-Za-z])\ {0,2})"""
    r"""(?:\{\ {0,2}([^\W\d_])([\u0300-\u036f]*[^\W\d_]{0,2})\ {0,2}\}|([^\W\d_]))"""
)
EMPTY_ACCENT = re.compile(r"""\\([`'^"~=.])\{\}""")
TEXT_MACRO = re.compile(rf"\\(?:{TEXT_MACROS})(?=\s?\{{)")
FONT_SWITCH = re.compile(rf"\\(?:{FONT_SWITCHES})(?![A-Za-z])\s?")
CONTROL_SPACE = re.compile(r"\\([,;: !/\\@-])")
ESCAPED_CHARACTER = re.compile(r"\\([&%$#_{}])")
TIE = re.compile(r"(?<!\\)~")
DOTLESS = {"ı": "i", "ȷ": "j"}
BELOW = frozenset("cdbk") | {"textcommabelow"}  # a mark below leaves the dot of an i where it is
DEEPEST_NESTING = 4  # \'{\^{\i}} is the deepest that names have


def decode_tex(text: str) -> str:
    r"""The text with TeX accents, letters, spaces and text macros as Unicode (NFC), without grouping braces.

    Maths between dollar signs is left as it came, except an accented letter inside a word (`Schr$\ddot{o}$dinger`);
    an unknown macro is left too. Quotes and dashes keep their TeX spelling.
    """
    if not TEX_SIGN.search(text):
        return normalized("NFC", text)
    if "$" in text or "\\(" in text:
        parts = MATHS.split(accented_words(text))
        parts[::2] = [decode_words(part) for part in parts[::2]]
        text = "".join(parts)
    else:
        text = decode_words(text)
    return normalized("NFC", text)


def accented_words(text: str) -> str:
    r"""The text with words that borrow an accent from mathematics (`Schr$\ddot{o}$dinger`) in one piece."""
    return MATHS_ACCENT.sub(_accented_maths, text)


def decode_words(text: str) -> str:
    """The text without formulas decoded, as `decode_tex` does it between them."""
    if "\\" in text:
        text = APOSTROPHE.sub(r"\1'", text)
        text = LETTER.sub(lambda match: LETTERS[match[1]], text)
        for _ in range(DEEPEST_NESTING):
            text, count = ACCENT.subn(_accented, text)
            if not count:
                break
        text = EMPTY_ACCENT.sub(lambda match: match[1] if match[1] in "'`~^" else "", text)
        text = TEXT_MACRO.sub("", text)
        text = FONT_SWITCH.sub("", text)
        text = CONTROL_SPACE.sub(lambda match: SPACES[match[1]], text)
        text = ESCAPED_CHARACTER.sub(lambda match: ESCAPED.get(match[1], match[1]), text)
    text = TIE.sub(" ", text)
    text = text.replace("{", "").replace("}", "")
    for character, stand_in in ESCAPED.items():
        text = text.replace(stand_in, character)
    return text


def _accented(match: re.Match[str]) -> str:
    symbol, word, braced, rest, bare = match.groups()
    macro, base = symbol or word, braced or bare
    if macro not in BELOW:
        base = DOTLESS.get(base, base)
    return normalized("NFC", base + ACCENTS[macro]) + (rest or "")


def _accented_maths(match: re.Match[str]) -> str:
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    if not any(character.isalpha() for character in around):
        return match[0]  # an antiproton, not a letter of a word
    base = (match[2] or match[3]).lstrip("\\")
    return normalized("NFC", base + MATHS_ACCENTS[match[1]])
