"""Places in bylines: an author split, papers moved, papers that waited given to somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q

from papers.bylines import Name
from papers.models import Paper
from profiles.curation.acts.base import PUBLIC, ActContext, Kind, fresh, label, name_of
from profiles.curation.acts.names import learn_name
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Refused, check_places, check_present, pair
from profiles.linking.identifiers import free_public_ids, free_slugs
from profiles.linking.matching import key_of, names_of
from profiles.models import (
    Author,
    AuthorName,
    Authorship,
    Decision,
    DistinctPair,
    IdentityKey,
)
from profiles.names import best_name, sort_key


@dataclass(frozen=True, slots=True)
class Split:
    """The chosen papers are another person's, who gets a record of their own.

    A name that both sides print stops matching: new papers under it wait for a curator. What is there stays as decided.
    """

    author: Author
    papers: Sequence[int]
    kind: Kind = field(default=Kind.SPLIT, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk}, keys=set(_keys_printed(Authorship.objects.filter(author=self.author))))

    @property
    def summary(self) -> str:
        return f"Split {len(self.papers)} papers from {label(self.author)}"

    def check(self) -> None:
        check_present(fresh(self.author))
        papers = set(Authorship.objects.filter(author=self.author).values_list("paper_id", flat=True))
        if papers.isdisjoint(self.papers) or papers.issubset(self.papers):
            raise Refused("Choose some of the papers, neither none nor all of them.", "papers")
        if not papers.issuperset(self.papers):
            raise Refused(f"Some of the papers are not {self.author}'s.", "papers")

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.author)
        claims = Authorship.objects.filter(author=author)
        chosen = list(claims.filter(paper__in=self.papers).select_related("paper"))
        staying = list(claims.exclude(paper__in=self.papers).select_related("paper"))
        forms = [name for claim in chosen if (name := printed_at(claim))]
        other = self._make(author, best_name(forms) if forms else name_of(author))
        theirs, mine = {key_of(name) for name in forms}, {key_of(name) for c in staying if (name := printed_at(c))}
        visible = dict(author.names.values_list("name", "visibility"))
        AuthorName.objects.bulk_create(
            AuthorName(author=other, name=name, visibility=visible.get(name, PUBLIC))
            for name in sorted({other.name, *(form.name for form in forms)})
        )
        for key in IdentityKey.objects.filter(key__in=theirs).filter(Q(author=author) | Q(author=None)):
            if key.author_id is None and author.public_id not in key.candidates:
                continue
            candidates = sorted({*key.candidates, author.public_id, other.public_id})
            both = key.key in mine or key.author_id is None
            key.author, key.candidates = (None, candidates) if both else (other, [])
            key.decided_by_human = True
            key.save(update_fields=["author", "candidates", "decided_by_human"])
        claim_places(chosen, other, context)
        claim_places(
            [c for c in staying if not c.decided_by_human and (n := printed_at(c)) and key_of(n) in theirs],
            author,
            context,
        )
        one, two = pair(author, other)
        DistinctPair.objects.create(one_id=one, two_id=two)

    @staticmethod
    def _make(author: Author, name: Name) -> Author:
        # Decisions are never deleted, so their number makes an identity that no other person ever had.
        [public_id] = free_public_ids([f"split {Decision.objects.count()} of {author.public_id}"], settings.SECRET_KEY)
        [slug] = free_slugs([(name.name, public_id)])
        return Author.objects.create(
            public_id=public_id,
            slug=slug,
            name=name.name,
            forenames=name.forenames,
            surname=name.surname,
            suffix=name.suffix,
            sort_key=sort_key(name),
        )


@dataclass(frozen=True, slots=True)
class Move:
    """These places in bylines are `to`, whatever is imported or linked later."""

    claims: Sequence[Authorship]
    to: Author
    kind: Kind = field(default=Kind.MOVE, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(
            authors={self.to.pk, *(claim.author_id for claim in self.claims)},
            papers={claim.paper_id for claim in self.claims},
        )

    @property
    def summary(self) -> str:
        what = "a paper" if len(self.claims) == 1 else f"{len(self.claims)} papers"
        return f"Move {what} to {label(self.to)}"

    def check(self) -> None:
        check_present(fresh(self.to))
        claims = self._fresh_claims()
        if all(claim.author_id == self.to.pk for claim in claims):
            raise Refused(f"This already is {self.to}'s.", "author")
        check_places(self.to, [claim.paper_id for claim in claims])
        if len({claim.paper_id for claim in claims}) < len(claims):
            raise Refused(f"{self.to} can't have two places on one paper.", "author")

    def _fresh_claims(self) -> list[Authorship]:
        ids = [claim.pk for claim in self.claims]
        return list(Authorship.objects.filter(pk__in=ids).select_related("paper", "author"))

    def apply(self, context: ActContext) -> None:
        self.check()
        to, claims = fresh(self.to), self._fresh_claims()
        for claim in claims:
            learn_name(to, printed_at(claim), claim.author)
        claim_places(claims, to, context)


@dataclass(frozen=True, slots=True)
class Assign:
    """A byline position that waits, its name being split, is this author."""

    paper: Paper
    position: int
    to: Author
    kind: Kind = field(default=Kind.MOVE, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.to.pk}, papers={self.paper.pk})

    @property
    def summary(self) -> str:
        return f"Give a paper that waited to {label(self.to)}"

    def check(self) -> None:
        check_present(fresh(self.to))
        check_places(self.to, [self.paper.pk])
        if Authorship.objects.filter(paper=self.paper, position=self.position).exists():
            raise Refused("This place in the byline belongs to somebody already.", "position")
        if not 1 <= self.position <= len(self.paper.byline):
            raise Refused("The byline has no such place.", "position")

    def apply(self, context: ActContext) -> None:
        self.check()
        names = names_of(self.paper.byline)
        Authorship.objects.create(
            paper=self.paper,
            author=self.to,
            position=self.position,
            printed_name=names[self.position - 1].name,
            sort_day=self.paper.sort_day,
            **context.claim,
        )


def printed_at(claim: Authorship) -> Name | None:
    """The name that the claim's place in the byline prints; None where the place is not known."""
    if claim.position is None or claim.position > len(claim.paper.byline):
        return None
    return names_of(claim.paper.byline[claim.position - 1 : claim.position])[0]


def _keys_printed(claims: Any) -> list[str]:
    return [key_of(name) for claim in claims.select_related("paper") if (name := printed_at(claim))]


def claim_places(claims: Sequence[Authorship], author: Author, context: ActContext) -> None:
    """Make these places the author's by this context's word."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for claim in claims:
        name = printed_at(claim)
        by_name[name.name if name else claim.printed_name].append(claim.pk)
    for printed_name, ids in by_name.items():
        Authorship.objects.filter(pk__in=ids).update(author=author, printed_name=printed_name, **context.claim)
