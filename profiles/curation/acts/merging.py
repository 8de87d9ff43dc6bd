"""Two records of one person, or many pairs of them at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from papers.database import bulk
from profiles.curation.acts.authorships import claim_places
from profiles.curation.acts.base import (
    MATCH_ONLY,
    PUBLIC,
    ActContext,
    Kind,
    fresh,
    label,
    merged_into_any,
    name_of,
    present,
)
from profiles.curation.acts.names import give_name, hidden_names, is_one_of
from profiles.curation.acts.slugs import retire_addresses
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Refused, check_merge, shared_papers
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    DistinctPair,
    IdentityKey,
    SimilarityLink,
)


@dataclass(frozen=True, slots=True)
class Merge:
    """`loser` is `survivor`. Papers, names, identifiers and keys go over; the loser's address leads to the survivor."""

    loser: Author
    survivor: Author
    override: bool = False  # although both are on one paper
    kind: Kind = field(default=Kind.MERGE, init=False)
    WHY = "Say why, for the two are on one paper."

    @property
    def scope(self) -> Scope:
        two = {self.loser.pk, self.survivor.pk}
        return Scope(authors=two | merged_into_any(two), links=_links_to_judge(self.loser, self.survivor))

    @property
    def summary(self) -> str:
        return f"Merge {label(self.loser)} into {label(self.survivor)}"

    def check(self) -> None:
        check_merge(fresh(self.loser), fresh(self.survivor), override=self.override)

    def apply(self, context: ActContext) -> None:
        if self.override and not context.user.is_superuser:
            raise Refused("Only a superuser may merge two who are on one paper.")
        self.check()
        loser, survivor = fresh(self.loser), fresh(self.survivor)
        names_before = {survivor.name: name_of(survivor), loser.name: name_of(loser)}
        # Where both are on a paper the loser's place stays the loser's, for nobody has two; no machine may give it away.
        both = Authorship.objects.filter(author=loser, paper__in=shared_papers(loser, survivor))
        claim_places(list(both.select_related("paper")), loser, context)
        Authorship.objects.filter(author=loser).exclude(pk__in=both.values("pk")).update(author=survivor)
        IdentityKey.objects.filter(author=loser).update(author=survivor, decided_by_human=True)
        AuthorIdentifier.objects.filter(author=loser).update(author=survivor)
        _merge_names(loser, survivor)
        _carry_told_apart(loser, survivor)
        _carry_verdicts(loser, survivor)
        Author.objects.filter(Q(merged_into=loser) | Q(pk=loser.pk)).update(merged_into=survivor)
        standings = (Author.Standing(loser.standing), Author.Standing(survivor.standing))
        survivor.standing = max(standings, key=lambda standing: standing.rank)
        survivor.save(update_fields=["standing"])
        hidden = hidden_names(survivor)
        if is_one_of(survivor.name, hidden):
            if is_one_of(loser.name, hidden):
                raise Refused("The preferred names of both are match-only names: rename one of them first.")
            give_name(survivor, names_before[loser.name])
        retire_addresses(loser, hidden)


@dataclass(frozen=True, slots=True)
class MergeMany:
    """Several pairs at once. Pairs that a rule forbids, or that an earlier one has made impossible, are left out."""

    pairs: Sequence[tuple[Author, Author]]  # loser, survivor
    kind: Kind = field(default=Kind.MERGE_MANY, init=False)

    @property
    def scope(self) -> Scope:
        pairs = _present_pairs(self.pairs)
        plain = set(_plain(pairs))
        found = Scope(authors={author.pk for pair_ in plain for author in pair_})
        for loser, survivor in pairs:
            if (loser, survivor) not in plain:
                found |= Merge(loser, survivor).scope
        # Who is merged twice in one go carries verdicts on.
        people = Q(author__in=found.authors) | Q(other__in=found.authors)
        decided = SimilarityLink.objects.exclude(verdict="").filter(people)
        if decided.exists():
            found.links |= set(SimilarityLink.objects.filter(people).values_list("pk", flat=True))
        return found

    @property
    def summary(self) -> str:
        return f"Merge {len(self.pairs)} pairs of possible duplicates"

    def check(self) -> None:
        """Which pairs can be merged shows only as they are: `apply` raises Refused where none can."""

    def apply(self, context: ActContext) -> None:
        pairs = _present_pairs(self.pairs)
        plain = _plain(pairs)
        _merge_plain(plain)
        done, bulk_done = len(plain), set(plain)
        for loser, survivor in pairs:
            if (loser, survivor) in bulk_done:
                continue
            loser, survivor = present(loser), present(survivor)
            try:
                if loser.pk != survivor.pk:
                    Merge(loser, survivor).apply(context)
                    done += 1
            except Refused:
                continue  # the pair stays in the queue with what forbids it
        if not done:
            raise Refused("A rule forbids each of these pairs.")


def _present_pairs(pairs: Sequence[tuple[Author, Author]]) -> list[tuple[Author, Author]]:
    """The pairs as stored now, each author by whoever they were merged into."""
    fresh = Author.objects.in_bulk({author.pk for pair_ in pairs for author in pair_})
    found = [(fresh[loser.pk], fresh[survivor.pk]) for loser, survivor in pairs]
    return [
        (present(one) if one.merged_into_id else one, present(two) if two.merged_into_id else two) for one, two in found
    ]


def _plain(pairs: Sequence[tuple[Author, Author]]) -> list[tuple[Author, Author]]:
    """Those of the pairs that no rule concerns, and of which merging moves papers, names and keys alone.

    That is nearly all of a queue. Their authors are in one pair only, share no paper, and no human has told them apart, given
    them an identifier, hidden a name, judged them similar or merged somebody into the one who goes.
    """
    times = Counter(author.pk for pair_ in pairs for author in pair_)
    ids = set(times)
    human: set[int] = set()
    for rows, fields in (
        (DistinctPair.objects.filter(Q(one__in=ids) | Q(two__in=ids)), ("one_id", "two_id")),
        (AuthorIdentifier.objects.filter(author__in=ids), ("author_id",)),
        (AuthorName.objects.filter(author__in=ids, visibility=MATCH_ONLY), ("author_id",)),
        (Author.objects.filter(merged_into__in=ids), ("merged_into_id",)),
        (
            SimilarityLink.objects.exclude(verdict="").filter(Q(author__in=ids) | Q(other__in=ids)),
            ("author_id", "other_id"),
        ),
    ):
        for values in rows.order_by().values_list(*fields):
            human.update(values)
    papers: dict[int, set[int]] = defaultdict(set)
    for author, paper in Authorship.objects.filter(author__in=ids).order_by().values_list("author_id", "paper_id"):
        papers[author].add(paper)
    return [
        (loser, survivor)
        for loser, survivor in pairs
        if times[loser.pk] == times[survivor.pk] == 1
        and not {loser.pk, survivor.pk} & human
        and loser.standing == survivor.standing
        and papers[loser.pk].isdisjoint(papers[survivor.pk])
    ]


def _merge_plain(pairs: Sequence[tuple[Author, Author]]) -> None:
    """Merge these in a few statements for all of them; the outcome is Merge's."""
    into = {loser.pk: survivor.pk for loser, survivor in pairs}
    claims = Authorship.objects.filter(author__in=into).order_by().values_list("pk", "author_id")
    bulk.update(Authorship, ("author_id",), [(into[author], pk) for pk, author in claims])
    keys = IdentityKey.objects.filter(author__in=into).order_by().values_list("pk", "author_id")
    bulk.update(IdentityKey, ("author_id", "decided_by_human"), [(into[author], True, pk) for pk, author in keys])
    names = AuthorName.objects.filter(author__in=[*into, *into.values()]).order_by("pk")
    known = {(author, name): pk for pk, author, name in names.values_list("pk", "author_id", "name")}
    moved = [(into[a], pk) for (a, name), pk in known.items() if a in into and (into[a], name) not in known]
    bulk.update(AuthorName, ("author_id",), moved)
    bulk.update(Author, ("merged_into_id",), [(survivor, loser) for loser, survivor in into.items()])


def _merge_names(loser: Author, survivor: Author) -> None:
    """The loser's names become the survivor's; what either hides, in whatever letters, is hidden."""
    mine = {row.name: row for row in survivor.names.all()}
    for row in loser.names.all():
        if row.name not in mine:
            AuthorName.objects.filter(pk=row.pk).update(author=survivor)
    hidden = [*hidden_names(survivor), *hidden_names(loser)]
    shown = [row.pk for row in survivor.names.filter(visibility=PUBLIC) if is_one_of(row.name, hidden)]
    AuthorName.objects.filter(pk__in=shown).update(visibility=MATCH_ONLY, decided_by_human=True)


def _carry_told_apart(loser: Author, survivor: Author) -> None:
    """Whoever is not the loser is not the survivor either."""
    for row in DistinctPair.objects.filter(Q(one=loser) | Q(two=loser)):
        other = row.two_id if row.one_id == loser.pk else row.one_id
        one, two = sorted((survivor.pk, other))
        DistinctPair.objects.get_or_create(one_id=one, two_id=two)


def _verdicts_on(author: Author) -> Any:
    return SimilarityLink.objects.exclude(verdict="").filter(Q(author=author) | Q(other=author))


def _links_to_judge(loser: Author, survivor: Author) -> set[int]:
    """Links of the survivor that take over a verdict on the loser."""
    others = {pk for link in _verdicts_on(loser) for pk in (link.author_id, link.other_id)}
    found = SimilarityLink.objects.filter(Q(author=survivor, other__in=others) | Q(other=survivor, author__in=others))
    return set(found.values_list("pk", flat=True))


def _carry_verdicts(loser: Author, survivor: Author) -> None:
    for link in _verdicts_on(loser):
        ends = [survivor.pk if end == loser.pk else end for end in (link.author_id, link.other_id)]
        if (
            ends[0] == ends[1]
            or SimilarityLink.objects.exclude(verdict="").filter(author=ends[0], other=ends[1]).exists()
        ):
            continue
        said = {
            "verdict": link.verdict,
            "note": link.note,
            "decided_by_id": link.decided_by_id,
            "decided_at": link.decided_at,
        }
        if link.verdict == SimilarityLink.Verdict.VETOED:
            said["rank"] = None
        SimilarityLink.objects.update_or_create(author_id=ends[0], other_id=ends[1], defaults=said)
