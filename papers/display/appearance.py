"""Place and date of a paper's appearance, as pages say them: "J. Things 12(3), 1–10, 2019", "May 2019"."""

from __future__ import annotations

from django.utils.formats import date_format

from papers.display.rows import PaperRow
from papers.models import Paper
from papers.publications import Details, publication_of
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line


def shown_date(day: PartialDate | None) -> str:
    """The date in the visitor's language as far as it is known: "2019", "May 2019", "May 3, 2019"."""
    if day is None:
        return ""
    if day.precision == "year":
        return str(day.year)
    return date_format(day.first, "YEAR_MONTH_FORMAT" if day.precision == "month" else "DATE_FORMAT")


def appeared_in(paper: Paper | PaperRow, beside: PartialDate | None = None) -> str:
    """Journal or book with volume, issue, pages and year in plain text, or else the printed reference.

    The year is left out if it is that of the date that stands `beside` it.
    """
    if not paper.details:
        return plain_line(paper.journal_ref)
    details = Details.from_json(paper.details)
    place = place_of(details)
    if not place:
        return plain_line(paper.journal_ref)
    day = paper.issued_date or (None if paper.arxiv_id else paper.published_date)
    year = str(day.year) if day and (beside is None or beside.year != day.year) else ""
    return ", ".join(filter(None, (place, year)))


def place_of(details: Details) -> str:
    """Container with volume, issue and pages: "J. Things 12(3), 1–10"; of what stands in none its series or publisher."""
    place = publication_of(details, "")
    number = place.volume + (f"({place.issue})" if place.issue else "")
    titles = list(filter(None, (place.container, plain_line(details.series))))
    if not titles:
        return place.publisher
    if number:  # a book's or a conference's is that of its series
        titles[-1] += f" {number}"
    return ", ".join(filter(None, (*titles, place.pages.replace("-", "–") or place.article_number)))
