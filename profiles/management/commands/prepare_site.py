from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from papers.builds import AlreadyRunning, stage_lock
from papers.models import Category, Paper
from profiles import sitemaps
from profiles.dataset.dumping import dataset_folder, dump
from profiles.stages import run_stages


class Command(BaseCommand):
    help = "Make the site ready to serve: static files, tables, and in a new database the seed profile with its stages."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Collecting static files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("Bringing the database up to date ...")
        try:
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            raise CommandError(
                f"The database can't be used: {error}. Check DATABASE_URL, the disk and who may write."
            ) from error
        if not Category.objects.exists():
            call_command("loaddata", "categories", verbosity=0)
        if Paper.objects.exists():
            self.stdout.write("The database has papers; nothing is loaded.")
            self.make_sitemaps()
            return
        self.stdout.write("A new database: loading the seed profile, linking, counting, comparing ...")
        call_command("loaddata", "seed", verbosity=0)
        try:
            with stage_lock():
                run_stages()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.make_sitemaps()
        dump(dataset_folder())  # of a site so small it takes a moment, and three recipes read it

    def make_sitemaps(self) -> None:
        """Where there are none yet; later ones are made with the stages, or by the command of that name."""
        if not (sitemaps.folder() / sitemaps.INDEX).is_file():
            sitemaps.write_sitemaps()
