"""Work-lists of curators, with their length, for the admin's front page; and the last decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from papers.models import Collaboration, Paper, PaperSuggestion
from profiles.models import Author, Correction, Decision, DuplicateSuggestion, UnassignedName

LATEST = 10


@dataclass(frozen=True, slots=True)
class WorkList:
    """Something to look at: its name, how much there is (counted to ten thousand), and where."""

    name: str
    length: int
    url: str


def work_lists() -> list[WorkList]:
    """What is worth a curator's look, in the order in which it is."""

    def counted(rows: QuerySet[Any]) -> int:
        return rows.order_by()[:10_000].count()

    papers, authors = reverse("admin:papers_paper_changelist"), reverse("admin:profiles_author_changelist")
    unidentified = Author.objects.listed().filter(identifiers=None, paper_count__gte=10)
    return [
        WorkList(
            "Corrections suggested by visitors",
            counted(Correction.objects.filter(status="open")),
            reverse("admin:profiles_correction_changelist") + "?status__exact=open",
        ),
        WorkList(
            "Possible duplicates",
            counted(DuplicateSuggestion.objects.open().not_skipped()),
            reverse("admin:curation-duplicates"),
        ),
        WorkList(
            "Possibly one paper",
            counted(PaperSuggestion.objects.open().not_skipped()),
            reverse("admin:curation-duplicate-papers"),
        ),
        WorkList(
            "Papers under a name that was split",
            counted(UnassignedName.objects.all()),
            reverse("admin:profiles_unassignedname_changelist"),
        ),
        WorkList(
            "Names that could not be parsed",
            counted(Paper.objects.filter(byline_needs_review=True)),
            papers + "?byline_needs_review__exact=1",
        ),
        WorkList(
            "Papers with an incomplete byline",
            counted(Paper.objects.filter(byline_is_complete=False)),
            papers + "?byline_is_complete__exact=0",
        ),
        WorkList(
            "Collaborations", counted(Collaboration.objects.all()), reverse("admin:papers_collaboration_changelist")
        ),
        WorkList(
            "Collaborations posing as people",
            counted(posing_as_people()),
            authors + "?poses=1",
        ),
        WorkList(
            "Authors of ten papers and more without identifier", counted(unidentified), authors + "?unidentified=1"
        ),
        WorkList(
            "Names printed twice on a paper",
            counted(Author.objects.filter(shares_name_on_a_paper=True)),
            authors + "?shares_name_on_a_paper__exact=1",
        ),
    ]


def posing_as_people() -> QuerySet[Author]:
    """Authors whose surname is a word that groups call themselves."""
    words = ("Collaboration", "Team", "Consortium", "Group", "Project", "Network", "Community", "Society", "Survey")
    return Author.objects.listed().filter(surname__in=words)


def latest_decisions() -> list[Decision]:
    return list(Decision.objects.prefetch_related("undone_by")[:LATEST])
