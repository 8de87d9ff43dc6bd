"""Rows of a dataset about papers, written: papers, who wrote them, who is like whom, what was decided."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from papers.bylines import Byline
from papers.database import bulk
from papers.ingest import words
from papers.ingest.counts import CountChanges
from papers.ingest.precedence import PaperState
from papers.ingest.records import PaperRecord
from papers.ingest.stored_papers import StoredVersion
from papers.ingest.writer import WORD_COLUMNS, Writer
from papers.models import Collaboration, EarlierIdentifier, Paper, SourceRecord
from papers.publications import FIELDS, Details
from papers.text.dates import PartialDate
from profiles.dataset.values import Rows, authors_by_id, day_of, moment_of
from profiles.models import Authorship, Decision, DecisionSubject, SimilarityLink

# Columns of a paper that loading sets after its record is written.
AS_GIVEN = ("giver", "base_url", "citation_key", "is_withdrawn", "is_hidden")


class Papers:
    """Writes one batch of rows at a time; `counts` are to be written at the end."""

    def __init__(self, category_ids: dict[str, int]):
        self.category_ids = category_ids
        self.collaborations: dict[str, Collaboration] = {}
        self.counts = CountChanges()
        self.survivors: dict[str, str] = {}  # of papers that were merged

    def papers(self, rows: Rows) -> None:
        """Papers that were read and changed in the same moments are written together, as they were when they came."""
        for (read_at, modified_at, is_deleted), group in groupby(
            rows, lambda row: (row["read_at"], row["modified_at"], row["is_deleted"])
        ):
            together = list(group)
            writer = Writer(moment_of(read_at), self.category_ids, self.collaborations)
            writer.modified_at = bulk.moment(moment_of(modified_at))
            writer.counts = self.counts
            records = list(map(record_of, together))
            if is_deleted:
                writer.create_deleted(records)
            else:
                writer.create([new_state(record, moment_of(read_at)) for record in records])
            self._keep_as_given(together)

    def _keep_as_given(self, rows: Rows) -> None:
        """Of papers just written what doesn't follow from what their sources say."""
        self.survivors |= {row["identifier"]: row["merged_into"] for row in rows if row["merged_into"]}
        rows = [row for row in rows if any(row[name] for name in AS_GIVEN)]
        ids = dict(bulk.select(Paper, ("identifier", "id"), "identifier", [row["identifier"] for row in rows]))
        # No two papers have one key, not for a moment either.
        Paper.objects.filter(pk__in=ids.values()).exclude(citation_key="").update(citation_key="")
        values = [(*(row[name] for name in AS_GIVEN), ids[row["identifier"]]) for row in rows]
        bulk.update(Paper, AS_GIVEN, values)

    def merge(self) -> None:
        """Have merged papers lead to those that they were merged into, when all are there."""
        wanted = {*self.survivors, *self.survivors.values()}
        ids = dict(bulk.select(Paper, ("identifier", "id"), "identifier", wanted))
        bulk.update(Paper, ("merged_into_id",), [(ids[into], ids[name]) for name, into in self.survivors.items()])

    def source_records(self, rows: Rows) -> None:
        papers = dict(bulk.select(Paper, ("identifier", "id"), "identifier", {row["paper"] for row in rows}))
        values = [
            (
                papers[row["paper"]],
                row["source"],
                row["base_url"],
                row["giver"],
                row["identifier"],
                row["datestamp"],
                bulk.moment(moment_of(row["read_at"])),
                words.record_of(row["facts"], identifier=row["identifier"], source=row["source"]).digest(),
                bulk.dumps(row["facts"]),
                row["is_deleted"],
                row["is_fixed"],
            )
            for row in rows
        ]
        bulk.insert(SourceRecord, ("paper_id", *WORD_COLUMNS), values)

    def earlier_identifiers(self, rows: Rows) -> None:
        papers = dict(bulk.select(Paper, ("identifier", "id"), "identifier", {row["paper"] for row in rows}))
        columns = ("identifier", "paper_id", "was_given_out", "categories", "modified_at")
        values = [
            (
                row["identifier"],
                papers[row["paper"]],
                row["was_given_out"],
                bulk.dumps(row["categories"]),
                bulk.moment(moment_of(row["modified_at"])),
            )
            for row in rows
        ]
        bulk.insert(EarlierIdentifier, columns, values)

    def authorships(self, rows: Rows) -> None:
        ids = authors_by_id([row["author"] for row in rows])
        papers = {
            identifier: (pk, day, bulk.loads(byline))
            for pk, identifier, day, byline in bulk.select(
                Paper, ("id", "identifier", "sort_day", "byline"), "identifier", {row["paper"] for row in rows}
            )
        }
        values = []
        for row in rows:
            pk, day, byline = papers[row["paper"]]
            place, decided = row["position"], row["decided_by_human"]
            if place is not None and not 1 <= place <= len(byline):
                raise ValueError(f"the byline of {row['paper']} has no place {place}")
            printed = byline[place - 1]["name"] if decided and place else ""
            at = (
                bulk.moment(datetime.combine(date.fromisoformat(row["decided_on"]), datetime.min.time(), UTC))
                if row["decided_on"]
                else None
            )
            values.append((pk, ids[row["author"]], place, row["basis"], decided, at, printed, day))
        bulk.insert(
            Authorship,
            (
                "paper_id",
                "author_id",
                "position",
                "basis",
                "decided_by_human",
                "decided_at",
                "printed_name",
                "sort_day",
            ),
            values,
        )

    def links(self, rows: Rows) -> None:
        evidence = [row["evidence"] for row in rows]
        pairs = [pair for found in evidence if (pair := found["closest_papers"])]
        people = [row[side] for row in rows for side in ("author", "other")]
        ids = authors_by_id(people + [pid for found in evidence for pid in found["shared_coauthors"]])
        named = {pair[side] for pair in pairs for side in ("mine", "theirs")}
        papers = {name: pk for pk, name in bulk.select(Paper, ("id", "identifier"), "identifier", named)}
        values = []
        for row, found in zip(rows, evidence, strict=True):
            pair = found["closest_papers"]
            stored = {
                **found,
                "shared_coauthors": [ids[pid] for pid in found["shared_coauthors"]],
                "closest_papers": {**pair, "mine": papers[pair["mine"]], "theirs": papers[pair["theirs"]]}
                if pair
                else None,
            }
            verdict = "pinned" if row["pinned"] else ""
            values.append(
                (
                    ids[row["author"]],
                    ids[row["other"]],
                    row["build"],
                    row["score"],
                    row["rank"],
                    row["is_coauthor"],
                    bulk.dumps(stored),
                    verdict,
                    row["note"],
                )
            )
        columns = (
            "author_id",
            "other_id",
            "build_id",
            "score",
            "rank",
            "is_coauthor",
            "evidence",
            "verdict",
            "note",
        )
        bulk.insert(SimilarityLink, columns, values)

    def decisions(self, rows: Rows) -> None:
        named = {identifier for row in rows for identifier in row["papers"]}
        papers = dict(bulk.select(Paper, ("identifier", "id"), "identifier", named))
        for row in rows:
            decision = Decision(
                pk=row["number"],
                kind=row["kind"],
                summary=str(Decision.Kind(row["kind"]).label),
                made_at=moment_of(row["made_at"]),
                made_by_name="",
                undoes_id=row["undoes"],
            )
            if row["undoes"] and row["undoes"] not in set(
                Decision.objects.filter(pk=row["undoes"]).values_list("pk", flat=True)
            ):
                raise KeyError(row["undoes"])
            decision.save(force_insert=True)
            decision.papers.set([papers[identifier] for identifier in row["papers"]])
            DecisionSubject.objects.bulk_create(
                DecisionSubject(decision=decision, public_id=public_id) for public_id in row["authors"]
            )


def new_state(record: PaperRecord, read_at: datetime) -> PaperState:
    """A new paper of which one source says this."""
    word = words.Word.of_record(record, record.digest(), read_at)
    return PaperState(record.identifier, record.arxiv_id, words=[word], record=record)


def record_of(row: dict[str, Any]) -> PaperRecord:
    """The paper as a source would have given it; one that was taken back has its identifier for a title."""
    text = ", ".join(entry["name"] for entry in row["byline"])
    if text and not row["byline_is_complete"]:
        text += " et al."
    published, posted, issued = (
        PartialDate.from_iso(row[name]) if row[name] else None for name in ("published", "posted", "issued")
    )
    return PaperRecord(
        identifier=row["identifier"],
        arxiv_id=row["arxiv_id"],
        title=row["identifier"] if row["is_deleted"] else row["title"],
        abstract=row["abstract"],
        abstract_is_cut=row["abstract_is_cut"],
        authors_text=text,
        byline=Byline.from_json(text, row["byline"], row["collaborations"], row["byline_is_complete"], ()),
        categories=tuple(row["categories_text"].split() or row["categories"]),
        posted=posted or (published if published != issued else None),
        issued=issued,
        other_dates=(("loaded", published),) if published else (),
        type=row["type"],
        details=Details.from_json({name: row[name] for name in FIELDS if name != "posted" and row[name]}),
        updated=day_of(row["updated"]),
        versions=tuple(map(StoredVersion, row["versions"])),  # type: ignore[arg-type]
        dois=tuple(row["dois"]),
        journal_ref=row["journal_ref"],
        comments=row["comments"],
        license=row["license"],
        report_no=row["report_no"],
        msc_class=row["msc_class"],
        acm_class=row["acm_class"],
        submitter="",
        source=row["source"],
        giver=row["giver"],
        base_url=row["base_url"],
        datestamp=day_of(row["datestamp"]),
    )
