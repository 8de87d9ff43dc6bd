from __future__ import annotations

from typing import Any

from django.core.management.commands import loaddata

from papers.builds import stage_lock
from papers.models import Paper
from profiles.models import Author
from profiles.stages import bring_up_to_date


class Command(loaddata.Command):
    """Django's own, and then what it can't know of: kept counts and search indexes are brought up to date."""

    def handle(self, *labels: Any, **options: Any) -> None:
        super().handle(*labels, **options)
        if any(issubclass(model, Paper | Author) for model in self.models):
            with stage_lock():
                bring_up_to_date()
