"""The API's wiring: paging and filtering. What is answered stands in the apps' api.py, how in papers/answers/."""

from __future__ import annotations

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from papers.database.keyset import COUNTED_TO, IN_PASSING, InvalidPage, Page, Query, capped_count, read_page
from papers.filters.fields import with_only
from papers.http.limits import slot

PAGE_SIZE = 25
MOST_PER_PAGE = 200


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by the view's FilterSet; what one of its filters can't read is an error."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset_class = self.get_filterset_class(view, queryset)
        if filterset_class is None:
            view.filterset = None
            return queryset
        asked = frozenset(filterset_class.base_filters) & frozenset(request.query_params)
        filterset = with_only(filterset_class, asked)(request.query_params, queryset=queryset, request=request)
        if not filterset.is_valid():
            raise exceptions.ValidationError(filterset.errors)
        view.filterset = filterset
        return filterset.qs


class KeysetPagination(BasePagination):
    """Pages by keyset in the shape {"next", "previous", "results"}; `count` only if asked for with count=on.

    Where there are more than were counted, `count_is_complete` says so.
    """

    parameters = frozenset({"cursor", "page_size", "count"})

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.query = Query(
            request.build_absolute_uri(request.path),
            [(k, v) for k, values in request.query_params.lists() for v in values if k != "cursor"],
        )
        size = self._size(request)
        cursor = request.query_params.get("cursor", "")
        order = view.order_of(getattr(view, "filterset", None))
        if order is None:
            self.page = self._ranked(view, queryset, cursor, size)
        else:
            try:
                self.page = read_page(queryset, order, cursor, size, view.fetch)
            except InvalidPage as error:
                raise exceptions.ValidationError({"cursor": [str(error)]}) from error
        self.count = self._count(queryset, view) if request.query_params.get("count") == "on" else {}
        return self.page.rows

    def check(self, request: Request) -> None:
        """Raise ValidationError for a size or a wish to count that makes no sense, before any work."""
        self._size(request)
        if request.query_params.get("count", "off") not in ("on", "off"):
            raise exceptions.ValidationError({"count": ["Give on or off."]})

    @staticmethod
    def _ranked(view: Any, queryset: Any, cursor: str, size: int) -> Page:
        if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
            raise exceptions.ValidationError({"cursor": ["This is not a cursor of a list ordered by relevance."]})
        start = int(cursor or 0)
        ids = view.ranked(view.filterset)
        wanted = ids[start : start + size]
        return Page(
            view.fetched(queryset, wanted),
            str(start + size) if start + size < len(ids) else "",
            str(max(start - size, 0)) if start else "",
        )

    @staticmethod
    def _size(request: Request) -> int:
        text = request.query_params.get("page_size", str(PAGE_SIZE))
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= MOST_PER_PAGE):
            raise exceptions.ValidationError({"page_size": [f"Give a number from 1 to {MOST_PER_PAGE}."]})
        return int(text)

    @staticmethod
    def _count(queryset: Any, view: Any) -> dict[str, Any]:
        """How many there are, counted as far as pages count, unless it is known."""
        known = view.known_count(getattr(view, "filterset", None)) if hasattr(view, "known_count") else None
        if known is None:
            known = queryset.order_by()[: IN_PASSING + 1].count()
            if known > IN_PASSING:
                with slot():
                    known, is_capped = capped_count(queryset)
                if is_capped:
                    return {"count": known, "count_is_complete": False}
        return {"count": known}

    def get_paginated_response(self, data: Any) -> Response:
        page = {
            "next": self._url(self.page.next),
            "previous": self._url(self.page.previous),
            **self.count,
            "results": data,
        }
        links = [f'<{page[name]}>; rel="{rel}"' for name, rel in (("next", "next"), ("previous", "prev")) if page[name]]
        return Response(page, headers={"Link": ", ".join(links)} if links else None)

    def _url(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return Query(self.query.path, [*self.query.parameters, ("cursor", cursor)]).url(None)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "Where the page begins: taken from `next` or `previous`.",
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PAGE_SIZE},
            },
            {
                "name": "count",
                "in": "query",
                "required": False,
                "description": f"Whether to count the list, as far as {COUNTED_TO:,} where its length is not known.",
                "schema": {"type": "string", "enum": ["on", "off"], "default": "off"},
            },
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link,
                "previous": link,
                "count": {"type": "integer"},
                "count_is_complete": {"type": "boolean"},
                "results": schema,
            },
        }
