"""Rows for a batch of records: papers, what hangs on them, the search index and the kept counts, in one transaction.

papers/ingest/importer.py decides what is created, replaced or taken back; here it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection

from papers import search, taxonomy
from papers.database import bulk
from papers.database.changes import moment_of_record, stamp_lists
from papers.ingest.counts import CountChanges
from papers.ingest.precedence import ADDED_BY_OTHERS, NOT_GIVEN_BY, BatchState, missing_facts, with_facts
from papers.ingest.records import Deletion, PaperRecord
from papers.ingest.stored_papers import StoredPaper, StoredVersion, stored_records
from papers.models import (
    ARXIVS,
    Category,
    Collaboration,
    EarlierIdentifier,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperDoi,
    SupersededRecord,
    TitleKey,
    next_revision,
)
from papers.text.dates import PartialDate, iso
from papers.text.folding import fold

LONGEST_COLLABORATION = 255

PAPER_COLUMNS = (
    "identifier",
    "arxiv_id",
    "title",
    "abstract",
    "abstract_is_cut",
    "authors_text",
    "byline",
    "author_count",
    "byline_is_complete",
    "byline_problems",
    "byline_needs_review",
    "collaborations",
    "categories",
    "categories_text",
    "published",
    "published_precision",
    "issued",
    "issued_precision",
    "updated",
    "versions",
    "type",
    "details",
    "doi",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
    "submitter",
    "source",
    "datestamp",
    "digest",
    "is_deleted",
    "read_at",
    "modified_at",
    "revision",
    "giver",
    "added",
    "base_url",
    "is_withdrawn",
)


class Writer:
    """Rows for one batch inside its transaction."""

    def __init__(self, read_at: datetime, category_ids: dict[str, int], collaboration_ids: dict[str, int]):
        self.read_at = bulk.moment(read_at)
        self.modified_at = moment_of_record()
        self.revision = next_revision()
        self.category_ids = category_ids
        self.collaboration_ids = collaboration_ids
        self.counts = CountChanges()

    def create(self, states: Sequence[BatchState]) -> None:
        records = [state.record for state in states if state.record]
        if not records:
            return
        self._ensure_categories_of(records)
        self._ensure_collaborations_of(records)
        ids = bulk.take_ids(Paper, len(records))
        rows = [(pk, *self._row(r, s.digest, s.added)) for pk, r, s in zip(ids, records, states, strict=True)]
        bulk.insert(Paper, ("id", *PAPER_COLUMNS), rows)
        self._insert_parts(ids, records)

    def replace(self, states: Sequence[BatchState]) -> None:
        pairs = [(state.stored.id, state.record) for state in states if state.stored and state.record]
        if not pairs:
            return
        ids = [pk for pk, _ in pairs]
        old = Paper.objects.in_bulk(ids)
        states = [state for state in states if state.stored and state.record]
        kept = {pk: _facts_of_others(old[pk], state) for pk, state in zip(ids, states, strict=True)}
        facts = stored_records([old[pk] for pk in ids if kept[pk]])
        records = [self._with_facts_not_given(old[pk], record) for pk, record in pairs]
        added: list[Collection[str]] = []
        for place, (pk, state) in enumerate(zip(ids, states, strict=True)):
            names = missing_facts(records[place], facts[pk]) if kept[pk] else []
            names = [name for name in names if name in kept[pk]]
            records[place] = with_facts(records[place], names, facts[pk]) if names else records[place]
            added.append({*names, *state.added, *([] if state.is_taken else old[pk].added.split())})
        self._ensure_categories_of(records)
        self._ensure_collaborations_of(records)
        self._delete_parts([old[pk] for pk in ids])
        # The digest stays that of the record as it came: reading the same record again must find nothing to do.
        rows = [
            (*self._row(r, s.digest, names), pk) for pk, r, s, names in zip(ids, records, states, added, strict=True)
        ]
        bulk.update(Paper, PAPER_COLUMNS, rows)
        self._insert_parts(ids, records)

    @staticmethod
    def identifiers_given_up(states: Sequence[BatchState]) -> dict[str, list[str]]:
        """Of the papers that are about to get another identifier the one they have, with their categories."""
        pairs = [(state.stored, state.record) for state in states if state.stored and state.record]
        ids = [stored.id for stored, record in pairs if stored.identifier != record.identifier]
        return dict(Paper.objects.filter(pk__in=ids).values_list("identifier", "categories")) if ids else {}

    def mark_deleted(self, pairs: Sequence[tuple[StoredPaper, Deletion]]) -> None:
        """Mark papers as deleted by their source; their facts stay, their place in lists, counts and search goes."""
        if not pairs:
            return
        ids = [paper.id for paper, _ in pairs]
        self._delete_parts(list(Paper.objects.in_bulk(ids).values()))
        rows = []
        for paper, deletion in pairs:
            # The day of the deletion keeps an older record, read again, from bringing the paper back.
            day = iso(deletion.datestamp or paper.datestamp) or None
            rows.append((True, day, self.modified_at, self.revision, paper.id))
            self.revision += 1
        bulk.update(Paper, ("is_deleted", "datestamp", "modified_at", "revision"), rows)
        search.remove_papers(connection, ids)

    def create_deleted(self, records: Sequence[PaperRecord]) -> None:
        """Rows for papers of which nothing is known but that their source took them back."""
        place = PAPER_COLUMNS.index("is_deleted")
        rows = [self._row(record, record.digest()) for record in records]
        bulk.insert(Paper, PAPER_COLUMNS, [(*row[:place], True, *row[place + 1 :]) for row in rows])

    @staticmethod
    def update_datestamps(states: Sequence[BatchState]) -> None:
        """Set the datestamp of papers whose source says the same on a later day.

        Their records, which say that day, have changed; nothing is to be linked again, so the revision stays.
        """
        now = moment_of_record()
        rows = [(iso(state.datestamp), now, state.stored.id) for state in states if state.stored]
        bulk.update(Paper, ("datestamp", "modified_at"), rows)
        stamp_lists([pk for *_, pk in rows], now)

    @staticmethod
    def store_superseded(states: Sequence[BatchState]) -> None:
        """Remember which records of their present datestamp these papers, already written, have left behind."""
        if not states:
            return
        records = [state.record for state in states if state.record]
        ids = dict(Paper.objects.filter(identifier__in=[r.identifier for r in records]).values_list("identifier", "id"))
        bulk.delete(SupersededRecord, "paper_id", ids.values())
        rows = [
            (ids[record.identifier], iso(record.datestamp) or None, digest)
            for record, state in zip(records, states, strict=True)
            for digest in sorted(state.superseded)
        ]
        bulk.insert(SupersededRecord, ("paper_id", "datestamp", "digest"), rows)

    def _row(self, record: PaperRecord, digest: bytes, added: Collection[str] = ()) -> tuple[Any, ...]:
        byline = record.byline
        revision = self.revision
        self.revision += 1
        return (
            record.identifier,
            record.arxiv_id,
            record.title,
            record.abstract,
            record.abstract_is_cut,
            record.authors_text,
            bulk.dumps(byline.as_json()),
            len(byline.entries),
            byline.is_complete,
            bulk.dumps(byline.problems),
            bool(byline.problems) or any(entry.flags for entry in byline.entries),
            bulk.dumps(byline.collaborations),
            bulk.dumps(record.canonical_codes),
            " ".join(record.categories),
            *columns_of(record.published),
            *columns_of(record.issued),
            iso(record.updated) or None,
            bulk.dumps([version.as_json() for version in record.versions]),
            record.shown_type,
            bulk.dumps(stored_details(record)),
            record.dois[0] if record.dois else "",
            record.journal_ref,
            record.comments,
            record.license,
            record.report_no,
            record.msc_class,
            record.acm_class,
            record.submitter,
            record.source,
            iso(record.datestamp) or None,
            digest,
            False,
            self.read_at,
            self.modified_at,
            revision,
            record.giver if record.giver != record.identifier else "",
            " ".join(sorted(ADDED_BY_OTHERS.keys() & added)),
            record.base_url,
            record.is_withdrawn,
        )

    def _insert_parts(self, ids: Sequence[int], records: Sequence[PaperRecord]) -> None:
        """The rows beside the paper: memberships, DOIs, collaborations, the search index, the counts."""
        memberships: list[tuple[Any, ...]] = []
        dois: list[tuple[Any, ...]] = []
        mentions: list[tuple[int, int]] = []
        for pk, record in zip(ids, records, strict=True):
            categories = [self.category_ids[code] for code in record.canonical_codes]
            day = record.published.place if record.published else 0
            memberships += [(pk, category, place, day, self.modified_at) for place, category in enumerate(categories)]
            dois += [(pk, place, doi, doi.lower()) for place, doi in enumerate(record.dois)]
            keys = dict.fromkeys(collaboration_key(name) for name in record.byline.collaborations)
            mentions += [(pk, self.collaboration_ids[key]) for key in keys]
            self.counts.add(record.published.year if record.published else 0, categories)
        bulk.insert(PaperCategory, ("paper_id", "category_id", "position", "sort_day", "changed_at"), memberships)
        bulk.insert(PaperDoi, ("paper_id", "position", "doi", "key"), dois)
        bulk.insert(PaperCollaboration, ("paper_id", "collaboration_id"), mentions)
        keys_of_titles = [(pk, r.title_key) for pk, r in zip(ids, records, strict=True) if r.arxiv_id is None]
        bulk.insert(TitleKey, ("paper_id", "key"), keys_of_titles)
        search.index_papers(
            connection,
            ((pk, r.title, r.abstract, byline_text(r)) for pk, r in zip(ids, records, strict=True)),
        )

    def _delete_parts(self, papers: Sequence[Paper]) -> None:
        ids = [paper.pk for paper in papers if not paper.is_deleted]
        by_paper: dict[int, list[int]] = {pk: [] for pk in ids}
        rows = PaperCategory.objects.filter(paper__in=ids).order_by("position").values_list("paper_id", "category_id")
        for pk, category in rows:
            by_paper[pk].append(category)
        for paper in papers:
            if not paper.is_deleted:
                self.counts.add(paper.published.year if paper.published else 0, by_paper[paper.pk], by=-1)
        for model in (PaperCategory, PaperDoi, PaperCollaboration):
            bulk.delete(model, "paper_id", ids)
        bulk.delete(TitleKey, "paper_id", [paper.pk for paper in papers if paper.arxiv_id is None])

    @staticmethod
    def _with_facts_not_given(old: Paper, record: PaperRecord) -> PaperRecord:
        """The record, with what its source can't say taken from what another source of the same giver said before.

        Of a paper that had no arXiv id nothing is taken, so that it ends alike whichever record came first.
        """
        if old.arxiv_id != record.arxiv_id or (old.source in ARXIVS) != (record.source in ARXIVS):
            return record
        silent = {name for name in NOT_GIVEN_BY.get(record.source, ()) if not getattr(record, name)}
        kept = {name: getattr(old, name) for name in silent if name != "versions" and getattr(old, name)}
        if "versions" in silent and old.versions:
            kept["versions"] = tuple(StoredVersion(row) for row in old.versions)
        return replace(record, **kept) if kept else record

    def _ensure_categories_of(self, records: Sequence[PaperRecord]) -> None:
        """Make sure that every code has a row; one that is not in the taxonomy gets one of its own."""
        self.ensure_categories({code for record in records for code in record.canonical_codes})

    def ensure_categories(self, codes: set[str]) -> None:
        """Make sure of rows for these categories."""
        if codes - self.category_ids.keys():
            self.category_ids.update(Category.objects.values_list("code", "id"))
            new = sorted(codes - self.category_ids.keys())
            Category.objects.bulk_create(category_of(code) for code in new)
            self.category_ids.update(Category.objects.filter(code__in=new).values_list("code", "id"))

    def _ensure_collaborations_of(self, records: Sequence[PaperRecord]) -> None:
        names = {collaboration_key(name): name for record in records for name in record.byline.collaborations}
        missing = sorted(names.keys() - self.collaboration_ids.keys())
        if missing:
            found = Collaboration.objects.filter(key__in=missing)
            known = set(found.values_list("key", flat=True))
            Collaboration.objects.bulk_create(
                Collaboration(name=names[key][:LONGEST_COLLABORATION], key=key) for key in missing if key not in known
            )
            self.collaboration_ids.update(found.all().values_list("key", "id"))


def _facts_of_others(old: Paper, state: BatchState) -> Collection[str]:
    """The facts that a record takes over from the stored paper where it lacks them: those that others than its giver said."""
    if old.is_deleted or state.record is None or not state.is_taken:
        return ()
    return old.added.split() if (old.source in ARXIVS) == (state.record.source in ARXIVS) else ADDED_BY_OTHERS


def redirect_identifiers(found: Mapping[str, str], given_out: Mapping[str, Sequence[str]]) -> None:
    """Have identifiers lead to the papers that now have the identifiers given with them.

    `given_out` has the categories of papers that were here under their earlier identifier.
    """
    if not found:
        return
    ids = dict(Paper.objects.filter(identifier__in=set(found.values())).values_list("identifier", "id"))
    now = moment_of_record()
    bulk.delete(EarlierIdentifier, "identifier", found)
    bulk.insert(
        EarlierIdentifier,
        ("identifier", "paper_id", "was_given_out", "categories", "modified_at"),
        [
            (old, ids[new], old in given_out, bulk.dumps(list(given_out.get(old, ()))), now)
            for old, new in found.items()
        ],
    )


def columns_of(day: PartialDate | None) -> tuple[str | None, str]:
    """The date in its two columns."""
    return (day.first.isoformat(), day.precision) if day else (None, "")


def stored_details(record: PaperRecord) -> dict[str, Any]:
    """The details as they are kept; with the preprint's date where it isn't that of the paper."""
    row = record.details.as_json()
    return row | {"posted": record.posted.iso()} if record.posted and record.posted != record.published else row


def category_of(code: str) -> Category:
    """An unsaved category for a code of today: from the taxonomy, or one that says it is unknown."""
    subject = taxonomy.ALL.get(code)
    if subject is None:
        return Category(code=code, name=code, kind=Category.Kind.UNKNOWN)
    return Category(
        code=code,
        name=subject.name,
        kind=subject.kind,
        archive=subject.archive,
        archive_name=subject.archive_name,
        group=subject.group,
        group_name=subject.group_name,
    )


def collaboration_key(name: str) -> str:
    """The form under which two spellings of a collaboration are one."""
    return fold(name)[:LONGEST_COLLABORATION]


def byline_text(record: PaperRecord) -> str:
    """The printed names and collaborations as the search index takes them."""
    return "; ".join([*(entry.name.name for entry in record.byline.entries), *record.byline.collaborations])
