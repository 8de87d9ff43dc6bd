"""What a curator can decide. Each act names whom it is about, says itself in a sentence, and changes the rows.

`carry_out` raises Refused before it changes anything that it may not; decide.py runs it in a transaction, keeps which rows went
from what to what, and brings up to date what follows from them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from papers import bulk
from papers.bylines import Name, parse_name
from papers.folding import squeezed
from papers.models import Paper
from profiles.curation.rows import Scope
from profiles.curation.rules import Refused, check_merge, check_places, check_present, pair, shared_papers
from profiles.linking import free_public_ids, free_slugs, key_of, names_of
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Decision,
    DistinctPair,
    EarlierSlug,
    IdentityKey,
    SimilarityLink,
)  # fmt: skip
from profiles.names import best_name, slug_for, sort_key

Kind = Decision.Kind
MATCH_ONLY = AuthorName.Visibility.MATCH_ONLY
PUBLIC = AuthorName.Visibility.PUBLIC
# From least to most that is known of a person.
STANDINGS = [Author.Standing.NAME_ONLY, Author.Standing.IDENTIFIED, Author.Standing.CURATED]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who decides, and when."""

    user: Any
    moment: datetime

    @property
    def claim(self) -> dict[str, Any]:
        """What an authorship says when this hand decided it."""
        return {
            "basis": Authorship.Basis.CURATOR, "decided_by_human": True, "decided_by": self.user, "decided_at": self.moment
        }  # fmt: skip


class Act(Protocol):
    @property
    def kind(self) -> Kind: ...

    @property
    def scope(self) -> Scope:
        """What the act may touch, beside authors that it makes."""
        ...

    @property
    def summary(self) -> str: ...

    def carry_out(self, hand: Hand) -> None:
        """Change the rows; raises Refused."""
        ...


@dataclass(frozen=True, slots=True)
class Merge:
    """`loser` is `survivor`. Papers, names, identifiers and keys go over; the loser's address leads to the survivor."""

    loser: Author
    survivor: Author
    override: bool = False  # although both are on one paper
    kind: Kind = field(default=Kind.MERGE, init=False)

    @property
    def scope(self) -> Scope:
        two = {self.loser.pk, self.survivor.pk}
        return Scope(authors=two | _merged_into(two), links=_links_to_judge(self.loser, self.survivor))

    @property
    def summary(self) -> str:
        return f"Merge {_label(self.loser)} into {_label(self.survivor)}"

    def carry_out(self, hand: Hand) -> None:
        if self.override and not hand.user.is_superuser:
            raise Refused("Only a superuser may merge two who are on one paper.")
        loser, survivor = _fresh(self.loser), _fresh(self.survivor)
        check_merge(loser, survivor, override=self.override)
        names_before = {survivor.name: _name_of(survivor), loser.name: _name_of(loser)}
        # Where both are on a paper the loser's place stays the loser's, for nobody has two; no machine may give it away.
        both = Authorship.objects.filter(author=loser, paper__in=shared_papers(loser, survivor))
        _claim(list(both.select_related("paper")), loser, hand)
        Authorship.objects.filter(author=loser).exclude(pk__in=both.values("pk")).update(author=survivor)
        IdentityKey.objects.filter(author=loser).update(author=survivor, decided_by_human=True)
        AuthorIdentifier.objects.filter(author=loser).update(author=survivor)
        _merge_names(loser, survivor)
        _carry_told_apart(loser, survivor)
        _carry_verdicts(loser, survivor)
        Author.objects.filter(Q(merged_into=loser) | Q(pk=loser.pk)).update(merged_into=survivor)
        survivor.standing = max(
            loser.standing, survivor.standing, key=lambda standing: STANDINGS.index(Author.Standing(standing))
        )
        survivor.save(update_fields=["standing"])
        hidden = _hidden_names(survivor)
        if _is_one_of(survivor.name, hidden):
            if _is_one_of(loser.name, hidden):
                raise Refused("The preferred names of both are match-only names: rename one of them first.")
            _give_name(survivor, names_before[loser.name])
        _retire_addresses(loser, hidden)


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

    def carry_out(self, hand: Hand) -> None:
        pairs = _present_pairs(self.pairs)
        plain = _plain(pairs)
        _merge_plain(plain)
        done, bulk_done = len(plain), set(plain)
        for loser, survivor in pairs:
            if (loser, survivor) in bulk_done:
                continue
            loser, survivor = _present(loser), _present(survivor)
            try:
                if loser.pk != survivor.pk:
                    Merge(loser, survivor).carry_out(hand)
                    done += 1
            except Refused:
                continue  # the pair stays in the queue with what forbids it
        if not done:
            raise Refused("A rule forbids each of these pairs.")


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
        return f"Split {len(self.papers)} papers from {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        claims = Authorship.objects.filter(author=author)
        chosen = list(claims.filter(paper__in=self.papers).select_related("paper"))
        staying = list(claims.exclude(paper__in=self.papers).select_related("paper"))
        if not chosen or not staying:
            raise Refused("Choose some of the papers, neither none nor all of them.")
        forms = [name for claim in chosen if (name := _printed(claim))]
        other = self._make(author, best_name(forms) if forms else _name_of(author))
        theirs, mine = {key_of(name) for name in forms}, {key_of(name) for c in staying if (name := _printed(c))}
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
        _claim(chosen, other, hand)
        _claim(
            [c for c in staying if not c.decided_by_human and (n := _printed(c)) and key_of(n) in theirs], author, hand
        )
        one, two = pair(author, other)
        DistinctPair.objects.create(one_id=one, two_id=two)

    @staticmethod
    def _make(author: Author, name: Name) -> Author:
        # Decisions are never deleted, so their number makes an identity that no other person ever had.
        [public_id] = free_public_ids([f"split {Decision.objects.count()} of {author.public_id}"], settings.SECRET_KEY)
        [slug] = free_slugs([(name.name, public_id)])
        return Author.objects.create(
            public_id=public_id, slug=slug, name=name.name, forenames=name.forenames, surname=name.surname,
            suffix=name.suffix, sort_key=sort_key(name),
        )  # fmt: skip


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
        return f"Move {what} to {_label(self.to)}"

    def carry_out(self, hand: Hand) -> None:
        to = _fresh(self.to)
        check_present(to)
        claims = list(Authorship.objects.filter(pk__in=[c.pk for c in self.claims]).select_related("paper", "author"))
        if all(claim.author_id == to.pk for claim in claims):
            raise Refused(f"This already is {to}'s.")
        check_places(to, [claim.paper_id for claim in claims])
        if len({claim.paper_id for claim in claims}) < len(claims):
            raise Refused(f"{to} can't have two places on one paper.")
        for claim in claims:
            _learn_name(to, _printed(claim), claim.author)
        _claim(claims, to, hand)


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
        return f"Give a paper that waited to {_label(self.to)}"

    def carry_out(self, hand: Hand) -> None:
        check_present(_fresh(self.to))
        check_places(self.to, [self.paper.pk])
        if Authorship.objects.filter(paper=self.paper, position=self.position).exists():
            raise Refused("This place in the byline belongs to somebody already.")
        names = names_of(self.paper.byline)
        if not 1 <= self.position <= len(names):
            raise Refused("The byline has no such place.")
        Authorship.objects.create(
            paper=self.paper, author=self.to, position=self.position, printed_name=names[self.position - 1].name,
            sort_date=self.paper.sort_date, **hand.claim,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotSame:
    """The two are different people, for ever: never merged, never suggested again."""

    one: Author
    two: Author
    kind: Kind = field(default=Kind.NOT_SAME, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.one.pk, self.two.pk})

    @property
    def summary(self) -> str:
        return f"{_label(self.one)} and {_label(self.two)} are not the same person"

    def carry_out(self, hand: Hand) -> None:
        check_present(_fresh(self.one))
        check_present(_fresh(self.two))
        if self.one.pk == self.two.pk:
            raise Refused(f"{self.one} is the same person as {self.two}.")
        one, two = pair(self.one, self.two)
        DistinctPair.objects.get_or_create(one_id=one, two_id=two)


@dataclass(frozen=True, slots=True)
class Rename:
    """The preferred name is this one; the one before stays as another name."""

    author: Author
    name: Name
    kind: Kind = field(default=Kind.RENAME, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        return f"Rename {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        if _is_one_of(self.name.name, _hidden_names(author)):
            raise Refused("This is a match-only name, which is shown nowhere. Make it public first.")
        if not self.name.name or not self.name.surname:
            raise Refused("A name needs a surname.")
        _give_name(author, self.name)
        AuthorName.objects.update_or_create(author=author, name=self.name.name, defaults={"decided_by_human": True})


@dataclass(frozen=True, slots=True)
class AddName:
    """A further name. New papers under it go to the author, unless it already leads to somebody."""

    author: Author
    name: Name
    visibility: str = PUBLIC
    kind: Kind = field(default=Kind.ADD_NAME, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk}, keys={key_of(self.name)})

    @property
    def summary(self) -> str:
        return f"Add a {'public' if self.visibility == PUBLIC else 'match-only'} name to {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        if author.names.filter(name=self.name.name).exists():
            raise Refused(f"{author} has this name already.")
        if self.visibility == PUBLIC and _is_one_of(self.name.name, _hidden_names(author)):
            raise Refused("This is a match-only name in other letters.")
        if self.visibility == MATCH_ONLY and squeezed(author.name) == squeezed(self.name.name):
            raise Refused("This is the preferred name in other letters: rename the author first.")
        AuthorName.objects.create(
            author=author, name=self.name.name, visibility=self.visibility, decided_by_human=True
        )  # fmt: skip
        if not IdentityKey.objects.filter(key=key_of(self.name)).exists():
            IdentityKey.objects.create(author=author, key=key_of(self.name), decided_by_human=True)


@dataclass(frozen=True, slots=True)
class SetVisibility:
    """A name, in whatever letters, is public or match-only: used for matching and shown nowhere.

    Papers that print a match-only name show the preferred one, unless `as_printed`. An address that spells it is retired.
    """

    author: Author
    name: str
    visibility: str
    as_printed: bool = False
    retire_addresses: bool = True
    kind: Kind = field(default=Kind.SET_VISIBILITY, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk} | _merged_into({self.author.pk}))

    @property
    def summary(self) -> str:
        verb = "Show" if self.visibility == PUBLIC else "Hide"
        return f"{verb} a name of {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        rows = [row for row in author.names.all() if squeezed(row.name) == squeezed(self.name)]
        if not rows:
            raise Refused(f"{author} has no such name.")
        if self.visibility == MATCH_ONLY and squeezed(author.name) == squeezed(self.name):
            raise Refused("This is the preferred name: rename the author first.")
        AuthorName.objects.filter(pk__in=[row.pk for row in rows]).update(
            visibility=self.visibility, decided_by_human=True,
            shown_as_printed=self.visibility == MATCH_ONLY and self.as_printed,
        )  # fmt: skip
        if self.visibility == MATCH_ONLY and self.retire_addresses:
            for one in [author, *Author.objects.filter(merged_into=author)]:
                _retire_addresses(one, [self.name])


@dataclass(frozen=True, slots=True)
class SetIdentifier:
    """Another register calls the author this."""

    author: Author
    scheme: str
    value: str
    kind: Kind = field(default=Kind.SET_IDENTIFIER, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        return f"Give {_label(self.author)} the {self.scheme} {self.value}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        row = AuthorIdentifier(author=author, scheme=self.scheme, value=self.value)
        try:
            row.clean()
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        taken = AuthorIdentifier.objects.filter(scheme=row.scheme, value=row.value).select_related("author").first()
        if taken:
            raise Refused(f"{taken} is {taken.author}'s ({taken.author.public_id}).")
        if row.scheme == "orcid" and author.identifiers.filter(scheme="orcid").exists():
            raise Refused(f"{author} has an ORCID already: remove that first.")
        row.save()
        if row.scheme != "homepage" and author.standing == Author.Standing.NAME_ONLY:
            Author.objects.filter(pk=author.pk).update(standing=Author.Standing.IDENTIFIED)


@dataclass(frozen=True, slots=True)
class RemoveIdentifier:
    """The author is not who this identifier means."""

    identifier: AuthorIdentifier
    kind: Kind = field(default=Kind.REMOVE_IDENTIFIER, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.identifier.author_id})

    @property
    def summary(self) -> str:
        return f"Take the {self.identifier} from {_label(self.identifier.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.identifier.author)
        if not AuthorIdentifier.objects.filter(pk=self.identifier.pk).delete()[0]:
            raise Refused("The identifier is gone already.")
        left = author.identifiers.exclude(scheme="homepage").exists()
        if author.standing == Author.Standing.IDENTIFIED and not left:
            Author.objects.filter(pk=author.pk).update(standing=Author.Standing.NAME_ONLY)


@dataclass(frozen=True, slots=True)
class Edit:
    """The author's standing, visibility, affiliation or bio, or whether they are compared: these fields, by name."""

    author: Author
    values: dict[str, Any]
    kind: Kind = field(init=False, default=Kind.PROFILE)
    KINDS = {
        "standing": Kind.STANDING, "is_hidden": Kind.HIDE, "affiliation": Kind.PROFILE, "bio": Kind.PROFILE,
        "in_similarity": Kind.COMPARISON,
    }  # fmt: skip

    def __post_init__(self) -> None:
        if unknown := self.values.keys() - self.KINDS.keys():
            raise TypeError(f"Edit does not change {', '.join(sorted(unknown))}")
        object.__setattr__(self, "kind", self.KINDS[next(iter(self.values))])

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        said = {True: "Hide", False: "Show"}
        if "is_hidden" in self.values:
            return f"{said[self.values['is_hidden']]} {_label(self.author)}"
        if "in_similarity" in self.values:
            verb = "Compare" if self.values["in_similarity"] else "Don't compare"
            return f"{verb} {_label(self.author)} with others"
        return f"Set {', '.join(name for name in self.values)} of {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        check_present(_fresh(self.author))
        Author.objects.filter(pk=self.author.pk).update(**self.values)


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """The profile's address is this; the one before leads to it, or is gone for good where it is retired."""

    author: Author
    slug: str
    retire: bool = False
    kind: Kind = field(default=Kind.ADDRESS, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.author.pk})

    @property
    def summary(self) -> str:
        return f"Change the address of {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        author = _fresh(self.author)
        check_present(author)
        if self.slug == author.slug:
            raise Refused("This is the address already.")
        taken = EarlierSlug.objects.filter(slug=self.slug)
        if taken.exclude(author=author).exists() or Author.objects.filter(slug=self.slug).exists():
            raise Refused("This address is, or once was, another author's.")
        if taken.filter(is_retired=True).exists():
            raise Refused("This address was retired: it spells a hidden name.")
        taken.delete()
        _move_address(author, self.slug, retire=self.retire)


@dataclass(frozen=True, slots=True)
class RetireAddress:
    """An earlier address answers "gone" for ever, or leads to the profile again."""

    earlier: EarlierSlug
    is_retired: bool = True
    kind: Kind = field(default=Kind.ADDRESS, init=False)

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.earlier.author_id})

    @property
    def summary(self) -> str:
        return f"{'Retire' if self.is_retired else 'Revive'} an earlier address of {_label(self.earlier.author)}"

    def carry_out(self, hand: Hand) -> None:
        EarlierSlug.objects.filter(pk=self.earlier.pk).update(is_retired=self.is_retired)


@dataclass(frozen=True, slots=True)
class Judge:
    """`other` comes first among the authors similar to `author`, or never, or as the build says."""

    author: Author
    other: Author
    verdict: str
    note: str = ""
    kind: Kind = field(default=Kind.SIMILARITY, init=False)

    @property
    def scope(self) -> Scope:
        links = SimilarityLink.objects.filter(author=self.author, other=self.other)
        return Scope(authors={self.author.pk, self.other.pk}, links=set(links.values_list("pk", flat=True)))

    @property
    def summary(self) -> str:
        verb = {"pinned": "Pin", "vetoed": "Veto"}.get(self.verdict, "Take the verdict back on")
        return f"{verb} {_label(self.other)} among those similar to {_label(self.author)}"

    def carry_out(self, hand: Hand) -> None:
        check_present(_fresh(self.author))
        check_present(_fresh(self.other))
        if self.author.pk == self.other.pk:
            raise Refused("Nobody is similar to themselves.")
        said = {"verdict": self.verdict, "note": self.note, "decided_by": hand.user, "decided_at": hand.moment}
        if self.verdict == SimilarityLink.Verdict.VETOED:
            said["rank"] = None
        SimilarityLink.objects.update_or_create(author=self.author, other=self.other, defaults=said)


# --- What the acts share ----------------------------------------------------------------------------------------------


def _label(author: Author) -> str:
    return f"{author.name} ({author.public_id})"


def _fresh(author: Author) -> Author:
    """The author as stored now: what the curator's page was made from may be old."""
    return Author.objects.select_related("merged_into").get(pk=author.pk)


def _present(author: Author) -> Author:
    author = _fresh(author)
    return _present(author.merged_into) if author.merged_into else author


def _present_pairs(pairs: Sequence[tuple[Author, Author]]) -> list[tuple[Author, Author]]:
    """The pairs as stored now, each author by whoever they were merged into."""
    fresh = Author.objects.in_bulk({author.pk for pair_ in pairs for author in pair_})
    found = [(fresh[loser.pk], fresh[survivor.pk]) for loser, survivor in pairs]
    return [
        (_present(one) if one.merged_into_id else one, _present(two) if two.merged_into_id else two)
        for one, two in found
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
        (loser, survivor) for loser, survivor in pairs
        if times[loser.pk] == times[survivor.pk] == 1 and not {loser.pk, survivor.pk} & human
        and loser.standing == survivor.standing and papers[loser.pk].isdisjoint(papers[survivor.pk])
    ]  # fmt: skip


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


def _merged_into(authors: set[int]) -> set[int]:
    return set(Author.objects.filter(merged_into__in=authors).values_list("pk", flat=True))


def _name_of(author: Author) -> Name:
    return Name(author.name, author.forenames, author.surname, author.suffix)


def _printed(claim: Authorship) -> Name | None:
    """The name that the claim's place in the byline prints; None where the place is not known."""
    if claim.position is None or claim.position > len(claim.paper.byline):
        return None
    return names_of(claim.paper.byline[claim.position - 1 : claim.position])[0]


def _keys_printed(claims: Any) -> list[str]:
    return [key_of(name) for claim in claims.select_related("paper") if (name := _printed(claim))]


def _claim(claims: Sequence[Authorship], author: Author, hand: Hand) -> None:
    """Make these places the author's by this hand's word."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for claim in claims:
        name = _printed(claim)
        by_name[name.name if name else claim.printed_name].append(claim.pk)
    for printed_name, ids in by_name.items():
        Authorship.objects.filter(pk__in=ids).update(author=author, printed_name=printed_name, **hand.claim)


def _give_name(author: Author, name: Name) -> None:
    Author.objects.filter(pk=author.pk).update(
        name=name.name, forenames=name.forenames, surname=name.surname, suffix=name.suffix, sort_key=sort_key(name),
        name_decided_by_human=True,
    )  # fmt: skip


def _learn_name(author: Author, name: Name | None, giver: Author) -> None:
    """The name that a paper prints becomes one of the author's, as hidden as it was with whom the paper comes from."""
    if name is None or author.names.filter(name=name.name).exists():
        return
    hidden = [*_hidden_names(author), *_hidden_names(giver)]
    visibility = MATCH_ONLY if _is_one_of(name.name, hidden) and name.name != author.name else PUBLIC
    AuthorName.objects.create(author=author, name=name.name, visibility=visibility, decided_by_human=True)


def _merge_names(loser: Author, survivor: Author) -> None:
    """The loser's names become the survivor's; what either hides, in whatever letters, is hidden."""
    mine = {row.name: row for row in survivor.names.all()}
    for row in loser.names.all():
        if row.name not in mine:
            AuthorName.objects.filter(pk=row.pk).update(author=survivor)
    hidden = [*_hidden_names(survivor), *_hidden_names(loser)]
    shown = [row.pk for row in survivor.names.filter(visibility=PUBLIC) if _is_one_of(row.name, hidden)]
    AuthorName.objects.filter(pk__in=shown).update(visibility=MATCH_ONLY, decided_by_human=True)


def _hidden_names(author: Author) -> list[str]:
    return list(author.names.filter(visibility=MATCH_ONLY).values_list("name", flat=True))


def _is_one_of(name: str, names: Sequence[str]) -> bool:
    """Whether the name is one of these, in whatever letters."""
    return squeezed(name) in {squeezed(other) for other in names}


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
    found = SimilarityLink.objects.filter(
        Q(author=survivor, other__in=others) | Q(other=survivor, author__in=others)
    )  # fmt: skip
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
            "verdict": link.verdict, "note": link.note, "decided_by_id": link.decided_by_id, "decided_at": link.decided_at
        }  # fmt: skip
        if link.verdict == SimilarityLink.Verdict.VETOED:
            said["rank"] = None
        SimilarityLink.objects.update_or_create(author_id=ends[0], other_id=ends[1], defaults=said)


def _spells(slug: str, names: Sequence[str]) -> bool:
    return re.sub(r"-\d+$", "", slug) in {slug_for(name) for name in names}


def _retire_addresses(author: Author, hidden: Sequence[str]) -> None:
    """Addresses of the author that spell one of the hidden names answer "gone" from now on."""
    for earlier in author.earlier_slugs.filter(is_retired=False):
        if _spells(earlier.slug, hidden):
            EarlierSlug.objects.filter(pk=earlier.pk).update(is_retired=True)
    author = _fresh(author)
    if _spells(author.slug, hidden):
        shown = author.merged_into or author
        [slug] = free_slugs([(author.public_id if author.merged_into else shown.name, author.public_id)])
        if _spells(slug, hidden):
            slug = author.public_id
        _move_address(author, slug, retire=True)


def _move_address(author: Author, slug: str, *, retire: bool) -> None:
    before = author.slug
    Author.objects.filter(pk=author.pk).update(slug=slug)
    EarlierSlug.objects.create(slug=before, author=author, is_retired=retire)


def parsed(text: str) -> Name:
    """The name that a curator typed."""
    return parse_name(" ".join(text.split()))
