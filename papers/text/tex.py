r"""TeX as it stands in names and titles, to plain Unicode text.

Author strings are not LaTeX documents: `%` is a per cent sign, `&` joins names, braces don't balance, and a macro
often stands right before a word it must not swallow (`Wei\ss and M\"uller`). So this is a small decoder of accents,
letters and text macros that leaves alone what it does not know, instead of a LaTeX parser: pylatexenc 2.11 cuts at
`%`, swallows the space after `\ss`, and raises RecursionError on deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from papers.text.formulas import Formula, split
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
    "dudot": "\u0324",
    "soft": "\u030c",
    "utilde": "\u0330",
    "uarc": "\u0311",
    "cfac": "\u0302\u0301",
    "cfgrv": "\u0302\u0300",
    "cftil": "\u0302\u0303",
    "cfudot": "\u0323\u0302",
    "h": "\u0309",
    "textogonekcentered": "\u0328",
    "textsubdot": "\u0323",
    "textacutemacron": "\u0304\u0301",
    "textgravemacron": "\u0304\u0300",
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
    "Dj": "Đ",
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
    "dbar": "đ",
    "Dbar": "Đ",
    "cprime": "'",
    "cdprime": '"',
    "lasp": "ʿ",
    "rasp": "ʾ",
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
    "textpipe": "ǀ",
    "textdoublepipe": "ǁ",
    "textdoublebarpipe": "ǂ",
    # biblatex's own.
    "sq": "f.",
    "psq": "f.",
    "sqq": "ff.",
    "psqq": "ff.",
    "pno": "p. ",
    "ppno": "pp. ",
    "addcomma": ",",
    "addsemicolon": ";",
    "addcolon": ":",
    "addspace": " ",
    "Dash": " — ",
    "quad": " ",
    "qquad": " ",
    "enspace": " ",
    "thinspace": " ",
    "space": " ",
    "nobreakspace": " ",
    "hfill": " ",
    "linebreak": " ",
    "break": " ",
    "newpage": " ",
    "newline": " ",
    "par": " ",
}
LOGOS = {
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2ε",
    "BibTeX": "BibTeX",
    "BibLaTeX": "BibLaTeX",
    "ConTeXt": "ConTeXt",
    "XeTeX": "XeTeX",
    "XeLaTeX": "XeLaTeX",
    "LuaTeX": "LuaTeX",
    "LuaLaTeX": "LuaLaTeX",
    "AmS": "AMS",
    "METAFONT": "METAFONT",
    "MF": "METAFONT",
    "MP": "METAPOST",
}
GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi "
        "omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
        "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        strict=True,
    )
)
LETTERS |= LOGOS | {f"text{name}": letter for name, letter in GREEK.items() if name != "mu"}
FONT_SWITCHES = (
    "it|bf|em|rm|sc|sl|sf|tt|upshape|itshape|slshape|scshape|bfseries|mdseries|rmfamily|sffamily|ttfamily|normalfont|"
    "tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge|boldmath|unboldmath|protect|noindent|"
    "centering|relax|xspace"
)
UNSHOWN = frozenset(  # commands of which no argument is text
    "label index begin end vspace hspace color includegraphics bibliographystyle bibliography nocite selectlanguage fontfamily "
    "fontencoding fontsize hypersetup noopsort SortNoop sortnoop nosort "
    "phantom hphantom vphantom discretionary".split()
)
SECOND = frozenset(
    "href textcolor colorbox texorpdfstring raisebox scalebox rotatebox parbox foreignlanguage".split()
)  # the text is the second one
APART = frozenset("begin end vspace hspace footnote thanks".split())  # what follows is no part of the word before
SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": "", "\\": " ", "@": ""}
# Private characters stand in for signs until TeX's own are gone, and for what raises and lowers until all within is decoded.
STAND_INS = {"~": "\uf8fc", "{": "\uf8fd", "}": "\uf8fe", "\\": "\uf8ff"}
ESCAPED = {ord(stand_in): sign for sign, stand_in in STAND_INS.items()}
RAISE, LOWER, END = "\ue103", "\ue104", "\ue105"

# A formula stands among the words as a private character of its own, so that commands may reach around it.
FIRST, MOST_HELD = 0xF0000, 0xFFFE
HELD = re.compile(f"[{chr(FIRST)}-{chr(FIRST + MOST_HELD)}]")
PRIVATE = re.compile("[\ue100-\ue1ff\uf8fc-\uf8ff\U000f0000-\U0010ffff]")

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
    rf"""\\(?:([`'^"~=.])\ {{0,2}}|({"|".join(filter(str.isalpha, ACCENTS))})(?![A-Za-z])\ {{0,2}})"""
    r"""(?:\{\ {0,2}([^\W\d_])([\u0300-\u036f]*[^\W\d_]{0,2})\ {0,2}\}|([^\W\d_]))"""
)
BARRED_DIGIT = re.compile(r"\\= ?\{?(\d)\}?")  # a direction in a crystal: (11\=22)
EMPTY_ACCENT = re.compile(r"""\\([`'^"~=.])\{\}""")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
CONTROL_SEQUENCE = re.compile(r"\\(?:([A-Za-z]+)\*?|.)", re.DOTALL)
BEHIND_OPTIONS = re.compile(r"(?:\s?\[[^\[\]{}]{0,200}\])*+\s?(?=\{)")
ARGUMENT = re.compile(r"\s?(?=\{)")
SECOND_ARGUMENT = re.compile(r"\s?(?=\{(?!\}))")
FONT_SWITCHES_FIRST = re.compile(rf"\s?(?:\\(?:{FONT_SWITCHES})(?![A-Za-z])\s?)++")
FIRST_IN_GROUP = re.compile("")
COMMAND_LAST = re.compile(r"\\[A-Za-z]+\Z")
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
LONGEST_LETTER = 20
OF_ONE = frozenset("emph mbox hbox underline uppercase lowercase MakeUppercase MakeLowercase ensuremath".split()) | {
    f"text{font}" for font in ("", "bf", "it", "rm", "sc", "sf", "sl", "tt", "up", "md", "normal")
}
OF_FONTS = frozenset(FONT_SWITCHES.split("|"))
WITHOUT_ARGUMENT = frozenset(name for name in (*ACCENTS, *LETTERS, *OF_FONTS) if name.isalpha())
# What stands around the argument of a command.
SURROUNDED = {
    "textsuperscript": (RAISE, END),
    "textsubscript": (LOWER, END),
    "enquote": ("“", "”"),
    "textquote": ("“", "”"),
    "mkbibquote": ("“", "”"),
}
# `\textsubscript2` and `\ensuremath\alpha` have an argument, too.
BARE_ARGUMENT = re.compile(
    rf"\\({'|'.join(sorted(OF_ONE | SURROUNDED.keys()))})(?![A-Za-z])[ ]?(\\[A-Za-z]++(?![ ]?[{{\[])|[^\s{{}}\\*\[])"
)
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
    words, held = masked(text)
    return normalized("NFC", unmasked(scripted(decode_words(words)), held))


def masked(text: str) -> tuple[str, list[Formula]]:
    """The text with a private character for each formula, and these formulas; private characters of its own go."""
    if not text.isascii():
        text = PRIVATE.sub("", text)
    if "$" not in text and "\\" not in text:
        return text, []
    held: list[Formula] = []
    parts: list[str] = []
    for part in split(accented_words(text)):
        if isinstance(part, str):
            parts.append(part)
        elif len(held) < MOST_HELD:
            parts.append(chr(FIRST + len(held)))
            held.append(part)
        else:
            parts.append(part.source)
    return "".join(parts), held


def unmasked(text: str, held: list[Formula]) -> str:
    """The text with the sources of its formulas again."""
    return HELD.sub(lambda match: held[ord(match[0]) - FIRST].source, text) if held else text


def accented_words(text: str) -> str:
    r"""The text with words that borrow an accent from mathematics (`Schr$\ddot{o}$dinger`) in one piece."""
    return MATHS_ACCENT.sub(_accented_maths, text)


def decode_words(text: str, is_kept: Callable[[str], bool] | None = None) -> str:
    """The text without formulas decoded, as `decode_tex` does it between them; for its signs of scripts ask `scripted`.

    With `is_kept`, braces whose inside it approves of stay, and those without a partner.
    """
    if "\\" in text:
        text = APOSTROPHE.sub(r"\1'", text)
        text = BARE_ARGUMENT.sub(r"\\\1{\2}", text)
    if "{" in text or (is_kept and "}" in text):
        text = _arguments(text, is_kept)
    if "\\" in text:
        text = LETTER.sub(_letter, text)
        for _ in range(DEEPEST_NESTING):
            text, count = ACCENT.subn(_accented, text)
            if not count:
                break
        text = BARRED_DIGIT.sub("\\1\u0304", text)
        text = EMPTY_ACCENT.sub(lambda match: STAND_INS.get(match[1], match[1]) if match[1] in "'`~^" else "", text)
        text = FONT_SWITCH.sub("", text)
        text = CONTROL_SPACE.sub(lambda match: SPACES[match[1]], text)
        text = ESCAPED_CHARACTER.sub(lambda match: STAND_INS.get(match[1], match[1]), text)
    text = TIE.sub(" ", text)
    return text.replace("{", "").replace("}", "").translate(ESCAPED)


def _letter(match: re.Match[str]) -> str:
    found = LETTERS.get(match[1])
    if found is None:
        return match[0]
    return f"{found} " if match[1] in LOGOS and match[0].endswith(" ") else found  # "\TeX users": as it is meant


def without_guards(text: str, is_kept: Callable[[str], bool] | None = None) -> str:
    r"""The text without the braces that only group or guard capitals, its TeX otherwise as it came.

    Braces of formulas, arguments and scripts (x^{2}) stay, and those whose inside `is_kept` approves of, if they are not
    doubled. With the braces of {\sc Coq} goes the switch, {\'E} is É.
    """
    if "{" not in text:
        return text
    words, held = masked(text)
    partners = _partners(words)
    _edits, of_commands = _commands(words, partners)
    edits: dict[int, tuple[int, str]] = {}
    for opening, closing in partners.items():
        is_script = words[opening - 1 : opening] in SIGNS and words[opening - 2 : opening - 1] != "\\"
        if closing < 0 or words[opening] != "{" or opening in of_commands or is_script:
            continue
        inside = words[opening + 1 : closing] if closing - opening <= LONGEST_GROUP else ""
        if is_kept and inside and not _is_doubled(partners, opening, closing) and is_kept(inside):
            continue
        if letter := _one_letter(inside):
            edits[opening] = closing + 1, letter
            continue
        switches = FONT_SWITCHES_FIRST.match(words, opening + 1)
        space = " " if COMMAND_LAST.search(words, max(0, opening - 40), opening) else ""  # \\bf{Coq}
        edits[opening] = (switches or FIRST_IN_GROUP.match(words, opening + 1)).end(), space  # type: ignore[union-attr]
        ends_in_command = COMMAND_LAST.search(words, max(opening, closing - 40), closing)
        behind = words[closing + 1 : closing + 2]
        edits[closing] = closing + 1, "{}" if ends_in_command and (behind.isalpha() or behind == " ") else ""
    return unmasked(_edited(words, edits), held)


def _one_letter(inside: str) -> str:
    r"""The letter that a group like {\'E} or {\v c} stands for; "" for other groups."""
    if not inside.startswith("\\") or len(inside) > LONGEST_LETTER:
        return ""
    decoded = normalized("NFC", decode_words(inside))
    return decoded if len(decoded) <= 2 and decoded.isalpha() else ""


def _arguments(text: str, is_kept: Callable[[str], bool] | None) -> str:
    r"""The text with commands replaced by those of their arguments that are shown, each in its braces.

    Accents, letters and switches of fonts stay for `decode_words`, and commands without an argument (`\foo`, `\foo{}`).
    """
    partners = _partners(text)
    edits, of_commands = _commands(text, partners)
    if is_kept:
        edits |= _kept_braces(text, partners, of_commands, is_kept)
    return _edited(text, edits)


def _commands(text: str, partners: dict[int, int]) -> tuple[dict[int, tuple[int, str]], set[int]]:
    """The edits that put the shown arguments of commands in their place, and where the braces of arguments open."""
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
        if name not in OF_FONTS if name else match[0][1] in ACCENTS:
            of_commands.add(at)
        if not name or name in WITHOUT_ARGUMENT:
            continue
        if end == at + 1 and name not in UNSHOWN:  # `\\foo{}bar`
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
        if signs := ("[", "]") if name.startswith("cite") else SURROUNDED.get(name):
            edits[at], edits[end] = (at + 1, signs[0]), (end + 1, signs[1])
            continue
        while name not in OF_ONE and end > 0 and partners.get(end + 1, -1) > end + 2:
            edits[end] = end + 1, "} "
            of_commands.add(end + 1)
            end = partners[end + 1]
    return edits, of_commands


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
        if not _is_doubled(partners, opening, closing) and (
            closing - opening > LONGEST_GROUP or is_kept(text[opening + 1 : closing])
        ):
            edits[opening], edits[closing] = (opening + 1, STAND_INS["{"]), (closing + 1, STAND_INS["}"])
    return edits


def _is_doubled(partners: dict[int, int], opening: int, closing: int) -> bool:
    return partners.get(opening + 1) == closing - 1 or partners.get(opening - 1) == closing + 1


def _edited(text: str, edits: dict[int, tuple[int, str]]) -> str:
    """The text with its edits made; those within another are left out."""
    pieces, done = [], 0
    for begin in sorted(edits):
        if begin >= done:
            end, instead = edits[begin]
            pieces += [text[done:begin], instead]
            done = end
    return "".join([*pieces, text[done:]])


def scripted(text: str) -> str:
    """The text with what stands above or below the line in characters of its own."""
    if END not in text:
        return LEFT_OVER.sub("", text)
    for _ in range(DEEPEST_NESTING):
        text, count = SCRIPT.subn(lambda match: (raised if match[1] == RAISE else lowered)(match[2].strip()), text)
        if not count:
            break
    return LEFT_OVER.sub("", text)


def with_scripts(text: str, raised: tuple[str, str], lowered: tuple[str, str]) -> str:
    """The text with what is given around that which stands above or below the line; what has no end stands on the line."""
    if END not in text:
        return LEFT_OVER.sub("", text)
    shown: dict[int, tuple[int, str]] = {}
    opened: list[int] = []
    for match in LEFT_OVER.finditer(text):
        place = match.start()
        shown[place] = place + 1, ""
        if match[0] != END:
            opened.append(place)
        elif opened:
            signs = raised if text[begin := opened.pop()] == RAISE else lowered
            shown[begin], shown[place] = (begin + 1, signs[0]), (place + 1, signs[1])
    return _edited(text, shown)


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
