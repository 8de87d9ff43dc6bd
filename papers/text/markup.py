r"""Titles and abstracts, texts with TeX in them, as they are shown: `markup` for pages and feeds, `plain_text` elsewhere.

Formulas are typeset as MathML; one that can't be read is shown as its source. Around them accents and text commands become
characters, and what is not known stays as it came: braces of a set, the tilde of "~10 %", an unknown command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from papers.text.mathml import formula_text, mathml
from papers.text.normalization import normalized
from papers.text.tex import ACCENTS, FONT_SWITCHES, LETTERS, TEXT_MACROS, accented_words, decode_words

FORMULA = re.compile(
    r"(?<!\\)(?:"
    r"\$\$(?P<display>(?:[^$\\]|\\.)+)\$\$"
    r"|\$(?P<inline>(?:[^$\\]|\\.)+)\$"
    r"|\\\((?P<round>(?:[^$\\]|\\[^()])+)\\\)"
    r"|\\\[(?P<square>(?:[^$\\]|\\[^\[\]])+)\\\])",
    re.DOTALL,
)
# "$5 million and $" stands between two prices: digits, a space, and then words.
MONEY = re.compile(r"\d[\d.,]*\s?(?:[kKMB]|[bmtr]illion)?[):;]?\s+(?:[a-z]{2,}[,.;)]?\s+)*(?:[a-z]{2,}\s*)?\(?")
LONGEST_KEPT = 5000  # characters
MOST_PIECES = 600  # formulas of a text and the words between them; later formulas are shown as they came
SIGN = re.compile(r"[\\{}~$`]")


def markup(text: str) -> SafeString:
    """The text as HTML in which nothing of it is live: escaped words, and `<math>` or `<code>` for its formulas.

    It is well-formed XML too. For a feed's title or summary of type html escape it once more, as feed libraries do.
    """
    if not SIGN.search(text):
        return mark_safe(escape(text))
    return _markup(text) if len(text) <= LONGEST_KEPT else _markup.__wrapped__(text)


def plain_text(text: str) -> str:
    """The text in Unicode alone, for meta tags and for formats without markup: "in O(n²) steps"."""
    if not SIGN.search(text):
        return text
    return _plain_text(text) if len(text) <= LONGEST_KEPT else _plain_text.__wrapped__(text)


def formulas(text: str) -> list[str]:
    """The formulas of the text, without what marks them."""
    return [found for is_formula, found, _, _ in _parts(accented_words(text)) if is_formula]


def end_of_formula_at(text: str, place: int) -> tuple[int, int] | None:
    """Begin and end of the formula that reaches over this place of the text, for who cuts it; None between formulas."""
    if "$" not in text and "\\" not in text:
        return None
    start = 0
    for is_formula, found, source, _ in _parts(text):
        end = start + len(source if is_formula else found)
        if is_formula and start < place < end:
            return start, end
        if end >= place:
            return None
        start = end
    return None


# The same papers are asked for again, on profiles, in categories, in feeds; 1,024 texts and what became of them are a few MB.
@lru_cache(maxsize=1024)
def _markup(text: str) -> SafeString:
    pieces = []
    for number, (is_formula, found, source, display) in enumerate(_parts(accented_words(text))):
        if is_formula:
            typeset = mathml(found, display=display) if number < MOST_PIECES else None
            pieces.append(typeset or f'<code class="tex">{escape(source)}</code>')
        else:
            pieces.append(escape(words(found)))
    found = "".join(pieces)
    # Of nothing but braces nothing would be left, and a title has to be something that one can click on.
    return mark_safe(found if found.strip() else escape(text))


@lru_cache(maxsize=1024)
def _plain_text(text: str) -> str:
    pieces = []
    for number, (is_formula, found, source, _) in enumerate(_parts(accented_words(text))):
        typeset = formula_text(found) if is_formula and number < MOST_PIECES else None
        pieces.append((typeset or source) if is_formula else words(found))
    found = "".join(pieces)
    return found if found.strip() else text


def _parts(text: str) -> Iterator[tuple[bool, str, str, bool]]:
    """The text in order as (is a formula, what it holds, its source with the signs around it, stands on a line of its own)."""
    begin = place = 0
    while match := FORMULA.search(text, place):
        if match["inline"] and MONEY.fullmatch(match["inline"]):
            place = match.start() + 1
            continue
        if match.start() > begin:
            yield False, text[begin : match.start()], "", False
        kind = match.lastgroup or "inline"
        yield True, match[kind], match[0], kind in ("display", "square")
        begin = place = match.end()
    if begin < len(text):
        yield False, text[begin:], "", False


# --- Words ------------------------------------------------------------------------------------------------------------

COMMAND = re.compile(r"\\([A-Za-z]+)")
KNOWN_COMMANDS = (
    frozenset(name for name in (*ACCENTS, *LETTERS) if name.isalpha())
    | frozenset(FONT_SWITCHES.split("|"))
    | frozenset("text textbf textit textrm textsc textsf textsl texttt textup textmd textnormal".split())
    | frozenset(name for name in TEXT_MACROS.split("|") if name.isalpha())
)
GROUPED_WORD = re.compile(r"[^\W_][\w'’.-]*")
APPROXIMATE = re.compile(r"(?<![^\s/(\[<>=])~")  # "~10" and "/~name" are no ties
# Signs that are kept stand in as private characters while the others are decoded.
KEPT = {"{": "\ue100", "}": "\ue101", "~": "\ue102"}
BACK = {ord(stand_in): sign for sign, stand_in in KEPT.items()}


def words(text: str) -> str:
    """Text between formulas with its accents, text commands and quotes as characters; dashes stay as they were typed."""
    if "\\" in text or "{" in text or "~" in text:
        text = APPROXIMATE.sub(KEPT["~"], text.translate(dict.fromkeys(BACK)))
        text = decode_words(_keep_braces(text)).translate(BACK)
        if "\\" in text:
            text = COMMAND.sub(_symbol, text)
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return normalized("NFC", text)


def _keep_braces(text: str) -> str:
    """The text with stand-ins for the braces that are not TeX's: of a set, of an unknown command, without a partner."""
    if "{" not in text and "}" not in text:
        return text
    characters = list(text)
    waiting: list[int] = []
    for place, character in enumerate(text):
        if place and text[place - 1] == "\\" and character in "{}":
            continue
        if character == "{":
            waiting.append(place)
        elif character == "}" and waiting:
            opening = waiting.pop()
            if not _groups(text, opening, place):
                characters[opening], characters[place] = KEPT["{"], KEPT["}"]
        elif character == "}":
            characters[place] = KEPT["}"]
    for place in waiting:
        characters[place] = KEPT["{"]
    return "".join(characters)


LONGEST_GROUP = 2000


def _groups(text: str, opening: int, closing: int) -> bool:
    """Whether these braces only group: after a command we know, around one, or around a word whose letters they protect."""
    before = text[max(opening - 30, 0) : opening].rstrip()
    command = re.search(r"\\(?:([A-Za-z]+)|([^A-Za-z\s]))$", before)
    if command:
        return command[1] in KNOWN_COMMANDS if command[1] else command[2] in ACCENTS
    if closing - opening > LONGEST_GROUP:
        return False
    inside = text[opening + 1 : closing].strip()
    return not inside or inside.startswith(("\\", "{\\")) or bool(GROUPED_WORD.fullmatch(inside))


def _symbol(match: re.Match[str]) -> str:
    r"""The character that a command of mathematics stands for where it was written in words: `\alpha-stable`."""
    return _symbol_text(match[1]) or match[0]


@lru_cache(maxsize=1024)
def _symbol_text(name: str) -> str:
    text = formula_text(f"\\{name}") or ""
    return text if len(text) == 1 or (text == name and text.isalpha() and name in FUNCTIONS) else ""


FUNCTIONS = frozenset("log ln exp sin cos tan min max sup inf lim det dim gcd deg".split())
