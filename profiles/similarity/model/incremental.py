"""Changes of everybody's lists when some authors changed: the arithmetic of partial_run.py, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from profiles.similarity.model.lists import KeptLists, pair_keys
from profiles.similarity.model.neighbours import LEAST_SCORE, Links, Model, chosen
from profiles.similarity.model.sparse_products import Products, rough_error


@dataclass(frozen=True)
class Reach:
    """Finds in whose lists the touched authors (places) may be: with whom they come to within `tolerance` of the floor."""

    model: Model
    lists: KeptLists
    touched: np.ndarray
    tolerance: float

    @cached_property
    def every(self) -> Products:
        """Products with all documents, not only those of listed authors."""
        return Products.of(self.model.documents.T.tocsr())

    @cached_property
    def floors(self) -> np.ndarray:
        """The score that each author's list asks for; out of reach for touched ones, whose lists are computed whole."""
        found: np.ndarray = np.maximum(self.lists.floors_for(self.model.authors), LEAST_SCORE)
        found[self.touched] = np.inf
        return found

    @cached_property
    def listing(self) -> list[np.ndarray]:
        """For each of the arriving the authors in whose list they are so far; they stay down to `tolerance` below the floor."""
        ids = self.model.authors
        place = np.full(
            max(int(ids[-1]), int(self.lists.authors.max(initial=0)), int(self.lists.others.max(initial=0))) + 1, -1
        )
        place[ids] = np.arange(len(ids))
        authors, others = place[self.lists.authors], place[self.lists.others]
        here = np.flatnonzero((authors >= 0) & (others >= 0) & self.is_arriving[others])
        here = here[np.argsort(others[here], kind="stable")]
        ends = np.searchsorted(others[here], self.arriving)
        return np.split(authors[here], ends[1:]) if len(ends) else []

    @cached_property
    def document_floors(self) -> np.ndarray:
        """The least floor of the authors of each document, in 32 bits, not rounded up."""
        found = np.full(self.model.documents.shape[0], np.inf)
        np.minimum.at(found, self.model.document_of, self.floors)
        return np.nextafter(found.astype(np.float32), np.float32(0))

    @cached_property
    def arriving(self) -> np.ndarray:
        """The touched authors who may be in lists."""
        arriving: np.ndarray = self.touched[self.model.trust[self.touched] > 0]
        return arriving

    @cached_property
    def is_arriving(self) -> np.ndarray:
        found = np.zeros(len(self.model.authors), dtype=bool)
        found[self.arriving] = True
        return found

    @cached_property
    def walks(self) -> sparse.csc_matrix:
        return self.model.walk_to(self.arriving).tocsc()

    def __call__(self, documents: np.ndarray, cosines: np.ndarray) -> Links:
        """The links to the touched authors of these documents, whose rough cosines with all documents are known."""
        model = self.model
        found = []
        walk_to, listing = np.zeros(len(model.authors)), np.zeros(len(model.authors), dtype=bool)
        for row, (document, error) in enumerate(
            zip(documents.tolist(), rough_error(model.documents[documents]).tolist(), strict=True)
        ):
            people = model.people_of(np.array([document]))
            for other in people[self.is_arriving[people]].tolist():
                scale = model.trust[other] * model.topic_scale
                most = cosines[row] * np.float32(scale * (1 + 3 * error))
                column = int(np.searchsorted(self.arriving, other))
                span = slice(*self.walks.indptr[column : column + 2])
                near, walk_there = self.walks.indices[span], self.walks.data[span]
                people = np.unique(
                    np.concatenate(
                        (
                            model.people_of(np.flatnonzero(most >= self.document_floors)),
                            near[most[model.document_of[near]] + walk_there >= self.floors[near]],
                            self.listing[column],
                        )
                    )
                )
                topic = model.cosines(np.full(len(people), document), model.document_of[people]) * scale
                walk_to[near] = walk_there
                listing[self.listing[column]] = True
                walk, asked = walk_to[people], self.floors[people] - self.tolerance * listing[people]
                walk_to[near] = listing[self.listing[column]] = 0
                keep = np.round(topic + walk, 6) >= np.maximum(asked, LEAST_SCORE)
                found.append(Links(people[keep], np.full(int(keep.sum()), other), topic[keep], walk[keep]))
        return Links.joined(found)


@dataclass(frozen=True)
class Change:
    """What is to be written of the lists of untouched authors; pairs and ranks are of ids.

    `gone` are pairs whose link goes; `moved` are pairs whose link stands in another place now, `moved_to`, in such an order
    that each place is free when its turn comes, if those of `renumbered` authors have none before. `links` are new links,
    or such as take the place of an old one of the same pair, and `places` theirs. `kept` are all lists of the changed
    authors as they are then.
    """

    lists: np.ndarray
    gone: np.ndarray
    moved: np.ndarray
    moved_to: np.ndarray
    renumbered: np.ndarray
    links: Links
    places: np.ndarray
    kept: KeptLists


def changed_lists(
    model: Model, lists: KeptLists, found: Links, touched: np.ndarray, tolerance: float, decided: np.ndarray
) -> Change:
    """The lists of untouched authors with the `found` links to touched ones in them, and without the touched that went.

    All links in lists of authors with `decided` links are moved: where they stand may be out of step with what is kept.
    """
    of_untouched = ~np.isin(lists.authors, touched)
    to_touched = np.isin(lists.others, touched)
    found_authors, found_others = model.authors[found.authors], model.authors[found.others]
    changing = np.union1d(lists.authors[of_untouched & to_touched], found_authors)
    old = np.flatnonzero(np.isin(lists.authors, changing) & of_untouched)
    old_keys = pair_keys(lists.authors[old], lists.others[old])
    start = np.searchsorted(lists.authors[old], lists.authors[old])
    old_places = np.arange(len(old)) - start + 1

    # A link stays as it is if its score moved little; it comes in anew if it reaches the floor.
    keys = pair_keys(found_authors, found_others)
    by_key = np.argsort(old_keys)
    at = by_key[np.minimum(np.searchsorted(old_keys, keys, sorter=by_key), len(old) - 1)] if len(old) else keys * 0
    is_old = (old_keys[at] == keys) if len(old) else np.zeros(len(keys), dtype=bool)
    scores = np.round(found.scores, 6)
    before = lists.scores[old][at] if len(old) else np.zeros(len(keys))
    together = model.together(found.authors, found.others)
    was_together = lists.is_coauthor[old][at] if len(old) else together
    stays = is_old & (np.abs(scores - before) <= tolerance) & (together == was_together)
    floors = lists.floors_for(found_authors)
    comes = ~stays & (is_old | (scores >= floors))
    staying = np.isin(old_keys, keys[stays]) | ~to_touched[old]

    authors = np.concatenate((lists.authors[old][staying], found_authors[comes]))
    others = np.concatenate((lists.others[old][staying], found_others[comes]))
    all_scores = np.concatenate((lists.scores[old][staying], scores[comes]))
    is_coauthor = np.concatenate((lists.is_coauthor[old][staying], together[comes]))
    source = np.concatenate((np.full(int(staying.sum()), -1), np.flatnonzero(comes)))
    people, rows = np.unique(authors, return_inverse=True)
    limits = model.limits(np.searchsorted(model.authors, people))
    order = chosen(rows, others, all_scores, is_coauthor, limits, model.parameters.not_yet_share)
    authors, others, source = authors[order], others[order], source[order]
    all_scores, is_coauthor = all_scores[order], is_coauthor[order]
    new_places = np.arange(len(order)) - np.searchsorted(authors, authors) + 1
    new_keys = pair_keys(authors, others)

    comes_now = source >= 0
    gone = ~np.isin(old_keys, new_keys[~comes_now])
    in_old = by_key[np.searchsorted(old_keys, new_keys[~comes_now], sorter=by_key)]
    stayed, new_place = np.flatnonzero(~comes_now), new_places[~comes_now]
    old_place = old_places[in_old]
    # Links that stay keep their order, but for ties: whoever goes down is free to do so once those below have, and the
    # other way round.
    crossed = np.flatnonzero((np.diff(old_place) < 0) & (np.diff(authors[stayed]) == 0))
    renumbered = np.union1d(decided, authors[stayed[crossed]])
    is_moved = (new_place != old_place) | np.isin(authors[stayed], renumbered)
    turn = np.where(new_place > old_place, -new_place, new_place)
    moved = stayed[is_moved]
    moved = moved[np.lexsort((turn[is_moved], authors[moved]))]
    written = np.unique(np.concatenate((lists.authors[old][gone], authors[moved], authors[comes_now])))
    return Change(
        written,
        np.stack((lists.authors[old][gone], lists.others[old][gone]), axis=1),
        np.stack((authors[moved], others[moved]), axis=1),
        new_places[moved],
        np.intersect1d(renumbered, authors[moved]),
        found.some(source[comes_now]),
        new_places[comes_now],
        KeptLists(authors, others, all_scores, is_coauthor, changing, lists.floors_for(changing)),
    )
