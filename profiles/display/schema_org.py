"""A profile as schema.org describes it (https://developers.google.com/search/docs/appearance/structured-data/profile-page)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from papers.display.cards import cut
from papers.http.addresses import absolute_url
from papers.metadata.head import Alternate, Head, breadcrumbs, formats, markdown, without_empty
from papers.metadata.signposting import Link
from profiles.models import Author, AuthorIdentifier

EMBED_WIDTH, EMBED_HEIGHT = 600, 480


def person(
    author: Author, names: list[str], identifiers: list[AuthorIdentifier], subjects: list[str]
) -> dict[str, Any]:
    """The author; `names` are the other public ones, `subjects` the names of the main categories."""
    return without_empty(
        at_type="Person",
        at_id=absolute_url(author.get_absolute_url()),
        url=absolute_url(author.get_absolute_url()),
        name=author.name,
        givenName=author.forenames,
        familyName=author.surname,
        honorificSuffix=author.suffix,
        alternateName=names,
        description=author.bio,
        affiliation={"@type": "Organization", "name": author.affiliation} if author.affiliation else None,
        identifier=[
            {"@type": "PropertyValue", "propertyID": "Coterie", "value": author.public_id},
            *(
                {"@type": "PropertyValue", "propertyID": row.get_scheme_display(), "value": row.value, "url": row.url}
                for row in identifiers
                if row.scheme != AuthorIdentifier.Scheme.HOMEPAGE
            ),
        ],
        sameAs=[row.url for row in identifiers],
        knowsAbout=subjects,
        agentInteractionStatistic={
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/WriteAction",
            "userInteractionCount": author.paper_count,
        },
    )


def profile_head(
    author: Author, names: list[str], identifiers: list[AuthorIdentifier], subjects: list[str], description: str
) -> Head:
    """The head of a profile."""
    path = author.get_absolute_url()
    page = without_empty(
        at_type="ProfilePage",
        at_id=absolute_url(path) + "#page",
        url=absolute_url(path),
        name=author.name,
        dateCreated=author.created_at.isoformat(timespec="seconds"),
        dateModified=author.modified_at.isoformat(timespec="seconds"),
        mainEntity=person(author, names, identifiers, subjects),
    )
    feed = Alternate("application/atom+xml", author.name, absolute_url(reverse("author-feed", args=[author.slug])))
    embedded = [
        Alternate(
            f"{kind}+oembed",
            author.name,
            absolute_url(reverse("oembed")) + "?" + urlencode({"url": absolute_url(path), "format": name}),
        )
        for kind, name in (("application/json", "json"), ("text/xml", "xml"))
    ]
    return Head(
        title=author.name,
        description=cut(author.bio) or description,
        url=absolute_url(path),
        kind="profile",
        properties=[
            (f"profile:{name}", value)
            for name, value in (
                ("first_name", author.forenames),
                ("last_name", author.surname),
                ("username", author.slug),
            )
            if value
        ],
        alternates=[
            feed,
            *embedded,
            *formats("author-export", author.slug),
            markdown("author-markdown", author.slug),
        ],
        data=[page, breadcrumbs((_("Authors"), reverse("authors")), (author.name, path))],
    )


def profile_links(author: Author, head: Head) -> list[Link]:
    """The links in the header of a profile: the address that never changes, and the same in other formats."""
    return [
        Link("cite-as", absolute_url(reverse("author", args=[author.public_id]))),
        Link("type", "https://schema.org/ProfilePage"),
        Link("describedby", absolute_url(reverse("api-author-detail", args=[author.public_id])), "application/json"),
        *(Link("alternate", each.url, each.media_type) for each in head.alternates),
    ]


def embed_code(author: Author, width: int = EMBED_WIDTH, height: int = EMBED_HEIGHT) -> str:
    """The iframe to paste into a page."""
    return format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
        absolute_url(reverse("author-embed", args=[author.slug])),
        width,
        height,
        _("Papers by %(name)s") % {"name": author.name},
    )
