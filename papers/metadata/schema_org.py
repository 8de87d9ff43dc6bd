"""A paper as schema.org describes it, and everything the head of its page says."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from papers.citations.work import Contributor, Work
from papers.display.cards import Subject, cut
from papers.http.addresses import absolute_url
from papers.identifiers import doi_url, license_name
from papers.metadata import highwire
from papers.metadata.head import Alternate, Head, breadcrumbs, formats, markdown, without_empty
from papers.publications import language_tag
from papers.text.dates import iso
from papers.text.plain_text import plain_line

# What schema.org calls the types of CSL (papers/taxonomy/types.py); a paper of which nothing is known is an article.
TYPES = {
    "": "ScholarlyArticle",
    "article": "ScholarlyArticle",
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "book": "Book",
    "chapter": "Chapter",
    "classic": "Book",
    "collection": "Collection",
    "dataset": "Dataset",
    "document": "ScholarlyArticle",
    "entry": "Chapter",
    "entry-dictionary": "Chapter",
    "entry-encyclopedia": "Chapter",
    "manuscript": "Manuscript",
    "map": "Map",
    "motion_picture": "Movie",
    "pamphlet": "Book",
    "paper-conference": "ScholarlyArticle",
    "periodical": "Periodical",
    "post": "SocialMediaPosting",
    "post-weblog": "BlogPosting",
    "report": "Report",
    "review": "ScholarlyArticle",
    "review-book": "ScholarlyArticle",
    "software": "SoftwareSourceCode",
    "thesis": "Thesis",
    "webpage": "WebPage",
}
IN_A_BOOK = frozenset({"paper-conference", "chapter", "entry", "entry-dictionary", "entry-encyclopedia", "speech"})


def type_of_work(work: Work) -> str:
    """What schema.org calls a work of this type."""
    return TYPES.get(work.cited_type, "CreativeWork")


def person(who: Contributor) -> dict[str, Any]:
    """An author of a paper: a Person, known by the page here where there is one, or an Organization."""
    if who.is_group:
        return {"@type": "Organization", "name": who.name}
    orcid = f"https://orcid.org/{who.orcid}" if who.orcid else ""
    return without_empty(
        at_type="Person",
        at_id=who.url or orcid,
        name=who.name,
        givenName=who.forenames,
        familyName=who.surname,
        honorificSuffix=who.suffix,
        url=who.url,
        sameAs=orcid,
        affiliation=[{"@type": "Organization", "name": name} for name in who.affiliations],
    )


def container(work: Work) -> dict[str, Any] | None:
    """The journal, down to the issue, or the book that the work is a part of; of a book its series."""
    place, details = work.publication, work.shown_details
    series = without_empty(at_type="BookSeries", name=plain_line(details.series)) if details.series else None
    if not place.container:
        return series
    if work.cited_type in IN_A_BOOK:
        return without_empty(
            at_type="Book",
            name=place.container,
            editor=[person(who) for who in work.editors],
            isbn=plain_line(details.isbn),
            position=place.volume,  # in its series; only journals have numbered volumes there
            isPartOf=series,
        )
    found = without_empty(at_type="Periodical", name=place.container, issn=plain_line(details.issn))
    if place.volume:
        found = {"@type": "PublicationVolume", "volumeNumber": place.volume, "isPartOf": found}
    if place.issue:
        found = {"@type": "PublicationIssue", "issueNumber": place.issue, "isPartOf": found}
    return found


def publisher(work: Work) -> dict[str, Any] | None:
    """Who brought out what is cited."""
    place = plain_line(work.shown_details.place)
    if not work.publication.publisher:
        return None
    return without_empty(at_type="Organization", name=work.publication.publisher, address=place)


def creative_work(work: Work, *, version: str = "") -> dict[str, Any]:
    """The paper; what isn't known is left out. Date, type and container are those of the form that is cited."""
    identifiers = [("arXiv", work.arxiv_id), ("DOI", work.doi), ("DOI", work.arxiv_doi)]
    details, date = work.shown_details, work.date or work.published
    is_part = work.cited_type in IN_A_BOOK and work.publication.container
    return without_empty(
        at_type=type_of_work(work),
        at_id=work.url,
        url=work.url,
        mainEntityOfPage=work.url,
        headline=cut(work.plain_title, 110),
        name=work.plain_title,
        author=[person(who) for who in work.authors],
        editor=[] if is_part else [person(who) for who in work.editors],
        dateCreated=work.published.iso() if work.published and work.published != date else None,
        datePublished=date.iso() if date else None,
        dateModified=iso(work.updated),
        abstract=plain_line(work.abstract),
        identifier=[
            {"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in identifiers if value
        ],
        sameAs=same_as(work),
        isPartOf=container(work),
        pagination=work.publication.pages or work.publication.article_number,
        publisher=publisher(work),
        bookEdition=plain_line(details.edition) if type_of_work(work) == "Book" else "",
        isbn="" if is_part else plain_line(details.isbn),
        inLanguage=language_tag(details.language),
        keywords=[*work.categories, *map(plain_line, work.details.keywords)],
        about=[{"@type": "Thing", "name": name} for name in work.subjects],
        encoding=[
            {"@type": "MediaObject", "contentUrl": each.url, "encodingFormat": "application/pdf"}
            for each in details.urls
            if each.kind == "pdf"
        ],
        license=work.license if license_name(work.license) else "",
        version=version,
        creativeWorkStatus="Withdrawn" if work.is_withdrawn else "Preprint" if work.form == "preprint" else "",
    )


def same_as(work: Work) -> list[str]:
    """Other pages of the paper: arXiv's, the publisher's, those that a source names."""
    pages = [each.url for each in work.details.urls if each.kind == "landing"]
    urls = (work.source_url, doi_url(work.arxiv_doi), doi_url(work.doi), *pages)
    return list(dict.fromkeys(filter(None, urls)))


def paper_head(work: Work, subjects: list[Subject], *, version: str = "") -> Head:
    """The head of a paper's page."""
    first = [(_("Papers"), reverse("papers"))]
    if subjects:
        first = [(_("Categories"), reverse("categories")), (subjects[0].name, subjects[0].url)]
    way = breadcrumbs(
        *first,
        (work.plain_title, reverse("paper", args=[work.identifier])),
    )
    published = work.published.iso() if work.published and work.published.precision == "day" else ""
    dates = [("published", published), ("modified", iso(work.updated))]  # Open Graph knows moments alone
    return Head(
        title=work.plain_title,
        description=cut(plain_line(work.abstract), is_cut=work.abstract_is_cut) or work.plain_title,
        url=work.url,
        kind="article",
        tags=highwire.tags(work),
        properties=[(f"article:{name}_time", day) for name, day in dates if day],
        alternates=[*formats("paper-export", work.identifier), markdown("paper-markdown", work.identifier)],
        data=[creative_work(work, version=version), way],
    )


def category_head(code: str, name: str, description: str) -> Head:
    """The head of a subject's page."""
    path = reverse("category", args=[code])
    feed = Alternate("application/atom+xml", name, absolute_url(reverse("category-feed", args=[code])))
    return Head(
        title=f"{name} ({code})",
        description=description,
        url=absolute_url(path),
        alternates=[feed, *formats("category-export", code)],
        data=[breadcrumbs((_("Categories"), reverse("categories")), (name, path))],
    )
