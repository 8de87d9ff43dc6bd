"""What stands in an address of this site."""

from __future__ import annotations

from urllib.parse import quote, unquote


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
