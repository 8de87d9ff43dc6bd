from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers.database.builds import AlreadyRunning, stage_lock
from profiles.linking.metrics import InvalidGold
from profiles.linking.quality_report import evaluate_linking


class Command(BaseCommand):
    help = "Measure how well authors are put together, against curated signatures (docs/gold.md has the format)."
    kept = "The last measurement stays on the page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gold", type=Path, help="JSON lines: paper, position, person")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["gold"]
        try:
            with stage_lock(), path.open(encoding="utf-8") as lines:
                results = evaluate_linking(lines, path.name)
        except (InvalidGold, AlreadyRunning) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{results['signatures']:,} signatures of {results['people']:,} people; {results['not_here']:,} not here."
        )
        self.stdout.write(f"{'':<26}{'B-cubed P':>10}{'R':>8}{'F1':>8}{'pairs P':>10}{'R':>8}{'F1':>8}")
        for way, quality in results["quality"].items():
            figures = [
                quality[kind][part] for kind in ("b_cubed", "pairwise") for part in ("precision", "recall", "f1")
            ]
            self.stdout.write(
                f"{way:<26}" + "".join(f"{f:>{10 if i % 3 == 0 else 8}.3f}" for i, f in enumerate(figures))
            )
        for row in results["queue"]:
            accepted = row["accepted"]
            self.stdout.write(
                f"queue at {row['least']}: {row['suggested']:,} pairs, P {row['precision']:.3f} R {row['recall']:.3f}; "
                f"accepting them gives B-cubed P {accepted['precision']:.3f} R {accepted['recall']:.3f} "
                f"F1 {accepted['f1']:.3f}"
            )
