"""Acts on a paper: a field set, the paper added, hidden or shown.

What a curator sets is a word of theirs beside those of the sources (papers.models.SourceRecord), which no import overwrites.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from papers.bylines import parse_byline
from papers.ingest.composition import composed_record
from papers.ingest.readers.fields.slugs import slug_of
from papers.models import Paper, PaperDoi, SourceRecord
from papers.text.dates import PartialDate
from papers.text.plain_text import plain_text
from profiles.curation.acts.base import ActContext, Kind
from profiles.curation.paper_fields import (
    FIELDS,
    OF_A_NEW_PAPER,
    Fact,
    arxiv_identifier,
    new_record,
)
from profiles.curation.paper_records import changed, curators_words, family, words_of
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Invalid, Refused


def fresh_paper(paper: Paper) -> Paper:
    """The paper as stored now."""
    return Paper.objects.select_related("merged_into").get(pk=paper.pk)


def check_here(paper: Paper, field: str = "") -> None:
    """Raises Refused for a paper that was merged into another, or that its source has taken back."""
    if paper.merged_into:
        raise Refused(f"{paper.identifier} was merged into {paper.merged_into.identifier}.", field)
    if paper.is_deleted and not paper.is_hidden:
        raise Refused(f"The source of {paper.identifier} has taken its record back.", field)


@dataclass(frozen=True, slots=True)
class SetPaperField:
    """The paper's field is this, whatever sources say; an empty text means nothing, None what the sources say."""

    paper: Paper
    name: str
    value: Any
    kind: Kind = field(default=Kind.PAPER_FIELD, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(records=family([self.paper.pk]))

    @property
    def summary(self) -> str:
        back = " back to what its sources say" if self.value is None else ""
        return f"Set “{FIELDS[self.name].label}” of {self.paper.identifier}{back}"

    def check(self) -> None:
        if self.name not in FIELDS:
            raise Invalid(f"Give one of {', '.join(FIELDS)}.", "field")
        paper = fresh_paper(self.paper)
        check_here(paper)
        if self.value is None:
            rows = [row for row in curators_words(paper) if FIELDS[self.name].fact_name in row.facts]
            if not rows:
                raise Refused("No curator has set it: it is what the sources say.", "value")
            if self.name == "title" and not any(row.facts.get("title") for row in words_of(paper)):
                raise Refused("No source says what the title is.", "value")
            return
        try:
            fact = FIELDS[self.name].read(self.value)
        except Refused as refused:
            raise Invalid(str(refused), "value") from refused
        if self.name == "doi":
            check_dois_are_free(fact, family([paper.pk]), "value")
        if self.name == "published":
            self._check_first_date(paper, fact)

    @staticmethod
    def _check_first_date(paper: Paper, fact: Fact) -> None:
        """Raises Refused where another date goes before this one, so that it would not be shown."""
        shown = composed_record(paper.pk, {"published": fact}).published
        if shown is None or shown.iso() == fact or (not fact and shown != paper.published_date):
            return
        is_within = bool(fact) and PartialDate.from_iso(fact).contains(shown)
        why = "" if not fact else ", which is more precise" if is_within else ", which is earlier"
        issued = FIELDS["issued"].label
        raise Refused(f"It stays {shown.iso()}{why}. If that is wrong, set “{issued}” first.", "value")

    def apply(self, context: ActContext) -> None:
        self.check()
        fact = FIELDS[self.name].fact_name
        with changed(self.scope.records):
            if self.value is None:
                self._take_back({fact, "source_type"} if self.name == "type" else {fact})
                return
            facts = {fact: FIELDS[self.name].read(self.value)}
            if self.name == "type":
                facts["source_type"] = ""  # the source's word is for another type
            say(self.paper, facts, context)

    def _take_back(self, names: Collection[str]) -> None:
        for row in curators_words(self.paper):
            left = {each: fact for each, fact in row.facts.items() if each not in names}
            if not left:
                row.delete()
            elif left != row.facts:
                SourceRecord.objects.filter(pk=row.pk).update(facts=left)


def say(paper: Paper, facts: Mapping[str, Fact], context: ActContext) -> None:
    """Keep a curator's word on the paper, under the number of the decision."""
    SourceRecord.objects.create(
        paper=paper, source=SourceRecord.CURATOR, giver=str(context.number), facts=dict(facts), read_at=context.moment
    )


def check_dois_are_free(dois: Collection[str], papers: Collection[int], field: str) -> None:
    """Raises Refused where another paper than these has one of the DOIs."""
    held = PaperDoi.objects.filter(key__in=[doi.lower() for doi in dois], paper__is_deleted=False)
    if other := held.exclude(paper__in=papers).select_related("paper").first():
        raise Refused(
            f"{other.doi} is the DOI of “{plain_text(other.paper.title)}”, which is here as {other.paper.identifier}.",
            field,
            other.paper.get_absolute_url(),
        )


@dataclass(frozen=True, slots=True)
class AddPaper:
    """A paper that no source gave: its fields, as curators write them, and its arXiv id if it has one."""

    values: Mapping[str, Any]
    arxiv_id: str = ""
    kind: Kind = field(default=Kind.PAPER_ADD, init=False)

    @property
    def scope(self) -> Scope:
        facts = self._facts()
        found = Paper.objects.filter(identifier=self._identifier(facts))
        return Scope(records=set(found.values_list("pk", flat=True)))

    @property
    def summary(self) -> str:
        return f"Add the paper “{plain_text(str(self.values.get('title', '')))[:200]}”"

    def _facts(self) -> dict[str, Fact]:
        """What was given, by the names of facts; raises Invalid."""
        unknown = [name for name in self.values if name not in OF_A_NEW_PAPER]
        if unknown:
            raise Invalid(f"Give {', '.join(OF_A_NEW_PAPER)} or arxiv_id.", unknown[0])
        given = {"title": ""} | {name: value for name, value in self.values.items() if value not in (None, "", [])}
        facts = {FIELDS[name].fact_name: FIELDS[name].read(value) for name, value in given.items()}
        if not facts.get("authors"):
            raise Invalid("A paper has authors: write their names, or the group's.", "authors")
        return facts

    def _identifier(self, facts: Mapping[str, Fact]) -> str:
        try:
            return arxiv_identifier(self.arxiv_id) or slug_of(
                parse_byline(facts["authors"]), str(facts.get("issued", ""))[:4], facts["title"]
            )
        except ValueError as error:
            if isinstance(error, Invalid):
                raise
            raise Invalid("The title has no word that could name the paper in its address.", "title") from error

    def check(self) -> None:
        facts = self._facts()
        identifier = self._identifier(facts)
        here = (
            Paper.objects.filter(identifier=identifier).select_related("merged_into").first()
            or Paper.objects.filter(earlier_identifiers__identifier=identifier, is_deleted=False).first()
        )
        if here and (here.merged_into or here.is_hidden or not here.is_deleted):
            state = ", hidden" if here.is_hidden else ""
            if here.merged_into:
                state = f", merged into {here.merged_into.identifier}"
            raise Refused(
                f"“{plain_text(here.title)}” is here already, as {here.identifier}{state}.",
                "arxiv_id" if self.arxiv_id else "title",
                "" if here.is_hidden else here.get_absolute_url(),
            )
        check_dois_are_free(facts.get("dois", ()), (), "doi")

    def apply(self, context: ActContext) -> None:
        self.check()
        facts = self._facts()
        arxiv_id = arxiv_identifier(self.arxiv_id)
        identifier = self._identifier(facts)
        paper = Paper.objects.filter(identifier=identifier).first()
        if paper is None:
            paper = make_paper(identifier, facts["title"], context, arxiv_id=arxiv_id or None)
        if arxiv_id:
            facts.setdefault("type", new_record(facts, identifier, arxiv_id).type)
        with changed({paper.pk}):
            say(paper, facts, context)


def make_paper(identifier: str, title: str, context: ActContext, arxiv_id: str | None = None) -> Paper:
    """A new paper of which nobody says anything yet."""
    made = Paper.objects.create(
        identifier=identifier,
        arxiv_id=arxiv_id,
        title=title,
        source=SourceRecord.CURATOR,
        read_at=context.moment,
        is_deleted=True,
    )
    context.papers_made.add(made.pk)
    return made


@dataclass(frozen=True, slots=True)
class SetPaperHidden:
    """Nobody but curators sees the paper any more, or everybody again."""

    paper: Paper
    is_hidden: bool
    kind: Kind = field(default=Kind.PAPER_HIDE, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind.PAPER_HIDE if self.is_hidden else Kind.PAPER_SHOW)

    @property
    def scope(self) -> Scope:
        return Scope(records={self.paper.pk})

    @property
    def summary(self) -> str:
        return f"{'Hide' if self.is_hidden else 'Show'} the paper {self.paper.identifier}"

    def check(self) -> None:
        paper = fresh_paper(self.paper)
        if paper.is_hidden == self.is_hidden:
            raise Refused(f"{paper.identifier} is {'hidden' if self.is_hidden else 'not hidden'} already.")
        if self.is_hidden:
            check_here(paper)

    def apply(self, context: ActContext) -> None:
        self.check()
        with changed({self.paper.pk}):
            Paper.objects.filter(pk=self.paper.pk).update(is_hidden=self.is_hidden)
