"""To whom new papers under a printed name go, as far as the authorships of a loaded site tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from papers.database import bulk
from papers.database.chunks import by_id
from papers.models import Paper
from profiles.linking.matching import key_of, names_of
from profiles.models import Authorship, IdentityKey

BATCH_SIZE = 500


def give_keys() -> None:
    """Give each printed name to whom the papers under it belong, so that new papers under it go there too.

    A name that only humans shared out among several is nobody's, as after a split.
    """
    for chunk in by_id(Paper.objects.visible().only("pk"), BATCH_SIZE):
        _give_keys_of([row.pk for row in chunk])


def _give_keys_of(papers: Sequence[int]) -> None:
    claims: dict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
    columns = ("paper_id", "position", "author_id", "decided_by_human")
    for paper, position, author, decided in bulk.select(Authorship, columns, "paper_id", papers):
        if position:
            claims[paper][position] = (author, bool(decided))
    wanted: dict[tuple[str, int], tuple[int, bool]] = {}
    split: set[tuple[str, int]] = set()
    for paper, byline in sorted(bulk.select(Paper, ("id", "byline"), "id", papers)):
        used: dict[str, int] = defaultdict(int)
        for position, name in enumerate(names_of(bulk.loads(byline)), 1):
            if position not in claims[paper]:
                continue
            key = key_of(name)
            used[key] += 1
            place, (author, decided) = (key, used[key]), claims[paper][position]
            known = wanted.setdefault(place, (author, decided))
            if known[0] != author and known[1]:
                if decided:
                    split.add(place)
                else:
                    wanted[place] = (author, decided)
    keys = {key for key, _ in wanted}
    stored = {
        (key, occurrence): (pk, author, decided)
        for pk, key, occurrence, author, decided in bulk.select(
            IdentityKey, ("id", "key", "occurrence", "author_id", "decided_by_human"), "key", keys
        )
    }
    bulk.insert(
        IdentityKey,
        ("key", "occurrence", "author_id", "candidates", "decided_by_human"),
        [(*place, author, "[]", decided) for place, (author, decided) in wanted.items() if place not in stored],
    )
    for place, (author, decided) in wanted.items():
        if place in stored:
            pk, known_author, known_decided = stored[place]
            if known_author is not None and known_author != author and known_decided:
                if decided:
                    split.add(place)
                else:
                    IdentityKey.objects.filter(pk=pk).update(author=author, decided_by_human=False)
    for key, occurrence in split:
        IdentityKey.objects.filter(key=key, occurrence=occurrence, decided_by_human=True).update(author=None)
