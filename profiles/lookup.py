"""Look-up of the author whom an address or a text names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from papers.http.lookup import moved
from papers.identifiers import InvalidIdentifier, Orcid
from papers.models import PaperQuerySet
from papers.people import UnknownPerson
from profiles.models import Author, AuthorIdentifier, EarlierSlug


def find_authors(who: Iterable[str]) -> dict[str, Author]:
    """By each of the texts the author whom it names; those that name nobody are left out.

    The first that fits: an address, a public id, an earlier address that is not retired, an ORCID with "orcid:" before it or
    without. A merged author gives the survivor. Three queries at most, and two more where somebody was merged.
    """
    texts = set(who)
    names = {text for text in texts if not text.startswith("orcid:")}
    found: dict[str, Author] = {}
    if names:
        people = list(Author.objects.filter(Q(slug__in=names) | Q(public_id__in=names)))
        found |= {author.public_id: author for author in people if author.public_id in names}
        found |= {author.slug: author for author in people if author.slug in names}
    if left := names - found.keys():
        earlier = EarlierSlug.objects.filter(slug__in=left, is_retired=False).select_related("author")
        found |= {row.slug: row.author for row in earlier}
    if orcids := {text: orcid for text in texts - found.keys() if (orcid := orcid_of(text))}:
        rows = AuthorIdentifier.objects.filter(scheme="orcid", value__in=orcids.values()).select_related("author")
        owners = {row.value: row.author for row in rows}
        found |= {text: owners[orcid] for text, orcid in orcids.items() if orcid in owners}
    merged = {author.pk for author in found.values() if author.merged_into_id}
    survivors = Author.objects.survivors_of(merged) if merged else {}
    present = {text: survivors.get(author.pk) if author.pk in merged else author for text, author in found.items()}
    return {text: author for text, author in present.items() if author}


def find_author(who: str) -> Author | None:
    """The author whom the text names, as `find_authors` has it, or None."""
    return find_authors([who]).get(who)


def find_record(who: str) -> Author | None:
    """The record itself with this public id, even where it was merged, or else the author whom the text names, or None."""
    return Author.objects.filter(public_id=who).first() or find_author(who)


def survivor(author: Author) -> Author | None:
    """The author that this one was merged into, or itself; None where merges lead to nobody."""
    return Author.objects.survivors_of([author.pk]).get(author.pk) if author.merged_into_id else author


def orcid_of(text: str) -> str:
    """The ORCID that the text is, with "orcid:" before it or without; "" where it is none."""
    try:
        return Orcid.parse(text.removeprefix("orcid:")).value
    except InvalidIdentifier:
        return ""


# --- Whom visitors may see --------------------------------------------------------------------------------------------


def shown_authors(who: Iterable[str]) -> dict[str, Author]:
    """Of `find_authors` those whom visitors may see."""
    return {text: author for text, author in find_authors(who).items() if not author.is_hidden}


def find_shown_author(who: str) -> Author | None:
    """The author whom the text names, if visitors may see one, or None."""
    return shown_authors([who]).get(who)


def shown_author(who: str) -> Author:
    """The author, whom visitors may see, whom the text names; raises UnknownPerson."""
    author = find_shown_author(who)
    if author is None:
        raise unknown_person(who)
    return author


def unknown_person(who: str) -> UnknownPerson:
    """The error to be raised where visitors may see nobody by this text."""
    message = _("There is no author %(who)r. Give the address, the public id or orcid:….")
    return UnknownPerson(message % {"who": who[:60]})


def is_retired(who: str) -> bool:
    """Whether the text is an address whose profile was retired."""
    return EarlierSlug.objects.filter(slug=who, is_retired=True).exists()


def author_or_redirect(request: HttpRequest, who: str, name: str, *rest: Any) -> Author | HttpResponse:
    """The author at this address, or the answer for one who moved (301) or went (410); raises Http404.

    `name` and `rest` are the page's own: an earlier address leads to the same page.
    """
    author = find_shown_author(who)
    if author is None and is_retired(who):
        message = _("The profile that was at this address has been retired.")
        return render(request, "410.html", {"message": message}, status=410)
    if author is None:
        raise Http404(_("There is no author at this address."))
    if author.slug != who:
        return moved(request, name, author.slug, *rest)
    return author


def papers_of(author: Author, papers: PaperQuerySet) -> PaperQuerySet:
    """The author's among these papers; ordered by `list_day` and `list_id` it is an index range."""
    return papers.filter(authorships__author=author).annotate(
        list_day=F("authorships__sort_day"), list_id=F("authorships__paper_id")
    )
