"""Where, when and as what a paper appeared, as pages say it: "J. Things 12(3), 1–10, 2019", "May 2019", "Conference paper"."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from papers.display.rows import PaperRow
from papers.models import Paper
from papers.publications import Details, publication_of
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line

TYPES = {
    "article": gettext_lazy("Preprint"),
    "article-journal": gettext_lazy("Journal article"),
    "article-magazine": gettext_lazy("Magazine article"),
    "article-newspaper": gettext_lazy("Newspaper article"),
    "book": gettext_lazy("Book"),
    "broadcast": gettext_lazy("Broadcast"),
    "chapter": gettext_lazy("Book chapter"),
    "classic": gettext_lazy("Classic"),
    "collection": gettext_lazy("Collection"),
    "dataset": gettext_lazy("Data set"),
    "document": gettext_lazy("Document"),
    "entry": gettext_lazy("Entry of a reference work"),
    "entry-dictionary": gettext_lazy("Entry of a dictionary"),
    "entry-encyclopedia": gettext_lazy("Entry of an encyclopedia"),
    "event": gettext_lazy("Event"),
    "figure": gettext_lazy("Figure"),
    "graphic": gettext_lazy("Picture"),
    "interview": gettext_lazy("Interview"),
    "legislation": gettext_lazy("Law"),
    "manuscript": gettext_lazy("Manuscript"),
    "map": gettext_lazy("Map"),
    "motion_picture": gettext_lazy("Film"),
    "musical_score": gettext_lazy("Musical score"),
    "pamphlet": gettext_lazy("Booklet"),
    "paper-conference": gettext_lazy("Conference paper"),
    "patent": gettext_lazy("Patent"),
    "performance": gettext_lazy("Performance"),
    "periodical": gettext_lazy("Periodical"),
    "personal_communication": gettext_lazy("Personal communication"),
    "post": gettext_lazy("Post"),
    "post-weblog": gettext_lazy("Blog post"),
    "report": gettext_lazy("Report"),
    "review": gettext_lazy("Review"),
    "review-book": gettext_lazy("Book review"),
    "software": gettext_lazy("Software"),
    "song": gettext_lazy("Song"),
    "speech": gettext_lazy("Talk"),
    "standard": gettext_lazy("Standard"),
    "thesis": gettext_lazy("Thesis"),
    "webpage": gettext_lazy("Web page"),
}


def type_name(kind: str) -> str:
    """The type (papers/taxonomy/types.py) in the visitor's language; of the rare ones their own word, nothing for none."""
    return str(TYPES.get(kind, kind.replace("_", " ").capitalize()))


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
