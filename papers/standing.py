"""What becomes of a record of a paper that is known already: a record of a later day replaces one of an earlier day.

Of two from one day the fuller source's counts, and of two from one source the one that was read last, for that is what
the source means now. One that was replaced so does not come back when the same file is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from papers.models import Paper
from papers.records import PaperRecord

# What a source's formats (or some of them) have no room for: a newer record from there that lacks these facts leaves
# them as they are.
NOT_GIVEN_BY = {
    "arxiv-oai": {"versions", "submitter", "license", "report_no"},
    "arxiv-api": {"versions", "submitter", "license", "report_no", "msc_class", "acm_class"},
    "oai-pmh": {"versions", "submitter", "comments", "report_no", "journal_ref"},
    "bibtex": {"versions", "submitter", "comments", "report_no", "msc_class", "acm_class", "license"},
}  # fmt: skip

STORED_COLUMNS = ("identifier", "arxiv_id", "id", "digest", "datestamp", "source", "read_at", "is_deleted")
MOST_SUPERSEDED = 1000  # digests remembered of one paper; a source that says more on one day has some written again


class Came(NamedTuple):
    """A record with the place it stood at, in words, and its digest, which is dear enough to be taken once."""

    place: str
    record: PaperRecord
    digest: bytes


Fate = Literal["taken", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a paper that a record may replace."""

    identifier: str
    arxiv_id: str | None
    id: int
    digest: bytes
    datestamp: date | None
    source: str
    read_at: datetime
    is_deleted: bool

    @classmethod
    def of(cls, paper: Paper) -> Stored:
        values = {name: getattr(paper, name) for name in STORED_COLUMNS}
        return cls(**values | {"digest": bytes(paper.digest)})


def is_newer(record: PaperRecord, datestamp: date | None, source: str) -> bool:
    """Whether a record that differs from one of this datestamp and source is to replace it."""
    if record.datestamp != datestamp:
        return (record.datestamp or date.min) > (datestamp or date.min)
    return not NOT_GIVEN_BY.get(record.source, set()) - NOT_GIVEN_BY.get(source, set())


@dataclass(slots=True)
class Standing:
    """What is known of one paper while the records of a batch about it are gone through, one after another.

    `is_given`: this run has given what is known. `record` is what is to be written, None as long as nothing is.
    """

    stored: Stored | None
    superseded: frozenset[bytes] = frozenset()
    noted: frozenset[bytes] = frozenset()  # the superseded ones that are stored
    is_given: bool = False
    record: PaperRecord | None = None
    digest: bytes = b""
    datestamp: date | None = None
    source: str = ""
    is_deleted: bool = False

    def __post_init__(self) -> None:
        if self.stored:
            self.digest, self.datestamp = self.stored.digest, self.stored.datestamp
            self.source, self.is_deleted = self.stored.source, self.stored.is_deleted

    def take(self, came: Came) -> Fate:
        """What becomes of the record; what is known is then what it left."""
        _, record, digest = came
        if not self.digest or self._lacks_the_id_of(record):
            return self._replaced_by(record, digest, frozenset())
        if digest == self.digest and not self.is_deleted:
            if record.datestamp and (self.datestamp is None or record.datestamp > self.datestamp):
                self.record = record if self.record else None
                self.datestamp = record.datestamp  # said again on a later day: what was said between is older
                self.superseded = frozenset()
            self.is_given = True
            return "unchanged"
        if not is_newer(record, self.datestamp, self.source):
            return "older"
        if record.datestamp != self.datestamp:
            return self._replaced_by(record, digest, frozenset())
        if digest in self.superseded:
            return "older"
        superseded = self.superseded
        if record.datestamp is None and not self.is_given:
            # Of a list without datestamps only what it says twice in one run is known to be no last word: a list that
            # was changed and changed back is followed.
            superseded = frozenset()
        elif len(superseded) < MOST_SUPERSEDED and not self.is_deleted:
            superseded = superseded | {self.digest}
        return self._replaced_by(record, digest, superseded)

    def _lacks_the_id_of(self, record: PaperRecord) -> bool:
        has_none = self.stored is not None and self.record is None and self.stored.arxiv_id is None
        return has_none and record.arxiv_id is not None

    def _replaced_by(self, record: PaperRecord, digest: bytes, superseded: frozenset[bytes]) -> Fate:
        self.record, self.digest, self.datestamp, self.source = record, digest, record.datestamp, record.source
        self.is_deleted, self.is_given, self.superseded = False, True, superseded
        return "taken"

    @property
    def is_changed(self) -> bool:
        """Whether a row is to be written whole; not where what is stored was replaced and came back."""
        if self.stored is None or self.stored.is_deleted or self.record is None:
            return self.record is not None
        return self.digest != self.stored.digest or self.record.arxiv_id != self.stored.arxiv_id

    @property
    def has_later_day(self) -> bool:
        """Whether only the datestamp is to be written: its source says the same on a later day."""
        return self.stored is not None and not self.is_changed and self.datestamp != self.stored.datestamp
