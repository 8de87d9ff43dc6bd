"""Papers per year, for the site and for each category, kept while papers come in.

`PaperCount` rows are changed by deltas in the transaction that changes the papers; `recount` says what they should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, F, Q

from papers.database import bulk
from papers.models import Paper, PaperCategory, PaperCount

Key = tuple[int | None, int]  # category id (None: the whole site) and year (0: undated)


@dataclass(slots=True)
class CountChanges:
    """What a batch does to the counts, added up and then written at once."""

    papers: Counter[Key] = field(default_factory=Counter)
    primary: Counter[Key] = field(default_factory=Counter)

    def add(self, year: int, category_ids: Sequence[int], by: int = 1) -> None:
        """Count a paper of this year, 0 for an undated one, in its categories, primary first; `by` is -1 for one that goes."""
        self.papers[None, year] += by
        for place, category_id in enumerate(category_ids):
            self.papers[category_id, year] += by
            if place == 0:
                self.primary[category_id, year] += by

    def write(self) -> None:
        """Apply the changes inside the caller's transaction."""
        changed = sorted((key for key, by in self.papers.items() if by or self.primary[key]), key=repr)
        if not changed:
            return
        known = set(PaperCount.objects.values_list("category_id", "year"))
        missing = [(*key, 0, 0) for key in changed if key not in known]
        bulk.insert(PaperCount, ("category_id", "year", "papers", "primary_papers"), missing)
        rows = [(self.papers[key], self.primary[key], *key) for key in changed]
        with connection.cursor() as cursor:
            for where, selected in (
                ("category_id = %s AND year = %s", [row for row in rows if row[2] is not None]),
                ("category_id IS NULL AND year = %s", [(*row[:2], row[3]) for row in rows if row[2] is None]),
            ):
                if selected:
                    cursor.executemany(
                        "UPDATE papers_papercount SET papers = papers + %s, primary_papers = primary_papers + %s "
                        f"WHERE {where}",
                        selected,
                    )


def recount() -> dict[Key, tuple[int, int]]:
    """The counts as the papers themselves give them: papers and primary papers by category and year."""
    counts: dict[Key, tuple[int, int]] = {}
    by_year = Paper.objects.visible().values_list(F("sort_day") / 10_000).annotate(n=Count("id")).order_by()
    for year, papers in by_year:
        counts[None, year] = (papers, 0)
    by_category = (
        PaperCategory.objects.values_list("category_id", F("sort_day") / 10_000)
        .annotate(n=Count("id"), first=Count("id", filter=Q(position=0)))
        .order_by()
    )
    for category_id, year, papers, primary in by_category:
        counts[category_id, year] = (papers, primary)
    return counts


def differences() -> list[tuple[Key, tuple[int, int], tuple[int, int]]]:
    """Where kept and true counts differ: (key, kept, true); empty when all is well."""
    kept: dict[Key, tuple[int, int]] = {
        (category_id, year): (papers, primary)
        for category_id, year, papers, primary in PaperCount.objects.values_list(
            "category_id", "year", "papers", "primary_papers"
        )
    }
    true = recount()
    keys: Iterable[Key] = sorted(kept.keys() | true.keys(), key=repr)
    return [
        (key, kept.get(key, (0, 0)), true.get(key, (0, 0)))
        for key in keys
        if kept.get(key, (0, 0)) != true.get(key, (0, 0))
    ]


def repair() -> int:
    """Make the kept counts true; gives how many were wrong."""
    wrong = differences()
    if wrong:
        with bulk.one_writer():
            PaperCount.objects.all().delete()
            rows = [(*key, *counts) for key, counts in recount().items()]
            bulk.insert(PaperCount, ("category_id", "year", "papers", "primary_papers"), rows)
    return len(wrong)
