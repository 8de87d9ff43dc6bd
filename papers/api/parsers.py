"""Reading the body of a request: JSON, strictly, and nothing in it that would be ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from papers.api.parameters import few_named

DEEPEST = 20  # lists in lists; nothing that can be asked for needs more than three


class JsonBody(JSONParser):
    """JSON in UTF-8, as RFC 8259 has it, whatever charset is named.

    Not by Python's own reader, which a body of a thousand opening brackets brings down.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            found = orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is no JSON: {error}.") from error
        if is_deeper(found, DEEPEST):
            raise ParseError(f"The body is nested more than {DEEPEST} deep.")
        return found


def is_deeper(value: Any, levels: int) -> bool:
    """Whether there are more levels than these of lists and objects in one another."""
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(
        is_deeper(each, levels - 1) for each in (value.values() if isinstance(value, dict) else value)
    )


class StrictBody(serializers.Serializer[Any]):
    """A body that has no members but these: of a misspelt `dry_run` the decision would be made."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := data.keys() - self.fields.keys()):
            allowed = ", ".join(sorted(self.fields))
            raise serializers.ValidationError(few_named(unknown, f"Unknown field. Allowed here: {allowed}."))
        return super().to_internal_value(data)


class BoundedList(serializers.ListField):
    """A list whose length is looked at before what is in it."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(f"Ensure this field has no more than {self.max_length} elements.")
        return super().to_internal_value(data)
