"""Which of two records of one person stays."""

from __future__ import annotations

from papers.folding import fold
from profiles.models import Author


def survivor_first(one: Author, two: Author) -> tuple[Author, Author]:
    """Of two records of one person the one that goes, and the one that stays: better known, more papers, fuller name."""
    standings = ["name-only", "identified", "curated"]

    def worth(author: Author) -> tuple[object, ...]:
        initials = all(len(token) == 1 for token in fold(author.forenames).split())
        return standings.index(author.standing), not initials, author.paper_count, -author.pk

    return (two, one) if worth(one) > worth(two) else (one, two)
