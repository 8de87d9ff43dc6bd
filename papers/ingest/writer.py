"""Rows for a batch of records: papers, what hangs on them, the search index and the kept counts, in one transaction.

papers/ingest/importer.py decides what is created, replaced or taken back; here it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from papers import search, taxonomy
from papers.bylines.groups import add_group, group_key, is_whole
from papers.database import bulk
from papers.database.changes import moment_of_record, stamp_lists
from papers.ingest.counts import CountChanges
from papers.ingest.given_keys import citation_keys_of_lists, kept_citation_key
from papers.ingest.precedence import PaperState
from papers.ingest.records import PaperRecord
from papers.ingest.words import ARXIV, Word, facts_of
from papers.models import (
    Category,
    Collaboration,
    EarlierIdentifier,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperDoi,
    SourceRecord,
    SupersededRecord,
    TitleKey,
    next_revision,
)
from papers.text.dates import PartialDate, iso

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
    "base_url",
    "is_withdrawn",
    "citation_key",
)


class Writer:
    """Rows for one batch inside its transaction."""

    def __init__(self, read_at: datetime, category_ids: dict[str, int], collaborations: dict[str, Collaboration]):
        self.run, self.read_at = read_at, bulk.moment(read_at)
        self.modified_at = moment_of_record()
        self.revision = next_revision()
        self.category_ids = category_ids
        self.collaborations = collaborations
        self.counts = CountChanges()

    def create(self, states: Sequence[PaperState]) -> None:
        """Rows for papers that are new."""
        pairs = [(state, state.record) for state in states if state.record]
        if not pairs:
            return
        records = [record for _, record in pairs]
        self._ensure_categories_of(records)
        self._ensure_collaborations_of(records)
        ids = bulk.take_ids(Paper, len(pairs))
        keys = citation_keys_of_lists([state for state, _ in pairs])
        rows = [
            (pk, *self._row(record, state.lead, key)) for pk, (state, record), key in zip(ids, pairs, keys, strict=True)
        ]
        bulk.insert(Paper, ("id", *PAPER_COLUMNS), rows)
        self._insert_parts(ids, records)
        self.write_words(list(zip(ids, (state for state, _ in pairs), strict=True)))

    def replace(self, states: Sequence[PaperState]) -> None:
        """Rows for papers that are shown otherwise from now on; one that a curator hid stays so."""
        pairs = [(state.stored.id, state, state.record) for state in states if state.stored and state.record]
        if not pairs:
            return
        old = Paper.objects.in_bulk([pk for pk, _, _ in pairs])
        records = [record for _, _, record in pairs]
        self._ensure_categories_of(records)
        self._ensure_collaborations_of(records)
        self._delete_parts(list(old.values()))
        # The digest stays that of the record as it came: reading the same record again must find nothing to do.
        rows = [
            (*self._row(record, state.lead, kept_citation_key(old[pk], record), is_deleted=old[pk].is_hidden), pk)
            for pk, state, record in pairs
        ]
        bulk.update(Paper, PAPER_COLUMNS, rows)
        shown = [(pk, record) for pk, _, record in pairs if not old[pk].is_hidden]
        self._insert_parts([pk for pk, _ in shown], [record for _, record in shown])
        search.remove_papers(connection, [pk for pk, _, _ in pairs if old[pk].is_hidden])
        self.write_words([(pk, state) for pk, state, _ in pairs])

    @staticmethod
    def write_words(states: Sequence[tuple[int, PaperState]], *, always: bool = False) -> None:
        """Keep what each source says, if it is several or a curator set something; else it stands in the paper itself."""
        kept = [(pk, state) for pk, state in states if always or state.has_rows]
        changed = [(pk, word) for pk, state in kept for word in state.words if word.row is None or word.is_changed]
        new = [(word.owner or pk, *_word_row(word)) for pk, word in changed if word.row is None]
        bulk.insert(SourceRecord, ("paper_id", *WORD_COLUMNS), new)
        again = [word for _, word in changed if word.row is not None]
        of_record = [word for word in again if word.record]
        bulk.update(SourceRecord, WORD_COLUMNS, [(*_word_row(word), word.row) for word in of_record])
        columns = ("datestamp", "is_deleted")
        rows = [(iso(word.datestamp) or None, word.is_deleted, word.row) for word in again if not word.record]
        bulk.update(SourceRecord, columns, rows)

    @staticmethod
    def identifiers_given_up(states: Sequence[PaperState]) -> dict[str, list[str]]:
        """Of the papers that are about to get another identifier the one they have, with their categories."""
        ids = [state.stored.id for state in states if state.stored and state.stored.identifier != state.identifier]
        return dict(Paper.objects.filter(pk__in=ids).values_list("identifier", "categories")) if ids else {}

    def mark_deleted(self, states: Sequence[PaperState]) -> None:
        """Mark papers as taken back by all of their sources; their facts stay, their place in lists, counts and search goes."""
        stored = [(state.stored, state) for state in states if state.stored]
        if not stored:
            return
        self.take_out([paper.id for paper, _ in stored])
        bulk.update(Paper, ("datestamp",), [(iso(state.latest_day) or None, paper.id) for paper, state in stored])
        self.write_words([(paper.id, state) for paper, state in stored])

    def take_out(self, ids: Sequence[int]) -> None:
        """Have papers be shown nowhere; their facts stay."""
        papers = list(Paper.objects.in_bulk(ids).values())
        self._delete_parts(papers)
        rows = []
        for paper in papers:
            rows.append((True, self.modified_at, self.revision, paper.pk))
            self.revision += 1
        bulk.update(Paper, ("is_deleted", "modified_at", "revision"), rows)
        search.remove_papers(connection, [paper.pk for paper in papers])

    def create_deleted(self, records: Sequence[PaperRecord]) -> None:
        """Rows for papers of which nothing is known but that their source took them back."""
        place = PAPER_COLUMNS.index("is_deleted")
        rows = [self._row(record, None, "") for record in records]
        bulk.insert(Paper, PAPER_COLUMNS, [(*row[:place], True, *row[place + 1 :]) for row in rows])

    def update_datestamps(self, states: Sequence[PaperState]) -> None:
        """Set the datestamps where a source says the same on a later day.

        Their records, which say that day, have changed; nothing is to be linked again, so the revision stays.
        """
        now = moment_of_record()
        stored = [(state.stored.id, state) for state in states if state.stored]
        rows = [(iso(state.lead.datestamp), now, pk) for pk, state in stored if state.lead]
        bulk.update(Paper, ("datestamp", "modified_at"), rows)
        stamp_lists([pk for pk, _ in stored], now)
        self.write_words(stored)

    @staticmethod
    def store_superseded(states: Sequence[PaperState]) -> None:
        """Remember which records of their present datestamps these papers, already written, have left behind."""
        if not states:
            return
        names = [state.identifier for state in states]
        ids = dict(Paper.objects.filter(identifier__in=names).values_list("identifier", "id"))
        bulk.delete(SupersededRecord, "paper_id", ids.values())
        rows = [
            (ids[state.identifier], iso(datestamp) or None, digest)
            for state in states
            for datestamp, digest in sorted(state.superseded, key=str)
        ]
        bulk.insert(SupersededRecord, ("paper_id", "datestamp", "digest"), rows)

    def _row(self, record: PaperRecord, lead: Word | None, key: str, is_deleted: bool = False) -> tuple[Any, ...]:
        """The columns of the paper; `lead` is the first of its sources' words, None where a curator added it."""
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
            record.doi,
            record.journal_ref,
            record.comments,
            record.license,
            record.report_no,
            record.msc_class,
            record.acm_class,
            record.submitter,
            lead.source if lead else record.source,
            iso(lead.datestamp if lead else record.datestamp) or None,
            lead.digest if lead else record.digest(),
            is_deleted,
            bulk.moment(lead.read_at) if lead and lead.read_at not in (None, self.run) else self.read_at,
            self.modified_at,
            revision,
            lead.key.giver if lead and lead.key.source != ARXIV and lead.key.giver != record.identifier else "",
            lead.key.base_url if lead else "",
            record.is_withdrawn,
            key,
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
            mentions += [(pk, self.collaborations[key].pk) for key in keys]
            self.counts.add(record.published.year if record.published else 0, record.shown_type, categories)
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
                year = paper.published.year if paper.published else 0
                self.counts.add(year, paper.type, by_paper[paper.pk], by=-1)
        for model in (PaperCategory, PaperDoi, PaperCollaboration):
            bulk.delete(model, "paper_id", ids)
        bulk.delete(TitleKey, "paper_id", [paper.pk for paper in papers if paper.arxiv_id is None])

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
        """Make sure that every group has a row, which has its whole name once a paper prints that."""
        printed: dict[str, str] = {}
        for record in records:
            for name in record.byline.collaborations:
                add_group(printed, name)
        names = {collaboration_key(name): name[:LONGEST_COLLABORATION] for name in printed.values()}
        if missing := names.keys() - self.collaborations.keys():
            found = Collaboration.objects.filter(key__in=missing)
            new = sorted(missing - set(found.values_list("key", flat=True)))
            Collaboration.objects.bulk_create(Collaboration(name=names[key], key=key) for key in new)
            self.collaborations.update((group.key, group) for group in found.all())
        for key, name in names.items():
            group = self.collaborations[key]
            if is_whole(name) and not is_whole(group.name):
                group.name = name
                group.save(update_fields=["name"])


WORD_COLUMNS = (
    "source",
    "base_url",
    "giver",
    "identifier",
    "datestamp",
    "read_at",
    "digest",
    "facts",
    "is_deleted",
    "is_fixed",
)


def _word_row(word: Word) -> tuple[Any, ...]:
    return (
        word.source,
        word.key.base_url,
        "" if word.key.source == ARXIV else word.key.giver,
        word.identifier,
        iso(word.datestamp) or None,
        bulk.moment(word.read_at) if word.read_at else None,
        word.digest,
        bulk.dumps(facts_of(word.record)) if word.record else "{}",
        word.is_deleted,
        word.is_fixed,
    )


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
    return group_key(name)[:LONGEST_COLLABORATION]


def byline_text(record: PaperRecord) -> str:
    """The printed names and collaborations as the search index takes them."""
    return "; ".join([*(entry.name.name for entry in record.byline.entries), *record.byline.collaborations])
