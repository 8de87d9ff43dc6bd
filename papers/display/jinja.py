"""Fragments that a page repeats a hundred times (names on papers, bars, choices), as Jinja templates in `jinja2/` of the apps.

Django's own templates look every variable up anew and take eight times as long; they stay for all that a page has once.
`{% fragment "papers/cards.html" cards=… %}` puts one into a Django template; texts, escaping and settings are the same.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined

from papers.display import appearance
from papers.display.wording import number
from papers.identifiers import doi_url
from papers.text.dates import PartialDate
from papers.text.markup import markup
from papers.text.plain_text import plain_text


def environment(*, autoescape: bool, **options: Any) -> Environment:  # noqa: ARG001 - it is always on
    """What the fragments may name; a name that nobody gave is an error."""
    made = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, **{**options, "undefined": StrictUndefined}
    )
    made.filters |= {
        "markup": markup,
        "plain_text": plain_text,
        "day": day,
        "shown_date": shown_date,
        "doi_url": doi_url,
        "number": shown_number,
        "slugify": slugify,
    }
    made.globals |= {
        "_": gettext,
        "url": reverse,
        "icon": icon,
        "papers": papers_word,
        "authors": authors_word,
        "and_more": and_more,
        "counted_among": counted_among,
        "counted_among_authors": counted_among_authors,
    }
    return made


def day(moment: date) -> str:
    """The day as pages write it, in the visitor's language."""
    return _day(moment, get_language())


@lru_cache(maxsize=4096)
def _day(moment: date, _language: str) -> str:
    return date_format(moment)


def shown_date(day: PartialDate) -> str:
    """The date as far as it is known, in the visitor's language."""
    return _date(day, get_language())


@lru_cache(maxsize=4096)
def _date(day: PartialDate, _language: str) -> str:
    return appearance.shown_date(day)


def shown_number(count: int) -> str:
    """The number as pages write it, in the visitor's language."""
    return _number(count, get_language())


@lru_cache(maxsize=4096)
def _number(count: int, _language: str) -> str:
    return number(count)


def icon(name: str) -> SafeString:
    """One of our own small pictures."""
    return render_to_string("_icon.html", {"name": name})


def counted_among(papers: int) -> str:
    """That only the newest papers of a list were counted."""
    return gettext("Counted among the newest %(n)s of the list.") % {"n": shown_number(papers)}


def counted_among_authors(authors: int) -> str:
    """That only the authors of a list who wrote most were counted."""
    return gettext("Counted among the %(n)s of the list with most papers.") % {"n": shown_number(authors)}


def authors_word(count: int) -> str:
    """ "author" or "authors", as it goes with the number."""
    return ngettext("author", "authors", count)


def papers_word(count: int) -> str:
    """ "paper" or "papers", as it goes with the number."""
    return ngettext("paper", "papers", count)


def and_more(count: int) -> str:
    """What stands for the names that a byline leaves out."""
    return ngettext("and %(n)s more", "and %(n)s more", count) % {"n": count}
