"""The meta elements that Google Scholar and reference managers read from a paper's page.

The rules: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing. A page without an author or a date gets none,
for those are required, and neither does a withdrawn paper's. `citation_pdf_url` must lead to a file below the page; PDFs stay
at arXiv.
"""

from __future__ import annotations

from collections.abc import Iterator

from papers.citations.work import Contributor, Work
from papers.publications import language_tag
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line

# What the container of these is called; of all others it is a journal.
TITLES = {
    "paper-conference": "citation_conference_title",
    "speech": "citation_conference_title",
    "chapter": "citation_inbook_title",
    "entry": "citation_inbook_title",
    "entry-dictionary": "citation_inbook_title",
    "entry-encyclopedia": "citation_inbook_title",
}
PUBLISHERS = {"thesis": "citation_dissertation_institution", "report": "citation_technical_report_institution"}


def tags(work: Work) -> list[tuple[str, str]]:
    """(name, content) of each element, authors one each in their order; nothing where a required one is missing."""
    date = work.date or work.published
    if work.is_withdrawn or not (work.authors and date):
        return []
    return [(name, value) for name, value in _tags(work, date) if value]


def _tags(work: Work, date: PartialDate) -> Iterator[tuple[str, str]]:
    place, details = work.publication, work.shown_details
    yield "citation_title", work.plain_title
    yield from (("citation_author", author(who)) for who in work.authors)
    yield "citation_publication_date", day(date)
    yield "citation_online_date", day(PartialDate(work.updated)) if work.updated else ""
    if work.form == "article":
        yield TITLES.get(work.cited_type, "citation_journal_title"), place.container
        yield PUBLISHERS.get(work.cited_type, "citation_publisher"), place.publisher
    yield "citation_volume", place.volume
    yield "citation_issue", place.issue
    yield "citation_firstpage", place.first_page or place.article_number
    yield "citation_lastpage", place.last_page
    yield "citation_isbn", plain_line(details.isbn)
    yield "citation_issn", plain_line(details.issn)
    if work.cited_type == "report":
        yield "citation_technical_report_number", plain_line(work.report_no)
    yield "citation_doi", work.cited_doi
    yield "citation_arxiv_id", work.arxiv_id
    yield "citation_language", language_tag(details.language)
    yield from (("citation_keywords", keyword) for keyword in work.keywords)
    yield "citation_abstract", "" if work.abstract_is_cut else plain_line(work.abstract)
    yield "citation_abstract_html_url", work.url
    yield from (
        ("citation_pdf_url", each.url) for each in details.urls if each.kind == "pdf" and is_below(each.url, work)
    )


def is_below(url: str, work: Work) -> bool:
    """Whether the file stands beside the paper's page, whose address ends with a slash."""
    return url.startswith(work.url) and "/" not in url.removeprefix(work.url)


def day(moment: PartialDate) -> str:
    """The date as far as it is known: 2019, 2019/05 or 2019/05/03."""
    return moment.iso().replace("-", "/")


def author(who: Contributor) -> str:
    """ "Brihaye, Y.", "King Jr, Martin Luther"; groups and mononyms by their whole name."""
    if who.is_group or not (who.surname and who.forenames):
        return who.name
    return f"{who.surname} {who.suffix}".strip() + f", {who.forenames}"
