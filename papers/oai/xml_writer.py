"""XML as text: elements whose content and attributes can hold anything that came from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from papers.text.control_characters import writable


def text(value: str) -> str:
    """The value as character data; characters that XML can't hold are left out."""
    return escape(writable(value))


def attributes(**values: str) -> str:
    """Attributes with a space in front; "__" in a name stands for the colon of a prefix. Empty ones are left out."""
    return "".join(
        f" {name.replace('__', ':')}={quoteattr(writable(value))}" for name, value in values.items() if value
    )


def element(name: str, value: str, **given: str) -> str:
    """An element that holds text."""
    return f"<{name}{attributes(**given)}>{text(value)}</{name}>"


def optional(name: str, value: str) -> str:
    """The element, or nothing where there is nothing to say."""
    return element(name, value) if value else ""


def parent(name: str, children: Iterable[str], **given: str) -> str:
    """An element that holds other elements."""
    return f"<{name}{attributes(**given)}>{''.join(children)}</{name}>"


def moment(value: datetime) -> str:
    """The moment to the second, in UTC, as the protocol writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
