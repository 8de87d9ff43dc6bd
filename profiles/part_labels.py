"""How a part of a score is shown on pages: its name, and the length of its bar.

The name is stored in English (profiles/evidence.py), as the API answers it.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.wording import number

COUNTED = re.compile(r"([0-9]+) (more shared terms?|common co-authors?)")


def part_label(kind: str, label: str) -> str:
    """The label in the visitor's language; words of papers and names of subjects as they are."""
    if kind not in ("graph", "other"):
        return label
    if found := COUNTED.fullmatch(label):
        n = int(found[1])
        if found[2].startswith("more"):
            return ngettext("%(n)s more shared term", "%(n)s more shared terms", n) % {"n": number(n)}
        return ngettext("%(n)s common co-author", "%(n)s common co-authors", n) % {"n": number(n)}
    ties = {
        "co-authors of each other's co-authors": _("co-authors of each other's co-authors"),
        "wrote together, and met through others": _("wrote together, and met through others"),
    }
    return ties.get(label, label)


def bar_length(contribution: float, largest: float) -> int:
    """Percent of the largest part, and at least 1."""
    return min(max(round(100 * contribution / largest), 1), 100)
