"""How far the harvest of a collection has come, and where it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from papers.readers.oai import OaiPage
from papers.records import Rejection, iso, read_day

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
class Place:
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

    def as_json(self) -> dict[str, Any]:
        days = {name: iso(getattr(self, name)) for name in ("since", "newest", "begun")}
        return {"place": {**asdict(self), **days}}

    @classmethod
    def from_json(cls, progress: Mapping[str, Any]) -> Place:
        stored = dict(progress["place"])
        days = {name: read_day(name, stored[name]) for name in ("since", "newest", "begun")}
        return cls(**{**stored, **days})

    def after(self, page: OaiPage) -> Place:
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

    def without_token(self) -> Place:
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
