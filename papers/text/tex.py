r"""TeX as it stands in names and titles, to plain Unicode text.

Author strings are not LaTeX documents: `%` is a per cent sign, `&` joins names, braces don't balance, and a macro
often stands right before a word it must not swallow (`Wei\ss and M\"uller`). So this is a small decoder of accents,
letters and text macros that leaves alone what it does not know, instead of a LaTeX parser: pylatexenc 2.11 cuts at
`%`, swallows the space after `\ss`, and raises RecursionError on deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from papers.text.formulas import split
from papers.text.normalization import normalized
from papers.text.scripts import lowered, raised

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
    # MathSciNet's own.
    "polhk": "\u0328",
    "ocirc": "\u030a",
    "lfhook": "\u0326",
    "udot": "\u0323",
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
    "textcopyright": "©",
    "textsection": "§",
    "textparagraph": "¶",
    "textbullet": "•",
    "item": "• ",
    "textperiodcentered": "·",
    "texttimes": "×",
    "textpm": "±",
    "textminus": "−",
    "textdiv": "÷",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textunderscore": "_",
    "textdollar": "$",
    "texteuro": "€",
    "euro": "€",
    "EUR": "€",
    "pounds": "£",
    "textsterling": "£",
    "textyen": "¥",
    "textcent": "¢",
    "textohm": "Ω",
    "textcelsius": "°C",
    "textonehalf": "½",
    "textonequarter": "¼",
    "textthreequarters": "¾",
    "textonesuperior": "¹",
    "texttwosuperior": "²",
    "textthreesuperior": "³",
    "textordfeminine": "ª",
    "textordmasculine": "º",
    "textexclamdown": "¡",
    "textquestiondown": "¿",
    "guillemotleft": "«",
    "guillemotright": "»",
    "quotedblbase": "„",
    "quotesinglbase": "‚",
    "glqq": "„",
    "grqq": "“",
    "lq": "‘",
    "rq": "’",
    "ij": "ij",
    "IJ": "IJ",
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
    "textasciitilde": "\uf8fc",
    "textasciicircum": "^",
    "textbackslash": "\uf8ff",
    "textbraceleft": "\uf8fd",
    "textbraceright": "\uf8fe",
    "textdegree": "°",
    "degree": "°",
    "textmu": "µ",
    "slash": "/",
    "quad": " ",
    "qquad": " ",
    "enspace": " ",
    "thinspace": " ",
    "space": " ",
    "nobreakspace": " ",
    "hfill": " ",
    "linebreak": " ",
    "newpage": " ",
    "newline": " ",
    "par": " ",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2ε",
    "BibTeX": "BibTeX",
    "XeTeX": "XeTeX",
    "XeLaTeX": "XeLaTeX",
    "LuaTeX": "LuaTeX",
    "AmS": "AMS",
}
FONT_SWITCHES = (
    "it|bf|em|rm|sc|sl|sf|tt|upshape|itshape|slshape|scshape|bfseries|mdseries|rmfamily|sffamily|ttfamily|normalfont|"
    "tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|boldmath|unboldmath|protect|noindent|"
    "centering|relax|xspace"
)
UNSHOWN = frozenset(  # commands of which no argument is text
    "label index begin end vspace hspace color includegraphics bibliographystyle bibliography".split()
)
SECOND = frozenset(
    "href textcolor colorbox texorpdfstring raisebox scalebox parbox".split()
)  # the text is the second one
APART = frozenset("begin end vspace hspace footnote thanks".split())  # what follows is no part of the word before
SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": "", "\\": " ", "@": ""}
# Private characters stand in for signs until TeX's own are gone, and for what raises and lowers until all within is decoded.
STAND_INS = {"~": "\uf8fc", "{": "\uf8fd", "}": "\uf8fe", "\\": "\uf8ff"}
ESCAPED = {ord(stand_in): sign for sign, stand_in in STAND_INS.items()}
RAISE, LOWER, END = "\ue103", "\ue104", "\ue105"

MATHS_ACCENT = re.compile(
    r"\$\s*\\(" + "|".join(MATHS_ACCENTS) + r")\s*(?:\{\s*(\\[ij]|[^\W\d_])\s*\}|(\\[ij]|[^\W\d_]))\s*\$"
)
TEX_SIGN = re.compile(r"[\\{}~$]")
LETTER = re.compile(
    # A control word swallows the space after it, except where writers forgot that: before "and" or a capitalised word.
    r"\\([A-Za-z]+)(?:\s*\{\}|\ (?!and\b|[A-Z][a-z]))?"
)
APOSTROPHE = re.compile(r"\b([ODL])\\'(?=[A-Z][a-z])")  # O\'Brien means the apostrophe: no name has an accent there
ACCENT = re.compile(
    r"""\\(?:([`'^"~=.])\ {0,2}|(textcommabelow|polhk|ocirc|lfhook|udot|[uvHcdbkrtG])(?![A-Za-z])\ {0,2})"""
    r"""(?:\{\ {0,2}([^\W\d_])([\u0300-\u036f]*[^\W\d_]{0,2})\ {0,2}\}|([^\W\d_]))"""
)
EMPTY_ACCENT = re.compile(r"""\\([`'^"~=.])\{\}""")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
CONTROL_SEQUENCE = re.compile(r"\\(?:([A-Za-z]+)\*?|.)", re.DOTALL)
BEHIND_OPTIONS = re.compile(r"(?:\s?\[[^\[\]{}]{0,200}\])*+\s?(?=\{)")
ARGUMENT = re.compile(r"\s?(?=\{)")
SECOND_ARGUMENT = re.compile(r"\s?(?=\{(?!\}))")
FONT_SWITCH = re.compile(rf"\\(?:{FONT_SWITCHES})(?![A-Za-z])\s?")
CONTROL_SPACE = re.compile(r"\\([,;: !/\\@-])")
ESCAPED_CHARACTER = re.compile(r"\\([&%$#_{}])")
TIE = re.compile(r"(?<!\\)~")
DOTLESS = {"ı": "i", "ȷ": "j"}
BELOW = frozenset("cdbk") | {
    "textcommabelow",
    "polhk",
    "lfhook",
    "udot",
}  # a mark below leaves the dot of an i where it is
DEEPEST_NESTING = 4  # \'{\^{\i}} is the deepest that names have
LONGEST_GROUP = 2000
OF_ONE = frozenset("emph mbox hbox underline uppercase lowercase MakeUppercase MakeLowercase ensuremath".split()) | {
    f"text{font}" for font in ("", "bf", "it", "rm", "sc", "sf", "sl", "tt", "up", "md", "normal")
}
WITHOUT_ARGUMENT = frozenset(name for name in (*ACCENTS, *LETTERS, *FONT_SWITCHES.split("|")) if name.isalpha())
SCRIPTS = {"textsuperscript": (RAISE, END), "textsubscript": (LOWER, END)}
SIGNS = {"^": RAISE, "_": LOWER}
SCRIPT = re.compile(f"([{RAISE}{LOWER}])([^{RAISE}{LOWER}{END}]*){END}")
LEFT_OVER = re.compile(f"[{RAISE}{LOWER}{END}]")


def decode_tex(text: str) -> str:
    r"""The text with TeX accents, letters, spaces and text macros as Unicode (NFC), without grouping braces.

    Maths between dollar signs is left as it came, except an accented letter inside a word (`Schr$\ddot{o}$dinger`). Of an
    unknown macro its arguments are left; without any, the macro itself. Quotes and dashes keep their TeX spelling.
    """
    if not TEX_SIGN.search(text):
        return normalized("NFC", text)
    if "$" in text or "\\(" in text:
        parts = split(accented_words(text))
        text = "".join(decode_words(part) if isinstance(part, str) else part.source for part in parts)
    else:
        text = decode_words(text)
    return normalized("NFC", text)


def accented_words(text: str) -> str:
    r"""The text with words that borrow an accent from mathematics (`Schr$\ddot{o}$dinger`) in one piece."""
    return MATHS_ACCENT.sub(_accented_maths, text)


def decode_words(text: str, is_kept: Callable[[str], bool] | None = None) -> str:
    """The text without formulas decoded, as `decode_tex` does it between them.

    With `is_kept`, braces whose inside it approves of stay, and those without a partner.
    """
    if "\\" in text:
        text = APOSTROPHE.sub(r"\1'", text)
    if "{" in text or (is_kept and "}" in text):
        text = _arguments(text, is_kept)
    if "\\" in text:
        text = LETTER.sub(lambda match: LETTERS.get(match[1]) or match[0], text)
        for _ in range(DEEPEST_NESTING):
            text, count = ACCENT.subn(_accented, text)
            if not count:
                break
        text = EMPTY_ACCENT.sub(lambda match: STAND_INS.get(match[1], match[1]) if match[1] in "'`~^" else "", text)
        text = FONT_SWITCH.sub("", text)
        text = CONTROL_SPACE.sub(lambda match: SPACES[match[1]], text)
        text = ESCAPED_CHARACTER.sub(lambda match: STAND_INS.get(match[1], match[1]), text)
    text = TIE.sub(" ", text)
    text = text.replace("{", "").replace("}", "").translate(ESCAPED)
    return _scripted(text) if END in text else text


def _arguments(text: str, is_kept: Callable[[str], bool] | None) -> str:
    r"""The text with commands replaced by those of their arguments that are shown, each in its braces.

    Accents, letters and switches of fonts stay for `decode_words`, and commands without an argument (`\foo`, `\foo{}`).
    """
    partners = _partners(text)
    edits: dict[int, tuple[int, str]] = {}  # where each begins, where it ends, and what stands there then
    of_commands: set[int] = set()
    place = 0
    while match := CONTROL_SEQUENCE.search(text, place):
        place = match.end()
        name = match[1]
        if not (found := (BEHIND_OPTIONS if name else ARGUMENT).match(text, place)):
            continue
        at = found.end()
        end = partners[at]
        if name or match[0][1] in ACCENTS:
            of_commands.add(at)
        if not name or name in WITHOUT_ARGUMENT:
            continue
        if end == at + 1:  # `\\foo{}bar`
            edits[at] = end + 1, " " if text[end + 1 : end + 2].isalpha() else ""
            continue
        begin, place = match.start(), at
        if name in UNSHOWN:
            place = max(end, at) + 1
        elif name in SECOND and end > 0 and (second := SECOND_ARGUMENT.match(text, end + 1)):
            place = at = second.end()
            of_commands.add(at)
            end = partners[at]
        edits[begin] = place, " " if name in APART else ""
        if name in UNSHOWN or end < 0:
            continue
        if signs := ("[", "]") if name.startswith("cite") else SCRIPTS.get(name):
            edits[at], edits[end] = (at + 1, signs[0]), (end + 1, signs[1])
            continue
        while name not in OF_ONE and end > 0 and partners.get(end + 1, -1) > end + 2:
            edits[end] = end + 1, "} "
            of_commands.add(end + 1)
            end = partners[end + 1]
    if is_kept:
        edits |= _kept_braces(text, partners, of_commands, is_kept)
    return _edited(text, edits)


def _partners(text: str) -> dict[int, int]:
    """The place of each brace that is not escaped, with that of the one that closes it; -1 for those without a partner."""
    opened: list[int] = []
    partners: dict[int, int] = {}
    for match in BRACE.finditer(text):
        place = match.start()
        partners[place] = -1
        if match[0] == "{":
            opened.append(place)
        elif match[0] == "}" and opened:
            del partners[place]
            partners[opened.pop()] = place
        elif match[0] != "}":
            del partners[place]  # an escaped sign
    return partners


def _kept_braces(
    text: str, partners: dict[int, int], of_commands: set[int], is_kept: Callable[[str], bool]
) -> dict[int, tuple[int, str]]:
    """Edits that put stand-ins for the braces that are not TeX's (of a set, without a partner) and for those of x^{2}."""
    edits = {}
    for opening, closing in partners.items():
        if opening in of_commands:
            continue
        if closing < 0:
            edits[opening] = opening + 1, STAND_INS[text[opening]]
            continue
        if script := SIGNS.get(text[opening - 1 : opening]):
            inside = text[opening + 1 : closing]
            if len(inside) == 1 or not inside.isalpha():  # "x^{max}" keeps its sign
                edits[opening - 1], edits[closing] = (opening + 1, script), (closing + 1, END)
            continue
        is_doubled = partners.get(opening + 1) == closing - 1 or partners.get(opening - 1) == closing + 1
        if not is_doubled and (closing - opening > LONGEST_GROUP or is_kept(text[opening + 1 : closing])):
            edits[opening], edits[closing] = (opening + 1, STAND_INS["{"]), (closing + 1, STAND_INS["}"])
    return edits


def _edited(text: str, edits: dict[int, tuple[int, str]]) -> str:
    """The text with its edits made; those within another are left out."""
    pieces, done = [], 0
    for begin in sorted(edits):
        if begin >= done:
            end, instead = edits[begin]
            pieces += [text[done:begin], instead]
            done = end
    return "".join([*pieces, text[done:]])


def _scripted(text: str) -> str:
    """The text with what stands above or below the line in characters of its own."""
    for _ in range(DEEPEST_NESTING):
        text, count = SCRIPT.subn(lambda match: (raised if match[1] == RAISE else lowered)(match[2].strip()), text)
        if not count:
            break
    return LEFT_OVER.sub("", text)


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
