"""Acts on people themselves: told apart, identified, described, pinned beside others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from profiles.curation.acts.base import ActContext, Kind, fresh, label
from profiles.curation.row_changes import Scope
from profiles.curation.rules import Invalid, Refused, check_present, check_text, pair
from profiles.models import (
    Author,
    AuthorIdentifier,
    DistinctPair,
    SimilarityLink,
)


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
        return f"{label(self.one)} and {label(self.two)} are not the same person"

    def check(self) -> None:
        check_present(fresh(self.one))
        check_present(fresh(self.two))
        if self.one.pk == self.two.pk:
            raise Refused(f"{self.one} is the same person as {self.two}.", "other")

    def apply(self, context: ActContext) -> None:
        self.check()
        one, two = pair(self.one, self.two)
        DistinctPair.objects.get_or_create(one_id=one, two_id=two)


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
        return f"Give {label(self.author)} the {self.scheme} {self.value}"

    def check(self) -> None:
        author = fresh(self.author)
        check_present(author)
        row = self._row(author)
        taken = AuthorIdentifier.objects.filter(scheme=row.scheme, value=row.value).select_related("author").first()
        if taken:
            raise Refused(f"{taken} is {taken.author}'s ({taken.author.public_id}).", "value")
        if row.scheme == "orcid" and author.identifiers.filter(scheme="orcid").exists():
            raise Refused(f"{author} has an ORCID already: remove that first.", "scheme")

    def _row(self, author: Author) -> AuthorIdentifier:
        """The identifier in its normal form; raises Invalid."""
        check_text("value", self.value)
        row = AuthorIdentifier(author=author, scheme=self.scheme, value=self.value)
        try:
            row.clean()
        except ValidationError as error:
            raise Invalid(" ".join(error.messages), "value") from error
        return row

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.author)
        row = self._row(author)
        row.save()
        if row.scheme != "homepage" and author.standing == Author.Standing.NAME_ONLY:
            Author.objects.filter(pk=author.pk).update(standing=Author.Standing.IDENTIFIED)


@dataclass(frozen=True, slots=True)
class RemoveIdentifier:
    """The author is not who this identifier means."""

    identifier: AuthorIdentifier
    kind: Kind = field(default=Kind.REMOVE_IDENTIFIER, init=False)
    UNKNOWN = "The author has no such identifier."

    @property
    def scope(self) -> Scope:
        return Scope(authors={self.identifier.author_id})

    @property
    def summary(self) -> str:
        return f"Take the {self.identifier} from {label(self.identifier.author)}"

    def check(self) -> None:
        if not AuthorIdentifier.objects.filter(pk=self.identifier.pk).exists():
            raise Refused("The identifier is gone already.")

    def apply(self, context: ActContext) -> None:
        self.check()
        author = fresh(self.identifier.author)
        AuthorIdentifier.objects.filter(pk=self.identifier.pk).delete()
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
        "standing": Kind.STANDING,
        "is_hidden": Kind.HIDE,
        "affiliation": Kind.PROFILE,
        "bio": Kind.PROFILE,
        "in_similarity": Kind.COMPARISON,
    }

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
            return f"{said[self.values['is_hidden']]} {label(self.author)}"
        if "in_similarity" in self.values:
            verb = "Compare" if self.values["in_similarity"] else "Don't compare"
            return f"{verb} {label(self.author)} with others"
        return f"Set {', '.join(name for name in self.values)} of {label(self.author)}"

    def check(self) -> None:
        check_present(fresh(self.author))
        for name in ("affiliation", "bio"):
            check_text(name, self.values.get(name, ""))

    def apply(self, context: ActContext) -> None:
        self.check()
        Author.objects.filter(pk=self.author.pk).update(**self.values)


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """`other` comes first among the authors similar to `author`, or never, or as the build says.

    A pin is for the one list; a veto is between the two, in both lists, and so is taking it back.
    """

    author: Author
    other: Author
    verdict: str
    note: str = ""
    kind: Kind = field(default=Kind.SIMILARITY, init=False)

    @property
    def scope(self) -> Scope:
        pair = {self.author.pk, self.other.pk}
        links = SimilarityLink.objects.filter(author__in=pair, other__in=pair)
        return Scope(authors=pair, links=set(links.values_list("pk", flat=True)))

    @property
    def summary(self) -> str:
        verb = {"pinned": "Pin", "vetoed": "Veto"}.get(self.verdict, "Take the verdict back on")
        return f"{verb} {label(self.other)} among those similar to {label(self.author)}"

    def check(self) -> None:
        check_present(fresh(self.author))
        check_present(fresh(self.other))
        if self.author.pk == self.other.pk:
            raise Refused("Nobody is similar to themselves.", "other")
        check_text("note", self.note)

    def apply(self, context: ActContext) -> None:
        self.check()
        # Lists are numbered again in the end: a verdict's place is not kept when the verdict is taken back.
        said = {
            "verdict": self.verdict,
            "note": self.note,
            "decided_by": context.user,
            "decided_at": context.moment,
            "rank": None,
        }
        back = SimilarityLink.objects.filter(author=self.other, other=self.author)
        if self.verdict == SimilarityLink.Verdict.VETOED:
            SimilarityLink.objects.update_or_create(author=self.other, other=self.author, defaults=said)
        else:
            back.filter(verdict=SimilarityLink.Verdict.VETOED).update(**said | {"verdict": "", "note": ""})
        SimilarityLink.objects.update_or_create(author=self.author, other=self.other, defaults=said)
