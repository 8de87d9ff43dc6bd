"""Whom the address of a page names."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.models import Author, EarlierSlug
from profiles.people import find_author


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
