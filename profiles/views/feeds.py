"""Atom feeds of what changed here by a human's word or by a run of a stage (RFC 4287).

What a decision was about is public, its words and its author are not; decisions about names are left out altogether
(`DecisionQuerySet.public` says which).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from papers.http.addresses import absolute_url
from papers.models import Build
from papers.text.control_characters import writable
from profiles.lookup import survivor
from profiles.models import Author, Decision, DecisionSubject

ENTRIES = 50


class ChangeFeed(Feed):
    """The newest changes; `updated` is when they happened, so that a reader who comes again is told of nothing new."""

    feed_type = Atom1Feed
    address = ""

    def link(self) -> str:
        return absolute_url(reverse("data"))

    def feed_url(self) -> str:
        return absolute_url(reverse(self.address))

    def feed_guid(self) -> str:
        return self.feed_url()

    def author_name(self) -> str:
        return settings.SITE_NAME

    def item_guid(self, item: Any) -> str:
        return f"{self.feed_url()}#{item.pk}"


class DecisionFeed(ChangeFeed):
    address = "decision-feed"

    def title(self) -> str:
        return f"{_('Decisions')} · {settings.SITE_NAME}"

    def subtitle(self) -> str:
        return _("Which authors were put together, told apart or corrected by a curator.")

    def items(self) -> list[Decision]:
        shown = Prefetch("subjects", DecisionSubject.objects.shown())
        found = list(Decision.objects.public().prefetch_related(shown).order_by("-pk")[:ENTRIES])
        ids = {subject.public_id for decision in found for subject in decision.subjects.all()}
        authors = Author.objects.filter(public_id__in=ids).select_related("merged_into")
        self.people = {author.public_id: survivor(author) for author in authors}
        return found

    def concerned(self, item: Decision) -> list[Author]:
        """Those whom visitors see of whom it was about; of a merged one the survivor."""
        found = [self.people.get(subject.public_id) for subject in item.subjects.all()]
        return list(dict.fromkeys(person for person in found if person))

    def item_title(self, item: Decision) -> str:
        names = ", ".join(writable(person.name) for person in self.concerned(item))
        return f"{item.get_kind_display()}: {names}" if names else item.get_kind_display()

    def item_description(self, item: Decision) -> str:
        if item.undoes_id:
            return _("Decision %(number)s undoes decision %(undone)s.") % {"number": item.pk, "undone": item.undoes_id}
        return _("Decision %(number)s.") % {"number": item.pk}

    def item_link(self, item: Decision) -> str:
        people = self.concerned(item)
        return absolute_url(people[0].get_absolute_url() if people else reverse("authors"))

    def item_pubdate(self, item: Decision) -> datetime:
        return item.made_at

    def item_updateddate(self, item: Decision) -> datetime:
        return item.made_at

    def item_categories(self, item: Decision) -> list[str]:
        return [item.kind]


class BuildFeed(ChangeFeed):
    address = "build-feed"

    def title(self) -> str:
        return f"{_('Builds')} · {settings.SITE_NAME}"

    def subtitle(self) -> str:
        return _("Runs that brought papers in, linked authors, counted or compared them.")

    def items(self) -> list[Build]:
        return list(Build.objects.filter(status=Build.Status.FINISHED).order_by("-pk")[:ENTRIES])

    def item_title(self, item: Build) -> str:
        return f"{item.stage} {item.pk}"

    def item_description(self, item: Build) -> str:
        counts = [(name, n) for name, n in item.results.items() if isinstance(n, int) and not isinstance(n, bool)]
        return "; ".join(f"{name.replace('_', ' ')}: {n:,}" for name, n in sorted(counts))

    def item_link(self, item: Build) -> str:
        return absolute_url(reverse("api-build-detail", args=[item.pk]))

    def item_pubdate(self, item: Build) -> datetime:
        return item.finished_at or item.started_at

    def item_updateddate(self, item: Build) -> datetime:
        return self.item_pubdate(item)

    def item_categories(self, item: Build) -> list[str]:
        return [item.stage]


@require_safe
@conditional_page
def decision_feed(request: HttpRequest) -> HttpResponse:
    """The newest public decisions."""
    return DecisionFeed()(request)


@require_safe
@conditional_page
def build_feed(request: HttpRequest) -> HttpResponse:
    """The newest finished runs."""
    return BuildFeed()(request)
