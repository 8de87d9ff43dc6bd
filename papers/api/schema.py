"""The OpenAPI document beyond what can be read off views and shapes: common parameters, headers, errors, formats."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from papers.api.base import LARGEST_SEED, MOST_SAMPLED, ReadView
from papers.api.exceptions import MEDIA_TYPE
from papers.api.serializers import GroupShape
from papers.citations.work import AS, FORMS

PROBLEMS = {
    "400": "A parameter or a part of the body that makes no sense, each named in `errors` with what is allowed.",
    "401": "Nobody is signed in, or the token is not valid.",
    "403": "This is for curators, and for tokens that have the scope.",
    "404": "There is nothing at this address.",
    "406": "None of the formats that `Accept` names.",
    "409": "What is here stands in the way of the decision; `detail` says what.",
    "410": "It was here and is gone for good.",
    "413": "The body is larger than anything here takes.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many requests; `Retry-After` says in how many seconds to ask again.",
    "503": "Many long answers are being made, or nothing can be written just now; `Retry-After` says when to try again.",
}
HEADERS = {
    "ETag": "Of the answer; send it as If-None-Match to be told 304 while nothing has changed.",
    "Last-Modified": "When anything on this site changed last.",
    "Link": "Addresses of the neighbouring pages (RFC 8288).",
    "RateLimit-Limit": "Requests in a window.",
    "RateLimit-Remaining": "Requests left in this one.",
    "RateLimit-Reset": "Seconds until the next.",
}


class ProblemErrorShape(serializers.Serializer[Any]):
    detail = serializers.CharField()
    parameter = serializers.CharField(required=False, help_text="The parameter of the address that is wrong.")
    pointer = serializers.CharField(required=False, help_text="The place in the body that is wrong (RFC 6901).")


class ProblemShape(serializers.Serializer[Any]):
    """What is wrong (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="In a sentence.")
    instance = serializers.CharField(required=False, help_text="The address that was asked for.")
    errors = ProblemErrorShape(many=True, required=False)  # type: ignore[assignment]


class GroupsShape(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    group_by = serializers.CharField()
    counted = serializers.IntegerField(help_text="Records that were looked at.")
    is_complete = serializers.BooleanField(help_text="Whether these are all there are.")
    results = GroupShape(many=True)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "profiles.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A curator's token, made in the admin."}


def parameter(name: str, description: str, example: Any, kind: Any = str, **more: Any) -> OpenApiParameter:
    examples = [OpenApiExample(name, value=example)] if example is not None else None
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, examples=examples, **more)


class ApiSchema(AutoSchema):
    """Describes an operation with everything that all of its kind have."""

    view: Any  # ours

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        if not isinstance(view, ReadView) or self.method != "GET":
            return []
        own, found = view.own_parameters(), []
        if "fields" in own:
            first = list(view.whole_tree())
            found.append(
                parameter(
                    "fields",
                    f"Only these fields, comma between, dots for deeper ones: {', '.join(first)}.",
                    ",".join(first[:2]),
                )
            )
            found.append(parameter("omit", "All fields but these.", first[-1]))
        if "expand" in own:
            names = sorted(view.expansions)
            found.append(parameter("expand", f"Whole records for references: {', '.join(names)}.", names[0], enum=None))
        if "group_by" in own:
            found.append(
                parameter("group_by", "Counts for each of these instead of records.", None, enum=sorted(view.groupings))
            )
        if "sample" in own:
            size = {"type": "integer", "minimum": 1, "maximum": MOST_SAMPLED}
            seed = {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}
            found.append(parameter("sample", "So many records of the list, drawn at random.", None, size))
            found.append(parameter("seed", "With sample: the same number draws the same records again.", None, seed))
        if AS in own:
            found.append(
                parameter(
                    AS,
                    "In citation formats: the preprint or the article, of papers that have it.",
                    None,
                    enum=list(FORMS),
                )
            )
        formats = sorted({str(renderer.format) for renderer in view.get_renderers()})
        found.append(parameter("format", "The format, before what Accept says.", None, enum=formats))
        return found

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return super().get_serializer_name(serializer, direction).removesuffix("Shape").removesuffix("Body")

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None or not isinstance(self.view, ReadView):
            return operation
        responses = operation["responses"]
        for status, answer in responses.items():
            if status.startswith("2"):
                self._finish_answer(answer)
        for status in self._problems():
            responses[status] = self._problem(status)
        if self.method == "GET" and not self.view.is_private:
            responses["304"] = {"description": "Nothing has changed since the client asked last."}
        if self._is_about_an_author() or self.path.endswith("/papers/{identifier}/"):
            responses["301"] = {
                "description": "The record has another id now.",
                "headers": {"Location": {"schema": {"type": "string"}}},
            }
        operation["responses"] = dict(sorted(responses.items()))
        if not self._is_for_curators():
            operation.pop("security", None)  # a token is taken, and only lifts the limit
        return operation

    def _finish_answer(self, answer: dict[str, Any]) -> None:
        for kind, content in answer.get("content", {}).items():
            if "json" not in kind:
                content["schema"] = {"type": "string"}
            elif kind == "application/vnd.citationstyles.csl+json":
                content["schema"] = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
            elif "ndjson" in kind:
                content["schema"] = {"type": "string"}
            elif self.method == "GET" and self.view.action == "list" and self.view.groupings:
                groups = self.resolve_serializer(GroupsShape, "response").ref
                content["schema"] = {"anyOf": [content["schema"], groups]}
        names = [name for name in HEADERS if self.method == "GET" or name.startswith("RateLimit")]
        if not self.view.is_list:
            names = [name for name in names if name != "Link"]
        answer["headers"] = {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in names}

    def _problems(self) -> list[str]:
        found = ["400", "406", "429"]
        if "{" in self.path:
            found.append("404")
        if self._is_about_an_author() or "/papers/{" in self.path:
            found.append("410")
        if self.method == "POST":
            found += ["413", "415"]
            if self._is_for_curators():
                found += ["401", "403", "404", "409", "422"]
        elif self.view.is_list:
            found.append("503")
        if self.view.is_private:
            found += ["401", "403"]
        # A wrong token is told so wherever it is sent.
        return sorted({*found, "401"})

    def _is_for_curators(self) -> bool:
        return self.view.is_private or (self.method == "POST" and bool(self.view.permission_classes))

    def _is_about_an_author(self) -> bool:
        return "/authors/{" in self.path

    def _problem(self, status: str) -> dict[str, Any]:
        schema = self.resolve_serializer(ProblemShape, "response").ref
        answer: dict[str, Any] = {"description": PROBLEMS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        if status in ("429", "503"):
            answer["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
        return answer


ALWAYS_WHOLE = (
    "Problem",
    "Groups",
    "Group",
    "Preview",
    "Effects",
    "MovedPaper",
    "Redirected",
    "PapersOfManyAnswer",
    "Works",
)


def finish_document(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """With `fields` and `omit` any field of a record may be missing, so none of them is required.

    Labels that pages translate are plain texts here, as YAML wants them.
    """
    result = as_plain(result)
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False  # papers/api/parsers.py
        if name.endswith(("Request", "Batch")) or name.startswith(("Paginated", *ALWAYS_WHOLE)):
            continue
        schema.pop("required", None)
    return result


def as_plain(value: Any) -> Any:
    """The value with every choice, and every text that waits for its language, made a plain text."""
    if isinstance(value, dict):
        return {as_plain(key): as_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(each) for each in value]
    return str(value) if isinstance(value, Promise | str) else value
