"""Raised and lowered characters of Unicode: the 2 of n² and of H₂O."""

from __future__ import annotations

import re

RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-−=()aeioruvxjhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢₒᵣᵤᵥₓⱼₕₖₗₘₙₚₛₜ")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")  # raised ones as they stand on the line
DECIMAL = re.compile(r"(?<=[0-9])\.(?=[0-9])")  # there is no raised or lowered point: Zr₀.₀₅


def script(text: str, table: dict[int, int]) -> str:
    """The text in the characters of RAISED or LOWERED; nothing where one of its own is missing there.

    Of words it gives nothing either: "x_max" is easier to read than small letters.
    """
    if len(text) > 1 and text.isalpha():
        return ""
    return text.translate(table) if all(ord(sign) in table for sign in DECIMAL.sub("", text)) else ""


def raised(text: str) -> str:
    """What stands above the line between words: "10⁻³", "1st", "x^(a/b)"."""
    return script(text, RAISED) or (text if len(text) > 1 and text.isalpha() else _signed("^", text))


def lowered(text: str) -> str:
    """What stands below the line between words: "H₂O", "T_c"."""
    return script(text, LOWERED) or _signed("_", text)


def _signed(sign: str, text: str) -> str:
    if not text:
        return ""
    return f"{sign}{text}" if len(text) <= 1 or text.isalnum() else f"{sign}({text})"
