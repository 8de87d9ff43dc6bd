"""Many records by their ids in one request. It is a POST because a thousand ids are too long for an address; it only reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from papers.api.parsers import BoundedList, StrictBody
from papers.http.limits import slot

MOST_AT_ONCE = 1_000
IN_PASSING = 250  # so many cost about what a page costs
LONGEST_ID = 300

Records = dict[str, dict[str, Any]]


class Text(serializers.CharField):
    """A text; a number is none, for an identifier that is written as one has lost its zeros."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("Give a text.")
        ProhibitNullCharactersValidator()(data)  # before anything is looked up: PostgreSQL takes no such text
        return super().to_internal_value(data)


class BatchShape(StrictBody):
    """Which records, and which fields of them."""

    ids = BoundedList(
        child=Text(max_length=LONGEST_ID),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text="Ids in any form that the address of one record may have.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # The class has an attribute "fields", so that a field of this name can't be one.
        text = {"required": False, "default": "", "allow_blank": True, "max_length": 2000, "help_text": "As in lists."}
        return {**super().get_fields(), "fields": Text(**text), "omit": Text(**text)}


def batch_schema(summary: str, shape: type[serializers.Serializer[Any]]) -> Callable[..., Any]:
    """What the OpenAPI document says of a batch."""
    answer = inline_serializer(
        f"{shape.__name__.removesuffix('Shape')}Batch",
        {
            "results": shape(many=True, help_text="In the order asked for, each once."),
            "missing": serializers.ListField(child=serializers.CharField(), help_text="Ids that name nothing here."),
            "named": serializers.DictField(
                child=serializers.CharField(), help_text="For ids given in another form: the one the record has."
            ),
        },
    )
    return extend_schema(summary=summary, request=BatchShape, responses=answer, filters=False)


def answer_batch(view: Any, request: Request, look_up: Callable[[Sequence[str]], Records], key: str = "") -> Response:
    """The records in the order of their ids, and the ids that are not here. Raises ValidationError."""
    wanted = BatchShape(data=request.data)
    wanted.is_valid(raise_exception=True)
    said = wanted.validated_data
    view.expanded = []
    view.read_selection(said["fields"], said["omit"])
    key = key or next(iter(view.whole_tree()))
    ids = list(dict.fromkeys(said["ids"]))
    with slot(len(ids) > IN_PASSING):
        found = look_up(ids)
        rows = view.finished(list({found[text][key]: found[text] for text in ids if text in found}.values()))
    return Response(
        {
            "results": rows,
            "missing": [text for text in ids if text not in found],
            "named": {text: found[text][key] for text in ids if text in found and found[text][key] != text},
        }
    )
