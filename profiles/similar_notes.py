"""What a visitor reads in the place of an empty list of similar authors."""

from __future__ import annotations

from django.utils.translation import gettext as _

from papers.models import Build
from profiles import similarity
from profiles.models import Author


def why_nobody(author: Author, build: Build | None) -> str:
    """Why the author has no similar ones; `build` is the run whose links are shown."""
    if not author.in_similarity:
        return _("A curator has left this author out of the comparison.")
    if build is None:
        return _("Similar authors have not been computed yet.")
    moment = similarity.true_of()
    if moment is not None and author.modified_at > moment:
        return _("Not compared yet: this profile is newer than the last comparison.")
    return _("Not enough to compare: neither telling words nor co-authors lead to anybody else.")
