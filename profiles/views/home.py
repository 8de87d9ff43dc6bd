"""The first page, the list of authors, subjects with their authors, and what this site is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import papers.search
import papers.views.categories
from papers.display.cards import cards, category_names
from papers.metadata.head import home_head
from papers.models import Build, Paper, PaperCount
from papers.views.years import site_years
from profiles.display.author_rows import AuthorRow
from profiles.models import Author
from profiles.similarity import full_run
from profiles.statistics import summaries

SUBJECTS_OF_GROUP = 8
AUTHORS_TO_START_FROM = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is in here, and ways in."""
    names = category_names()
    build = Build.objects.latest_finished(full_run.STAGE)
    counted = Build.objects.latest_finished(summaries.STAGE)
    shown = cards(Paper.objects.visible().newest_first().for_cards()[:5])
    start = Author.objects.listed().most_papers_first()[:AUTHORS_TO_START_FROM]
    groups = papers.views.categories.category_groups(only_used=True)
    context = {
        "counts": {
            "papers": PaperCount.objects.total(),
            "authors": counted.results.get("authors_listed", 0) if counted else 0,
            "categories": sum(len(group.subjects) for group in groups),
            "links": build.results.get("links", 0) if build else 0,
        },
        "updated_at": counted.finished_at if counted else None,
        "groups": [group.largest(SUBJECTS_OF_GROUP) for group in groups],
        "by_year": site_years([sum(subject.papers for subject in group.subjects) for group in groups]),
        "recent": shown,
        "tells_dates": any(card.published for card in shown),
        "tells_days": any(card.published and card.published.precision == "day" for card in shown),
        "authors": [AuthorRow.of(author, names) for author in start],
    }
    return render(request, "profiles/home.html", {**context, "head": home_head()})
