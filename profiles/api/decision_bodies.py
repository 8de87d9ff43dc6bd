"""Bodies of decisions: one serializer for each kind, each of which makes the act."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from papers.api.batches import Text
from papers.api.parsers import BoundedList
from profiles.api.decision_fields import AuthorField, NameField, NewDecision, PaperField, kind_field
from profiles.api.paper_bodies import PAPER_BODIES
from profiles.curation import acts
from profiles.curation.acts.slugs import MADE_OF
from profiles.curation.rules import LONGEST, merge_direction
from profiles.models import Author, AuthorIdentifier, AuthorName, Authorship, Decision, SimilarityLink

Kind = Decision.Kind
MOST_PAPERS = 1_000


class Body(NewDecision):
    """What every decision on an author says."""

    author = AuthorField()


class MergeBody(Body):
    kind = kind_field(Kind.MERGE)
    other = AuthorField(help_text="The other record of the same person. The one of which more is known stays.")
    override = serializers.BooleanField(
        required=False, default=False, help_text="Although both are on one paper (superusers, with a reason)."
    )

    def act(self) -> acts.Act:
        said = self.validated_data
        way = merge_direction(said["author"], said["other"])
        return acts.Merge(way.gone, way.kept, override=said["override"])


class SplitBody(Body):
    kind = kind_field(Kind.SPLIT)
    papers = BoundedList(
        child=PaperField(), min_length=1, max_length=MOST_PAPERS, help_text="Those that are another person's."
    )

    def act(self) -> acts.Act:
        return acts.Split(self.validated_data["author"], [paper.pk for paper in self.validated_data["papers"]])


class MoveBody(Body):
    kind = kind_field(Kind.MOVE)
    author = AuthorField(help_text="Whose the place is.")
    paper = PaperField()
    position = serializers.IntegerField(min_value=1, max_value=100_000, help_text="The place in the byline, from 1.")

    def act(self) -> acts.Act:
        said = self.validated_data
        paper, position = said["paper"], said["position"]
        claim = Authorship.objects.filter(paper=paper, position=position).select_related("author").first()
        return acts.Move([claim], said["author"]) if claim else acts.Assign(paper, position, said["author"])


class NotSameBody(Body):
    kind = kind_field(Kind.NOT_SAME)
    other = AuthorField()

    def act(self) -> acts.Act:
        return acts.NotSame(self.validated_data["author"], self.validated_data["other"])


class RenameBody(Body):
    kind = kind_field(Kind.RENAME)
    name = NameField(help_text="As it is to be shown.")
    surname = Text(
        max_length=LONGEST["surname"],
        required=False,
        default="",
        allow_blank=True,
        help_text="If it is more than the last word.",
    )

    def act(self) -> acts.Act:
        said = self.validated_data
        return acts.Rename(said["author"], acts.with_surname(said["name"], said["surname"]))


class AddNameBody(Body):
    kind = kind_field(Kind.ADD_NAME)
    name = NameField()
    visibility = serializers.ChoiceField(choices=AuthorName.Visibility.choices)

    def act(self) -> acts.Act:
        return acts.AddName(*(self.validated_data[name] for name in ("author", "name", "visibility")))


class VisibilityBody(Body):
    kind = kind_field(Kind.SET_VISIBILITY)
    name = Text(max_length=LONGEST["name"])
    visibility = serializers.ChoiceField(choices=AuthorName.Visibility.choices)
    as_printed = serializers.BooleanField(
        required=False, default=False, help_text="Papers that print it go on showing it."
    )

    def act(self) -> acts.Act:
        said = self.validated_data
        return acts.SetVisibility(said["author"], said["name"], said["visibility"], as_printed=said["as_printed"])


class SetIdentifierBody(Body):
    kind = kind_field(Kind.SET_IDENTIFIER)
    scheme = serializers.ChoiceField(choices=AuthorIdentifier.Scheme.choices)
    value = Text(max_length=LONGEST["value"])

    def act(self) -> acts.Act:
        return acts.SetIdentifier(*(self.validated_data[name] for name in ("author", "scheme", "value")))


class RemoveIdentifierBody(Body):
    kind = kind_field(Kind.REMOVE_IDENTIFIER)
    scheme = serializers.ChoiceField(choices=AuthorIdentifier.Scheme.choices)
    value = Text(max_length=LONGEST["value"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row = AuthorIdentifier.objects.filter(
            author=attrs["author"], scheme=attrs["scheme"], value=attrs["value"]
        ).first()
        if row is None:
            raise serializers.ValidationError({"value": acts.RemoveIdentifier.UNKNOWN})
        return attrs | {"identifier": row}

    def act(self) -> acts.Act:
        return acts.RemoveIdentifier(self.validated_data["identifier"])


class StandingBody(Body):
    kind = kind_field(Kind.STANDING)
    standing = serializers.ChoiceField(choices=Author.Standing.choices)

    def act(self) -> acts.Act:
        return acts.Edit(self.validated_data["author"], {"standing": self.validated_data["standing"]})


class HideBody(Body):
    kind = kind_field(Kind.HIDE)
    is_hidden = serializers.BooleanField(help_text="Whether only curators see the author.")

    def act(self) -> acts.Act:
        return acts.Edit(self.validated_data["author"], {"is_hidden": self.validated_data["is_hidden"]})


class ComparisonBody(Body):
    kind = kind_field(Kind.COMPARISON)
    in_similarity = serializers.BooleanField(
        help_text="Whether the author is compared with others, from the next build on."
    )

    def act(self) -> acts.Act:
        return acts.Edit(self.validated_data["author"], {"in_similarity": self.validated_data["in_similarity"]})


class ProfileBody(Body):
    kind = kind_field(Kind.PROFILE)
    affiliation = Text(max_length=LONGEST["affiliation"], required=False, allow_blank=True)
    bio = Text(max_length=LONGEST["bio"], required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not {"affiliation", "bio"} & set(attrs):
            raise serializers.ValidationError("Give affiliation or bio.")
        return attrs

    def act(self) -> acts.Act:
        said = self.validated_data
        return acts.Edit(said["author"], {name: said[name] for name in ("affiliation", "bio") if name in said})


class AddressBody(Body):
    kind = kind_field(Kind.ADDRESS)
    slug = serializers.SlugField(max_length=LONGEST["slug"], error_messages={"invalid": MADE_OF})
    retire = serializers.BooleanField(
        required=False, default=False, help_text="The present address spells a hidden name: it is gone for good."
    )

    def act(self) -> acts.Act:
        said = self.validated_data
        return acts.ChangeAddress(said["author"], said["slug"], retire=said["retire"])


class SimilarityBody(Body):
    kind = kind_field(Kind.SIMILARITY)
    author = AuthorField(help_text="In whose list of similar authors.")
    other = AuthorField(help_text="About whom.")
    verdict = serializers.ChoiceField(
        choices=["pinned", "vetoed", "none"], help_text="Always first, never shown, or as the build says."
    )
    note = Text(
        max_length=LONGEST["note"],
        required=False,
        default="",
        allow_blank=True,
        help_text="Shown to visitors beside a pinned link.",
    )

    def act(self) -> acts.Act:
        said = self.validated_data
        verdict = SimilarityLink.Verdict.NONE if said["verdict"] == "none" else said["verdict"]
        return acts.SetVerdict(said["author"], said["other"], verdict, said["note"])


BODIES: dict[str, Any] = {
    Kind.MERGE: MergeBody,
    Kind.SPLIT: SplitBody,
    Kind.MOVE: MoveBody,
    Kind.NOT_SAME: NotSameBody,
    Kind.RENAME: RenameBody,
    Kind.ADD_NAME: AddNameBody,
    Kind.SET_VISIBILITY: VisibilityBody,
    Kind.SET_IDENTIFIER: SetIdentifierBody,
    Kind.REMOVE_IDENTIFIER: RemoveIdentifierBody,
    Kind.STANDING: StandingBody,
    Kind.HIDE: HideBody,
    Kind.COMPARISON: ComparisonBody,
    Kind.PROFILE: ProfileBody,
    Kind.ADDRESS: AddressBody,
    Kind.SIMILARITY: SimilarityBody,
    **PAPER_BODIES,
}


def body_of(data: Any) -> NewDecision:
    """The checked body of a decision; raises ValidationError, for an unknown kind with those there are."""
    if not isinstance(data, dict):
        raise serializers.ValidationError("Give an object.")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in BODIES:
        raise serializers.ValidationError({"kind": [f"Give one of {', '.join(BODIES)}."]})
    body: NewDecision = BODIES[kind](data=data)
    body.is_valid(raise_exception=True)
    return body
