"""The meta elements that Google Scholar and reference managers read from a paper's page.

The rules: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing. A page without an author or a date gets none,
for those are required. There is no `citation_pdf_url`: it must lead to a file beside the page, and PDFs stay at arXiv.
"""

from __future__ import annotations

from collections.abc import Iterator

from papers.citations.work import Contributor, Work
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_line


def tags(work: Work) -> list[tuple[str, str]]:
    """(name, content) of each element, authors one each in their order; nothing where a required one is missing."""
    if not (work.authors and work.published):
        return []
    return [(name, value) for name, value in _tags(work, work.published) if value]


def _tags(work: Work, published: PartialDate) -> Iterator[tuple[str, str]]:
    place = work.publication
    yield "citation_title", work.plain_title
    yield from (("citation_author", author(who)) for who in work.authors)
    yield "citation_publication_date", day(work.date or published)
    yield "citation_date", day(published)
    yield "citation_online_date", day(PartialDate(work.updated) if work.updated else published)
    yield "citation_journal_title", place.container
    yield "citation_volume", place.volume
    yield "citation_issue", place.issue
    yield "citation_firstpage", place.first_page
    yield "citation_lastpage", place.last_page
    yield "citation_doi", work.cited_doi
    yield "citation_arxiv_id", work.arxiv_id
    yield from (("citation_keywords", keyword) for keyword in work.keywords)
    yield "citation_abstract", "" if work.abstract_is_cut else plain_line(work.abstract)
    yield "citation_abstract_html_url", work.url


def day(moment: PartialDate) -> str:
    """The date as far as it is known: 2019, 2019/05 or 2019/05/03."""
    return moment.iso().replace("-", "/")


def author(who: Contributor) -> str:
    """ "Brihaye, Y.", "King Jr, Martin Luther"; groups and mononyms by their whole name."""
    if who.is_group or not (who.surname and who.forenames):
        return who.name
    return f"{who.surname} {who.suffix}".strip() + f", {who.forenames}"
