"""Two papers told apart: a human's word that they are not one."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from papers.models import DistinctPapers, Paper
from profiles.curation.acts.base import ActContext, Kind
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Refused


@dataclass(frozen=True, slots=True)
class PapersDiffer:
    """The two are different papers, for ever: never suggested again, never merged."""

    one: Paper
    two: Paper
    kind: Kind = field(default=Kind.PAPERS_DIFFER, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(about={self.one.pk, self.two.pk})

    @property
    def summary(self) -> str:
        return f"{self.one.identifier} and {self.two.identifier} are two papers"

    def check(self) -> None:
        if self.one.pk == self.two.pk:
            raise Refused(f"{self.one.identifier} is the same paper as {self.two.identifier}.", "other")
        for paper in Paper.objects.select_related("merged_into").filter(pk__in=[self.one.pk, self.two.pk]):
            if paper.merged_into:
                raise Refused(f"{paper.identifier} was merged into {paper.merged_into.identifier}.", "other")

    def apply(self, context: ActContext) -> None:
        self.check()
        _tell_apart(self.one.pk, self.two.pk)


def _tell_apart(one: int, two: int) -> None:
    DistinctPapers.objects.get_or_create(one_id=min(one, two), two_id=max(one, two))


def carry_pairs(loser: Paper, survivor: Paper) -> None:
    """Have what is told apart from the loser of a merge be told apart from its survivor."""
    for row in DistinctPapers.objects.filter(Q(one=loser) | Q(two=loser)):
        other = row.two_id if row.one_id == loser.pk else row.one_id
        if other != survivor.pk:
            _tell_apart(survivor.pk, other)
