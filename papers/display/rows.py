"""Papers as lists and answers show them, read by their ids: one query, and a tuple for each instead of a model.

Making models and reading their columns one by one took as long as all the rest of an answer of twenty-five papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
from django.db import connection
from django.urls import reverse

from papers.database import bulk
from papers.models import Paper
from papers.text.dates import PartialDate

IN_A_PATH = "!$&'()*+,;=/~:@"  # RFC 3986, pchar; what Django leaves as it is
AT_ONCE = 5_000  # ids in a statement


class PaperRow(NamedTuple):
    """What lists, answers and exports show of a paper, under the names that a Paper has for it."""

    pk: int
    identifier: str
    arxiv_id: str | None
    title: str
    abstract: str
    abstract_is_cut: bool
    byline: list[dict[str, Any]]
    byline_is_complete: bool
    collaborations: list[str]
    categories: list[str]
    published: date | None
    published_precision: str
    issued: date | None
    issued_precision: str
    updated: date | None
    versions: list[dict[str, Any]]
    type: str
    details: dict[str, Any]
    doi: str
    journal_ref: str
    comments: str
    report_no: str
    license: str
    source: str
    is_withdrawn: bool
    citation_key: str
    modified_at: datetime
    address: str

    def get_absolute_url(self) -> str:
        return self.address

    @property
    def published_date(self) -> PartialDate | None:
        """As `Paper.published_date`."""
        return PartialDate.stored(self.published, self.published_precision)

    @property
    def issued_date(self) -> PartialDate | None:
        """As `Paper.issued_date`."""
        return PartialDate.stored(self.issued, self.issued_precision)

    @property
    def source_url(self) -> str:
        """As `Paper.source_url`."""
        return f"https://arxiv.org/abs/{self.arxiv_id}" if self.arxiv_id else ""


# Read from the column of the same name, but for these.
COLUMNS = {"pk": "id", "address": "identifier"}
SELECT = (
    f"SELECT {', '.join(COLUMNS.get(name, name) for name in PaperRow._fields)} FROM {Paper._meta.db_table} WHERE id IN "
)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps no zone


def paper_addresses() -> Callable[[str], str]:
    """A function that gives the address of the paper of an identifier: one look-up instead of one a paper."""
    before, after = reverse("paper", args=["@"]).split("@")
    return lambda identifier: f"{before}{quote(identifier, safe=IN_A_PATH)}{after}"  # quoted as Django quotes


def rows_of(ids: Sequence[int]) -> list[PaperRow]:
    """The papers in the order of these ids; one query for up to 5,000."""
    if not ids:
        return []
    decoders: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(("byline", "collaborations", "categories", "versions", "details"), orjson.loads),
        "modified_at": _aware,
        "address": paper_addresses(),
    }
    places = [(PaperRow._fields.index(name), decode) for name, decode in decoders.items()]
    found: dict[int, PaperRow] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            wanted = list(ids[start : start + AT_ONCE])
            cursor.execute(f"{SELECT} ({bulk.marks(len(wanted))})", wanted)
            for values in map(list, cursor.fetchall()):
                for place, decode in places:
                    values[place] = decode(values[place])
                row = PaperRow._make(values)
                found[row.pk] = row
    return [found[pk] for pk in ids if pk in found]
