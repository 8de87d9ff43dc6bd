"""Acts on which records are one paper: two put together, one parted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from papers.bylines import parse_byline
from papers.ingest.duplicate_evidence import doi_key
from papers.ingest.readers.fields.slugs import slug_of
from papers.models import DistinctPapers, Paper, SourceRecord
from profiles.curation.acts.base import ActContext, Kind
from profiles.curation.acts.paper_pairs import carry_pairs
from profiles.curation.acts.papers import check_here, fresh_paper, make_paper
from profiles.curation.paper_records import carry_decisions, changed, family, words_of
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Refused
from profiles.models import Authorship


@dataclass(frozen=True, slots=True)
class MergePapers:
    """`loser` is `survivor`: what is said of the one is said of the other, and the loser's address leads there.

    What humans decided of places in the loser's byline holds on the survivor where it prints the same name.
    """

    loser: Paper
    survivor: Paper
    override: bool = False  # although their DOIs or arXiv ids differ
    kind: Kind = field(default=Kind.PAPER_MERGE, init=False)
    WHY = "Say why, for their DOIs or arXiv ids differ."

    @property
    def scope(self) -> Scope:
        decided = Authorship.objects.filter(paper=self.loser, decided_by_human=True)
        return Scope(
            authors=set(decided.values_list("author_id", flat=True)),
            records=family([self.loser.pk, self.survivor.pk]),
        )

    @property
    def summary(self) -> str:
        return f"Merge the paper {self.loser.identifier} into {self.survivor.identifier}"

    def check(self) -> None:
        loser, survivor = fresh_paper(self.loser), fresh_paper(self.survivor)
        if loser.pk == survivor.pk:
            raise Refused(f"{survivor.identifier} can't be merged with itself.", "other")
        one, two = sorted((loser.pk, survivor.pk))
        if DistinctPapers.objects.filter(one=one, two=two).exists():
            raise Refused("Somebody decided that the two are not one paper. Undo that decision first.", "other")
        for paper in (loser, survivor):
            check_here(paper, "other")
            if paper.is_hidden:
                raise Refused(f"{paper.identifier} is hidden: show it first.", "other")
        if self.override:
            return
        how = "Override that with a reason if they are one paper."
        if loser.arxiv_id and survivor.arxiv_id:
            raise Refused(f"Their arXiv ids differ: {loser.arxiv_id} and {survivor.arxiv_id}. {how}", "other")
        mine, theirs = ([row.doi for row in paper.dois.all()] for paper in (loser, survivor))
        if mine and theirs and set(map(doi_key, mine)).isdisjoint(map(doi_key, theirs)):
            raise Refused(f"Their DOIs differ: {', '.join(mine)} and {', '.join(theirs)}. {how}", "other")

    def apply(self, context: ActContext) -> None:
        self.check()
        with changed(self.scope.records):
            Paper.objects.filter(pk=self.loser.pk).update(merged_into=self.survivor)
        carry_decisions(self.loser, self.survivor)
        carry_pairs(self.loser, self.survivor)


class PaperMergeDirection(NamedTuple):
    """Which of two papers goes into which."""

    gone: Paper
    kept: Paper


def paper_merge_direction(one: Paper, two: Paper) -> PaperMergeDirection:
    """The direction of a merge of two records of one paper.

    Kept is arXiv's, then one that a source gave, then one with a DOI, then the older one.
    """

    def worth(paper: Paper) -> tuple[object, ...]:
        return paper.arxiv_id is not None, paper.source != SourceRecord.CURATOR, bool(paper.doi), -paper.pk

    return PaperMergeDirection(two, one) if worth(one) > worth(two) else PaperMergeDirection(one, two)


@dataclass(frozen=True, slots=True)
class PartPaper:
    """What these sources say (ids of SourceRecord) is of another paper, which becomes one of its own.

    What came with a paper that was merged into this one goes with the undoing of that merge.
    """

    paper: Paper
    words: Collection[int]
    kind: Kind = field(default=Kind.PAPER_PART, init=False)

    @property
    def scope(self) -> Scope:
        found = Scope(records=family([self.paper.pk]))
        identifier = self._identifier()
        there = Paper.objects.filter(identifier=identifier) if identifier else Paper.objects.none()
        found.records |= set(there.values_list("pk", flat=True))
        decided = Authorship.objects.filter(paper=self.paper, decided_by_human=True)
        found.authors |= set(decided.values_list("author_id", flat=True))
        return found

    @property
    def summary(self) -> str:
        count = len(self.words)
        speak = "one of its sources speaks" if count == 1 else f"{count} of its sources speak"
        return f"Part {self.paper.identifier}: {speak} of another paper"

    def _chosen(self) -> list[SourceRecord]:
        return [row for row in own_words(self.paper) if row.pk in set(self.words)]

    def _identifier(self) -> str:
        """The address of the new paper: its source's own where that is free, or that of one that was parted so before."""
        chosen = self._chosen()
        if not chosen:
            return ""
        facts = chosen[0].facts
        year = str(facts.get("issued") or facts.get("posted") or "")[:4]
        wanted = chosen[0].identifier
        if wanted in ("", self.paper.identifier):
            wanted = slug_of(parse_byline(facts.get("authors", "")), year, facts.get("title", ""))
        names = [wanted, *(f"{wanted}-{number}" for number in range(2, 1_000))]
        taken = dict(Paper.objects.filter(identifier__in=names).values_list("identifier", "pk"))
        for name in names:
            if name not in taken or not is_spoken_of(taken[name]):
                return name
        raise Refused("No address is free for the new paper.")

    def check(self) -> None:
        paper = fresh_paper(self.paper)
        check_here(paper)
        words = own_words(paper)
        if len(words) < 2 and paper.merged_papers.exists():
            raise Refused(f"Two papers were merged into {paper.identifier}: undo that decision.", "words")
        if len(words) < 2:
            raise Refused(f"Only one source speaks of {paper.identifier}: there is nothing to part.", "words")
        chosen = self._chosen()
        if len(chosen) < len(set(self.words)):
            known = ", ".join(f"{row.pk} ({row})" for row in words)
            raise Refused(f"Some of these are not said of {paper.identifier}. Choose among {known}.", "words")
        if not chosen or len(chosen) == len(words):
            raise Refused("Choose some of the sources, neither none nor all of them.", "words")
        if paper.arxiv_id and any(row.facts.get("arxiv_id") == paper.arxiv_id for row in chosen):
            raise Refused(
                f"The address is that of arXiv:{paper.arxiv_id}: choose the sources that speak of the other paper.",
                "words",
            )

    def apply(self, context: ActContext) -> None:
        self.check()
        chosen, identifier = self._chosen(), self._identifier()
        records = family([self.paper.pk])
        made = Paper.objects.filter(identifier=identifier).first() or make_paper(
            identifier, chosen[0].facts.get("title") or identifier, context
        )
        with changed(records | {made.pk}):
            SourceRecord.objects.filter(pk__in=[row.pk for row in chosen]).update(paper=made, is_fixed=True)
        carry_decisions(self.paper, made)


def own_words(paper: Paper) -> list[SourceRecord]:
    """What sources say of the paper, without what came with those that were merged into it."""
    return [row for row in words_of(paper) if row.paper_id == paper.pk]


def is_spoken_of(paper: int) -> bool:
    """Whether anybody says anything of the paper, or a curator decided about it as it is."""
    row = Paper.objects.get(pk=paper)
    if not row.is_deleted or row.is_hidden or row.merged_into_id or row.source != SourceRecord.CURATOR:
        return True
    return SourceRecord.objects.filter(paper=paper).exists()
