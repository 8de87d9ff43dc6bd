"""Precedence among records of one paper: a record of a later day replaces one of an earlier day.

That is so between records of one giver. arXiv, by all its formats, is one giver and goes before all others. Who else gave a
paper changes it, and takes it back; what others say of it adds what it lacks and replaces nothing. Of two records from one
day the fuller source's counts, and of two from one source the one that was read last, for that is what the source means now.
One that was replaced so does not come back when the same file is read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from papers.ingest.readers.oai_fields import OTHER_SOURCE
from papers.ingest.records import Deletion, IncomingRecord, PaperRecord
from papers.ingest.stored_papers import StoredPaper
from papers.models import ARXIVS

# What a format of arXiv's has no room for: a newer record in it that lacks these facts leaves them as they are.
NOT_GIVEN_BY = {
    "arxiv-oai": {"versions", "submitter", "license", "report_no"},
    "arxiv-api": {"versions", "submitter", "license", "report_no", "msc_class", "acm_class"},
}

# What others may add to a paper, with what goes along. Licence, comments and the like are about their own copy of it.
ADDED_BY_OTHERS = {
    "abstract": ("abstract", "abstract_is_cut"),
    "byline": ("byline", "authors_text"),
    "categories": ("categories",),
    "published": ("posted", "issued", "updated"),
    "dois": ("dois",),
    "journal_ref": ("journal_ref",),
}
MOST_SUPERSEDED = 1000  # digests remembered of one paper; a source that says more on one day has some written again


Effect = Literal["taken", "unchanged", "older", "added", "nothing to add"]  # the last two of records by another giver


def giver_of(record: PaperRecord | StoredPaper) -> str:
    """What its giver calls the record: its identifier, where nothing else is noted and it is a repository's own."""
    is_own = record.arxiv_id is None and record.source not in ARXIVS
    return record.giver or (record.identifier if is_own else "")


def may_change(record: PaperRecord, source: str, giver: str) -> bool:
    """Whether a record is by who gave a paper, with this source and giver, or by arXiv. Where no giver is noted, any is it."""
    if record.source in ARXIVS or source in ARXIVS:
        return record.source in ARXIVS
    return record.source == source and (record.source != OTHER_SOURCE or len({giver, giver_of(record)} - {""}) < 2)


def may_take_back(deletion: Deletion, paper: StoredPaper) -> bool:
    """Whether the deletion is by who gave the paper."""
    if not deletion.source:
        return paper.identifier == deletion.identifier or paper.source == OTHER_SOURCE
    if deletion.source in ARXIVS or paper.source in ARXIVS:
        return deletion.source in ARXIVS and paper.source in ARXIVS
    return paper.source == deletion.source and giver_of(paper) in ("", deletion.identifier)


def missing_facts(record: PaperRecord, other: PaperRecord) -> list[str]:
    """Which facts of ADDED_BY_OTHERS the record lacks and the other has."""
    return [name for name in ADDED_BY_OTHERS if not _has(record, name) and _has(other, name)]


def with_facts(record: PaperRecord, names: Iterable[str], other: PaperRecord) -> PaperRecord:
    """The record with these facts as the other has them."""
    changes = {each: getattr(other, each) for name in names for each in ADDED_BY_OTHERS[name]}
    return replace(record, **changes) if changes else record


def _has(record: PaperRecord, name: str) -> bool:
    if name == "byline":
        return bool(record.byline.entries or record.byline.collaborations)
    if name == "journal_ref":
        return any(map(str.isalpha, record.journal_ref))  # a list's year alone isn't where it appeared
    return bool(getattr(record, name))


def is_newer(record: PaperRecord, datestamp: date | None, source: str) -> bool:
    """Whether a record that differs from one of this datestamp and source is to replace it."""
    if record.datestamp != datestamp:
        return (record.datestamp or date.min) > (datestamp or date.min)
    return not NOT_GIVEN_BY.get(record.source, set()) - NOT_GIVEN_BY.get(source, set())


@dataclass(slots=True)
class BatchState:
    """What is known of one paper while the records of a batch about it are gone through, one after another.

    `is_given`: this run has given what is known. `record` is what is to be written, None as long as nothing is. `facts` is
    what is stored, where a record may add to it; `added` names what others added now.
    """

    stored: StoredPaper | None
    facts: PaperRecord | None = None
    added: frozenset[str] = frozenset()
    is_taken: bool = False
    giver: str = ""
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
            self.giver = giver_of(self.stored)

    def take(self, incoming: IncomingRecord) -> Effect:
        """What becomes of the record; what is known is then what it left."""
        _, record, digest, is_moved = incoming
        if not self.digest:
            return self._replaced_by(record, digest, frozenset())
        if not may_change(record, self.source, self.giver):
            return self._replaced_by(record, digest, frozenset()) if self.is_deleted else self._add(record)
        if is_moved:
            return "older"  # what the same giver says with the arXiv id counts
        if self._lacks_the_id_of(record) or (record.source in ARXIVS and self.source not in ARXIVS):
            return self._replaced_by(record, digest, frozenset())
        if digest == self.digest and not self.is_deleted:
            if record.datestamp and (self.datestamp is None or record.datestamp > self.datestamp):
                self.record = replace(self.record, datestamp=record.datestamp) if self.record else None
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

    def _add(self, record: PaperRecord) -> Effect:
        """Take from a record of another giver what is not known yet."""
        known = self.record or self.facts
        if known is None:
            return "nothing to add"
        names = missing_facts(known, record)
        if not names and (known.arxiv_id or not record.arxiv_id):
            return "nothing to add"
        self.record = replace(with_facts(known, names, record), datestamp=self.datestamp)
        if record.arxiv_id and not known.arxiv_id:
            self.record = replace(
                self.record, identifier=record.identifier, arxiv_id=record.arxiv_id, giver=giver_of(known)
            )
        self.added |= {*names, *(["arxiv_id"] if record.arxiv_id and not known.arxiv_id else [])}
        return "added"

    def _lacks_the_id_of(self, record: PaperRecord) -> bool:
        has_none = self.stored is not None and self.record is None and self.stored.arxiv_id is None
        return has_none and record.arxiv_id is not None

    def _replaced_by(self, record: PaperRecord, digest: bytes, superseded: frozenset[bytes]) -> Effect:
        if self.record and not self.is_deleted:
            kept = missing_facts(record, self.record)
            if (record.source in ARXIVS) == (self.source in ARXIVS):
                kept = [name for name in kept if name in self.added]
            record, self.added = with_facts(record, kept, self.record), frozenset(kept)
        self.record, self.digest, self.datestamp, self.source = record, digest, record.datestamp, record.source
        self.giver, self.is_taken = giver_of(record), True
        self.is_deleted, self.is_given, self.superseded = False, True, superseded
        return "taken"

    @property
    def is_changed(self) -> bool:
        """Whether a row is to be written whole; not where what is stored was replaced and came back."""
        return self.is_replaced or bool(self.added)

    @property
    def is_replaced(self) -> bool:
        """Whether what its giver says of the paper is to be written."""
        if self.stored is None or self.stored.is_deleted or self.record is None:
            return self.record is not None
        return self.is_taken and (self.digest != self.stored.digest or self.record.arxiv_id != self.stored.arxiv_id)

    @property
    def has_later_day(self) -> bool:
        """Whether only the datestamp is to be written: its source says the same on a later day."""
        return self.stored is not None and not self.is_changed and self.datestamp != self.stored.datestamp
