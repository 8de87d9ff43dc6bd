"""Why somebody is in a list of similar authors, in a few words, and why nobody is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from papers.models import Build
from profiles import similarity
from profiles.models import Author
from profiles.part_labels import part_label
from profiles.seen import Seen


def why_nobody(author: Author, build: Build | None) -> str:
    """Why the author has no similar ones; `build` is the run whose links are shown."""
    if not author.in_similarity:
        return _("A curator has left this author out of the comparison.")
    if build is None:
        return _("Similar authors have not been computed yet.")
    shown = similarity.true_build()
    if shown is not None and author.modified_at > Seen.of(shown).author:
        return _("Not compared yet: this profile is newer than the last comparison.")
    return _("Not enough to compare: neither telling words nor co-authors lead to anybody else.")


def reason(evidence: dict[str, Any]) -> str:
    """The strongest shared terms; before them what ties the two in the network, where that makes half of the score."""
    parts = evidence.get("parts", [])
    found = similarity.reasons(evidence)
    tie = next((part for part in parts if part["kind"] == "graph"), None)
    if tie and 2 * tie["contribution"] >= sum(part["contribution"] for part in parts):
        found = [part_label("graph", tie["label"]), *found]
    return ", ".join(found)
