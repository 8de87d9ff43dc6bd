"""An author string → the tokens it is read by: stretches of text, separators, and what stands in parentheses."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from papers.bylines import groups as groups
from papers.bylines import notes as notes
from papers.bylines.names import repaired_encoding
from papers.bylines.words import AND_ELSEWHERE
from papers.text.control_characters import one_line
from papers.text.tex import decode_tex

WIDE = str.maketrans(
    {
        "，": ",",
        "、": ",",
        "،": ",",
        "；": ";",
        "؛": ";",
        "：": ":",
        "（": "(",
        "）": ")",
        "【": "(",
        "】": ")",
        "\u00a0": " ",
        "∗": "*",
        "⁎": "*",
        "★": "⋆",
        "✉": " ",
    }
)
RAISED_LETTERS = str.maketrans("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz")
RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹\u02d2", "0123456789,")
RAISED_AT_END = re.compile(r"(?<=\w) ?((?:[ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ],?)+)(?![\w])")
SUPERSCRIPT = re.compile(r"[⁰¹²³⁴-⁹]+(?:[,\u02d2]\s?[⁰¹²³⁴-⁹]+)*")
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
TAG = re.compile(r"<[^<>]{0,80}>")
FOOTNOTE = re.compile(
    r"\\(?:thanks|footnote(?:text)?|email|orcid\w*|fnref|corref|ead)\s?(?:\[[^\[\]]{0,40}\])?\{[^{}]*\}"
)
AFFILIATION_MACRO = re.compile(r"\\(?:affiliation|affil|institute|address)\s?\{([^{}]*)\}")
RAISED = re.compile(
    r"\\(?:inst|altaffilmark|textsuperscript|footnotemark|affilnum|thanksref|sup)\s?[\[{]([^{}\[\]]*)[\]}]"
    r"|\$\s?(?:\{\})?\^\s?(?:\{((?:[^{}$]|\{[^{}$]*\})*)\}|(\\?[A-Za-z]+|[^{}$\s]))\s?\$"
    r"|(?<!\\)\^(?:\{([^{}]*)\}|(\d{1,2}|\*))"
)
RAISED_SIGNS = {
    r"\dagger": "†",
    r"\dag": "†",
    r"\ddagger": "‡",
    r"\ddag": "‡",
    r"\ast": "*",
    r"\star": "⋆",
    r"\S": "§",
    r"\P": "¶",
    r"\prime": "*",
    r"\sharp": "#",
}
FONT = re.compile(r"\\(?:rm|it|bf|mathrm|mathit|text(?:rm|it)?)\b\s?|[{}\s]")
AND_MACRO = re.compile(r"\\(?:and|AND|And)(?![A-Za-z])|\\\\(?=\s|$)")

TOKEN = (
    r"(?P<open>[(\[])|(?P<close>[)\]])|(?P<mark>[,;:])"
    r"|(?<![^\s,;)\]])(?P<and>['\"‘’“”]?(?:and|And|AND|und(?! zu[mr]?\b))['\"‘’“”]?(?=[\s(\[,]|$)"
    r"|and(?=[A-Z])|et(?=\s(?!al(?:ii|ia)?\b))|[/|·•](?=\s)|\+(?=\s[^\W\d_])"
    rf"|(?:with|\+(?=\s\d+\s)|{AND_ELSEWHERE})(?=\s))"
    r"|(?P<amp>(?<=\s)&|&(?=\s)|&(?=[A-Z][a-z.]))"
)
CONTACT = (
    r"(?P<contact>(?i:(?<![\w.+-])(?:(?:e-?mails?|contact|orcid(?:\s?id)?|web|url|homepage)\s?[:=]?\s?)?"
    r"(?:(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,255}|https?://[^\s,;()\[\]<>]{1,500}|www\.[^\s,;()\[\]<>]{1,500}"
    r"|(?:orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX](?![\w-]))))"
)
TOKENS = re.compile(TOKEN)
TOKENS_AND_CONTACTS = re.compile(rf"{CONTACT}|{TOKEN}")
MAY_BE_CONTACT = re.compile(r"\S@\w|://|www\.|\d-\d{4}-")
SHARED_ADDRESS = re.compile(r"\\?\{[\w.,;|\s+-]{1,200}\\?\}\s?@\s?[\w.-]{1,255}")
LEGEND_START = 200  # characters are enough to see that a parenthesis is a legend
# The end of an opening bracket that is never closed: the next separator.
NEXT_BREAK = re.compile(r"[,;]")
LEAD_IN = re.compile(
    r"^(?:(?:[Tt]he (?:late|deceased)|late(?=\s[A-ZÀ-Þ])|"
    r"(?:[Ee]ds?\.|[Ee]dited|[Tt]ranslated|[Cc]ompiled|[Ww]ritten|[Ii]llustrated) by|"
    r"[Hh]rsg\.(?: v\.| von)?|an?|and|with|[Bb]y|including|plus|edited|written|both|joint|together|work|"
    r"(?:the )?(?:technical |supplementary )?(?:[Aa]ppendix|[Aa]ppendices|contributions?|assistance|help|participation|editors?"
    r"|authors?)(?:\s(?:by|from|of)|(?=\s(?:due|with)))(?!\S)|"
    r"due to)\s+)+(?=\S)"
)
IN_COLLABORATION = re.compile(r"\bin (?:close )?collaboration with\b", re.IGNORECASE)
APPENDIX = re.compile(r"\s(?:an?\s)?[Aa]ppendix (?:by|of|from)\s")
WITH_APPENDIX = re.compile(
    r"(?:with |and )?(?:an? )?(?:\w+ )?(?:appendix|appendices|contributions?|assistance|help) (?:by|from|of) [^()\[\]]+",
    re.IGNORECASE,
)
STUCK_MARK = re.compile(
    r"(?<=[a-zß-ÿ.])(\d{1,2})(?=\s[A-ZÀ-Þ]|\s?[*†‡§¶#]|$)|(?<=[^\W\d_.])\s?([*†‡§¶#]{1,3})(?=\s|$)|(?<=[a-z])\s(\d{1,2})$"
)


def prepared(text: str) -> str:
    """The string with TeX decoded, footnotes gone and raised marks as parentheses."""
    text = repaired_encoding(text).translate(WIDE)
    if "&" in text and ENTITY.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = TAG.sub(" ", text)
    if "}" in text and "@" in text:
        text = SHARED_ADDRESS.sub(" ", text)  # {ada, ben}@example.org
    text = text.replace("/~", "/%7E")  # of an address: to TeX it is a space
    if "\\" in text or "^" in text:
        text = AND_MACRO.sub(lambda match: ", " if match[0].startswith("\\\\") else " and ", text)
        text = FOOTNOTE.sub("", text)
        text = AFFILIATION_MACRO.sub(r" (\1) ", text)
        text = RAISED.sub(_raised, text)
    if not text.isascii():
        text = RAISED_AT_END.sub(lambda match: f" ({match[1].rstrip(',').translate(RAISED_LETTERS)}) ", text)
    text = SUPERSCRIPT.sub(lambda match: f" ({match[0].translate(RAISED_DIGITS)}) ", text)
    text = IN_COLLABORATION.sub("and", text.replace(r"$\emptyset$", "Ø"))
    return one_line(decode_tex(text))


def _raised(match: re.Match[str]) -> str:
    return _marks_in(next(group for group in match.groups() if group is not None))


@lru_cache(maxsize=groups.RECENT)
def _marks_in(inside: str) -> str:
    for macro, sign in RAISED_SIGNS.items():
        inside = inside.replace(macro, sign)
    inside = FONT.sub("", inside)
    marks = inside.strip(",")
    return f" ({marks}) " if notes.marks(marks, "abcdefghijklmnopqrstuvwxyz") else " "


def tokens_of(text: str, problems: dict[str, None]) -> list[tuple[str, str]]:
    """The string as ("text" | "note" | "separator", value); a note is what a parenthesis holds, nested ones included."""
    closing = _closing_brackets(text)
    tokens: list[tuple[str, str]] = []
    done = 0

    def add_text(end: int) -> None:
        if stretch := text[done:end].strip():
            tokens.append(("text", stretch))

    for match in (TOKENS_AND_CONTACTS if MAY_BE_CONTACT.search(text) else TOKENS).finditer(text):
        start = match.start()
        if start < done:
            continue
        add_text(start)
        done = match.end()
        if match["open"]:
            end = closing.get(start)
            if end is None:
                problems["unbalanced parenthesis"] = None
                end = len(text)
                if not notes.is_legend(text[done : done + LEGEND_START]) and (stop := NEXT_BREAK.search(text, done)):
                    end = stop.start()
            note = text[done:end].strip()
            if WITH_APPENDIX.fullmatch(note):
                tokens += [("separator", "and"), *tokens_of(note, problems)]
            else:
                tokens.append(("note", note))
            done = end + 1 if start in closing else end
        elif match.re is TOKENS_AND_CONTACTS and match["contact"]:
            tokens.append(("note", match[0].rstrip(".")))
        elif match["close"]:
            problems["unbalanced parenthesis"] = None
        else:
            tokens.append(("separator", match["mark"] or "and"))
    add_text(len(text))
    return tokens


def _closing_brackets(text: str) -> dict[int, int]:
    closing: dict[int, int] = {}
    open_at: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match[0] in "([":
            open_at.append(match.start())
        elif open_at:
            closing[open_at.pop()] = match.start()
    return closing


def stretches(text: str) -> list[tuple[str, list[str]]]:
    """A stretch of text taken apart where a mark sticks to a name, a group begins, or an appendix has its own author."""
    if (parts := groups.parted(text)) != [text]:
        return [stretch for part in parts for stretch in _stretches_at_marks(part)]
    if "ppendix" in text:
        return [stretch for part in APPENDIX.split(text) for stretch in _stretches_at_marks(part)]
    return _stretches_at_marks(text)


def _stretches_at_marks(text: str) -> list[tuple[str, list[str]]]:
    if groups.ANY_KIND.search(text) or not STUCK_MARK.search(text):
        return [(text, [])]
    found: list[tuple[str, list[str]]] = []
    done = 0
    for match in STUCK_MARK.finditer(text):
        mark = match[1] or match[2] or match[3]
        if stretch := text[done : match.start()].strip():
            found.append((stretch, [mark]))
        elif found:
            found[-1][1].append(mark)
        done = match.end()
    if rest := text[done:].strip():
        found.append((rest, []))
    return found or [(text, [])]
