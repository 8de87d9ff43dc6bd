"""Whom the address of a page names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from papers.identifiers import InvalidIdentifier, Orcid
from papers.models import PaperQuerySet
from papers.people import UnknownPerson
from profiles.models import Author, AuthorIdentifier, EarlierSlug


def author_or_redirect(request: HttpRequest, who: str, name: str, *rest: Any) -> Author | HttpResponse:
    """The author at this address, or the answer for one who moved (301) or went (410); raises Http404.

    `name` and `rest` are the page's own: an earlier address leads to the same page.
    """
    author = Author.objects.filter(slug=who).first()
    if author is None or author.merged_into_id:
        if EarlierSlug.objects.filter(slug=who, is_retired=True).exists():
            message = _("The profile that was at this address has been retired.")
            return render(request, "410.html", {"message": message}, status=410)
        author = find_author(who)
        if author is None or author.is_hidden:
            raise Http404(_("There is no author at this address."))
        return HttpResponsePermanentRedirect(reverse(name, args=[author.slug, *rest]))
    if author.is_hidden:
        raise Http404(_("There is no author at this address."))
    return author


def shown_author(who: str) -> Author:
    """The author, whom visitors may see, with this address, public id or "orcid:…"; raises UnknownPerson."""
    author = find_author(who)
    if author is None or author.is_hidden:
        message = _("There is no author %(who)r. Give the address, the public id or orcid:….")
        raise UnknownPerson(message % {"who": who[:60]})
    return author


def papers_of(author: Author, papers: PaperQuerySet) -> PaperQuerySet:
    """The author's among these papers; ordered by `list_date` and `list_id` it is an index range."""
    return papers.filter(authorships__author=author).annotate(
        list_date=F("authorships__sort_date"), list_id=F("authorships__paper_id")
    )


def find_author(who: str) -> Author | None:
    """The author with this slug, earlier slug, public id or "orcid:…"; a merged one gives the survivor; else None."""
    if who.startswith("orcid:"):
        try:
            orcid = str(Orcid.parse(who.removeprefix("orcid:")))
        except InvalidIdentifier:
            return None
        found = AuthorIdentifier.objects.filter(scheme="orcid", value=orcid).select_related("author").first()
        return survivor(found.author) if found else None
    author = Author.objects.filter(slug=who).first() or Author.objects.filter(public_id=who).first()
    if author is None:
        earlier = EarlierSlug.objects.filter(slug=who, is_retired=False).select_related("author").first()
        author = earlier.author if earlier else None
    return survivor(author) if author else None


def survivor(author: Author) -> Author | None:
    """The author that this one was merged into, or itself; None where merges lead to nobody."""
    into = author.merged_into_id
    return Author.objects.survivors_of([into]).get(into) if into else author


def find_authors(who: Iterable[str]) -> dict[str, Author]:
    """By what it was asked for (public id, address, earlier address, ORCID) the visible author; a merged one gives the
    survivor. At most seven queries, however many are asked for."""
    orcids: dict[str, str] = {}
    for text in who:
        try:
            orcids[text] = str(Orcid.parse(text.removeprefix("orcid:")))
        except InvalidIdentifier:
            continue
    names = [text for text in who if text not in orcids]
    found: dict[str, int] = {}
    # What comes later goes before: a present address, a public id, an address once had.
    found.update(EarlierSlug.objects.filter(slug__in=names, is_retired=False).values_list("slug", "author_id"))
    found.update(Author.objects.filter(public_id__in=names).values_list("public_id", "pk"))
    found.update(Author.objects.filter(slug__in=names).values_list("slug", "pk"))
    of_orcid = dict(
        AuthorIdentifier.objects.filter(scheme="orcid", value__in=orcids.values()).values_list("value", "author_id")
    )
    found.update({text: of_orcid[value] for text, value in orcids.items() if value in of_orcid})
    authors = Author.objects.survivors_of(found.values())
    return {text: authors[pk] for text, pk in found.items() if pk in authors and not authors[pk].is_hidden}
