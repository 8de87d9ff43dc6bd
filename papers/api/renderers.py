"""The formats of answers, chosen by `Accept` or `?format=`. Errors are JSON in all of them (papers/api/exceptions.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.http import StreamingHttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from papers.api.csv_rows import columns_of, csv_lines
from papers.citations import FORMATS, Format
from papers.http.limits import take_slot
from papers.http.streaming import SlottedStream, pieces

FORMAT = "format"  # the parameter that goes before the Accept header
NOTHING = b"\n"  # for an empty page: the framework takes the media type from an answer without content


class Negotiation(DefaultContentNegotiation):
    """`?format=` names one of the view's formats and goes before `Accept`; a name it does not have is 400."""

    def filter_renderers(self, renderers: Sequence[BaseRenderer], format: str) -> list[BaseRenderer]:  # type: ignore[override]
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            names = ", ".join(sorted({str(renderer.format) for renderer in renderers}))
            raise ValidationError({FORMAT: [f"Unknown format {format[:40]!r}. Allowed here: {names}."]})
        return found

    def get_accept_list(self, request: Request) -> list[str]:
        return ["*/*"] if request.query_params.get(FORMAT) else super().get_accept_list(request)


class Json(JSONRenderer):
    """JSON as the framework writes it, by a faster writer; indented (`Accept: application/json; indent=2`) by its own."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}):
            return super().render(data, accepted_media_type, renderer_context)
        return as_json(data)


def as_json(data: Any) -> bytes:
    return orjson.dumps(data, default=JSONEncoder().default, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


class Lines(BaseRenderer):
    """A format that is written row by row, so that a whole list can be streamed."""

    def lines(self, rows: Iterable[Mapping[str, Any]], view: Any) -> Iterator[str]:
        raise NotImplementedError

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        rows = data.get("results", [data]) if isinstance(data, Mapping) else data
        return "".join(self.lines(rows, (renderer_context or {}).get("view"))).encode() or NOTHING


class Csv(Lines):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def lines(self, rows: Iterable[Mapping[str, Any]], view: Any) -> Iterator[str]:
        return csv_lines(rows, list(columns_of(view.columns())))


class JsonLines(Lines):
    media_type = "application/x-ndjson"
    format = "jsonl"
    charset = None

    def lines(self, rows: Iterable[Mapping[str, Any]], view: Any) -> Iterator[str]:
        for row in rows:
            yield as_json(row).decode() + "\n"


class Citations(BaseRenderer):
    """A citation format, made of works (papers/citations/), with fields of its own."""

    source: Format

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        works = data["results"] if isinstance(data, Mapping) else [data]
        return "".join(self.source.write(works)).encode() or NOTHING


class BibTex(Citations):
    source = FORMATS["bib"]
    media_type, format = source.media_type, "bib"


class Ris(Citations):
    source = FORMATS["ris"]
    media_type, format = source.media_type, "ris"


class CslJson(Citations):
    source = FORMATS["json"]
    media_type, format = source.media_type, "csl"


CITATION_FORMATS: tuple[type[BaseRenderer], ...] = (BibTex, Ris, CslJson)
LIST_FORMATS: tuple[type[BaseRenderer], ...] = (Json, Csv, JsonLines)


def stream(
    renderer: Lines, chunks: Iterable[Sequence[Mapping[str, Any]]], view: Any, *, is_long: bool
) -> StreamingHttpResponse:
    """The whole list as it is read; raises Busy."""
    place = take_slot() if is_long else None
    body = SlottedStream(pieces(renderer.lines((row for chunk in chunks for row in chunk), view)), place)
    kind = f"{renderer.media_type}; charset=utf-8" if renderer.charset else renderer.media_type
    return StreamingHttpResponse(body, content_type=kind)
