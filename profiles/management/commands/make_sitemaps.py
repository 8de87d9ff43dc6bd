from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from profiles.sitemaps import write_sitemaps


class Command(BaseCommand):
    help = "Write the sitemaps that search engines read: every paper, author and subject with the day it last changed."
    kept = "Each sitemap is the old one or the new one; the same command writes the rest."

    def handle(self, *args: Any, **options: Any) -> None:
        done = write_sitemaps(lambda name, urls: self.stdout.write(f"{name}: {urls:,} addresses"))
        self.stdout.write(f"{done.urls:,} addresses in {done.files:,} sitemaps, listed in {reverse('sitemap')}.")
