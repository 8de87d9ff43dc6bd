"""Ways in for those who look for nothing in particular: what is new, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papers.database.keyset import Query
from papers.display.cards import cards, category_names
from papers.display.wording import number
from papers.filters import facets
from papers.filters.papers import PaperFilter
from papers.models import Build, Paper
from papers.text.dates import PartialDate
from papers.views.lists import paper_pager, render_list

NEW_DAYS = 7
IN_FACETS = frozenset({"category", "year"})
RUNS_SHOWN = 20
CHANGED_SHOWN = 10


@require_safe
def new_papers(request: HttpRequest) -> HttpResponse:
    """The papers of the last days on which any came, day by day; under its month or year where no more is known of a date."""
    days = newest_days()
    all_papers = Paper.objects.visible()
    since = days[-1].first if days else None
    asked = {"category": request.GET.get("category", ""), "published_min": since.isoformat() if since else ""}
    found = PaperFilter.for_list(asked, all_papers if days else all_papers.none(), IN_FACETS)
    found.check()
    names, query = category_names(), Query.of(request)
    known = None if asked["category"] else all_papers.published_between(since, None).count() if since else 0
    pager = paper_pager(request, found, count=known, names=names)
    of_list = facets.of_papers(found, query, names, lambda _kind, _others: None, ["category"])
    context = {
        "days": days,
        "all_are_days": all(day.precision == "day" for day in days),
        "form": found.form,
        "has_papers": bool(days) or all_papers.exists(),
        "pager": pager,
        "facets": of_list,
        "chosen": [row for row in facets.chosen(found, query) if row.value == asked["category"]],
    }
    return render_list(request, "profiles/new_papers.html", "profiles/_new_papers.html", "list", context)


def newest_days() -> list[PartialDate]:
    """The last dates from which there are papers, the newest first: a year behind its months, these behind their days."""
    places = Paper.objects.visible().filter(sort_day__gt=0).order_by("-sort_day").values_list("sort_day", flat=True)
    return [day for place in places.distinct()[:NEW_DAYS] if (day := PartialDate.from_place(place))]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a stage in words."""

    pk: int
    name: str
    explanation: str
    finished_at: Any
    sentences: list[str]


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What the latest run of every stage did, and which papers came or changed last."""
    finished = Build.objects.filter(status=Build.Status.FINISHED)
    latest = finished.order_by().values("stage").annotate(last=Max("id")).values("last")
    runs = [
        run_of(build) for build in Build.objects.filter(pk__in=latest).order_by("-id") if build.stage in stage_names()
    ]
    recent = [run_of(build) for build in finished.order_by("-id")[:RUNS_SHOWN] if build.stage in stage_names()]
    changed = Paper.objects.visible().for_cards().order_by("-modified_at", "-id")[:CHANGED_SHOWN]
    context = {"runs": runs, "recent": recent, "cards": cards(changed)}
    return render(request, "profiles/changes.html", context)


def stage_names() -> dict[str, tuple[str, str]]:
    """What visitors call the stages, and what each does."""
    return {
        "seed": (_("First papers"), _("The profile that a new site begins with.")),
        "import": (_("Papers read"), _("Records from a file, compared with those that are here.")),
        "harvest": (_("Papers harvested"), _("Records that a repository gave since the last time.")),
        "link": (_("Names linked"), _("Which printed name is whom.")),
        "statistics": (_("Profiles counted"), _("Years, subjects and co-authors of everybody whose papers changed.")),
        "similarity": (_("Similar authors found"), _("Everybody compared with everybody.")),
        "similarity_update": (_("Similar authors brought up to date"), _("The lists that changes could touch.")),
        "evaluate_similarity": (_("Similar authors measured"), _("How good the lists are.")),
        "evaluate-linking": (_("Linking measured"), _("How often a name is linked to the right person.")),
    }


def run_of(build: Build) -> Run:
    """The run with its results as sentences, only those that say something."""
    name, explanation = stage_names()[build.stage]
    numbers = {key: n for key, n in build.results.items() if isinstance(n, int) and not isinstance(n, bool) and n}
    said: dict[str, Callable[[int], str]] = {
        "created": lambda n: ngettext("%(n)s paper new", "%(n)s papers new", n),
        "updated": lambda n: ngettext("%(n)s paper changed", "%(n)s papers changed", n),
        "unchanged": lambda n: ngettext("%(n)s paper unchanged", "%(n)s papers unchanged", n),
        "deleted": lambda n: ngettext(
            "%(n)s paper taken back by its source", "%(n)s papers taken back by their source", n
        ),
        "rejected": lambda n: ngettext("%(n)s record not understood", "%(n)s records not understood", n),
        "authors_created": lambda n: ngettext("%(n)s author new", "%(n)s authors new", n),
        "authorships_added": lambda n: ngettext("%(n)s name linked", "%(n)s names linked", n),
        "authorships_removed": lambda n: ngettext("%(n)s name linked no more", "%(n)s names linked no more", n),
        "decisions_kept": lambda n: ngettext("%(n)s human decision kept", "%(n)s human decisions kept", n),
        "links": lambda n: ngettext("%(n)s similarity", "%(n)s similarities", n),
        "papers": lambda n: ngettext("%(n)s paper looked at", "%(n)s papers looked at", n),
        "authors": lambda n: ngettext("%(n)s author looked at", "%(n)s authors looked at", n),
        "authors_listed": lambda n: ngettext("%(n)s author in all", "%(n)s authors in all", n),
    }
    sentences = [text(numbers[key]) % {"n": number(numbers[key])} for key, text in said.items() if key in numbers]
    return Run(build.pk, name, explanation, build.finished_at, sentences or [_("Nothing had changed.")])
