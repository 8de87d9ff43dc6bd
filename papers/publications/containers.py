"""Names of journals, books and conferences, which every list abbreviates in its own way."""

from __future__ import annotations

from papers.text.words import words_of

SMALL_WORDS = frozenset("a an and as at by de der des die for from in la of on or the to und von with".split())


def same_container(one: str, two: str) -> bool:
    """Whether two names may be one's: each word of one is the other's or begins it, as "Phys. Rev." does."""
    mine, theirs = ([word for word in words_of(name) if word not in SMALL_WORDS] for name in (one, two))
    if "".join(mine) == "".join(theirs):
        return True
    return len(mine) == len(theirs) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(mine, theirs, strict=True)
    )
