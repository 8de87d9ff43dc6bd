"""Bodies of decisions on papers: one serializer for each kind, each of which makes the act."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from papers.api.batches import Text
from papers.api.parsers import BoundedList
from papers.field_rules import LONGEST
from profiles.api.decision_fields import NewDecision, PaperField, kind_field
from profiles.curation import acts
from profiles.curation.paper_fields import FIELDS, OF_A_NEW_PAPER
from profiles.models import Decision

Kind = Decision.Kind


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "array", "items": {}}]})
class WrittenField(serializers.Field[Any, Any, Any, Any]):
    """A text, or a list as the API answers it; what it may be is the field's (profiles/curation/paper_fields.py)."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | list):
            raise serializers.ValidationError("Give a text.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class PaperBody(NewDecision):
    """What every decision on a paper that is here says."""

    paper = PaperField()


class PaperFieldBody(PaperBody):
    kind = kind_field(Kind.PAPER_FIELD)
    field = serializers.ChoiceField(choices=[*FIELDS])
    value = WrittenField(
        allow_null=True,
        help_text="A text, of editors, keywords, categories and urls a list too, as answers have them. Empty says that there "
        "is nothing, whatever sources say; null takes back what a curator set.",
    )

    def act(self) -> acts.Act:
        return acts.SetPaperField(*(self.validated_data[name] for name in ("paper", "field", "value")))


class PaperAddBody(NewDecision):
    kind = kind_field(Kind.PAPER_ADD)
    arxiv_id = Text(required=False, default="", allow_blank=True, max_length=LONGEST["identifier"])

    def get_fields(self) -> dict[str, Any]:
        more = {
            name: WrittenField(help_text=FIELDS[name].help or FIELDS[name].label, required=name in ("title", "authors"))
            for name in OF_A_NEW_PAPER
        }
        return super().get_fields() | more

    def act(self) -> acts.Act:
        said = self.validated_data
        return acts.AddPaper({name: said[name] for name in OF_A_NEW_PAPER if name in said}, said["arxiv_id"])


class PaperHideBody(PaperBody):
    kind = kind_field(Kind.PAPER_HIDE)

    def act(self) -> acts.Act:
        return acts.SetPaperHidden(self.validated_data["paper"], True)


class PaperShowBody(PaperBody):
    kind = kind_field(Kind.PAPER_SHOW)

    def act(self) -> acts.Act:
        return acts.SetPaperHidden(self.validated_data["paper"], False)


class PaperMergeBody(PaperBody):
    kind = kind_field(Kind.PAPER_MERGE)
    paper = PaperField(help_text="The one that goes: its address leads to the other.")
    other = PaperField(help_text="The one that stays.")
    override = serializers.BooleanField(
        required=False, default=False, help_text="Although their DOIs or arXiv ids differ (with a reason)."
    )

    def act(self) -> acts.Act:
        return acts.MergePapers(*(self.validated_data[name] for name in ("paper", "other", "override")))


class PapersDifferBody(PaperBody):
    kind = kind_field(Kind.PAPERS_DIFFER)
    other = PaperField()

    def act(self) -> acts.Act:
        return acts.PapersDiffer(self.validated_data["paper"], self.validated_data["other"])


class PaperPartBody(PaperBody):
    kind = kind_field(Kind.PAPER_PART)
    words = BoundedList(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=100,
        help_text="Numbers of what sources say, as a refusal names them: those that speak of the other paper.",
    )

    def act(self) -> acts.Act:
        return acts.PartPaper(self.validated_data["paper"], self.validated_data["words"])


PAPER_BODIES: dict[str, Any] = {
    Kind.PAPER_FIELD: PaperFieldBody,
    Kind.PAPER_ADD: PaperAddBody,
    Kind.PAPER_HIDE: PaperHideBody,
    Kind.PAPER_SHOW: PaperShowBody,
    Kind.PAPER_MERGE: PaperMergeBody,
    Kind.PAPER_PART: PaperPartBody,
    Kind.PAPERS_DIFFER: PapersDifferBody,
}
