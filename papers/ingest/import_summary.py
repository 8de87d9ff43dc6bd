"""A summary of an import: how many records were read, and what became of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

COUNTERS = ("reasons", "passed_over")
MOST_KINDS = 500
LONGEST_KIND = 80  # characters
MOST_TOLD = 40
OTHERS = "other fields and types"


@dataclass(slots=True)
class ImportSummary:
    """What an import did: how many records it read and what became of each.

    `read` is the sum of the counts behind it, without `warnings`.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    without_effect: int = 0  # deletions of what isn't here, or not any more
    left_out: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)  # what was not read: "entry type www", "field file"

    def as_json(self) -> dict[str, Any]:
        """The counts as a Build keeps them."""
        return {**asdict(self), "reasons": dict(self.reasons), "passed_over": dict(self.passed_over)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ImportSummary:
        """The counts that a Build kept."""
        return cls(**stored | {name: Counter(stored.get(name, {})) for name in COUNTERS}) if stored else cls()

    @property
    def deletions_without_effect(self) -> str:
        """How many there were, as part of the sentence that sums up; nothing for none."""
        return f"{self.without_effect:,} deletions without effect, " if self.without_effect else ""

    @property
    def not_read(self) -> str:
        """What was passed over, as a sentence, what came most often first; nothing where all was read."""
        told = [f"{kind} ({count:,})" for kind, count in self.passed_over.most_common(MOST_TOLD)]
        more = len(self.passed_over) - len(told)
        return f"Not read: {', '.join(told)}{f' and {more:,} more' if more > 0 else ''}." if told else ""

    def pass_over(self, kind: str) -> None:
        """Count what was not read; of a file that gives every field another name only the first are told apart."""
        is_known = kind in self.passed_over or len(self.passed_over) < MOST_KINDS
        self.passed_over[kind[:LONGEST_KIND] if is_known else OTHERS] += 1

    def reject(self, reason: str) -> None:
        """Count a rejection under the first word of its reason."""
        self.rejected += 1
        # "id: '2113.1' is ..." and its like would each be a reason of its own: count by field
        self.reasons[reason.split(":")[0].split(" in line ")[0][:80]] += 1
