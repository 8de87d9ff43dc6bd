"""The editors of papers as they may be shown: a name that its person hides is shown nowhere, in a list of editors neither."""

from __future__ import annotations

from collections.abc import Iterable

from papers.display.rows import PaperRow
from papers.models import Paper
from papers.people import people
from papers.publications import Details


def shown_details(papers: Iterable[Paper | PaperRow]) -> dict[int, Details]:
    """By primary key the details of each paper, with its editors as they may be shown.

    One query where a paper has editors, else none. In the place of a hidden name stands the one that its person goes by;
    an editor of whom nothing may be shown is left out.
    """
    found = {paper.pk: Details.from_json(paper.details) for paper in papers}
    printed = {editor.name for details in found.values() for editor in details.editors}
    hidden = people().shown_instead(printed) if printed else {}
    if hidden:
        for pk, details in found.items():
            if not hidden.keys().isdisjoint(editor.name for editor in details.editors):
                shown = [hidden.get(editor.name, editor) for editor in details.editors]
                found[pk] = details.with_editors(editor for editor in shown if editor)
    return found
