"""The page about this site: what is in it, where its data come from and how to correct it."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Max, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers.models import Build, PaperCount
from profiles.similarity import full_run
from profiles.statistics import summaries

READING = ("import", "harvest", "seed")  # the stages by which papers come in


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, what is in it, where its data come from and how to correct it."""
    years = PaperCount.objects.filter(category=None, papers__gt=0)
    counted = years.aggregate(
        papers=Sum("papers", default=0), first=Min("year", filter=Q(year__gt=0)), last=Max("year")
    )
    people, links = Build.objects.latest_finished(summaries.STAGE), Build.objects.latest_finished(full_run.STAGE)
    read = Build.objects.filter(stage__in=READING, status=Build.Status.FINISHED).order_by("-id").first()
    context = {
        "version": settings.VERSION,
        "contact_email": settings.CONTACT_EMAIL,
        "papers": counted["papers"],
        "first_year": counted["first"],
        "last_year": counted["last"],
        "authors": people.results.get("authors_listed", 0) if people else 0,
        "links": links.results.get("links", 0) if links else 0,
        "related_at": links.finished_at if links else None,
        "read_at": read.finished_at if read else None,
        "origin": summaries.origin_at(people),
    }
    return render(request, "about.html", context)
