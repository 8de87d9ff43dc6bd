"""Which of two records of one person stays."""

from __future__ import annotations

from typing import NamedTuple

from papers.folding import fold
from profiles.models import Author


class MergeDirection(NamedTuple):
    """Which of two records goes into which."""

    gone: Author
    kept: Author


def merge_direction(one: Author, two: Author) -> MergeDirection:
    """Two records of one person: kept is who is better known, has the fuller name, more papers."""
    standings = ["name-only", "identified", "curated"]

    def worth(author: Author) -> tuple[object, ...]:
        initials = all(len(token) == 1 for token in fold(author.forenames).split())
        return standings.index(author.standing), not initials, author.paper_count, -author.pk

    return MergeDirection(gone=two, kept=one) if worth(one) > worth(two) else MergeDirection(gone=one, kept=two)
