from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from profiles.sitemaps import write_sitemaps


class Command(BaseCommand):
    help = "Write the sitemaps that search engines read: every paper, author and subject with the day it last changed."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = write_sitemaps(lambda name, urls: self.stdout.write(f"{name}: {urls:,} addresses"))
        except OSError as error:
            raise CommandError(
                f"The sitemaps could not be written: {error}. Check the disk and who may write."
            ) from error
        self.stdout.write(f"{done.urls:,} addresses in {done.files:,} sitemaps, listed in /sitemap.xml.")
