"""Up to which change a run has seen the site: what came after is told by numbers, whatever the clock said meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max, Min

from papers.models import Build, Paper
from profiles.models import Author, Authorship, Decision

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Watermark:
    """The last change of a paper (its revision), of an author (a moment, later than that of any change before, see
    papers.database.changes.next_moment) and the last decision (its id)."""

    revision: int
    author: datetime
    decision: int

    @classmethod
    def now(cls) -> Watermark:
        """Everything so far. A stage asks before it reads: what changes while it does is looked at by the next run."""
        return cls(
            Paper.objects.aggregate(last=Max("revision"))["last"] or 0,
            Author.objects.aggregate(last=Max("modified_at"))["last"] or BEFORE_ALL,
            Decision.objects.aggregate(last=Max("pk"))["last"] or 0,
        )

    @classmethod
    def at(cls, moment: datetime) -> Watermark:
        """Everything up to a moment."""
        first = Paper.objects.filter(modified_at__gt=moment).aggregate(first=Min("revision"))["first"]
        return cls(
            cls.now().revision if first is None else first - 1,
            moment,
            Decision.objects.filter(made_at__lte=moment).aggregate(last=Max("pk"))["last"] or 0,
        )

    @classmethod
    def of(cls, build: Build) -> Watermark:
        """What the run has seen; of one that came with a dataset, or is older than these numbers, only the moment is known."""
        if stored := build.progress.get("seen"):
            return cls(stored["revision"], datetime.fromisoformat(stored["author"]), stored["decision"])
        moment = build.progress.get("true_of")
        return cls.at(datetime.fromisoformat(moment) if moment else build.started_at)

    def as_json(self) -> dict[str, int | str]:
        return {"revision": self.revision, "author": self.author.isoformat(), "decision": self.decision}

    def changed_authors(self) -> set[int]:
        """The ids of the authors who changed since, or a paper of theirs did."""
        claims = (
            Authorship.objects.filter(paper__revision__gt=self.revision).order_by().values_list("author_id", flat=True)
        )
        return {*Author.objects.filter(modified_at__gt=self.author).values_list("id", flat=True), *claims}
