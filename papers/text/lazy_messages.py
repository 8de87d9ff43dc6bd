"""Sentences for visitors, made where nothing knows of languages: English, with what they were made of. Needs no Django.

papers/display/wording.py says them in the visitor's language.
"""

from __future__ import annotations


def marked(text: str) -> str:
    """The text as it is. Imported as `_` it marks the text for translators; who shows it translates it."""
    return text


class Sentence(str):
    """An English sentence that keeps its text without the values: "there is no month %(month)s", {"month": "13"}."""

    text: str
    values: dict[str, str | int]

    def __new__(cls, text: str, **values: str | int) -> Sentence:
        said = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        made = super().__new__(cls, text % said if said else text)
        made.text, made.values = text, values
        return made
