"""Converters for the parts of this site's addresses."""

from __future__ import annotations

from urllib.parse import quote, unquote

from django.urls import register_converter
from django.urls.converters import get_converters

from papers.citations import FORMATS, Format


class PartConverter:
    """A part of an address between two slashes, as Django's own converter of texts has it.

    What can't be such a part (papers/field_rules.py lets none in, but a database may be older than that, or filled by hand)
    is written with its signs quoted, so that a page that links it is shown all the same.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        text = unquote(value)
        if not text.isprintable():
            raise ValueError("no such address")
        return text

    def to_url(self, value: str) -> str:
        text = str(value)
        may_stand = text.isprintable() and text and not any(sign in text for sign in "/%")
        return text if may_stand else quote(text, safe="") or "%"


class FormatConverter:
    """The ending of an address, as `FORMATS` has it."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> Format:
        return FORMATS[value]

    def to_url(self, value: Format | str) -> str:
        return value if isinstance(value, str) else value.ending


def register() -> None:
    """Make both known to this process, once; call it above the patterns that use them."""
    for name, converter in (("part", PartConverter), ("format", FormatConverter)):
        if name not in get_converters():
            register_converter(converter, name)
