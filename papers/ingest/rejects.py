"""Rejects of an import: reason, place, and the file that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import orjson

from papers.database import bulk
from papers.ingest.records import PaperRecord, Rejection
from papers.text.dates import iso


class RejectsFile:
    """Records that were not taken, one JSON object a line: place, reason, and the record as it came."""

    def __init__(self, path: Path, keep_bytes: int):
        self.path = path
        self.size = keep_bytes
        if keep_bytes or path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # What a killed run wrote after its last kept batch is written again.
            with path.open("ab") as file:
                file.truncate(min(keep_bytes, path.stat().st_size))

    def add(self, rejections: Sequence[Rejection]) -> None:
        """Write them to disk before the transaction that passes over them is kept."""
        if not rejections:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            for rejection in rejections:
                file.write(orjson.dumps(asdict(rejection), option=orjson.OPT_APPEND_NEWLINE))
            file.flush()
            self.size = file.tell()


def raw_of(record: PaperRecord) -> str:
    """The record as JSON, for the rejects file."""
    facts = {
        "id": record.identifier,
        "authors": record.authors_text,
        "title": record.title,
        "abstract": record.abstract,
        "categories": " ".join(record.categories),
        "doi": " ".join(record.dois),
        "journal-ref": record.journal_ref,
        "comments": record.comments,
        "license": record.license,
        "report-no": record.report_no,
        "submitter": record.submitter,
        "versions": [version.as_json() for version in record.versions],
        "update_date": iso(record.datestamp),
    }
    return bulk.dumps(facts)


def repeated(place: str, record: PaperRecord) -> Rejection:
    """A record of a paper that the source gives once more."""
    reason = "repeated id: the source gives this paper more than once; the newer record was kept"
    return Rejection(f"{place}, {record.identifier}", reason, raw_of(record))
