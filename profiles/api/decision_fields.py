"""Fields that bodies of decisions have in common, and what each of them says."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from papers.api.batches import Text
from papers.api.parsers import StrictBody
from papers.identifiers import ArxivId, InvalidIdentifier
from papers.models import Paper
from profiles.curation import acts
from profiles.curation.rules import LONGEST, Refused

MOST_CHARACTERS = 300  # of an address or identifier; no record has a longer one


class AuthorField(Text):
    """An author by address, public id or orcid:…; a merged one by public id is that record itself."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", "Address, public id or orcid:…")
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return acts.named_author(super().to_internal_value(data)[:MOST_CHARACTERS])
        except Refused as refused:
            raise serializers.ValidationError(str(refused)) from refused


class PaperField(Text):
    """A paper by its identifier in any form."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("help_text", "The identifier, in any form.")
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data).strip()[:MOST_CHARACTERS]
        try:
            identifier = ArxivId.parse(text).canonical
        except InvalidIdentifier:
            identifier = text
        found = Paper.objects.filter(identifier__in={text, identifier}).first()
        if found is None:
            raise serializers.ValidationError(f"There is no paper {text[:60]!r}.")
        return found


class NameField(Text):
    """A person's name, as a curator writes it."""

    def __init__(self, **kwargs: Any):
        super().__init__(trim_whitespace=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return acts.parsed(super().to_internal_value(data))
        except Refused as refused:
            raise serializers.ValidationError(str(refused)) from refused


def kind_field(kind: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[kind])


class NewDecision(StrictBody):
    """What every decision says; `act` is what it decides."""

    reason = Text(required=False, default="", allow_blank=True, max_length=LONGEST["reason"])
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what it would do.")

    def act(self) -> acts.Act:
        raise NotImplementedError
