"""The API's wiring: its one router, paging, filtering, limits and errors. What is answered stands in the apps' api.py."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from papers.paging import InvalidPage, Page, Query, read_page
from papers.parameters import refuse_unknown

if TYPE_CHECKING:
    from rest_framework.views import APIView

PAGE_SIZE = 25
MOST_PER_PAGE = 200
PAGING = {"cursor", "page_size", "count"}


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by the view's FilterSet; a parameter that nobody knows is an error that names those allowed."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        refuse_unknown(request, known | PAGING)
        if filterset_class is None:
            view.filterset = None
            return queryset
        filterset = filterset_class(request.query_params, queryset=queryset, request=request)
        if not filterset.is_valid():
            raise exceptions.ValidationError(filterset.errors)
        view.filterset = filterset
        return filterset.qs


class KeysetPagination(BasePagination):
    """Pages by keyset in the shape {"next", "previous", "results"}; `count` only if asked for with count=on."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        refuse_unknown(request, PAGING | set(getattr(getattr(view, "filterset", None), "filters", ())))
        self.query = Query(
            request.build_absolute_uri(request.path),
            [(k, v) for k, values in request.query_params.lists() for v in values if k != "cursor"],
        )
        self.count = self._count(request, queryset)
        size = self._size(request)
        cursor = request.query_params.get("cursor", "")
        order = view.order(getattr(view, "filterset", None))
        if order is None:
            self.page = self._ranked(view, queryset, cursor, size)
        else:
            try:
                self.page = read_page(queryset, order, cursor, size)
            except InvalidPage as error:
                raise exceptions.ValidationError({"cursor": [str(error)]}) from error
        return self.page.rows

    @staticmethod
    def _ranked(view: Any, queryset: Any, cursor: str, size: int) -> Page:
        if cursor and not (cursor.isdecimal() and len(cursor) < 10):
            raise exceptions.ValidationError({"cursor": ["This is not a cursor of a list ordered by relevance."]})
        start = int(cursor or 0)
        ids = view.ranked(view.filterset)
        wanted = ids[start : start + size]
        by_id = {row.pk: row for row in queryset.filter(pk__in=wanted)}
        return Page(
            [by_id[pk] for pk in wanted if pk in by_id],
            str(start + size) if start + size < len(ids) else "",
            str(max(start - size, 0)) if start else "",
        )

    @staticmethod
    def _size(request: Request) -> int:
        text = request.query_params.get("page_size", str(PAGE_SIZE))
        if not (text.isdecimal() and len(text) < 10 and 1 <= int(text) <= MOST_PER_PAGE):
            raise exceptions.ValidationError({"page_size": [f"Give a number from 1 to {MOST_PER_PAGE}."]})
        return int(text)

    @staticmethod
    def _count(request: Request, queryset: Any) -> int | None:
        wanted = request.query_params.get("count", "off")
        if wanted not in ("on", "off"):
            raise exceptions.ValidationError({"count": ["Give on or off."]})
        return queryset.order_by().count() if wanted == "on" else None

    def get_paginated_response(self, data: Any) -> Response:
        page = {
            "next": self._url(self.page.next),
            "previous": self._url(self.page.previous),
            **({"count": self.count} if self.count is not None else {}),
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
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"},
             "description": "Where the page begins: taken from `next` or `previous`."},
            {"name": "page_size", "in": "query", "required": False,
             "schema": {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PAGE_SIZE}},
            {"name": "count", "in": "query", "required": False, "description": "Whether to count the whole list.",
             "schema": {"type": "string", "enum": ["on", "off"], "default": "off"}},
        ]  # fmt: skip

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "count": {"type": "integer"}, "results": schema},
        }


class AddressThrottle(SimpleRateThrottle):
    """A limit for each address, for those who are not signed in."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if request.user and request.user.is_authenticated:
            return None
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem as RFC 9457 describes it."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error of the API as application/problem+json; `errors` says which parameter is wrong and why."""
    from rest_framework.views import exception_handler  # at module level a circle: it reads the settings that name us

    if isinstance(error, Http404):
        said = error.args[0] if error.args and isinstance(error.args[0], str) else ""
        error = exceptions.NotFound(said or "There is nothing at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None:
        return None
    more: dict[str, Any] = {"instance": context["request"].get_full_path()}
    if isinstance(error, exceptions.ValidationError):
        details = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        more["errors"] = [
            {"parameter": name, "detail": str(text)} for name, texts in details.items() for text in _as_list(texts)
        ]
        detail = " ".join(f"{row['parameter']}: {row['detail']}" for row in more["errors"])
    else:
        detail = str(getattr(error, "detail", error))
    response.data = problem(response.status_code, detail, **more)
    response.content_type = "application/problem+json"
    return response


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def problem_response(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """The same for what never reached a view of the API."""
    body = problem(status, detail, instance=request.get_full_path())
    return JsonResponse(body, status=status, content_type="application/problem+json")
