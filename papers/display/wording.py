"""Words for pages in the visitor's language: sentences that were made in English, numbers, shares and reasons."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from papers.identifiers import InvalidIdentifier
from papers.text.lazy_messages import Sentence


def translated(text: str) -> str:
    """A `Sentence`, or a text that was marked for translators, in the visitor's language; other texts as they came."""
    if not text:
        return ""
    if isinstance(text, Sentence):
        values = {name: number(value) if isinstance(value, int) else value for name, value in text.values.items()}
        return _(text.text) % values if values else _(text.text)
    return _(text)


def why(error: InvalidIdentifier) -> str:
    """What is wrong with an identifier."""
    return f"{error.quoted}: {translated(error.reason)}"


def number(count: int) -> str:
    """The number with its thousands apart: "12,345", "12.345"."""
    return number_format(count, force_grouping=True)


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as "12.3%"."""
    # Rounded before, for number_format cuts.
    return _("%(number)s%%") % {"number": number_format(f"{100 * share:.{digits}f}", digits)}
