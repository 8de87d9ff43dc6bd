"""Titles and abstracts as HTML with their formulas typeset, for pages and feeds.

A formula that can't be read is shown as its source. The words are those of papers/text/plain_text.py.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from papers.text.formulas import Formula
from papers.text.mathml import mathml
from papers.text.plain_text import LONGEST_KEPT, MOST_TYPESET, SIGN, pieces
from papers.text.tex import with_scripts


def markup(text: str) -> SafeString:
    """The text as HTML in which nothing of it is live: escaped words, `<sub>` and `<sup>`, and `<math>` or
    `<code>` for its formulas.

    It is well-formed XML too. For a feed's title or summary of type html escape it once more, as feed libraries do.
    """
    if not SIGN.search(text):
        return mark_safe(escape(text))
    return _markup(text) if len(text) <= LONGEST_KEPT else _markup.__wrapped__(text)


@lru_cache(maxsize=1024)
def _markup(text: str) -> SafeString:
    shown: list[str] = []
    formulas: list[Formula] = []
    for piece in pieces(text):
        if isinstance(piece, str):
            shown.append(escape(piece))
        else:
            formulas.append(piece)
            typeset = mathml(piece.tex, display=piece.is_display) if len(formulas) <= MOST_TYPESET else None
            shown.append(typeset or f'<code class="tex">{escape(piece.source)}</code>')
    found = with_scripts("".join(shown), ("<sup>", "</sup>"), ("<sub>", "</sub>"))
    # Of nothing but braces nothing would be left, and a title has to be something that one can click on.
    return mark_safe(found if found.strip() else escape(text))
