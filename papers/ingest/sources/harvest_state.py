"""The state of the harvest of a collection: how far it has come, and where it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from papers.ingest.machine_dates import read_day
from papers.ingest.readers.oai_pmh.responses import OaiPage
from papers.ingest.records import Rejection
from papers.text.dates import iso

MOST_BARREN = 50  # pages in a row without a new record: some repositories leave out what isn't public after paging
MOST_PAGES = 250_000  # of one list in one run: their digests take some 40 MB; all of arXiv is 1,500

# A record may be stamped with a day and appear a little later; reading a day once more is cheap and changes nothing.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Collection:
    """What is harvested: one set ("" for all records) of one repository in one format."""

    base_url: str
    set_spec: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.base_url} {self.set_spec or '*'} {self.prefix}"


@dataclass(frozen=True, slots=True)
class HarvestState:
    """How far the reading of a collection has come.

    `since` is the first day of the list being read (None: from the beginning), `token` asks for its next page, `newest`
    is the latest datestamp read so far and `begun` the server's day on which the reading began.
    """

    since: date | None = None
    token: str = ""
    newest: date | None = None
    begun: date | None = None
    pages: int = 0
    records: int = 0
    is_in_order: bool = True
    is_complete: bool = False
    is_given_up: bool = False  # the list led nowhere: another reading begins at `since`

    def as_json(self) -> dict[str, Any]:
        """The state as a Build keeps it."""
        days = {name: iso(getattr(self, name)) for name in ("since", "newest", "begun")}
        return {"place": {**asdict(self), **days}}

    @classmethod
    def from_json(cls, progress: Mapping[str, Any]) -> HarvestState:
        """The state that a Build kept."""
        stored = dict(progress["place"])
        days = {name: read_day(name, stored[name]) for name in ("since", "newest", "begun")}
        return cls(**{**stored, **days})

    def after(self, page: OaiPage) -> HarvestState:
        """The place behind this page."""
        days = [item.datestamp for item in page.items if not isinstance(item, Rejection) and item.datestamp]
        known = [self.newest, *days] if self.newest else days
        return replace(
            self,
            token=page.resumption_token,
            newest=max(known, default=None),
            begun=self.begun or (page.response_date or timezone.now()).date(),
            pages=self.pages + 1,
            records=self.records + len(page.items),
            is_in_order=self.is_in_order and all(one <= next_one for one, next_one in pairwise(known)),
            # arXiv's last page has no token element, others have an empty one, and both mean the same.
            is_complete=not page.resumption_token,
        )

    def given_up(self) -> HarvestState:
        """The place of a reading that begins anew, behind what is surely read, because this list leads no further."""
        return HarvestState(since=self.next_since() if self.is_in_order else self.since, is_given_up=True)

    def without_token(self) -> HarvestState:
        """Where to begin a new list: on the last day that was read only in part, or where this one began.

        The second if the records don't come in the order of their datestamps: then no day is known to be complete.
        """
        return replace(self, token="", since=self._surely_read() if self.is_in_order else self.since)

    def next_since(self) -> date | None:
        """The first day to ask for once this reading is complete, a day of overlap included."""
        day = self._surely_read()
        return day - OVERLAP if day and self.newest else self.since

    def _surely_read(self) -> date | None:
        """The day before which nothing is missing; what changes while the list is being read may be in it or not."""
        return min(self.newest, self.begun) if self.newest and self.begun else self.since


class ResumptionTrail:
    """The tokens and pages that one list has given in this run, as digests, from which is told whether it leads on."""

    def __init__(self, token: str):
        self.tokens = {hash(token)}
        self.pages: set[int] = set()
        self.barren = 0

    def follow(self, page: OaiPage, place: HarvestState, has_brought: bool) -> tuple[HarvestState, str]:
        """Where the next run goes on when `place` is behind this page; and why this run ends here, if it has to.

        `has_brought` says whether this run has changed anything so far.
        """
        content = hash(
            tuple(
                (item.reason, item.raw) if isinstance(item, Rejection) else (item.identifier, iso(item.datestamp))
                for item in page.items
            )
        )
        is_new = bool(page.items) and content not in self.pages
        self.pages.add(content)
        self.barren = 0 if is_new else self.barren + 1
        if place.is_complete:
            return place, ""
        token = hash(place.token)
        if token in self.tokens:
            place, read = place.given_up(), place.pages
            return place, (
                f"The list goes round: page {read:,} gives a resumption token that was given before. Some repositories end "
                "their lists so, others are at fault; it can't be told whether this was all. What was read is stored, and "
                f"the same command again begins anew {begin_of(place)}."
            )
        self.tokens.add(token)
        if self.barren >= MOST_BARREN:
            read = place.pages
            if not has_brought:
                place = place.given_up()
            onward = f"goes on behind page {read:,}" if has_brought else f"begins anew {begin_of(place)}"
            return place, (
                f"{MOST_BARREN} pages in a row up to page {read:,} had no new record, and the list says that it goes on. What "
                f"was read is stored, and the same command again {onward}. If it ends so each time, tell the people who run "
                "the repository."
            )
        if len(self.tokens) > MOST_PAGES:
            return place, f"The list has more than {MOST_PAGES:,} pages. The same command again goes on from here."
        return place, ""


def begin_of(place: HarvestState) -> str:
    """When the records were changed that are asked for first, as a sentence ends with it."""
    return f"on {iso(place.since)}" if place.since else "at the beginning"
