r"""Formulas within a text, told from prices: the one rule of what `$…$`, `$$…$$`, `\(…\)` and `\[…\]` hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

FORMULA = re.compile(
    r"(?<!\\)(?:"
    r"\$\$(?P<display>(?:[^$\\]++|\\.)++)\$\$"
    r"|\$(?P<inline>(?:[^$\\]++|\\.)++)\$"
    r"|\\\((?P<round>(?:[^$\\]++|\\[^()])++)\\\)"
    r"|\\\[(?P<square>(?:[^$\\]++|\\[^\[\]])++)\\\])",
    re.DOTALL,
)
# "$5 million and $" stands between two prices: digits, a space, and then words; "$6 for H$" between a price and a formula.
MONEY = re.compile(
    r"\d[\d.,]*\s?(?:[kKMB]|[bmtr]illion)?[):;]?\s+(?:[a-z]{2,}[,.;)]?\s+)*"
    r"(?:(?:[a-z]{2,}\s*)?\(?|(?:and|at|by|for|from|in|of|on|or|per|than|the|to|with)\s+[A-Za-z(]{1,12})"
)
# "$5-$" and "5 and US$" before another number.
BEFORE_MONEY = re.compile(r"(?:[\s(/–—-]|\s(?:US|CA|AU|NZ|HK|[ACS]))\Z")
LONGEST = 300  # characters, in a text of which only the words count


class Formula(NamedTuple):
    r"""A formula: its TeX, its source with the signs around it, and whether it stands on a line of its own."""

    tex: str
    source: str
    is_display: bool


def split(text: str) -> Iterator[str | Formula]:
    """The text in order as formulas and what stands between them, none of it empty."""
    begin = place = 0
    while match := FORMULA.search(text, place):
        if match["inline"] and _is_money(match["inline"], text[match.end() : match.end() + 1]):
            place = match.start() + 1
            continue
        if match.start() > begin:
            yield text[begin : match.start()]
        kind = match.lastgroup or "inline"
        yield Formula(match[kind], match[0], kind in ("display", "square"))
        begin = place = match.end()
    if begin < len(text):
        yield text[begin:]


def _is_money(inside: str, behind: str) -> bool:
    """Whether the dollar signs around this stand before amounts: "costs $5 and $6"."""
    if not inside[0].isdigit():
        return False
    return bool(MONEY.fullmatch(inside) or (behind.isdigit() and BEFORE_MONEY.search(inside)))


def without_formulas(text: str, instead: str) -> str:
    """The text with `instead` for each formula; what is longer than formulas are stood between two lost dollar signs."""
    return "".join(
        part if isinstance(part, str) else instead if len(part.tex) <= LONGEST else part.source for part in split(text)
    )


def end_of_formula_at(text: str, place: int) -> tuple[int, int] | None:
    """Begin and end of the formula that reaches over this place of the text, for who cuts it; None between formulas."""
    if "$" not in text and "\\" not in text:
        return None
    start = 0
    for part in split(text):
        end = start + len(part if isinstance(part, str) else part.source)
        if not isinstance(part, str) and start < place < end:
            return start, end
        if end >= place:
            return None
        start = end
    return None
