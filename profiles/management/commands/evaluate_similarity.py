from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from profiles.similarity.quality import NothingToMeasure, as_text, evaluate_similarity


def show(step: str) -> None:
    sys.stderr.write(f"{step} ...\n")


class Command(BaseCommand):
    help = "Measure how good similar authors are, beside plainer methods in the same run; shown on /quality/."
    kept = "A measurement that came to its end stays on the page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--cut", type=date.fromisoformat, help="what came before this day is known (default: by data)"
        )
        parser.add_argument("--authors", type=int, default=3_000, help="most authors asked for their future co-authors")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there; - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["authors"] < 1:
            raise CommandError("--authors takes a number from 1.")
        try:
            with stage_lock():
                build = evaluate_similarity(options["cut"], options["authors"], on_step=show)
        except (AlreadyRunning, NothingToMeasure) as error:
            raise CommandError(str(error)) from error
        figures = orjson.dumps(
            {"parameters": build.parameters, "code_version": build.code_version, **build.results},
            option=orjson.OPT_INDENT_2,
        )
        if str(options["json"]) == "-":
            self.stdout.write(figures.decode())
            return
        if options["json"]:
            options["json"].write_bytes(figures + b"\n")
        self.stdout.write(as_text(build))
