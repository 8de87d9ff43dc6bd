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
from papers.text.dates import iso
from papers.text.plain_text import plain_line


def person(who: Contributor) -> dict[str, Any]:
    """An author of a paper: a Person, known by the page here where there is one, or an Organization."""
    if who.is_group:
        return {"@type": "Organization", "name": who.name}
    return without_empty(
        at_type="Person",
        at_id=who.url,
        name=who.name,
        givenName=who.forenames,
        familyName=who.surname,
        honorificSuffix=who.suffix,
        url=who.url,
        affiliation=[{"@type": "Organization", "name": name} for name in who.affiliations],
    )


def scholarly_article(work: Work, *, version: str = "") -> dict[str, Any]:
    """The paper; identifiers that aren't known are left out."""
    identifiers = [("arXiv", work.arxiv_id), ("DOI", work.doi), ("DOI", work.arxiv_doi)]
    place = work.publication
    return without_empty(
        at_type="ScholarlyArticle",
        at_id=work.url,
        url=work.url,
        mainEntityOfPage=work.url,
        headline=cut(work.plain_title, 110),
        name=work.plain_title,
        author=[person(who) for who in work.authors],
        datePublished=work.published.iso() if work.published else None,
        dateModified=work.updated.isoformat() if work.updated else None,
        abstract=plain_line(work.abstract),
        identifier=[
            {"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in identifiers if value
        ],
        sameAs=[url for url in (work.source_url, doi_url(work.arxiv_doi), doi_url(work.doi)) if url],
        isPartOf={"@type": "Periodical", "name": place.container} if place.container else None,
        pagination=place.pages,
        keywords=list(work.categories),
        about=[{"@type": "Thing", "name": name} for name in work.subjects],
        license=work.license if license_name(work.license) else "",
        version=version,
        creativeWorkStatus="Preprint" if work.form == "preprint" else "",
    )


def paper_head(work: Work, subjects: list[Subject], *, version: str = "") -> Head:
    """The head of a paper's page."""
    first = [(subjects[0].name, subjects[0].url)] if subjects else []
    way = breadcrumbs(
        (_("Categories"), reverse("categories")),
        *first,
        (work.plain_title, reverse("paper", args=[work.identifier])),
    )
    dates = [("published", work.published.iso() if work.published else ""), ("modified", iso(work.updated))]
    return Head(
        title=work.plain_title,
        description=cut(plain_line(work.abstract), is_cut=work.abstract_is_cut) or work.plain_title,
        url=work.url,
        kind="article",
        tags=highwire.tags(work),
        properties=[(f"article:{name}_time", day) for name, day in dates if day],
        alternates=[*formats("paper-export", work.identifier), markdown("paper-markdown", work.identifier)],
        data=[scholarly_article(work, version=version), way],
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
