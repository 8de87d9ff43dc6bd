"""An author's nearest co-authors and their ties, laid out once and kept until something about them changes.

The kept picture holds ids, ties and places, never a name: names, addresses and who may be shown are read when it is asked
for. It stands as long as nobody in it was counted again, renamed, hidden or merged since (`Author.modified_at`), and nobody
who had to be left out came back; decisions that move papers drop it at once (`summaries.mark_those_on`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
from django.utils import timezone

from papers.database import bulk
from papers.database.availability import write_if_free
from papers.http.limits import slot
from papers.models import Paper
from profiles.models import Author, Authorship, CoauthorNetwork
from profiles.statistics.layout import groups, layout
from profiles.statistics.summaries import LARGEST_TEAM

MOST_PEOPLE = 60  # besides the author; more names than that can't be read in one picture
WIDTH, HEIGHT = 1120, 800
LETTER_WIDTH, LINE_HEIGHT = 7.0, 16  # of a name in the picture, generously
LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class Node:
    """A person in the picture; the first is the author. `group` 0 is the largest; the author's own is None."""

    author: Author
    papers: int
    x: float
    y: float
    group: int | None

    @property
    def radius(self) -> float:
        return radius_of(self.papers)


@dataclass(frozen=True, slots=True)
class Network:
    """The author and the nearest co-authors. `ties` are (node, node, papers together); `coauthors` counts all there are."""

    nodes: list[Node]
    ties: list[tuple[int, int, int]]
    coauthors: int
    made_at: datetime

    @property
    def left_out(self) -> int:
        return self.coauthors - len(self.nodes) + 1


def network_of(author: Author) -> Network:
    """The author's network as kept, or made anew and kept; raises Busy."""
    kept = CoauthorNetwork.objects.filter(author=author).first()
    if kept:
        people = _people(kept.drawn)
        if _stands(author, kept.drawn, people):
            return _network(author, kept.drawn, people, kept.made_at)
    with slot():
        made_at, drawn = timezone.now(), _made(author)
    # A database that may not be written to, or not now, still has pictures.
    values = {"drawn": drawn, "made_at": made_at}
    write_if_free(lambda: CoauthorNetwork.objects.update_or_create(author=author, defaults=values))
    return _network(author, drawn, _people(drawn), made_at)


def _people(drawn: dict[str, Any]) -> dict[int, Author]:
    """Those of the picture, and of those who had to be left out, who have a page today."""
    ids = [*(row["id"] for row in drawn["people"]), *drawn["absent"]]
    columns = ("public_id", "slug", "name", "forenames", "surname", "modified_at")
    return Author.objects.listed().only(*columns).in_bulk(ids)


def _stands(author: Author, drawn: dict[str, Any], people: dict[int, Author]) -> bool:
    return (
        drawn["author"] == _moment(author)
        and all(row["id"] in people and row["seen"] == _moment(people[row["id"]]) for row in drawn["people"])
        and not any(pk in people for pk in drawn["absent"])
    )


def _network(author: Author, drawn: dict[str, Any], people: dict[int, Author], made_at: datetime) -> Network:
    x, y = drawn["middle"]
    middle = Node(author, author.paper_count, x, y, None)
    shown = [row for row in drawn["people"] if row["id"] in people]
    nodes = [Node(people[row["id"]], row["papers"], row["x"], row["y"], row["group"]) for row in shown]
    number = {0: 0, **{at: n for n, at in enumerate((drawn["people"].index(row) + 1 for row in shown), 1)}}
    ties = [(number[one], number[two], n) for one, two, n in drawn["ties"] if one in number and two in number]
    return Network([middle, *nodes], ties, drawn["coauthors"], made_at)


def _moment(author: Author) -> str:
    return author.modified_at.astimezone(UTC).isoformat()


# --- Made -------------------------------------------------------------------------------------------------------------


def _made(author: Author) -> dict[str, Any]:
    """The picture as it is kept. What people looked like is read before their ties, so that a change between is noticed."""
    seen_author = _moment(Author.objects.only("modified_at").get(pk=author.pk))
    shared, strength = _shared_papers(author)
    listed = {
        pk: key
        for pk, is_listed, key in bulk.select(Author, ("id", "is_listed", "sort_key"), "id", list(shared))
        if is_listed
    }
    nearest = sorted(shared, key=lambda pk: (-shared[pk], -strength[pk], listed.get(pk, ""), pk))
    chosen = [pk for pk in nearest if pk in listed][:MOST_PEOPLE]
    last = nearest.index(chosen[-1]) if len(chosen) == MOST_PEOPLE else len(nearest)
    people = Author.objects.in_bulk(chosen)
    chosen = [pk for pk in chosen if pk in people]
    ties = _ties([author.pk, *chosen])
    ties[0, 1:] = ties[1:, 0] = [shared[pk] for pk in chosen]
    group = groups(ties[1:, 1:])
    boxes = np.array([box_of(author, author.paper_count), *(box_of(people[pk], shared[pk]) for pk in chosen)])
    places = layout(ties, [-1, *group], boxes, WIDTH, HEIGHT)
    places[:, 1] -= LINE_HEIGHT / 2  # the dot stands above its name
    places = places.round(1)
    return {
        "author": seen_author,
        "middle": places[0].tolist(),
        "people": [
            {"id": pk, "papers": shared[pk], "x": x, "y": y, "group": g, "seen": _moment(people[pk])}
            for pk, (x, y), g in zip(chosen, places[1:].tolist(), group, strict=True)
        ],
        "ties": [(one, two, int(ties[one, two])) for one, two in combinations(range(len(ties)), 2) if ties[one, two]],
        "coauthors": len(listed),
        # Nearer ones who have no page: should they get one, the picture is another.
        "absent": [pk for pk in nearest[:last] if pk not in listed],
    }


def _shared_papers(author: Author) -> tuple[dict[int, int], dict[int, float]]:
    """For every co-author the papers written together, and how close that makes them: less, the larger the team."""
    own = [paper for (paper,) in bulk.select(Authorship, ("paper_id",), "author_id", [author.pk])]
    small = _small_papers(own)
    shared: dict[int, int] = defaultdict(int)
    strength: dict[int, float] = defaultdict(float)
    for paper, other in bulk.select(Authorship, ("paper_id", "author_id"), "paper_id", list(small)):
        if other != author.pk:
            shared[other] += 1
            strength[other] += 1 / max(small[paper] - 1, 1)
    return shared, strength


def _ties(people: list[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How many papers each two of these people wrote together."""
    number = {pk: at for at, pk in enumerate(people)}
    on_paper: dict[int, list[int]] = defaultdict(list)
    # The author's own ties are known already.
    for paper, person in bulk.select(Authorship, ("paper_id", "author_id"), "author_id", people[1:]):
        on_paper[paper].append(number[person])
    several = _small_papers([paper for paper, found in on_paper.items() if len(found) > 1])
    ties = np.zeros((len(people), len(people)))
    for paper in several:
        for one, two in combinations(on_paper[paper], 2):
            ties[one, two] += 1
            ties[two, one] += 1
    return ties


def _small_papers(papers: list[int]) -> dict[int, int]:
    """Those of the papers that make co-authors, with the number of their authors."""
    rows = bulk.select(Paper, ("id", "author_count", "is_deleted"), "id", papers)
    return {pk: count for pk, count, is_deleted in rows if count <= LARGEST_TEAM and not is_deleted}


def radius_of(papers: int) -> float:
    radius: float = round(min(4 + 2.2 * papers**0.5, 18), 1)
    return radius


def label_of(author: Author) -> str:
    """The name as the picture writes it: long ones with initials, and cut if they still are long."""
    if len(author.name) <= LONGEST_NAME:
        return author.name
    short = f"{''.join(f'{part[0]}. ' for part in author.forenames.split())}{author.surname}"
    return short if len(short) <= LONGEST_NAME else short[: LONGEST_NAME - 1].rstrip() + "…"


def box_of(author: Author, papers: int) -> tuple[float, float]:
    """Width and height of a person's dot with the name below it."""
    radius = radius_of(papers)
    return max(2 * radius, LETTER_WIDTH * len(label_of(author))) + 6, 2 * radius + LINE_HEIGHT + 4
