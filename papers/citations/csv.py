"""CSV: UTF-8 with a header, quoted as RFC 4180 says, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from papers.citations.work import Work
from papers.text.plain_text import plain_line
from papers.text.spreadsheet_cells import safe_cell

COLUMNS = (
    "identifier",
    "arxiv_id",
    "doi",
    "title",
    "authors",
    "collaborations",
    "type",
    "published",
    "issued",
    "updated",
    "container",
    "volume",
    "issue",
    "pages",
    "publisher",
    "primary_category",
    "categories",
    "journal_ref",
    "license",
    "url",
    "source_url",
    "withdrawn",
)
BETWEEN = "; "


class Echo:
    """A file that gives back what is written to it, so that csv can be streamed."""

    def write(self, text: str) -> str:
        return text


def write(works: Iterable[Work]) -> Iterator[str]:
    """The header, then a row for each work."""
    yield from written([COLUMNS])
    yield from written(map(row, works))


def written(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Rows of any table as CSV lines, formulas defused."""
    writer = csv.writer(Echo())
    return (writer.writerow(map(safe_cell, values)) for values in rows)


def row(work: Work) -> tuple[str, ...]:
    """What is known of the paper, its preprint and its article together, or of the one that was asked for.

    Dates are as precise as they are known (ISO 8601).
    """
    is_preprint = work.asked == "preprint"
    where = work.publication if work.asked else work.stated
    published, issued = (work.date, None if is_preprint else work.date) if work.asked else (work.published, work.issued)
    return (
        work.identifier,
        work.arxiv_id,
        work.cited_doi if work.asked else work.doi,
        work.plain_title,
        BETWEEN.join(who.name for who in work.people) + ("" if work.is_complete else f"{BETWEEN}et al."),
        BETWEEN.join(who.name for who in work.groups),
        work.cited_type if work.asked else work.type,
        published.iso() if published else "",
        issued.iso() if issued else "",
        work.updated.isoformat() if work.updated else "",
        where.container,
        where.volume,
        where.issue,
        where.pages,
        where.publisher,
        work.categories[0] if work.categories else "",
        BETWEEN.join(work.categories),
        "" if is_preprint else plain_line(work.journal_ref),
        work.license,
        work.url,
        work.source_url,
        "yes" if work.is_withdrawn else "",
    )
